//! A short name for what a table does. Whatever changes what a row does changes the fingerprint;
//! documentation and citations do not.

use crate::machine::{Alphabet, Component, Field, Row, Signal, Table};
use hmac_sha256::Hash;
use std::fmt::Write;

/// How many bytes of the digest are kept.
const KEPT: usize = 16;

/// Hexadecimal digits of SHA-256 over alphabet, states, rows and the shipped profile.
pub(super) fn fingerprint(table: &Table, rows: &[Vec<Row>]) -> String {
    let mut text = alphabet(&table.alphabet);
    for slot in &table.slots {
        let half = slot.half.as_ref().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(text, "slot {} {half}", slot.name);
    }
    for (machine, rows) in table.machines.iter().zip(rows) {
        let _ = writeln!(text, "machine {}: {}", machine.name, table.slot_name(machine.slot));
        for (index, state) in machine.states.iter().enumerate() {
            let initial = if index == machine.initial { "initial " } else { "" };
            let last = if state.last { "final " } else { "" };
            let labels: Vec<String> = state
                .labels
                .iter()
                .filter_map(|label| Some(table.alphabet.labels.get(*label)?.name.to_string()))
                .collect();
            let _ = writeln!(text, "{initial}{last}{} [{}]", state.name, labels.join(", "));
        }
        for component in machine.measure.iter().flatten() {
            let _ = match component {
                Component::State => writeln!(text, "lowers state"),
                Component::Falling(field) => writeln!(text, "falling {field}"),
                Component::Rising(field) => writeln!(text, "rising {field}"),
            };
        }
        for row in rows {
            let kind = if row.otherwise { "otherwise" } else { "row" };
            let _ = writeln!(text, "{kind} {}", row.text);
        }
    }
    let digest = Hash::hash(text.as_bytes());
    digest.iter().take(KEPT).fold(String::new(), |mut hexadecimal, byte| {
        let _ = write!(hexadecimal, "{byte:02x}");
        hexadecimal
    })
}

fn alphabet(alphabet: &Alphabet) -> String {
    let mut text = String::new();
    for one in &alphabet.enums {
        let mut variants: Vec<String> =
            one.variants.iter().map(|variant| variant.name.to_string()).collect();
        let mut head = one.name.to_string();
        if let Some(mapping) = &one.mapping {
            let _ = write!(head, " => {}: {}", mapping.name, alphabet.type_name(mapping.domain));
            for (variant, value) in variants.iter_mut().zip(&mapping.values) {
                let _ = write!(variant, " => {}", alphabet.value_name(mapping.domain, *value));
            }
        }
        let _ = writeln!(text, "enum {head} {{ {} }}", variants.join(", "));
    }
    for label in &alphabet.labels {
        let _ = writeln!(text, "label {}", label.name);
    }
    let signals = |text: &mut String, what: &str, signals: &[Signal]| {
        for signal in signals {
            let payload = signal.payload.map(|domain| alphabet.type_name(domain));
            let _ = writeln!(text, "{what} {}({})", signal.name, payload.unwrap_or_default());
        }
    };
    signals(&mut text, "event", &alphabet.events);
    signals(&mut text, "action", &alphabet.actions);
    let fields = |text: &mut String, what: &str, fields: &[Field]| {
        for field in fields {
            let (domain, initial) = (
                alphabet.type_name(field.domain),
                alphabet.value_name(field.domain, field.initial),
            );
            let owner = field.writer.as_ref().or(field.half.as_ref());
            let owner = owner.map(ToString::to_string).unwrap_or_default();
            let _ = writeln!(text, "{what} {}: {domain} = {initial} by {owner}", field.name);
        }
    };
    fields(&mut text, "memory", &alphabet.memory);
    fields(&mut text, "fact", &alphabet.facts);
    fields(&mut text, "policy", &alphabet.policy);
    if let Some(profile) = alphabet.profiles.first() {
        for (policy, value) in alphabet.policy.iter().zip(&profile.values) {
            let value = alphabet.value_name(policy.domain, *value);
            let _ = writeln!(text, "shipped {}: {value}", policy.name);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::errors::Errors;
    use crate::front::read;
    use crate::syntax::AlphabetSyntax;

    /// What the fingerprint is computed from, of an alphabet with this enum.
    fn hashed(written: &str) -> String {
        let mut errors = Errors::new();
        let tokens = format!("enums {{ {written} }}").parse().expect("tokens");
        let syntax = read(tokens, &mut errors, AlphabetSyntax::parse).expect("an alphabet");
        let hashed = alphabet(&Alphabet::resolve(&syntax, true, &mut errors));
        assert!(errors.is_empty(), "{}", errors.to_tokens());
        hashed
    }

    #[test]
    fn what_a_variant_maps_to_is_part_of_the_fingerprint() {
        let plain = hashed("pub enum Level { Low }");
        let cold = hashed("pub enum Level => hot: bool { Low => false }");
        let hot = hashed("pub enum Level => hot: bool { Low => true }");
        assert!(plain != cold && cold != hot);
    }

    #[test]
    fn documentation_is_no_part_of_the_fingerprint() {
        assert_eq!(
            hashed("/** Of heat. */ pub enum Level { Low }"),
            hashed("pub enum Level { Low }")
        );
    }
}
