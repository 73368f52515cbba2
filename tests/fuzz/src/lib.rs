//! What the targets run. Each target is one function over arbitrary bytes, so that an input can be
//! run without the fuzzer too.
#![forbid(unsafe_code)]
#![allow(clippy::missing_panics_doc, reason = "a panic is what a target is there to find")]

pub mod chain;
pub mod client;
pub mod configuration;
pub mod der;
pub mod end;
pub mod flight;
pub mod instructions;
pub mod memory;
pub mod pair;
pub mod pem;
pub mod provider;
pub mod server;
pub mod single;
