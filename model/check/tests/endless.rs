//! Programs without end: does each call return that over plain TCP would?
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

use std::collections::BTreeSet;

use hyaline_check::programs::Manner;
use hyaline_check::programs::calls::ProgramCall;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::{Both, Side};
use hyaline_check::unbounded::chart::lasso_chart;
use hyaline_check::unbounded::endless::{EndlessSearch, search_endless};
use hyaline_check::unbounded::fairness::Fairness;
use hyaline_check::unbounded::lasso::Passage;
use hyaline_check::unbounded::run::UnboundedRun;
use hyaline_check::unbounded::step::UnboundedStep;
use hyaline_check::unbounded::violation::{OnItsWay, UnboundedViolation};
use hyaline_check::unbounded::world::{PlantedFault, UnboundedWorld};

fn searched(run: &UnboundedRun, fairness: Fairness) -> (UnboundedWorld, EndlessSearch) {
    let mut world = run.world();
    let search = search_endless(&mut world, run.inbox, fairness, usize::MAX).expect("all of it");
    (world, search)
}

fn begun(way: &Passage) -> BTreeSet<(Side, ProgramCall)> {
    let calls = way.iter().filter_map(|(_, step)| match step {
        UnboundedStep::Begin(side, call) => Some((*side, *call)),
        _ => None,
    });
    calls.collect()
}

#[test]
fn every_call_returns_where_each_side_uses_the_transport_again_and_again() {
    let manners = Both { client: Manner::OneCall, server: Manner::Task };
    for run in [UnboundedRun::PLAIN, UnboundedRun { manners, ..UnboundedRun::PLAIN }] {
        let (_, search) = searched(&run, Fairness::Strong);
        let found: Vec<String> = search.findings().map(ToString::to_string).collect();
        assert!(found.is_empty(), "{run}: {found:?}");
        // The graph is what the other search explores.
        let effort = hyaline_check::unbounded::search::UnboundedEffort {
            stops_at_first: false,
            snapshots_at_most: None,
        };
        let (_, other) = run.explore(&effort, &mut |_| ());
        assert_eq!((search.snapshots, search.edges), (other.snapshots, other.edges));
    }
}

/// Why more than weak fairness is assumed: a program that does nothing but make calls that return
/// at once never lets its side send what it owes, or take what blocks the other.
#[test]
fn a_program_that_only_makes_calls_that_return_at_once_starves_the_other() {
    use ProgramCall::{Handshake, Read, UpdateKey, Write};
    let (world, search) = searched(&UnboundedRun::PLAIN, Fairness::Weak);
    assert!(search.without_calls.is_empty());
    assert!(!search.starving.is_empty());
    for starvation in &search.starving {
        let (side, _) = starvation.waiting.expect("a call");
        let repeated = match starvation.violation {
            UnboundedViolation::WriteWaits { .. } | UnboundedViolation::CallWaits(Handshake) => {
                UpdateKey
            }
            _ => Read,
        };
        let expected = BTreeSet::from([(side.peer(), repeated)]);
        assert_eq!(begun(&starvation.lasso.cycle), expected, "{starvation}");
    }
    let waits = |call, violation| {
        search.starving.iter().find(|one| {
            one.violation == violation && begun(&one.lasso.stem).contains(&(Side::Client, call))
        })
    };
    let end = UnboundedViolation::ReadWaits(OnItsWay::End);
    let starvation = waits(Read, end).expect("a read waits for the end");
    insta::assert_snapshot!("a_read_at_the_end_again_and_again", lasso_chart(&world, starvation));
    let full = UnboundedViolation::WriteWaits { unread: 0, control: 0 };
    assert!(waits(Write, full).is_some());
}

#[test]
fn a_control_call_that_waits_for_room_waits_for_ever_while_a_reader_goes_on() {
    let profile = Profile::HYALINE.with("control", "wait").expect("a switch");
    let profiles = Both { client: Profile::HYALINE, server: profile };
    let manners = Both { client: Manner::OneCall, server: Manner::Task };
    let run = UnboundedRun { profiles, manners, ..UnboundedRun::PLAIN };
    let (_, search) = searched(&run, Fairness::Strong);
    let waiting: BTreeSet<UnboundedViolation> =
        search.starving.iter().map(|one| one.violation).collect();
    let calls = [ProgramCall::HalfClose, ProgramCall::UpdateKey];
    assert_eq!(waiting, calls.map(UnboundedViolation::CallWaits).into());
    for starvation in &search.starving {
        assert_eq!(starvation.waiting.map(|(side, _)| side), Some(Side::Server));
        assert!(begun(&starvation.lasso.cycle).contains(&(Side::Server, ProgramCall::Read)));
    }
}

#[test]
fn steps_without_end_between_two_calls_are_found() {
    let manners = Both { client: Manner::OneCall, server: Manner::Threads };
    let run = UnboundedRun { manners, ..UnboundedRun::PLAIN };
    let mut world = run.world().with(PlantedFault::LettersStay);
    let search = search_endless(&mut world, run.inbox, Fairness::Strong, usize::MAX);
    let search = search.expect("all of it");
    let [found] = search.without_calls.as_slice() else { panic!("one kind") };
    assert_eq!(found.violation, UnboundedViolation::NoCall);
    assert!(begun(&found.lasso.cycle).is_empty());
}

#[test]
fn a_search_that_is_cut_short_knows_nothing() {
    let mut world = UnboundedRun::PLAIN.world();
    assert!(search_endless(&mut world, 2, Fairness::Strong, 1000).is_err());
}
