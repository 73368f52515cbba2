//! The answers of the commands, ready to be printed in any form.

use serde::Serialize;

use crate::notation::{Notation, RowText};
use crate::plain;
use crate::programs::CallsError;
use crate::protocol::{BoundedChannel, Delivery, Protocol};
use crate::search::{Explored, Taken, Wrong, explore};
use crate::story;
use crate::world::World;

/// The version of the JSON answer's form. It changes when readers of the JSON have to change.
const SCHEMA: u32 = 1;

/// The conditions under which programs are explored.
#[derive(Clone, Copy, Debug)]
pub struct Conditions<'a> {
    /// The name of a profile of the table; none for the one that ships.
    pub profile: Option<&'a str>,
    /// The channels; none for the protocol's own.
    pub channel: Option<BoundedChannel>,
    /// The search of two programs gives up at about so many snapshots.
    pub states_at_most: usize,
}

impl Default for Conditions<'_> {
    /// The profile that ships, the protocol's own channels, and a million snapshots.
    fn default() -> Self {
        Self { profile: None, channel: None, states_at_most: 1_000_000 }
    }
}

/// Whether something holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProtocolVerdict {
    /// Everything was explored, and all of it holds.
    Holds,
    /// The programs hang on plain channels too: the protocol adds nothing.
    HangsOnPlainChannels,
    /// The search found a failure.
    Fails,
    /// Not everything was explored, and what was explored holds. This is no pass.
    Unfinished,
}

/// What came of the programs that were asked for.
#[derive(Clone, Debug, Serialize)]
pub struct ProtocolAnswer {
    /// The version of this answer's form.
    pub schema: u32,
    /// The protocol's name.
    pub protocol: &'static str,
    /// The fingerprint of the table.
    pub table: &'static str,
    /// The profile.
    pub profile: String,
    /// How many messages each channel holds.
    pub capacity: u8,
    /// `reliable`, `lossy` or `duplicating`.
    pub delivery: &'static str,
    /// The names of the two ends.
    pub ends: [&'static str; 2],
    /// What came of each pair of programs.
    pub pairs: Vec<PairAnswer>,
    /// The rows that no run took. None where that was not asked.
    pub rows: Option<RowsAnswer>,
}

/// What came of two programs.
#[derive(Clone, Debug, Serialize)]
pub struct PairAnswer {
    /// The two programs.
    pub programs: [String; 2],
    /// Whether they fare as they should.
    pub verdict: ProtocolVerdict,
    /// What is wrong: `deadlock`, `livelock`, `invariant` or `mistake`. None where nothing is.
    pub wrong: Option<&'static str>,
    /// The finding, in one line.
    pub headline: String,
    /// What each end is in at the end of the trace, and waits for; empty where nothing is wrong.
    pub because: Vec<EndAnswer>,
    /// Snapshots that were found.
    pub states: usize,
    /// Steps that were taken.
    pub edges: usize,
    /// The shortest trace to what is wrong; empty where nothing is.
    pub trace: Vec<TraceStep>,
    /// Where a trace goes round at its end, the number of the step after which it does.
    pub round_from: Option<usize>,
}

/// What an end is in, and what it waits for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct EndAnswer {
    /// The end's name.
    pub end: &'static str,
    /// Its call, its states, and what it remembers.
    pub at: String,
    /// What it waits for, and why that does not come.
    pub waits: Vec<String>,
}

/// One step of a trace.
#[derive(Clone, Debug, Serialize)]
pub struct TraceStep {
    /// Its number, from 1.
    pub number: usize,
    /// Which end moves: 0 or 1.
    pub end: usize,
    /// What it does.
    pub does: String,
    /// A message that goes from one end to the other in it.
    pub arrives: Option<String>,
    /// Whether that message is lost.
    pub is_lost: bool,
    /// The rows that it takes, in order.
    pub rows: Vec<StepRow>,
    /// What the channels hold after it, from the first end and from the second.
    pub channels: [Vec<String>; 2],
}

/// A row that a step takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepRow {
    /// The row on one line.
    pub row: &'static str,
    /// Where it comes from.
    pub sources: Vec<String>,
}

