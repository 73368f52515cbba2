//! What can be asked of the hazards.

use clap::{Args, ValueEnum};
use hyaline_check::runs::hazards::entry::{HazardEntry, catalogue};
use hyaline_protocol::print::suite::ToolFormat;

use super::EffortArguments;

pub(super) const HAZARDS: &str = "\
Lists what goes wrong between TLS 1.3 and TCP, and tells of each: what happens, what causes it, the
shortest trace, and what the shipped policy does instead.

`model` stands at those that the model finds with their cause, and not without; `sockets` at those
that only a test on real sockets shows; `outside` at the others, with the reason.";

pub(super) const EXAMPLES: &str = "\
Examples:
  hyaline hazards                              the list
  hyaline hazards H02                          one hazard, with its shortest trace
  hyaline hazards H02 --format html > h02.html
  hyaline hazards --all                        all that the model finds, with and without the cause
  hyaline hazards --all --format junit > hazards.xml

Exit status: 0 if what has to be found is found, and gone without its cause; 1 if not, or not all
was explored; 2 if the command was not understood.";

/// `hyaline hazards`.
#[derive(Debug, Args)]
pub(crate) struct HazardsArguments {
    /// The hazard to tell of, such as H02
    #[arg(value_name = "NUMBER", value_parser = hazard)]
    pub(crate) number: Option<&'static HazardEntry>,
    /// Runs all that the model finds, with their causes and without, and prints a line of each
    #[arg(long, conflicts_with = "number")]
    pub(crate) all: bool,
    /// As what it is printed; pictures and pages are of one hazard, the forms of tools of all
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: HazardFormat,
    #[command(flatten)]
    pub(crate) effort: EffortArguments,
}

/// As what hazards are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum HazardFormat {
    /// For a terminal
    Text,
    /// For programs: docs/hazards.schema.json says what is in it
    Json,
    /// For documents: a table, or one hazard with its trace as a sequence diagram of Mermaid; with
    /// --all for the comment on a pull request
    Markdown,
    /// The trace of one hazard as a picture
    Svg,
    /// A page of one hazard that stands for itself, with the picture
    Html,
    /// With --all: JUnit, with two tests for each hazard
    Junit,
    /// With --all: SARIF, for code scanning
    Sarif,
    /// With --all: workflow commands of GitHub Actions
    Github,
}

impl HazardFormat {
    /// The form of a tool for all hazards; nothing if it is none of these.
    pub(crate) const fn of_tool(self) -> Option<ToolFormat> {
        match self {
            Self::Text | Self::Json | Self::Svg | Self::Html => None,
            Self::Markdown => Some(ToolFormat::Markdown),
            Self::Junit => Some(ToolFormat::Junit),
            Self::Sarif => Some(ToolFormat::Sarif),
            Self::Github => Some(ToolFormat::Github),
        }
    }
}

fn hazard(text: &str) -> Result<&'static HazardEntry, String> {
    let entries = catalogue().map_err(|error| error.to_string())?;
    let found = entries.iter().find(|entry| entry.number.eq_ignore_ascii_case(text));
    found.ok_or_else(|| {
        let end = |entry: Option<&HazardEntry>| entry.map_or("", |entry| &entry.number).to_owned();
        let (first, last) = (end(entries.first()), end(entries.last()));
        format!("there are {first} to {last}; `hyaline hazards` lists them")
    })
}
