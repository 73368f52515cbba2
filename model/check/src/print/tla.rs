//! The table as a module of TLA+: alphabet and rows as data, without what they mean.
//!
//! What rows mean, and the world around them, is written by hand in TLA+ beside it, so that a
//! checker which shares no code with this one explores the same table.

mod scenario;
mod values;

use hyaline_model::table::{
    Citation, EventKind, FINGERPRINT, Half, Label, Machine, Memory, MemoryField, Policy,
    PolicyName, ROWS, Reason, Row, Slot, home,
};

pub use self::scenario::{ExportError, scenario};
use self::values::{effects, guard, record, sequence, set, string, updates};

/// How wide the module's lines are.
const COLUMNS: usize = 96;

/// The module `Table`, as `model/check/tla/Table.tla` holds it.
#[must_use]
pub fn table() -> String {
    let mut text = String::from("---- MODULE Table ----\n");
    text.push_str("(* The transition table as data. Printed: hyaline export tla *)\n\n");
    let definitions = [
        ("Fingerprint", string(FINGERPRINT)),
        ("SlotNames", set(Slot::ALL.iter().map(|slot| string(slot.name())))),
        ("Slots", slots()),
        ("StatesOf", by_machine(|machine| set(states(machine)))),
        ("InitialState", by_machine(|machine| string(machine.state_name(machine.initial_state())))),
        ("Labelled", by_machine(labelled)),
        ("Home", homes()),
        ("AlertOf", alerts()),
        ("InitialMemory", initial_memory()),
        ("Profiles", profiles()),
    ];
    for (name, value) in definitions {
        text.push_str(&wrapped(&format!("{name} == {value}")));
        text.push('\n');
    }
    text.push_str("Rows == <<\n");
    let rows: Vec<String> = ROWS.iter().map(|one| row(one)).collect();
    text.push_str(&rows.join(",\n"));
    text.push_str("\n>>\n====\n");
    text
}

fn slots() -> String {
    record(Half::ALL.iter().map(|half| {
        let slots = half.slots().iter().map(|slot| string(slot.name()));
        (half.name().to_owned(), sequence(slots))
    }))
}

fn by_machine(value: impl Fn(Machine) -> String) -> String {
    record(Machine::ALL.iter().map(|machine| (machine.name().to_owned(), value(*machine))))
}

fn states(machine: Machine) -> impl Iterator<Item = String> {
    (0..machine.state_count()).map(move |state| string(machine.state_name(state)))
}

fn labelled(machine: Machine) -> String {
    record(Label::ALL.iter().map(|label| {
        let has = (0..machine.state_count()).filter(|state| machine.has(*state, *label));
        (label.name().to_owned(), set(has.map(|state| string(machine.state_name(state)))))
    }))
}

fn homes() -> String {
    record(EventKind::ALL.iter().filter_map(|event| {
        home(*event).map(|slot| (event.name().to_owned(), string(slot.name())))
    }))
}

fn alerts() -> String {
    record(
        Reason::ALL.iter().map(|reason| (reason.name().to_owned(), string(reason.alert().name()))),
    )
}

fn initial_memory() -> String {
    record(MemoryField::ALL.iter().map(|field| {
        let value = field.value_name(Memory::INITIAL.get(*field));
        (field.name().to_owned(), values::value(value))
    }))
}

fn profiles() -> String {
    record(Policy::PROFILES.iter().map(|(name, policy)| ((*name).to_owned(), switches(policy))))
}

fn switches(policy: &Policy) -> String {
    record(
        PolicyName::ALL.iter().map(|name| {
            (name.name().to_owned(), values::value(name.value_name(policy.get(*name))))
        }),
    )
}

fn row(row: &Row) -> String {
    let machine = row.machine;
    let cited: Vec<String> = row
        .citations
        .iter()
        .map(|citation| match citation {
            Citation::Rfc(section) => (*section).to_owned(),
            Citation::Section { document, section } => format!("{document}, {section}"),
            Citation::Local(reason) => (*reason).to_owned(),
        })
        .collect();
    let from = set(row.from.iter().map(|state| string(machine.state_name(*state))));
    let to = row.to.map_or("(same)", |to| machine.state_name(to));
    let [sets, lowers, carries] = updates(row);
    let fields = [
        ("machine", string(machine.name())),
        ("from", from),
        ("event", string(row.event.name())),
        ("payloads", values::payloads(row)),
        ("guard", guard(row)),
        ("to", string(to)),
        ("sets", sets),
        ("lowers", lowers),
        ("carries", carries),
        ("effects", effects(row)),
        ("otherwise", values::truth(row.otherwise)),
    ];
    let fields = record(fields.map(|(name, value)| (name.to_owned(), value)).into_iter());
    format!("  \\* {}\n{}", cited.join(", "), wrapped(&format!("  {fields}")).trim_end())
}

/// The text, broken behind commas where it is too wide.
fn wrapped(text: &str) -> String {
    let indent = text.chars().take_while(|next| *next == ' ').count() + 4;
    let mut lines = Vec::new();
    let mut line = String::new();
    for part in text.split_inclusive(", ") {
        if line.len() + part.trim_end().len() > COLUMNS && !line.trim().is_empty() {
            lines.push(line.trim_end().to_owned());
            line = " ".repeat(indent);
        }
        line.push_str(part);
    }
    lines.push(line.trim_end().to_owned());
    lines.join("\n") + "\n"
}
