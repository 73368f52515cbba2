//! Generated documents are current: each is what its command prints now.

use std::path::Path;

use hyaline_check::mutants;
use hyaline_check::mutants::survey::Survey;
use hyaline_check::print::line::StraightLine;
use hyaline_check::print::markdown;
use hyaline_check::runs::pinned::Pinned;
use hyaline_model::table::{FINGERPRINT, Machine};

fn document(name: &str) -> std::io::Result<String> {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs").join(name))
}

#[test]
fn the_printed_table_is_current() {
    let line = StraightLine::walk().expect("programs");
    let current = document("table.md").expect("a document") == markdown::table(Machine::ALL, &line);
    assert!(current, "run: hyaline table --format markdown > docs/table.md");
}

#[test]
fn the_printed_list_of_mutants_is_current() {
    let survey = Survey::recorded().expect("a survey");
    let current =
        document("mutants.md").expect("a document") == mutants::document::markdown(&survey);
    assert!(current, "run: hyaline mutants --recorded > docs/mutants.md");
}

#[test]
fn the_recorded_counts_are_about_the_table_that_ships() {
    let recorded = Pinned::recorded().expect("counts");
    assert_eq!(recorded.fingerprint, FINGERPRINT, "run: hyaline check --record");
    assert!(!recorded.counts.is_empty());
}
