//! The page of what is seen with others: it is current, and each of its cells is seen by a test.

use std::path::Path;
use std::{env, fs};

use hyaline_tests::interop::{As, Feature, Implementation, features, page};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/interop.md");

/// Where tests say what they have seen.
const TARGETS: [&str; 4] = ["interop_gnutls", "interop_openssl", "interop_peers", "interop_rustls"];

type Cell = (Implementation, As, Feature);

/// What stands behind each `call(` in a test, up to the `)`, without white space.
fn arguments(call: &str) -> Vec<String> {
    let begin = format!("{call}(Implementation::");
    let mut found = Vec::new();
    for target in TARGETS {
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(target);
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(path).unwrap();
                let text: String = text.split_whitespace().collect();
                let calls = text.split(&begin).skip(1);
                found.extend(calls.filter_map(|rest| Some(rest.split_once(')')?.0.to_owned())));
            }
        }
    }
    found
}

/// The one of these whose name this is.
fn named<T: Copy + std::fmt::Debug>(all: &[T], name: &str) -> T {
    let found = all.iter().find(|one| format!("{one:?}") == name);
    *found.unwrap_or_else(|| panic!("{name} is none of {all:?}"))
}

/// The end and its role in arguments that begin with them.
fn whose<'a>(parts: &mut impl Iterator<Item = &'a str>) -> (Implementation, As) {
    let who = named(&Implementation::ALL, parts.next().unwrap());
    let end = parts.next().unwrap().strip_prefix("As::").unwrap();
    (who, named(&[As::Client, As::Server], end))
}

/// Every cell that a test says it has seen.
fn seen() -> Vec<Cell> {
    let mut cells = Vec::new();
    for one in arguments("saw") {
        let mut parts = one.split(',');
        let (who, end) = whose(&mut parts);
        let what = parts.next().unwrap().strip_prefix("Feature::").unwrap();
        cells.push((who, end, named(&Feature::ALL, what)));
    }
    for one in arguments("see") {
        let (who, end) = whose(&mut one.split(','));
        let seen = features(who, end).filter(|what| *what != Feature::EncryptedHello);
        cells.extend(seen.map(|what| (who, end, what)));
    }
    cells
}

#[test]
fn every_cell_without_a_reason_is_seen_by_a_test() {
    let seen = seen();
    for who in Implementation::ALL {
        for end in [As::Client, As::Server].into_iter().filter(|end| who.can_be(*end)) {
            for what in features(who, end) {
                let cell = (who, end, what);
                assert!(seen.contains(&cell), "{cell:?} is neither seen nor has it a reason");
            }
        }
    }
}

#[test]
fn the_page_of_what_is_seen_with_others_is_current() {
    let page = page();
    if env::var_os("HYALINE_RECORD").is_some() {
        fs::write(PAGE, &page).unwrap();
    } else {
        let current = fs::read_to_string(PAGE).unwrap_or_default();
        assert!(current == page, "HYALINE_RECORD=1 writes the page, which is to be\n{page}");
    }
}
