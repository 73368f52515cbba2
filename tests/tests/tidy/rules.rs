//! The page of the protocol's rules is current: what it points at exists.

use std::collections::BTreeSet;

use crate::citations::{sections, sections_of};
use crate::nothing_found;
use crate::repository::{has_extension, read, sources};

const PAGE: &str = "docs/rules.md";

/// A line of one of the page's tables.
struct Rule {
    line: usize,
    rule: String,
    sections: String,
    places: String,
    tests: String,
}

/// The rules of the page. A bar within a cell is written with a backslash.
fn rules(page: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (index, line) in page.lines().enumerate() {
        let is_head = line.starts_with("| rule ") || line.starts_with("|---");
        if !line.starts_with('|') || is_head {
            continue;
        }
        let text = line.replace("\\|", "\u{0}");
        let cells: Vec<String> =
            text.split('|').map(|cell| cell.trim().replace('\u{0}', "|")).collect();
        let cell = |number: usize| cells.get(number).cloned().unwrap_or_default();
        // Before the first bar and after the last there is nothing.
        assert_eq!(cells.len(), 6, "{PAGE}:{}: four cells", index + 1);
        rules.push(Rule {
            line: index + 1,
            rule: cell(1),
            sections: cell(2),
            places: cell(3),
            tests: cell(4),
        });
    }
    rules
}

/// What stands between backticks.
pub(crate) fn quoted(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}

fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Names of the functions of these sources that are tests.
pub(crate) fn tests_of(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for part in code.split("#[test]").skip(1) {
        let declared = part.split_once("fn ").map_or("", |(_, rest)| rest);
        names.push(declared.split('(').next().unwrap_or_default().to_owned());
    }
    names
}

#[test]
fn every_rule_is_kept_somewhere_and_proved_by_a_test() {
    let mut sections = sections();
    for number in ["5280", "9849"] {
        let others = sections_of(&format!("rfc{number}"));
        sections.extend(others.into_iter().map(|section| format!("RFC {number} {section}")));
    }
    let sources = sources().unwrap();
    let tests: BTreeSet<String> =
        sources.iter().flat_map(|source| tests_of(&source.code)).collect();
    let table: Vec<String> = sources
        .iter()
        .filter(|source| source.path.starts_with("model/src/table/"))
        .map(|source| squeezed(&source.text))
        .collect();
    let rules = rules(&read(PAGE).unwrap());
    let mut findings = Vec::new();
    for rule in &rules {
        let mut missing = |what: String| findings.push(format!("{PAGE}:{}: {what}", rule.line));
        if rule.rule.is_empty() {
            missing("no rule".to_owned());
        }
        for section in rule.sections.split(',').map(str::trim) {
            if section != "own" && !sections.contains(section) {
                missing(format!("no section {section:?}"));
            }
        }
        let named: Vec<_> = quoted(&rule.tests).collect();
        if named.is_empty() {
            missing("no test".to_owned());
        }
        for name in named.into_iter().filter(|name| !tests.contains(*name)) {
            missing(format!("no test {name}"));
        }
        let places: Vec<_> = quoted(&rule.places).collect();
        if places.is_empty() {
            missing("no place".to_owned());
        }
        // A path, and what it declares; or a row.
        let mut file = None;
        for place in places {
            if has_extension(place, "rs") {
                file = sources.iter().find(|source| source.path == place);
                if file.is_none() {
                    missing(format!("no file {place}"));
                }
            } else if let Some(source) = file.take() {
                let ends = ["(", "<", ":"];
                let declares = |kind: &str| {
                    ends.iter().any(|end| source.code.contains(&format!("{kind} {place}{end}")))
                };
                if !declares("fn") && !declares("const") {
                    missing(format!("{} declares no {place}", source.path));
                }
            } else if !table.iter().any(|file| file.contains(&squeezed(place))) {
                missing(format!("no row {place}"));
            }
        }
    }
    nothing_found("the page of the rules is current", &findings);
    assert!(rules.len() > 50, "the page has only {} rules", rules.len());
}

#[test]
fn a_rule_has_four_cells_and_its_bars_are_its_own() {
    let page = "| rule | section | where | test |\n|---|\n| A. | 4.2 | `A \\| B + C` | `t` |\n";
    let rules = rules(page);
    let [rule] = rules.as_slice() else { panic!("one rule") };
    assert_eq!((rule.line, rule.rule.as_str(), rule.sections.as_str()), (3, "A.", "4.2"));
    assert_eq!(quoted(&rule.places).collect::<Vec<_>>(), ["A | B + C"]);
    assert_eq!(quoted(&rule.tests).collect::<Vec<_>>(), ["t"]);
    let code = "fn helper() {}\n#[test]\n#[allow(x)]\nfn one() {}\n #[test]\n fn two(x: u8) {}";
    assert_eq!(tests_of(code), ["one", "two"]);
}
