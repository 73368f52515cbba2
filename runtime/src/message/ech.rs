//! The extension encrypted_client_hello (RFC 9849 section 5).

use core::ops::Range;

use super::HEADER_LENGTH;
use super::extension::next;
use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType};

/// How many bytes tell a client that its encrypted ClientHello was read.
pub(crate) const CONFIRMATION_LENGTH: usize = 8;

/// ECHClientHelloType: who the extension is in.
const OUTER: u8 = 0;
const INNER: u8 = 1;

/// What a ClientHello says of its encryption.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EchClientHello<'a> {
    /// A ClientHelloOuter carries another ClientHello.
    Outer {
        /// The numbers of the KDF and of the AEAD (RFC 9180 section 7).
        suite: (u16, u16),
        /// By which of the server's configurations it is encrypted.
        config_id: u8,
        /// What the server needs to decrypt it. Empty in a second ClientHello.
        encapsulated: &'a [u8],
        payload: &'a [u8],
    },
    /// A ClientHelloInner, which was encrypted before.
    Inner,
}

impl<'a> EchClientHello<'a> {
    pub(crate) fn decode(contents: &mut Reader<'a>) -> Result<Self, Error> {
        match contents.u8("ECHClientHelloType")? {
            OUTER => Ok(Self::Outer {
                suite: (contents.u16("cipher_suite")?, contents.u16("cipher_suite")?),
                config_id: contents.u8("config_id")?,
                encapsulated: contents.vector16(0, "enc")?,
                payload: contents.vector16(1, "payload")?,
            }),
            INNER => Ok(Self::Inner),
            _ => Err(contents.illegal("ECHClientHelloType")),
        }
    }

    /// Writes the contents of the extension.
    pub(crate) fn write(&self, contents: &mut Writer<'_>) {
        match *self {
            Self::Outer { suite: (kdf, aead), config_id, encapsulated, payload } => {
                contents.u8(OUTER);
                contents.u16(kdf);
                contents.u16(aead);
                contents.u8(config_id);
                contents.vector16(|vector| vector.bytes(encapsulated));
                contents.vector16(|vector| vector.bytes(payload));
            }
            Self::Inner => contents.u8(INNER),
        }
    }
}

/// Where the payload of encrypted_client_hello stands in a ClientHello, header included, of which
/// this is what was read. All but the payload is authenticated with it (RFC 9849 section 5.2).
pub(crate) fn payload_place(hello: &[u8], payload: &[u8]) -> Option<Range<usize>> {
    let mut reader = Reader::new(HandshakeType::ClientHello, hello.get(HEADER_LENGTH..)?);
    reader.bytes(2 + 32, "random").ok()?;
    reader.vector8(0, "legacy_session_id").ok()?;
    reader.vector16(0, "cipher_suites").ok()?;
    reader.vector8(0, "legacy_compression_methods").ok()?;
    // The payload is the last field.
    let end = extension_end(hello, reader)?;
    Some(end.checked_sub(payload.len())?..end)
}

/// Where the confirmation stands in a HelloRetryRequest, header included, that has one.
pub(crate) fn confirmation_place(request: &[u8]) -> Option<Range<usize>> {
    let mut reader = Reader::new(HandshakeType::ServerHello, request.get(HEADER_LENGTH..)?);
    reader.bytes(2 + 32, "random").ok()?;
    reader.vector8(0, "legacy_session_id_echo").ok()?;
    reader.bytes(2 + 1, "cipher_suite").ok()?;
    let end = extension_end(request, reader)?;
    Some(end.checked_sub(CONFIRMATION_LENGTH)?..end)
}

/// Where the extension encrypted_client_hello ends in a message that this reader has read as far as
/// its extensions.
fn extension_end(message: &[u8], mut reader: Reader<'_>) -> Option<usize> {
    reader.u16("extensions").ok()?;
    while let Ok((extension, _)) = next(&mut reader) {
        if extension == ExtensionType::EncryptedClientHello {
            return message.len().checked_sub(reader.rest.len());
        }
    }
    None
}
