//! World *hostile*: safety against any peer, a way out of every snapshot, and coverage.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use std::collections::HashMap;
use std::convert::Infallible;

use hyaline_check::hostile::{
    Coverage, Hostile, HostileExploration, HostileSnapshot, HostileStep, explore, shortest_trace,
};
use hyaline_check::mutants::{configurations, differs_with_two_callers, other_policies};
use hyaline_check::programs::Manner;
use hyaline_check::search::in_order::in_order;
use hyaline_model::table::{Event, Policy, ReceivingCall};
use stateright::Model;

fn system(policy: Policy) -> Hostile {
    let two = differs_with_two_callers(&policy);
    Hostile::new(policy).with_manner(if two { Manner::Threads } else { Manner::OneCall })
}

fn check(policy: &Policy) -> HostileExploration {
    let found = explore(system(*policy));
    assert_eq!(found.stopped, None);
    if let Some(property) = found.failures.first() {
        let trace = shortest_trace(&system(*policy), property).expect("a trace");
        let steps: Vec<_> = trace.iter().filter_map(|(_, step)| *step).collect();
        panic!("{policy:?} violates `{property}`:\n{steps:#?}");
    }
    found
}

#[test]
fn no_peer_can_make_the_endpoint_break_a_rule_and_every_row_fires_with_every_value() {
    let seen = Coverage::default();
    let policies: Vec<Policy> = configurations().into_iter().chain(other_policies()).collect();
    let told = in_order(&policies, 2, check, |found| {
        println!("{} snapshots", found.states);
        assert!(found.states > 100, "something must be explored");
        seen.add(&found.coverage);
        Ok::<(), Infallible>(())
    });
    assert_eq!(told, Ok(()));
    let missing: Vec<String> =
        seen.missing_rows().map(|row| format!("{}: {}", row.machine.name(), row.text)).collect();
    assert!(missing.is_empty(), "rows that never fire:\n{}", missing.join("\n"));
    let values = seen.missing_values();
    assert!(values.is_empty(), "values never seen: {values:?}");
}

/// Whether a step is no more than what a connection may count on once its application closes it:
/// the network takes what is transmitted, the peer ends, work ends, mail is delivered. No deadline,
/// no budget, no failure helps it out.
const fn may_be_counted_on(step: HostileStep) -> bool {
    matches!(
        step,
        HostileStep::Start(Event::StartReceiving(ReceivingCall::Close), _)
            | HostileStep::TransmitAll
            | HostileStep::ReceiveFin
            | HostileStep::EndWork(_)
            | HostileStep::DeliverMail
            | HostileStep::Unite
    )
}

/// All snapshots, and from which ones each is reached by a step that may be counted on.
fn graph(system: &Hostile) -> (Vec<HostileSnapshot>, Vec<Vec<usize>>) {
    let first = system.init_states();
    let mut known: HashMap<HostileSnapshot, usize> = HashMap::new();
    let mut snapshots = first.clone();
    known.insert(first[0], 0);
    let mut reached_from: Vec<Vec<usize>> = vec![Vec::new()];
    let mut next = 0;
    while next < snapshots.len() {
        let snapshot = snapshots[next];
        let mut steps: Vec<HostileStep> = Vec::new();
        system.steps(&snapshot, &mut steps);
        for step in steps {
            let mut after = snapshot;
            system.take(&mut after, step);
            let index = *known.entry(after).or_insert_with(|| {
                snapshots.push(after);
                reached_from.push(Vec::new());
                snapshots.len() - 1
            });
            if may_be_counted_on(step) {
                reached_from[index].push(next);
            }
        }
        next += 1;
    }
    (snapshots, reached_from)
}

#[test]
fn from_every_snapshot_a_close_closes_the_transport_when_network_and_peer_do_their_part() {
    for policy in configurations() {
        // What two callers do is the same for both roles; a client's has fewer snapshots.
        let two = policy == Policy::SHIPPED;
        let manner = if two { Manner::Threads } else { Manner::OneCall };
        let (snapshots, reached_from) = graph(&Hostile::new(policy).with_manner(manner));
        let mut can_close: Vec<bool> =
            snapshots.iter().map(|snapshot| snapshot.surroundings.closed).collect();
        let mut todo: Vec<usize> = (0..snapshots.len()).filter(|index| can_close[*index]).collect();
        assert!(!todo.is_empty(), "some run must close");
        while let Some(index) = todo.pop() {
            for before in &reached_from[index] {
                if !std::mem::replace(&mut can_close[*before], true) {
                    todo.push(*before);
                }
            }
        }
        let trapped = can_close.iter().position(|can| !can);
        assert!(trapped.is_none(), "no way out of {:#?}", snapshots[trapped.unwrap_or(0)]);
    }
}
