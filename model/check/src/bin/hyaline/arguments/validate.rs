//! The arguments of `hyaline validate`: which logs are judged.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub(super) const VALIDATE: &str = "\
Says whether what connections have logged is a behaviour of the model: each row that a line tells of
has to be the one that the table takes there. If one is not, the first such step is printed, and
which rows could have fired there. Where a log ends, it tells where each machine stands and what
pending calls wait for: so a hang is brought from production.

A program logs its connections by `with_row_log` of the library, or the examples by --row-log. A
file has the connections of one process, and may end anywhere. Of a connection of which both ends
are logged, in one file or in two, what one end receives has to be what the other has sent before.";

pub(super) const EXAMPLES: &str = "\
Examples:
  hyaline validate rows.jsonl                      one end, or all connections of a process
  hyaline validate client.jsonl server.jsonl       both ends of a connection
  hyaline validate --pair 1:3 client.jsonl server.jsonl

Exit status: 0 if all of it is a behaviour of the model, wherever it ends; 1 if some is not; 2 if a
file is no log, or one of another table.";

/// `hyaline validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArguments {
    /// The logs, of one end or of both
    #[arg(value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
    /// Holds this client against this server, by the numbers of their connections; may be given
    /// several times. Without it, the only client against the only server
    #[arg(long = "pair", value_name = "CLIENT:SERVER", value_parser = pair)]
    pub(crate) pairs: Vec<(u64, u64)>,
    /// As what it is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ValidationFormat,
}

/// As what a validation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ValidationFormat {
    /// For a terminal
    Text,
    /// For programs: docs/traces.md says what is in it
    Json,
}

fn pair(text: &str) -> Result<(u64, u64), String> {
    let parts = text.split_once(':');
    let read = parts.and_then(|(one, other)| Some((one.parse().ok()?, other.parse().ok()?)));
    read.ok_or_else(|| format!("`{text}` is not CLIENT:SERVER, two numbers of connections"))
}
