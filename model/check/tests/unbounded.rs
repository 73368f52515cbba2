//! The check without bounds: what it finds, and that it does whatever the bounded check does.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use hyaline_check::judgement::properties;
use hyaline_check::programs::calls::ProgramCall;
use hyaline_check::programs::{Manner, Programs};
use hyaline_check::search::bounds::{ClientCertificate, Scenario};
use hyaline_check::search::explore::{Effort as BoundedEffort, Verdict};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, check};
use hyaline_check::side::{Both, Side};
use hyaline_check::unbounded::chart::chart;
use hyaline_check::unbounded::comparison::{Compared, compare};
use hyaline_check::unbounded::random::RandomScenarios;
use hyaline_check::unbounded::run::UnboundedRun;
use hyaline_check::unbounded::search::UnboundedEffort;
use hyaline_check::unbounded::snapshot::UnboundedSnapshot;
use hyaline_check::unbounded::step::UnboundedStep;
use hyaline_check::unbounded::violation::UnboundedViolation;
use hyaline_check::unbounded::world::{PlantedFault, UnboundedWorld};
use hyaline_check::world::pair::Pair;
use hyaline_check::world::step::{Beginnings, Timers};
use hyaline_check::world::tcp::Vanishing;

/// Compares a scenario of the bounded world, with calls that begin at any time.
fn compared(scenario: &Scenario, world: &mut UnboundedWorld) -> Result<Compared, String> {
    let profiles = Both { client: Profile::HYALINE, server: Profile::HYALINE };
    let endpoints = endpoints_of(scenario, &profiles);
    let tcp = scenario.tcp().expect("queues that fit");
    let mut pair = Pair::new(endpoints, tcp, scenario.programs, Timers::Quiescent);
    pair.beginnings = Beginnings::AnyTime;
    compare(&pair, world).map_err(|difference| format!("{scenario}: {difference}"))
}

/// The run that covers a scenario.
fn run_of(scenario: &Scenario) -> UnboundedRun {
    let of = |side| scenario.programs.manner(side);
    let manners = Both { client: of(Side::Client), server: of(Side::Server) };
    let Scenario { tickets, client_certificate, retry, resumed, inbox, .. } = *scenario;
    let Scenario { early_data, early_data_accepted, .. } = *scenario;
    let of_handshake = UnboundedRun { retry, resumed, ..UnboundedRun::PLAIN };
    let of_handshake = UnboundedRun { early_data, early_data_accepted, ..of_handshake };
    let vanishing = scenario.vanishing != Vanishing::Never;
    UnboundedRun { manners, tickets, client_certificate, vanishing, inbox, ..of_handshake }
}

fn assert_that_each_edge_has_a_counterpart(scenario: &Scenario) {
    let compared = compared(scenario, &mut run_of(scenario).world()).expect("a counterpart");
    assert!(compared.terminals > 0 && compared.edges > 1000);
    assert!(compared.counterparts < compared.snapshots, "the past is not forgotten");
}

#[test]
fn each_edge_of_the_bounded_check_has_a_counterpart_whatever_the_queues_hold() {
    for (send, receive) in [(1, 1), (0, 1), (1, 0), (0, 0), (2, 1), (1, 2), (0, 2)] {
        let programs = Programs::up_to(2);
        assert_that_each_edge_has_a_counterpart(&Scenario {
            send,
            receive,
            tickets: 1,
            ..Scenario::new(programs)
        });
    }
}

#[test]
fn each_edge_of_two_callers_has_a_counterpart() {
    for manner in [Manner::Task, Manner::Threads] {
        let programs = Programs::alike(manner, 1);
        assert_that_each_edge_has_a_counterpart(&Scenario::new(programs));
    }
}

