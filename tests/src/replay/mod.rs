//! The replay: every edge of the model's graph, taken by two real connections.
//!
//! The reachable graph of a scenario is walked depth-first. Each frame holds a live pair of real
//! connections with real AEAD, the handshake included, forked where the graph branches. At each
//! edge are compared, on the side that moved:
//!
//! - the rows that fired, one by one;
//! - the machines' states and memory, each side's own;
//! - the outbox and the transport's queues, as the *bytes* there show them ([`wire`]);
//! - whether data is unread, what the driver is interested in, the result of the call and the
//!   alert that it is about, and what the transport was told to do.
//!
//! Merged by the comparison of bytes, and told apart only when the peer opens the record: the two
//! kinds of KeyUpdate, and error alerts among each other, since nobody without the keys can tell.

pub mod end;
pub mod walk;
pub mod wire;

pub use walk::{Mismatch, Replayed, replay};
