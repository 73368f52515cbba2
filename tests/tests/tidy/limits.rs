//! The page of the limits is current: each constant has the value that stands there, each test
//! exists, and no limit is missing.

use std::collections::BTreeSet;

use crate::citations::sections;
use crate::nothing_found;
use crate::repository::{Source, read, sources};
use crate::rules::{quoted, tests_of};

const PAGE: &str = "docs/limits.md";

/// The lines of the page's tables, each as its six cells.
fn limits(page: &str) -> Vec<(usize, Vec<&str>)> {
    let mut found = Vec::new();
    for (index, line) in page.lines().enumerate() {
        let is_head = line.starts_with("| limit ") || line.starts_with("|---");
        if line.starts_with('|') && !is_head {
            let cells: Vec<_> = line.trim_matches('|').split('|').map(str::trim).collect();
            assert_eq!(cells.len(), 6, "{PAGE}:{}: six cells", index + 1);
            found.push((index + 1, cells));
        }
    }
    found
}

/// The text behind `const NAME: T =` in a source.
fn expression<'s>(source: &'s Source, name: &str) -> Option<&'s str> {
    let (_, rest) = source.code.split_once(&format!("const {name}:"))?;
    rest.split_once('=')?.1.split(';').next()
}

/// The value of the constant of this name, of the same source or else of any.
fn constant(sources: &[&Source], here: &Source, name: &str) -> Option<u64> {
    let mut places = std::iter::once(here).chain(sources.iter().copied());
    places.find_map(|source| value(sources, source, expression(source, name)?))
}

/// The value of a sum of products of numbers, shifts and constants.
fn value(sources: &[&Source], here: &Source, expression: &str) -> Option<u64> {
    expression.split('+').map(|sum| product(sources, here, sum)).sum()
}

fn product(sources: &[&Source], here: &Source, expression: &str) -> Option<u64> {
    expression.split('*').map(|factor| shift(sources, here, factor)).product()
}

fn shift(sources: &[&Source], here: &Source, expression: &str) -> Option<u64> {
    match expression.split_once("<<") {
        Some((number, by)) => Some(atom(sources, here, number)? << atom(sources, here, by)?),
        None => atom(sources, here, expression),
    }
}

fn atom(sources: &[&Source], here: &Source, text: &str) -> Option<u64> {
    let text = text.trim();
    let digits = text.replace('_', "");
    let number = match digits.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    };
    number.or_else(|| constant(sources, here, text))
}

/// The names of all constants.
fn declared<'s>(sources: &[&'s Source]) -> impl Iterator<Item = &'s str> {
    let parts: Vec<_> =
        sources.iter().flat_map(|source| source.code.split("const ").skip(1)).collect();
    parts.into_iter().filter_map(|rest| rest.split(':').next()).filter(|name| {
        name.chars()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_')
    })
}

#[test]
fn every_limit_has_the_value_and_the_tests_that_its_page_names() {
    let (sections, all) = (sections(), sources().unwrap());
    let tests: BTreeSet<String> = all.iter().flat_map(|source| tests_of(&source.code)).collect();
    let library: Vec<&Source> =
        all.iter().filter(|source| source.path.starts_with("runtime/src/")).collect();
    let page = read(PAGE).unwrap();
    let limits = limits(&page);
    let mut findings = Vec::new();
    for (line, cells) in &limits {
        let mut wrong = |what: String| findings.push(format!("{PAGE}:{line}: {what}"));
        let [_, place, number, from, beyond, named] = cells[..] else { continue };
        let (mut place, named) = (quoted(place), quoted(named).collect::<Vec<_>>());
        let (path, name) = (place.next().unwrap_or_default(), place.next().unwrap_or_default());
        let here = all.iter().find(|source| source.path == path);
        let found = here.and_then(|here| value(&library, here, expression(here, name)?));
        if found.is_none() || found != number.parse().ok() {
            wrong(format!("{path} has {name} = {found:?}, the page {number}"));
        }
        if from != "own" && !sections.contains(from) {
            wrong(format!("no section {from:?}"));
        }
        if beyond.is_empty() || named.is_empty() {
            wrong("what happens beyond, and its test".to_owned());
        }
        for name in named.into_iter().filter(|name| !tests.contains(*name)) {
            wrong(format!("no test {name}"));
        }
    }
    let on_the_page: BTreeSet<&str> = limits
        .iter()
        .filter_map(|(_, cells)| quoted(cells.get(1).copied().unwrap_or_default()).nth(1))
        .collect();
    for name in declared(&library) {
        let is_limit = name.starts_with("MAXIMUM_") || name.ends_with("_AT_MOST");
        if is_limit && !on_the_page.contains(name) {
            findings.push(format!("{PAGE}: {name} is missing"));
        }
    }
    nothing_found("the page of the limits is current", &findings);
    assert!(limits.len() > 20, "the page has only {} limits", limits.len());
}
