//! Exploring: what a scenario is, and what stateright finds in it.

pub mod bounds;
pub mod endpoints;
pub mod explore;
mod model;
pub mod profile;
pub mod scenario;
