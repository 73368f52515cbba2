//! The properties of world *pair*, and what the ends of runs are compared with.
//!
//! Read [`transparency`] for the definition of the main property.

pub mod ending;
pub mod observe;
pub mod outcome;
pub mod properties;
pub mod rejection;
pub mod system;
pub mod transparency;
