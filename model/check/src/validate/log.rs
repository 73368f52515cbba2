//! A log as it was read: the ends of connections, each with what it has written down, in order.

use std::collections::BTreeMap;
use std::fmt;
use std::num::ParseIntError;
use std::str::FromStr;

use hyaline_model::table::{FINGERPRINT, Policy, Role};

use super::written::{Line, Taken};
use crate::side::Side;

/// The text of a file, with its name.
#[derive(Clone, Copy, Debug)]
pub struct Written<'t> {
    /// The name of the file.
    pub file: &'t str,
    /// The text of the file.
    pub text: &'t str,
}

/// The log of an end, as whoever asks names it: `3`, or `client.jsonl#3` where several files have
/// that number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedLog {
    /// The file; any, where it is not named.
    pub file: Option<String>,
    /// The number of the connection.
    pub number: u64,
}

impl FromStr for NamedLog {
    type Err = ParseIntError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (file, number) = match text.rsplit_once('#') {
            Some((file, number)) => (Some(file.to_owned()), number),
            None => (None, text),
        };
        Ok(Self { file, number: number.parse()? })
    }
}

impl fmt::Display for NamedLog {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.file {
            Some(file) => write!(formatter, "{file}#{}", self.number),
            None => self.number.fmt(formatter),
        }
    }
}

/// How many numbers of connections an error tells.
const NUMBERS_TOLD: usize = 20;

/// Why a text cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LogError {
    /// A line is no line of a log.
    Line {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        what: String,
    },
    /// A connection ran another table.
    Table {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
        /// The table's fingerprint.
        fingerprint: String,
    },
    /// There is no connection in the file.
    Empty {
        /// The file.
        file: String,
    },
    /// A pair was named one end of which has no log.
    Nobody {
        /// The end.
        side: Side,
        /// What it was called.
        named: NamedLog,
        /// The numbers of all such ends that are there.
        others: Vec<u64>,
    },
    /// A pair was named one end of which may be several.
    Several {
        /// The end.
        side: Side,
        /// What it was called.
        named: NamedLog,
        /// The files of all that go by this name.
        files: Vec<String>,
    },
}

impl fmt::Display for LogError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line { file, line, what } => write!(formatter, "{file}:{line}: {what}"),
            Self::Table { file, line, fingerprint } => write!(
                formatter,
                "{file}:{line}: this connection ran the table {fingerprint}, and this checker has \
                 the table {FINGERPRINT}: take the checker of the library's version"
            ),
            Self::Empty { file } => write!(
                formatter,
                "{file}: there is no connection in it; a program has to set `with_row_log` before \
                 its connections begin"
            ),
            Self::Nobody { side, named, others } if others.is_empty() => {
                write!(formatter, "there is no {side} with the number {named}: no log is of one")
            }
            Self::Nobody { side, named, others } => {
                let others: Vec<String> =
                    others.iter().take(NUMBERS_TOLD).map(ToString::to_string).collect();
                let others = others.join(", ");
                write!(
                    formatter,
                    "there is no {side} with the number {named}; those that are here have {others}"
                )
            }
            Self::Several { side, named, files } => {
                let is_one_file = files.windows(2).all(|pair| matches!(pair, [a, b] if a == b));
                let files_told: Vec<String> =
                    files.iter().map(|file| format!("{file}#{}", named.number)).collect();
                let count = files.len();
                write!(formatter, "{count} logs are of a {side} with the number {named}: ")?;
                match is_one_file {
                    true => formatter.write_str(
                        "a process that was begun anew has written to the same file; cut it where \
                         the numbers begin anew",
                    ),
                    false => write!(formatter, "name one of {}", files_told.join(", ")),
                }
            }
        }
    }
}

impl std::error::Error for LogError {}

/// What one end of a connection has written down.
#[derive(Clone, Debug)]
pub struct ConnectionLog {
    /// The file.
    pub file: String,
    /// The number of the connection in its process.
    pub connection: u64,
    /// The end of the connection that wrote the log.
    pub side: Side,
    /// How it is configured.
    pub(super) policy: Policy,
    /// How many tickets it owes at first.
    pub(super) tickets: u8,
    /// What happened, in order, as far as nothing is missing.
    pub(super) entries: Vec<Entry>,
    /// Whether the connection was dropped.
    pub(super) is_over: bool,
    /// Where lines are missing: the first line behind them, and how many.
    pub(super) gap: Option<Gap>,
}

/// Lines that are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gap {
    /// The first line behind them.
    pub(super) line: usize,
    pub(super) count: u64,
    /// Whether the log says that lines were lost.
    pub(super) is_told: bool,
}

/// What a line tells.
#[derive(Clone, Debug)]
pub(super) enum Entry {
    /// A row was taken.
    Row(Box<Taken>),
    /// The halves have so many owners from now on.
    Owners(u8),
}

/// Everything that was read.
#[derive(Debug)]
pub(super) struct Logs {
    pub(super) connections: Vec<ConnectionLog>,
    /// The files of which lines were lost, and how many lines.
    lost: Vec<(String, u64)>,
}

/// A connection whose lines are being collected, by their numbers.
struct Collected {
    log: ConnectionLog,
    lines: BTreeMap<u64, (usize, Option<Entry>)>,
}

