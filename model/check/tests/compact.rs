//! Hashes in the place of snapshots, beside exact keys.
#![allow(clippy::expect_used)]

use std::collections::BTreeSet;
use std::sync::Arc;

use hyaline_check::ends::tls::Tls;
use hyaline_check::judgement::properties::GOOD_RUNS_SURVIVE;
use hyaline_check::judgement::system::System;
use hyaline_check::judgement::transparency::Baseline;
use hyaline_check::programs::{Manner, Programs};
use hyaline_check::proof::explored::BoundedPart;
use hyaline_check::relay::assessment::{RelayAssessment, assess as assess_relay};
use hyaline_check::relay::scenario::{RelayScenario, Three};
use hyaline_check::relay::script::Copying;
use hyaline_check::report::assessment::{Assessment, assess};
use hyaline_check::report::conclusion::Conclusion;
use hyaline_check::runs::named::bounds_runs;
use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::search::confirmed::check_and_confirm;
use hyaline_check::search::explore::{Effort, Verdict, explore, has_traces, shortest_trace};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, Checked, check_against, plain, system};
use hyaline_check::side::Both;
use hyaline_search::{Hashing, MissBound};

const SHIPPED: Both<Profile> = Both { client: Profile::HYALINE, server: Profile::HYALINE };
const NAIVE: Both<Profile> = Both { client: Profile::NAIVE, server: Profile::NAIVE };

fn by_hashes(bits: u8, seed: u64) -> Effort {
    let hashing = Hashing::new(bits, seed).expect("bits of a hash");
    Effort { hashing: Some(hashing), ..Effort::default() }
}

fn baseline(scenario: &Scenario) -> Arc<Baseline> {
    let found = Baselines::default().of(scenario, &Effort::default(), &mut |_| ());
    found.expect("a baseline")
}

fn fresh(scenario: &Scenario, profiles: &Both<Profile>, baseline: &Arc<Baseline>) -> System<Tls> {
    system(scenario, endpoints_of(scenario, profiles), baseline).expect("within bounds")
}

fn checked(scenario: &Scenario, profiles: &Both<Profile>, effort: &Effort) -> Checked<Tls> {
    let ends = endpoints_of(scenario, profiles);
    check_and_confirm(scenario, ends, &baseline(scenario), effort, &mut |_| ())
        .expect("within bounds")
}

fn fixed(client: &str, server: &str) -> Scenario {
    let program = |text: &str| text.parse().expect("a program");
    Scenario::new(Programs::Fixed(Both { client: program(client), server: program(server) }))
}

#[test]
fn hashes_of_64_bits_find_what_exact_keys_find() {
    let one = Scenario::new(Programs::up_to(1));
    let two = Scenario { tickets: 2, ..Scenario::new(Programs::up_to(2)) };
    let rejected = ClientCertificate::Rejected;
    let scenarios = [
        (two, SHIPPED),
        (two, NAIVE),
        (Scenario { record_cells: 2, ..one }, SHIPPED),
        (Scenario { client_certificate: rejected, ..two }, SHIPPED),
        (Scenario::new(Programs::alike(Manner::Threads, 1)), SHIPPED),
        (Scenario::new(Programs::alike(Manner::Task, 1)), NAIVE),
    ];
    let mut failures = BTreeSet::new();
    for (scenario, profiles) in scenarios {
        let exact = checked(&scenario, &profiles, &Effort::default());
        let compact = checked(&scenario, &profiles, &by_hashes(64, 5));
        let counts = |checked: &Checked<Tls>| {
            let found = &checked.exploration;
            (found.states, found.edges, found.terminals, found.depth)
        };
        assert_eq!(counts(&exact), counts(&compact), "{scenario}");
        assert_eq!(exact.verdicts, compact.verdicts, "{scenario}");
        assert_eq!(exact.harms(), compact.harms(), "{scenario}");
        assert_eq!(exact.lost_good_runs, compact.lost_good_runs, "{scenario}");
        failures.extend(exact.exploration.failures.iter().copied());
    }
    assert!(!failures.is_empty(), "no scenario tells that failures agree");
}

