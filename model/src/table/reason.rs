//! Which alert tells the peer of which reason.

use super::{Alert, Reason};

impl Reason {
    /// The alert that tells the peer (RFC 9846 section 6.2).
    ///
    /// This is the one place where reasons become alerts. Rows carry the reason as far as the
    /// action that seals the alert.
    ///
    /// ```
    /// use hyaline_model::table::{Alert, Reason};
    ///
    /// assert_eq!(Reason::FinishedWrong.alert(), Alert::DecryptError);
    /// ```
    #[must_use]
    pub const fn alert(self) -> Alert {
        match self {
            Self::MessageOutOfTurn
            | Self::SecondRetry
            | Self::Renegotiation
            | Self::LateAuthentication
            | Self::KeysChangeInsideRecord
            | Self::ApplicationDataBeforeFinished
            | Self::ChangeCipherSpecOutOfPlace
            | Self::ChangeCipherSpecFlood
            | Self::EmptyRecordFlood
            | Self::TicketFlood
            | Self::KeyUpdateFlood
            | Self::CancellationFlood
            | Self::RecordOutOfPlace => Alert::UnexpectedMessage,
            Self::RecordTooLong => Alert::RecordOverflow,
            Self::RecordNotGenuine => Alert::BadRecordMac,
            // Section 4.5.1.3 names the alert for an empty list of the server's.
            Self::ServerWithoutCertificate | Self::MessageMalformed => Alert::DecodeError,
            Self::RequestedShareMissing | Self::ValueIllegal => Alert::IllegalParameter,
            Self::ExtensionMissing => Alert::MissingExtension,
            Self::ExtensionUnsolicited => Alert::UnsupportedExtension,
            Self::VersionUnsupported => Alert::ProtocolVersion,
            Self::NothingInCommon => Alert::HandshakeFailure,
            Self::NoCommonApplicationProtocol => Alert::NoApplicationProtocol,
            Self::FinishedWrong | Self::SignatureWrong => Alert::DecryptError,
            Self::ClientWithoutCertificate => Alert::CertificateRequired,
            Self::CertificateBad => Alert::BadCertificate,
            Self::CertificateUnsupported => Alert::UnsupportedCertificate,
            Self::CertificateRevoked => Alert::CertificateRevoked,
            Self::CertificateExpired => Alert::CertificateExpired,
            Self::IssuerUnknown => Alert::UnknownCa,
            Self::CertificateUnacceptable => Alert::CertificateUnknown,
            Self::OwnFailure => Alert::InternalError,
        }
    }
}
