//! The machines of the table: what they are, and in which state each is at one place of a walk.

use hyaline_check::ends::plain_tcp::PlainTcp;
use hyaline_check::ends::tls::Tls;
use hyaline_check::print::diagram::Diagram;
use hyaline_check::print::diagram::drawn::drawn;
use hyaline_check::print::line::StraightLine;
use hyaline_check::print::row::Parts;
use hyaline_check::world::contract::PairEndpoint;
use hyaline_model::table::{Citation, Machine, ROWS, Slot};
use serde::Serialize;

/// A machine and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MachineAt {
    /// The machine.
    pub machine: &'static str,
    /// Its state.
    pub state: &'static str,
}

/// An endpoint at one place of a path.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct EndpointShown {
    /// Its machines; none of plain TCP.
    pub machines: Vec<MachineAt>,
    /// Records that are sealed and not transmitted, the oldest first.
    pub outbox: Vec<String>,
    /// Records that are opened and not given to the program.
    pub unread: u8,
}

/// An endpoint that says what there is to see of it.
pub trait Shown: PairEndpoint {
    /// What there is to see.
    fn shown(&self) -> EndpointShown;
}

impl Shown for Tls {
    fn shown(&self) -> EndpointShown {
        let states = &self.machines().states;
        let machines = Slot::ALL.iter().map(|slot| {
            let machine = states.machine(*slot);
            MachineAt { machine: machine.name(), state: machine.state_name(states.index(*slot)) }
        });
        EndpointShown {
            machines: machines.collect(),
            outbox: self.waiting().map(|(content, _)| content.to_string()).collect(),
            unread: self.unread(),
        }
    }
}

impl Shown for PlainTcp {
    fn shown(&self) -> EndpointShown {
        let outbox = self.first_cell().into_iter().map(|cell| cell.to_string()).collect();
        EndpointShown { outbox, ..EndpointShown::default() }
    }
}

/// A machine of the table.
#[derive(Clone, Debug, Serialize)]
pub struct MachineShown {
    /// Its name.
    pub name: &'static str,
    /// Its doc comment.
    pub docs: &'static str,
    /// Its states.
    pub states: Vec<&'static str>,
    /// The states as a picture, in which each has its name as `data-state`, and each way between
    /// two of them theirs as `data-from` and `data-to`.
    pub diagram: String,
}

/// A row of the table.
#[derive(Clone, Debug, Serialize)]
pub struct RowShown {
    /// Its name in traces.
    pub name: String,
    /// Its machine.
    pub machine: &'static str,
    /// The states that it leaves.
    pub from: String,
    /// The event that it waits for.
    pub event: String,
    /// What has to hold.
    pub condition: String,
    /// The state that it enters; `same` where it stays.
    pub to: &'static str,
    /// What it does.
    pub does: Vec<&'static str>,
    /// Sections of RFC 9846.
    pub sections: Vec<&'static str>,
    /// Reasons of our own.
    pub reasons: Vec<String>,
    /// Whether it takes what the other rows leave.
    pub otherwise: bool,
}

/// All machines.
///
/// # Errors
///
/// If the straight line cannot be walked.
pub fn machines() -> Result<Vec<MachineShown>, String> {
    let line = StraightLine::walk().map_err(|error| error.to_string())?;
    let shown = |machine: &Machine| MachineShown {
        name: machine.name(),
        docs: machine.docs().trim(),
        states: (0..machine.state_count()).map(|index| machine.state_name(index)).collect(),
        diagram: drawn(&[Diagram::of(*machine, &line)]).to_string(),
    };
    Ok(Machine::ALL.iter().map(shown).collect())
}

/// All rows.
#[must_use]
pub fn rows() -> Vec<RowShown> {
    let rows = ROWS.iter().map(|row| {
        let parts = Parts::of(row);
        let sections = row.citations.iter().filter_map(|citation| match citation {
            Citation::Rfc(section) => Some(*section),
            Citation::Section { .. } | Citation::Local(_) => None,
        });
        let reasons = row.citations.iter().filter_map(|citation| match citation {
            Citation::Rfc(_) => None,
            Citation::Section { document, section } => Some(format!("{document} § {section}")),
            Citation::Local(reason) => Some((*reason).to_owned()),
        });
        RowShown {
            name: format!("{}: {}", row.machine.name(), row.text),
            machine: row.machine.name(),
            condition: parts.condition(),
            from: parts.from,
            event: parts.event,
            to: parts.to,
            does: parts.does,
            sections: sections.collect(),
            reasons: reasons.collect(),
            otherwise: row.otherwise,
        }
    });
    rows.collect()
}

#[cfg(test)]
mod tests {
    use hyaline_check::print::place::row_of;

    use super::*;

    #[test]
    fn a_state_of_a_machine_has_its_place_in_the_picture() {
        for machine in machines().expect("machines") {
            for state in machine.states {
                let place = format!("data-state=\"{state}\"");
                assert_eq!(machine.diagram.matches(&place).count(), 1, "{}: {state}", machine.name);
            }
        }
    }

    #[test]
    fn every_row_has_the_name_by_which_a_trace_calls_it_and_a_source() {
        let rows = rows();
        assert_eq!(rows.len(), ROWS.len());
        for row in rows {
            assert!(row_of(&row.name).is_some(), "{}", row.name);
            assert!(!row.sections.is_empty() || !row.reasons.is_empty(), "{}", row.name);
        }
    }
}
