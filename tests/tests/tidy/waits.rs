//! The page of the waits is current: each of its lines has a test that exists, and each test of
//! waits stands in a line.

use std::collections::BTreeSet;

use crate::nothing_found;
use crate::repository::{read, sources};
use crate::rules::{quoted, tests_of};

const PAGE: &str = "docs/waits.md";

/// Where the tests are that this page is about; it names others besides.
const TESTS: &str = "tests/tests/waits/";

#[test]
fn every_line_about_waits_is_held_by_a_test_and_every_such_test_stands_there() {
    let page = read(PAGE).unwrap();
    let sources = sources().unwrap();
    let tests: BTreeSet<String> =
        sources.iter().flat_map(|source| tests_of(&source.code)).collect();
    let mut findings = Vec::new();
    let mut named = BTreeSet::new();
    for (index, line) in page.lines().enumerate() {
        let is_head = line.starts_with("| what ") || line.starts_with("|---");
        if !line.starts_with('|') || is_head {
            continue;
        }
        let cells: Vec<_> = line.trim_matches('|').split('|').collect();
        let [.., held_by] = cells.as_slice() else { continue };
        let count = named.len();
        named.extend(quoted(held_by).map(str::to_owned));
        if cells.len() != 4 || named.len() == count {
            findings.push(format!("{PAGE}:{}: four cells, and a test of its own", index + 1));
        }
    }
    findings.extend(named.difference(&tests).map(|name| format!("{PAGE}: no test {name}")));
    for source in sources.iter().filter(|source| source.path.starts_with(TESTS)) {
        let own = tests_of(&source.code);
        let missing = own.iter().filter(|name| !named.contains(*name));
        findings.extend(missing.map(|name| format!("{PAGE}: {name} stands in no line")));
    }
    nothing_found("the page of the waits is current", &findings);
    assert!(named.len() > 20, "the page names only {} tests", named.len());
}
