//! stateright's counts, compared with those of a plain breadth-first search.
#![cfg(feature = "check")]

use std::collections::{HashSet, VecDeque};

use hyaline_model::check::bounds::Scenario;
use hyaline_model::check::contract::Endpoint;
use hyaline_model::check::explore::{Effort, Exploration, explore};
use hyaline_model::check::pair::Pair;
use hyaline_model::check::program::Programs;
use hyaline_model::check::scenario::plain;
use hyaline_model::check::tcp::ResetRule;
use stateright::Model;

#[derive(Debug, PartialEq, Eq)]
struct Counts {
    states: usize,
    edges: usize,
    terminals: u64,
}

/// Whole snapshots are kept and compared: no fingerprints, no threads.
fn breadth_first<E: Endpoint>(pair: &Pair<E>) -> Counts {
    let mut counts = Counts { states: 0, edges: 0, terminals: 0 };
    let mut waiting = VecDeque::from(pair.init_states());
    let mut known: HashSet<_> = waiting.iter().cloned().collect();
    while let Some(snapshot) = waiting.pop_front() {
        counts.states += 1;
        let mut steps = Vec::new();
        pair.actions(&snapshot, &mut steps);
        counts.edges += steps.len();
        counts.terminals += u64::from(steps.is_empty());
        for step in steps {
            let next = pair.next_state(&snapshot, step).expect("every step leads somewhere");
            if known.insert(next.clone()) {
                waiting.push_back(next);
            }
        }
    }
    counts
}

fn counts<E>(exploration: &Exploration<E>) -> Counts {
    let Exploration { states, edges, terminals, .. } = *exploration;
    Counts { states, edges, terminals }
}

fn assert_equal_counts<E: Endpoint>(pair: impl Fn() -> Pair<E>) {
    let exploration = explore(pair(), &Effort::default(), &mut |_| ());
    assert!(exploration.complete && exploration.failures.is_empty());
    assert_eq!(counts(&exploration), breadth_first(&pair()));
}

/// Plain TCP in one configuration.
fn assert_equal_counts_of_plain_tcp(scenario: &Scenario) {
    let tcp = scenario.tcp().expect("queues that fit");
    assert_equal_counts(|| plain(scenario, tcp));
}

#[test]
fn counts_agree_for_plain_tcp_with_buffers_of_one_record() {
    assert_equal_counts_of_plain_tcp(&Scenario::new(Programs::UpTo(2)));
}

#[test]
fn counts_agree_for_plain_tcp_with_records_of_two_cells_and_purging_resets() {
    assert_equal_counts_of_plain_tcp(&Scenario {
        record_cells: 2,
        reset_rule: ResetRule::Discards,
        ..Scenario::new(Programs::UpTo(2))
    });
}

#[test]
fn counts_agree_for_plain_tcp_without_queues() {
    assert_equal_counts_of_plain_tcp(&Scenario {
        send: 0,
        receive: 0,
        ..Scenario::new(Programs::UpTo(2))
    });
}
