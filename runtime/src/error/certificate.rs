//! Why a certificate is not accepted.

use core::fmt;

use hyaline_model::table::Reason;
use rustls_pki_types::UnixTime;

use crate::identifiers::CertificateType;

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
    /// It came compressed, and what it holds is not a message of the length that it says
    /// (RFC 8879 section 4).
    BadCompression,
    /// Of a type that is not believed: a certificate where only raw public keys are, or a raw
    /// public key where only certificates are (RFC 7250).
    UnsupportedType {
        /// Its type.
        certificate_type: CertificateType,
    },
    /// A raw public key that is no SubjectPublicKeyInfo in DER (RFC 7250 section 3).
    BadPublicKey,
    /// A raw public key that is none of those that are believed.
    UnknownPublicKey,
    /// Not well-formed DER, or with contents that X.509 does not allow.
    BadEncoding,
    /// A certificate of its path is of another version of X.509 than 3 (RFC 9846 section 4.5.1.2).
    UnsupportedVersion {
        /// Its version; 1 has no extensions.
        version: u8,
    },
    /// The two places of a certificate that name the algorithm of its signature differ
    /// (RFC 5280 section 4.1.1.2).
    AlgorithmsDiffer,
    /// An extension stands twice in a certificate (RFC 5280 section 4.2).
    DuplicateExtension {
        /// Its object identifier.
        extension: Box<str>,
    },
    /// A critical extension that is not supported (RFC 5280 section 4.2).
    UnknownCriticalExtension {
        /// Its object identifier.
        extension: Box<str>,
    },
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
    /// It, or an authority in its path, has been revoked.
    Revoked,
    /// Nothing is known of its revocation, or of that of an authority in its path: no revocation
    /// list covers it that its issuer has signed.
    RevocationUnknown,
    /// The revocation list that covers it, or an authority in its path, is out of date.
    RevocationListExpired {
        /// The time by which it was judged.
        time: UnixTime,
        /// When the next list was to come.
        next_update: UnixTime,
    },
    /// It came without an OCSP response, which is required: by the configuration, or by itself
    /// (RFC 7633).
    NoStaple,
    /// The OCSP response that came with it does not show that it is good (RFC 6960 section 3.2).
    BadStaple {
        /// What is wrong with the response.
        reason: &'static str,
    },
    /// The OCSP response that came with it is out of date.
    StapleExpired {
        /// The time by which it was judged.
        time: UnixTime,
        /// When there was to be a newer one.
        next_update: UnixTime,
    },
    /// The issuer of a revocation list may not sign any: its key usage lacks cRLSign
    /// (RFC 5280 section 6.3.3).
    IssuerMayNotSignLists,
    /// It is valid, but its owner is not let in. A program says so, this library never does.
    AccessDenied,
    /// A judge of the program's own ([`ServerJudge`](crate::ServerJudge)) does not accept it, for a
    /// reason that has no other word here. This library never says so.
    Refused {
        /// What the judge says, in words.
        reason: Box<str>,
    },
    /// A signature in its path does not verify.
    BadSignature,
    /// A signature in its path uses MD5 or SHA-1.
    WeakSignature,
    /// A signature in its path is of a kind that is not accepted, or of another kind than its
    /// issuer's key.
    UnsupportedAlgorithm,
    /// A signature in its path is by RSASSA-PSS with parameters that no signature scheme has
    /// (RFC 9846 section 4.3.3).
    UnsupportedParameters {
        /// What it has.
        reason: &'static str,
    },
    /// A signature in its path is by RSASSA-PSS with other parameters than its issuer's key has
    /// (RFC 9846 section 4.3.3).
    ParametersDiffer,
    /// Its key, or that of an issuer in its path, is not supported.
    UnsupportedKey {
        /// What the key is.
        reason: &'static str,
    },
    /// It is a certificate authority's own, used as a server's or a client's.
    AuthorityAsEndEntity,
    /// Its key may not be used for signatures: its key usage lacks digitalSignature
    /// (RFC 9846 section 4.5.1.2).
    KeyMayNotSign,
    /// It, or an issuer in its path, is not for this purpose: its extended key usage names others.
    WrongPurpose,
    /// An issuer in its path is no authority (basic constraints).
    IssuerIsNoAuthority,
    /// The key of an issuer in its path may not sign certificates: its key usage lacks
    /// keyCertSign.
    IssuerMayNotSign,
    /// More authorities follow an issuer in its path than that one may have below it.
    PathTooLong,
    /// A name lies outside of what an issuer in its path may certify (name constraints).
    NameNotPermitted,
    /// An issuer in its path is constrained by names of a form that is not supported.
    UnsupportedNameConstraint,
    /// An issuer in its path requires a certificate policy, and there is none that all in the path
    /// have.
    NoPolicy,
    /// The search for a path was given up: there are too many ways.
    PathTooComplex,
}

