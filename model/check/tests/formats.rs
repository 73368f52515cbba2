//! The forms in which `hyaline check`, `hyaline scenario` and `hyaline hazards` answer the tools of
//! continuous integration.
#![allow(clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;

use quick_junit::{Report, TestCaseStatus};

mod running;

use running::{json, run, schema_errors};

/// A check that fails, and one that does not.
const FAILS: &str = "check --calls 1 --client naive --server naive";
const PASSES: &str = "check --calls 1";

const HANG: &str = "scenario --client naive --server hyaline,tickets=in-handshake --tickets 3 \
     --client-program \"write*4 close\" --server-program \"read*4 close\"";

fn file_of_scenarios(name: &str) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&directory).expect("a directory");
    let path = directory.join("hang.toml");
    let scenario = |name: &str, expected: &str| {
        format!(
            "[[scenario]]\nname = \"{name}\"\nclient = \"naive\"\n\
             server = \"hyaline,tickets=in-handshake\"\ntickets = 3\n\
             client-program = \"write*4 close\"\nserver-program = \"read*4 close\"\n\
             expect = \"{expected}\"\n\n"
        )
    };
    let text = scenario("as it is", "fails") + &scenario("not so", "holds");
    fs::write(&path, text).expect("a file");
    path
}

#[test]
fn junit_has_a_test_for_each_exploration() {
    let lines = json(&run(&format!("{FAILS} --json")));
    let lines = lines["results"].as_array().expect("results");
    let explorations: std::collections::BTreeSet<String> =
        lines.iter().map(|line| format!("{}{}", line["run"], line["scenario"])).collect();
    let answer = run(&format!("{FAILS} --format junit"));
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let report = Report::deserialize_from_str(&answer.output).expect("JUnit");
    assert_eq!((report.tests, report.failures), (explorations.len(), 1));
    let case = &report.test_suites[0].test_cases[0];
    let TestCaseStatus::NonSuccess { description, .. } = &case.status else {
        panic!("no failure: {}", answer.output)
    };
    let text = description.as_ref().expect("why").as_str();
    assert!(text.contains("Against `transparent`: client `") && text.contains("RST"), "{text}");
    let passing = run(&format!("{PASSES} --format junit"));
    let report = Report::deserialize_from_str(&passing.output).expect("JUnit");
    assert_eq!((passing.status, report.failures), (Some(0), 0));
    assert!(report.tests > 10, "{}", passing.output);
}

#[test]
fn sarif_is_what_its_schema_says() {
    let schema = include_str!("sarif.schema.json");
    let file = file_of_scenarios("sarif");
    let of_file = format!("scenario --file \"{}\"", file.display());
    for (line, results) in [(FAILS, 1), (PASSES, 0), (HANG, 1), (of_file.as_str(), 1)] {
        let answer = run(&format!("{line} --format sarif"));
        assert_eq!(answer.status, Some(i32::from(results > 0)), "{}", answer.complaint);
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        let log = json(&answer);
        let found = log["runs"][0]["results"].as_array().expect("results");
        assert_eq!(found.len(), results, "{line}");
    }
    let wrong = run(&format!("{HANG} --format sarif")).output.replace("\"fail\"", "\"fell\"");
    assert!(!schema_errors(schema, &wrong).is_empty(), "the schema takes anything");
}

#[test]
fn a_result_of_sarif_is_at_a_line_in_which_a_row_begins() {
    let log = json(&run(&format!("{HANG} --format sarif")));
    let place = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    let file = place["artifactLocation"]["uri"].as_str().expect("a file");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    let source = fs::read_to_string(root.join(file)).expect("a source of the table");
    let number = place["region"]["startLine"].as_u64().expect("a line");
    let line = source.lines().nth(usize::try_from(number).expect("a number") - 1).expect("a line");
    assert!(line.contains(" + "), "{file}:{number}: {line}");
}

