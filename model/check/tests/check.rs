//! `hyaline check`, run as a user runs it: what it prints, and its exit status.
#![allow(clippy::expect_used, clippy::panic)]

use hyaline_check::runs::hazards::hazards;
use hyaline_model::table::FINGERPRINT;
use serde_json::Value;

mod running;

use running::{assert_results_follow_the_schema, json, run};

#[test]
fn a_check_passes_for_what_ships_and_finds_every_hazard() {
    let answer = run("check --calls 1 --tickets 0,2 --verbose");
    assert_eq!(answer.status, Some(0), "{}", answer.output);
    let hazards = hazards().expect("hazards");
    let gone = hazards.iter().map(|hazard| format!("{} flipped back", hazard.name));
    for words in gone.chain(["hyaline × hyaline".to_owned(), "holds (complete)".to_owned()]) {
        assert!(answer.output.contains(&words), "{words}: {}", answer.output);
    }
    // One more: two naive ends have to be caught, too.
    let found = answer.output.matches("found, as it must be").count();
    assert_eq!(found, hazards.len() + 1);
    assert!(answer.output.contains(FINGERPRINT) && answer.output.contains("bytes"));
}

#[test]
fn a_check_of_two_naive_ends_fails() {
    let answer = run("check --calls 1 --client naive --server naive --verbose");
    assert_eq!(answer.status, Some(1));
    assert!(answer.output.contains("FAILS") && answer.output.contains("against `transparent`"));
}

#[test]
fn one_flipped_switch_makes_a_check_fail() {
    let answer = run("check --calls 2 --client hyaline,closing=at-once --verbose");
    assert_eq!(answer.status, Some(1));
    assert!(answer.output.contains("reset"), "{}", answer.output);
}

#[test]
fn a_check_that_is_cut_short_is_unfinished_and_no_pass() {
    let answer = run("check --calls 3 --states-at-most 1000 --json");
    assert_eq!(answer.status, Some(1));
    let report = json(&answer);
    let given = |line: &&Value| line["run"] == "given";
    let mut lines = 0;
    for line in assert_results_follow_the_schema(&report).iter().filter(given) {
        assert_eq!((&line["verdict"], &line["complete"]), (&"unfinished".into(), &false.into()));
        lines += 1;
    }
    assert!(lines > 0 && report["pass"] == false);
    assert!(run("check --calls 3 --states-at-most 1000 --verbose").output.contains("unfinished ("));
}

#[test]
fn a_check_reports_in_json() {
    let answer = run("check --calls 1 --json");
    assert_eq!(answer.status, Some(0));
    let report = json(&answer);
    let results = assert_results_follow_the_schema(&report);
    assert_eq!(report["pass"], true);
    let found: Vec<&Value> = results.iter().filter(|line| line["expected"] == "fails").collect();
    assert!(found.len() >= 3 && found.iter().all(|line| line["verdict"] == "fails"));
    let flipped = |line: &&Value| line["run"] == "H06 flipped";
    assert_eq!(results.iter().find(flipped).expect("H06")["server"], "hyaline,closing=at-once");
    for property in ["transparent", "good runs survive", "honest end", "in order", "acyclic"] {
        assert!(results.iter().any(|line| line["property"] == property), "{property}");
    }
}

/// A summary without its last two lines, which say how long it took, and with each digit as `0`:
/// how many snapshots there are is recorded elsewhere.
fn without_numbers(summary: &str) -> String {
    let lines: Vec<&str> = summary.lines().collect();
    let kept = lines.get(..lines.len().saturating_sub(2)).unwrap_or_default();
    kept.join("\n").chars().map(|next| if next.is_ascii_digit() { '0' } else { next }).collect()
}

#[test]
fn a_check_is_summed_up_in_a_few_lines() {
    let answer = run("check --calls 1");
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    let (_, summary) = answer.output.split_once('\n').expect("the fingerprints' line");
    insta::assert_snapshot!("summary", without_numbers(summary));
    assert!(summary.contains("\neverything is as it has to be "), "{summary}");
}

#[test]
fn a_summary_of_what_fails_says_what_in_no_more_lines() {
    // More explorations fail than there are lines.
    let many = "--calls 1 --tickets 0,1,2 --inbox 0,1,2 --send-buffer 1,2 --reset keeps,discards";
    let answer = run(&format!("check {many} --client naive --server naive"));
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let lines: Vec<&str> = answer.output.lines().collect();
    assert_eq!(lines.len(), 20, "{}", answer.output);
    assert!(lines[4].contains("against `transparent`: client `"), "{}", answer.output);
    assert!(lines[17].trim_start().starts_with("and "), "{}", answer.output);
    let words = "explorations are not as they have to be";
    assert!(lines[18].contains(words), "{}", answer.output);
    assert!(lines[19].contains("--verbose"), "{}", answer.output);
}

#[test]
fn a_summary_of_what_was_cut_short_is_no_pass() {
    let answer = run("check --calls 3 --states-at-most 1000");
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    assert!(answer.output.contains("1 of 1 unfinished"), "{}", answer.output);
    assert!(!answer.output.contains("everything is"), "{}", answer.output);
}
