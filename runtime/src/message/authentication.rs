//! CertificateVerify and Finished (RFC 9846 section 4.5).

use super::reader::Reader;
use super::writer::Writer;
use crate::error::Error;
use crate::identifiers::{HandshakeType, SignatureScheme};

/// The proof that the sender owns the key of its certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CertificateVerify<'a> {
    pub(crate) scheme: SignatureScheme,
    pub(crate) signature: &'a [u8],
}

impl<'a> CertificateVerify<'a> {
    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(HandshakeType::CertificateVerify, body);
        let scheme = SignatureScheme(reader.u16("algorithm")?);
        let signature = reader.vector16(0, "signature")?;
        reader.end("signature")?;
        Ok(Self { scheme, signature })
    }

    /// Appends the message.
    pub(crate) fn encode(&self, buffer: &mut Vec<u8>) {
        Writer::new(buffer).handshake(HandshakeType::CertificateVerify, |body| {
            body.u16(self.scheme.0);
            body.vector16(|signature| signature.bytes(self.signature));
        });
    }
}

/// The proof that both sides saw the same handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Finished<'a> {
    pub(crate) verify_data: &'a [u8],
}

impl<'a> Finished<'a> {
    /// Any length is taken: how long it must be depends on the cipher suite, see
    /// [`Finished::of_length`].
    pub(crate) fn decode(body: &'a [u8]) -> Self {
        Self { verify_data: body }
    }

    /// The verify_data, if it is as long as the handshake's hash.
    pub(crate) fn of_length(self, hash_length: usize) -> Result<&'a [u8], Error> {
        if self.verify_data.len() == hash_length {
            Ok(self.verify_data)
        } else {
            Err(Error::Malformed { message: HandshakeType::Finished, field: "verify_data" })
        }
    }

    /// Appends the message.
    pub(crate) fn encode(self, buffer: &mut Vec<u8>) {
        Writer::new(buffer).handshake(HandshakeType::Finished, |body| body.bytes(self.verify_data));
    }
}
