//! Errors in words that a person can act on.

use core::fmt;

use super::{Error, Flood};

impl fmt::Display for Flood {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::KeyUpdates => "key_update messages without data between them",
            Self::Tickets => "new_session_ticket messages without data between them",
            Self::EmptyRecords => "records that carry nothing",
            Self::ChangeCipherSpecs => "change_cipher_spec records",
            Self::Alerts => "alerts that end nothing",
        })
    }
}

impl fmt::Display for Error {
    #[allow(clippy::too_many_lines, reason = "a sentence for each variant, and nothing else")]
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NotTls { looks_like } => {
                return write!(
                    formatter,
                    "the peer does not speak TLS; it sent what looks like {looks_like}"
                );
            }
            Self::UnknownContentType(found) => {
                return write!(formatter, "a record of the unknown type {found}");
            }
            Self::UnexpectedRecord(found) => return write!(formatter, "unexpected {found} record"),
            Self::UnprotectedRecord(found) => {
                return write!(
                    formatter,
                    "an unprotected {found} record where it must be protected"
                );
            }
            Self::RecordOverflow => "a record is longer than TLS allows",
            Self::EmptyFragment(found) => return write!(formatter, "an empty {found} record"),
            Self::Interleaved(found) => {
                return write!(formatter, "a {found} record in the middle of a handshake message");
            }
            Self::TooMany(flood) => {
                return write!(formatter, "the peer sent more than {} {flood}", flood.limit());
            }
            Self::Certificate(error) => {
                return write!(formatter, "certificate not accepted: {error}");
            }
            Self::PeerAlert(alert) => return write!(formatter, "the peer sent the alert {alert}"),
            Self::Transport(kind) => return write!(formatter, "the transport failed: {kind}"),
            Self::Configuration(error) => return write!(formatter, "configuration: {error}"),
            Self::Internal(reason) => return write!(formatter, "internal error: {reason}"),
            Self::UnknownHandshakeType(found) => {
                return write!(formatter, "a handshake message of the unknown type {found}");
            }
            Self::UnexpectedMessage(found) => {
                return write!(formatter, "unexpected {found} message");
            }
            Self::MessageTooLong { message, length, limit } => {
                return write!(
                    formatter,
                    "a {message} message of {length} bytes; the limit is {limit}"
                );
            }
            Self::Malformed { message, field } => {
                return write!(formatter, "the peer's {message} is malformed at {field}");
            }
            Self::MalformedAlert { length } => {
                return write!(formatter, "an alert record of {length} bytes, where 2 are needed");
            }
            Self::IllegalValue { message, field } => {
                return write!(formatter, "the peer's {message} has an illegal value in {field}");
            }
            Self::DuplicateExtension { message, extension } => {
                return write!(
                    formatter,
                    "the peer's {message} has the extension {extension} twice"
                );
            }
            Self::MisplacedExtension { message, extension } => {
                return write!(formatter, "the extension {extension} may not stand in {message}");
            }
            Self::UnsolicitedExtension { message, extension } => {
                return write!(
                    formatter,
                    "the peer's {message} has {extension}, which was not asked for"
                );
            }
            Self::MissingExtension { message, extension } => {
                return write!(formatter, "the peer's {message} lacks the extension {extension}");
            }
            Self::UnsupportedVersion { version } => {
                write!(formatter, "the peer does not speak TLS 1.3 (it named ")?;
                fmt_version(*version, formatter)?;
                ")"
            }
            Self::WrongLegacyVersion { message, version } => {
                return write!(
                    formatter,
                    "the peer's {message} has legacy_version {version:#06x}, not 0x0303"
                );
            }
            Self::WrongCipherSuite(suite) => {
                return write!(formatter, "the server chose {suite}, which it may not");
            }
            Self::WrongGroup(group) => {
                return write!(formatter, "the server chose the group {group}, which it may not");
            }
            Self::ClientHelloChanged { field } => {
                return write!(
                    formatter,
                    "the second client_hello differs from the first in {field}"
                );
            }
            Self::EarlyDataMismatch { field } => {
                return write!(
                    formatter,
                    "the server accepted early data, and its {field} is not that of their session"
                );
            }
            Self::WrongSignatureScheme(scheme) => {
                return write!(formatter, "the peer signed with {scheme}, which it may not");
            }
            Self::BadKeyShare(group) => {
                return write!(formatter, "the peer's key share is not a valid {group} public key");
            }
            Self::BadRecordMac => "a record cannot be deprotected (corrupted, or wrong keys)",
            Self::MissingContentType => "a protected record has no content type",
            Self::BadChangeCipherSpec => "a change_cipher_spec record is not the byte 0x01",
            Self::MessageSpansKeyChange => {
                "a handshake message and a change of keys do not align with a record"
            }
            Self::UnrecognizedName { name } => {
                return write!(formatter, "this server is not {name}, for which the client asks");
            }
            Self::KeyExhausted => "a key has protected as many records as it may",
            Self::Downgrade => {
                "the server was brought to answer with an old version of TLS: someone on the \
                 way may have changed the handshake"
            }
            Self::SessionIdNotEchoed => "the server did not echo the session identifier",
            Self::RetryWithoutChange => "the server's hello_retry_request asks for nothing new",
            Self::NoCommonCipherSuite => "the peers have no cipher suite in common",
            Self::NoCommonGroup => "the peers have no key exchange group in common",
            Self::NoCommonSignatureScheme => {
                "the peer accepts no signature scheme that this side's private key can make"
            }
            Self::NoCommonCertificateType { extension } => {
                return write!(
                    formatter,
                    "one side shows certificates only, or raw public keys only, and the other \
                     takes none ({extension})"
                );
            }
            Self::NoConfiguration => "this server has no configuration for what the client offers",
            Self::NoKnownKey => {
                "the client offers no external key that this server has, and the server has no \
                 certificate"
            }
            Self::NoCommonApplicationProtocol => {
                "the client offers no application protocol that this server speaks"
            }
            Self::WrongApplicationProtocol => {
                "the server chose an application protocol that was not offered"
            }
            Self::BadSignature => {
                "the peer's certificate_verify is wrong: it does not prove that it owns its \
                 key"
            }
            Self::BadBinder => {
                "the client's binder is wrong: it does not prove that it has the key that it \
                 offers, of a session or an external one"
            }
            Self::EchNotGenuine => {
                "the client's second ClientHello is not encrypted as the first was: it cannot be \
                 decrypted by the same key"
            }
            Self::EchRejected { retry: Some(_) } => {
                "the server could not read the encrypted ClientHello; it has proved its public \
                 name and has sent other configurations: connect again with them, once"
            }
            Self::EchRejected { retry: None } => {
                "the server could not read the encrypted ClientHello; it has proved its public \
                 name and reads none: connect again without encrypting it, if that may be"
            }
            Self::BadFinished => {
                "the peer's finished message is wrong: the two sides saw different handshakes"
            }
            Self::HandshakeCancelled => {
                "the peer closed the connection before the handshake was complete"
            }
            Self::Truncated => "the stream ended without close_notify: data may be missing",
            Self::Reset => "the transport was reset: data may be missing",
            Self::PeerVanished => {
                "the peer answers no more, and the transport gave up: data may be missing"
            }
            Self::Timeout => "the time for the call is over",
            Self::Interrupted => "a signal interrupted the call",
            Self::CloseBudgetExpired => {
                "the peer did not end its stream within what close waits for"
            }
            Self::WriteAfterClose => "the write side is closed already",
            Self::CallPending => {
                "another call is pending; take its result first, or end it by its deadline"
            }
            Self::NotConnected => "the connection has not finished its handshake, or has ended",
            Self::Closed => "the connection is closed",
            Self::EarlyDataMisplaced => {
                "early data are given to a client, before its handshake begins"
            }
            Self::NoRandomness => "the system gave no random bytes",
            Self::SigningFailed => "the private key failed to sign",
            Self::WorkFailed => "the program's worker could not do a part of the handshake",
            Self::ApplicationDataBeforeFinished => {
                "the peer sent application data before its finished message"
            }
            Self::Renegotiation => {
                "the client asks for another handshake (renegotiation), which TLS 1.3 does \
                 not have"
            }
            Self::LateAuthentication => {
                "the server asks for a certificate after the handshake, which this client \
                 does not support; have the server ask within the handshake"
            }
            Self::CookieTooLong { length, limit } => {
                return write!(
                    formatter,
                    "the server's cookie has {length} bytes; the second client_hello has room for \
                     {limit}"
                );
            }
            Self::EarlyDataTooLong { limit } => {
                return write!(
                    formatter,
                    "the client sent more early data than the {limit} bytes that its ticket allows"
                );
            }
            Self::TooMuchEarlyData { limit } => {
                return write!(
                    formatter,
                    "the client sent more early data than the {limit} bytes that are passed over"
                );
            }
            Self::SecondHelloRetryRequest => "the server sent a second hello_retry_request",
            Self::RequestedShareMissing => {
                "the second client_hello lacks a key share of the group that the server asked \
                 for"
            }
        };
        formatter.write_str(text)
    }
}

/// A version of the protocol by its usual name.
fn fmt_version(version: u16, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
    match version {
        0x0300 => formatter.write_str("SSL 3.0"),
        0x0301 => formatter.write_str("TLS 1.0"),
        0x0302 => formatter.write_str("TLS 1.1"),
        0x0303 => formatter.write_str("TLS 1.2"),
        other => write!(formatter, "version {other:#06x}"),
    }
}
