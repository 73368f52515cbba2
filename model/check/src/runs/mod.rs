//! The runs that have a name: what they are, what is expected of them, and what was recorded.

pub mod hazards;
pub mod named;
pub mod pinned;
pub mod run;
