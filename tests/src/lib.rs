//! What needs several crates: the replay of the model's graph on real connections.
#![forbid(unsafe_code)]

pub mod cases;
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "its callers are tests")]
pub mod certificates;
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "its callers are tests")]
pub mod memory;
#[cfg(feature = "peers")]
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "its callers are tests"
)]
pub mod peers;
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "its callers are tests"
)]
pub mod process;
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "its callers are tests")]
pub mod sockets;

#[allow(clippy::expect_used, clippy::panic, reason = "its callers are tests")]
pub mod mutation;
#[allow(clippy::expect_used, clippy::missing_panics_doc, reason = "its callers are tests")]
pub mod replay;
