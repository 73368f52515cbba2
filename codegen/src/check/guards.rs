//! Guards that never hold, and guards that ask too much.

use super::boxes::Space;
use super::{rows_at, state_name, triggers};
use crate::errors::{Errors, list};
use crate::machine::{Alphabet, Change, Domain, Machine, Row, Subject, Table, Trigger, Values};

/// The most subjects that the rows of one (state, event) may ask about: a test enumerates all
/// their assignments.
const MOST_SUBJECTS: usize = 16;

pub(crate) fn check(table: &Table, machine: &Machine, errors: &mut Errors) {
    let mut last = None;
    for row in &machine.rows {
        if last != Some(row.source) {
            contradiction(table, row, errors);
        }
        last = Some(row.source);
    }
    for trigger in triggers(table, machine) {
        for state in 0..machine.states.len() {
            too_many(table, machine, state, trigger, errors);
        }
    }
}

fn contradiction(table: &Table, row: &Row, errors: &mut Errors) {
    let alphabet = &table.alphabet;
    let mut seen: Vec<(Subject, Values)> = Vec::new();
    for atom in &row.guard {
        let before = seen.iter_mut().find(|(subject, _)| *subject == atom.subject);
        let left = before.as_ref().map_or(Values::MAX, |(_, values)| *values) & atom.values;
        if left == 0 {
            let message = match before {
                Some(_) => format!(
                    "this guard can never hold: `{}` contradicts what stands before it\n\
                     help: take one of the two conditions away, or write two rows",
                    atom.text
                ),
                None => format!("this guard can never hold: no value satisfies `{}`", atom.text),
            };
            errors.at(atom.extent, message);
            return;
        }
        if let Subject::Memory(field) = atom.subject
            && table.flawless
            && table.machines.iter().all(|machine| machine.sound)
            && atom.values & assigned(table, field) == 0
        {
            errors.at(
                atom.extent,
                format!(
                    "this guard can never hold: no row ever makes `{}` true, as the field starts \
                     with `{}` and {}",
                    atom.text,
                    initial(alphabet, field),
                    assignments(table, field)
                ),
            );
            return;
        }
        match before {
            Some((_, values)) => *values = left,
            None => seen.push((atom.subject, left)),
        }
    }
}

fn initial(alphabet: &Alphabet, field: usize) -> String {
    alphabet
        .memory
        .get(field)
        .map_or_else(String::new, |field| alphabet.value_name(field.domain, field.initial))
}

/// The values that a memory field can come to have.
fn assigned(table: &Table, field: usize) -> Values {
    let Some(declared) = table.alphabet.memory.get(field) else { return Values::MAX };
    let mut values: Values = 1 << declared.initial;
    let mut falls = false;
    for (_, change) in changes(table, field) {
        match change {
            Change::Set(index) => values |= 1 << index,
            Change::FromPayload => values = Values::MAX,
            Change::Decrement => falls = true,
        }
    }
    if falls && matches!(declared.domain, Domain::Range { .. }) {
        let highest = Values::BITS - 1 - values.leading_zeros();
        values |= Values::MAX >> (Values::BITS - 1 - highest);
    }
    values
}

fn changes(table: &Table, field: usize) -> Vec<(&Row, Change)> {
    let rows = table.machines.iter().flat_map(|machine| &machine.rows);
    let updates = rows.flat_map(|row| row.outcome.updates.iter().map(move |update| (row, update)));
    let mut changes: Vec<(&Row, Change)> = updates
        .filter(|(_, update)| update.field == field)
        .map(|(row, update)| (row, update.change))
        .collect();
    changes.dedup_by_key(|(_, change)| *change);
    changes
}

fn assignments(table: &Table, field: usize) -> String {
    let Some(declared) = table.alphabet.memory.get(field) else { return String::new() };
    let mut names: Vec<String> = changes(table, field)
        .into_iter()
        .filter_map(|(_, change)| match change {
            Change::Set(index) => Some(table.alphabet.value_name(declared.domain, index)),
            _ => None,
        })
        .collect();
    names.sort();
    names.dedup();
    match names.is_empty() {
        true => "nothing sets it".to_owned(),
        false => format!("is only set to {}", list(&names)),
    }
}

fn too_many(table: &Table, machine: &Machine, state: usize, trigger: Trigger, errors: &mut Errors) {
    let rows = rows_at(machine, state, trigger);
    let space = Space::new(&table.alphabet, trigger, &rows);
    let count = space.subjects.len();
    if let (Some(row), true) = (rows.last(), count > MOST_SUBJECTS) {
        errors.at(
            row.extent,
            format!(
                "more than {MOST_SUBJECTS} atoms: the rows of state `{}` for this event ask about \
                 {count} different things\n\
                 help: join some of them in one enum, or split the state, \
                 so that a test can still try every combination",
                state_name(machine, state)
            ),
        );
    }
}
