//! Whatever is declared is used.

use crate::errors::Errors;
use crate::machine::{
    Atom, Component, EffectKind, Field, Outcome, Row, Subject, Table, Trigger, Update,
};

pub(super) fn check(table: &Table, served: &[Vec<Row>], errors: &mut Errors) {
    let rows: Vec<&Row> = table.machines.iter().flat_map(|machine| &machine.rows).collect();
    let otherwise = table.machines.iter().flat_map(|machine| &machine.otherwise);
    let outcomes: Vec<&Outcome> =
        rows.iter().map(|row| &row.outcome).chain(otherwise.map(|row| &row.outcome)).collect();
    let atoms: Vec<&Atom> = rows.iter().flat_map(|row| &row.guard).collect();
    debug_assert!(served.len() == table.machines.len());
    events(table, &rows, errors);
    actions(table, &outcomes, errors);
    memory(table, &atoms, &outcomes, errors);
    let asked = |subject: Subject| atoms.iter().any(|atom| atom.subject == subject);
    for (index, fact) in table.alphabet.facts.iter().enumerate() {
        if !asked(Subject::Fact(index)) {
            report(fact, "fact", "no guard asks for it", errors);
        }
    }
    for (index, policy) in table.alphabet.policy.iter().enumerate() {
        if !asked(Subject::Policy(index)) {
            report(policy, "policy", "no row stands `under` it", errors);
        }
    }
    for (index, label) in table.alphabet.labels.iter().enumerate() {
        let states = table.machines.iter().flat_map(|machine| &machine.states);
        if !states.into_iter().any(|state| state.labels.contains(&index)) {
            errors.at(
                &label.name,
                format!(
                    "label `{}` is never used: no state carries it\n\
                     help: delete it, or write it behind a state: `State [{}]`",
                    label.name, label.name
                ),
            );
        }
    }
}

fn events(table: &Table, rows: &[&Row], errors: &mut Errors) {
    for (index, event) in table.alphabet.events.iter().enumerate() {
        if !rows.iter().any(|row| row.trigger == Trigger::Event(index)) {
            errors.at(
                &event.name,
                format!(
                    "event `{}` is never used: no row waits for it, so it has no home\n\
                     help: delete it, or write a row for it in `rows`; `otherwise` gives it none",
                    event.name
                ),
            );
        }
    }
}

fn actions(table: &Table, outcomes: &[&Outcome], errors: &mut Errors) {
    let mut effects = outcomes.iter().flat_map(|outcome| &outcome.effects);
    let performed: Vec<EffectKind> = effects.by_ref().map(|effect| effect.kind).collect();
    for (index, action) in table.alphabet.actions.iter().enumerate() {
        if !performed.contains(&EffectKind::Perform(index)) {
            errors.at(
                &action.name,
                format!(
                    "action `{}` is never used: no row performs it\n\
                     help: delete it, or let a row perform it",
                    action.name
                ),
            );
        }
    }
}

fn memory(table: &Table, atoms: &[&Atom], outcomes: &[&Outcome], errors: &mut Errors) {
    let updates: Vec<&Update> = outcomes.iter().flat_map(|outcome| &outcome.updates).collect();
    for (index, field) in table.alphabet.memory.iter().enumerate() {
        let asked = atoms.iter().any(|atom| atom.subject == Subject::Memory(index))
            || table.machines.iter().any(|machine| {
                let measured = [Component::Falling(index), Component::Rising(index)];
                machine.measure.iter().flatten().any(|component| measured.contains(component))
            });
        let set = updates.iter().any(|update| update.field == index);
        let why = match (asked, set) {
            (true, true) => continue,
            (false, true) => "rows set it, but no guard asks for it",
            (true, false) => "guards ask for it, but no row sets it",
            (false, false) => "no guard asks for it and no row sets it",
        };
        report(field, "memory field", why, errors);
    }
}

fn report(field: &Field, what: &str, why: &str, errors: &mut Errors) {
    errors.at(
        &field.name,
        format!("{what} `{}` is never used: {why}\nhelp: delete it, or use it", field.name),
    );
}