#[test]
fn hashes_of_few_bits_miss_snapshots_and_the_bound_says_that_they_may() {
    let scenario = Scenario::new(Programs::up_to(1));
    let baseline = baseline(&scenario);
    let explored = |effort| explore(fresh(&scenario, &SHIPPED, &baseline), &effort, &mut |_| ());
    let exact = explored(Effort::default());
    assert!(exact.missed.is_none() && exact.complete);
    let mut certain = 0;
    for seed in 0..5 {
        let few = explored(by_hashes(8, seed));
        assert!(few.states <= 256 && few.states < exact.states, "{}", few.states);
        // Some thousand snapshots make dozens of pairs of equal hashes, at 16 bits.
        let some = explored(by_hashes(16, seed));
        assert!(some.states < exact.states, "{}", some.states);
        for found in [few, some] {
            // The bound is of what was found: where a miss cut off nearly all, which is rare, it
            // says how rare.
            let expected = MissBound::of(found.missed.expect("hashes").hashing(), found.states);
            assert_eq!(found.missed, Some(expected), "{}", found.states);
            certain += usize::from(expected.probability() == 1.0);
        }
    }
    assert!(certain > 5, "{certain}");
}

#[test]
fn searches_with_different_seeds_miss_different_snapshots() {
    let scenario = Scenario::new(Programs::up_to(1));
    let baseline = baseline(&scenario);
    let explored = |seed| {
        let effort = by_hashes(18, seed);
        explore(fresh(&scenario, &SHIPPED, &baseline), &effort, &mut |_| ()).edges
    };
    let edges: BTreeSet<usize> = (0..6).map(explored).collect();
    assert!(edges.len() > 1, "{edges:?}");
    assert_eq!(explored(3), explored(3));
}

#[test]
fn a_violation_that_is_found_by_hashes_has_a_trace_that_is_a_run() {
    let scenario = Scenario::new(Programs::up_to(1));
    let baseline = baseline(&scenario);
    let mut shown = BTreeSet::new();
    for (bits, seed) in [(64, 0), (16, 1), (16, 2), (12, 3), (10, 4), (10, 5)] {
        let effort = by_hashes(bits, seed);
        let found = explore(fresh(&scenario, &NAIVE, &baseline), &effort, &mut |_| ());
        for property in found.failures.into_iter().filter(|name| has_traces(name)) {
            let system = fresh(&scenario, &NAIVE, &baseline);
            let trace = shortest_trace(system, property).expect("it is confirmed");
            let pair = fresh(&scenario, &NAIVE, &baseline).pair;
            let mut snapshot = pair.first();
            for (known, step) in &trace {
                assert!(*known == snapshot, "{property} by {bits} bits");
                let Some(step) = step else { continue };
                let mut steps = Vec::new();
                pair.steps(&snapshot, &mut steps);
                assert!(steps.contains(step), "{step} is not enabled");
                pair.take(&mut snapshot, *step, &mut Both { client: (), server: () });
            }
            shown.insert((bits, property));
        }
    }
    assert!(shown.iter().any(|(bits, _)| *bits < 64), "{shown:?}");
}

#[test]
fn a_good_run_that_was_missed_is_looked_for_with_exact_keys() {
    let scenario = fixed("write read close", "read write close");
    let (ends, baseline) = (endpoints_of(&scenario, &SHIPPED), baseline(&scenario));
    let mut confirmed = 0;
    for seed in 0..60 {
        let effort = by_hashes(8, seed);
        let by_hashes = check_against(&scenario, ends, &baseline, &effort, &mut |_| ());
        let seems = by_hashes.expect("within bounds").verdict(GOOD_RUNS_SURVIVE);
        let checked = checked(&scenario, &SHIPPED, &effort);
        assert_eq!(checked.verdict(GOOD_RUNS_SURVIVE), Verdict::Holds, "seed {seed}");
        // What was explored once more is told with exact keys.
        assert_eq!(checked.exploration.missed.is_none(), seems == Verdict::Fails, "seed {seed}");
        confirmed += usize::from(seems == Verdict::Fails);
    }
    assert!((1..60).contains(&confirmed), "{confirmed}");
}

#[test]
fn the_bounds_that_the_architecture_lists_are_those_of_the_search() {
    let page = include_str!("../../../docs/architecture.md");
    let (_, table) =
        page.split_once("| found | 64 bits | 56 bits | 48 bits | 40 bits |").expect("it");
    let lines = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut powers = 5..;
    for line in lines {
        let states = 10_usize.pow(powers.next().expect("another power"));
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).skip(1).collect();
        let bounds = [64, 56, 48, 40].map(|bits| {
            let hashing = Hashing::new(bits, 0).expect("bits of a hash");
            MissBound::of(hashing, states).in_digits()
        });
        assert_eq!(cells, bounds, "{line}");
    }
    assert_eq!(powers.next(), Some(9));
}

#[test]
fn runs_by_hashes_are_no_part_of_a_proof() {
    let scenario = Scenario::new(Programs::up_to(1));
    let runs = bounds_runs("given", vec![scenario], SHIPPED);
    let run = runs.first().expect("a run");
    let part = |effort| BoundedPart::of("given", &[(run, &checked(&scenario, &SHIPPED, &effort))]);
    assert!(part(Effort::default()).is_ok());
    let refused = part(by_hashes(64, 0)).expect_err("no proof");
    assert!(refused.to_string().ends_with("a proof needs exact keys"), "{refused}");
}

