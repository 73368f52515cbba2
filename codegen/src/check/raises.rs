//! Raised events go home, each event has one home, and no raise comes round to itself.

use crate::errors::Errors;
use crate::machine::{Effect, EffectKind, Row, Table, Trigger};

pub(super) fn check(table: &Table, served: &[Vec<Row>], errors: &mut Errors) {
    two_homes(table, errors);
    wrong_slots(table, errors);
    cycles(table, served, errors);
}

fn two_homes(table: &Table, errors: &mut Errors) {
    for (event, declared) in table.alphabet.events.iter().enumerate() {
        let homes = table.homes(event);
        let [(first, row), rest @ ..] = homes.as_slice() else { continue };
        for (second, other) in rest {
            let (first, second) = (table.slot_name(*first), table.slot_name(*second));
            errors.at(
                other.extent,
                format!(
                    "event `{}` has two homes: rows of `{first}` and of `{second}` wait for it\n\
                     help: let one of them take it and raise another event to the other",
                    declared.name
                ),
            );
            errors.at(
                row.extent,
                format!("event `{}` has two homes: the row of `{first}`", declared.name),
            );
        }
    }
}

/// All effects of a table, each written row once.
fn effects(table: &Table) -> Vec<&Effect> {
    let mut effects = Vec::new();
    for machine in &table.machines {
        let mut last = None;
        for row in &machine.rows {
            if last != Some(row.source) {
                effects.extend(&row.outcome.effects);
            }
            last = Some(row.source);
        }
        effects.extend(machine.otherwise.iter().flat_map(|row| &row.outcome.effects));
    }
    effects
}

fn wrong_slots(table: &Table, errors: &mut Errors) {
    for effect in effects(table) {
        let (EffectKind::Raise(event) | EffectKind::Post(event)) = effect.kind else { continue };
        let Some(slot) = &effect.slot else { continue };
        match table.home(event) {
            Some(home) if *slot == table.slot_name(home) => {}
            Some(home) => errors.at(
                slot,
                format!(
                    "`{}` goes to slot `{home}`, whose rows wait for it: write `{home}.{}`",
                    effect.name,
                    effect.name,
                    home = table.slot_name(home)
                ),
            ),
            // The event is reported as unused where it is declared.
            None => {}
        }
    }
}

/// The events that are raised by the rows which take this event.
fn raised(rows: &[&Row], event: usize) -> Vec<usize> {
    let mut found: Vec<usize> = rows
        .iter()
        .filter(|row| row.trigger == Trigger::Event(event))
        .flat_map(|row| &row.outcome.effects)
        .filter_map(|effect| match effect.kind {
            EffectKind::Raise(event) => Some(event),
            _ => None,
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn cycles(table: &Table, served: &[Vec<Row>], errors: &mut Errors) {
    let rows: Vec<&Row> = table
        .machines
        .iter()
        .zip(served)
        .flat_map(|(machine, served)| machine.rows.iter().chain(served))
        .collect();
    let mut done = vec![false; table.alphabet.events.len()];
    let graph: Vec<Vec<usize>> = (0..done.len()).map(|event| raised(&rows, event)).collect();
    for start in 0..done.len() {
        let mut path = Vec::new();
        walk(&graph, start, &mut path, &mut done, &mut |cycle| {
            report(table, &rows, cycle, errors);
        });
    }
}

/// Depth first; an event met again on the path closes a cycle.
fn walk(
    graph: &[Vec<usize>],
    event: usize,
    path: &mut Vec<usize>,
    done: &mut [bool],
    report: &mut impl FnMut(&[usize]),
) {
    if let Some(position) = path.iter().position(|one| *one == event) {
        report(path.get(position..).unwrap_or_default());
        return;
    }
    if done.get(event).copied().unwrap_or(true) {
        return;
    }
    path.push(event);
    for next in graph.get(event).into_iter().flatten() {
        walk(graph, *next, path, done, report);
    }
    path.pop();
    if let Some(mark) = done.get_mut(event) {
        *mark = true;
    }
}

fn report(table: &Table, rows: &[&Row], cycle: &[usize], errors: &mut Errors) {
    let name = |event: &usize| {
        table.alphabet.events.get(*event).map_or_else(String::new, |one| one.name.to_string())
    };
    let mut names: Vec<String> = cycle.iter().map(name).collect();
    names.extend(cycle.first().map(name));
    let (Some(last), Some(first)) = (cycle.last(), cycle.first()) else { return };
    let closing = rows.iter().find_map(|row| {
        let effects = &row.outcome.effects;
        let effect = effects.iter().find(|effect| effect.kind == EffectKind::Raise(*first))?;
        (row.trigger == Trigger::Event(*last)).then_some(effect)
    });
    if let Some(effect) = closing {
        errors.at(
            &effect.name,
            format!(
                "a cycle of raises: {}\n\
                 help: raised events are worked off in the same turn, which would never end; \
                 `post` it, so that it comes in a later turn, or raise another event",
                names.join(" → ")
            ),
        );
    }
}
