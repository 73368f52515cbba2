//! A check as cases, for the tools of continuous integration.

use hyaline_check::report::{owing, subject};
use hyaline_check::runs::run::{Expected, Purpose};
use hyaline_check::search::explore::Verdict;
use hyaline_protocol::print::suite::{ReportCase, ReportSuite};

use super::families::{ANY_LENGTH, COUNTS, MUTANTS, families, title};
use super::{Results, RunOutcome, words};
use crate::formats::{Rule, TOOL, table, trace_of_pair};
use crate::unbounded::Line;

/// The family of what has to be seen.
const SEEN: &str = "what has to be seen";

/// One case for each exploration, and one for each other thing that has to be so.
pub(super) fn suite(results: &Results) -> ReportSuite {
    let explored = results.outcomes.iter().map(of_run);
    let unbounded = results.unbounded.iter().flatten().map(of_line);
    ReportSuite {
        title: "hyaline check".to_owned(),
        tool: TOOL,
        is_pass: results.is_pass(),
        verdict: words::verdict_of_all(results),
        about: vec![words::size_of_all(results), subject()],
        families: families(results),
        cases: explored.chain(unbounded).chain(of_record(results)).collect(),
        home: table(),
    }
}

fn of_run(outcome: &RunOutcome) -> ReportCase {
    let RunOutcome { run, checked, is_as_expected, counterexample } = outcome;
    let failed = words::failed(outcome).join(", ");
    let has = |wanted| checked.verdicts.iter().find(|(_, verdict)| *verdict == wanted);
    let shown = counterexample.as_ref().map(|found| found.property);
    let rule = match (&run.expected, shown.or(has(Verdict::Fails).map(|(name, _)| *name))) {
        (Expected::Caught { .. }, _) => Rule::Found,
        (Expected::Holds, Some(property)) => Rule::Property(property),
        (Expected::Holds, None) => Rule::Finished,
    };
    let mut message = words::verdict(outcome);
    if !failed.is_empty() {
        message.push_str(&format!(": {failed}{}", words::harms(outcome)));
    }
    let against = counterexample
        .as_ref()
        .map(|found| format!("Against `{}`: {}", found.property, found.programs_in_words()));
    ReportCase {
        family: title(outcome),
        name: match run.purpose {
            Purpose::Bounds => run.scenario.to_string(),
            Purpose::Further | Purpose::Hazard => words::description(run),
        },
        is_good: *is_as_expected,
        rule: rule.into(),
        message,
        explanation: against.into_iter().chain(owing(&checked.exploration)).collect(),
        trace: counterexample.as_ref().map(|found| trace_of_pair(&found.sequence)),
        place: None,
        elapsed: Some(checked.exploration.elapsed),
    }
}

/// An exploration without bounds. What it found is told as it is on a terminal.
fn of_line(line: &Line) -> ReportCase {
    let is_good = line.verdict == Verdict::Holds;
    let text = anstream::adapter::strip_str(&line.text).to_string();
    ReportCase {
        rule: match line.verdict {
            Verdict::Fails => Rule::Unbounded.into(),
            Verdict::Holds | Verdict::Unfinished => Rule::Finished.into(),
        },
        message: line.verdict.word().to_owned(),
        explanation: if is_good { Vec::new() } else { text.lines().map(str::to_owned).collect() },
        elapsed: Some(line.elapsed),
        ..other(ANY_LENGTH, &line.title, is_good)
    }
}

/// A case that is no exploration.
fn other(family: &str, name: &str, is_good: bool) -> ReportCase {
    ReportCase {
        family: family.to_owned(),
        name: name.to_owned(),
        is_good,
        rule: Rule::Recorded.into(),
        message: if is_good { "as it has to be" } else { "not as it has to be" }.to_owned(),
        explanation: Vec::new(),
        trace: None,
        place: None,
        elapsed: None,
    }
}

/// Cases for what has to be seen, for the counts and for the record of the mutants, each where the
/// plan looks at it.
fn of_record(results: &Results) -> Vec<ReportCase> {
    let case = |family, name, complaints: Vec<String>| ReportCase {
        explanation: complaints.clone(),
        ..other(family, name, complaints.is_empty())
    };
    // A plan looks at the mutants and at what was seen, or at neither.
    let seen = results.mutants.as_ref().map(|_| {
        let never_seen = results.unseen.iter().map(words::never_seen).collect();
        case(SEEN, "every occasion", never_seen)
    });
    let counts = results.differences.as_ref();
    let counts = counts.map(|differences| case(COUNTS, "as recorded", differences.clone()));
    let mutants = results.mutants.as_ref();
    let mutants =
        mutants.map(|_| case(MUTANTS, "the record is of this table", results.of_mutants()));
    [seen, counts, mutants].into_iter().flatten().collect()
}
