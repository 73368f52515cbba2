//! The forms in which an answer is told: each is what the tools expect that read it.
#![allow(clippy::expect_used, clippy::panic)]

use std::path::Path;

use hyaline_protocol::{CommandOutput, Protocol, run};
use quick_junit::{Report, TestCaseStatus};
use serde_json::Value;

mod shown;

use shown::alternating_bit::AlternatingBit;
use shown::credit::Credit;
use shown::smtp_pipelining::SmtpPipelining;

/// Runs the command on a protocol, by the words of a line.
fn command<P: Protocol>(protocol: &P, line: &str) -> CommandOutput {
    run(protocol, ["my-protocol"].into_iter().chain(line.split(' ')))
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// The errors of a text against a schema.
fn schema_errors(schema: &str, text: &str) -> Vec<String> {
    let validator = jsonschema::validator_for(&json(schema)).expect("a schema");
    let value = json(text);
    let errors = validator.iter_errors(&value);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// What can be asked of every example.
const QUESTIONS: [&str; 5] = [
    "check",
    "check --profile repaired",
    "check --profile repaired --states-at-most 1",
    "check --calls 2",
    "check --calls 2 --channel duplicating --profile repaired",
];

/// Every example asked every question, in a form.
fn all(form: &str) -> Vec<(String, CommandOutput)> {
    let mut told = Vec::new();
    for question in QUESTIONS {
        let line = format!("{question} --format {form}");
        told.push((format!("credit {line}"), command(&Credit, &line)));
        told.push((format!("smtp {line}"), command(&SmtpPipelining, &line)));
        told.push((format!("bit {line}"), command(&AlternatingBit, &line)));
    }
    let line = format!("scenario ask*2 ask --format {form}");
    told.push((line.clone(), command(&Credit, &line)));
    let line = format!("check --profile retransmitting --format {form}");
    told.push((line.clone(), command(&AlternatingBit, &line)));
    told
}

#[test]
fn json_is_what_its_schema_says() {
    let schema = include_str!("../../../docs/protocol.schema.json");
    for (line, answer) in all("json") {
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        let changed = answer.output.replacen("\"delivery\"", "\"surplus\"", 1);
        assert!(!schema_errors(schema, &changed).is_empty(), "the schema takes anything");
        // The verdicts and the exit status say the same.
        let answered = json(&answer.output);
        let is_good = |value: &Value| {
            ["holds", "hangs-on-plain-channels"].contains(&value.as_str().expect("a verdict"))
        };
        let pairs = answered["pairs"].as_array().expect("pairs");
        let of_all = match &answered["every"] {
            Value::Null => &answered["rows"],
            every => every,
        };
        let holds = pairs.iter().all(|pair| is_good(&pair["verdict"]))
            && (of_all.is_null() || is_good(&of_all["verdict"]));
        assert_eq!(answer.status, u8::from(!holds), "{line}");
    }
}

#[test]
fn junit_has_a_test_for_each_pair_and_the_trace_where_it_fails() {
    for (line, answer) in all("junit") {
        let report = Report::deserialize_from_str(&answer.output).expect("JUnit");
        assert_eq!(report.failures > 0, answer.status == 1, "{line}");
        assert!(report.tests > 0, "{line}");
    }
    let report = command(&Credit, "check --format junit").output;
    let report = Report::deserialize_from_str(&report).expect("JUnit");
    let test = &report.test_suites[0].test_cases[0];
    assert_eq!(test.name.as_str(), "\"ask*2\" \"ask*2\"");
    let TestCaseStatus::NonSuccess { description, .. } = &test.status else { panic!("{test:?}") };
    let text = description.as_ref().expect("why").as_str();
    assert!(text.contains("left: waits for `Reply`") && text.contains("stuck"), "{text}");
    assert!(text.contains("Idle + Ask => Wanting {}"), "the rows stand in the trace: {text}");
}

#[test]
fn sarif_is_what_its_schema_says_and_has_a_result_for_each_failure() {
    let schema = include_str!("../../check/tests/sarif.schema.json");
    for (line, answer) in all("sarif") {
        assert_eq!(schema_errors(schema, &answer.output), Vec::<String>::new(), "{line}");
        let results = json(&answer.output)["runs"][0]["results"].as_array().map(Vec::len);
        assert_eq!(results > Some(0), answer.status == 1, "{line}");
    }
}

/// The line of a source of this package, as a report names it.
fn line_of(file: &str, number: usize) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let text = std::fs::read_to_string(root.join(file)).expect("a source");
    text.lines().nth(number - 1).expect("a line").trim().to_owned()
}

#[test]
fn a_result_is_at_the_line_of_the_row_that_the_trace_takes_last() {
    let log = json(&command(&Credit, "check --format sarif").output);
    let result = &log["runs"][0]["results"][0];
    assert_eq!(result["ruleId"], "deadlock");
    let place = &result["locations"][0]["physicalLocation"];
    let number = place["region"]["startLine"].as_u64().expect("a line");
    let file = place["artifactLocation"]["uri"].as_str().expect("a file");
    assert_eq!(file, "model/protocol/examples/credit.rs");
    let line = line_of(file, usize::try_from(number).expect("a number"));
    assert!(line.starts_with("Wanting + settle if room(true)"), "{line}");
    // And the way there leads over the row that each step takes.
    let way = &result["codeFlows"][0]["threadFlows"][0]["locations"];
    let lines = way.as_array().expect("rows").iter().map(|step| {
        let region = &step["location"]["physicalLocation"]["region"];
        let number = region["startLine"].as_u64().expect("a line");
        line_of(file, usize::try_from(number).expect("a number"))
    });
    assert!(lines.into_iter().all(|line| line.contains(" + ") && line.contains("=>")));
}

#[test]
fn a_row_that_nothing_takes_is_annotated_where_it_is_written() {
    // Where nothing is lost or sent again, no acknowledgement comes late.
    let line = "check --channel reliable --format github";
    let answer = command(&AlternatingBit, line);
    assert_eq!(answer.status, 1, "{}", answer.output);
    let errors: Vec<&str> =
        answer.output.lines().filter(|line| line.starts_with("::error ")).collect();
    assert!(!errors.is_empty(), "{}", answer.output);
    for error in errors {
        let place = error.strip_prefix("::error file=").expect("a file");
        let (file, rest) = place.split_once(",line=").expect("a line");
        let number: usize = rest.split(',').next().expect("a number").parse().expect("a number");
        let (_, message) = error.rsplit_once("::").expect("a message");
        let event = message.split(" + ").nth(1).and_then(|rest| rest.split([' ', '(']).next());
        let line = line_of(file, number);
        assert!(line.contains(event.expect("an event")), "{line}: {error}");
    }
}

#[test]
fn markdown_has_the_verdict_first_and_the_chart_folded() {
    for (line, first) in [
        ("check", "### ❌ credit check: the protocol adds a deadlock"),
        ("check --profile repaired", "### ✅ credit check: holds"),
        ("check --calls 1", "### ❌ credit check: 1 of 4 pairs of programs of up to 1 call fails"),
    ] {
        let text = command(&Credit, &format!("{line} --format markdown")).output;
        assert!(text.starts_with(first), "{text}");
        assert_eq!(text.contains("<details><summary>"), first.contains('❌'), "{text}");
    }
}

#[test]
fn what_a_program_is_given_has_no_colours() {
    for (line, answer) in all("text") {
        assert!(!answer.output.contains('\u{1b}'), "{line}");
    }
    assert!(!command(&Credit, "prove").complaint.contains('\u{1b}'));
    assert!(!command(&Credit, "--help").output.contains('\u{1b}'));
}

#[test]
fn shells_and_the_manual_know_the_command_by_its_own_name() {
    for shell in ["bash", "fish", "zsh"] {
        let script = command(&Credit, &format!("completions {shell}"));
        assert_eq!(script.status, 0, "{}", script.complaint);
        assert!(script.output.contains("my-protocol") && script.output.contains("states-at-most"));
    }
    let page = command(&Credit, "man").output;
    assert!(page.starts_with(".") && page.contains("my\\-protocol"), "{page}");
}
