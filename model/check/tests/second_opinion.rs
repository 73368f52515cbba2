//! The search, compared with stateright's on the same systems: what is found is the same.
#![allow(clippy::expect_used)]

mod traces;

use std::collections::BTreeSet;
use std::sync::Arc;

use hyaline_check::ends::tls::Tls;
use hyaline_check::judgement::observe::Observations;
use hyaline_check::judgement::outcome::{Harm, Outcome};
use hyaline_check::judgement::system::System;
use hyaline_check::judgement::transparency::Run;
use hyaline_check::programs::{Manner, Program, Programs};
use hyaline_check::runs::named::hazard_runs;
use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::search::explore::{Effort, explore, shortest_trace};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, plain, system};
use hyaline_check::search::second_opinion::explore_by_stateright;
use hyaline_check::side::Both;
use hyaline_check::world::contract::PairEndpoint;
use hyaline_check::world::step::Timers;
use hyaline_check::world::tcp::{ResetRule, Vanishing};
use stateright::{Checker, HasDiscoveries, Model};
use traces::assert_that_a_trace_is_one;

/// The observations apart from counts.
fn seen(observations: &Observations) -> (BTreeSet<Run>, BTreeSet<Outcome>, Vec<u64>, String) {
    let harms = Harm::ALL.map(|harm| observations.harmed(harm)).to_vec();
    let witnesses = format!("{:?}", observations.witnesses());
    (observations.runs(), observations.outcomes(), harms, witnesses)
}

/// Explores a system by both, and says which properties fail, and how many snapshots there are.
fn agreed<E: PairEndpoint>(
    what: &str,
    system: impl Fn() -> System<E>,
) -> (Vec<&'static str>, usize) {
    let of = |records| System {
        observations: Arc::new(if records {
            Observations::with_outcomes()
        } else {
            Observations::default()
        }),
        ..system()
    };
    let (ours, theirs) = (of(true), of(true));
    let (ours_seen, theirs_seen) =
        (Arc::clone(&ours.observations), Arc::clone(&theirs.observations));
    let exploration = explore(ours, &Effort::default(), &mut |_| ());
    let opinion = explore_by_stateright(theirs, &Effort::default());
    assert!(exploration.complete && opinion.complete, "{what}");
    let counts = (exploration.states, exploration.edges, exploration.terminals);
    assert_eq!(counts, (opinion.states, opinion.edges, opinion.terminals), "{what}");
    let mut failures = exploration.failures;
    failures.sort_unstable();
    assert_eq!(failures, opinion.failures, "{what}");
    assert_eq!(ours_seen.expanded_snapshots(), u64::try_from(exploration.states).expect("64 bits"));
    // stateright expands snapshots once more to rebuild its counterexamples.
    let [(runs, outcomes, harms, witnesses), theirs] = [seen(&ours_seen), seen(&theirs_seen)];
    assert_eq!((runs, outcomes, witnesses), (theirs.0, theirs.1, theirs.3), "{what}");
    if failures.is_empty() {
        assert_eq!(harms, theirs.2, "{what}");
    }
    for (ours, theirs) in harms.iter().zip(theirs.2) {
        assert_eq!(*ours > 0, theirs > 0, "{what}");
    }
    (failures, exploration.states)
}

fn tls(profiles: &Both<Profile>, scenario: &Scenario) -> impl Fn() -> System<Tls> {
    let effort = Effort::default();
    let baseline = Baselines::default().of(scenario, &effort, &mut |_| ()).expect("a baseline");
    let (scenario, endpoints) = (*scenario, endpoints_of(scenario, profiles));
    move || system(&scenario, endpoints, &baseline).expect("within bounds")
}

const SHIPPED: Both<Profile> = Both { client: Profile::HYALINE, server: Profile::HYALINE };

