//! A second, slower reading of the table: rows as data, tried one by one.
//!
//! The generated `step` is compared with it on every state, event and assignment of the guards
//! (`tests/equivalence.rs`), and mutants of the table run on it.

use crate::table::{Event, Facts, Machine, Memory, Policy, Row, Slot, States, Subject};

/// Does the row's guard hold?
#[must_use]
pub fn guard_holds(row: &Row, memory: &Memory, facts: &Facts, policy: &Policy) -> bool {
    row.guard.iter().all(|atom| {
        let value = match atom.subject {
            Subject::Memory(field) => memory.get(field),
            Subject::Fact(fact) => facts.get(fact),
            Subject::Policy(switch) => policy.get(switch),
        };
        atom.allowed.contains(&value)
    })
}

/// Is the row written for this state and event, whatever its guard says?
#[must_use]
pub fn is_for(row: &Row, state: u8, event: Event) -> bool {
    row.from.contains(&state)
        && row.event == event.kind()
        && match (row.payload, event.payload_index()) {
            (None, _) => true,
            (Some(allowed), Some(payload)) => allowed.contains(&payload),
            (Some(_), None) => false,
        }
}

/// The rows that fire: one row of the table proper, else the first `otherwise`.
///
/// More than one row proper would be a mistake that the macro rejects; the iterator shows them all.
pub fn rows_that_fire<'a>(
    machine: Machine,
    state: u8,
    event: Event,
    memory: &'a Memory,
    facts: &'a Facts,
    policy: &'a Policy,
) -> impl Iterator<Item = &'static Row> + 'a {
    machine
        .rows()
        .iter()
        .filter(move |row| is_for(row, state, event) && guard_holds(row, memory, facts, policy))
}

/// What the table says, by trying its rows one by one.
#[must_use]
pub fn step(
    machine: Machine,
    state: u8,
    event: Event,
    memory: &Memory,
    facts: &Facts,
    policy: &Policy,
) -> Option<&'static Row> {
    let fires = || rows_that_fire(machine, state, event, memory, facts, policy);
    fires().find(|row| !row.otherwise).or_else(|| fires().find(|row| row.otherwise))
}

/// What the table would say if this row were not in it.
#[must_use]
pub fn step_without(
    masked: &Row,
    states: &States,
    slot: Slot,
    event: Event,
    memory: &Memory,
    facts: &Facts,
    policy: &Policy,
) -> Option<&'static Row> {
    let fires = || rows_that_fire(masked.machine, states.index(slot), event, memory, facts, policy);
    let others = || fires().filter(|row| row.number != masked.number);
    // An `otherwise` serves the pairs that it serves in the table; a masked row's pair falls to the
    // first of its machine that is for this event, whatever the state.
    others().find(|row| !row.otherwise).or_else(|| others().find(|row| row.otherwise)).or_else(
        || {
            let rows = masked.machine.rows().iter();
            rows.clone().find(|row| row.otherwise && row.event == event.kind())
        },
    )
}