#[test]
fn each_edge_of_the_other_handshakes_has_a_counterpart() {
    use ClientCertificate::{Declined, Good, Missing, None, Rejected};
    for (client_certificate, retry) in
        [(Good, false), (Declined, false), (Rejected, false), (Missing, false), (None, true)]
    {
        let scenario = Scenario::new(Programs::up_to(1));
        assert_that_each_edge_has_a_counterpart(&Scenario {
            client_certificate,
            retry,
            ..scenario
        });
    }
    for retry in [false, true] {
        let scenario = Scenario::new(Programs::up_to(1));
        let resumed = Scenario { resumed: true, retry, ..scenario };
        assert_that_each_edge_has_a_counterpart(&resumed);
        let early = Scenario { early_data: 2, ..resumed };
        for early in [early, Scenario { resumed: false, ..early }] {
            assert_that_each_edge_has_a_counterpart(&early);
            let rejected = Scenario { early_data_accepted: false, ..early };
            assert_that_each_edge_has_a_counterpart(&rejected);
        }
    }
}

#[test]
fn each_edge_where_a_host_may_vanish_has_a_counterpart() {
    for vanishing in [Vanishing::Unprobed, Vanishing::Probed] {
        for (send, receive) in [(1, 1), (0, 1), (1, 0), (0, 0), (2, 1)] {
            let scenario = Scenario::new(Programs::up_to(1));
            let scenario = Scenario { send, receive, tickets: 1, vanishing, ..scenario };
            assert_that_each_edge_has_a_counterpart(&scenario);
        }
        for manner in [Manner::Task, Manner::Threads] {
            let scenario = Scenario::new(Programs::alike(manner, 1));
            assert_that_each_edge_has_a_counterpart(&Scenario { vanishing, ..scenario });
        }
    }
}

#[test]
fn where_a_host_vanishes_no_call_waits_longer_or_fails_before_what_has_arrived_is_read() {
    let effort = UnboundedEffort { stops_at_first: false, snapshots_at_most: None };
    let run = UnboundedRun { tickets: 1, vanishing: true, ..UnboundedRun::PLAIN };
    let (_, search) = run.explore(&effort, &mut |_| ());
    assert!(search.holds(), "{:?}", search.findings);
    let (_, stands) = UnboundedRun { vanishing: false, ..run }.explore(&effort, &mut |_| ());
    assert!(search.snapshots > stands.snapshots && search.quiet > stands.quiet);
}

#[test]
fn a_read_that_fails_with_data_before_it_is_found_only_where_a_host_vanishes() {
    let effort = UnboundedEffort { stops_at_first: false, snapshots_at_most: None };
    let mut run = UnboundedRun::PLAIN;
    run.profiles.client = Profile::HYALINE.with("duplex", "half").expect("a switch");
    let is_found = |vanishing| {
        let (_, search) = UnboundedRun { vanishing, ..run }.explore(&effort, &mut |_| ());
        search.findings.iter().any(|one| one.violation == UnboundedViolation::EarlyEnd)
    };
    assert_eq!([false, true].map(is_found), [false, true]);
}

#[test]
fn a_mistake_in_what_stands_for_queues_of_any_size_is_found_by_the_comparison() {
    let program = "write write write write write close".parse().expect("a program");
    let programs = Programs::Fixed(Both { client: program, server: program });
    let scenario = Scenario::new(programs);
    compared(&scenario, &mut run_of(&scenario).world()).expect("a counterpart of each");
    let found = |planted| {
        let mut world = run_of(&scenario).world().with(planted);
        compared(&scenario, &mut world).expect_err("a difference")
    };
    assert!(found(PlantedFault::RunsNeverEnd).contains("no counterpart"));
    assert!(found(PlantedFault::TransmissionNeverWaits).contains("something has to happen"));
}

/// The calls that each side begins on the way, of several like ones in a row only the first: how
/// many writes it takes to fill a queue depends on its size.
fn calls_on_the_way(
    trace: &[(UnboundedSnapshot, Option<UnboundedStep>)],
) -> Both<Vec<ProgramCall>> {
    let of = |side| {
        let mut calls: Vec<ProgramCall> = trace
            .iter()
            .filter_map(|(_, step)| match step {
                Some(UnboundedStep::Begin(by, call)) if *by == side => Some(*call),
                _ => None,
            })
            .collect();
        calls.dedup();
        calls
    };
    Both { client: of(Side::Client), server: of(Side::Server) }
}

