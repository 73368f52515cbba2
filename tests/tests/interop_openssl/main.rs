//! This library and its examples with OpenSSL's command line, in both roles.
#![cfg(all(unix, feature = "peers"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod as_client;
mod as_server;
mod by_name;
mod early_data;
mod examples;
mod external_keys;
mod hybrid;
mod nginx;
mod ours;
mod providers;
mod record_padding;
mod resumption;
mod revocation;
mod rsassa_pss;
mod shortages;
mod split;
mod staples;
