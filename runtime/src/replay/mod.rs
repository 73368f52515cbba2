//! What the tests need to see, to change and to repeat, and what must never ship: connections that
//! can be cloned, providers whose keys are known, planted faults, forged records.
//!
//! It is compiled with the tests of this crate, and in the package `hyaline-replay`. In the library
//! that ships `shipped.rs` stands in its place. The rest of the crate knows of it only the
//! [`Probe`](probe::Probe) that each connection has.

mod calls;
pub mod deterministic;
mod forge;
mod fork;
mod planted;
pub(crate) mod probe;
mod projection;
pub mod recorded;
mod recording;
mod reencode;
mod resuming;
mod scripted;
mod waiting;

pub use self::deterministic::Deterministic;
pub use self::fork::{Forkable, ForkableKeys};
pub use self::planted::Planted;
pub(crate) use self::probe::Probe;
pub use self::projection::Projection;
pub use self::recorded::Recorded;
pub use self::recording::Recording;
pub use self::reencode::reencode;
pub use self::resuming::{
    UnchangingSessions, UnchangingStrikes, UnchangingTickets, bind, client_session, server_session,
};
pub use self::scripted::ScriptedKey;
pub use self::waiting::WaitingRecord;
pub use crate::record::Content;