/// Which rows the runs took. Rows of `otherwise` and of other profiles do not count.
#[derive(Clone, Debug, Serialize)]
pub struct RowsAnswer {
    /// Whether every row was taken.
    pub verdict: ProtocolVerdict,
    /// How many rows there are.
    pub all: usize,
    /// Those that no run took.
    pub never_taken: Vec<String>,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AskError {
    /// A program is not understood.
    Calls(CallsError),
    /// No profile has this name; those that have are listed.
    Profile(String, Vec<&'static str>),
    /// A channel that holds nothing delivers nothing.
    NoCapacity,
    /// What this call comes to on plain channels is said by this word, which is neither `send` nor
    /// `receive`.
    PlainWord(&'static str, &'static str),
}

impl std::fmt::Display for AskError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Calls(error) => error.fmt(formatter),
            Self::Profile(name, known) if known.is_empty() => {
                write!(formatter, "no profile `{name}`: the table has no policies")
            }
            Self::Profile(name, known) => {
                write!(formatter, "no profile `{name}`; the profiles are: {}", known.join(", "))
            }
            Self::NoCapacity => {
                formatter.write_str("a channel holds at least one message; give it a capacity of 1")
            }
            Self::PlainWord(call, word) => write!(
                formatter,
                "call `{call}` says `{word}` of plain channels; what a call comes to there is \
                 written in `send` and `receive`"
            ),
        }
    }
}

impl std::error::Error for AskError {}

impl From<CallsError> for AskError {
    fn from(error: CallsError) -> Self {
        Self::Calls(error)
    }
}

/// Explores all programs of a protocol, and says which rows they took.
///
/// # Errors
///
/// If a program is not understood, or there is no such profile or channel.
pub fn check<P: Protocol>(
    protocol: &P,
    conditions: &Conditions<'_>,
) -> Result<ProtocolAnswer, AskError> {
    ask(protocol, conditions, P::PROGRAMS, true)
}

/// Explores two given programs.
///
/// # Errors
///
/// If a program is not understood, or there is no such profile or channel.
pub fn scenario<P: Protocol>(
    protocol: &P,
    conditions: &Conditions<'_>,
    programs: [&str; 2],
) -> Result<ProtocolAnswer, AskError> {
    ask(protocol, conditions, &[programs], false)
}

fn ask<P: Protocol>(
    protocol: &P,
    conditions: &Conditions<'_>,
    programs: &[[&str; 2]],
    asks_for_rows: bool,
) -> Result<ProtocolAnswer, AskError> {
    if let Some((call, word)) = plain::misunderstood::<P>() {
        return Err(AskError::PlainWord(call, word));
    }
    let (profile, policy) = profile::<P>(conditions.profile)?;
    let channel = conditions.channel.unwrap_or(P::CHANNEL);
    if channel.capacity == 0 {
        return Err(AskError::NoCapacity);
    }
    let rows = P::Table::rows();
    let (mut pairs, mut taken) = (Vec::new(), vec![false; rows.len()]);
    for texts in programs {
        let world = World::new(protocol, channel, policy, *texts)?;
        let explored = explore(&world, conditions.states_at_most);
        for (taken, here) in taken.iter_mut().zip(&explored.taken) {
            *taken |= here;
        }
        pairs.push(pair(&world, *texts, &rows, explored));
    }
    let rows = asks_for_rows.then(|| rows_answer::<P>(&rows, &taken, policy, &pairs));
    Ok(ProtocolAnswer {
        schema: SCHEMA,
        protocol: P::NAME,
        table: P::Table::FINGERPRINT,
        profile,
        capacity: channel.capacity,
        delivery: match channel.delivery {
            Delivery::Reliable => "reliable",
            Delivery::Lossy => "lossy",
            Delivery::Duplicating => "duplicating",
        },
        ends: P::ENDS.map(|end| end.name),
        pairs,
        rows,
    })
}

/// The policy of a profile, with the profile's name.
fn profile<P: Protocol>(
    wanted: Option<&str>,
) -> Result<(String, <P::Table as Notation>::Policy), AskError> {
    let profiles = P::Table::PROFILES;
    let shipped = profiles.first().map_or("shipped", |(name, _)| name);
    let Some(wanted) = wanted else { return Ok((shipped.to_owned(), P::Table::SHIPPED)) };
    match profiles.iter().find(|(name, _)| *name == wanted) {
        Some((name, policy)) => Ok(((*name).to_owned(), *policy)),
        None => {
            let known = profiles.iter().map(|(name, _)| *name).collect();
            Err(AskError::Profile(wanted.to_owned(), known))
        }
    }
}

