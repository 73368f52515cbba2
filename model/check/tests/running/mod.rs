//! The command `hyaline`, run as a user runs it.
#![allow(dead_code, reason = "each test that has this module uses a part of it")]

use std::process::Command;

use hyaline_check::WORLD_FINGERPRINT;
use hyaline_model::table::FINGERPRINT;
use serde_json::Value;

/// What a run of the command came to.
pub(crate) struct Answer {
    pub(crate) status: Option<i32>,
    pub(crate) output: String,
    pub(crate) complaint: String,
}

/// The command, as it was built for these tests.
pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_hyaline"))
}

/// Runs it with these arguments.
pub(crate) fn hyaline(arguments: &[&str]) -> Answer {
    let output = command().args(arguments).output().expect("the command runs");
    Answer {
        status: output.status.code(),
        output: String::from_utf8(output.stdout).expect("text"),
        complaint: String::from_utf8(output.stderr).expect("text"),
    }
}

/// The same, with the arguments in one text; a part in quotes is one argument.
pub(crate) fn run(line: &str) -> Answer {
    let parts = line.split('"').enumerate();
    let arguments: Vec<&str> = parts
        .flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().collect(),
            _ => vec![part],
        })
        .collect();
    hyaline(&arguments)
}

/// The answer as JSON.
pub(crate) fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.output).expect("JSON")
}

/// The errors of a text against a schema.
pub(crate) fn schema_errors(schema: &str, text: &str) -> Vec<String> {
    let schema: Value = serde_json::from_str(schema).expect("JSON");
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let value: Value = serde_json::from_str(text).expect("JSON");
    let errors = validator.iter_errors(&value);
    errors.map(|error| format!("{}: {error}", error.instance_path())).collect()
}

/// Every line of the results has all the fields of the schema, and is about what it says.
pub(crate) fn assert_results_follow_the_schema(report: &Value) -> &[Value] {
    assert_eq!(report["schema"], 1);
    assert_eq!(report["fingerprint"], FINGERPRINT);
    assert_eq!(report["world"], WORLD_FINGERPRINT);
    let results = report["results"].as_array().expect("results");
    assert!(!results.is_empty());
    for line in results {
        for field in ["client", "server", "scenario", "property"] {
            assert!(line[field].is_string(), "{field} of {line}");
        }
        assert!(
            ["holds", "fails", "unfinished"].contains(&line["verdict"].as_str().expect("word"))
        );
        assert!(line["complete"].is_boolean() && line["states"].is_u64() && line["edges"].is_u64());
        assert!(line["verdict"] != "holds" || line["complete"] == true, "{line}");
    }
    results
}
