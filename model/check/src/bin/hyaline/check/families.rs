//! Explorations that are for the same thing, taken together.

use hyaline_check::report::hashes::{in_brackets, missed_in_any};
use hyaline_check::report::verdict_in_words;
use hyaline_check::runs::named::NAIVE_RUN;
use hyaline_check::runs::run::{Expected, Purpose};
use hyaline_check::search::explore::Verdict;
use hyaline_check::side::Both;
use hyaline_protocol::print::suite::ReportFamily;

use super::{Results, RunOutcome, words};

/// The title of what is explored without bounds.
pub(super) const ANY_LENGTH: &str = "any length, queues of any size";

/// The title of what is compared with the recorded counts.
pub(super) const COUNTS: &str = "counts of snapshots";

/// The title of what was recorded of the mutants.
pub(super) const MUTANTS: &str = "mutants caught, as recorded";

/// The title of the family to which a run belongs.
pub(super) fn title(outcome: &RunOutcome) -> String {
    let run = &outcome.run;
    let Both { client, server } = &run.profiles;
    match (run.purpose, &run.expected) {
        (Purpose::Bounds, _) => format!("{client} × {server}, bounds {}", run.name),
        (Purpose::Further, _) => "what these bounds lack".to_owned(),
        (Purpose::Hazard, _) if run.name == NAIVE_RUN => NAIVE_RUN.to_owned(),
        (Purpose::Hazard, Expected::Caught { .. }) => "hazards, their switch flipped".to_owned(),
        (Purpose::Hazard, Expected::Holds) => "hazards, flipped back".to_owned(),
    }
}

/// The families of a check, in the order in which their first members ran, and what else it looked
/// at.
pub(super) fn families(results: &Results) -> Vec<ReportFamily> {
    let mut members: Vec<(String, Vec<&RunOutcome>)> = Vec::new();
    for outcome in &results.outcomes {
        let title = title(outcome);
        match members.iter_mut().find(|(known, _)| *known == title) {
            Some((_, family)) => family.push(outcome),
            None => members.push((title, vec![outcome])),
        }
    }
    let explored = members.into_iter().map(|(title, family)| ReportFamily {
        title,
        size: Some([family.len(), family.iter().map(|each| each.checked.exploration.states).sum()]),
        verdict: verdict(&family),
        is_good: family.iter().all(|each| each.is_as_expected),
    });
    explored.chain(unbounded(results)).chain(counts(results)).chain(mutants(results)).collect()
}

/// What came of explorations that are for the same thing.
fn verdict(family: &[&RunOutcome]) -> String {
    let good = family.iter().filter(|each| each.is_as_expected).count();
    let (bad, all) = (family.len() - good, family.len());
    let first = family.first().map(|each| &each.run);
    let is_hazard = first.is_some_and(|run| run.purpose == Purpose::Hazard);
    let is_to_hold = first.is_some_and(|run| run.expected == Expected::Holds);
    let missed = missed_in_any(family.iter().map(|each| each.checked.exploration.missed));
    match (is_to_hold, is_hazard, bad) {
        (false, _, 0) => "found, as it must be".to_owned(),
        (false, _, _) => format!("NOT FOUND: {bad} of {all}"),
        (true, true, 0) => match missed {
            Some(missed) => format!("gone {}", in_brackets(missed)),
            None => "gone, as it must be".to_owned(),
        },
        (true, true, _) => format!("NOT GONE: {bad} of {all}"),
        (true, false, 0) => match missed {
            Some(missed) => format!("holds {}", in_brackets(missed)),
            None => verdict_in_words(Verdict::Holds, 0),
        },
        (true, false, _) => {
            let is_unfinished = |each: &&&RunOutcome| {
                let has = |wanted| each.checked.verdicts.iter().any(|(_, one)| *one == wanted);
                has(Verdict::Unfinished) && !has(Verdict::Fails)
            };
            let unfinished = family.iter().filter(is_unfinished).count();
            let parts = [(bad - unfinished, "fail"), (unfinished, "unfinished")];
            let parts = parts.iter().filter(|(count, _)| *count > 0);
            let parts: Vec<String> =
                parts.map(|(count, what)| format!("{count} of {all} {what}")).collect();
            parts.join(", ")
        }
    }
}

fn unbounded(results: &Results) -> Option<ReportFamily> {
    let summary = results.unbounded()?;
    Some(ReportFamily {
        title: ANY_LENGTH.to_owned(),
        size: Some([summary.explorations, summary.snapshots]),
        verdict: match summary.holds {
            true => verdict_in_words(Verdict::Holds, 0),
            false => "not all of them hold".to_owned(),
        },
        is_good: summary.holds,
    })
}

fn counts(results: &Results) -> Option<ReportFamily> {
    let differences = results.differences.as_ref()?;
    let (title, size) = (COUNTS.to_owned(), None);
    let verdict = match differences.len() {
        0 => format!("all {} as recorded", results.outcomes.len()),
        count => format!("{count} differences from the recorded ones"),
    };
    Some(ReportFamily { title, size, verdict, is_good: differences.is_empty() })
}

fn mutants(results: &Results) -> Option<ReportFamily> {
    let survey = results.mutants.as_ref()?;
    let complaints = results.of_mutants().len();
    let (title, size) = (MUTANTS.to_owned(), None);
    let verdict = match complaints {
        0 => words::shares(survey),
        count => format!("{count} things are not as recorded"),
    };
    Some(ReportFamily { title, size, verdict, is_good: complaints == 0 })
}