fn pair<P: Protocol>(
    world: &World<'_, P>,
    texts: [&str; 2],
    rows: &[RowText],
    explored: Explored<P>,
) -> PairAnswer {
    let Explored { states, edges, is_complete, wrong, .. } = explored;
    let mut answer = PairAnswer {
        programs: texts.map(str::to_owned),
        verdict: ProtocolVerdict::Holds,
        wrong: None,
        headline: format!("holds, in all of {states} snapshots"),
        because: Vec::new(),
        states,
        edges,
        trace: Vec::new(),
        round_from: None,
    };
    let Some((wrong, trace)) = wrong else {
        if !is_complete {
            answer.verdict = ProtocolVerdict::Unfinished;
            answer.headline = format!(
                "unfinished: nothing is wrong in the {states} snapshots that were found; \
                 `--states-at-most` asks for more"
            );
        }
        return answer;
    };
    let plain = plain::finishes(world);
    answer.verdict = match (&wrong, plain) {
        (Wrong::Deadlock | Wrong::Livelock { .. }, Some(false)) => {
            ProtocolVerdict::HangsOnPlainChannels
        }
        _ => ProtocolVerdict::Fails,
    };
    answer.headline = story::headline(&wrong, trace.len(), plain);
    let last = trace.last().map_or_else(|| world.first(), |taken| taken.after.clone());
    answer.because = story::because(world, rows, &wrong, &last);
    answer.wrong = Some(match wrong {
        Wrong::Deadlock => "deadlock",
        Wrong::Livelock { .. } => "livelock",
        Wrong::Invariant(_) => "invariant",
        Wrong::Fault(_) => "mistake",
    });
    if let Wrong::Livelock { round_from, .. } = wrong {
        answer.round_from = Some(round_from);
    }
    answer.trace = steps(world, rows, &trace);
    answer
}

fn steps<P: Protocol>(
    world: &World<'_, P>,
    rows: &[RowText],
    trace: &[Taken<P>],
) -> Vec<TraceStep> {
    let mut before = world.first();
    let mut steps = Vec::new();
    for (number, taken) in (1..).zip(trace) {
        let told = story::step(world, &before, taken);
        let rows_taken = taken.record.rows.iter().filter_map(|row| rows.get(*row));
        steps.push(TraceStep {
            number,
            end: taken.step.end,
            does: told.does,
            arrives: told.arrives,
            is_lost: told.is_lost,
            rows: rows_taken
                .map(|row| StepRow { row: row.text, sources: row.sources.clone() })
                .collect(),
            channels: taken
                .after
                .channels
                .clone()
                .map(|channel| channel.iter().map(ToString::to_string).collect()),
        });
        before = taken.after.clone();
    }
    steps
}

fn rows_answer<P: Protocol>(
    rows: &[RowText],
    taken: &[bool],
    policy: <P::Table as Notation>::Policy,
    pairs: &[PairAnswer],
) -> RowsAnswer {
    let counts =
        |(number, row): &(usize, &RowText)| !row.otherwise && P::Table::is_under(*number, &policy);
    let counted: Vec<_> = rows.iter().enumerate().filter(counts).collect();
    let never = counted.iter().filter(|(number, _)| taken.get(*number) != Some(&true));
    let never_taken: Vec<String> =
        never.map(|(_, row)| format!("{}: {}", row.machine, row.text)).collect();
    // A search that ended early says nothing of the rows that it did not come to.
    let is_whole = pairs.iter().all(|pair| pair.verdict == ProtocolVerdict::Holds);
    let verdict = match (never_taken.is_empty(), is_whole) {
        (true, _) => ProtocolVerdict::Holds,
        (false, true) => ProtocolVerdict::Fails,
        (false, false) => ProtocolVerdict::Unfinished,
    };
    RowsAnswer { verdict, all: counted.len(), never_taken }
}

impl ProtocolAnswer {
    /// Whether everything that has to hold holds, and all of it was explored.
    pub fn holds(&self) -> bool {
        let pairs = self.pairs.iter().map(|pair| pair.verdict);
        let rows = self.rows.as_ref().map(|rows| rows.verdict);
        pairs.chain(rows).all(|verdict| {
            matches!(verdict, ProtocolVerdict::Holds | ProtocolVerdict::HangsOnPlainChannels)
        })
    }

    /// The answer as JSON.
    ///
    /// # Errors
    ///
    /// If serialization fails, which it does not for these types.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}
