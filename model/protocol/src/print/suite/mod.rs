//! What came of explorations, in the forms that the tools of continuous integration read.
//!
//! Whoever explores something fills a [`ReportSuite`]; `hyaline` does so for TLS, and the commands
//! of a protocol of one's own for that.

mod github;
mod junit;
mod markdown;
mod sarif;

use std::fmt;
use std::time::Duration;

use indicatif::HumanCount;

pub use self::github::github_command;
pub use self::markdown::escaped;
use crate::place::SourcePlace;

/// The form of a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToolFormat {
    /// JUnit, which most services show as tests.
    Junit,
    /// SARIF, the form of code scanning.
    Sarif,
    /// Markdown, for the comment on a pull request.
    Markdown,
    /// Workflow commands of GitHub Actions.
    Github,
}

/// What came of several explorations.
#[derive(Clone, Debug)]
pub struct ReportSuite {
    /// The command that made them.
    pub title: String,
    /// The program that has this command.
    pub tool: ReportTool,
    /// Whether all of them are as they have to be.
    pub is_pass: bool,
    /// The verdict in words.
    pub verdict: String,
    /// How much was explored, and of what.
    pub about: Vec<String>,
    /// The lines of the table of results.
    pub families: Vec<ReportFamily>,
    /// One for each exploration, and one for each other thing that has to be so.
    pub cases: Vec<ReportCase>,
    /// Where a result is put that is about no row and about no file of the user's.
    pub home: SourcePlace,
}

/// The program that reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReportTool {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// Where more is said of it.
    pub address: &'static str,
}

/// Explorations that are for the same thing, or a part of a check that is no exploration.
#[derive(Clone, Debug)]
pub struct ReportFamily {
    /// What they are for.
    pub title: String,
    /// How many there are, and how many snapshots they have; nothing for a part that is no
    /// exploration.
    pub size: Option<[usize; 2]>,
    /// What came of all of them, in words.
    pub verdict: String,
    /// Whether all of them are as they have to be.
    pub is_good: bool,
}

impl ReportFamily {
    /// The number of explorations and of snapshots, each as it is printed.
    pub fn counts(&self) -> [String; 2] {
        let printed = |count| HumanCount(u64::try_from(count).unwrap_or(u64::MAX)).to_string();
        self.size.map_or_else(Default::default, |size| size.map(printed))
    }
}

/// One exploration, or one other thing that has to be so.
#[derive(Clone, Debug)]
pub struct ReportCase {
    /// The title of its family.
    pub family: String,
    /// What tells it from the others of its family.
    pub name: String,
    /// Whether it is as it has to be.
    pub is_good: bool,
    /// The rule that is broken if the case is not as it has to be.
    pub rule: ReportRule,
    /// What came of it, in one line.
    pub message: String,
    /// Why it comes so: sentences.
    pub explanation: Vec<String>,
    /// The trace that shows it.
    pub trace: Option<ReportTrace>,
    /// Where the case is asked for, in a file of the user's.
    pub place: Option<SourcePlace>,
    /// How long it took, where that is known.
    pub elapsed: Option<Duration>,
}

/// A rule that an exploration has to keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportRule {
    /// Its name, without blanks.
    pub name: String,
    /// What it means that the rule is broken.
    pub broken: String,
}

impl ReportRule {
    /// A rule of this name, which is broken where what is said here is so.
    pub fn new(name: &str, broken: &str) -> Self {
        Self { name: name.replace(' ', "-"), broken: broken.to_owned() }
    }
}

/// The trace of a case.
#[derive(Clone, Debug)]
pub struct ReportTrace {
    /// A chart with all that is known of it.
    pub chart: String,
    /// A chart without details, for the comment on a pull request.
    pub brief_chart: String,
    /// Its steps, in order.
    pub steps: Vec<ReportStep>,
}

/// A step of a trace.
#[derive(Clone, Debug)]
pub struct ReportStep {
    /// Its number, from 1.
    pub number: usize,
    /// The rows that it takes, in order.
    pub rows: Vec<ReportRow>,
}

/// A row that a step takes.
#[derive(Clone, Debug)]
pub struct ReportRow {
    /// The end that takes it.
    pub end: String,
    /// Its machine, and the row as it is written.
    pub words: String,
    /// Where it is written, where that is known.
    pub place: Option<SourcePlace>,
}

/// Why a report cannot be written.
#[derive(Debug)]
pub enum ReportError {
    /// Not as JUnit's XML: why.
    Junit(String),
    /// Not as JSON.
    Json(serde_json::Error),
}

