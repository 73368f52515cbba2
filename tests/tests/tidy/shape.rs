//! How long files and lines may be.

use crate::nothing_found;
use crate::repository::sources;

/// A longer file has to become two.
const MOST_LINES: usize = 400;

/// What rustfmt wraps at; it leaves comments, strings and macro bodies to us.
const MOST_COLUMNS: usize = 100;

/// Files that may be longer, and why.
const LONG_FILES: [(&str, &str); 1] =
    [("model/src/table/alphabet.rs", "one dictionary: the words of the whole table in one macro")];

#[test]
fn no_source_file_is_too_long() {
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        let lines = source.text.lines().count();
        let excused = LONG_FILES.iter().any(|(path, _)| *path == source.path);
        if lines > MOST_LINES && !excused {
            findings.push(format!("{}: {lines} lines", source.path));
        }
        if lines <= MOST_LINES && excused {
            findings.push(format!("{}: needs no exception any more", source.path));
        }
    }
    nothing_found("a file holds at most 400 lines", &findings);
}

#[test]
fn no_source_line_is_too_wide() {
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        for (index, line) in source.text.lines().enumerate() {
            let columns = line.chars().count();
            if columns > MOST_COLUMNS {
                findings.push(format!("{}:{}: {columns} columns", source.path, index + 1));
            }
        }
    }
    nothing_found("a line holds at most 100 columns", &findings);
}
