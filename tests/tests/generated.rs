//! Generated documents are current: each is what its command prints now.
#![allow(clippy::expect_used, reason = "what panics here is a test that fails")]

use std::path::Path;

use hyaline_check::WORLD_FINGERPRINT;
use hyaline_check::map::bounds::MapBounds;
use hyaline_check::map::document::profiles as policies_of;
use hyaline_check::map::profiles::MapProfile;
use hyaline_check::mutants;
use hyaline_check::mutants::survey::Survey;
use hyaline_check::print::line::StraightLine;
use hyaline_check::print::{markdown, tla};
use hyaline_check::programs::{Program, Programs};
use hyaline_check::proof::replayed::{COMMAND, ReplayRecord};
use hyaline_check::proof::{self, Proof, ProofSubject};
use hyaline_check::runs::pinned::Pinned;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;
use hyaline_check::synthesis::lattice;
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

/// The report that was written.
fn report() -> Proof {
    Proof::read(&document("proof.json").expect("a document")).expect("a report")
}

/// What a report has to be about: the library and the checker that this test is built with, and
/// the versions that are locked.
fn subject() -> ProofSubject {
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    let lock = std::fs::read_to_string(lock).expect("a lock file");
    let built = ProofSubject::built(&lock).expect("versions");
    ProofSubject { table: hyaline::TABLE_FINGERPRINT.to_owned(), ..built }
}

/// What is wrong with a report on this library, a line each; empty if it proves what it is for.
fn wrong(report: &Proof) -> Vec<String> {
    let mut wrong = report.differences(&subject());
    wrong.extend(report.complaints());
    wrong
}

#[test]
fn the_proof_is_about_the_library_the_policy_and_the_world_that_are_here() {
    let wrong = wrong(&report());
    assert!(wrong.is_empty(), "run: cargo run --release -- proof\n{}", wrong.join("\n"));
}

#[test]
fn the_page_of_the_proof_is_current() {
    let current = document("proof.md").expect("a document") == proof::document::markdown(&report());
    assert!(current, "run: cargo run --release -- proof --recorded > docs/proof.md");
}

#[test]
fn a_proof_of_another_table_or_world_is_none_of_this_library() {
    let good = Proof { subject: subject(), ..report() };
    let known = wrong(&good);
    let mut other_table = good.clone();
    other_table.subject.table = other_table.subject.table.chars().rev().collect();
    let mut other_world = good.clone();
    other_world.subject.world = other_world.subject.world.chars().rev().collect();
    let mut unfinished = good;
    for line in &mut unfinished.unbounded.explorations {
        line.verdict = "unfinished".to_owned();
    }
    for changed in [other_table, other_world, unfinished] {
        assert!(wrong(&changed).len() > known.len(), "{known:?}");
    }
}

#[test]
fn the_recorded_replay_is_about_the_table_that_ships() {
    let complaints = ReplayRecord::recorded().expect("a record").complaints();
    assert!(complaints.is_empty(), "run: {COMMAND}\n{}", complaints.join("\n"));
}

fn module(name: &str) -> std::io::Result<String> {
    let modules = Path::new(env!("CARGO_MANIFEST_DIR")).join("../model/check/tla");
    std::fs::read_to_string(modules.join(name))
}

#[test]
fn the_needs_are_those_of_the_table_that_ships() {
    let is_its = document("needs.md").expect("a document").contains(FINGERPRINT);
    assert!(is_its, "run: hyaline needs > docs/needs.md");
}

#[test]
fn the_growth_is_that_of_the_table_that_ships() {
    let is_its = document("growth.md").expect("a document").contains(FINGERPRINT);
    assert!(is_its, "run: cargo bench -p hyaline-check --bench growth > docs/growth.md");
}

#[test]
fn what_is_found_opposite_every_policy_is_of_the_table_and_the_world_that_are_here() {
    let page = document("opposite.md").expect("a document");
    let is_theirs = page.contains(FINGERPRINT) && page.contains(WORLD_FINGERPRINT);
    assert!(is_theirs, "run: hyaline opposite > docs/opposite.md");
}

#[test]
fn the_map_is_of_the_libraries_the_table_and_the_world_that_are_here() {
    let known = MapProfile::known().expect("switches");
    let page = document("map.md").expect("a document");
    let picture = document("map.svg").expect("a picture");
    for text in [&page, &picture] {
        let is_theirs = text.contains(FINGERPRINT) && text.contains(WORLD_FINGERPRINT);
        assert!(is_theirs, "run: hyaline map --format markdown > docs/map.md, and for the picture");
    }
    let is_of_libraries = page.contains(&policies_of(&known));
    assert!(is_of_libraries, "run: hyaline map --format markdown > docs/map.md");
    let bounds = MapBounds::default().words();
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&bounds), "run: hyaline map --format markdown > docs/map.md");
}

#[test]
fn what_policies_keep_is_of_the_libraries_the_table_and_the_world_that_are_here() {
    let page = document("synthesis.md").expect("a document");
    let command = "run: hyaline synthesize --all --format markdown > docs/synthesis.md";
    assert!(page.contains(FINGERPRINT) && page.contains(WORLD_FINGERPRINT), "{command}");
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains(&lattice::bounds().words()), "{command}");
    let known = MapProfile::known().expect("switches");
    assert!(page.contains(&policies_of(&known)), "{command}");
}

#[test]
fn the_exported_table_is_current() {
    let current = module("Table.tla").expect("a module") == tla::table();
    assert!(current, "run: hyaline export tla > model/check/tla/Table.tla");
}

#[test]
fn the_exported_scenario_is_current() {
    let program = |words: &str| words.parse::<Program>().expect("a program");
    let programs = Both { client: program("write close"), server: program("read close") };
    let fixed = Scenario::new(Programs::Fixed(programs));
    let scenario = Scenario { send: 2, tickets: 2, ..fixed };
    let naive = Both { client: Profile::NAIVE, server: Profile::NAIVE };
    let exported = tla::scenario(&scenario, &naive).expect("queues that fit");
    let current = module("Scenario.tla").expect("a module") == exported;
    assert!(current, "run the export of docs/second-opinion.md in model/check/tla/");
}
