//! What was recorded of the table's mutants holds of the table, and says enough.
#![allow(clippy::expect_used)]

use hyaline_check::mutants::survey::{MutantEnd, Survey};
use hyaline_check::mutants::{Kind, Mutant, document, sample};

fn recorded() -> Survey {
    Survey::recorded().expect("a survey")
}

#[test]
fn every_mutant_of_the_table_that_ships_was_tried_and_every_survivor_is_explained() {
    let survey = recorded();
    assert_eq!(survey.complaints(), Vec::<String>::new(), "run: hyaline mutants --record");
    let tried: Vec<&str> = survey.mutants.iter().map(|judged| judged.mutant.as_str()).collect();
    let all: Vec<String> = Mutant::recorded().map(|mutant| mutant.to_string()).collect();
    assert_eq!(tried, all);
}

#[test]
fn a_stated_sample_of_rows_was_really_deleted_with_the_same_result() {
    let survey = recorded();
    let rows: Vec<String> =
        sample::deleted_rows().map(|row| format!("{}: {}", row.machine.name(), row.text)).collect();
    let deleted: Vec<&str> = survey.deleted.iter().map(|one| one.row.as_str()).collect();
    assert_eq!(deleted, rows);
    for row in &survey.deleted {
        assert!(row.deleted.contains("fails"), "{}: {}", row.row, row.deleted);
        assert_eq!(row.masked, row.deleted, "{}", row.row);
    }
}

#[test]
fn a_record_that_is_not_about_this_table_is_complained_of() {
    let mut survey = recorded();
    survey.fingerprint = "another".to_owned();
    assert_eq!(survey.complaints().len(), 1);
}

#[test]
fn a_survivor_without_explanation_and_an_explanation_without_survivor_are_complained_of() {
    let mut survey = recorded();
    let caught = survey.mutants.iter_mut().find(|judged| judged.end == MutantEnd::Pair);
    caught.expect("one that is caught").end = MutantEnd::Survives;
    assert_eq!(survey.complaints().len(), 1);
    let mut survey = recorded();
    survey.mutants.retain(|judged| judged.end != MutantEnd::Survives);
    assert!(!survey.complaints().is_empty());
}

#[test]
fn a_deleted_row_that_does_not_do_as_the_masked_one_is_complained_of() {
    let mut survey = recorded();
    let deleted = survey.deleted.first_mut().expect("a deleted row");
    deleted.deleted = "it does not build".to_owned();
    assert_eq!(survey.complaints().len(), 1);
}

#[test]
fn the_document_names_every_survivor_with_its_reason() {
    let (survey, text) = (recorded(), document::markdown(&recorded()));
    for judged in survey.with(MutantEnd::Survives) {
        assert!(text.contains(&judged.mutant), "{}", judged.mutant);
    }
    for kind in Kind::RECORDED {
        assert!(text.contains(kind.title()));
    }
}