#[test]
fn plain_tcp_is_explored_with_exact_keys_since_tls_is_compared_with_it() {
    let scenario = Scenario::new(Programs::up_to(2));
    let tcp = scenario.tcp().expect("queues that fit");
    let explored = |effort| explore(plain(&scenario, tcp), &effort, &mut |_| ());
    let (exact, asked) = (explored(Effort::default()), explored(by_hashes(8, 0)));
    assert!(asked.missed.is_none() && exact.states > 256);
    assert_eq!(exact.states, asked.states);
}

/// A reset in some runs: others survive, so that not everything is explored once more.
fn reset() -> (Scenario, Both<Profile>) {
    (fixed("update-key write close", "read read close"), NAIVE)
}

#[test]
fn an_answer_by_hashes_says_so_in_its_first_line_and_shows_the_exact_trace() {
    let (scenario, profiles) = reset();
    let answer = |effort: &Effort| -> Assessment {
        assess(&scenario, &profiles, effort, true, &mut |_| ()).expect("within bounds")
    };
    let (exact, compact) = (answer(&Effort::default()), answer(&by_hashes(40, 1)));
    assert_eq!(exact.conclusion, Conclusion::Fails);
    assert_eq!((compact.conclusion, compact.property), (exact.conclusion, exact.property));
    assert_eq!(compact.explanation, exact.explanation);
    let steps = |answer: &Assessment| answer.trace.as_ref().map(|trace| trace.steps.len());
    assert!(steps(&exact).is_some());
    assert_eq!(steps(&compact), steps(&exact));
    assert_eq!(compact.heals, exact.heals);
    let line = format!("{} (with hashes of 40 bits; a state may have been missed", exact.headline);
    assert!(compact.headline.starts_with(&line), "{}", compact.headline);
    let confirmed = "what is shown was found again with exact keys)";
    assert!(compact.headline.ends_with(confirmed), "{}", compact.headline);
}

fn relay(client: &str, server: &str) -> RelayScenario {
    let program = |text: &str| text.parse().expect("a program");
    let programs = Both { client: program(client), server: program(server) };
    RelayScenario::new(programs, Copying::Turns)
}

fn answered(scenario: &RelayScenario, effort: &Effort) -> RelayAssessment {
    let ours = Profile::HYALINE;
    let profiles = Three { client: ours, relay: ours, server: ours };
    assess_relay(scenario, &profiles, effort, true, &mut |_| ()).expect("it is explored")
}

#[test]
fn a_relay_by_hashes_of_64_bits_is_answered_as_with_exact_keys() {
    let holds = relay("write read close", "read write close");
    // Tickets stop a server from which the relay has turned away.
    let fails = RelayScenario { tickets: 2, ..relay("read close", "write close") };
    for (scenario, conclusion) in [(holds, Conclusion::Holds), (fails, Conclusion::Fails)] {
        let exact = answered(&scenario, &Effort::default());
        let compact = answered(&scenario, &by_hashes(64, 2));
        assert_eq!((exact.conclusion, compact.conclusion), (conclusion, conclusion));
        let counts = |answer: &RelayAssessment| (answer.explored.states, answer.explored.edges);
        assert_eq!(counts(&exact), counts(&compact));
        assert_eq!(exact.explanation, compact.explanation);
        assert_eq!(exact.worst.map(|worst| worst.at), compact.worst.map(|worst| worst.at));
        let line = format!("{} (with hashes of 64 bits; ", exact.headline);
        assert!(compact.headline.starts_with(&line), "{}", compact.headline);
    }
}

/// An end that hashes of few bits find has another number than in an exact search.
#[test]
fn what_fails_with_a_relay_by_hashes_of_few_bits_is_shown_by_the_exact_way() {
    let scenario = RelayScenario { tickets: 2, ..relay("read close", "write close") };
    let exact = answered(&scenario, &Effort::default());
    let steps = |answer: &RelayAssessment| answer.trace.as_ref().map(|trace| trace.steps.len());
    let mut fewer = 0;
    for seed in 0..8 {
        let compact = answered(&scenario, &by_hashes(16, seed));
        fewer += usize::from(compact.explored.states < exact.explored.states);
        if compact.conclusion == Conclusion::Fails {
            assert_eq!(steps(&compact), steps(&exact), "seed {seed}");
            assert_eq!(compact.explanation, exact.explanation, "seed {seed}");
        }
    }
    assert!(fewer > 0, "no seed missed a state");
}
