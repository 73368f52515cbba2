//! What the model predicts of other libraries, beside what they do on real sockets.
//!
//! Of each of a few hazards, the model says by a library's profile whether a server of that library
//! suffers from it; here such a server meets it. Where the two differ, the page says why.
//!
//! TCP is Linux's here: `/proc` shows its queues.
#![cfg(all(target_os = "linux", feature = "peers"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod client;
mod observed;
mod page;
mod predicted;
mod rustls_server;
mod server;
mod threads;
