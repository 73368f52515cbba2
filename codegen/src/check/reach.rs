//! Every state can be reached, and every state can end.

use crate::errors::Errors;
use crate::machine::{Machine, Row};

pub(super) fn check(machine: &Machine, otherwise: &[Row], errors: &mut Errors) {
    let edges: Vec<(usize, usize)> = machine
        .rows
        .iter()
        .chain(otherwise)
        .filter_map(|row| row.outcome.to.as_ref().map(|(to, _)| (row, *to)))
        .flat_map(|(row, to)| row.from.iter().map(move |(from, _)| (*from, to)))
        .collect();
    let reached = closure(machine, |state| state == machine.initial, edges.iter().copied());
    for (state, _) in machine.states.iter().zip(&reached).filter(|(_, reached)| !**reached) {
        errors.at(
            &state.name,
            format!(
                "state `{}` is never reached: no row leads to it from the initial state\n\
                 help: delete it, or add a row with `=> {}`",
                state.name, state.name
            ),
        );
    }
    let last = |state: usize| machine.states.get(state).is_some_and(|state| state.last);
    if !machine.states.iter().any(|state| state.last) {
        errors.at(
            &machine.name,
            format!(
                "machine `{}` has no final state: mark those in which it may rest for ever `final`",
                machine.name
            ),
        );
        return;
    }
    let ends = closure(machine, last, edges.iter().map(|(from, to)| (*to, *from)));
    let stuck = machine.states.iter().zip(&ends).zip(&reached);
    for ((state, _), _) in stuck.filter(|((_, ends), reached)| !**ends && **reached) {
        errors.at(
            &state.name,
            format!(
                "no way leads from state `{}` to a final state\n\
                 help: add a row that leaves it, or mark it `final`",
                state.name
            ),
        );
    }
}

/// The states that can be reached along edges from those chosen.
fn closure(
    machine: &Machine,
    start: impl Fn(usize) -> bool,
    edges: impl Iterator<Item = (usize, usize)> + Clone,
) -> Vec<bool> {
    let mut marked: Vec<bool> = (0..machine.states.len()).map(start).collect();
    loop {
        let mut changed = false;
        for (from, to) in edges.clone() {
            let known = marked.get(from).copied().unwrap_or(false);
            if let (true, Some(mark @ false)) = (known, marked.get_mut(to)) {
                *mark = true;
                changed = true;
            }
        }
        if !changed {
            return marked;
        }
    }
}
