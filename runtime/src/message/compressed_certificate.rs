//! CompressedCertificate (RFC 8879 section 4): a Certificate message in fewer bytes.

use super::HEADER_LENGTH;
use super::limits::MAXIMUM_CERTIFICATE;
use super::reader::{Reader, u24};
use super::writer::Writer;
use crate::config::Compressions;
use crate::error::{CertificateError, Error};
use crate::identifiers::HandshakeType;

/// A Certificate message, compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct CompressedCertificate<'a> {
    pub(crate) algorithm: u16,
    /// Bytes of the body of the Certificate message.
    pub(crate) length: usize,
    pub(crate) compressed: &'a [u8],
}

impl<'a> CompressedCertificate<'a> {
    fn decode(body: &'a [u8]) -> Result<Self, Error> {
        let mut reader = Reader::new(HandshakeType::CompressedCertificate, body);
        let algorithm = reader.u16("algorithm")?;
        let length = u24(*reader.array::<3>("uncompressed_length")?);
        let compressed = reader.vector24(1, "compressed_certificate_message")?;
        reader.end("compressed_certificate_message")?;
        Ok(Self { algorithm, length, compressed })
    }

    /// Appends the message.
    pub(crate) fn encode(self, buffer: &mut Vec<u8>) {
        Writer::new(buffer).handshake(HandshakeType::CompressedCertificate, |body| {
            body.u16(self.algorithm);
            let [.., high, middle, low] = self.length.to_be_bytes();
            body.bytes(&[high, middle, low]);
            body.vector24(|contents| contents.bytes(self.compressed));
        });
    }
}

/// The Certificate message, header included, that a CompressedCertificate stands for; none for a
/// message of another type. No more memory is used for it than a Certificate message may have.
///
/// # Errors
/// This side has not offered to decompress anything, or not by this algorithm; it cannot be
/// decompressed, or is not as long as it says (RFC 8879 section 4).
pub(crate) fn decompressed(bytes: &[u8], offered: &Compressions) -> Result<Option<Vec<u8>>, Error> {
    let message = HandshakeType::CompressedCertificate;
    let Some((header, body)) = bytes.split_at_checked(HEADER_LENGTH) else { return Ok(None) };
    if header.first() != Some(&message.0) {
        return Ok(None);
    }
    if offered.is_empty() {
        return Err(Error::UnexpectedMessage(message));
    }
    let CompressedCertificate { algorithm, length, compressed } =
        CompressedCertificate::decode(body)?;
    let illegal = Error::IllegalValue { message, field: "algorithm" };
    let compression = offered.get(algorithm).ok_or(illegal)?;
    if length > MAXIMUM_CERTIFICATE {
        let message = HandshakeType::Certificate;
        return Err(Error::MessageTooLong { message, length, limit: MAXIMUM_CERTIFICATE });
    }
    let body = compression.decompress(compressed, length).filter(|body| body.len() == length);
    let body = body.ok_or(CertificateError::BadCompression)?;
    let mut whole = Vec::with_capacity(HEADER_LENGTH + body.len());
    Writer::new(&mut whole).handshake(HandshakeType::Certificate, |contents| contents.bytes(&body));
    Ok(Some(whole))
}

/// Puts a CompressedCertificate in the place of a Certificate message, where that makes it shorter.
pub(crate) fn compress(certificate: &mut Vec<u8>, algorithm: u16, ours: &Compressions) {
    let Some(compression) = ours.get(algorithm) else { return };
    let Some(body) = certificate.get(HEADER_LENGTH..) else { return };
    let Some(compressed) = compression.compress(body) else { return };
    if compressed.len() + OVERHEAD < body.len() {
        let length = body.len();
        certificate.clear();
        let compressed = &compressed;
        CompressedCertificate { algorithm, length, compressed }.encode(certificate);
    }
}

/// What a CompressedCertificate has beside what is compressed, in bytes.
const OVERHEAD: usize = 2 + 3 + 3;
