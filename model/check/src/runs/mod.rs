//! The runs that have a name: what they are, what is expected of them, and what was recorded.

pub mod alternatives;
pub mod buffers;
pub mod command;
pub mod expansion;
pub mod hazards;
pub mod heals;
pub mod libraries;
pub mod named;
pub mod pinned;
pub mod run;
pub mod small_change;
pub mod written;
