//! Certificate, CertificateVerify and Finished (RFC 9846 section 4.5).

use super::HEADER_LENGTH;
use super::extension::{Extensions, Place};
use super::limits::MAXIMUM_CERTIFICATES;
use super::reader::Reader;
use super::writer::Writer;
use crate::error::{CertificateError, Error};
use crate::identifiers::{HandshakeType, SignatureScheme};

/// A certificate chain, the end entity's first; empty if a client has none to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Certificate<'a> {
    /// Empty within the handshake.
    pub(crate) context: &'a [u8],
    pub(crate) chain: Chain<'a>,
}

/// At most [`MAXIMUM_CERTIFICATES`] certificates, each in DER with extensions that nobody reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Chain<'a> {
    list: &'a [u8],
}

impl<'a> Chain<'a> {
    pub(crate) fn is_empty(self) -> bool {
        self.list.is_empty()
    }

    pub(crate) fn iter(self) -> impl Iterator<Item = &'a [u8]> {
        let mut list = Reader::new(HandshakeType::Certificate, self.list);
        core::iter::from_fn(move || entry(&mut list).ok().map(|(certificate, _)| certificate))
    }
}

/// A certificate and its extensions.
fn entry<'a>(list: &mut Reader<'a>) -> Result<(&'a [u8], &'a [u8]), Error> {
    Ok((list.vector24(1, "cert_data")?, list.vector16(0, "extensions")?))
}

impl<'a> Certificate<'a> {
    pub(crate) fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let message = HandshakeType::Certificate;
        let mut reader = Reader::new(message, body);
        let context = reader.vector8(0, "certificate_request_context")?;
        let list = reader.vector24(0, "certificate_list")?;
        reader.end("certificate_list")?;
        let chain = Chain { list };
        let mut list = reader.within(list);
        let mut count = 0;
        while !list.is_empty() {
            if count >= MAXIMUM_CERTIFICATES {
                return Err(CertificateError::TooMany { limit: MAXIMUM_CERTIFICATES }.into());
            }
            count += 1;
            let (_, block) = entry(&mut list)?;
            let extensions = Extensions::decode(&list, block)?;
            // Neither status_request nor the like is ever asked for, so there is nothing to answer.
            if let Some(extension) = extensions.in_place(Place::Certificate).next() {
                let (extension, _) = extension?;
                return Err(Error::UnsolicitedExtension { message, extension });
            }
        }
        Ok(Self { context, chain })
    }

    /// Appends the message with an empty context.
    pub(crate) fn encode<C: AsRef<[u8]>>(chain: &[C], buffer: &mut Vec<u8>) {
        let entries = chain.iter().map(|certificate| certificate.as_ref().len() + 5);
        buffer.reserve_exact(HEADER_LENGTH + 4 + entries.sum::<usize>());
        Writer::new(buffer).handshake(HandshakeType::Certificate, |body| {
            body.vector8(|_| {});
            body.vector24(|list| {
                for certificate in chain {
                    list.vector24(|data| data.bytes(certificate.as_ref()));
                    list.vector16(|_| {});
                }
            });
        });
    }
}

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
