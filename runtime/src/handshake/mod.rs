//! Handshake messages, whole, from the records that carry them.

pub(crate) mod join;
