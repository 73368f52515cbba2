//! All hazards as cases, for the tools of continuous integration.

use hyaline_check::report::subject;
use hyaline_protocol::print::suite::{ReportCase, ReportFamily, ReportSuite};

use super::runs::RunOfHazard;
use crate::formats::{Rule, TOOL, table, trace_of_pair};

/// The family of hazards with their causes.
const FOUND: &str = "hazards, with their cause";

/// The family of hazards without.
const GONE: &str = "hazards, without their cause";

/// Two cases for each hazard.
pub(super) fn suite(runs: &[RunOfHazard]) -> ReportSuite {
    let good = |is_good: fn(&RunOfHazard) -> bool| runs.iter().filter(|run| is_good(run)).count();
    let (found, gone) = (good(|run| run.found), good(|run| run.gone));
    let all = runs.len();
    let family = |title: &str, good: usize, verdict: &str| ReportFamily {
        title: title.to_owned(),
        size: None,
        verdict: format!("{good} of {all} are {verdict}"),
        is_good: good == all,
    };
    let states: usize = runs.iter().map(|run| run.states).sum();
    ReportSuite {
        title: "hyaline hazards".to_owned(),
        tool: TOOL,
        is_pass: found == all && gone == all,
        verdict: format!("{found} of {all} are found with their cause, {gone} gone without"),
        about: vec![format!("{states} states"), subject()],
        families: vec![family(FOUND, found, "found"), family(GONE, gone, "gone")],
        cases: runs.iter().flat_map(|run| [of_found(run), of_gone(run)]).collect(),
        home: table(),
    }
}

fn of_found(run: &RunOfHazard) -> ReportCase {
    let message = if run.found { "found, as it must be" } else { "NOT FOUND" };
    ReportCase { message: message.to_owned(), ..case(FOUND, run, run.found, Rule::Found) }
}

fn of_gone(run: &RunOfHazard) -> ReportCase {
    let property = run.left.as_ref().and_then(|left| left.property);
    let rule = property.map_or(Rule::Finished, Rule::Property);
    let message = match &run.left {
        _ if run.gone => "gone, as it must be".to_owned(),
        Some(left) => format!("NOT GONE: {}", left.headline),
        None => "NOT GONE".to_owned(),
    };
    ReportCase {
        message,
        explanation: run.left.iter().flat_map(|left| left.explanation.clone()).collect(),
        trace: run.left.as_ref().and_then(|left| left.trace.as_ref()).map(trace_of_pair),
        // Both explorations were timed together, and the time stands at the first.
        elapsed: None,
        ..case(GONE, run, run.gone, rule)
    }
}

/// What both cases of a hazard have in common.
fn case(family: &str, run: &RunOfHazard, is_good: bool, rule: Rule) -> ReportCase {
    ReportCase {
        family: family.to_owned(),
        name: format!("{}: {} ({})", run.number, run.title, run.cause),
        is_good,
        rule: rule.into(),
        message: String::new(),
        explanation: Vec::new(),
        trace: None,
        place: None,
        elapsed: Some(run.elapsed),
    }
}