#[test]
fn with_room_for_one_unread_record_there_is_one_kind_of_violation() {
    let effort = UnboundedEffort { stops_at_first: false, snapshots_at_most: None };
    let (world, search) =
        UnboundedRun { inbox: 1, ..UnboundedRun::PLAIN }.explore(&effort, &mut |_| ());
    assert!(search.complete);
    let found: Vec<_> = search.findings.iter().map(|one| (one.violation, one.count)).collect();
    assert_eq!(found, [(UnboundedViolation::WriteWaits { unread: 1, control: 2 }, 608)]);
    let finding = search.findings.first().expect("one kind");
    insta::assert_snapshot!("unbounded_with_an_inbox_of_one", chart(&world, finding));
    use ProgramCall::{Handshake, UpdateKey, Write};
    let calls = calls_on_the_way(&finding.trace);
    assert_eq!(calls.client, [Handshake, Write, UpdateKey, Write]);
    assert_eq!(calls.server, [Handshake, UpdateKey, Write]);
}

#[test]
fn the_bounded_check_finds_the_same_violation_by_the_same_calls_and_none_with_room_for_two() {
    let program = |text: &str| text.parse().expect("a program");
    let programs = Programs::Fixed(Both {
        client: program("write update-key write close"),
        server: program("update-key write write write write close"),
    });
    let profiles = Both { client: Profile::HYALINE, server: Profile::HYALINE };
    let verdict = |inbox| {
        let scenario = Scenario { inbox, ..Scenario::new(programs) };
        let endpoints = endpoints_of(&scenario, &profiles);
        let effort = BoundedEffort::default();
        let checked = check(&scenario, endpoints, &mut Baselines::default(), &effort, &mut |_| ());
        checked.expect("a scenario within bounds").verdict(properties::TRANSPARENT)
    };
    assert_eq!([verdict(1), verdict(2)], [Verdict::Fails, Verdict::Holds]);
}

#[test]
fn random_programs_longer_than_those_of_which_every_one_is_explored_hold() {
    let profiles = Both { client: Profile::HYALINE, server: Profile::HYALINE };
    for scenario in RandomScenarios::new(20).take(30) {
        let endpoints = endpoints_of(&scenario, &profiles);
        let effort = BoundedEffort::default();
        let checked = check(&scenario, endpoints, &mut Baselines::default(), &effort, &mut |_| ());
        assert!(checked.expect("a scenario within bounds").holds(), "{scenario}");
    }
}

#[test]
fn what_ships_is_never_worse_than_plain_tcp_however_long_the_programs_and_the_queues() {
    let effort = UnboundedEffort { stops_at_first: false, snapshots_at_most: None };
    for tickets in [0, 2] {
        let (_, search) =
            UnboundedRun { tickets, ..UnboundedRun::PLAIN }.explore(&effort, &mut |_| ());
        assert!(search.holds(), "{:?}", search.findings);
        assert!(search.quiet > 0, "calls wait somewhere");
    }
}

#[test]
fn an_exploration_that_was_cut_short_is_no_pass() {
    let effort = UnboundedEffort { stops_at_first: false, snapshots_at_most: Some(1000) };
    let (_, search) = UnboundedRun::PLAIN.explore(&effort, &mut |_| ());
    assert!(search.findings.is_empty() && !search.complete && !search.holds());
}

#[test]
fn each_guilty_switch_of_either_end_is_found() {
    let effort = UnboundedEffort { stops_at_first: true, snapshots_at_most: None };
    let found = |side, (switch, value)| {
        let mut run = UnboundedRun { tickets: 1, ..UnboundedRun::PLAIN };
        *run.profiles.of_mut(side) = Profile::HYALINE.with(switch, value).expect("a switch");
        let (_, search) = run.explore(&effort, &mut |_| ());
        search.findings.first().map(|finding| finding.violation)
    };
    let switches = [
        ("closing", "at-once"),
        ("duplex", "half"),
        ("control", "wait"),
        ("reply", "in-read-path"),
        ("requests", "unlimited"),
    ];
    for side in Side::ALL {
        for switch in switches {
            assert!(found(side, switch).is_some(), "{side}, {switch:?}");
        }
    }
    // Only a server sends tickets.
    assert!(found(Side::Server, ("tickets", "after-first-data")).is_some());
}
