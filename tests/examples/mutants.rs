//! Makes any number of mutants of valid conversations and prints what they have reached:
//!
//! ```text
//! cargo run --release -p hyaline-tests --example mutants -- --count 100000000
//! ```

#[path = "../tests/mutation/mutants/mod.rs"]
#[allow(dead_code, clippy::expect_used, clippy::panic, reason = "shared with a test")]
mod mutants;

use std::process::ExitCode;

fn main() -> ExitCode {
    use std::sync::atomic::{AtomicU64, Ordering};
    use std::time::Instant;

    use crate::mutants::SeedCorpus;

    const EVERY: u64 = 1_000_000;
    let threads = std::thread::available_parallelism().map_or(1, |number| number.get() as u64);
    let Some([count, seed, threads]) = arguments([EVERY, 1, threads]) else {
        eprintln!("usage: mutants [--count N] [--seed N] [--threads N]");
        return ExitCode::from(2);
    };
    let corpus = SeedCorpus::new();
    println!("{} places to begin at, seed {seed}, {threads} threads", corpus.seeds());
    let begun = Instant::now();
    let done = AtomicU64::new(0);
    let report = corpus.run(count, seed, threads.max(1), &|more| {
        let done = done.fetch_add(more, Ordering::Relaxed) + more;
        if done.is_multiple_of(EVERY) {
            eprintln!("{done} mutants, {:.0} s", begun.elapsed().as_secs_f64());
        }
    });
    println!("{report}");
    for row in report.unfired() {
        println!("not fired: {:?}: {}", row.machine, row.text);
    }
    let missing = report.missing();
    println!("{:.1} s; states not reached: {missing:?}", begun.elapsed().as_secs_f64());
    if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The values of `--count`, `--seed` and `--threads`.
fn arguments(mut values: [u64; 3]) -> Option<[u64; 3]> {
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let place = ["--count", "--seed", "--threads"].iter().position(|name| *name == word)?;
        *values.get_mut(place)? = words.next()?.replace('_', "").parse().ok()?;
    }
    Some(values)
}
