//! The checker on one scenario of the pinned bounds.

use std::fs;

use hyaline_check::programs::Programs;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::endpoints::endpoints;
use hyaline_check::search::explore::{Effort, explore};
use hyaline_check::search::scenario::{Baselines, system};
use hyaline_model::table::Policy;

/// A line of the process's status, in bytes, where the system has it.
fn status(name: &str) -> Option<u64> {
    let text = fs::read_to_string("/proc/self/status").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
    Some(line.split_whitespace().next()?.parse::<u64>().ok()? * 1024)
}

/// Prints the figures.
pub(crate) fn print() {
    let scenario = Scenario { tickets: 2, ..Scenario::new(Programs::up_to(3)) };
    let effort = Effort::default();
    let before = status("VmRSS");
    let baseline = Baselines::default().of(&scenario, &effort, &mut |_| ()).unwrap();
    let ends = endpoints(&scenario, &Policy::SHIPPED, &Policy::SHIPPED);
    let pair = system(&scenario, ends, &baseline).unwrap();
    let exploration = explore(pair, &effort, &mut |_| ());
    let peak = status("VmHWM");
    assert!(exploration.complete, "explored to the end");
    println!("\nchecker, hyaline × hyaline: {scenario}; {} threads", effort.threads);
    println!("  {} states, {} edges", exploration.states, exploration.edges);
    println!("  {:.0} states a second", exploration.rate());
    println!("  {} bytes of memory a state", exploration.bytes_of_state());
    match before.zip(peak) {
        Some((before, peak)) => {
            let states = u64::try_from(exploration.states).unwrap_or(u64::MAX).max(1);
            let bytes = peak.saturating_sub(before) / states;
            println!("  {bytes} bytes of memory a state at the peak, plain TCP's states included");
        }
        None => println!("  bytes of memory a state: this system does not tell"),
    }
}
