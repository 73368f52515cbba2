//! No silent gaps: each (state, event) is covered by rows or by an `otherwise`, and each
//! `otherwise` covers something.

use super::boxes::{Space, uncovered};
use super::{rows_at, state_name};
use crate::errors::{Errors, Extent, list};
use crate::machine::{Machine, Otherwise, Row, Table, Trigger, text};
use proc_macro2::Ident;

/// The states that nothing covers on one event, under the same conditions.
struct Gap {
    states: Vec<usize>,
    example: String,
    place: Extent,
}

/// Reports gaps, and returns what the rows of `otherwise` serve, once for each event.
pub(crate) fn check(table: &Table, machine: &Machine, errors: &mut Errors) -> Vec<Row> {
    let events = table.events_of(machine.slot);
    let mut serves: Vec<Vec<(usize, Vec<usize>)>> = vec![Vec::new(); machine.otherwise.len()];
    for event in events {
        let mut gaps: Vec<Gap> = Vec::new();
        for state in 0..machine.states.len() {
            let trigger = Trigger::Event(event);
            let rows = rows_at(machine, state, trigger);
            let space = Space::new(&table.alphabet, trigger, &rows);
            let left = uncovered(&space, &rows);
            let Some(open) = left.first() else { continue };
            let position = machine.otherwise.iter().position(|one| one.takes(state, event));
            match position.and_then(|position| serves.get_mut(position)) {
                Some(served) => match served.last_mut() {
                    Some((last, states)) if *last == event => states.push(state),
                    _ => served.push((event, vec![state])),
                },
                None => {
                    let example = space.example(open);
                    match gaps.iter_mut().find(|gap| gap.example == example) {
                        Some(gap) => gap.states.push(state),
                        None => {
                            let place = place(machine, state, &rows);
                            gaps.push(Gap { states: vec![state], example, place });
                        }
                    }
                }
            }
        }
        for gap in gaps.iter().filter(|_| machine.sound) {
            report(machine, gap, errors);
        }
    }
    let mut rows = Vec::new();
    for (otherwise, served) in machine.otherwise.iter().zip(&serves) {
        if served.is_empty() && machine.sound {
            errors.at(
                otherwise.extent,
                format!("this `otherwise` never applies: {}", useless(table, machine, otherwise)),
            );
        }
        for (event, states) in served {
            rows.extend(otherwise.serving(table, machine, *event, states));
        }
    }
    rows
}

/// Where a gap is reported: at the state's name in the last of these rows, or else where the state
/// is declared. Not at the whole row, because its other states may leave nothing open.
fn place(machine: &Machine, state: usize, rows: &[&Row]) -> Extent {
    let names = rows.last().into_iter().flat_map(|row| &row.from);
    let in_row = names.filter(|(from, _)| *from == state).map(|(_, name)| name.into()).next();
    let declared = || machine.states.get(state).map(|state| (&state.name).into());
    in_row.or_else(declared).unwrap_or_else(|| (&machine.name).into())
}

fn report(machine: &Machine, gap: &Gap, errors: &mut Errors) {
    let states: Vec<String> = gap.states.iter().map(|state| state_name(machine, *state)).collect();
    let (noun, verb) = if states.len() == 1 { ("state", "has") } else { ("states", "have") };
    errors.at(
        gap.place,
        format!(
            "{noun} {} {verb} no row and no `otherwise` for {}\n\
             help: add a row for it, or one to `otherwise {{ … }}`, which takes what no row takes",
            list(&states),
            gap.example
        ),
    );
}

/// Why a row of `otherwise` serves nothing.
fn useless(table: &Table, machine: &Machine, otherwise: &Otherwise) -> String {
    let events: Vec<_> = otherwise.events.iter().flatten().collect();
    let elsewhere: Vec<String> = events
        .iter()
        .filter_map(|(event, name)| {
            let home = table.home(*event).filter(|home| *home != machine.slot)?;
            Some(format!("`{name}` goes to slot `{}`", table.slot_name(home)))
        })
        .collect();
    if !elsewhere.is_empty() && elsewhere.len() == events.len() {
        return format!("{}\nhelp: delete it", elsewhere.join(", "));
    }
    "rows, or `otherwise` rows before it, cover all that it could take\n\
     help: delete it, or let it stand before the wider one"
        .to_owned()
}

impl Otherwise {
    /// Whether this `otherwise` is written for this event in this state.
    fn takes(&self, state: usize, event: usize) -> bool {
        let takes = |list: &Option<Vec<(usize, Ident)>>, wanted: usize| match list {
            None => true,
            Some(list) => list.iter().any(|(one, _)| *one == wanted),
        };
        takes(&self.states, state) && takes(&self.events, event)
    }

    /// The row that this `otherwise` becomes for one event.
    fn serving(
        &self,
        table: &Table,
        machine: &Machine,
        event: usize,
        states: &[usize],
    ) -> Option<Row> {
        let declared = &table.alphabet.events.get(event)?.name;
        let named = self.events.iter().flatten().find(|(one, _)| *one == event);
        let name = named.map_or_else(|| declared.clone(), |(_, name)| name.clone());
        let from: Vec<(usize, Ident)> = states
            .iter()
            .filter_map(|state| {
                let written = self.states.iter().flatten().find(|(one, _)| one == state);
                let declared = machine.states.get(*state)?;
                Some((*state, written.map_or_else(|| declared.name.clone(), |(_, n)| n.clone())))
            })
            .collect();
        let states = match from.len() == machine.states.len() {
            true => "_".to_owned(),
            false => text::alternatives(&from.iter().map(|(_, name)| name).collect::<Vec<_>>()),
        };
        let payload = self.binding.as_ref().map_or_else(String::new, |name| format!("({name})"));
        Some(Row {
            trigger: Trigger::Event(event),
            event: name.clone(),
            payload: None,
            binding: self.binding.is_some(),
            guard: Vec::new(),
            outcome: self.outcome.clone(),
            otherwise: true,
            text: format!("{states} + {name}{payload} => {}", self.outcome.text),
            from,
            extent: self.extent,
            source: self.source,
        })
    }
}
