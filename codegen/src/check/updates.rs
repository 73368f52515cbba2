//! Memory: one writer for each field, and no value outside its type.

use crate::errors::Errors;
use crate::machine::{Change, Domain, Machine, Outcome, Row, Subject, Table, Values};

pub(super) fn check(table: &Table, machine: &Machine, errors: &mut Errors) {
    let mut last = None;
    for row in &machine.rows {
        if last != Some(row.source) {
            writers(table, machine, &row.outcome, errors);
            counting(table, Some(row), &row.outcome, errors);
        }
        last = Some(row.source);
    }
    for row in &machine.otherwise {
        writers(table, machine, &row.outcome, errors);
        counting(table, None, &row.outcome, errors);
    }
}

fn writers(table: &Table, machine: &Machine, outcome: &Outcome, errors: &mut Errors) {
    let slot = table.slot_name(machine.slot);
    for update in &outcome.updates {
        let Some(field) = table.alphabet.memory.get(update.field) else { continue };
        let Some(writer) = &field.writer else { continue };
        if *writer != slot && table.slots.iter().any(|slot| slot.name == *writer) {
            errors.at(
                update.extent,
                format!(
                    "`{}` is written by `{writer}`, and this machine stands in `{slot}`\n\
                     help: raise or post an event to `{writer}` whose row writes it, \
                     or declare another writer (`by {slot}`)",
                    field.name
                ),
            );
        }
    }
}

/// The guard of a row that counts a field down must exclude the lowest value of the range.
fn counting(table: &Table, row: Option<&Row>, outcome: &Outcome, errors: &mut Errors) {
    for update in outcome.updates.iter().filter(|update| update.change == Change::Decrement) {
        let Some(field) = table.alphabet.memory.get(update.field) else { continue };
        let Domain::Range { low, .. } = field.domain else { continue };
        if allowed(row, update.field) & 1 != 0 {
            errors.at(
                update.extent,
                format!(
                    "`{}` may be {low} here, and cannot fall below it\n\
                     help: add `{} != {low}` to the guard of this row",
                    field.name, field.name
                ),
            );
        }
    }
}

/// The values that a memory field may have where a row fires.
pub(super) fn allowed(row: Option<&Row>, field: usize) -> Values {
    row.into_iter()
        .flat_map(|row| &row.guard)
        .filter(|atom| atom.subject == Subject::Memory(field))
        .fold(Values::MAX, |values, atom| values & atom.values)
}
