//! What can go wrong, and which alert the peer is told (RFC 9846 section 6.2).

mod certificate;
mod configuration;
mod display;
mod reason;
mod transport;

use std::io;

pub use certificate::CertificateError;
pub use configuration::ConfigurationError;

use crate::alert::AlertDescription;
use crate::ech::EchConfigList;
use crate::identifiers::{
    CipherSuite, ContentType, ExtensionType, HandshakeType, NamedGroup, SignatureScheme,
};

/// What the peer sent more of than this library puts up with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Flood {
    /// KeyUpdate messages with no application data between them.
    KeyUpdates,
    /// NewSessionTicket messages with no application data between them.
    Tickets,
    /// Records that carry nothing.
    EmptyRecords,
    /// change_cipher_spec records.
    ChangeCipherSpecs,
    /// Alerts that end nothing.
    Alerts,
}

/// Every way in which a connection, or a call of it, fails. One variant per offence.
///
/// [`Error::alert`] says which alert the peer is told, if any.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    // The record layer (RFC 9846 section 5).
    /// The first bytes are not a TLS record; what they look like instead.
    NotTls {
        /// The protocol they look like, such as `HTTP`.
        looks_like: &'static str,
    },
    /// A record of a type that TLS 1.3 does not have.
    UnknownContentType(ContentType),
    /// A record of a known type where it must not be.
    UnexpectedRecord(ContentType),
    /// A record in the clear where only protected ones may come.
    UnprotectedRecord(ContentType),
    /// A record, or its content, longer than section 5.1 or 5.2 allows.
    RecordOverflow,
    /// A record that cannot be deprotected.
    BadRecordMac,
    /// A protected record of nothing but zeros, so without a content type.
    MissingContentType,
    /// A record of this type with no content, where section 5.1 forbids that.
    EmptyFragment(ContentType),
    /// A change_cipher_spec record that is not the one byte 0x01.
    BadChangeCipherSpec,
    /// A record of another type between the parts of a handshake message.
    Interleaved(ContentType),
    /// A handshake message that does not end where its record ends, though keys change there.
    MessageSpansKeyChange,
    /// More of something harmless than this library puts up with.
    TooMany(Flood),
    /// More early data than the client's ticket allows (section 4.3.10).
    EarlyDataTooLong {
        /// What it allows, in bytes.
        limit: usize,
    },
    /// More early data than this server passes over, or as much that cannot be deprotected for
    /// another reason (section 4.3.10).
    TooMuchEarlyData {
        /// Bytes of records that are passed over.
        limit: usize,
    },
    /// One key has protected as many records as it may (sections 5.3 and 5.5).
    KeyExhausted,

    // Messages (RFC 9846 sections 4 and 6).
    /// A handshake message of a type that TLS 1.3 does not have.
    UnknownHandshakeType(HandshakeType),
    /// A handshake message where it must not be.
    UnexpectedMessage(HandshakeType),
    /// Application data before the peer's Finished message (section 6.2).
    ApplicationDataBeforeFinished,
    /// A ClientHello after the handshake: TLS 1.3 has no renegotiation (section 4.2.2).
    Renegotiation,
    /// A CertificateRequest after the handshake, though this client did not offer to
    /// authenticate itself then (section 4.7.2).
    LateAuthentication,
    /// A handshake message longer than this library's limit for its type.
    MessageTooLong {
        /// Its type.
        message: HandshakeType,
        /// Bytes that its header claims.
        length: usize,
        /// Bytes that are allowed.
        limit: usize,
    },
    /// A message that does not follow its syntax.
    Malformed {
        /// The message.
        message: HandshakeType,
        /// The field that does not fit.
        field: &'static str,
    },
    /// An alert record that is not exactly one alert.
    MalformedAlert {
        /// Bytes in the record.
        length: usize,
    },
    /// A field whose value the RFC does not allow.
    IllegalValue {
        /// The message.
        message: HandshakeType,
        /// The field.
        field: &'static str,
    },
    /// An extension that stands twice in one block.
    DuplicateExtension {
        /// The message.
        message: HandshakeType,
        /// The extension.
        extension: ExtensionType,
    },
    /// An extension that may not stand in this message (section 4.3).
    MisplacedExtension {
        /// The message.
        message: HandshakeType,
        /// The extension.
        extension: ExtensionType,
    },
    /// The answer to an extension that was not sent.
    UnsolicitedExtension {
        /// The message.
        message: HandshakeType,
        /// The extension.
        extension: ExtensionType,
    },
    /// An extension that must be there and is not (section 9.2).
    MissingExtension {
        /// The message.
        message: HandshakeType,
        /// The extension.
        extension: ExtensionType,
    },

    // Negotiation (RFC 9846 sections 4.2 and 4.3).
    /// The peer does not speak TLS 1.3; the newest version that it named, as on the wire.
    UnsupportedVersion {
        /// 0x0303 is TLS 1.2.
        version: u16,
    },
    /// A message of TLS 1.3 whose legacy_version is not that of TLS 1.2 (sections 4.2.2 and 4.2.3).
    WrongLegacyVersion {
        /// The message.
        message: HandshakeType,
        /// What it says instead of 0x0303.
        version: u16,
    },
    /// The server can do TLS 1.3, yet was brought to answer with an older version (section 4.2.3).
    Downgrade,
    /// The server did not echo the session identifier.
    SessionIdNotEchoed,
    /// The server chose a cipher suite that was not offered, or another than it had named before.
    WrongCipherSuite(CipherSuite),
    /// The server chose a group that was not offered, or for which no key share was sent.
    WrongGroup(NamedGroup),
    /// A HelloRetryRequest that asks for nothing new.
    RetryWithoutChange,
    /// A cookie that no second ClientHello has room for, beside all else in it (section 4.3.2).
    CookieTooLong {
        /// Bytes that it has.
        length: usize,
        /// Bytes that there is room for.
        limit: usize,
    },
    /// A second HelloRetryRequest (section 4.2.4).
    SecondHelloRetryRequest,
    /// A second ClientHello without a key share of the group that was asked for (section 4.3.8).
    RequestedShareMissing,
    /// A second ClientHello that differs from the first where it must not; the field that does.
    ClientHelloChanged {
        /// The field or extension.
        field: &'static str,
    },
    /// No cipher suite in common.
    NoCommonCipherSuite,
    /// No key exchange group in common.
    NoCommonGroup,
    /// No signature scheme that the peer accepts and our key can make.
    NoCommonSignatureScheme,
    /// No type of certificate that one side can show and the other takes (RFC 7250 section 4.2).
    NoCommonCertificateType {
        /// The one that is about that side's certificate, the client's or the server's.
        extension: ExtensionType,
    },
    /// The client offers no external key that the server has, and the server has no certificate.
    NoKnownKey,
    /// The server has no configuration for what the client offers ([`Refusal::Offer`]).
    ///
    /// [`Refusal::Offer`]: crate::Refusal::Offer
    NoConfiguration,
    /// No application protocol in common (RFC 7301).
    NoCommonApplicationProtocol,
    /// This server has no certificate for the name that the client asks for (RFC 6066 section 3).
    UnrecognizedName {
        /// The name.
        name: Box<str>,
    },
    /// The server chose an application protocol that was not offered.
    WrongApplicationProtocol,
    /// The server accepts early data, and has chosen otherwise than the session under whose key
    /// they are (section 4.3.10).
    EarlyDataMismatch {
        /// What it has chosen otherwise.
        field: &'static str,
    },
    /// A signature under a scheme that was not offered or does not suit the certificate's key.
    WrongSignatureScheme(SignatureScheme),

    // Cryptography.
    /// The peer's key share is not a usable public key of its group (section 4.3.8).
    BadKeyShare(NamedGroup),
    /// The signature in CertificateVerify is wrong: the peer does not prove that it owns its key.
    BadSignature,
    /// The binder of a key that the client offers is wrong: it does not prove that it has the key,
    /// of the session or an external one (section 4.3.11.2).
    BadBinder,
    /// The second ClientHello is encrypted otherwise than the first, by whose key the server reads
    /// both (RFC 9849 section 7.1.1).
    EchNotGenuine,
    /// The Finished message is wrong: the two sides have not seen the same handshake.
    BadFinished,

    // Certificates.
    /// The peer's certificate is not accepted.
    Certificate(CertificateError),
    /// The server could not read our encrypted ClientHello, and has proved to be the one whose name
    /// is public (RFC 9849 section 6.1.6). Of what was meant for the server that was called, none
    /// was read: not even early data, if there were any.
    EchRejected {
        /// With these configurations a new connection may be tried, once. None: the server does not
        /// want any ClientHello encrypted.
        retry: Option<EchConfigList>,
    },

    // The other side, and the way to it.
    /// The peer ended the connection with this error alert.
    PeerAlert(AlertDescription),
    /// The peer ended its direction in order, with close_notify, and the handshake was not complete
    /// (section 6.1). No error alert says why; it may have changed its mind.
    HandshakeCancelled,
    /// The transport ended without close_notify: data may be missing (section 6.1).
    Truncated,
    /// The transport was reset: data may be missing, in both directions.
    Reset,
    /// The transport has given the connection up: the peer answers no more (`ETIMEDOUT`, after
    /// retransmissions, keepalive probes, or what `TCP_USER_TIMEOUT` allows). Data may be missing,
    /// in both directions.
    ///
    /// Of the kind [`ConnectionAborted`](io::ErrorKind::ConnectionAborted), as RFC 9293 section
    /// 3.10.8 calls it, because [`TimedOut`](io::ErrorKind::TimedOut) is what a call says that may
    /// be made again.
    PeerVanished,
    /// The transport failed in another way.
    Transport(io::ErrorKind),
    /// The call's deadline passed. Nothing is lost; the call may be made again.
    Timeout,
    /// A signal interrupted the wait of a call that was to be interruptible. Nothing is lost; the
    /// call may be made again.
    Interrupted,
    /// The peer did not end its stream within the bytes or the time that `close` waits for it.
    CloseBudgetExpired,

    // This side.
    /// A call was started in a place that another call has: of the receiving ones one may be
    /// pending, and of the sending ones one; a handshake and a close need both places.
    CallPending,
    /// A write after our direction was closed, or a handshake that was cancelled by closing it.
    WriteAfterClose,
    /// A call that needs a connection whose handshake is done.
    NotConnected,
    /// A call after the connection was closed.
    Closed,
    /// Early data were given to a server, or to a client whose handshake had begun.
    EarlyDataMisplaced,
    /// The configuration cannot work.
    Configuration(ConfigurationError),
    /// The system gave no random bytes.
    NoRandomness,
    /// The private key failed to sign.
    SigningFailed,
    /// Who was to do work of the handshake could not ([`Work::failed`](crate::Work::failed)).
    WorkFailed,
    /// A fault of this library or of what it runs on, not of the peer.
    Internal(&'static str),
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Certificate(error) => Some(error),
            Self::Configuration(error) => Some(error),
            _ => None,
        }
    }
}

impl From<CertificateError> for Error {
    fn from(error: CertificateError) -> Self {
        Self::Certificate(error)
    }
}

impl From<ConfigurationError> for Error {
    fn from(error: ConfigurationError) -> Self {
        Self::Configuration(error)
    }
}

#[cfg(test)]
mod tests {
    use hyaline_model::Alert;

    use super::*;

    #[test]
    fn an_error_is_small_enough_to_return_everywhere() {
        assert!(size_of::<Error>() <= 40, "{}", size_of::<Error>());
    }

    #[test]
    fn what_the_peer_did_wrong_is_told_and_what_it_did_not_is_not() {
        assert_eq!(Error::BadFinished.alert(), Some(Alert::DecryptError));
        assert_eq!(
            Error::UnsupportedVersion { version: 0x0303 }.alert(),
            Some(Alert::ProtocolVersion)
        );
        for silent in [Error::Truncated, Error::Reset, Error::Timeout, Error::WriteAfterClose] {
            assert_eq!(silent.alert(), None);
        }
        assert_eq!(Error::PeerAlert(AlertDescription(40)).alert(), None);
    }
}
