//! Rounds in which contestants take turns, and the medians that stand for the rounds.

use std::time::{Duration, Instant};

/// The middle one of these figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The time of this, in seconds.
pub(crate) fn time(action: impl FnOnce()) -> f64 {
    let begun = Instant::now();
    action();
    begun.elapsed().as_secs_f64()
}

/// Times of some contestants in rounds: one time of each in every round.
pub(crate) struct Rounds {
    names: Vec<&'static str>,
    /// By contestant, then by round, in seconds.
    times: Vec<Vec<f64>>,
}

impl Rounds {
    /// The first contestant is what the others are ratios to.
    pub(crate) fn new(names: &[&'static str]) -> Self {
        Self { names: names.to_vec(), times: vec![Vec::new(); names.len()] }
    }

    /// Adds a round.
    pub(crate) fn add(&mut self, times: &[f64]) {
        for (all, time) in self.times.iter_mut().zip(times) {
            all.push(*time);
        }
    }

    /// The time of this round in seconds, of several parts.
    pub(crate) fn sum(parts: &[Duration]) -> f64 {
        parts.iter().sum::<Duration>().as_secs_f64()
    }

    /// Prints for each contestant the median of its times, each divided by `count`, and the median
    /// of the ratios to the first contestant in the same round.
    pub(crate) fn print(&self, count: f64, bytes: Option<f64>) {
        let first = self.times.first().cloned().unwrap_or_default();
        for (name, times) in self.names.iter().zip(&self.times) {
            let ratios = times.iter().zip(&first).map(|(time, first)| time / first).collect();
            let one = median(times.clone()) / count;
            let rate =
                bytes.map_or(String::new(), |bytes| format!("{:8.2} GB/s", bytes / one / 1e9));
            println!("    {name:<38} {:8.3} µs{rate}   ratio {:.2}", one * 1e6, median(ratios));
        }
    }
}
