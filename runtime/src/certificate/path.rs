//! The judgement of a peer's certificate chain: path, validity, purpose and name
//! (RFC 5280 section 6; RFC 9846 section 4.5.1.3), and then of its proof of possession
//! (RFC 9846 section 4.5.2).

use std::sync::Arc;

use rustls_pki_types::{
    CertificateDer, ServerName, SubjectPublicKeyInfoDer, TrustAnchor, UnixTime,
};

use super::attached::Staples;
use super::certificate_verify::{SignedContent, Signer};
use super::public_key::PublicKey;
use super::revocation::RevocationLists;
use super::search::{Search, Terms};
use super::status::StatusSources;
use super::status_response::NameHash;
use super::validation::{EndEntity, Purpose};
use super::x509::Certificate;
use crate::crypto::{CryptoError, CryptoProvider, Digest, HashAlgorithm};
use crate::session::Fingerprint;
use crate::trust::{Roots, Shown, Trust};
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
        Ok(Self::from(&Certificate::from_der(certificate)?))
    }

    /// Checks the signature of a CertificateVerify: `scheme` and `signature` are its fields,
    /// `transcript_hash` covers everything up to and including the peer's Certificate.
    ///
    /// # Errors
    ///
    /// [`Error::WrongSignatureScheme`] for a scheme that was not offered, is for certificates only,
    /// or does not suit the key; [`CertificateError::UnsupportedKey`] where no signature can be
    /// verified with this key; [`Error::BadSignature`] for a signature that does not verify.
    pub(crate) fn check_certificate_verify<P: CryptoProvider>(
        &self,
        provider: &P,
        signer: Signer,
        transcript_hash: &Digest,
        scheme: SignatureScheme,
        signature: &[u8],
    ) -> Result<(), Error> {
        let content = SignedContent::new(signer, transcript_hash);
        let content = content.as_bytes();
        provider.verify_signature(scheme, &self.0, content, signature).map_err(
            |error| match error {
                // An honest peer with a key that is not supported is told so.
                CryptoError::UnsupportedScheme => {
                    self.fault(provider).map_or(Error::WrongSignatureScheme(scheme), Error::from)
                }
                CryptoError::BadSignature => {
                    self.fault(provider).map_or(Error::BadSignature, Error::from)
                }
                _ => self.fault(provider).unwrap_or(CertificateError::UnsupportedAlgorithm).into(),
            },
        )
    }

    /// Why no signature can be verified with the key, if that can be seen.
    fn fault<P: CryptoProvider>(&self, provider: &P) -> Option<CertificateError> {
        let reason = PublicKey::of_info(&self.0).ok()?.fault(provider.path_algorithms())?;
        Some(CertificateError::UnsupportedKey { reason })
    }
}

impl From<&Certificate<'_>> for PeerKey {
    fn from(certificate: &Certificate<'_>) -> Self {
        Self(certificate.public_key_info.to_vec().into())
    }
}

/// The chain must lead to one of these roots.
impl<P: CryptoProvider> Trust for Roots<P> {
    fn judge_server(
        &self,
        shown: Shown<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError> {
        let own = shown.chain.first().ok_or(CertificateError::NoServerCertificate)?;
        let own = self.check_path(own, shown, now, Purpose::Server)?;
        check_name(&own, name)?;
        Ok(PeerKey::from(&own.certificate))
    }

    fn judge_client(&self, shown: Shown<'_>, now: UnixTime) -> Result<PeerKey, CertificateError> {
        let own = shown.chain.first().ok_or(CertificateError::NoClientCertificate)?;
        let own = self.check_path(own, shown, now, Purpose::Client)?;
        Ok(PeerKey::from(&own.certificate))
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        self.fingerprint
    }

    fn names(&self) -> Vec<Vec<u8>> {
        self.roots.names()
    }

    fn staples(&self) -> Staples {
        self.staples
    }

    fn with_revocation_lists(&self, lists: Arc<RevocationLists>) -> Arc<dyn Trust> {
        Arc::new(Self { lists: Some(lists), ..self.clone() }.told_apart())
    }

    fn with_staples(&self, staples: Staples) -> Arc<dyn Trust> {
        Arc::new(Self { staples, ..self.clone() }.told_apart())
    }
}

impl<P: CryptoProvider> Roots<P> {
    /// Judges a chain whose first certificate is the peer's own, and gives that one.
    fn check_path<'p>(
        &'p self,
        own: &'p CertificateDer<'_>,
        shown: Shown<'p>,
        now: UnixTime,
        purpose: Purpose,
    ) -> Result<EndEntity<'p>, CertificateError> {
        let own = EndEntity::from_der(own)?;
        own.check(now, purpose)?;
        let hash = |hash, data: &[u8]| self.hash_name(hash, data);
        let status =
            StatusSources { lists: self.lists.as_deref(), staples: self.staples, hash: &hash };
        let algorithms = self.provider.path_algorithms();
        let terms = Terms { roots: &self.roots, algorithms, status, now, purpose };
        Search::new(terms, &own, shown).run()?;
        Ok(own)
    }

    /// The hash by which an OCSP response names an issuer.
    fn hash_name(&self, hash: NameHash, data: &[u8]) -> Option<Vec<u8>> {
        let algorithm = match hash {
            NameHash::Sha1 => return self.provider.sha1(data).map(Vec::from),
            NameHash::Sha256 => HashAlgorithm::Sha256,
            NameHash::Sha384 => HashAlgorithm::Sha384,
        };
        self.provider.hash(algorithm, data).ok().map(|digest| digest.as_bytes().to_vec())
    }
}

/// Whether a certificate is valid for a name.
pub(super) fn check_name(
    own: &EndEntity<'_>,
    name: &ServerName<'_>,
) -> Result<(), CertificateError> {
    // A name that stands for nothing is passed over, and the others still count.
    if own.names.iter().any(|presented| presented.stands_for(name)) {
        return Ok(());
    }
    Err(CertificateError::WrongName { expected: name.to_str().into() })
}

/// The root that a certificate describes, of whatever version the certificate is.
///
/// # Errors
///
/// [`CertificateError::BadEncoding`], [`CertificateError::DuplicateExtension`].
pub(crate) fn anchor(
    certificate: &CertificateDer<'_>,
) -> Result<TrustAnchor<'static>, CertificateError> {
    let certificate = Certificate::from_der(certificate)?;
    let name_constraints = certificate.name_constraints_of_root()?;
    Ok(TrustAnchor {
        subject: certificate.subject.contents.to_vec().into(),
        subject_public_key_info: certificate.public_key.to_vec().into(),
        name_constraints: name_constraints.map(|contents| contents.to_vec().into()),
    })
}

#[cfg(test)]
#[path = "path_tests.rs"]
mod tests;
