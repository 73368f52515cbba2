//! What no source may hold.

use crate::lexer::identifiers;
use crate::nothing_found;
use crate::repository::{files, has_extension, line_of, members, read, sources};

/// Macros that stand for work not done.
const UNFINISHED_MACROS: [&str; 3] = ["todo", "unimplemented", "dbg"];

/// Words of comments that stand for work not done; written in halves, so that they are not here.
const UNFINISHED_WORDS: [&str; 3] = [concat!("FIX", "ME"), concat!("TO", "DO"), concat!("XX", "X")];

#[test]
fn no_source_says_unsafe() {
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        for (offset, word) in identifiers(&source.code) {
            if word == "unsafe" {
                findings.push(format!("{}:{}", source.path, line_of(&source.code, offset)));
            }
        }
    }
    nothing_found("there is no `unsafe` here", &findings);
}

#[test]
fn every_member_takes_the_lints_of_the_workspace() {
    let workspace = read("Cargo.toml").unwrap();
    assert!(workspace.contains("\nunsafe_code = \"forbid\"\n"));
    for member in members().unwrap() {
        let manifest = read(&format!("{member}/Cargo.toml")).unwrap();
        assert!(manifest.contains("[lints]\nworkspace = true\n"), "{member}");
    }
}

#[test]
fn no_test_is_ignored() {
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        for (index, line) in source.code.lines().enumerate() {
            // `#[ignore]`, and `#[cfg_attr(…, ignore)]`.
            let is_attribute = line.trim_start().starts_with("#[");
            if is_attribute && identifiers(line).iter().any(|(_, word)| *word == "ignore") {
                findings.push(format!("{}:{}", source.path, index + 1));
            }
        }
    }
    nothing_found("a test that is not run is no test", &findings);
}

#[test]
fn nothing_is_left_to_be_done() {
    let mut findings = Vec::new();
    for source in sources().unwrap() {
        for (offset, word) in identifiers(&source.code) {
            let after = source.code.get(offset + word.len()..).unwrap_or_default();
            if UNFINISHED_MACROS.contains(&word) && after.starts_with('!') {
                let line = line_of(&source.code, offset);
                findings.push(format!("{}:{line}: {word}!", source.path));
            }
        }
    }
    for file in files().unwrap() {
        // The lock file's checksums may spell anything.
        if has_extension(&file.path, "lock") {
            continue;
        }
        for (offset, word) in identifiers(&file.text) {
            if UNFINISHED_WORDS.contains(&word) {
                findings.push(format!("{}:{}: {word}", file.path, line_of(&file.text, offset)));
            }
        }
    }
    nothing_found("what is not done is an issue, not a comment", &findings);
}

#[test]
fn the_library_reads_no_environment() {
    let mut findings = Vec::new();
    // If the library read the environment, whoever starts the program could ask for a key log.
    for source in sources().unwrap().iter().filter(|source| source.path.starts_with("runtime/src/"))
    {
        for (offset, word) in identifiers(&source.code) {
            if matches!(word, "env" | "option_env") {
                findings.push(format!("{}:{}", source.path, line_of(&source.code, offset)));
            }
        }
    }
    nothing_found("the program decides, in code", &findings);
}
