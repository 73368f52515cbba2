//! Every edge that the checker checks is taken by two real connections, and every planted fault is
//! caught by that.
//!
//! The reachable graph of a scenario is walked depth-first. Each frame holds a live pair of real
//! connections with real AEAD, the handshake included, forked where the graph branches. At each
//! edge are compared, on the side that moved:
//!
//! - the rows that fired, one by one;
//! - the machines' states and memory, each side's own;
//! - the outbox and the transport's queues, as the *bytes* there show them ([`wire`]);
//! - whether data is unread, what the driver is interested in, the result of the call and the
//!   alert or the failure of the transport that it is about, and what the transport was told to do;
//! - what the application is told, the length of the server's chain, and the nonces of tickets.
//!
//! The comparison of bytes cannot tell the two kinds of KeyUpdate from each other, nor one error
//! alert from another: without the keys nobody can. These show only when the peer opens the record.
#![allow(clippy::expect_used, clippy::panic, reason = "what panics here is a test that fails")]

#[path = "../driven/mod.rs"]
mod driven;
mod end;
mod expected;
mod mismatch;
mod walk;
mod wire;

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyaline_check::ends::tls::Tls;
use hyaline_check::judgement::system::{Judgement, System};
use hyaline_check::programs::Programs;
use hyaline_check::proof::replayed::{self, ReplayRecord, ReplayedScenario};
use hyaline_check::runs::hazards::hazards;
use hyaline_check::search::bounds::{ClientCertificate, Scenario, small};
use hyaline_check::search::endpoints::endpoints;
use hyaline_check::search::explore::{Effort, explore};
use hyaline_check::world::pair::Pair;
use hyaline_check::world::step::Timers;
use hyaline_check::world::tcp::Vanishing;
use hyaline_model::table::{FINGERPRINT, Policy};
use hyaline_replay::replay::Planted;

use crate::mismatch::Mismatch;
use crate::walk::{Replayed, replay};

fn system(scenario: &Scenario) -> System<Tls> {
    let ends = endpoints(scenario, &Policy::SHIPPED, &Policy::SHIPPED);
    let tcp = scenario.tcp().expect("the bounds `small` have short queues");
    let pair = Pair::new(ends, tcp, scenario.programs, scenario.timers);
    System::new(pair, Judgement::Record)
}

/// Does `work` for every scenario, two at a time, each on a thread with room for deep recursion.
fn for_all(scenarios: &[Scenario], work: impl Fn(&Scenario) + Sync) {
    const STACK: usize = 256 << 20;
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            let worker = || {
                while let Some(scenario) = scenarios.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(scenario);
                }
            };
            std::thread::Builder::new()
                .stack_size(STACK)
                .spawn_scoped(scope, worker)
                .expect("a thread");
        }
    });
}

#[test]
fn every_edge_that_is_checked_is_replayed_on_real_connections() {
    let begun = std::time::Instant::now();
    let all: Mutex<Vec<(String, Replayed)>> = Mutex::new(Vec::new());
    let scenarios = small(Timers::Quiescent);
    for_all(&scenarios, |scenario| {
        let effort = Effort { threads: 1, ..Effort::default() };
        let checked = explore(system(scenario), &effort, &mut |_| ());
        assert!(checked.complete, "{scenario}: the exploration was cut short");
        let replayed = replay(&system(scenario).pair, scenario, None)
            .unwrap_or_else(|mismatch| panic!("{scenario}: {mismatch}"));
        println!("{scenario}: {} edges checked, {} edges replayed", checked.edges, replayed.edges);
        assert_eq!(checked.edges, replayed.edges, "{scenario}");
        assert_eq!(checked.states, replayed.states, "{scenario}");
        all.lock().expect("no worker has failed").push((scenario.to_string(), replayed));
    });
    let all = all.into_inner().expect("no worker has failed");
    let record = record(&scenarios, &all);
    let seconds = begun.elapsed().as_secs_f64();
    println!(
        "table {FINGERPRINT}: {} edges replayed in {} scenarios, {seconds:.1} s",
        record.edges(),
        record.scenarios.len(),
    );
    record_or_compare(&record);
}

/// What was replayed, in the order of the scenarios.
fn record(scenarios: &[Scenario], all: &[(String, Replayed)]) -> ReplayRecord {
    let of = |scenario: &Scenario| {
        let name = scenario.to_string();
        let mut found = all.iter().filter(|(other, _)| *other == name);
        let (Some((scenario, replayed)), None) = (found.next(), found.next()) else {
            panic!("{name}: not replayed once");
        };
        let Replayed { states, edges, .. } = *replayed;
        ReplayedScenario { scenario: scenario.clone(), states, edges }
    };
    let rows = all.iter().flat_map(|(_, replayed)| replayed.rows.iter().copied());
    ReplayRecord::new(rows, scenarios.iter().map(of).collect())
}

/// Compares with what was recorded, from which `hyaline proof` takes it; or records it, if whoever
/// runs the test asks for that.
fn record_or_compare(record: &ReplayRecord) {
    if std::env::var_os("HYALINE_RECORD").is_some() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(replayed::PATH);
        std::fs::write(path, record.json().expect("text")).expect("a record");
        return;
    }
    let differences = record.differences(&ReplayRecord::recorded().expect("a record"));
    let command = replayed::COMMAND;
    assert!(differences.is_empty(), "run: {command}\n{}", differences.join("\n"));
}

#[test]
fn a_close_after_a_write_that_was_given_up_is_replayed_too() {
    let named = hazards().expect("hazards").into_iter().find(|hazard| hazard.name == "H10");
    let scenario = named.expect("it is named").scenario;
    let effort = Effort { threads: 1, ..Effort::default() };
    let checked = explore(system(&scenario), &effort, &mut |_| ());
    let replayed = replay(&system(&scenario).pair, &scenario, None)
        .unwrap_or_else(|mismatch| panic!("{scenario}: {mismatch}"));
    assert_eq!((checked.edges, checked.states), (replayed.edges, replayed.states));
}

/// Where a fault may show: few calls suffice, but some need tickets, a rejected certificate, a host
/// that vanishes, or a reset, which two ends of ours meet only where the drain's time may run out
/// at any moment.
fn occasions() -> Vec<Scenario> {
    let two_calls = Scenario::new(Programs::up_to(2));
    vec![
        Scenario { tickets: 2, ..two_calls },
        Scenario { client_certificate: ClientCertificate::Rejected, ..two_calls },
        Scenario { timers: Timers::Any, ..two_calls },
        Scenario { vanishing: Vanishing::Probed, ..Scenario::new(Programs::up_to(1)) },
    ]
}

#[test]
fn without_a_fault_the_occasions_replay_well() {
    for_all(&occasions(), |scenario| {
        let replayed = replay(&system(scenario).pair, scenario, None);
        assert!(replayed.is_ok(), "{scenario}: {}", replayed.expect_err("a mismatch"));
    });
}

#[test]
fn every_planted_fault_is_caught() {
    let occasions = occasions();
    for planted in Planted::ALL {
        let caught: Mutex<Option<Mismatch>> = Mutex::new(None);
        for_all(&occasions, |scenario| {
            if let Err(mismatch) = replay(&system(scenario).pair, scenario, Some(planted)) {
                caught.lock().expect("no worker has failed").get_or_insert(mismatch);
            }
        });
        let caught = caught.into_inner().expect("no worker has failed");
        let mismatch = caught.unwrap_or_else(|| panic!("{planted:?} is not caught"));
        let line = mismatch.what.lines().next().unwrap_or_default();
        println!("{planted:?}: after {} steps, {line}", mismatch.steps.len());
    }
}
