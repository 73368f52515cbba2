//! The arguments of `hyaline check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hyaline_check::search::explore::Effort;
use hyaline_check::search::profile::Profile;
use hyaline_protocol::print::suite::ToolFormat;

use super::bounds::OtherBounds;
use super::compact::COMPACT;
use super::values::TimersArgument;
use super::{CompactArguments, EffortArguments, PROFILES, STATUS};

pub(super) const CHECK: &str = "\
Explores every program up to a bound at both ends, and prints what comes of it in a few lines;
--verbose prints a line for each exploration as it ends, and the trace of the first that fails.

With the profile that ships at both ends the check also runs the forms of the handshake and of TCP
that the bounds lack, flips the guilty switch of each named hazard (it has to be found) and flips it
back (it has to be gone), and lets two naive ends run (they have to be caught). At the bounds
`small` the counts of all this are compared with the recorded ones. Then it explores programs of any
length over queues of any size, in one form of each thing (`hyaline unbounded` has all of them).";

const EXAMPLES: &str = "\
Examples:
  hyaline check                                     what ships, at the bounds `small`
  hyaline check --calls 2 --server naive --verbose  other bounds and another end, line by line
  hyaline check --format junit > hyaline.xml        for a service of continuous integration
  hyaline check --against earlier.json              what changed since `check --json` wrote that
  hyaline check --calls 5 --compact 56              larger bounds in less memory, by hashes";

/// What stands below the help.
pub(super) fn after_help() -> String {
    format!("{EXAMPLES}\n\n{COMPACT}\n\n{PROFILES}\n\n{STATUS}")
}

/// `hyaline check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// Bounds with a name.
    ///
    /// small: programs of up to 3 calls plus close at buffers 1/1, of up to 2 at {1,2} × {1,2};
    /// programs of two threads, or of a task that polls two calls at once, on one side or both, of
    /// up to 2 calls each at 1/1; 0 and 2 tickets;
    /// both rules for resets; client certificate none, good and rejected; the other handshakes with
    /// 1 call
    #[arg(long, value_enum, default_value = "small")]
    pub(crate) bounds: NamedBounds,
    /// The client's profile
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    pub(crate) client: Profile,
    /// The server's profile
    #[arg(long, value_name = "PROFILE", default_value = "hyaline")]
    pub(crate) server: Profile,
    /// When the time of a close may run out: when nothing else can happen, or at any moment
    #[arg(long, value_enum, default_value = "quiescent")]
    pub(crate) timers: TimersArgument,
    #[command(flatten)]
    effort: EffortArguments,
    #[command(flatten)]
    compact: CompactArguments,
    /// Prints each exploration as it ends, and then each property and each hazard
    #[arg(long, conflicts_with_all = ["json", "format"])]
    pub(crate) verbose: bool,
    /// As what the results are printed
    #[arg(long, value_enum, default_value = "text")]
    format: CheckFormat,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Records the counts in model/check/pinned/small.json instead of comparing them
    #[arg(long, conflicts_with_all = ["bounds", "client", "server", "other", "timers"])]
    #[arg(conflicts_with_all = ["states_at_most", "compact"])]
    pub(crate) record: bool,
    /// Says what changed since a report of --json. The exit status is then 1 where a verdict got
    /// worse, and 0 where none did
    #[arg(long, value_name = "REPORT", conflicts_with_all = ["record", "compact"])]
    pub(crate) against: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) other: OtherBounds,
}

impl CheckArguments {
    pub(crate) fn effort(&self) -> Effort {
        self.compact.of(self.effort.effort())
    }

    pub(crate) const fn format(&self) -> CheckFormat {
        if self.json { CheckFormat::Json } else { self.format }
    }

    /// The arguments of a check where nothing else is asked for.
    pub(crate) fn small(threads: u16) -> Self {
        Self {
            bounds: NamedBounds::Small,
            client: Profile::HYALINE,
            server: Profile::HYALINE,
            timers: TimersArgument::Quiescent,
            effort: EffortArguments { threads, states_at_most: None },
            compact: CompactArguments::default(),
            verbose: true,
            format: CheckFormat::Text,
            json: false,
            record: false,
            against: None,
            other: OtherBounds::default(),
        }
    }
}

/// As what the results of a check are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// For a terminal
    Text,
    /// For programs: docs/check.schema.json says what is in it
    Json,
    /// JUnit, with one test for each exploration
    Junit,
    /// SARIF, for code scanning, at the row of the table that a trace takes last
    Sarif,
    /// Markdown, for the comment on a pull request
    Markdown,
    /// Workflow commands of GitHub Actions, which annotate lines
    Github,
}

impl CheckFormat {
    /// The form of a tool; nothing if it is none of these.
    pub(crate) const fn of_tool(self) -> Option<ToolFormat> {
        match self {
            Self::Text | Self::Json => None,
            Self::Junit => Some(ToolFormat::Junit),
            Self::Sarif => Some(ToolFormat::Sarif),
            Self::Markdown => Some(ToolFormat::Markdown),
            Self::Github => Some(ToolFormat::Github),
        }
    }
}

/// Bounds with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NamedBounds {
    Small,
}
