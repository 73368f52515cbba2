//! `hyaline check --against`: what changed since an earlier report, and what cannot be compared.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

mod running;

use running::{json as report_of, run, schema_errors};

/// A check that is quickly made.
const CHECK: &str = "check --calls 1";

/// The same, of ends that fail.
const FAILS: &str = "check --calls 1 --client naive --server naive";

/// A file with this report.
fn file(name: &str, report: &Value) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("against");
    fs::create_dir_all(&directory).expect("a directory");
    let path = directory.join(name);
    fs::write(&path, report.to_string()).expect("a file");
    path
}

fn against(check: &str, path: &std::path::Path, rest: &str) -> running::Answer {
    run(&format!("{check} --against \"{}\" {rest}", path.display()))
}

fn report(check: &str) -> Value {
    report_of(&run(&format!("{check} --json")))
}

/// The first line of a report about what has to hold.
fn line(report: &mut Value) -> &mut Value {
    let lines = report["results"].as_array_mut().expect("results");
    lines.iter_mut().find(|line| line["expected"] == "holds").expect("a line")
}

#[test]
fn against_itself_nothing_changed() {
    for check in [CHECK, FAILS] {
        let path = file("itself.json", &report(check));
        let answer = against(check, &path, "");
        assert_eq!(answer.status, Some(0), "{}", answer.complaint);
        assert!(answer.output.contains("nothing changed"), "{}", answer.output);
    }
}

#[test]
fn a_verdict_that_got_worse_fails_and_one_that_got_better_does_not() {
    let mut good = report(FAILS);
    let lines = good["results"].as_array_mut().expect("results");
    let failing = |line: &&mut Value| line["verdict"] == "fails" && line["expected"] == "holds";
    lines.iter_mut().find(failing).expect("a failure")["verdict"] = json!("holds");
    let path = file("good.json", &good);
    let answer = against(FAILS, &path, "");
    assert_eq!(answer.status, Some(1), "{}", answer.output);
    assert!(answer.output.contains("1 verdict got worse"), "{}", answer.output);
    assert!(answer.output.contains("holds before, fails now"), "{}", answer.output);
    let github = against(FAILS, &path, "--format github").output;
    assert_eq!(github.matches("::error ").count(), 1, "{github}");
    let markdown = against(FAILS, &path, "--format markdown").output;
    assert!(markdown.starts_with("### ❌ against "), "{markdown}");
    let mut poor = report(CHECK);
    line(&mut poor)["verdict"] = json!("unfinished");
    let answer = against(CHECK, &file("poor.json", &poor), "");
    assert_eq!(answer.status, Some(0), "{}", answer.output);
    assert!(answer.output.contains("nothing got worse"), "{}", answer.output);
    assert!(answer.output.contains("unfinished before, holds now"), "{}", answer.output);
}

#[test]
fn a_mistake_that_is_no_longer_found_is_worse() {
    let mut earlier = report(CHECK);
    let lines = earlier["results"].as_array_mut().expect("results");
    let found = lines.iter_mut().find(|line| line["expected"] == "fails").expect("a hazard");
    found["verdict"] = json!("holds");
    let answer = against(CHECK, &file("unfound.json", &earlier), "--format json");
    assert_eq!(answer.status, Some(0));
    let improved = &report_of(&answer)["against"]["improved"];
    assert_eq!(improved.as_array().expect("changes").len(), 1, "{improved}");
}

#[test]
fn counts_and_rows_and_coverage_are_compared() {
    let mut earlier = report(CHECK);
    for line in earlier["results"].as_array_mut().expect("results") {
        if line["run"] == "given" {
            line["states"] = json!(1);
        }
    }
    let rows = earlier["rows"].as_array_mut().expect("rows");
    rows[0] = json!("client: a row of old");
    earlier["unseen"] = json!(["something"]);
    let answer = against(CHECK, &file("counts.json", &earlier), "--format json");
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    let compared = &report_of(&answer)["against"];
    assert_eq!(compared["counts"].as_array().expect("counts").len(), 1, "{compared}");
    assert_eq!(compared["rows_removed"], json!(["client: a row of old"]));
    assert_eq!(compared["rows_added"].as_array().expect("rows").len(), 1);
    assert_eq!(compared["improved"].as_array().expect("changes").len(), 1, "{compared}");
    let schema = include_str!("../../../docs/check.schema.json");
    assert_eq!(schema_errors(schema, &report_of(&answer).to_string()), Vec::<String>::new());
}

#[test]
fn what_cannot_be_compared_is_said() {
    let mut other = report(CHECK);
    other["fingerprint"] = json!("of another table");
    other.as_object_mut().expect("a report").remove("rows");
    let path = file("other.json", &other);
    let answer = against("check --calls 1 --send-buffer 1,2", &path, "");
    assert_eq!(answer.status, Some(0), "{}", answer.complaint);
    for words in ["another table, of another table", "only in this check", "does not list the rows"]
    {
        let said = answer.output.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said.contains(words), "{words}: {}", answer.output);
    }
}

#[test]
fn what_is_no_report_or_about_nothing_of_it_is_a_usage_error() {
    let good = file("usage.json", &report(FAILS));
    let old = file("old.json", &json!({ "schema": 99 }));
    let none = file("none.json", &json!({ "a": 1 }));
    for (path, rest, words) in [
        (&good, "", "nothing of"),
        (&good, "--format junit", "--against goes with"),
        (&old, "", "form 99"),
        (&none, "", "no report"),
        (&PathBuf::from("not-there.json"), "", "not-there.json"),
    ] {
        let answer = against("check --calls 0 --client naive", path, rest);
        assert_eq!(answer.status, Some(2), "{words}: {}", answer.output);
        assert!(answer.complaint.contains(words), "{}", answer.complaint);
    }
}