impl Logs {
    pub(super) fn read(texts: &[Written<'_>]) -> Result<Self, LogError> {
        let mut logs = Self { connections: Vec::new(), lost: Vec::new() };
        for text in texts {
            logs.read_file(text)?;
        }
        Ok(logs)
    }

    /// Notes about lines that are lost.
    pub(super) fn notes(&self) -> Vec<String> {
        let told = self.lost.iter().map(|(file, count)| {
            format!("{file}: {count} lines were lost; a connection is judged as far as it has all.")
        });
        told.collect()
    }

    fn read_file(&mut self, written: &Written<'_>) -> Result<(), LogError> {
        let file = written.file.to_owned();
        let wrong = |line: usize, what: String| LogError::Line { file: file.clone(), line, what };
        let mut collected: Vec<Collected> = Vec::new();
        let mut lost = 0;
        for (index, text) in written.text.lines().enumerate() {
            let number = index + 1;
            if text.trim().is_empty() {
                continue;
            }
            let line: Line = match serde_json::from_str(text) {
                Ok(line) => line,
                Err(_) if is_torn(written.text, index) => {
                    lost += 1;
                    continue;
                }
                Err(error) => return Err(wrong(number, no_line(text, &error))),
            };
            if let Some(count) = line.lost {
                lost += count;
                continue;
            }
            let Some((connection, sequence)) = line.connection.zip(line.sequence) else {
                let what = "`connection` or `sequence` is missing".to_owned();
                return Err(wrong(number, what));
            };
            if line.table.is_some() {
                collected.push(begin(&file, number, &line, connection, wrong)?);
            }
            let mut known = collected.iter_mut().rev();
            let Some(one) = known.find(|one| one.log.connection == connection) else {
                let what = format!(
                    "the connection {connection} has not begun in this file; the parts of a log \
                     that was rotated are put together first, in their order"
                );
                return Err(wrong(number, what));
            };
            let entry = entry_of(&line, number).map_err(|what| wrong(number, what))?;
            one.log.is_over |= line.over;
            if let Some((first, _)) = one.lines.insert(sequence, (number, entry)) {
                let what = format!("the number {sequence} stands in line {first} already");
                return Err(wrong(number, what));
            }
        }
        if collected.is_empty() {
            return Err(LogError::Empty { file });
        }
        if lost > 0 {
            self.lost.push((file, lost));
        }
        self.connections.extend(collected.into_iter().map(|one| one.in_order(lost > 0)));
        Ok(())
    }
}

/// Why a text is no line of a log.
fn no_line(text: &str, error: &serde_json::Error) -> String {
    match text.trim_start().starts_with('{') {
        true => {
            // What serde says of the place counts from the beginning of this text.
            let words = error.to_string();
            let words = words.split(" at line ").next().unwrap_or_default();
            format!("no line of a log: {words}, at column {}", error.column())
        }
        false => "no line of a log: each is an object of JSON, as `with_row_log` of the library \
                  has it written"
            .to_owned(),
    }
}

/// Whether the line of this index was cut: the file ends in it, or the next line that is not empty
/// says that lines were lost.
fn is_torn(text: &str, index: usize) -> bool {
    match text.lines().skip(index + 1).find(|line| !line.trim().is_empty()) {
        Some(next) => next.starts_with("{\"lost\":"),
        None => !text.ends_with('\n'),
    }
}

fn begin(
    file: &str,
    number: usize,
    line: &Line,
    connection: u64,
    wrong: impl Fn(usize, String) -> LogError,
) -> Result<Collected, LogError> {
    let table = line.table.as_deref().unwrap_or_default();
    if table != FINGERPRINT {
        let (file, fingerprint) = (file.to_owned(), table.to_owned());
        return Err(LogError::Table { file, line: number, fingerprint });
    }
    let policy = line.policy().map_err(|what| wrong(number, what))?;
    let side = match policy.role {
        Role::Client => Side::Client,
        Role::Server => Side::Server,
    };
    if line.end.as_deref() != Some(super::name(side)) {
        return Err(wrong(number, format!("`end` is another one than the role, {side}")));
    }
    let tickets = line.tickets.ok_or_else(|| wrong(number, "`tickets` is missing".to_owned()))?;
    let (file, entries) = (file.to_owned(), Vec::new());
    let (is_over, gap) = (false, None);
    let log = ConnectionLog { file, connection, side, policy, tickets, entries, is_over, gap };
    Ok(Collected { log, lines: BTreeMap::new() })
}

fn entry_of(line: &Line, number: usize) -> Result<Option<Entry>, String> {
    Ok(match line.owners {
        Some(owners) => Some(Entry::Owners(owners)),
        None if line.table.is_some() || line.over => None,
        None => Some(Entry::Row(Box::new(line.taken(number)?))),
    })
}

impl Collected {
    /// The log, its lines in order, as far as none is missing.
    fn in_order(self, is_told: bool) -> ConnectionLog {
        let Self { mut log, lines } = self;
        let mut next = 0;
        for (sequence, (line, entry)) in lines {
            if sequence != next {
                log.gap = Some(Gap { line, count: sequence.saturating_sub(next), is_told });
                log.is_over = false;
                break;
            }
            next = sequence.saturating_add(1);
            log.entries.extend(entry);
        }
        log
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_named_by_its_number_and_where_need_be_by_its_file() {
        for (text, file, number) in
            [("3", None, 3), ("a.jsonl#3", Some("a.jsonl"), 3), ("a#1#2", Some("a#1"), 2)]
        {
            let named = NamedLog { file: file.map(str::to_owned), number };
            assert_eq!(text.parse(), Ok(named.clone()));
            assert_eq!(named.to_string(), text);
        }
        assert!("".parse::<NamedLog>().is_err() && "a.jsonl".parse::<NamedLog>().is_err());
    }
}
