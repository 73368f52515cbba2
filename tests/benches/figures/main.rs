//! What Hyaline costs: every figure with its conditions. Run it by `.ci/figures`.
//!
//! Nothing here is a test: there are no bars, and no figure is written down anywhere else. Times
//! are ratios within one process, of rounds that take turns; a median stands for the rounds.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a measurement that fails has no figures")]

mod bulk;
mod checker;
mod conditions;
mod handshake;
mod heap;
mod primitives;
mod resumed;
mod rounds;
mod tasks;
mod theirs;

use hyaline_tests::certificates::Authority;

fn main() {
    conditions::print();
    // First, so that the memory it needs is the first that the process needs.
    checker::print();
    let authority = Authority::new();
    heap::print(&authority);
    bulk::print(&authority);
    handshake::print(&authority);
    resumed::print(&authority);
    tasks::print(&authority);
}
