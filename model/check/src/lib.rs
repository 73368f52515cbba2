//! The checker of the transition table: TCP, endpoints, application programs, properties, and
//! stateright.
//!
//! World *pair* is two endpoints with TCP between them and a program on each side. Read
//! [`pair`] for the system and [`transparency`] for what is asked of it.

#![forbid(unsafe_code)]

pub mod baseline;
pub mod bounds;
pub mod cell;
pub mod chart;
pub mod contract;
pub mod endpoints;
pub mod explore;
pub mod hazards;
pub mod history;
pub mod hostile;
pub mod interpret;
pub mod mutants;
pub mod mutation;
pub mod named;
pub mod observe;
pub mod outcome;
pub mod pair;
pub mod pinned;
pub mod print;
pub mod profile;
pub mod program;
pub mod programs;
pub mod properties;
pub mod rejection;
pub mod report;
pub mod scenario;
pub mod sealed;
pub mod snapshot;
mod step;
pub mod tcp;
pub mod tls;
pub mod transparency;
