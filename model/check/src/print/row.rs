//! A row, taken apart for printing.

use hyaline_model::table::{Citation, Label, Machine, Row, Subject};

/// The parts of a row as they are written in the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The states it leaves, `_` for every state.
    pub from: String,
    /// The event, with its payload.
    pub event: String,
    /// Memory and facts that must hold.
    pub guard: Vec<&'static str>,
    /// Policies that must hold.
    pub policy: Vec<&'static str>,
    /// The state it enters; `same` where it stays.
    pub to: &'static str,
    /// Updates of the memory, and then effects.
    pub does: Vec<&'static str>,
    /// Where it comes from: sections of RFC 9846, or our own reason.
    pub source: Vec<String>,
}

impl Parts {
    /// The parts of a row.
    #[must_use]
    pub fn of(row: &Row) -> Self {
        let (from, rest) = row.text.split_once(" + ").unwrap_or((row.text, ""));
        let ends = [" if ", " under ", " => "];
        let end = ends.iter().filter_map(|end| rest.find(end)).min().unwrap_or(rest.len());
        let atoms = |is_policy: bool| {
            let of_policy = move |subject| matches!(subject, Subject::Policy(_)) == is_policy;
            let atoms = row.guard.iter().filter(move |atom| of_policy(atom.subject));
            atoms.map(|atom| atom.text).collect()
        };
        let updates = row.updates.iter().map(|update| update.text);
        let effects = row.effects.iter().map(|effect| effect.text);
        Self {
            from: from.to_owned(),
            event: rest.get(..end).unwrap_or_default().to_owned(),
            guard: atoms(false),
            policy: atoms(true),
            to: row.to.map_or("same", |to| row.machine.state_name(to)),
            does: updates.chain(effects).collect(),
            source: row.citations.iter().map(source).collect(),
        }
    }

    /// The whole guard: memory and facts, then policies.
    #[must_use]
    pub fn condition(&self) -> String {
        let mut condition = self.guard.join(" and ");
        if !self.policy.is_empty() {
            if !condition.is_empty() {
                condition.push(' ');
            }
            condition.push_str("under ");
            condition.push_str(&self.policy.join(" and "));
        }
        condition
    }
}

/// A citation as it is printed.
fn source(citation: &Citation) -> String {
    match citation {
        Citation::Rfc(section) => format!("§ {section}"),
        Citation::Section { document, section } => format!("{document} § {section}"),
        Citation::Local(reason) => (*reason).to_owned(),
    }
}

/// The marks of a state: whether it is initial or final, and its labels.
#[must_use]
pub fn marks(machine: Machine, state: u8) -> Vec<&'static str> {
    let begins = (state == machine.initial_state()).then_some("initial");
    let ends = machine.is_final(state).then_some("final");
    let labels = Label::ALL.iter().filter(|label| machine.has(state, **label));
    begins.into_iter().chain(ends).chain(labels.map(|label| label.name())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyaline_model::table::ROWS;

    /// The row, put together again from its parts.
    fn put_together(parts: &Parts) -> String {
        let mut text = format!("{} + {}", parts.from, parts.event);
        if !parts.guard.is_empty() {
            text.push_str(&format!(" if {}", parts.guard.join(" and ")));
        }
        if !parts.policy.is_empty() {
            text.push_str(&format!(" under {}", parts.policy.join(" and ")));
        }
        let does: String = parts.does.iter().map(|each| format!("{each}; ")).collect();
        let does = if does.is_empty() { "{}".to_owned() } else { format!("{{ {does}}}") };
        format!("{text} => {} {does}", parts.to)
    }

    #[test]
    fn the_parts_of_every_row_make_the_row() {
        for row in ROWS {
            assert_eq!(put_together(&Parts::of(row)), row.text);
        }
    }
}
