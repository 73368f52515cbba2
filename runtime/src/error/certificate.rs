//! Why a certificate is not accepted.

use core::fmt;

use hyaline_model::table::Reason;
use rustls_pki_types::UnixTime;

/// Why the peer's certificate is not accepted (RFC 9846 sections 4.5.1.3 and 6.2, RFC 5280).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CertificateError {
    /// A server sent no certificate.
    NoServerCertificate,
    /// A client sent no certificate, though this server requires one.
    NoClientCertificate,
    /// More certificates than this library looks at.
    TooMany {
        /// How many are allowed.
        limit: usize,
    },
    /// Not well-formed DER, or with contents that X.509 does not allow.
    BadEncoding,
    /// Its validity has ended.
    Expired {
        /// The time by which it was judged.
        time: UnixTime,
        /// The end of its validity.
        not_after: UnixTime,
    },
    /// Its validity has not begun.
    NotYetValid {
        /// The time by which it was judged.
        time: UnixTime,
        /// The beginning of its validity.
        not_before: UnixTime,
    },
    /// It is for other names than the one that was asked for.
    WrongName {
        /// The name that was asked for.
        expected: Box<str>,
    },
    /// No path leads from it to a trusted root.
    UnknownIssuer,
    /// It has been revoked.
    Revoked,
    /// A signature in its path does not verify.
    BadSignature,
    /// A signature in its path uses MD5 or SHA-1.
    WeakSignature,
    /// A signature in its path, or its key, is of a kind that is not accepted.
    UnsupportedAlgorithm,
    /// It is a certificate authority's own, used as a server's or a client's.
    AuthorityAsEndEntity,
    /// Its key may not be used for this purpose (key usage, extended key usage).
    WrongPurpose,
    /// An issuer in its path may not issue it (name constraints, path length, not an authority).
    IssuerMayNot,
    /// The search for a path was given up: too long or too many ways.
    PathTooComplex,
    /// Another reason, in words.
    Other(Box<str>),
}

impl CertificateError {
    /// The reason by which the table ends the connection.
    pub(super) fn reason(&self) -> Reason {
        match self {
            Self::NoServerCertificate => Reason::ServerWithoutCertificate,
            Self::NoClientCertificate => Reason::ClientWithoutCertificate,
            Self::BadEncoding
            | Self::WrongName { .. }
            | Self::BadSignature
            | Self::WeakSignature
            | Self::IssuerMayNot => Reason::CertificateBad,
            Self::Expired { .. } | Self::NotYetValid { .. } => Reason::CertificateExpired,
            Self::UnknownIssuer => Reason::IssuerUnknown,
            Self::Revoked => Reason::CertificateRevoked,
            Self::UnsupportedAlgorithm | Self::AuthorityAsEndEntity | Self::WrongPurpose => {
                Reason::CertificateUnsupported
            }
            Self::TooMany { .. } | Self::PathTooComplex | Self::Other(_) => {
                Reason::CertificateUnacceptable
            }
        }
    }
}

impl fmt::Display for CertificateError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::NoServerCertificate => "the server sent none",
            Self::NoClientCertificate => "the client sent none, and one is required",
            Self::TooMany { limit } => {
                return write!(formatter, "the chain has more than {limit} certificates");
            }
            Self::BadEncoding => "it is not a well-formed X.509 certificate",
            Self::Expired { time, not_after } => {
                return write!(
                    formatter,
                    "it expired {} s ago (valid to {} s after 1970, judged at {}); is the clock \
                     right?",
                    time.as_secs().saturating_sub(not_after.as_secs()),
                    not_after.as_secs(),
                    time.as_secs(),
                );
            }
            Self::NotYetValid { time, not_before } => {
                return write!(
                    formatter,
                    "it is valid only in {} s (from {} s after 1970, judged at {}); is the clock \
                     right?",
                    not_before.as_secs().saturating_sub(time.as_secs()),
                    not_before.as_secs(),
                    time.as_secs(),
                );
            }
            Self::WrongName { expected } => {
                return write!(formatter, "it is not for the name {expected}");
            }
            Self::UnknownIssuer => "no path leads from it to a trusted root",
            Self::Revoked => "it has been revoked",
            Self::BadSignature => "a signature in its path does not verify",
            Self::WeakSignature => "a signature in its path uses MD5 or SHA-1",
            Self::UnsupportedAlgorithm => "its key or a signature is of a kind not accepted",
            Self::AuthorityAsEndEntity => {
                "it is an authority's own (CA:TRUE), which may not be a server's or client's"
            }
            Self::WrongPurpose => "its key may not be used for this purpose",
            Self::IssuerMayNot => "an issuer in its path was not entitled to issue it",
            Self::PathTooComplex => "its path is too long, or there are too many to try",
            Self::Other(reason) => reason,
        };
        formatter.write_str(text)
    }
}

impl std::error::Error for CertificateError {}
