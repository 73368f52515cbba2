//! What can be asked of a protocol's own program.

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::ask::Conditions;
use crate::print::suite::ToolFormat;
use crate::protocol::{BoundedChannel, Delivery, Protocol};

const ABOUT: &str = "\
A protocol as a transition table, and a model checker that explores it.

Two ends run two programs over two bounded channels, in every interleaving. Looked for are
deadlocks, runs that never end, what breaks an invariant, and rows that nothing takes. A hang is
compared with the same programs on plain channels, where the calls say what they come to there.";

const STATUS: &str = "\
Exit status: 0 if everything that has to hold holds and all of it was explored; 1 if something
fails or was not explored to the end; 2 if the command was not understood.";

const CHECK: &str = "\
Explores the protocol's programs, and says which rows nothing takes.

With --calls it explores every pair of programs up to a length in their place. Those of an end are
made of the calls for which it has a row. One verdict is on all of them, and of the pairs that do
not hold the least is told with its trace: that of the fewest calls, and then of the fewest steps.
Programs that hang on plain channels too are counted, and are no failure.";

const COMPLETIONS: &str = "\
Example:
  my-protocol completions bash > ~/.local/share/bash-completion/completions/my-protocol";

/// The command line.
#[derive(Debug, Parser)]
#[command(version, about = "Checks a protocol", long_about = ABOUT, after_help = STATUS)]
pub(super) struct CommandLine {
    #[command(subcommand)]
    pub(super) command: ProtocolCommand,
}

#[derive(Debug, Subcommand)]
pub(super) enum ProtocolCommand {
    /// Explores the protocol's programs, or every pair up to a length
    #[command(long_about = CHECK, after_help = STATUS)]
    Check {
        /// Every pair of programs of at most so many calls, in place of the protocol's own
        #[arg(long, value_name = "N", value_parser = clap::value_parser!(u8).range(0..=6))]
        calls: Option<u8>,
        #[command(flatten)]
        asked: AskedArguments,
    },
    /// Explores two given programs
    #[command(after_help = STATUS)]
    Scenario {
        /// What the first end calls, such as "ask*2 close"
        #[arg(value_name = "PROGRAM")]
        first: String,
        /// What the second end calls; "" is a program without calls
        #[arg(value_name = "PROGRAM")]
        second: String,
        #[command(flatten)]
        asked: AskedArguments,
    },
    /// Prints the table as Markdown
    Table,
    /// Prints what a shell needs to complete this command
    #[command(after_help = COMPLETIONS)]
    Completions {
        /// The shell
        #[arg(value_enum)]
        shell: Shell,
    },
    /// Prints the page of the manual
    #[command(name = "man")]
    Manual,
}

#[derive(Debug, Args)]
pub(super) struct AskedArguments {
    /// A profile of the table; without it, the one that ships
    #[arg(long, value_name = "PROFILE")]
    profile: Option<String>,
    /// How many messages each channel holds; without it, as the protocol says
    #[arg(long, value_name = "N")]
    #[arg(value_parser = clap::value_parser!(u8).range(1..))]
    capacity: Option<u8>,
    /// What the channels may do to messages; without it, as the protocol says
    #[arg(long, value_enum, value_name = "DELIVERY")]
    channel: Option<Delivery>,
    /// Gives up at about so many snapshots of two programs. The verdict is then `unfinished`, which
    /// is no pass
    #[arg(long, value_name = "N", default_value_t = Conditions::default().states_at_most)]
    states_at_most: usize,
    /// Shows the rows that each step takes, each with its citation
    #[arg(long)]
    pub(super) rows: bool,
    /// As what the answer is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(super) format: AnswerForm,
}

impl AskedArguments {
    /// The conditions that are asked for.
    pub(super) fn conditions<P: Protocol>(&self) -> Conditions<'_> {
        let own = P::CHANNEL;
        let channel = BoundedChannel {
            capacity: self.capacity.unwrap_or(own.capacity),
            delivery: self.channel.unwrap_or(own.delivery),
        };
        Conditions {
            profile: self.profile.as_deref(),
            channel: Some(channel),
            states_at_most: self.states_at_most,
        }
    }
}

/// As what an answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum AnswerForm {
    /// Words and a chart, for a terminal
    Text,
    /// For programs: docs/protocol.schema.json of Hyaline says what is in it
    Json,
    /// A sequence diagram, for a document
    Mermaid,
    /// JUnit, with one test for each pair of programs
    Junit,
    /// SARIF, for code scanning, at the row that a trace takes last, or that nothing takes
    Sarif,
    /// Markdown, for the comment on a pull request
    Markdown,
    /// Workflow commands of GitHub Actions, which annotate rows
    Github,
}

impl AnswerForm {
    /// The form of a tool; nothing if it is none of these.
    pub(super) const fn of_tool(self) -> Option<ToolFormat> {
        match self {
            Self::Text | Self::Json | Self::Mermaid => None,
            Self::Junit => Some(ToolFormat::Junit),
            Self::Sarif => Some(ToolFormat::Sarif),
            Self::Markdown => Some(ToolFormat::Markdown),
            Self::Github => Some(ToolFormat::Github),
        }
    }
}
