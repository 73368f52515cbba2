//! Settle rows end: each lowers the measure that its machine declares, component by component.

use super::state_name;
use super::updates::allowed;
use crate::errors::Errors;
use crate::machine::{Change, Component, Field, Machine, Row, Table, Trigger, Values};

/// What a row does to one component of the measure.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Course {
    Lowers,
    Keeps,
    /// The row lowers the component or keeps it: which of the two depends on the value before.
    NeverRaises,
    MayRaise,
}

pub(super) fn check(table: &Table, machine: &Machine, errors: &mut Errors) {
    let Some(measure) = &machine.measure else { return };
    let rows = machine.rows.iter().filter(|row| row.trigger == Trigger::Settle);
    for row in rows {
        if measure.is_empty() {
            errors.at(
                row.extent,
                format!(
                    "machine `{}` has settle rows, but does not say what they lower\n\
                     help: settle rows fire until none can; add `settle lowers {{ … }}` with \
                     `state`, `falling field` or `rising field`, of which each settle row lowers \
                     the first that it changes",
                    machine.name
                ),
            );
            return;
        }
        for (from, _) in &row.from {
            if let Some(why) = failure(table, measure, row, *from) {
                errors.at(
                    row.extent,
                    format!(
                        "this settle row does not lower the measure when it fires in state \
                         `{}`: {why}\n\
                         help: settle rows fire until none can, so each must come closer to an \
                         end; let it lower a part of `settle lowers {{ … }}`, or declare there \
                         what it lowers",
                        state_name(machine, *from)
                    ),
                );
                break;
            }
        }
    }
}

/// Why the measure is not lowered; nothing if it is.
fn failure(table: &Table, measure: &[Component], row: &Row, from: usize) -> Option<String> {
    for component in measure {
        match course(table, row, from, *component) {
            Course::Lowers => return None,
            Course::Keeps | Course::NeverRaises => {}
            Course::MayRaise => {
                return Some(format!("it may raise `{}`", name(table, *component)));
            }
        }
    }
    Some("nothing shows that it lowers a part of it".to_owned())
}

fn name(table: &Table, component: Component) -> String {
    let field = |field: usize| {
        table.alphabet.memory.get(field).map_or_else(String::new, |field| field.name.to_string())
    };
    match component {
        Component::State => "state".to_owned(),
        Component::Falling(index) => format!("falling {}", field(index)),
        Component::Rising(index) => format!("rising {}", field(index)),
    }
}

fn course(table: &Table, row: &Row, from: usize, component: Component) -> Course {
    let (field, falling) = match component {
        Component::State => {
            // The rank falls along the declared order.
            return match row.outcome.to {
                Some((to, _)) if to > from => Course::Lowers,
                Some((to, _)) if to < from => Course::MayRaise,
                _ => Course::Keeps,
            };
        }
        Component::Falling(field) => (field, true),
        Component::Rising(field) => (field, false),
    };
    let Some(declared) = table.alphabet.memory.get(field) else { return Course::MayRaise };
    let before = allowed(Some(row), field) & table.alphabet.all(declared.domain);
    let update = row.outcome.updates.iter().find(|update| update.field == field);
    match update.map(|update| update.change) {
        None => Course::Keeps,
        Some(Change::Decrement) if falling => Course::Lowers,
        Some(Change::Set(after)) => moved(declared, before, after, falling),
        Some(_) => Course::MayRaise,
    }
}

fn moved(_field: &Field, before: Values, after: u8, falling: bool) -> Course {
    let below: Values = (1 << after) - 1;
    let at: Values = 1 << after;
    let above = !(below | at);
    let wrong = if falling { below } else { above };
    if before & wrong != 0 {
        Course::MayRaise
    } else if before & at == 0 {
        Course::Lowers
    } else if before == at {
        Course::Keeps
    } else {
        Course::NeverRaises
    }
}
