//! SARIF 2.1.0, the form of static analysis, which code scanning shows beside the lines.

use serde_json::{Value, json};

use super::{ReportCase, ReportError, ReportRule, ReportStep, ReportSuite, ReportTool};
use crate::place::SourcePlace;

/// Where the form is published.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// One result for each case that is not as it has to be, at the row that its trace takes last, with
/// the rows of the trace as the way there.
pub(super) fn sarif(suite: &ReportSuite) -> Result<String, ReportError> {
    let mut rules: Vec<&ReportRule> = Vec::new();
    for case in suite.bad_cases() {
        if !rules.contains(&&case.rule) {
            rules.push(&case.rule);
        }
    }
    let results: Vec<Value> = suite.bad_cases().map(|case| result(suite, case, &rules)).collect();
    let rules: Vec<Value> = rules.into_iter().map(of_rule).collect();
    let ReportTool { name, version, address } = suite.tool;
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": name,
                "version": version,
                "informationUri": address,
                "rules": rules,
            } },
            "invocations": [{ "executionSuccessful": true }],
            "properties": { "verdict": suite.verdict },
            "results": results,
        }],
    });
    Ok(serde_json::to_string_pretty(&log)? + "\n")
}

fn of_rule(rule: &ReportRule) -> Value {
    json!({ "id": rule.name, "shortDescription": { "text": rule.broken } })
}

fn result(suite: &ReportSuite, case: &ReportCase, rules: &[&ReportRule]) -> Value {
    let message = format!("{}: {}\n{}", case.name, case.message, case.explanation.join("\n"));
    let first = location(case.first_place().unwrap_or(&suite.home), None);
    let mut result = json!({
        "ruleId": case.rule.name,
        "ruleIndex": rules.iter().position(|rule| **rule == case.rule),
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
        result["relatedLocations"] = json!([location(place, Some(&row.words))]);
    }
    let way: Vec<Value> = case.steps().flat_map(of_step).collect();
    if !way.is_empty() {
        result["codeFlows"] = json!([{ "threadFlows": [{ "locations": way }] }]);
    }
    result
}

/// The rows that a step takes, each where it is written.
fn of_step(step: &ReportStep) -> Vec<Value> {
    let located = step.rows.iter().filter_map(|row| {
        let message = format!("{}: {}", row.end, row.words);
        let location = location(row.place.as_ref()?, Some(&message));
        Some(json!({ "location": location, "executionOrder": step.number }))
    });
    located.collect()
}

fn location(place: &SourcePlace, message: Option<&str>) -> Value {
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

    fn read(suite: &ReportSuite) -> Value {
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
        assert_eq!(place["artifactLocation"]["uri"], "src/table/client.rs");
        assert_eq!(place["region"]["startLine"], 12);
        let way = &result["codeFlows"][0]["threadFlows"][0]["locations"];
        assert_eq!(&way[0]["location"]["physicalLocation"], place);
        assert_eq!(run["properties"]["verdict"], "1 is not well");
    }

    #[test]
    fn the_row_is_told_beside_a_file_of_the_user() {
        let place = Some(SourcePlace { file: "my hang.toml".to_owned(), line: Some(3) });
        let result = &read(&suite(vec![ReportCase { place, ..bad() }]))["runs"][0]["results"][0];
        let file = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(file, "my%20hang.toml");
        let row = &result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"];
        assert_eq!(row, "src/table/client.rs");
    }

    #[test]
    fn what_has_no_place_is_the_tables() {
        let case = ReportCase { trace: None, ..bad() };
        let result = &read(&suite(vec![case]))["runs"][0]["results"][0];
        assert_eq!(
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "src/table.rs"
        );
        assert!(result["codeFlows"].is_null());
    }
}
