//! Configurations: what an endpoint offers, accepts and trusts.
//!
//! A configuration is made once, checked while it is made, and shared by any number of connections
//! (in an `Arc`). What it holds never changes afterwards.

mod client;
mod common;
mod compression;
mod early_data;
mod ech;
mod identities;
mod key_log;
mod psk_exchange;
mod row_log;
mod server;
mod server_builder;

pub use client::{ClientConfig, ClientConfigBuilder, ClientConfigWithRoots};
pub(crate) use common::Lists;
pub use compression::CertificateCompression;
pub(crate) use compression::Compressions;
pub(crate) use ech::EchOffer;
pub use identities::{ClientOffer, Identities, IdentityResolver};
pub use key_log::{KeyLog, KeyLogFile};
pub use psk_exchange::PskExchange;
pub use row_log::{RowLog, RowLogFile};
pub(crate) use server::ClientAuth;
pub use server::{MAX_TICKETS, ServerConfig};
pub use server_builder::{ServerConfigBuilder, ServerConfigWithClientAuth};
