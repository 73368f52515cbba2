//! What our own checker says.

use std::collections::BTreeSet;

use hyaline_check::judgement::outcome::Outcome;
use hyaline_check::judgement::properties;
use hyaline_check::report::JointOutcome;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::explore::{Effort, Verdict};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, check};
use hyaline_check::side::Both;

use crate::tlc::Opinion;

/// Explores the scenario to the end.
pub(crate) fn ask(scenario: &Scenario, profiles: &Both<Profile>) -> Opinion {
    let mut baselines = Baselines::default();
    let endpoints = endpoints_of(scenario, profiles);
    let effort = Effort { threads: 1, ..Effort::default() };
    let checked = check(scenario, endpoints, &mut baselines, &effort, &mut |_| ()).unwrap();
    assert!(checked.exploration.complete);
    // These two look at a step, and TLC is asked about snapshots.
    let of_steps = [properties::PROMPT, properties::CONFIRMED];
    let failed = checked
        .verdicts
        .iter()
        .filter(|(property, verdict)| *verdict == Verdict::Fails && !of_steps.contains(property));
    Opinion {
        snapshots: checked.exploration.states.try_into().unwrap(),
        edges: checked.exploration.edges.try_into().unwrap(),
        plain: baselines.states.try_into().unwrap(),
        fails: failed.map(|(property, _)| (*property).to_owned()).collect(),
        outcomes: words(&checked.tls_outcomes),
        plain_outcomes: words(&checked.tcp_outcomes),
    }
}

/// Joint outcomes in the words of reports.
fn words(outcomes: &BTreeSet<Outcome>) -> BTreeSet<String> {
    outcomes.iter().map(|outcome| JointOutcome::of(outcome).to_string()).collect()
}
