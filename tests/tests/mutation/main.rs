//! A million mutants of valid conversations do no harm, however their bytes are cut.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    reason = "what panics here is a test that fails"
)]

mod mutants;
mod rechunk;

use crate::mutants::SeedCorpus;

/// `cargo run --release -p hyaline-tests --example mutants` makes any number.
const MUTANTS: u64 = 1_000_000;

#[test]
fn a_million_mutants_that_open_do_no_harm_and_reach_every_state() {
    let corpus = SeedCorpus::new();
    let report = corpus.run(MUTANTS, 1, 2, &|_| ());
    println!("{} places to begin at", corpus.seeds());
    println!("{report}");
    for row in report.unfired() {
        println!("not fired: {:?}: {}", row.machine, row.text);
    }
    assert_eq!(report.mutants, MUTANTS);
    assert_eq!(report.missing(), []);
    assert!(report.died_at_the_cipher * 50 < report.records, "mutants must get past the AEAD");
}
