//! Halves: each asks for its own facts and its own memory, and nothing crosses but what is posted.

use crate::errors::{Errors, unknown};
use crate::machine::{Atom, Effect, EffectKind, Machine, Outcome, Subject, Table};
use proc_macro2::Ident;

pub(super) fn check(table: &Table, errors: &mut Errors) {
    let halves = table.halves();
    facts_of_halves(table, &halves, errors);
    for machine in &table.machines {
        let Some(half) = table.slots.get(machine.slot).and_then(|slot| slot.half.as_ref()) else {
            continue;
        };
        for (atoms, outcome) in written_rows(machine) {
            let atoms = atoms.iter();
            atoms.for_each(|atom| asked(table, (half, &halves), atom, errors));
            outcome.effects.iter().for_each(|effect| crossed(table, half, effect, errors));
        }
    }
}

/// Each written row once: its guard (a row of `otherwise` has none), and what it does.
fn written_rows(machine: &Machine) -> Vec<(&[Atom], &Outcome)> {
    let mut found: Vec<(&[Atom], &Outcome)> = Vec::new();
    let mut last = None;
    for row in &machine.rows {
        if last != Some(row.source) {
            found.push((&row.guard, &row.outcome));
        }
        last = Some(row.source);
    }
    found.extend(machine.otherwise.iter().map(|row| (&[][..], &row.outcome)));
    found
}

/// In a table of halves each fact says which half answers it.
fn facts_of_halves(table: &Table, halves: &[&Ident], errors: &mut Errors) {
    for fact in &table.alphabet.facts {
        match &fact.half {
            Some(half) if !halves.contains(&half) => {
                errors.push(unknown("half", half, halves.iter().copied()));
            }
            None if !halves.is_empty() => errors.at(
                &fact.name,
                format!(
                    "`{}` needs the half that answers it: write `by` and the half's name",
                    fact.name
                ),
            ),
            _ => {}
        }
    }
}

/// A guard asks about its own half only. A half that does not exist is reported where it is named.
fn asked(table: &Table, (half, halves): (&Ident, &[&Ident]), atom: &Atom, errors: &mut Errors) {
    let Some(field) = atom.subject.field(&table.alphabet) else { return };
    let (what, other) = match atom.subject {
        Subject::Fact(_) => ("answered", field.half.as_ref()),
        Subject::Memory(_) => {
            ("written", field.writer.as_ref().and_then(|slot| table.half_of(slot)))
        }
        Subject::Policy(_) => return,
    };
    if let Some(other) = other.filter(|other| *other != half && halves.contains(other)) {
        errors.at(
            atom.extent,
            format!(
                "`{}` is {what} in the half `{other}`, and this machine stands in `{half}`\n\
                 help: let a row of `{other}` post an event to this half when it changes",
                field.name
            ),
        );
    }
}

fn crossed(table: &Table, half: &Ident, effect: &Effect, errors: &mut Errors) {
    let (EffectKind::Raise(_) | EffectKind::Post(_)) = effect.kind else { return };
    let Some(other) = effect.slot.as_ref().and_then(|slot| table.half_of(slot)) else { return };
    match effect.kind {
        EffectKind::Raise(_) if other != half => errors.at(
            &effect.name,
            format!(
                "`{}` is at home in the half `{other}`, and this machine stands in `{half}`\n\
                 help: `post` it: what is raised is worked off in the same turn, which is of one \
                 half",
                effect.name
            ),
        ),
        EffectKind::Post(_) if other == half => errors.at(
            &effect.name,
            format!(
                "`{}` is at home in this half, `{half}`, and what is posted goes to the other\n\
                 help: `raise` it",
                effect.name
            ),
        ),
        _ => {}
    }
}