impl fmt::Display for ReportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Junit(why) => formatter.write_str(why),
            Self::Json(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for ReportError {}

impl From<serde_json::Error> for ReportError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}

impl ReportCase {
    /// The explanation, and the trace with the rows that it takes.
    fn details(&self) -> String {
        let mut text: String = self.explanation.iter().map(|line| format!("{line}\n")).collect();
        if let Some(trace) = &self.trace {
            text.push_str(&format!("\n{}", trace.chart));
        }
        text
    }

    fn steps(&self) -> impl DoubleEndedIterator<Item = &ReportStep> {
        self.trace.iter().flat_map(|trace| &trace.steps)
    }

    /// The row that the trace takes last of those of which it is known where they are written.
    fn last_row(&self) -> Option<(&ReportRow, &SourcePlace)> {
        let mut rows = self.steps().rev().flat_map(|step| step.rows.iter().rev());
        rows.find_map(|row| Some((row, row.place.as_ref()?)))
    }

    /// Where the user is to look first: the place where it is asked for, or the last row.
    fn first_place(&self) -> Option<&SourcePlace> {
        self.place.as_ref().or_else(|| self.last_row().map(|(_, place)| place))
    }
}

impl ReportSuite {
    /// The suite in the form that a tool reads.
    ///
    /// # Errors
    ///
    /// If the form cannot express what is in it.
    pub fn in_form(&self, format: ToolFormat) -> Result<String, ReportError> {
        match format {
            ToolFormat::Junit => junit::junit(self),
            ToolFormat::Sarif => sarif::sarif(self),
            ToolFormat::Markdown => Ok(markdown::markdown(self)),
            ToolFormat::Github => Ok(github::github(self)),
        }
    }

    /// The cases that are not as they have to be.
    fn bad_cases(&self) -> impl Iterator<Item = &ReportCase> {
        self.cases.iter().filter(|case| !case.is_good)
    }
}

/// Suites to try the forms with.
#[cfg(test)]
mod samples {
    use super::*;

    /// A case that is as it has to be.
    pub(super) fn good() -> ReportCase {
        ReportCase {
            family: "bounds".to_owned(),
            name: "one | two".to_owned(),
            is_good: true,
            rule: ReportRule::new("finished", "not everything was explored"),
            message: "holds (complete)".to_owned(),
            explanation: Vec::new(),
            trace: None,
            place: None,
            elapsed: Some(Duration::from_millis(1500)),
        }
    }

    /// Where the row of the trace is written.
    pub(super) fn place() -> SourcePlace {
        SourcePlace { file: "src/table/client.rs".to_owned(), line: Some(12) }
    }

    /// A trace of one step, in which the client takes a row.
    fn trace() -> ReportTrace {
        let row = ReportRow {
            end: "client".to_owned(),
            words: "client: Idle + Write => Writing {}".to_owned(),
            place: Some(place()),
        };
        ReportTrace {
            chart: "1  write  [█]\n   client: Idle + Write => Writing {}\n".to_owned(),
            brief_chart: "1  write  [█]\n".to_owned(),
            steps: vec![ReportStep { number: 1, rows: vec![row] }],
        }
    }

    /// A case that fails, with a trace.
    pub(super) fn bad() -> ReportCase {
        ReportCase {
            name: "<three> & 100%: four, `five`".to_owned(),
            is_good: false,
            rule: ReportRule::new("transparent throughout", "a call is worse off"),
            message: "TLS adds a hang here\nand more".to_owned(),
            explanation: vec!["The client waits.".to_owned()],
            trace: Some(trace()),
            ..good()
        }
    }

    /// A suite of these cases.
    pub(super) fn suite(cases: Vec<ReportCase>) -> ReportSuite {
        let is_good = cases.iter().all(|case| case.is_good);
        ReportSuite {
            title: "hyaline check".to_owned(),
            tool: ReportTool { name: "hyaline", version: "1", address: "https://example.com/" },
            is_pass: is_good,
            verdict: if is_good { "everything is well" } else { "1 is not well" }.to_owned(),
            about: vec!["12 states".to_owned()],
            families: vec![ReportFamily {
                title: "bounds".to_owned(),
                size: Some([cases.len(), 1234]),
                verdict: "so so".to_owned(),
                is_good,
            }],
            cases,
            home: SourcePlace { file: "src/table.rs".to_owned(), line: None },
        }
    }
}
