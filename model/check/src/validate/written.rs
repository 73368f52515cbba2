//! One line of a log, as it is written.

use std::collections::BTreeMap;

use hyaline_model::table::{
    Event, EventKind, FactName, Facts, Half, Policy, PolicyName, ROWS, Row,
};
use serde::Deserialize;

/// Every field that a line may have.
#[derive(Debug, Deserialize)]
pub(super) struct Line {
    pub(super) connection: Option<u64>,
    pub(super) end: Option<String>,
    pub(super) sequence: Option<u64>,
    #[serde(default)]
    pub(super) microseconds: u64,
    pub(super) table: Option<String>,
    pub(super) tickets: Option<u8>,
    pub(super) policy: Option<BTreeMap<String, String>>,
    pub(super) half: Option<String>,
    pub(super) turn: Option<u64>,
    pub(super) machine: Option<String>,
    pub(super) row: Option<usize>,
    pub(super) event: Option<String>,
    pub(super) from: Option<String>,
    pub(super) to: Option<String>,
    pub(super) sealed: Option<u64>,
    pub(super) facts: Option<BTreeMap<String, String>>,
    pub(super) owners: Option<u8>,
    #[serde(default)]
    pub(super) over: bool,
    pub(super) lost: Option<u64>,
}

/// A row that was taken, as a line tells it.
#[derive(Clone, Debug)]
pub(super) struct Taken {
    /// The line of the log, from 1.
    pub(super) line: usize,
    pub(super) microseconds: u64,
    pub(super) half: Half,
    pub(super) turn: u64,
    pub(super) row: &'static Row,
    pub(super) event: Event,
    pub(super) from: u8,
    pub(super) to: u8,
    pub(super) facts: Facts,
    /// How many records the sending half had sealed before.
    pub(super) sealed: Option<u64>,
}

impl Line {
    /// The row that the line tells of.
    pub(super) fn taken(&self, line: usize) -> Result<Taken, String> {
        let number = self.row.ok_or("`row` is missing")?;
        let row: &'static Row = ROWS.get(number).ok_or(format!("there is no row {number}"))?;
        let machine = self.machine.as_deref().ok_or("`machine` is missing")?;
        if machine != row.machine.name() {
            let own = row.machine.name();
            return Err(format!("row {number} is one of the machine `{own}`, not of `{machine}`"));
        }
        let half = self.half.as_deref().ok_or("`half` is missing")?;
        let half = Half::ALL.iter().find(|known| known.name() == half);
        let half = *half.ok_or("`half` is neither `receiving` nor `sending`")?;
        if half != row.machine.slot().half() {
            return Err(format!("the machine `{machine}` is not one of that half"));
        }
        let event = self.event.as_deref().ok_or("`event` is missing")?;
        let state = |name: &str, written: &Option<String>| {
            let written = written.as_deref().ok_or(format!("`{name}` is missing"))?;
            let states = 0..row.machine.state_count();
            let mut known = states.filter(|state| row.machine.state_name(*state) == written);
            known.next().ok_or(format!("`{machine}` has no state `{written}`"))
        };
        Ok(Taken {
            line,
            microseconds: self.microseconds,
            half,
            turn: self.turn.ok_or("`turn` is missing")?,
            row,
            event: event_of(event).ok_or(format!("there is no event `{event}`"))?,
            from: state("from", &self.from)?,
            to: state("to", &self.to)?,
            facts: facts_of(self.facts.as_ref())?,
            sealed: self.sealed,
        })
    }

    /// The policy that the line tells of.
    pub(super) fn policy(&self) -> Result<Policy, String> {
        let written = self.policy.as_ref().ok_or("`policy` is missing")?;
        let mut policy = Policy::SHIPPED;
        for switch in PolicyName::ALL {
            let name = switch.name();
            let value = written.get(name).ok_or(format!("the policy `{name}` is missing"))?;
            let known = (0..switch.cardinality()).find(|one| switch.value_name(*one) == value);
            policy.set(*switch, known.ok_or(format!("`{name}` has no value `{value}`"))?);
        }
        match written.keys().find(|name| !PolicyName::ALL.iter().any(|one| one.name() == *name)) {
            Some(name) => Err(format!("there is no policy `{name}`")),
            None => Ok(policy),
        }
    }
}

/// The event that is printed so.
fn event_of(text: &str) -> Option<Event> {
    let name = text.split('(').next().unwrap_or_default();
    let kind = EventKind::ALL.iter().find(|kind| kind.name() == name)?;
    kind.values().find(|event| event.to_string() == text)
}

/// The facts: those that are not written have their first value.
fn facts_of(written: Option<&BTreeMap<String, String>>) -> Result<Facts, String> {
    let mut facts = Facts::FIRST;
    for (name, value) in written.into_iter().flatten() {
        let fact = FactName::ALL.iter().find(|fact| fact.name() == name);
        let fact = fact.ok_or(format!("there is no fact `{name}`"))?;
        let known = (0..fact.cardinality()).find(|one| fact.value_name(*one) == value);
        facts.set(*fact, known.ok_or(format!("`{name}` is never `{value}`"))?);
    }
    Ok(facts)
}
