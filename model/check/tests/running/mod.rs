//! The command `hyaline`, run as a user runs it.
#![allow(dead_code, reason = "each test that has this module uses a part of it")]

use std::process::{Command, Output};

use hyaline_check::WORLD_FINGERPRINT;
use hyaline_model::table::FINGERPRINT;
use serde_json::Value;

/// What a run of the command came to.
pub(crate) struct Answer {
    pub(crate) status: Option<i32>,
    pub(crate) output: String,
    pub(crate) complaint: String,
}

impl Answer {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("text");
        Self {
            status: output.status.code(),
            output: text(&output.stdout),
            complaint: text(&output.stderr),
        }
    }
}

/// The command, as it was built for these tests.
pub(crate) fn command() -> Command {
    Command::new(env!("CARGO_BIN_EXE_hyaline"))
}

/// Runs it with these arguments.
pub(crate) fn hyaline(arguments: &[&str]) -> Answer {
    Answer::of(&command().args(arguments).output().expect("the command runs"))
}

/// The same, with the arguments in one text; a part in quotes is one argument.
pub(crate) fn run(line: &str) -> Answer {
    let arguments = arguments_of(line);
    hyaline(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
}

/// The arguments in one text; a part in quotes is one argument.
pub(crate) fn arguments_of(line: &str) -> Vec<String> {
    let parts = line.split('"').enumerate();
    parts
        .flat_map(|(index, part)| match index % 2 {
            0 => part.split_whitespace().map(str::to_owned).collect(),
            _ => vec![part.to_owned()],
        })
        .collect()
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

/// Asserts that this is an SVG picture that can be read to its end.
#[track_caller]
pub(crate) fn assert_is_picture(text: &str) {
    let is_error = |event| matches!(event, svg::parser::Event::Error(_));
    assert!(!svg::read(text).expect("a picture").any(is_error), "{text}");
}
