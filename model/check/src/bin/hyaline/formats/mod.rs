//! What came of explorations, in the forms that the tools of continuous integration read.

mod github;
mod junit;
mod markdown;
mod sarif;
mod trace;

use std::time::Duration;

use hyaline_check::print::place::{RowPlace, place_of, row_of};
use hyaline_check::report::because::rule;
use hyaline_check::report::chart::ChartStyle;
use indicatif::HumanCount;

use crate::arguments::ToolFormat;
use crate::screen::CommandError;

pub(crate) use markdown::escaped;
pub(crate) use trace::CaseTrace;

/// A workflow command of GitHub Actions that is about no line.
pub(crate) fn github_command(name: &str, title: &str, message: &str) -> String {
    github::command(name, None, title, message)
}

/// What came of several explorations.
pub(crate) struct Suite {
    /// The command that made them.
    pub(crate) title: String,
    /// Whether all of them are as they have to be.
    pub(crate) is_pass: bool,
    /// The verdict in words.
    pub(crate) verdict: String,
    /// How much was explored, and of what.
    pub(crate) about: Vec<String>,
    /// The lines of the table of results.
    pub(crate) families: Vec<Family>,
    /// One for each exploration, and one for each other thing that has to be so.
    pub(crate) cases: Vec<Case>,
}

/// Explorations that are for the same thing, or a part of a check that is no exploration.
pub(crate) struct Family {
    /// What they are for.
    pub(crate) title: String,
    /// How many there are, and how many snapshots they have; nothing for a part that is no
    /// exploration.
    pub(crate) size: Option<[usize; 2]>,
    /// What came of all of them, in words.
    pub(crate) verdict: String,
    /// Whether all of them are as they have to be.
    pub(crate) is_good: bool,
}

impl Family {
    /// The number of explorations and of snapshots, each as it is printed.
    pub(crate) fn counts(&self) -> [String; 2] {
        let printed = |count| HumanCount(u64::try_from(count).unwrap_or(u64::MAX)).to_string();
        self.size.map_or_else(Default::default, |size| size.map(printed))
    }
}

/// One exploration, or one other thing that has to be so.
pub(crate) struct Case {
    /// The title of its family.
    pub(crate) family: String,
    /// What tells it from the others of its family.
    pub(crate) name: String,
    /// Whether it is as it has to be.
    pub(crate) is_good: bool,
    /// The rule that is broken if the case is not as it has to be.
    pub(crate) rule: Rule,
    /// What came of it, in one line.
    pub(crate) message: String,
    /// Why it comes so: sentences.
    pub(crate) explanation: Vec<String>,
    /// The trace that shows it.
    pub(crate) trace: Option<CaseTrace>,
    /// Where the case is asked for, in a file of the user's.
    pub(crate) place: Option<Place>,
    /// How long it took, where that is known.
    pub(crate) elapsed: Option<Duration>,
}

/// A rule that an exploration has to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// A property holds.
    Property(&'static str),
    /// No call is worse off than over plain TCP, in programs of any length.
    Unbounded,
    /// No call is worse off than over plain TCP, with a relay between the programs.
    Relay,
    /// Everything is explored.
    Finished,
    /// A hazard, or what two naive ends do, is found.
    Found,
    /// A scenario is answered as its file expects.
    Expected,
    /// What has to be seen in some run is seen, and what was recorded is so.
    Recorded,
}

impl Rule {
    /// Its name, without blanks.
    pub(crate) fn name(self) -> String {
        match self {
            Self::Property(property) => property.replace(' ', "-"),
            Self::Unbounded => "unbounded".to_owned(),
            Self::Relay => "relay".to_owned(),
            Self::Finished => "finished".to_owned(),
            Self::Found => "found".to_owned(),
            Self::Expected => "as-expected".to_owned(),
            Self::Recorded => "as-recorded".to_owned(),
        }
    }

    /// What it means that the rule is broken.
    pub(crate) fn broken(self) -> &'static str {
        match self {
            Self::Property(property) => rule(property),
            Self::Unbounded | Self::Relay => "a call is worse off than over plain TCP",
            Self::Finished => "not everything was explored, which is no pass",
            Self::Found => "a mistake that was made on purpose is not found",
            Self::Expected => "the answer to a scenario is not the one that its file expects",
            Self::Recorded => "what a check sees and counts is not as it was recorded",
        }
    }
}

/// A place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Its path, as the command was told it, or from the root of Hyaline's repository.
    pub(crate) file: String,
    /// The line, from 1.
    pub(crate) line: Option<usize>,
}

