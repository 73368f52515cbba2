//! Programs begin their next call at once: exploring both ways shows that a late beginning adds no
//! outcome. And what becomes of the other side where a program makes no next call at all.
#![allow(clippy::expect_used)]

mod support;

use std::collections::BTreeSet;
use std::sync::Arc;

use hyaline_check::judgement::observe::Observations;
use hyaline_check::judgement::outcome::Outcome;
use hyaline_check::judgement::properties;
use hyaline_check::judgement::system::System;
use hyaline_check::programs::{Manner, Programs};
use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::search::endpoints::endpoints;
use hyaline_check::search::explore::{Effort, Verdict, explore};
use hyaline_check::search::scenario::{Baselines, check, plain};
use hyaline_check::side::Both;
use hyaline_check::world::contract::PairEndpoint;
use hyaline_check::world::step::{Beginnings, Timers};
use hyaline_check::world::tcp::ResetRule;
use hyaline_model::table::Policy;

fn outcomes<E: PairEndpoint>(mut system: System<E>, beginnings: Beginnings) -> BTreeSet<Outcome> {
    system.pair.beginnings = beginnings;
    system.observations = Arc::new(Observations::with_outcomes());
    let exploration = explore(system, &Effort::default(), &mut |_| ());
    assert!(exploration.complete);
    exploration.observations.outcomes()
}

/// Explores both ways, and says which outcomes late beginnings add.
fn added_by_late_beginnings<E: PairEndpoint>(system: impl Fn() -> System<E>) -> Vec<Outcome> {
    let at_once = outcomes(system(), Beginnings::AtOnce);
    assert!(!at_once.is_empty());
    outcomes(system(), Beginnings::AnyTime).difference(&at_once).cloned().collect()
}

#[test]
fn late_beginnings_add_no_outcome_over_plain_tcp() {
    for (send, receive) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 1)] {
        for reset_rule in [ResetRule::Keeps, ResetRule::Discards] {
            let scenario =
                Scenario { send, receive, reset_rule, ..Scenario::new(Programs::up_to(3)) };
            let tcp = scenario.tcp().expect("queues that fit");
            assert_eq!(added_by_late_beginnings(|| plain(&scenario, tcp)), [], "{scenario}");
        }
    }
}

#[test]
fn late_beginnings_add_no_outcome_over_tls() {
    let (hyaline, naive) = (&Policy::HYALINE, &Policy::NAIVE);
    for (client, server) in [(hyaline, hyaline), (naive, hyaline), (hyaline, naive), (naive, naive)]
    {
        for client_certificate in [ClientCertificate::None, ClientCertificate::Rejected] {
            for reset_rule in [ResetRule::Keeps, ResetRule::Discards] {
                for timers in [Timers::Quiescent, Timers::Any] {
                    let scenario = Scenario {
                        tickets: 1,
                        client_certificate,
                        reset_rule,
                        timers,
                        ..Scenario::new(Programs::up_to(1))
                    };
                    let system = || support::tls(&scenario, client, server);
                    assert_eq!(added_by_late_beginnings(system), [], "{scenario}");
                }
            }
        }
    }
}

#[test]
fn late_beginnings_of_two_threads_add_no_outcome() {
    for (send, receive) in [(0, 0), (1, 0), (1, 1)] {
        let plain_threads =
            Scenario { send, receive, ..Scenario::new(Programs::alike(Manner::Threads, 2)) };
        let tcp = plain_threads.tcp().expect("queues that fit");
        let system = || plain(&plain_threads, tcp);
        assert_eq!(added_by_late_beginnings(system), [], "{plain_threads}");
        for server in [&Policy::HYALINE, &Policy::NAIVE] {
            let programs = Programs::alike(Manner::Threads, 1);
            let scenario = Scenario { tickets: 1, send, receive, ..Scenario::new(programs) };
            let system = || support::tls(&scenario, &Policy::HYALINE, server);
            assert_eq!(added_by_late_beginnings(system), [], "{scenario}");
        }
    }
}

/// Two ends of ours, checked: the verdict on transparency, and how many ends of runs are worse than
/// plain TCP's because a side rests while something of its is unsent.
fn rested(scenario: &Scenario) -> (Verdict, u64) {
    let ends = endpoints(scenario, &Policy::SHIPPED, &Policy::SHIPPED);
    let checked = check(scenario, ends, &mut Baselines::default(), &Effort::default(), &mut |_| ())
        .expect("a scenario within bounds");
    assert!(checked.exploration.complete);
    (checked.verdict(properties::TRANSPARENT), checked.exploration.observations.owing())
}

fn fixed(client: &str, server: &str) -> Scenario {
    let program = |text: &str| text.parse().expect("a program");
    Scenario::new(Programs::Fixed(Both { client: program(client), server: program(server) }))
}

#[test]
fn what_a_side_that_rests_owes_is_counted_and_not_excused() {
    let (verdict, owing) = rested(&fixed("half-close rest", "read close"));
    assert_eq!(verdict, Verdict::Holds);
    assert!(owing > 0, "the close_notify found no room");
    let (verdict, owing) = rested(&fixed("write rest", "read read close"));
    assert_eq!((verdict, owing), (Verdict::Holds, 0), "a write leaves nothing");
}

#[test]
fn records_that_are_no_data_keep_their_room_before_a_side_that_rests() {
    let tight = Scenario { tickets: 2, send: 0, ..fixed("rest", "write close") };
    assert_eq!(rested(&tight).0, Verdict::Fails, "a ticket has the place of the data");
    let roomy = Scenario { send: 2, ahead: 2, ..tight };
    assert_eq!(rested(&roomy).0, Verdict::Holds);
}
