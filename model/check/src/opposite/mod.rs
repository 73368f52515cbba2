//! One end ours: what becomes of both ends opposite every policy that the switches can express.
//!
//! The peer's library is chosen afresh for each connection, by an adversary: every combination of
//! the switches' values. So nothing has to be known of that library but that it is among them.

pub mod document;
pub mod evasion;
pub mod finding;
pub mod lattice;
pub mod survey;
