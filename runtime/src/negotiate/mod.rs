//! What the two sides agree on: pure functions over plain structs.

pub(crate) mod certificate_types;
pub(crate) mod client;
pub(crate) mod hello;
pub(crate) mod offer;
pub(crate) mod server;
#[cfg(test)]
pub(crate) mod tests;
