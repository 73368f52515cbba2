//! Exploring: what a scenario is, and what is found in it.

mod asked;
pub mod bounds;
pub mod confirmed;
pub mod endpoints;
pub mod explore;
mod exploring;
pub mod in_order;
mod model;
mod packed;
pub mod profile;
pub mod scenario;
#[cfg(feature = "command")]
pub mod second_opinion;
