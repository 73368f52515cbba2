//! What the command writes, and what goes wrong in it.

use std::fmt;
use std::io::{self, Write};
use std::net::SocketAddr;

use anstyle::Style;
use hyaline_check::mutants::JudgeError;
use hyaline_check::opposite::survey::OpposeError;
use hyaline_check::print::tla::ExportError;
use hyaline_check::proof::explored::BoundedPartError;
use hyaline_check::proof::versions::VersionsError;
use hyaline_check::runs::hazards::demonstration::DemonstrationError;
use hyaline_check::runs::libraries::NamedProfileError;
use hyaline_check::runs::run::RunError;
use hyaline_check::search::scenario::ScenarioError;
use hyaline_protocol::print::mark::Mark;
use hyaline_protocol::print::suite::ReportError;

use crate::CommandStatus;

/// The style of what is as expected.
pub(crate) const GOOD: Style = Mark::Good.style();

/// The style of what is wrong.
pub(crate) const BAD: Style = Mark::Bad.style();

/// The style of headings.
pub(crate) const HEADING: Style = Mark::Heading.style();

/// The style of details that most readers skip.
pub(crate) const FAINT: Style = Mark::Faint.style();

/// The text in a style.
pub(crate) fn styled(style: Style, text: impl fmt::Display) -> String {
    format!("{style}{text}{style:#}")
}

/// Writes to standard output. Colours are taken off where it is no terminal.
pub(crate) fn write(text: &str) -> Result<(), CommandError> {
    let mut output = anstream::stdout().lock();
    output.write_all(text.as_bytes())?;
    output.flush()?;
    Ok(())
}

/// Writes what went wrong to standard error; nothing if only the reader of the output went away.
pub(crate) fn complain(error: &CommandError) {
    if matches!(error, CommandError::Output(error) if error.kind() == io::ErrorKind::BrokenPipe) {
        return;
    }
    // Standard error is the last place to report to: if that fails too, the report is dropped.
    let _ = writeln!(anstream::stderr(), "{}: {error}", styled(BAD, "error"));
}

/// Why a command could not answer.
#[derive(Debug)]
pub(crate) enum CommandError {
    /// The scenario cannot be explored.
    Scenario(ScenarioError),
    /// The scenario cannot be exported.
    Export(ExportError),
    /// Two policies cannot be opposed.
    Oppose(OpposeError),
    /// A program or profile of a named run cannot be read.
    Run(RunError),
    /// Mutants cannot be judged.
    Judge(JudgeError),
    /// The versions cannot be told.
    Versions(VersionsError),
    /// What a proof needs is missing, in lines.
    NoProof(Vec<String>),
    /// A file of scenarios is not there, not understood, or cannot be written: what is wrong.
    File(String),
    /// The arguments do not go together; the text says which do.
    Usage(String),
    /// Reading or writing failed.
    Output(io::Error),
    /// The Explorer cannot listen there.
    Listen(SocketAddr, io::Error),
    /// The report cannot be written as JUnit's XML: why.
    Junit(String),
    /// The report cannot be written as JSON.
    Json(serde_json::Error),
}

impl CommandError {
    /// The exit status that says so.
    pub(crate) fn status(&self) -> CommandStatus {
        match self {
            Self::Scenario(ScenarioError::BaselineUnfinished) => CommandStatus::Fails,
            Self::Scenario(_) | Self::Export(_) | Self::File(_) | Self::Usage(_) => {
                CommandStatus::Usage
            }
            Self::Run(_)
            | Self::Oppose(_)
            | Self::Judge(_)
            | Self::Versions(_)
            | Self::NoProof(_)
            | Self::Output(_)
            | Self::Json(_)
            | Self::Junit(_)
            | Self::Listen(..) => CommandStatus::Fails,
        }
    }
}

impl fmt::Display for CommandError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario(error) => error.fmt(formatter),
            Self::Export(error) => error.fmt(formatter),
            Self::Oppose(error) => error.fmt(formatter),
            Self::Run(error) => error.fmt(formatter),
            Self::Judge(error) => error.fmt(formatter),
            Self::Versions(error) => error.fmt(formatter),
            Self::NoProof(lines) => {
                write!(formatter, "this is no proof\n  {}", lines.join("\n  "))
            }
            Self::File(what) | Self::Junit(what) | Self::Usage(what) => what.fmt(formatter),
            Self::Output(error) => error.fmt(formatter),
            Self::Listen(address, error) => write!(
                formatter,
                "cannot listen on {address}: {error}; name another address by --address, \
                 127.0.0.1:0 for any port that is free"
            ),
            Self::Json(error) => error.fmt(formatter),
        }
    }
}

impl From<ScenarioError> for CommandError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}

impl From<ExportError> for CommandError {
    fn from(error: ExportError) -> Self {
        Self::Export(error)
    }
}

impl From<OpposeError> for CommandError {
    fn from(error: OpposeError) -> Self {
        match error {
            OpposeError::Scenario(error) => Self::Scenario(error),
            OpposeError::Unfinished => Self::Oppose(error),
        }
    }
}

impl From<NamedProfileError> for CommandError {
    fn from(error: NamedProfileError) -> Self {
        Self::Usage(error.to_string())
    }
}

impl From<RunError> for CommandError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<BoundedPartError> for CommandError {
    fn from(error: BoundedPartError) -> Self {
        match error {
            BoundedPartError::Run(error) => Self::Run(error),
            BoundedPartError::Hashes(_) => Self::NoProof(vec![error.to_string()]),
        }
    }
}

impl From<JudgeError> for CommandError {
    fn from(error: JudgeError) -> Self {
        Self::Judge(error)
    }
}

impl From<VersionsError> for CommandError {
    fn from(error: VersionsError) -> Self {
        Self::Versions(error)
    }
}

impl From<DemonstrationError> for CommandError {
    fn from(error: DemonstrationError) -> Self {
        match error {
            DemonstrationError::Run(error) => Self::Run(error),
            DemonstrationError::Scenario(error) => Self::Scenario(error),
        }
    }
}

impl From<ReportError> for CommandError {
    fn from(error: ReportError) -> Self {
        match error {
            ReportError::Junit(why) => Self::Junit(why),
            ReportError::Json(error) => Self::Json(error),
        }
    }
}

impl From<io::Error> for CommandError {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

impl From<serde_json::Error> for CommandError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json(error)
    }
}
