//! Prints what the search of this checker and stateright's each make of the same systems: `cargo
//! bench -p hyaline-check`.
//!
//! Each runs alone, one after the other: stateright on two threads, ours on one. Then both explore
//! two systems at once, as `hyaline check` does on two processors.
#![allow(clippy::expect_used, reason = "a benchmark that cannot run is to say so")]

use std::time::{Duration, Instant};

use hyaline_check::ends::tls::Tls;
use hyaline_check::hostile::{self, Hostile};
use hyaline_check::judgement::system::System;
use hyaline_check::programs::{Manner, Programs};
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::explore::{Effort, explore};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, system};
use hyaline_check::search::second_opinion::explore_by_stateright;
use hyaline_check::side::Both;
use hyaline_model::table::{Policy, Role};

const THREADS: usize = 2;

/// Snapshots each second.
fn rate(states: usize, elapsed: Duration) -> f64 {
    // Exact below 2⁵³, and only printed.
    #[allow(clippy::cast_precision_loss)]
    let states = states as f64;
    states / elapsed.as_secs_f64().max(1e-9)
}

/// World *hostile*: explored by this checker's search on one thread, and by stateright. The lines
/// that it prints end with a role.
fn hostile() {
    let roles = [Role::Client, Role::Server].map(|role| (role, Manner::OneCall));
    for (role, manner) in roles.into_iter().chain([(Role::Client, Manner::Threads)]) {
        let policy = Policy { role, ..Policy::SHIPPED };
        let fresh = || Hostile::new(policy).with_manner(manner);
        let ours = hostile::explore(fresh());
        let theirs = hostile::explore_by_stateright(fresh(), THREADS);
        assert_eq!((ours.states, ours.edges), (theirs.states, theirs.edges), "{role:?} {manner:?}");
        let (one, other) = (rate(ours.states, ours.elapsed), rate(theirs.states, theirs.elapsed));
        println!(
            "{:9} {:10} {one:9.0} {:>9} {other:9.0} {:6.1} {:>6} {:5}  {role:?} {manner:?}",
            ours.states,
            ours.edges,
            "",
            one / other,
            "",
            ours.bytes / ours.states.max(1),
        );
    }
}

fn main() {
    let callers = |manner| Scenario::new(Programs::alike(manner, 2));
    let scenarios = [
        Scenario { tickets: 2, ..Scenario::new(Programs::up_to(3)) },
        Scenario { tickets: 2, ..callers(Manner::Threads) },
        Scenario { tickets: 2, record_cells: 2, ..callers(Manner::Task) },
    ];
    println!("states a second, and bytes of memory a state: ours on one thread and on {THREADS},");
    println!("each of which explores the system; stateright on {THREADS}\n");
    println!(
        "{:>9} {:>10} {:>9} {:>9} {:>9} {:>6} {:>6} {:>5}",
        "states", "edges", "one", "two", "theirs", "ratio", "ratio", "bytes"
    );
    hostile();
    let shipped = Both { client: Profile::HYALINE, server: Profile::HYALINE };
    let effort = Effort { threads: THREADS, ..Effort::default() };
    for scenario in scenarios {
        let mut baselines = Baselines::default();
        let baseline = baselines.of(&scenario, &effort, &mut |_| ()).expect("a baseline");
        let endpoints = endpoints_of(&scenario, &shipped);
        let fresh = || -> System<Tls> { system(&scenario, endpoints, &baseline).expect("bounds") };
        let ours = explore(fresh(), &effort, &mut |_| ());
        let begun = Instant::now();
        let both: Vec<usize> = std::thread::scope(|scope| {
            let each = || scope.spawn(|| explore(fresh(), &effort, &mut |_| ()).states);
            let threads: Vec<_> = (0..THREADS).map(|_| each()).collect();
            threads.into_iter().map(|one| one.join().expect("no panic")).collect()
        });
        let two = rate(both.iter().sum(), begun.elapsed());
        let theirs = explore_by_stateright(fresh(), &effort);
        assert!(ours.complete && theirs.complete, "explored to the end");
        assert_eq!((ours.states, ours.edges), (theirs.states, theirs.edges), "{scenario}");
        let (one, other) = (ours.rate(), rate(theirs.states, theirs.elapsed));
        println!(
            "{:9} {:10} {one:9.0} {two:9.0} {other:9.0} {:6.1} {:6.1} {:5}  {scenario}",
            ours.states,
            ours.edges,
            one / other,
            two / other,
            ours.bytes_of_state(),
        );
    }
}
