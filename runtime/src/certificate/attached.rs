//! What comes with a certificate in the Certificate message (RFC 9846 section 4.5.1.1).

use super::x509::Certificate;
use crate::CertificateError;
use crate::message::Entry;

/// What a peer has attached to one of its certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Attached {
    /// An OCSP response in DER.
    pub(crate) staple: Option<Box<[u8]>>,
    /// A SignedCertificateTimestampList.
    pub(crate) timestamps: Option<Box<[u8]>>,
}

impl Attached {
    /// Whether there is nothing to keep of an entry beside its certificate.
    pub(crate) const fn is_nothing(entry: &Entry<'_>) -> bool {
        entry.staple.is_none() && entry.timestamps.is_none()
    }
}

impl From<Entry<'_>> for Attached {
    fn from(entry: Entry<'_>) -> Self {
        Self { staple: entry.staple.map(Box::from), timestamps: entry.timestamps.map(Box::from) }
    }
}

/// Whether a peer is asked for an OCSP response with its certificate, its staple (RFC 9846 section
/// 4.5.1.1).
///
/// Where it is asked for, a response that comes has to say that its certificate is good: signed by
/// the issuer, or by somebody whom the issuer has certified for that, about this certificate, and
/// neither from the future nor past its next update. A certificate that itself demands a response
/// (RFC 7633, "must-staple") is refused if none comes with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Staples {
    /// It is not asked for.
    #[default]
    Unasked,
    /// It is asked for, and whether it comes is the peer's choice.
    Asked,
    /// It is asked for, and a peer that has none for its own certificate is refused.
    Required,
}

impl Staples {
    /// What tells this setting from the others.
    pub(crate) const fn distinction(self) -> &'static [u8] {
        match self {
            Self::Unasked => &[0],
            Self::Asked => &[1],
            Self::Required => &[2],
        }
    }

    /// Checks that the peer's own certificate came with a response where it must: this setting
    /// requires one, or asks for it and the certificate demands it. What it says is not looked at.
    ///
    /// # Errors
    ///
    /// [`CertificateError::NoStaple`], or why the certificate cannot be read.
    pub(crate) fn check_presence(
        self,
        own: &[u8],
        staple: Option<&[u8]>,
    ) -> Result<(), CertificateError> {
        let is_demanded = match self {
            _ if staple.is_some() => false,
            Self::Unasked => false,
            Self::Asked => Certificate::from_der(own)?.extensions()?.must_staple,
            Self::Required => true,
        };
        if is_demanded { Err(CertificateError::NoStaple) } else { Ok(()) }
    }
}
