//! The judgement of a peer's certificate chain: path, validity, purpose and name, by webpki
//! (RFC 5280 section 6; RFC 9846 section 4.5.1.3), and then of its proof of possession
//! (RFC 9846 section 4.5.2).

use rustls_pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime};
use webpki::{EndEntityCert, KeyUsage, UnsupportedSignatureAlgorithmContext};

use super::certificate_verify::{Signer, signed_content};
use crate::crypto::{CryptoError, CryptoProvider};
use crate::trust::{Roots, Trust};
use crate::{CertificateError, Error, SignatureScheme};

/// The public key of a peer whose certificate has been accepted. What is left to check is that the
/// peer owns it.
#[derive(Clone, Debug)]
pub(crate) struct PeerKey(pub(crate) SubjectPublicKeyInfoDer<'static>);

impl PeerKey {
    /// The public key of a certificate that somebody else has accepted.
    ///
    /// # Errors
    ///
    /// The certificate cannot be read.
    pub(crate) fn of(certificate: &CertificateDer<'_>) -> Result<Self, CertificateError> {
        Ok(Self(parse(certificate)?.subject_public_key_info()))
    }

    /// Checks the signature of a CertificateVerify: `scheme` and `signature` are its fields,
    /// `transcript_hash` covers everything up to and including the peer's Certificate.
    ///
    /// # Errors
    ///
    /// [`Error::WrongSignatureScheme`] for a scheme that was not offered, is for certificates only,
    /// or does not suit the key; [`Error::BadSignature`] for a signature that does not verify.
    pub(crate) fn check_certificate_verify<P: CryptoProvider>(
        &self,
        provider: &P,
        signer: Signer,
        transcript_hash: &[u8],
        scheme: SignatureScheme,
        signature: &[u8],
    ) -> Result<(), Error> {
        let content = signed_content(signer, transcript_hash);
        provider.verify_signature(scheme, &self.0, &content, signature).map_err(|error| match error
        {
            CryptoError::UnsupportedScheme => Error::WrongSignatureScheme(scheme),
            CryptoError::BadPublicKey => CertificateError::UnsupportedAlgorithm.into(),
            _ => Error::BadSignature,
        })
    }
}

/// The chain must lead to one of these roots.
impl Trust for Roots {
    fn check_server(
        &self,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError> {
        let (own, others) = chain.split_first().ok_or(CertificateError::NoServerCertificate)?;
        let certificate = parse(own)?;
        self.check_path(&certificate, others, now, KeyUsage::server_auth())?;
        certificate.verify_is_valid_for_subject_name(name).map_err(refusal)?;
        Ok(PeerKey(certificate.subject_public_key_info()))
    }

    fn check_client(
        &self,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError> {
        let (own, others) = chain.split_first().ok_or(CertificateError::NoClientCertificate)?;
        let certificate = parse(own)?;
        self.check_path(&certificate, others, now, KeyUsage::client_auth())?;
        Ok(PeerKey(certificate.subject_public_key_info()))
    }
}

fn parse<'a>(certificate: &'a CertificateDer<'a>) -> Result<EndEntityCert<'a>, CertificateError> {
    EndEntityCert::try_from(certificate).map_err(refusal)
}

impl Roots {
    fn check_path<'p>(
        &'p self,
        certificate: &'p EndEntityCert<'p>,
        others: &'p [CertificateDer<'p>],
        now: UnixTime,
        usage: KeyUsage,
    ) -> Result<(), CertificateError> {
        let anchors = self.roots.anchors();
        certificate
            .verify_for_usage(self.algorithms, anchors, others, now, usage, None, None)
            .map(|_| ())
            .map_err(refusal)
    }
}

/// webpki's reason, in our words.
fn refusal(error: webpki::Error) -> CertificateError {
    use webpki::Error as Reason;
    match error {
        Reason::CertExpired { time, not_after } => CertificateError::Expired { time, not_after },
        Reason::CertNotValidYet { time, not_before } => {
            CertificateError::NotYetValid { time, not_before }
        }
        Reason::CertNotValidForName(context) => {
            CertificateError::WrongName { expected: context.expected.to_str().into() }
        }
        Reason::UnknownIssuer => CertificateError::UnknownIssuer,
        Reason::CertRevoked | Reason::CertDistrusted => CertificateError::Revoked,
        Reason::InvalidSignatureForPublicKey => CertificateError::BadSignature,
        Reason::UnsupportedSignatureAlgorithmContext(context) => unsupported(&context),
        Reason::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
            CertificateError::UnsupportedAlgorithm
        }
        Reason::CaUsedAsEndEntity => CertificateError::AuthorityAsEndEntity,
        Reason::RequiredEkuNotFoundContext(_) | Reason::EmptyEkuExtension => {
            CertificateError::WrongPurpose
        }
        Reason::EndEntityUsedAsCa
        | Reason::NameConstraintViolation
        | Reason::PathLenConstraintViolated => CertificateError::IssuerMayNot,
        Reason::MaximumNameConstraintComparisonsExceeded
        | Reason::MaximumPathBuildCallsExceeded
        | Reason::MaximumPathDepthExceeded
        | Reason::MaximumSignatureChecksExceeded => CertificateError::PathTooComplex,
        Reason::BadDer
        | Reason::BadDerTime
        | Reason::ExtensionValueInvalid
        | Reason::InvalidCertValidity
        | Reason::InvalidNetworkMaskConstraint
        | Reason::InvalidSerialNumber
        | Reason::MalformedDnsIdentifier
        | Reason::MalformedExtensions
        | Reason::MalformedNameConstraint
        | Reason::SignatureAlgorithmMismatch
        | Reason::TrailingData(_) => CertificateError::BadEncoding,
        // X.509 features that webpki does not have. (Lists of revoked certificates, of which its
        // other reasons speak, are not used.)
        other => CertificateError::Other(other.to_string().into()),
    }
}

/// Tells signature algorithms that are too weak from those that are merely unknown: for the weak
/// ones the alert is prescribed (RFC 9846 section 4.5.1.3).
fn unsupported(context: &UnsupportedSignatureAlgorithmContext) -> CertificateError {
    /// Object identifiers as encoded: md5WithRSAEncryption, sha1WithRSAEncryption, ecdsa-with-SHA1.
    const WEAK: [&[u8]; 3] = [
        &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x04],
        &[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x05],
        &[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x01],
    ];
    if WEAK.iter().any(|weak| context.signature_algorithm_id.starts_with(weak)) {
        CertificateError::WeakSignature
    } else {
        CertificateError::UnsupportedAlgorithm
    }
}

#[cfg(test)]
#[path = "path_tests.rs"]
mod tests;
