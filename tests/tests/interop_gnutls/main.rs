//! This library with GnuTLS's command line, in both roles.
#![cfg(all(unix, feature = "peers"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod as_client;
mod as_server;
mod early_data;
mod external_keys;
mod gnutls;
mod raw_public_keys;
mod record_sizes;
mod resumption;
mod rsassa_pss;
