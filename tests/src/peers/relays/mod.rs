//! Relays between two TCP programs, TLS in the middle: ours and other people's, and none. How each
//! passes on the ways in which a connection ends, and what it costs.

pub mod chain;
pub mod cost;
pub mod document;
pub mod endings;
