//! The first step of a log that is no step of the model.

use std::fmt;

use hyaline_model::table::{Event, FactName, Half, Machine, Memory, Policy, Row, Slot, Subject};
use serde::Serialize;

use crate::interpret::is_for;
use crate::print::row::Parts;

/// The first step that is no step of the model.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Departure {
    /// The line of the log, from 1.
    pub line: usize,
    /// When that was, in microseconds since the connection began.
    pub microseconds: u64,
    /// What stands in the line: its machine and row, as it is written in the table.
    pub row: String,
    /// What is wrong with it.
    pub because: String,
    /// The states of the machines of that half there, each behind its machine.
    pub states: Vec<String>,
    /// The rows that can fire there; the facts decide which of them does.
    pub could_fire: Vec<Candidate>,
}

/// A row that can fire, as far as state, event, memory and policy say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Candidate {
    /// Its machine.
    pub machine: &'static str,
    /// The event that it waits for.
    pub event: String,
    /// What its guard asks: memory and facts, then policies.
    pub guard: String,
    /// Its sections of RFC 9846, or the reason of our own.
    pub source: Vec<String>,
    /// The row, as it is written.
    pub text: &'static str,
}

/// What is wrong with a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wrong {
    /// Another row fires.
    OtherRow(&'static Row),
    /// No row fires any more in this turn.
    NothingFires,
    /// A row fires before it, of which the log does not tell.
    Skipped(&'static Row),
    /// A row is taken on another event.
    OtherEvent(Event),
    /// The machine is in another state.
    OtherState { said: &'static str, is: &'static str },
    /// A turn has another number.
    OtherTurn(u64),
    /// A turn of the other half has not come to its end.
    Interleaved(Half),
    /// Only a row brings this event, within its turn.
    FromOutside,
    /// Nobody has posted this letter.
    NotPosted,
    /// Another letter is the oldest.
    OtherLetter(Event),
    /// A letter has to be delivered first.
    LetterWaits(Half, Event),
    /// No record was received that may bring it.
    NothingReceived,
    /// No such work has begun.
    NoSuchWork,
    /// A fact cannot be so.
    Fact(FactName, u8, &'static str),
    /// Something was sealed, or was not.
    Sealed { is: u64, least: u64, most: Option<u64> },
    /// A bound of a turn was reached.
    Bound,
    /// Lines are missing before it.
    Missing(u64),
    /// The other end has not sent it before.
    NotSent { next: Option<(String, usize)> },
    /// The end of the transport came before everything that the other end had sent.
    EndBefore(String, usize),
    /// The other end's direction goes on.
    NoEnd,
}

impl fmt::Display for Wrong {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherRow(row) => {
                write!(formatter, "another row fires there: {}", words(row))
            }
            Self::NothingFires => formatter.write_str("no row fires any more in this turn"),
            Self::Skipped(row) => {
                write!(formatter, "before it has to fire: {}", words(row))
            }
            Self::OtherEvent(event) => write!(formatter, "the event there is `{event}`"),
            Self::OtherState { said, is } => {
                write!(formatter, "the machine is in `{is}` there, not in `{said}`")
            }
            Self::OtherTurn(turn) => write!(formatter, "the turn there is number {turn}"),
            Self::Interleaved(other) => {
                write!(formatter, "a turn of the {} half has not come to its end", other.name())
            }
            Self::FromOutside => formatter.write_str(
                "no turn begins with this event: a row raises it, and the table has no such row \
                 before it in this turn",
            ),
            Self::NotPosted => formatter.write_str("no row has posted this letter"),
            Self::OtherLetter(letter) => {
                write!(formatter, "the letter `{letter}` was posted earlier, and comes first")
            }
            Self::LetterWaits(half, letter) => write!(
                formatter,
                "the letter `{letter}` to the {} half has to be delivered first",
                half.name()
            ),
            Self::NothingReceived => formatter.write_str(
                "no record is open that may bring it: `Received` has to be accepted before each",
            ),
            Self::NoSuchWork => formatter.write_str("no such work has begun, or it has ended"),
            Self::Fact(fact, value, why) => write!(
                formatter,
                "the fact `{}` cannot be `{}` there: {why}",
                fact.name(),
                fact.value_name(*value)
            ),
            Self::Sealed { is, least, most } => {
                let most = match most {
                    Some(most) if most == least => String::new(),
                    Some(most) => format!(" to {most}"),
                    None => " or more".to_owned(),
                };
                write!(formatter, "{is} records are sealed there, and it has to be {least}{most}")
            }
            Self::Bound => formatter.write_str("the turn does not end"),
            Self::Missing(count) => write!(
                formatter,
                "{count} lines before it are missing, and the log does not tell that any were lost"
            ),
            Self::NotSent { next: None } => formatter
                .write_str("the other end had sent nothing that has not been received before"),
            Self::NotSent { next: Some((next, line)) } => write!(
                formatter,
                "the next that the other end had sent was {next}, in line {line} of its log"
            ),
            Self::EndBefore(next, line) => write!(
                formatter,
                "{next}, which the other end has sent before its end (line {line} of its log), \
                 was not received"
            ),
            Self::NoEnd => formatter.write_str("the other end's direction goes on at that time"),
        }
    }
}

/// A row by its machine and as it is written.
pub(super) fn words(row: &Row) -> String {
    format!("`{}: {}`", row.machine.name(), row.text)
}

/// The states of a half's machines, each behind its machine.
pub(super) fn states_in_words(machines: impl IntoIterator<Item = (Machine, u8)>) -> Vec<String> {
    let named = machines
        .into_iter()
        .map(|(machine, state)| format!("{} {}", machine.name(), machine.state_name(state)));
    named.collect()
}

/// The rows that can fire on an event in one of these machines, whatever the facts are. `otherwise`
/// rows stand there only where no other row does.
pub(super) fn candidates(
    machines: &[(Machine, u8)],
    event: Event,
    home: Option<Slot>,
    memory: &Memory,
    policy: &Policy,
) -> Vec<Candidate> {
    let holds = |row: &Row| {
        row.guard.iter().all(|atom| match atom.subject {
            Subject::Memory(field) => atom.allowed.contains(&memory.get(field)),
            Subject::Policy(switch) => atom.allowed.contains(&policy.get(switch)),
            Subject::Fact(_) => true,
        })
    };
    let rows = machines
        .iter()
        .filter(|(machine, _)| home.is_none_or(|slot| machine.slot() == slot))
        .flat_map(|(machine, state)| {
            machine.rows().iter().filter(move |row| is_for(row, *state, event))
        })
        .filter(|row| holds(row));
    let (otherwise, proper): (Vec<&Row>, Vec<&Row>) = rows.partition(|row| row.otherwise);
    let rows = if proper.is_empty() { otherwise } else { proper };
    rows.into_iter().map(candidate).collect()
}

fn candidate(row: &'static Row) -> Candidate {
    let parts = Parts::of(row);
    Candidate {
        machine: row.machine.name(),
        guard: parts.condition(),
        event: parts.event,
        source: parts.source,
        text: row.text,
    }
}
