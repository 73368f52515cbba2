//! Encrypted ClientHello (RFC 9849): what a connection knows of the encryption of the ClientHello.

mod client;
mod confirmation;
mod grease;
mod inner;
mod server;

#[allow(unused_imports, reason = "only the replay clones connections")]
pub(crate) use client::Encryption;
pub(crate) use client::{ClientEch, EchAnswer};
pub(crate) use confirmation::{Confirms, confirmation};
pub(crate) use server::{ServerEch, open};

/// What became of the encryption of the ClientHello (RFC 9849).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum EchStatus {
    /// The client has not encrypted it, and has not looked as if.
    #[default]
    NotOffered,
    /// On a client: what looks like an encrypted ClientHello means nothing.
    Grease,
    /// On a client: the server has not answered.
    Offered,
    /// The server has read it. On a server: we have.
    Accepted,
    /// The server could not read it. A server does not know whether it meant anything; on a client
    /// the connection ends with [`Error::EchRejected`](crate::Error::EchRejected).
    Rejected,
}
