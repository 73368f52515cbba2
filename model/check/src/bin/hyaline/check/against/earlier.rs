//! A report of a check, as far as it is compared.

use hyaline_check::report::SCHEMA;
use serde::Deserialize;
use serde_json::Value;

/// A report that was made before, or now.
#[derive(Debug, Deserialize)]
pub(super) struct ComparedReport {
    /// The table.
    pub(super) fingerprint: String,
    /// The world.
    pub(super) world: String,
    /// What has to be seen in some run, and was not.
    pub(super) unseen: Vec<String>,
    /// The rows of the table; nothing in a report that has none.
    pub(super) rows: Option<Vec<String>>,
    pub(super) mutants: Option<ComparedMutants>,
    pub(super) unbounded: Option<ComparedUnbounded>,
    pub(super) results: Vec<ComparedLine>,
}

/// What was recorded of mutants.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct ComparedMutants {
    pub(super) tried: usize,
    pub(super) caught: usize,
}

/// What programs of any length came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct ComparedUnbounded {
    pub(super) explorations: usize,
    pub(super) snapshots: usize,
    pub(super) holds: bool,
}

/// One property of one exploration.
#[derive(Debug, Deserialize)]
pub(super) struct ComparedLine {
    run: String,
    client: String,
    server: String,
    scenario: String,
    pub(super) property: String,
    pub(super) verdict: String,
    pub(super) complete: bool,
    pub(super) states: usize,
    pub(super) edges: usize,
    pub(super) expected: Option<String>,
}

impl ComparedLine {
    /// What tells its exploration from all others.
    pub(super) fn exploration(&self) -> String {
        format!("{}: {} × {}: {}", self.run, self.client, self.server, self.scenario)
    }

    /// How far its verdict is from the expected one: the less, the better. Nothing where no verdict
    /// is expected.
    pub(super) fn rank(&self, expected: Option<&str>) -> Option<u8> {
        let is_expected = expected? == self.verdict;
        Some(match (is_expected, self.verdict.as_str()) {
            (true, _) => 0,
            (false, "unfinished") => 1,
            (false, _) => 2,
        })
    }
}

impl ComparedReport {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// What is wrong, if the text is no report of a check in this form.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        let value: Value = serde_json::from_str(text).map_err(|error| {
            format!("this is no JSON ({error}); `hyaline check --json` writes it")
        })?;
        match value.get("schema").and_then(Value::as_u64) {
            Some(schema) if schema == u64::from(SCHEMA) => {}
            Some(schema) => {
                return Err(format!("a report in form {schema}; this command reads form {SCHEMA}"));
            }
            None => return Err("this is no report of `hyaline check --json`".to_owned()),
        }
        if let Some(words) = value.pointer("/hashes/words").and_then(Value::as_str) {
            return Err(format!(
                "a report {words}; only reports of exact keys are compared, without --compact"
            ));
        }
        let wrong = |error| format!("this is no report of `hyaline check --json`: {error}");
        serde_json::from_value(value).map_err(wrong)
    }
}
