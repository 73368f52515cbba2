//! The search's counts, compared with those of one that keeps whole snapshots.
#![allow(clippy::expect_used)]

mod support;

use std::collections::{HashSet, VecDeque};

use hyaline_check::judgement::system::System;
use hyaline_check::programs::{Manner, Programs};
use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::search::explore::{Effort, explore};
use hyaline_check::search::scenario::plain;
use hyaline_check::world::contract::PairEndpoint;
use hyaline_check::world::tcp::ResetRule;
use hyaline_model::table::Policy;
use stateright::Model;

#[derive(Debug, PartialEq, Eq)]
struct Counts {
    states: usize,
    edges: usize,
    terminals: u64,
}

/// Whole snapshots are kept and compared: no parts, no keys.
fn breadth_first<E: PairEndpoint>(system: &System<E>) -> Counts {
    let mut counts = Counts { states: 0, edges: 0, terminals: 0 };
    let mut waiting = VecDeque::from(system.init_states());
    let mut known: HashSet<_> = waiting.iter().cloned().collect();
    while let Some(snapshot) = waiting.pop_front() {
        counts.states += 1;
        let mut steps = Vec::new();
        system.actions(&snapshot, &mut steps);
        counts.edges += steps.len();
        counts.terminals += u64::from(steps.is_empty());
        for step in steps {
            let next = system.next_state(&snapshot, step).expect("every step leads somewhere");
            if known.insert(next.clone()) {
                waiting.push_back(next);
            }
        }
    }
    counts
}

fn assert_that_counts_agree<E: PairEndpoint>(system: impl Fn() -> System<E>) {
    let exploration = explore(system(), &Effort::default(), &mut |_| ());
    assert!(exploration.complete);
    let counts = Counts {
        states: exploration.states,
        edges: exploration.edges,
        terminals: exploration.terminals,
    };
    assert!(counts.terminals > 0 && counts.states > 1000);
    assert_eq!(counts, breadth_first(&system()));
}

#[test]
fn counts_agree_for_plain_tcp() {
    let scenario = Scenario { receive: 2, ..Scenario::new(Programs::up_to(3)) };
    let tcp = scenario.tcp().expect("queues that fit");
    assert_that_counts_agree(|| plain(&scenario, tcp));
}

#[test]
fn counts_agree_for_the_shipped_profile_with_tickets() {
    let scenario = Scenario { tickets: 2, ..Scenario::new(Programs::up_to(2)) };
    assert_that_counts_agree(|| support::tls(&scenario, &Policy::HYALINE, &Policy::HYALINE));
}

#[test]
fn counts_agree_for_naive_profiles_with_records_of_two_cells_and_purging_resets() {
    let scenario = Scenario {
        record_cells: 2,
        tickets: 1,
        reset_rule: ResetRule::Discards,
        ..Scenario::new(Programs::up_to(2))
    };
    assert_that_counts_agree(|| support::tls(&scenario, &Policy::NAIVE, &Policy::NAIVE));
}

#[test]
fn counts_agree_for_two_threads() {
    let scenario = Scenario { tickets: 1, ..Scenario::new(Programs::alike(Manner::Threads, 1)) };
    assert_that_counts_agree(|| support::tls(&scenario, &Policy::HYALINE, &Policy::HYALINE));
}

#[test]
fn counts_agree_for_a_rejected_certificate() {
    let scenario = Scenario {
        client_certificate: ClientCertificate::Rejected,
        send: 2,
        ..Scenario::new(Programs::up_to(2))
    };
    assert_that_counts_agree(|| support::tls(&scenario, &Policy::HYALINE, &Policy::NAIVE));
}
