//! Messages on the wire (RFC 9846 sections 4 and 6). Reading borrows from the bytes that arrived
//! and is strict about syntax and about what no negotiation can allow; what depends on what was
//! offered is checked in `negotiate`. Writing appends to a `Vec`.

mod alert;
mod authentication;
mod authorities;
mod certificate;
mod certificate_request;
mod certificate_types;
mod client_hello;
mod compressed_certificate;
mod early_data;
pub(crate) mod ech;
mod encrypted_extensions;
pub(crate) mod extension;
mod grease;
mod key_share;
pub(crate) mod limits;
mod list;
mod post_handshake;
mod pre_shared_key;
pub(crate) mod reader;
pub(crate) mod server_hello;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use alert::{decode_alert, encode_alert};
pub(crate) use authentication::{CertificateVerify, Finished};
pub(crate) use authorities::{Authorities, write_authorities};
pub(crate) use certificate::{Certificate, Entry, Wanted, are_timestamps, write_compressions};
pub(crate) use certificate_request::{CertificateRequest, write_schemes};
pub(crate) use certificate_types::{AgreedTypes, BothSides};
pub(crate) use client_hello::{ClientHello, PSK_DHE_KE, PSK_KE, SessionId};
pub(crate) use compressed_certificate::{compress, decompressed};
pub(crate) use early_data::encode_end_of_early_data;
pub(crate) use ech::EchClientHello;
pub(crate) use encrypted_extensions::EncryptedExtensions;
pub(crate) use grease::{Grease, write_number};
pub(crate) use key_share::KeyShare;
pub(crate) use list::{List, write_list};
pub(crate) use post_handshake::{KeyUpdate, NewSessionTicket};
pub(crate) use pre_shared_key::{PskIdentity, write_offered_psk};
pub(crate) use reader::u24;
pub(crate) use server_hello::{HelloRetryRequest, ServerHello, is_retry};
pub(crate) use writer::Writer;

use crate::error::Error;
use crate::identifiers::HandshakeType;
use reader::Reader;

/// TLS 1.3 in supported_versions.
pub(crate) const TLS13: u16 = 0x0304;
/// What the legacy_version fields always say: TLS 1.2.
pub(crate) const LEGACY_VERSION: u16 = 0x0303;
/// The bytes of a handshake message before its body: its type and a length of three bytes.
pub(crate) const HEADER_LENGTH: usize = 4;

/// A handshake message, well-formed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(clippy::large_enum_variant)] // It lives for one call, and is not moved around.
pub(crate) enum Message<'a> {
    ClientHello(ClientHello<'a>),
    ServerHello(ServerHello<'a>),
    HelloRetryRequest(HelloRetryRequest<'a>),
    NewSessionTicket(NewSessionTicket<'a>),
    EndOfEarlyData,
    EncryptedExtensions(EncryptedExtensions<'a>),
    Certificate(Certificate<'a>),
    CertificateRequest(CertificateRequest<'a>),
    CertificateVerify(CertificateVerify<'a>),
    Finished(Finished<'a>),
    KeyUpdate(KeyUpdate),
}

impl<'a> Message<'a> {
    /// Reads exactly one message, header and body.
    ///
    /// # Errors
    /// The message does not follow its syntax, or says what nothing allows it to say.
    pub(crate) fn decode(bytes: &'a [u8]) -> Result<Self, Error> {
        let Some((&[number, length @ ..], body)) = bytes.split_first_chunk::<HEADER_LENGTH>()
        else {
            let message = HandshakeType(bytes.first().copied().unwrap_or_default());
            return Err(Error::Malformed { message, field: "length" });
        };
        let message = HandshakeType(number);
        if u24(length) != body.len() {
            return Err(Error::Malformed { message, field: "length" });
        }
        Ok(match message {
            HandshakeType::ClientHello => Self::ClientHello(ClientHello::decode(body)?),
            HandshakeType::ServerHello => server_hello::decode(body)?,
            HandshakeType::NewSessionTicket => {
                Self::NewSessionTicket(NewSessionTicket::decode(body)?)
            }
            HandshakeType::EndOfEarlyData => {
                Reader::new(message, body).end("body")?;
                Self::EndOfEarlyData
            }
            HandshakeType::EncryptedExtensions => {
                Self::EncryptedExtensions(EncryptedExtensions::decode(body)?)
            }
            HandshakeType::Certificate => Self::Certificate(Certificate::decode(body)?),
            HandshakeType::CertificateRequest => {
                Self::CertificateRequest(CertificateRequest::decode(body)?)
            }
            HandshakeType::CertificateVerify => {
                Self::CertificateVerify(CertificateVerify::decode(body)?)
            }
            HandshakeType::Finished => Self::Finished(Finished::decode(body)),
            HandshakeType::KeyUpdate => Self::KeyUpdate(KeyUpdate::decode(body)?),
            unknown => return Err(Error::UnknownHandshakeType(unknown)),
        })
    }
}
