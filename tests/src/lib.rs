//! What several tests share: certificates, sockets, other people's programs.
#![forbid(unsafe_code)]

#[cfg(feature = "book")]
pub mod book;
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "its callers are tests")]
pub mod built;
pub mod cases;
#[allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "its callers are tests"
)]
pub mod certificates;
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "its callers are tests")]
pub mod early;
pub mod interop;
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
#[cfg(target_os = "linux")]
#[allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "its callers are tests"
)]
pub mod queues;
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "its callers are tests")]
pub mod sockets;
#[allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "its callers are tests")]
pub mod traces;
