//! Prints what hashes in the place of snapshots save, and what they cost: `cargo bench -p
//! hyaline-check --bench compact`.
//!
//! Each system is explored with exact keys and then by hashes, in one process and on one thread,
//! each as often as the other. Of the times the shortest counts. Memory is that of the whole
//! search, and beside it that of a set of keys or hashes alone.
#![allow(clippy::expect_used, reason = "a benchmark that cannot run is to say so")]

use std::time::Duration;

use hyaline_check::ends::tls::Tls;
use hyaline_check::judgement::system::System;
use hyaline_check::programs::{Manner, Programs};
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::explore::{Effort, Exploration, explore};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, system};
use hyaline_check::side::Both;
use hyaline_search::{HashedKeys, Hashing, KeySet, Visited};

/// How often each exploration is made.
const TIMES: usize = 3;

/// The bits of hashes.
const BITS: [u8; 4] = [64, 56, 48, 40];

/// So much of the other, as a number.
fn ratio(of: f64, to: f64) -> f64 {
    of / to.max(1e-9)
}

/// Exact below 2⁵³, and only printed.
#[allow(clippy::cast_precision_loss)]
fn number(count: usize) -> f64 {
    count as f64
}

/// The bytes of a set to which so many keys were added, for each of them.
fn bytes_of_key(mut visited: impl Visited, keys: usize) -> f64 {
    for key in (0_u64..).take(keys) {
        visited.add((key << 20) | (key % 977));
    }
    number(visited.bytes()) / number(keys)
}

fn main() {
    let threads = Scenario::new(Programs::alike(Manner::Threads, 2));
    let calls = Scenario::new(Programs::up_to(3));
    println!(
        "exact keys, and hashes in ratios to them: bytes a state of the whole search, bytes a"
    );
    println!("state of the set of keys or hashes alone, and time\n");
    println!("{:>9} {:>9} {:>6} {:>6} {:>6}  a miss", "states", "", "whole", "keys", "time");
    for scenario in [threads, calls, Scenario { record_cells: 2, ..calls }] {
        let shipped = Both { client: Profile::HYALINE, server: Profile::HYALINE };
        let mut baselines = Baselines::default();
        let effort = Effort::default();
        let baseline = baselines.of(&scenario, &effort, &mut |_| ()).expect("a baseline");
        let endpoints = endpoints_of(&scenario, &shipped);
        let fresh = || -> System<Tls> { system(&scenario, endpoints, &baseline).expect("bounds") };
        let hashings = BITS.map(|bits| Hashing::new(bits, 0).expect("bits of a hash"));
        let efforts: Vec<Effort> = [None]
            .into_iter()
            .chain(hashings.map(Some))
            .map(|hashing| Effort { hashing, ..effort })
            .collect();
        let mut found: Vec<Exploration<Tls>> = Vec::new();
        let mut shortest = vec![Duration::MAX; efforts.len()];
        for _ in 0..TIMES {
            found.clear();
            for (effort, shortest) in efforts.iter().zip(&mut shortest) {
                let exploration = explore(fresh(), effort, &mut |_| ());
                *shortest = exploration.elapsed.min(*shortest);
                found.push(exploration);
            }
        }
        let (exact, time) = (found.first().expect("one"), shortest.first().expect("one"));
        let keys = bytes_of_key(KeySet::default(), exact.states);
        let whole = number(exact.bytes_of_state());
        println!(
            "{:9} {:>9} {whole:6.1} {keys:6.1} {:5.1}s  none  {scenario}",
            exact.states,
            "exact",
            time.as_secs_f64()
        );
        for ((hashing, found), shortest) in hashings.iter().zip(&found[1..]).zip(&shortest[1..]) {
            println!(
                "{:9} {:>9} {:6.2} {:6.2} {:6.2}  {}",
                found.states,
                format!("{} bits", hashing.bits()),
                ratio(number(found.bytes) / number(found.states), whole),
                ratio(bytes_of_key(HashedKeys::new(*hashing), exact.states), keys),
                ratio(shortest.as_secs_f64(), time.as_secs_f64()),
                found.missed.expect("hashes").in_digits(),
            );
        }
    }
}
