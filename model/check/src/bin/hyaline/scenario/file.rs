//! Scenarios and relays of a file, each with what is expected of it.

mod answered;
mod entry;
mod relay;

use std::fs;
use std::path::Path;

use hyaline_check::report::hashes::{HashesShown, missed_in_any};
use hyaline_check::search::explore::Effort;
use hyaline_protocol::SourcePlace;
use hyaline_protocol::print::suite::ReportCase;
use serde::Serialize;

use self::answered::AnsweredEntry;
use self::entry::Entry;
use super::{cases, words};
use crate::CommandStatus;
use crate::arguments::{AnswerFormat, ShownArguments};
use crate::formats::Rule;
use crate::screen::{BAD, CommandError, GOOD, styled, write};

/// Explores what a file asks, and says of each entry whether it is as expected.
pub(super) fn run(
    path: &Path,
    effort: &Effort,
    shown: &ShownArguments,
) -> Result<CommandStatus, CommandError> {
    let format = shown.format();
    let has_pictures = [AnswerFormat::Svg, AnswerFormat::Html, AnswerFormat::Mermaid];
    if has_pictures.contains(&format) {
        let words = "a file has no picture: it is answered as text or json, or in a form for CI";
        return Err(CommandError::File(words.to_owned()));
    }
    let unreadable = |error| CommandError::File(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let entries = entry::read(&text, &path.display().to_string()).map_err(CommandError::File)?;
    let (mut lines, mut families, mut cases) = (Vec::new(), Vec::new(), Vec::new());
    let (mut all, mut missed) = (true, None);
    for entry in &entries {
        let answered = AnsweredEntry::of(&entry.question, effort, shown.looks_for_heals())?;
        let as_expected = entry.is_met(&answered);
        all &= as_expected;
        missed = missed_in_any([missed, answered.missed()].into_iter());
        match format {
            AnswerFormat::Json => lines.push(line(entry, &answered, as_expected)?),
            AnswerFormat::Text => write(&said(entry, &answered, as_expected, shown))?,
            _ => {
                families.push(answered.family(&entry.name, as_expected));
                cases.push(entry.case(path, &answered, as_expected));
            }
        }
    }
    let words = match all {
        true => format!("all {} as expected", entries.len()),
        false => "not all as expected".to_owned(),
    };
    let words = match missed {
        Some(missed) => format!("{words}, {missed}"),
        None => words,
    };
    write(&match (format, format.of_tool()) {
        (_, Some(format)) => {
            cases::suite("hyaline scenario", words, families, cases).in_form(format)?
        }
        (AnswerFormat::Json, None) => {
            let hashes = missed.map(HashesShown::of);
            let answers = FileAnswer { as_expected: all, hashes, scenarios: lines };
            serde_json::to_string_pretty(&answers)? + "\n"
        }
        _ => styled(if all { GOOD } else { BAD }, words) + "\n",
    })?;
    Ok(if all { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// One line where it is as expected, the whole answer where it is not.
fn said(
    entry: &Entry,
    answered: &AnsweredEntry<'_>,
    as_expected: bool,
    shown: &ShownArguments,
) -> String {
    let name = &entry.name;
    if as_expected {
        return words::block("as expected: ", &format!("{name}: {}", answered.headline()), GOOD);
    }
    let expected = format!("{name}: {} was expected", entry.words());
    let whole = answered.whole(shown);
    format!("{}{whole}\n", words::block("NOT as expected: ", &expected, BAD))
}

/// The answer to a file.
#[derive(Serialize)]
struct FileAnswer {
    as_expected: bool,
    /// How probable a miss is, in all entries together, where hashes stood for snapshots.
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<HashesShown>,
    scenarios: Vec<serde_json::Value>,
}

/// The answer to one entry of a file.
#[derive(Serialize)]
struct FileLine<'a> {
    /// `scenario` or `relay`: which schema the rest has.
    kind: &'static str,
    name: &'a str,
    expected: String,
    as_expected: bool,
    #[serde(flatten)]
    answer: serde_json::Value,
}

fn line(
    entry: &Entry,
    answered: &AnsweredEntry<'_>,
    as_expected: bool,
) -> Result<serde_json::Value, CommandError> {
    Ok(serde_json::to_value(FileLine {
        kind: answered.kind(),
        name: &entry.name,
        expected: entry.words(),
        as_expected,
        answer: answered.answer()?,
    })?)
}

impl Entry {
    /// The answer, at the line of the entry in its file.
    fn case(&self, path: &Path, answered: &AnsweredEntry<'_>, as_expected: bool) -> ReportCase {
        let mut case = answered.case(&self.name, as_expected);
        case.place = Some(SourcePlace { file: path.display().to_string(), line: Some(self.line) });
        if !as_expected {
            case.rule = Rule::Expected.into();
            case.message = format!("{}; expected was {}", answered.headline(), self.words());
        }
        case
    }

    /// Whether the answer is the one that is expected.
    fn is_met(&self, answered: &AnsweredEntry<'_>) -> bool {
        answered.conclusion() == self.expected && answered.is_where_expected()
    }

    /// The expected answer, in words.
    fn words(&self) -> String {
        let word = self.expected.word();
        self.question
            .expected_besides()
            .map_or_else(|| format!("`{word}`"), |besides| format!("`{word}` {besides}"))
    }
}
