//! Values of the table, as TLA+ writes them.

use std::collections::BTreeSet;

use hyaline_model::table::{Change, EffectKind, Event, Row, Subject};

/// What stands for the payload of the row's event.
const PAYLOAD: &str = "(payload)";

/// A string.
pub(super) fn string(text: &str) -> String {
    format!("\"{text}\"")
}

/// A truth value.
pub(super) fn truth(value: bool) -> String {
    if value { "TRUE" } else { "FALSE" }.to_owned()
}

/// A value by its name in the table: a truth value, a number or a word.
pub(super) fn value(name: &str) -> String {
    match name {
        "false" => truth(false),
        "true" => truth(true),
        number if number.parse::<u8>().is_ok() => number.to_owned(),
        word => string(word),
    }
}

/// A set of values.
pub(super) fn set(values: impl Iterator<Item = String>) -> String {
    format!("{{{}}}", values.collect::<Vec<_>>().join(", "))
}

/// A sequence of values.
pub(super) fn sequence(values: impl Iterator<Item = String>) -> String {
    format!("<<{}>>", values.collect::<Vec<_>>().join(", "))
}

/// A record; the empty function where it has no field.
pub(super) fn record(fields: impl Iterator<Item = (String, String)>) -> String {
    let fields: Vec<String> = fields.map(|(name, value)| format!("{name} |-> {value}")).collect();
    if fields.is_empty() { "<<>>".to_owned() } else { format!("[{}]", fields.join(", ")) }
}

/// The atoms of a row's guard: what each asks about, its name, and the values with which it holds.
pub(super) fn guard(row: &Row) -> String {
    sequence(row.guard.iter().map(|atom| {
        let (kind, name, named): (_, _, Vec<&str>) = match atom.subject {
            Subject::Memory(field) => {
                let named = atom.allowed.iter().map(|index| field.value_name(*index));
                ("memory", field.name(), named.collect())
            }
            Subject::Fact(fact) => {
                let named = atom.allowed.iter().map(|index| fact.value_name(*index));
                ("fact", fact.name(), named.collect())
            }
            Subject::Policy(switch) => {
                let named = atom.allowed.iter().map(|index| switch.value_name(*index));
                ("policy", switch.name(), named.collect())
            }
        };
        let allowed = set(named.into_iter().map(value));
        sequence([string(kind), string(name), allowed].into_iter())
    }))
}

/// The fields that a row sets to a value, those that it lowers by one, and those that get the
/// payload of its event.
pub(super) fn updates(row: &Row) -> [String; 3] {
    let sets = row.updates.iter().filter_map(|update| match update.change {
        Change::Set(index) => {
            Some((update.field.name().to_owned(), value(update.field.value_name(index))))
        }
        Change::SetFromPayload | Change::Decrement => None,
    });
    let with = |change| {
        let fields = row.updates.iter().filter(move |update| update.change == change);
        set(fields.map(|update| string(update.field.name())))
    };
    [record(sets), with(Change::Decrement), with(Change::SetFromPayload)]
}

/// The payloads that a row takes; the empty word where its event carries none.
pub(super) fn payloads(row: &Row) -> String {
    set(events(row).map(|event| string(&parts(&event.to_string()).1)))
}

/// The events on which a row is taken.
fn events(row: &Row) -> impl Iterator<Item = Event> {
    row.event.values().filter(|event| match (row.payload, event.payload_index()) {
        (None, _) => true,
        (Some(allowed), Some(payload)) => allowed.contains(&payload),
        (Some(_), None) => false,
    })
}

/// The effects of a row: what each does, with which name, and with which payload.
pub(super) fn effects(row: &Row) -> String {
    sequence(row.effects.iter().map(|effect| {
        let made = |event| match effect.kind {
            EffectKind::Perform(action) => ("perform", action(event).to_string()),
            EffectKind::Raise(of) => ("raise", of(event).to_string()),
            EffectKind::Post(of) => ("post", of(event).to_string()),
        };
        let all: BTreeSet<(&str, String)> = events(row).map(made).collect();
        let (kind, text) = all.first().cloned().unwrap_or_default();
        let (name, payload) = parts(&text);
        // Where the effect differs from event to event, its payload is that of the event.
        let payload = if all.len() > 1 { PAYLOAD.to_owned() } else { payload };
        sequence([kind, &name, &payload].map(string).into_iter())
    }))
}

/// `Name(Payload)` taken apart; the payload is empty where there is none.
fn parts(text: &str) -> (String, String) {
    match text.split_once('(') {
        None => (text.to_owned(), String::new()),
        Some((name, rest)) => (name.to_owned(), rest.trim_end_matches(')').to_owned()),
    }
}