impl From<RowPlace> for Place {
    fn from(RowPlace { file, line }: RowPlace) -> Self {
        Self { file, line }
    }
}

impl Case {
    /// The explanation, and the trace with the rows that it takes.
    fn details(&self) -> String {
        let mut text: String = self.explanation.iter().map(|line| format!("{line}\n")).collect();
        if let Some(trace) = &self.trace {
            text.push_str(&format!("\n{}", trace.chart(ChartStyle::WHOLE)));
        }
        text
    }

    /// The row of the table that the trace takes last, and where that is written.
    fn last_row(&self) -> Option<(&str, Place)> {
        let steps = self.trace.iter().flat_map(|trace| trace.steps().into_iter().rev());
        let rows = steps.flat_map(|step| step.rows_from_the_last());
        rows.into_iter().find_map(|row| Some((row, place_of_row(row)?)))
    }

    /// Where the user is to look first: the place where it is asked for, or the last row.
    fn first_place(&self) -> Option<Place> {
        self.place.clone().or_else(|| self.last_row().map(|(_, place)| place))
    }
}

/// Where a row is written that a trace names; nothing of plain TCP, which has no table.
fn place_of_row(words: &str) -> Option<Place> {
    row_of(words).map(|row| place_of(row).into())
}

impl Suite {
    /// The suite in the form that a tool reads.
    pub(crate) fn in_form(&self, format: ToolFormat) -> Result<String, CommandError> {
        match format {
            ToolFormat::Junit => junit::junit(self),
            ToolFormat::Sarif => sarif::sarif(self),
            ToolFormat::Markdown => Ok(markdown::markdown(self)),
            ToolFormat::Github => Ok(github::github(self)),
        }
    }

    /// The cases that are not as they have to be.
    fn bad_cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter().filter(|case| !case.is_good)
    }
}

/// Suites to try the forms with.
#[cfg(test)]
mod samples {
    use hyaline_check::programs::calls::ProgramCall;
    use hyaline_check::report::sequence::{QueueContents, Sequence, SequenceStep};
    use hyaline_check::side::{Both, Side};
    use hyaline_check::world::step::Step;
    use hyaline_model::table::ROWS;

    use super::*;

    /// A case that is as it has to be.
    pub(super) fn good() -> Case {
        Case {
            family: "bounds".to_owned(),
            name: "one | two".to_owned(),
            is_good: true,
            rule: Rule::Finished,
            message: "holds (complete)".to_owned(),
            explanation: Vec::new(),
            trace: None,
            place: None,
            elapsed: Some(Duration::from_millis(1500)),
        }
    }

    /// A trace of one step, in which the client takes the first row of the table.
    fn trace() -> Sequence {
        let queues = || Both { client: QueueContents::default(), server: QueueContents::default() };
        let row = ROWS.first().map(|row| format!("{}: {}", row.machine.name(), row.text));
        let step = SequenceStep {
            number: 1,
            taken: Step::Begin(Side::Client, ProgramCall::Write),
            ends: Both { client: "write".to_owned(), server: String::new() },
            passage: None,
            queues: queues(),
            rows: Both { client: row.into_iter().collect(), server: Vec::new() },
        };
        let never_return = Both { client: vec!["write".to_owned()], server: Vec::new() };
        Sequence {
            send_capacity: 1,
            receive_capacity: 1,
            handshake_steps: 0,
            steps: vec![step],
            never_return,
        }
    }

    /// A case that fails, with a trace.
    pub(super) fn bad() -> Case {
        Case {
            name: "<three> & 100%: four, `five`".to_owned(),
            is_good: false,
            rule: Rule::Property("transparent throughout"),
            message: "TLS adds a hang here\nand more".to_owned(),
            explanation: vec!["The client waits.".to_owned()],
            trace: Some(CaseTrace::Pair(trace())),
            ..good()
        }
    }

    /// A suite of these cases.
    pub(super) fn suite(cases: Vec<Case>) -> Suite {
        let is_good = cases.iter().all(|case| case.is_good);
        Suite {
            title: "hyaline check".to_owned(),
            is_pass: is_good,
            verdict: if is_good { "everything is well" } else { "1 is not well" }.to_owned(),
            about: vec!["12 states".to_owned()],
            families: vec![Family {
                title: "bounds".to_owned(),
                size: Some([cases.len(), 1234]),
                verdict: "so so".to_owned(),
                is_good,
            }],
            cases,
        }
    }
}
