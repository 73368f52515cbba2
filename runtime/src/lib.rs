//! TLS 1.3 that is transparent over TCP.
#![forbid(unsafe_code)]

mod alert;
#[cfg(unix)]
pub mod blocking;
mod certificate;
mod config;
mod trust;
pub mod crypto;
mod key_schedule;
mod outbox;
mod record;
mod transcript;
mod error;
mod handshake;
mod message;
mod negotiate;
mod connection;
mod identifiers;

pub use alert::AlertDescription;
#[cfg(hyaline_replay)]
pub use connection::{Planted, Projection, Recording};
#[cfg(hyaline_replay)]
pub use message::again::encode_again;
#[cfg(hyaline_replay)]
pub use {outbox::WaitingRecord, record::Content};
pub use connection::{Connection, Interest, Lent, Operation, Readiness, Received};
pub use config::{
    ClientConfig, ClientConfigBuilder, ClientConfigWithRoots, KeyLog, MAX_TICKETS, ServerConfig,
    ServerConfigBuilder, ServerConfigWithClientAuth,
};
pub use error::{CertificateError, ConfigurationError, Error, Flood};
pub use identifiers::{
    CipherSuite, ContentType, ExtensionType, HandshakeType, NamedGroup, SignatureScheme,
};
pub use hyaline_model::table::{Call, CallResult, Notice};
pub use hyaline_model::Alert;
pub use rustls_pki_types as pki_types;
pub use trust::RootCertStore;
pub use outbox::{APPLICATION_ALLOWANCE, Outbox};
