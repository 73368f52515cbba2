//! The answers of the commands, ready to be printed in any form.

use serde::Serialize;

use crate::notation::RowText;
use crate::place::SourcePlace;

/// The version of the JSON answer's form. It changes when readers of the JSON have to change.
pub(crate) const SCHEMA: u32 = 1;

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
    /// What came of each pair of programs; of every pair up to a length only those that do not
    /// hold, the least first, and at most 10 of them.
    pub pairs: Vec<PairAnswer>,
    /// What came of every pair of programs up to a length. None where that was not asked.
    pub every: Option<EveryAnswer>,
    /// The rows that no run took. None where that was not asked.
    pub rows: Option<RowsAnswer>,
}

/// What came of every pair of programs of at most so many calls.
#[derive(Clone, Debug, Serialize)]
pub struct EveryAnswer {
    /// How many calls a program has at most.
    pub calls: u8,
    /// The calls of which the programs of each end are made: those for which it has a row.
    pub offered: [Vec<&'static str>; 2],
    /// Whether all of them fare as they should. Longer programs were not explored.
    pub verdict: ProtocolVerdict,
    /// The finding, in one line.
    pub headline: String,
    /// How many pairs there are.
    pub pairs: usize,
    /// Those that hold.
    pub hold: usize,
    /// Those that hang on plain channels too, and in which nothing else is wrong.
    pub hang_on_plain_channels: usize,
    /// Those that fail.
    pub fail: usize,
    /// Those that were not explored to the end, with nothing wrong in what was.
    pub unfinished: usize,
    /// Snapshots of all of them.
    pub states: usize,
    /// Steps of all of them.
    pub edges: usize,
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

/// A row that a step takes, or that none takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StepRow {
    /// Its machine.
    pub machine: &'static str,
    /// The row on one line.
    pub row: &'static str,
    /// Where it comes from: sections of documents, or a reason of one's own.
    pub sources: Vec<String>,
    /// Where it is written.
    pub place: SourcePlace,
}

impl StepRow {
    /// What a row is, as reports name it.
    pub(crate) fn of(row: &RowText) -> Self {
        let RowText { machine, text, sources, place, .. } = row.clone();
        Self { machine, row: text, sources, place }
    }
}

/// Which rows the runs took. Rows of `otherwise` and of other profiles do not count. Of every pair
/// of programs up to a length it is told, and is no part of the verdict: longer programs may take
/// more.
#[derive(Clone, Debug, Serialize)]
pub struct RowsAnswer {
    /// Whether every row was taken.
    pub verdict: ProtocolVerdict,
    /// How many rows there are.
    pub all: usize,
    /// Those that no run took.
    pub never_taken: Vec<StepRow>,
}

impl ProtocolAnswer {
    /// Whether everything that has to hold holds, and all of it was explored.
    pub fn holds(&self) -> bool {
        let pairs = self.pairs.iter().map(|pair| pair.verdict);
        let all = match (&self.every, &self.rows) {
            (Some(every), _) => Some(every.verdict),
            (None, rows) => rows.as_ref().map(|rows| rows.verdict),
        };
        pairs.chain(all).all(|verdict| {
            matches!(verdict, ProtocolVerdict::Holds | ProtocolVerdict::HangsOnPlainChannels)
        })
    }

    /// The answer as JSON: `docs/protocol.schema.json` in Hyaline's repository says what is in it.
    ///
    /// # Errors
    ///
    /// If serialization fails, which it does not for these types.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self)
    }
}
