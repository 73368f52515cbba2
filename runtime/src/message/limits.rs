//! How long a peer's handshake message may be, and the limits that our own messages keep.

use crate::identifiers::HandshakeType;

/// The longest block of extensions, in bytes: what its syntax allows (RFC 9846 section 4.3).
pub(crate) const MAXIMUM_EXTENSIONS: usize = 0xffff;
/// The longest ClientHello: what its syntax allows (RFC 9846 section 4.2.2).
pub(crate) const MAXIMUM_CLIENT_HELLO: usize =
    2 + 32 + 1 + 32 + 2 + 0xfffe + 1 + 0xff + 2 + MAXIMUM_EXTENSIONS;
/// The longest ServerHello or HelloRetryRequest: what its syntax allows (RFC 9846 section 4.2.3).
pub(crate) const MAXIMUM_SERVER_HELLO: usize = 2 + 32 + 1 + 32 + 2 + 1 + 2 + MAXIMUM_EXTENSIONS;
/// The longest EncryptedExtensions: what its syntax allows (RFC 9846 section 4.4.1).
pub(crate) const MAXIMUM_ENCRYPTED_EXTENSIONS: usize = 2 + MAXIMUM_EXTENSIONS;
/// The longest CertificateRequest: what its syntax allows (RFC 9846 section 4.4.2).
pub(crate) const MAXIMUM_CERTIFICATE_REQUEST: usize = 1 + 0xff + 2 + MAXIMUM_EXTENSIONS;
/// The longest Certificate, by the same limit as OpenSSL's and BoringSSL's default. Its syntax
/// would allow 2^24 bytes (RFC 9846 section 4.5.1); the error of a longer one names this limit.
pub(crate) const MAXIMUM_CERTIFICATE: usize = 100 * 1024;
/// The longest CompressedCertificate: one that holds a Certificate of that length as it is.
pub(crate) const MAXIMUM_COMPRESSED_CERTIFICATE: usize = 2 + 3 + 3 + MAXIMUM_CERTIFICATE;
/// The longest CertificateVerify: what its syntax allows (RFC 9846 section 4.5.2).
pub(crate) const MAXIMUM_CERTIFICATE_VERIFY: usize = 2 + 2 + 0xffff;
/// The longest Finished: the longest hash that a cipher suite may have.
pub(crate) const MAXIMUM_FINISHED: usize = 64;
/// The longest NewSessionTicket: what its syntax allows (RFC 9846 section 4.7.1).
pub(crate) const MAXIMUM_NEW_SESSION_TICKET: usize =
    4 + 4 + 1 + 0xff + 2 + 0xffff + 2 + MAXIMUM_EXTENSIONS;
/// The longest KeyUpdate: it is one byte.
pub(crate) const MAXIMUM_KEY_UPDATE: usize = 1;
/// The longest EndOfEarlyData: it is empty.
pub(crate) const MAXIMUM_END_OF_EARLY_DATA: usize = 0;

/// The longest certificate chain that is looked at.
pub(crate) const MAXIMUM_CERTIFICATES: usize = 32;
/// The longest list of application protocols that may be configured, in bytes on the wire. The
/// syntax would allow 2^16 (RFC 7301 section 3.1), which would leave no room for a cookie.
pub(crate) const MAXIMUM_APPLICATION_PROTOCOLS: usize = 0x1000;

/// The most names of authorities that we send, in bytes on the wire. The syntax would allow 2^16
/// (RFC 9846 section 4.3.4), which would leave no room for anything else.
pub(crate) const MAXIMUM_AUTHORITIES: usize = 0x4000;

/// The limit on the length in a handshake message's header; nothing for types that TLS 1.3 does
/// not put on the wire.
pub(crate) fn limit(message: HandshakeType) -> Option<usize> {
    Some(match message {
        HandshakeType::ClientHello => MAXIMUM_CLIENT_HELLO,
        HandshakeType::ServerHello => MAXIMUM_SERVER_HELLO,
        HandshakeType::NewSessionTicket => MAXIMUM_NEW_SESSION_TICKET,
        HandshakeType::EndOfEarlyData => MAXIMUM_END_OF_EARLY_DATA,
        HandshakeType::EncryptedExtensions => MAXIMUM_ENCRYPTED_EXTENSIONS,
        HandshakeType::Certificate => MAXIMUM_CERTIFICATE,
        HandshakeType::CompressedCertificate => MAXIMUM_COMPRESSED_CERTIFICATE,
        HandshakeType::CertificateRequest => MAXIMUM_CERTIFICATE_REQUEST,
        HandshakeType::CertificateVerify => MAXIMUM_CERTIFICATE_VERIFY,
        HandshakeType::Finished => MAXIMUM_FINISHED,
        HandshakeType::KeyUpdate => MAXIMUM_KEY_UPDATE,
        _ => return None,
    })
}

/// Whether a list of application protocols can be offered: each name has 1 to 255 bytes (RFC 7301
/// section 3.1), and the list is within [`MAXIMUM_APPLICATION_PROTOCOLS`].
pub(crate) fn application_protocols_fit(protocols: &[Vec<u8>]) -> bool {
    let each = protocols.iter().all(|name| (1..=0xff).contains(&name.len()));
    let sum: usize = protocols.iter().map(|name| name.len().saturating_add(1)).sum();
    each && sum <= MAXIMUM_APPLICATION_PROTOCOLS
}

/// Whether a chain whose entries have these lengths fits in a Certificate message that this library
/// itself would accept.
pub(crate) fn chain_fits(lengths: impl Iterator<Item = usize>) -> bool {
    let (count, sum) = lengths.fold((0_usize, 4_usize), |(count, sum), length| {
        (count.saturating_add(1), sum.saturating_add(length))
    });
    count <= MAXIMUM_CERTIFICATES && sum <= MAXIMUM_CERTIFICATE
}
