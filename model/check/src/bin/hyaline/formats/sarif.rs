//! SARIF 2.1.0, the form of static analysis, which code scanning shows beside the lines.

use hyaline_check::side::Side;
use serde_json::{Value, json};

use super::trace::CaseStep;
use super::{Case, Place, Rule, Suite, place_of_row};
use crate::screen::CommandError;

/// Where the form is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Where a result is put that no row and no file of the user's is to blame for: the table.
const TABLE: &str = "model/src/table/mod.rs";

/// One result for each case that is not as it has to be, at the row that its trace takes last, with
/// the rows of the trace as the way there.
pub(super) fn sarif(suite: &Suite) -> Result<String, CommandError> {
    let mut rules: Vec<Rule> = Vec::new();
    for case in suite.bad_cases() {
        if !rules.contains(&case.rule) {
            rules.push(case.rule);
        }
    }
    let results: Vec<Value> = suite.bad_cases().map(|case| result(case, &rules)).collect();
    let rules: Vec<Value> = rules.into_iter().map(of_rule).collect();
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "hyaline",
                "version": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "invocations": [{ "executionSuccessful": true }],
            "results": results,
        }],
    });
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

fn of_rule(rule: Rule) -> Value {
    json!({ "id": rule.name(), "shortDescription": { "text": rule.broken() } })
}

fn result(case: &Case, rules: &[Rule]) -> Value {
    let message = format!("{}: {}\n{}", case.name, case.message, case.explanation.join("\n"));
    let table = || Place { file: TABLE.to_owned(), line: None };
    let first = location(&case.first_place().unwrap_or_else(table), None);
    let mut result = json!({
        "ruleId": case.rule.name(),
        "ruleIndex": rules.iter().position(|rule| *rule == case.rule),
        "kind": "fail",
        "level": "error",
        "message": { "text": message.trim_end() },
        "locations": [first],
        // What tells two results apart that are at the same line.
        "partialFingerprints": { "exploration/v1": format!("{}: {}", case.family, case.name) },
    });
    // Where a file of the user's comes first, the row is told beside it.
    let row = case.last_row().filter(|_| case.place.is_some());
    if let Some((row, place)) = row {
        result["relatedLocations"] = json!([location(&place, Some(row))]);
    }
    let steps = case.trace.iter().flat_map(|trace| trace.steps());
    let way: Vec<Value> = steps.flat_map(|step| of_step(&step)).collect();
    if !way.is_empty() {
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": way }] }]);
    }
    result
}

/// The rows that a step takes, each where it is written.
fn of_step(CaseStep { step, names }: &CaseStep<'_>) -> Vec<Value> {
    let mut locations = Vec::new();
    for side in Side::ALL {
        let name = names.of(side);
        for row in step.rows.of(side) {
            if let Some(place) = place_of_row(row) {
                let location = location(&place, Some(&format!("{name}: {row}")));
                locations.push(json!({ "location": location, "executionOrder": step.number }));
            }
        }
    }
    locations
}

fn location(place: &Place, message: Option<&str>) -> Value {
    let mut physical = json!({ "artifactLocation": { "uri": uri(&place.file) } });
    if let Some(line) = place.line {
        physical["region"] = json!({ "startLine": line });
    }
    let mut location = json!({ "physicalLocation": physical });
    if let Some(message) = message {
        location["message"] = json!({ "text": message });
    }
    location
}

/// A path as a reference of a URI: what is no plain letter is written by its bytes.
fn uri(path: &str) -> String {
    let mut text = String::new();
    for byte in path.replace('\\', "/").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                text.push(char::from(byte));
            }
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::samples::{bad, good, suite};
    use super::*;

    fn read(suite: &Suite) -> Value {
        serde_json::from_str(&sarif(suite).expect("SARIF")).expect("JSON")
    }

    #[test]
    fn a_result_is_at_the_row_that_the_trace_takes_last() {
        let run = &read(&suite(vec![good(), bad(), bad()]))["runs"][0];
        assert_eq!(run["results"].as_array().map(Vec::len), Some(2));
        assert_eq!(run["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(1));
        let result = &run["results"][0];
        assert_eq!(
            (&result["ruleId"], &result["ruleIndex"]),
            (&"transparent-throughout".into(), &0.into())
        );
        let place = &result["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "model/src/table/client.rs");
        assert!(place["region"]["startLine"].as_u64() > Some(1), "{place}");
        let way = &result["codeFlows"][0]["threadFlows"][0]["locations"];
        assert_eq!(&way[0]["location"]["physicalLocation"], place);
    }

    #[test]
    fn the_row_is_told_beside_a_file_of_the_user() {
        let place = Some(Place { file: "my hang.toml".to_owned(), line: Some(3) });
        let result = &read(&suite(vec![Case { place, ..bad() }]))["runs"][0]["results"][0];
        let file = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(file, "my%20hang.toml");
        let row = &result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(row, "model/src/table/client.rs");
    }

    #[test]
    fn what_has_no_place_is_the_tables() {
        let case = Case { trace: None, ..bad() };
        let result = &read(&suite(vec![case]))["runs"][0]["results"][0];
        assert_eq!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"], TABLE);
        assert!(result["codeFlows"].is_null());
    }
}
