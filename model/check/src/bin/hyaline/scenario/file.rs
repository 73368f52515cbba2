//! Scenarios of a file, each with what is expected of it.

mod entry;

use std::fs;
use std::path::Path;

use hyaline_check::report::answer::ScenarioAnswer;
use hyaline_check::report::assessment::Assessment;
use hyaline_check::search::explore::{Effort, Verdict};
use serde::Serialize;

use self::entry::Entry;
use super::words;
use crate::CommandStatus;
use crate::arguments::{AnswerFormat, ShownArguments};
use crate::screen::{BAD, CommandError, GOOD, styled, write};

/// Explores the scenarios of a file, and says of each whether it is as expected.
pub(super) fn run(
    path: &Path,
    effort: &Effort,
    shown: &ShownArguments,
) -> Result<CommandStatus, CommandError> {
    let is_json = match shown.format() {
        AnswerFormat::Text => false,
        AnswerFormat::Json => true,
        AnswerFormat::Svg | AnswerFormat::Html | AnswerFormat::Mermaid => {
            return Err(CommandError::File("a file is answered as text or as json".to_owned()));
        }
    };
    let unreadable = |error| CommandError::File(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(unreadable)?;
    let entries = entry::read(&text, &path.display().to_string()).map_err(CommandError::File)?;
    let mut lines = Vec::new();
    let mut all = true;
    for entry in &entries {
        let assessment = entry.asked.assess(effort, shown.looks_for_heals())?;
        let as_expected = entry.is_met(&assessment);
        all &= as_expected;
        if is_json {
            lines.push(line(entry, &assessment, as_expected)?);
        } else {
            write(&said(entry, &assessment, as_expected, shown))?;
        }
    }
    if is_json {
        let answers = FileAnswer { as_expected: all, scenarios: lines };
        write(&(serde_json::to_string_pretty(&answers)? + "\n"))?;
    } else {
        let words = match all {
            true => styled(GOOD, format!("all {} as expected", entries.len())),
            false => styled(BAD, "not all as expected"),
        };
        write(&format!("{words}\n"))?;
    }
    Ok(if all { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// One line where it is as expected, the whole answer where it is not.
fn said(
    entry: &Entry,
    assessment: &Assessment,
    as_expected: bool,
    shown: &ShownArguments,
) -> String {
    let name = &entry.name;
    if as_expected {
        return words::block("as expected: ", &format!("{name}: {}", assessment.headline), GOOD);
    }
    let answer = entry.asked.answer(assessment);
    let whole = words::whole(&entry.asked.title(), assessment, &answer, shown);
    let expected = format!("{name}: {} was expected", entry.words());
    format!("{}{whole}\n", words::block("NOT as expected: ", &expected, BAD))
}

/// The answer to a file.
#[derive(Serialize)]
struct FileAnswer {
    as_expected: bool,
    scenarios: Vec<serde_json::Value>,
}

/// The answer to one scenario of a file.
#[derive(Serialize)]
struct FileLine<'a> {
    name: &'a str,
    expected: String,
    as_expected: bool,
    #[serde(flatten)]
    answer: ScenarioAnswer<'a>,
}

fn line(
    entry: &Entry,
    assessment: &Assessment,
    as_expected: bool,
) -> Result<serde_json::Value, CommandError> {
    Ok(serde_json::to_value(FileLine {
        name: &entry.name,
        expected: entry.words(),
        as_expected,
        answer: entry.asked.answer(assessment),
    })?)
}

impl Entry {
    /// Whether the answer is the one that is expected.
    fn is_met(&self, assessment: &Assessment) -> bool {
        let fails = |property: &str| assessment.checked.verdict(property) == Verdict::Fails;
        assessment.conclusion == self.expected && self.property.as_deref().is_none_or(fails)
    }

    /// What is expected, in words.
    fn words(&self) -> String {
        let word = self.expected.word();
        self.property
            .as_ref()
            .map_or_else(|| format!("`{word}`"), |property| format!("`{word}` with `{property}`"))
    }
}
