//! World *pair*: two endpoints, the transport between them, and the programs that call.
//!
//! Read [`contract`] for what an endpoint is, [`tcp`] for the transport, and [`pair`] for how they
//! move.

pub mod cell;
pub mod contract;
pub mod occurrence;
pub mod pair;
pub mod snapshot;
pub mod step;
pub mod tcp;
