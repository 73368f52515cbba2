//! Two rows that can both fire.

use super::boxes::{Space, intersection};
use super::{rows_at, state_name, triggers};
use crate::errors::Errors;
use crate::machine::{Machine, Table};

pub(crate) fn check(table: &Table, machine: &Machine, errors: &mut Errors) {
    let mut reported = Vec::new();
    for trigger in triggers(table, machine) {
        for state in 0..machine.states.len() {
            let rows = rows_at(machine, state, trigger);
            for (position, row) in rows.iter().enumerate() {
                for other in rows.iter().skip(position + 1) {
                    let space = Space::new(&table.alphabet, trigger, &[row, other]);
                    let (Some(one), Some(two)) = (space.of(row), space.of(other)) else { continue };
                    let Some(shared) = intersection(&one, &two) else { continue };
                    if reported.contains(&(row.source, other.source)) {
                        continue;
                    }
                    reported.push((row.source, other.source));
                    let example = space.example(&shared);
                    let state = state_name(machine, state);
                    errors.at(
                        row.extent,
                        format!(
                            "two rows can both fire: in state `{state}` on {example}\n\
                             this row:  {}\nother row: {}\n\
                             help: give one of them a condition that excludes the other",
                            row.text, other.text
                        ),
                    );
                    errors.at(
                        other.extent,
                        format!(
                            "the other of two rows that can both fire: in state `{state}` on \
                             {example}"
                        ),
                    );
                }
            }
        }
    }
}
