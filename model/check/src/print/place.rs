//! Where in the sources a row of the table is written.

use hyaline_model::table::{Machine, Row};

/// The sources of the table, each with the name of its file; nothing in a build without the
/// repository.
const SOURCES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/table_sources.rs"));

/// The line with which the `otherwise` rows of a machine begin.
const OTHERWISE: &str = "otherwise {";

/// A place in the sources of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowPlace {
    /// The file, from the root of the repository.
    pub file: String,
    /// The line in which the row begins, from 1; nothing in a build without the repository. A row
    /// of an `otherwise` is one of several that are written as one, and has the line in which those
    /// begin.
    pub line: Option<usize>,
}

/// Where a row is written.
#[must_use]
pub fn place_of(row: &Row) -> RowPlace {
    let name = row.machine.name();
    let source = SOURCES.iter().find(|(known, _)| *known == name);
    let line = source.and_then(|(_, text)| match row.otherwise {
        true => text.lines().position(|line| line.trim() == OTHERWISE).map(|index| index + 1),
        false => line_of(text, row.text),
    });
    RowPlace { file: format!("model/src/table/{name}.rs"), line }
}

/// The row of these words: its machine, and the row as it is written, as a trace names it.
#[must_use]
pub fn row_of(words: &str) -> Option<&'static Row> {
    let (name, text) = words.split_once(": ")?;
    let machine = Machine::ALL.iter().find(|machine| machine.name() == name)?;
    machine.rows().iter().find(|row| row.text == text)
}

/// The line in which a row begins. A row may be written over several lines, with comments in
/// between, and for several events or for all states at once.
fn line_of(source: &str, row: &str) -> Option<usize> {
    let mut letters = String::new();
    let mut lines = Vec::new();
    for (index, line) in source.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for letter in code.chars().filter(|letter| !letter.is_whitespace()) {
            letters.push(letter);
            lines.resize(letters.len(), index + 1);
        }
    }
    let (from, behind) = row.split_once(" + ")?;
    let ends = [" if ", " under ", " => "].into_iter().filter_map(|word| behind.find(word));
    let (event, rest) = behind.split_at_checked(ends.min()?)?;
    let [from, event, rest] =
        [&format!("{from} +"), event, rest].map(|part| part.split_whitespace().collect::<String>());
    let is_it = |from: &str, offset: usize| {
        // A row stands behind the end of another, or of an attribute.
        let before = letters.get(..offset).and_then(|before| before.chars().next_back());
        let begins = before.is_none_or(|before| ")]{};".contains(before));
        let behind = letters.get(offset + from.len()..).unwrap_or_default();
        let events = behind.find(&rest).and_then(|end| behind.get(..end)).unwrap_or_default();
        begins && (events == event || events.split('|').any(|one| one == event))
    };
    // `_` stands for all states.
    let found = [from.as_str(), "_+"].into_iter().find_map(|from| {
        letters.match_indices(from).map(|(offset, _)| offset).find(|at| is_it(from, *at))
    });
    found.and_then(|offset| lines.get(offset).copied())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use hyaline_model::table::ROWS;

    use super::*;

    #[test]
    fn every_row_has_a_line_in_which_it_begins() {
        let mut places = BTreeSet::new();
        for row in ROWS {
            let RowPlace { file, line } = place_of(row);
            let line = line.unwrap_or_else(|| panic!("no line: {}", row.text));
            let source = SOURCES.iter().find(|(known, _)| *known == row.machine.name());
            let text = source.and_then(|(_, text)| text.lines().nth(line - 1)).expect("a line");
            if row.otherwise {
                assert_eq!(text.trim(), OTHERWISE, "{file}:{line}");
                continue;
            }
            let first = row.text.split(' ').next().expect("a word");
            let begins = |word| text.trim_start().starts_with(word);
            assert!(begins(first) || begins("_ +"), "{file}:{line}: {text}");
            places.insert((file, line));
        }
        // Few rows are written for several events at once.
        let own = ROWS.iter().filter(|row| !row.otherwise).count();
        assert!(places.len() <= own && places.len() * 10 > own * 9, "{} of {own}", places.len());
    }

    #[test]
    fn a_row_is_found_by_the_words_of_a_trace() {
        for row in ROWS {
            let words = format!("{}: {}", row.machine.name(), row.text);
            assert_eq!(row_of(&words), Some(*row));
        }
        assert_eq!(row_of("plain TCP: nothing"), None);
        assert_eq!(row_of(""), None);
    }
}
