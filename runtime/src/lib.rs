//! TLS 1.3 (RFC 9846) that is *transparent over TCP*: under any two programs that talk over TCP it
//! adds no deadlock, no reset, no truncation and no lost alert.
//!
//! What a connection may do next is one transition table, [`hyaline_model::table`], and the model
//! checker explores the very function that this library runs. The ways in:
//!
//! - [`blocking::Stream`] is put where a program had a `TcpStream`;
//! - `tokio::Stream` and `futures::Stream` are the same for tasks, behind the features `tokio` and
//!   `futures-io`;
//! - [`driver`] is for those who bring another transport or another way of waiting: what an adapter
//!   needs, in one module;
//! - [`Connection`] is the protocol without a transport, for every other way of doing I/O;
//! - [`ClientConfig`] and [`ServerConfig`] say whom to trust and who one is;
//! - [`crypto`] is where cryptography comes in: ring, by the default feature `ring`, aws-lc-rs,
//!   behind the feature `aws-lc-rs`, or a provider of one's own.
//!
//! ```
//! use std::io::{Read, Write};
//! use std::net::{TcpListener, TcpStream};
//!
//! use hyaline::blocking::Stream;
//! use hyaline::pki_types::{PrivateKeyDer, ServerName};
//! use hyaline::{ClientConfig, RootCertStore, ServerConfig};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A certificate authority and a server's certificate, made for this example by `rcgen`.
//! let authority_key = rcgen::KeyPair::generate()?;
//! let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
//! parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
//! let authority = parameters.self_signed(&authority_key)?;
//! let issuer = rcgen::Issuer::new(parameters, authority_key);
//! let key = rcgen::KeyPair::generate()?;
//! let certificate =
//!     rcgen::CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
//!
//! let server_config = ServerConfig::builder().with_no_client_auth().with_single_cert(
//!     vec![certificate.der().clone()],
//!     PrivateKeyDer::try_from(key.serialize_der())?,
//! )?;
//! let mut roots = RootCertStore::empty();
//! roots.add(authority.der().clone())?;
//! let client_config =
//!     ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//!
//! let listener = TcpListener::bind("127.0.0.1:0")?;
//! let address = listener.local_addr()?;
//! let server = std::thread::spawn(move || -> std::io::Result<Vec<u8>> {
//!     let (socket, _) = listener.accept()?;
//!     let mut stream = Stream::server(server_config, socket)?;
//!     let mut request = Vec::new();
//!     stream.read_to_end(&mut request)?;
//!     stream.write_all(b"heard")?;
//!     stream.close()?;
//!     Ok(request)
//! });
//!
//! let name = ServerName::try_from("localhost")?;
//! let mut stream = Stream::client(client_config, name, TcpStream::connect(address)?)?;
//! stream.write_all(b"hello")?;
//! stream.half_close()?;
//! let mut answer = Vec::new();
//! stream.read_to_end(&mut answer)?;
//! stream.close()?;
//!
//! assert_eq!(answer, b"heard");
//! assert_eq!(server.join().expect("the server does not panic")?, b"hello");
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]
// A test that panics fails, as it should.
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

#[cfg(all(test, not(feature = "ring")))]
compile_error!("the tests of hyaline need its feature `ring`, with or without `aws-lc-rs`");

mod alert;
#[cfg(any(unix, windows))]
pub mod blocking;
#[cfg(feature = "brotli")]
pub mod brotli;
mod certificate;
mod config;
mod connection;
pub mod crypto;
pub mod driver;
mod ech;
mod error;
#[cfg(feature = "futures-io")]
pub mod futures;
pub mod half_duplex;
mod handshake;
mod host_name;
mod identifiers;
mod key_schedule;
mod message;
#[cfg(feature = "native-roots")]
mod native_roots;
mod negotiate;
mod outbox;
pub mod pem;
#[cfg(any(feature = "tokio", feature = "futures-io"))]
mod polled;
mod record;
mod record_size;
// The only way to code that never ships. It is open in the tests of this crate, and in the package
// `hyaline-replay`, which compiles these sources once more (docs/architecture.md).
#[cfg(any(test, hyaline_replay))]
pub mod replay;
#[cfg(not(any(test, hyaline_replay)))]
#[path = "replay/shipped.rs"]
mod replay;
mod session;
#[cfg(feature = "tokio")]
pub mod tokio;
mod transcript;
mod trust;
#[cfg(feature = "zlib")]
pub mod zlib;
#[cfg(feature = "zstd")]
pub mod zstd;

/// The fingerprint of the transition table that this library runs, with the policy that ships: 32
/// hexadecimal digits of a hash of its rows and its alphabet. Whatever changes what a row does
/// changes it; documentation does not.
///
/// Every verdict of the checker names the table that it is about by this fingerprint, and so does
/// the repository's `docs/proof.json`. So a program can tell whether a verdict is about the
/// library that it was built with:
///
/// ```
/// /// Whether a report that names this table is about the library in this program.
/// fn is_about_this_library(table: &str) -> bool {
///     table == hyaline::TABLE_FINGERPRINT
/// }
///
/// assert!(!is_about_this_library("00000000000000000000000000000000"));
/// assert_eq!(hyaline::TABLE_FINGERPRINT.len(), 32);
/// assert!(hyaline::TABLE_FINGERPRINT.bytes().all(|digit| digit.is_ascii_hexdigit()));
/// ```
pub use hyaline_model::table::FINGERPRINT as TABLE_FINGERPRINT;

pub use alert::AlertDescription;
pub use certificate::{Identity, RevocationLists, Staples};
pub use config::{
    CertificateCompression, ClientConfig, ClientConfigBuilder, ClientConfigWithRoots, ClientOffer,
    Identities, IdentityResolver, KeyLog, KeyLogFile, MAX_TICKETS, PskExchange, RowLog, RowLogFile,
    ServerConfig, ServerConfigBuilder, ServerConfigWithClientAuth,
};
pub use connection::{
    Agreement, AsyncWorker, Call, ClientChoice, Connection, EarlyData, EarlyDataOutcome, EchStatus,
    HandedOver, Interest, KeyShareRequest, Lent, Negotiated, NotAtRest, Operation, PathCheck,
    Readiness, Received, Receiver, RecordSecrets, Refusal, RowLine, Sender, SenderCall,
    ServerChoice, SignatureCheck, SignatureRequest, UnknownWork, Unrest, Work, WorkDone,
    WorkFuture,
};
pub use ech::{EchConfigList, EchKey};
pub use error::{CertificateError, ConfigurationError, Error, Flood};
pub use hyaline_model::Alert;
pub use hyaline_model::table::{CallResult, Notice, Reason};
pub use identifiers::{
    CertificateType, CipherSuite, ContentType, ExtensionType, HandshakeType, NamedGroup,
    SignatureScheme,
};
pub use outbox::{APPLICATION_ALLOWANCE, Outbox};
pub use rustls_pki_types as pki_types;
pub use session::{
    ClientSession, ClientSessions, ExternalKey, ExternalKeys, RememberedTickets, SealedTickets,
    SessionMemory, SessionTickets, SharedTickets, StrikeMemory, StrikeRegister, TicketKey,
};
pub use trust::{RawPublicKeys, RootCertStore, ServerJudge, ShownServer};