#[test]
fn markdown_has_the_verdict_first_and_the_chart_folded() {
    for (line, first) in [
        (FAILS, "### ❌ hyaline check: 1 exploration is not as it has to be\n"),
        (PASSES, "### ✅ hyaline check: everything is as it has to be\n"),
        (HANG, "### ❌ hyaline scenario: TLS adds a hang here\n"),
    ] {
        let text = run(&format!("{line} --format markdown")).output;
        assert!(text.starts_with(first), "{text}");
        assert_eq!(text.contains("<details><summary>"), line != PASSES, "{text}");
    }
}

#[test]
fn commands_of_github_are_at_the_scenario_of_the_file() {
    let file = file_of_scenarios("github");
    let answer = run(&format!("scenario --file \"{}\" --format github", file.display()));
    assert_eq!(answer.status, Some(1), "{}", answer.complaint);
    let lines: Vec<&str> = answer.output.lines().collect();
    assert_eq!(lines.len(), 2, "{}", answer.output);
    assert!(lines[0].starts_with("::notice title=hyaline scenario::not all as expected ("));
    assert!(lines[1].contains("hang.toml,line=11,title="), "{}", answer.output);
    assert!(lines[1].contains("not so: TLS adds a hang here; expected was `holds`"));
    let check = run(&format!("{FAILS} --format github")).output;
    assert!(check.contains("::error file=model/src/table/"), "{check}");
    assert!(!run(&format!("{PASSES} --format github")).output.contains("::error"));
}

#[test]
fn json_of_a_check_is_what_its_schema_says() {
    let schema = include_str!("../../../docs/check.schema.json");
    for line in [FAILS, PASSES, "check --calls 2 --states-at-most 1000"] {
        let answer = run(&format!("{line} --format json"));
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        let changed = answer.output.replacen("\"unseen\"", "\"surplus\"", 1);
        assert!(!schema_errors(schema, &changed).is_empty(), "the schema takes anything");
    }
    assert_eq!(
        run(&format!("{PASSES} --format json")).output,
        run(&format!("{PASSES} --json")).output
    );
}

#[test]
fn hazards_are_told_in_the_forms_of_tools() {
    const CUT: &str = "hazards --all --states-at-most 5";
    for (line, status) in [("hazards --all", 0), (CUT, 1)] {
        let told = run(&format!("{line} --format junit"));
        assert_eq!(told.status, Some(status), "{}", told.complaint);
        let report = Report::deserialize_from_str(&told.output).expect("JUnit");
        let hazards = json(&run(&format!("{line} --format json")));
        assert_eq!(report.tests, 2 * hazards.as_array().expect("hazards").len());
        assert_eq!(report.failures > 0, status == 1);
        let sarif = run(&format!("{line} --format sarif"));
        let schema = include_str!("sarif.schema.json");
        assert_eq!(schema_errors(schema, &sarif.output), Vec::<String>::new(), "{line}");
        let results = json(&sarif)["runs"][0]["results"].as_array().expect("results").len();
        assert_eq!(results, report.failures);
        let github = run(&format!("{line} --format github")).output;
        assert_eq!(github.matches("::error ").count(), report.failures, "{github}");
        let markdown = run(&format!("{line} --format markdown")).output;
        let mark = if status == 0 { "### ✅" } else { "### ❌" };
        assert!(markdown.starts_with(&format!("{mark} hyaline hazards: ")), "{markdown}");
    }
    for line in ["hazards --format junit", "hazards H02 --format sarif"] {
        let answer = run(line);
        assert_eq!(answer.status, Some(2), "{line}");
        assert!(answer.complaint.contains("--all"), "{}", answer.complaint);
    }
}

#[test]
fn json_of_hazards_is_what_its_schema_says() {
    let schema = include_str!("../../../docs/hazards.schema.json");
    for line in ["hazards", "hazards H02", "hazards H07", "hazards --all"] {
        let answer = run(&format!("{line} --format json"));
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        let changed = answer.output.replacen("\"title\"", "\"surplus\"", 1);
        assert!(!schema_errors(schema, &changed).is_empty(), "the schema takes anything");
    }
}
