//! A check as JSON.

use hyaline_check::WORLD_FINGERPRINT;
use hyaline_check::mutants::Kind;
use hyaline_check::mutants::survey::Survey;
use hyaline_check::report::hashes::HashesShown;
use hyaline_check::report::{Line, Report, SCHEMA};
use hyaline_check::search::explore::Verdict;
use hyaline_check::side::Both;
use hyaline_model::table::{FINGERPRINT, ROWS};
use serde::Serialize;

use super::against::Against;
use super::{Results, RunOutcome};
use crate::unbounded::UnboundedSummary;

/// The report as JSON: what every report holds, and how it compares with what is expected.
#[derive(Serialize)]
pub(super) struct CheckReport<'a> {
    schema: u32,
    fingerprint: &'static str,
    world: &'static str,
    /// Whether everything is as it has to be: then the exit status is 0.
    pass: bool,
    /// How probable a miss is, in all explorations together, where hashes stood for snapshots.
    #[serde(skip_serializing_if = "Option::is_none")]
    hashes: Option<HashesShown>,
    /// What has to be seen in some run, and was not.
    unseen: Vec<String>,
    /// In what the counts differ from the recorded ones; null if they are not compared.
    differences: Option<&'a [String]>,
    /// How many mutants of the table were tried, as recorded, and how many caught; null if that is
    /// not looked at.
    mutants: Option<Mutants>,
    /// What programs of any length over queues of any size come to; null if these are not explored.
    unbounded: Option<UnboundedSummary>,
    /// The rows of the table, each behind its machine.
    rows: Vec<String>,
    /// What changed since an earlier report, where one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) against: Option<&'a Against>,
    results: Vec<CheckLine<'a>>,
}

/// One property of one run.
#[derive(Serialize)]
struct CheckLine<'a> {
    /// The name of the bounds or of the run.
    run: &'a str,
    #[serde(flatten)]
    line: Line,
    /// The verdict that is expected; null where none is.
    expected: Option<&'static str>,
}

impl<'a> CheckReport<'a> {
    pub(super) fn of(results: &'a Results) -> Self {
        let mut lines = Vec::new();
        for RunOutcome { run, checked, .. } in &results.outcomes {
            let mut report = Report::new(FINGERPRINT);
            let Both { client, server } = run.profiles;
            report.add(&client.to_string(), &server.to_string(), checked);
            lines.extend(report.results.into_iter().map(|line| CheckLine {
                run: &run.name,
                expected: run.expected.verdict(&line.property).map(Verdict::word),
                line,
            }));
        }
        Self {
            schema: SCHEMA,
            fingerprint: FINGERPRINT,
            world: WORLD_FINGERPRINT,
            pass: results.is_pass(),
            hashes: results.missed().map(HashesShown::of),
            unseen: results.unseen.iter().map(ToString::to_string).collect(),
            differences: results.differences.as_deref(),
            mutants: results.mutants.as_ref().map(Mutants::of),
            unbounded: results.unbounded(),
            rows: ROWS.iter().map(|row| format!("{}: {}", row.machine.name(), row.text)).collect(),
            against: None,
            results: lines,
        }
    }
}

/// Mutants of the table, as recorded.
#[derive(Serialize)]
struct Mutants {
    tried: usize,
    caught: usize,
    /// Why the record does not hold of the table.
    complaints: Vec<String>,
}

impl Mutants {
    fn of(survey: &Survey) -> Self {
        let shares = Kind::RECORDED.map(|kind| survey.share(kind));
        let sum = |index: usize| shares.iter().filter_map(|share| share.get(index)).sum();
        Self { caught: sum(0), tried: sum(1), complaints: survey.complaints() }
    }
}