impl CertificateError {
    /// The reason by which the table ends the connection.
    pub(super) fn reason(&self) -> Reason {
        match self {
            Self::NoServerCertificate => Reason::ServerWithoutCertificate,
            Self::NoClientCertificate => Reason::ClientWithoutCertificate,
            Self::BadEncoding
            | Self::BadPublicKey
            | Self::BadCompression
            | Self::AlgorithmsDiffer
            | Self::DuplicateExtension { .. }
            | Self::WrongName { .. }
            | Self::BadSignature
            | Self::ParametersDiffer
            | Self::WeakSignature
            | Self::IssuerIsNoAuthority
            | Self::IssuerMayNotSign
            | Self::PathTooLong
            | Self::NameNotPermitted => Reason::CertificateBad,
            Self::Expired { .. } | Self::NotYetValid { .. } => Reason::CertificateExpired,
            Self::UnknownIssuer => Reason::IssuerUnknown,
            Self::Revoked => Reason::CertificateRevoked,
            Self::AccessDenied => Reason::AccessRefused,
            // Section 4.5.1.2 uses this alert also where no other alert says what is wrong.
            Self::UnsupportedVersion { .. }
            | Self::UnsupportedType { .. }
            | Self::UnknownCriticalExtension { .. }
            | Self::UnsupportedAlgorithm
            | Self::UnsupportedParameters { .. }
            | Self::UnsupportedKey { .. }
            | Self::AuthorityAsEndEntity
            | Self::KeyMayNotSign
            | Self::WrongPurpose
            | Self::UnsupportedNameConstraint
            | Self::NoPolicy => Reason::CertificateUnsupported,
            // Section 6.2 has an alert for a response that is bad. One that is missing is a fault
            // of the certificate that promises it.
            Self::BadStaple { .. } | Self::StapleExpired { .. } => Reason::StapleUnacceptable,
            Self::NoStaple
            | Self::Refused { .. }
            | Self::UnknownPublicKey
            | Self::TooMany { .. }
            | Self::PathTooComplex
            | Self::RevocationUnknown
            | Self::RevocationListExpired { .. }
            | Self::IssuerMayNotSignLists => Reason::CertificateUnacceptable,
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
            Self::UnsupportedType { certificate_type: CertificateType::RawPublicKey } => {
                "it is a raw public key, and only certificates are accepted"
            }
            Self::UnsupportedType { .. } => {
                "it is a certificate, and only raw public keys are accepted"
            }
            Self::BadPublicKey => "it is to be a raw public key, and is no SubjectPublicKeyInfo",
            Self::UnknownPublicKey => {
                "it is a raw public key, and none of those that are trusted; was the peer's key \
                 changed?"
            }
            Self::BadCompression => "it came compressed, and cannot be decompressed",
            Self::BadEncoding => "it, or one in its path, is not a well-formed X.509 certificate",
            Self::UnsupportedVersion { version } => {
                return write!(
                    formatter,
                    "it, or one in its path, is of X.509 version {version}, where TLS 1.3 wants 3"
                );
            }
            Self::AlgorithmsDiffer => {
                "it, or one in its path, names two algorithms for its one signature"
            }
            Self::DuplicateExtension { extension } => {
                return write!(formatter, "the extension {extension} stands twice in it");
            }
            Self::UnknownCriticalExtension { extension } => {
                return write!(
                    formatter,
                    "it, or one in its path, has the critical extension {extension}, which is not \
                     supported"
                );
            }
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
            Self::Revoked => "it, or an authority in its path, has been revoked",
            Self::RevocationUnknown => {
                "no revocation list covers it, or an authority in its path: add the issuer's, or \
                 allow an unknown status"
            }
            Self::RevocationListExpired { time, next_update } => {
                return write!(
                    formatter,
                    "its revocation list is out of date since {} s (next update {} s after 1970, \
                     judged at {}): get a new one",
                    time.as_secs().saturating_sub(next_update.as_secs()),
                    next_update.as_secs(),
                    time.as_secs(),
                );
            }
            Self::NoStaple => "it must come with an OCSP response, and came without",
            Self::BadStaple { reason } => {
                return write!(formatter, "the OCSP response with it is not accepted: {reason}");
            }
            Self::StapleExpired { time, next_update } => {
                return write!(
                    formatter,
                    "the OCSP response with it is out of date since {} s (next update {} s after \
                     1970, judged at {}); is the clock right?",
                    time.as_secs().saturating_sub(next_update.as_secs()),
                    next_update.as_secs(),
                    time.as_secs(),
                );
            }
            Self::IssuerMayNotSignLists => {
                "the issuer of its revocation list may not sign any (key usage without cRLSign)"
            }
            Self::AccessDenied => "whom it shows is not let in",
            Self::Refused { reason } => {
                return write!(formatter, "this program's judge does not accept it: {reason}");
            }
            Self::BadSignature => "a signature in its path does not verify",
            Self::WeakSignature => "a signature in its path uses MD5 or SHA-1",
            Self::UnsupportedAlgorithm => "a signature in its path is of a kind not accepted",
            Self::UnsupportedParameters { reason } => {
                return write!(
                    formatter,
                    "a signature in its path is by RSASSA-PSS with {reason}, which TLS 1.3 does \
                     not have"
                );
            }
            Self::ParametersDiffer => {
                "a signature in its path is by RSASSA-PSS with other parameters than its issuer's \
                 key has"
            }
            Self::UnsupportedKey { reason } => {
                return write!(formatter, "its key, or that of an issuer, is {reason}");
            }
            Self::AuthorityAsEndEntity => {
                "it is an authority's own (CA:TRUE), which may not be a server's or client's"
            }
            Self::KeyMayNotSign => {
                "its key may not be used for signatures (key usage without digitalSignature)"
            }
            Self::WrongPurpose => {
                "it, or an issuer in its path, is not for this purpose (extended key usage)"
            }
            Self::IssuerIsNoAuthority => {
                "an issuer in its path is no authority (basic constraints without CA:TRUE)"
            }
            Self::IssuerMayNotSign => {
                "the key of an issuer in its path may not sign certificates (key usage without \
                 keyCertSign)"
            }
            Self::PathTooLong => {
                "its path is longer than an issuer in it allows (path length constraint)"
            }
            Self::NameNotPermitted => {
                "it has a name that an issuer in its path may not certify (name constraints)"
            }
            Self::UnsupportedNameConstraint => {
                "an issuer in its path constrains names of a form that is not supported"
            }
            Self::NoPolicy => {
                "an issuer in its path requires a certificate policy, and none holds for the path"
            }
            Self::PathTooComplex => "there are too many paths to try",
        };
        formatter.write_str(text)
    }
}

impl std::error::Error for CertificateError {}
