//! What an error is to the table: its reason, from which the alert follows.

use hyaline_model::Alert;
use hyaline_model::table::Reason;

use super::{Error, Flood};
use crate::identifiers::HandshakeType;

impl Flood {
    /// The reason by which the table refuses it.
    const fn reason(self) -> Reason {
        match self {
            Self::KeyUpdates => Reason::KeyUpdateFlood,
            Self::Tickets => Reason::TicketFlood,
            Self::EmptyRecords => Reason::EmptyRecordFlood,
            Self::ChangeCipherSpecs => Reason::ChangeCipherSpecFlood,
            Self::Alerts => Reason::CancellationFlood,
        }
    }
}

impl Error {
    /// The alert that the peer is told, if it is told any: nothing is sent in reply to an alert,
    /// to a transport that ended, or to a call that this side should not have made.
    ///
    /// It follows from the [reason](Self::reason).
    ///
    /// ```
    /// use hyaline::{Alert, Error};
    ///
    /// assert_eq!(Error::BadFinished.alert(), Some(Alert::DecryptError));
    /// assert_eq!(Error::Truncated.alert(), None);
    /// ```
    #[must_use]
    pub fn alert(&self) -> Option<Alert> {
        self.reason().map(Reason::alert)
    }

    /// The reason by which the table ends the connection, if it is one for which the peer is told
    /// anything. An error says more than its reason: what was found, and where.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        Some(match self {
            Self::NotTls { .. }
            | Self::UnknownContentType(_)
            | Self::UnexpectedRecord(_)
            | Self::UnprotectedRecord(_)
            | Self::MissingContentType
            | Self::EmptyFragment(_)
            | Self::BadChangeCipherSpec
            | Self::Interleaved(_)
            | Self::TooMuchEarlyData { .. }
            | Self::UnknownHandshakeType(_) => Reason::RecordOutOfPlace,
            Self::UnexpectedMessage(_) => Reason::MessageOutOfTurn,
            Self::EarlyDataTooLong { .. } => Reason::EarlyDataTooLong,
            Self::ApplicationDataBeforeFinished => Reason::ApplicationDataBeforeFinished,
            Self::Renegotiation => Reason::Renegotiation,
            Self::LateAuthentication => Reason::LateAuthentication,
            Self::SecondHelloRetryRequest => Reason::SecondRetry,
            Self::RequestedShareMissing => Reason::RequestedShareMissing,
            Self::MessageSpansKeyChange => Reason::KeysChangeInsideRecord,
            Self::TooMany(flood) => flood.reason(),
            Self::RecordOverflow => Reason::RecordTooLong,
            Self::BadRecordMac => Reason::RecordNotGenuine,
            // Unclear in RFC: which alert tells of a message that is well-formed but longer than
            // the receiver keeps. Of all messages that can only be a Certificate: the limits of the
            // others are those of their syntax.
            Self::MessageTooLong {
                message: HandshakeType::Certificate | HandshakeType::CompressedCertificate,
                ..
            } => Reason::CertificateUnacceptable,
            Self::MessageTooLong { .. } | Self::Malformed { .. } | Self::MalformedAlert { .. } => {
                Reason::MessageMalformed
            }
            Self::IllegalValue { .. }
            | Self::DuplicateExtension { .. }
            | Self::MisplacedExtension { .. }
            | Self::Downgrade
            | Self::SessionIdNotEchoed
            | Self::WrongCipherSuite(_)
            | Self::WrongGroup(_)
            | Self::RetryWithoutChange
            | Self::CookieTooLong { .. }
            | Self::ClientHelloChanged { .. }
            | Self::WrongApplicationProtocol
            | Self::EarlyDataMismatch { .. }
            | Self::WrongSignatureScheme(_)
            | Self::BadKeyShare(_) => Reason::ValueIllegal,
            Self::UnsolicitedExtension { .. } => Reason::ExtensionUnsolicited,
            Self::MissingExtension { .. } => Reason::ExtensionMissing,
            Self::UnsupportedVersion { .. } | Self::WrongLegacyVersion { .. } => {
                Reason::VersionUnsupported
            }
            Self::NoCommonCipherSuite
            | Self::NoCommonGroup
            | Self::NoCommonSignatureScheme
            | Self::NoKnownKey
            | Self::NoConfiguration => Reason::NothingInCommon,
            Self::NoCommonApplicationProtocol => Reason::NoCommonApplicationProtocol,
            Self::NoCommonCertificateType { .. } => Reason::CertificateUnsupported,
            Self::UnrecognizedName { .. } => Reason::NameUnrecognized,
            Self::BadSignature | Self::BadBinder | Self::EchNotGenuine => Reason::SignatureWrong,
            Self::EchRejected { .. } => Reason::EncryptedHelloRejected,
            Self::BadFinished => Reason::FinishedWrong,
            Self::Certificate(error) => error.reason(),
            Self::KeyExhausted
            | Self::NoRandomness
            | Self::SigningFailed
            | Self::WorkFailed
            | Self::Internal(_) => Reason::OwnFailure,
            Self::PeerAlert(_)
            | Self::HandshakeCancelled
            | Self::Truncated
            | Self::Reset
            | Self::PeerVanished
            | Self::Transport(_)
            | Self::Timeout
            | Self::Interrupted
            | Self::CloseBudgetExpired
            | Self::CallPending
            | Self::WriteAfterClose
            | Self::NotConnected
            | Self::Closed
            | Self::EarlyDataMisplaced
            | Self::Configuration(_) => return None,
        })
    }
}
