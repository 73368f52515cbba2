//! The arguments of `hyaline validate`: which logs are judged.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use hyaline_check::validate::log::NamedLog;

pub(super) const VALIDATE: &str = "\
Says whether what connections have logged is a behaviour of the model: each row that a line tells of
has to be the one that the table takes there. If one is not, the first such step is printed, and
which rows could have fired there. Where a log ends, it tells where each machine stands and what
pending calls wait for: so a hang is brought from production.

A program logs its connections by `with_row_log` of the library, or the examples by --row-log. A
file has the connections of one process, and may end anywhere. Of a connection of which both ends
are logged, in one file or in two, what one end receives has to be what the other has sent before.
Which ends are of one connection is recognised where that is plain: from what the logs tell, or
since there are only two.";

pub(super) const EXAMPLES: &str = "\
Examples:
  hyaline validate rows.jsonl                      one end, or all connections of a process
  hyaline validate client.jsonl server.jsonl       both ends of a connection
  hyaline validate --pair 1:3 client.jsonl server.jsonl
  hyaline validate --pair b.jsonl#1:3 a.jsonl b.jsonl server.jsonl
  zcat rows.jsonl.gz | hyaline validate -

Exit status: 0 if all of it is a behaviour of the model, wherever it ends; 1 if some is not; 2 if a
file is no log, or one of another table.";

/// `hyaline validate`.
#[derive(Debug, Args)]
pub(crate) struct ValidateArguments {
    /// The logs, of one end or of both; `-` is standard input
    #[arg(value_name = "FILE", required = true, num_args = 1..)]
    pub(crate) files: Vec<PathBuf>,
    /// Holds this client against this server, by the numbers of their connections, FILE#NUMBER
    /// where several files have the number; may be given several times. Without it, the only client
    /// against the only server, or those of several that go together as no others do
    #[arg(long = "pair", value_name = "CLIENT:SERVER", value_parser = pair)]
    pub(crate) pairs: Vec<[NamedLog; 2]>,
    /// As what it is printed
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: ValidationFormat,
}

/// As what a validation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ValidationFormat {
    /// For a terminal
    Text,
    /// For programs: docs/validation.schema.json says what is in it
    Json,
}

fn pair(text: &str) -> Result<[NamedLog; 2], String> {
    // The name of a file may have a colon in it too.
    let parts = text.match_indices(':').map(|(place, _)| text.split_at(place));
    let mut read = parts.filter_map(|(client, server)| {
        Some([client.parse().ok()?, server.get(1..)?.parse().ok()?])
    });
    read.next().ok_or_else(|| {
        format!(
            "`{text}` is not CLIENT:SERVER, two numbers of connections, each as FILE#NUMBER where \
             several files have it"
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pair_is_two_numbers_each_with_a_file_or_without() {
        let named = |file: &str, number| NamedLog {
            file: (!file.is_empty()).then(|| file.to_owned()),
            number,
        };
        for (text, client, server) in [
            ("1:3", named("", 1), named("", 3)),
            ("a.jsonl#1:3", named("a.jsonl", 1), named("", 3)),
            ("C:\\a#1:D:\\b#2", named("C:\\a", 1), named("D:\\b", 2)),
        ] {
            assert_eq!(pair(text), Ok([client, server]), "{text}");
        }
        for text in ["1", "1:", ":", "a:b", "a.jsonl:1"] {
            assert!(pair(text).is_err(), "{text}");
        }
    }
}
