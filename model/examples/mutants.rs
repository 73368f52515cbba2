//! Tries every mutant of the shipped table and prints what becomes of each.
//!
//! `cargo run --release -p hyaline-model --example mutants [-- EVERY]` tries each `EVERY`th.

use hyaline_model::check::mutants::{Fate, Judge, ships};
use hyaline_model::check::mutation::Mutation;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let every: usize = match std::env::args().nth(1) {
        Some(word) => word.parse()?,
        None => 1,
    };
    let mut judge = Judge::new(2);
    let mut counts = [0_usize; 2];
    let mutants = Mutation::all().filter(|mutation| ships(*mutation));
    for mutation in mutants.step_by(every.max(1)) {
        let fate = judge.fate(mutation)?;
        let survives = fate == Fate::Survives;
        counts[usize::from(survives)] += 1;
        println!("{mutation}\n    {fate}");
    }
    let [caught, survived] = counts;
    println!("{caught} of {} mutants caught", caught + survived);
    Ok(())
}
