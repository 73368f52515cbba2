//! Everything that can be wrong with a table whose names are all known. All of it is reported.

pub(crate) mod boxes;
pub(crate) mod citations;
pub(crate) mod coverage;
pub(crate) mod guards;
mod halves;
pub(crate) mod overlap;
mod raises;
mod reach;
mod settle;
mod unused;
mod updates;

use crate::errors::Errors;
use crate::machine::{Machine, Row, Table, Trigger};

/// Reports what is wrong, and returns what the rows of `otherwise` serve, for each machine.
///
/// A machine whose rows are not all known is left out of the checks that need all of them.
pub(crate) fn check(table: &Table, errors: &mut Errors) -> Vec<Vec<Row>> {
    let mut served = Vec::new();
    for machine in &table.machines {
        guards::check(table, machine, errors);
        overlap::check(table, machine, errors);
        updates::check(table, machine, errors);
        settle::check(table, machine, errors);
        let rows = coverage::check(table, machine, errors);
        if machine.sound {
            reach::check(machine, &rows, errors);
        }
        served.push(rows);
    }
    raises::check(table, &served, errors);
    halves::check(table, errors);
    if table.machines.iter().all(|machine| machine.sound) {
        unused::check(table, &served, errors);
    }
    served
}

/// The rows of a machine that wait for this in this state.
fn rows_at(machine: &Machine, state: usize, trigger: Trigger) -> Vec<&Row> {
    machine
        .rows
        .iter()
        .filter(|row| row.trigger == trigger && row.from.iter().any(|(from, _)| *from == state))
        .collect()
}

/// What a machine can wait for: the events of its slot, and `settle`.
fn triggers(table: &Table, machine: &Machine) -> Vec<Trigger> {
    let events = table.events_of(machine.slot).into_iter().map(Trigger::Event);
    events.chain([Trigger::Settle]).collect()
}

/// The state's name.
fn state_name(machine: &Machine, state: usize) -> String {
    machine.states.get(state).map_or_else(String::new, |state| state.name.to_string())
}