#[test]
fn both_find_the_same_of_what_ships() {
    use ClientCertificate::{Good, Missing, Rejected};
    let one = Scenario::new(Programs::up_to(1));
    let two = Scenario { tickets: 2, ..Scenario::new(Programs::up_to(2)) };
    let callers = |manner, most| Scenario::new(Programs::alike(manner, most));
    let mixed = Both { client: Manner::Threads, server: Manner::OneCall };
    let scenarios = [
        two,
        Scenario { client_certificate: Rejected, reset_rule: ResetRule::Discards, ..two },
        Scenario { client_certificate: Good, send: 2, ..two },
        Scenario { client_certificate: Missing, tickets: 2, ..one },
        Scenario { retry: true, ..one },
        Scenario { resumed: true, retry: true, ..one },
        Scenario { resumed: true, early_data: 2, ..one },
        Scenario { early_data: 1, ..one },
        Scenario { resumed: true, early_data: 2, record_cells: 2, ..one },
        Scenario { record_cells: 2, ..two },
        Scenario { send: 0, ..two },
        Scenario { send: 0, receive: 0, ..two },
        Scenario { receive: 0, inbox: 0, ..one },
        Scenario { timers: Timers::Any, ..two },
        Scenario { vanishing: Vanishing::Probed, ..one },
        Scenario { vanishing: Vanishing::Unprobed, ..callers(Manner::Task, 1) },
        Scenario { tickets: 2, ..callers(Manner::Threads, 1) },
        Scenario { tickets: 1, send: 0, ..callers(Manner::Task, 1) },
        Scenario { tickets: 1, ..Scenario::new(Programs::Every(mixed, 2)) },
    ];
    let mut states = 0;
    for scenario in scenarios {
        let (failures, found) = agreed(&scenario.to_string(), tls(&SHIPPED, &scenario));
        // Without room for an unread record, and where time may run out at any moment, something
        // fails.
        let holds = scenario.inbox > 0 && scenario.timers == Timers::Quiescent;
        assert!(failures.is_empty() || !holds, "{scenario}: {failures:?}");
        states += found;
    }
    assert!(states > 500_000, "{states}");
}

#[test]
fn both_find_the_same_of_calls_with_a_deadline_and_of_calls_in_plaintext() {
    let program = |words: &str| words.parse::<Program>().expect("a program");
    let mut found = 0;
    let naive = Both { client: Profile::NAIVE, server: Profile::NAIVE };
    for (client, server) in [
        ("try-read write try-read update-key read close", "write update-key read try-write close"),
        ("try-read try-read read | write try-write", "try-read read & update-key write write"),
        ("plain-write plain-read write try-read close", "plain-read plain-write write read close"),
    ] {
        let programs = Both { client: program(client), server: program(server) };
        let one = Scenario { tickets: 1, ..Scenario::new(Programs::Fixed(programs)) };
        for scenario in [one, Scenario { record_cells: 2, ..one }, Scenario { send: 0, ..one }] {
            for profiles in [SHIPPED, naive] {
                let (failures, states) = agreed(&scenario.to_string(), tls(&profiles, &scenario));
                assert!(profiles != SHIPPED || failures.is_empty(), "{scenario}: {failures:?}");
                found += states;
            }
        }
    }
    assert!(found > 1000, "{found}");
}

#[test]
fn both_find_the_same_of_plain_tcp() {
    for (send, receive) in [(0, 0), (1, 0), (0, 1), (1, 2)] {
        for vanishing in [Vanishing::Never, Vanishing::Probed] {
            let programs = Programs::up_to(2);
            let scenario = Scenario { send, receive, vanishing, ..Scenario::new(programs) };
            let tcp = scenario.tcp().expect("queues that fit");
            agreed(&scenario.to_string(), || plain(&scenario, tcp));
        }
    }
}

#[test]
fn both_find_the_same_hazards_and_the_shortest_traces_are_as_short() {
    let mut traces = 0;
    for run in hazard_runs().expect("hazards") {
        let system = tls(&run.profiles, &run.scenario);
        let (failures, _) = agreed(&run.name, &system);
        for property in failures {
            let trace = shortest_trace(system(), property).expect("a trace");
            assert_that_a_trace_is_one(&system(), property, &trace);
            let only = System { only: Some(property), ..system() };
            let checker = only.checker().finish_when(HasDiscoveries::Any).spawn_bfs().join();
            let path = checker.discovery(property).expect("stateright's trace").into_vec();
            assert_eq!(trace.len(), path.len(), "{}: {property}", run.name);
            traces += 1;
        }
    }
    assert!(traces > 5, "{traces}");
}

#[test]
fn both_find_that_naive_ends_fail() {
    let naive = Both { client: Profile::NAIVE, server: Profile::NAIVE };
    for reset_rule in [ResetRule::Keeps, ResetRule::Discards] {
        let scenario = Scenario { tickets: 1, reset_rule, ..Scenario::new(Programs::up_to(2)) };
        let (failures, _) = agreed(&scenario.to_string(), tls(&naive, &scenario));
        assert!(!failures.is_empty());
    }
}
