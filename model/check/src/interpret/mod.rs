//! A second, slower reading of the table: rows as data, tried one by one.
//!
//! The generated `step` is compared with it on every state, event and assignment of the guards
//! (`tests/equivalence.rs`), and mutants of the table run on it.

pub mod mutation;

use hyaline_model::table::{
    Event, EventKind, Facts, Machine, Memory, Policy, Row, Slot, States, Subject,
};

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

/// The row that the table takes, found by trying its rows one by one.
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

/// The row that the table without this one would take.
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
    others()
        .find(|row| !row.otherwise)
        .or_else(|| others().find(|row| row.otherwise))
        .or_else(|| whatever_the_state(masked.machine, event.kind()))
}

/// The `otherwise` that is written for any state and takes this event. It takes what a masked row
/// leaves.
///
/// The emitted `from` and `event` of an `otherwise` name only the pairs that the whole table leaves
/// to it, so the pair of a masked row is missing there. Two rules of writing find the row instead:
/// an `otherwise` for any state is written last; and where all `otherwise` rows of a machine cite
/// the same reason, they were written as one row for any event.
#[must_use]
pub fn whatever_the_state(machine: Machine, event: EventKind) -> Option<&'static Row> {
    let mut rows = machine.rows().iter().filter(|row| row.otherwise);
    let last = rows.clone().rfind(|row| row.event == event);
    last.or_else(|| {
        let first = rows.next()?;
        rows.all(|row| row.citations == first.citations).then_some(first)
    })
}
