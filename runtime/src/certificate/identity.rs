//! Our own certificate chain with its private key.

use core::fmt;

use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use webpki::EndEntityCert;

use super::certificate_verify::{Signer, signed_content};
use crate::crypto::{BadPrivateKey, CryptoError, CryptoProvider, SigningKey};
use crate::message::limits::chain_fits;
use crate::{ConfigurationError, Error, SignatureScheme};

/// A certificate chain, our own certificate first, and the private key that belongs to it.
pub(crate) struct Identity<P: CryptoProvider> {
    pub(crate) chain: Vec<CertificateDer<'static>>,
    pub(crate) key: P::SigningKey,
}

impl<P: CryptoProvider> Identity<P> {
    /// Loads the key and checks that it belongs to the first certificate: what it signs must
    /// verify as a peer will verify it.
    ///
    /// # Errors
    ///
    /// What is wrong with the chain or the key.
    pub(crate) fn new(
        provider: &P,
        chain: Vec<CertificateDer<'static>>,
        key: &PrivateKeyDer<'_>,
    ) -> Result<Self, ConfigurationError> {
        let own = chain.first().ok_or(ConfigurationError::NoCertificate)?;
        let public_key = EndEntityCert::try_from(own)
            .map_err(|_| ConfigurationError::BadCertificate)?
            .subject_public_key_info();
        if !chain_fits(chain.iter().map(|certificate| certificate.len())) {
            return Err(ConfigurationError::ChainTooLong);
        }

        let key = P::SigningKey::from_der(key)
            .map_err(|BadPrivateKey { reason }| ConfigurationError::BadPrivateKey { reason })?;
        let unable =
            || ConfigurationError::BadPrivateKey { reason: "it cannot sign anything".into() };
        let scheme = *key.schemes().first().ok_or_else(unable)?;
        // No prefix of the content of a CertificateVerify, so the signature is of no use elsewhere.
        let probe = b"hyaline: does the private key belong to the certificate?";
        let signature = key.sign(scheme, probe).map_err(|_| unable())?;
        provider
            .verify_signature(scheme, &public_key, probe, &signature)
            .map_err(|_| ConfigurationError::KeyDoesNotMatch)?;
        Ok(Self { chain, key })
    }

    /// The chain, our own certificate first.
    pub(crate) fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// The schemes with which CertificateVerify can be signed, the preferred first.
    pub(crate) fn schemes(&self) -> &[SignatureScheme] {
        self.key.schemes()
    }

    /// Signs a CertificateVerify (RFC 9846 section 4.5.2). `transcript_hash` covers everything up
    /// to and including our Certificate.
    ///
    /// # Errors
    ///
    /// [`Error::NoCommonSignatureScheme`] for a scheme that is not among [`Self::schemes`];
    /// [`Error::NoRandomness`]; [`Error::SigningFailed`].
    pub(crate) fn sign_certificate_verify(
        &self,
        signer: Signer,
        transcript_hash: &[u8],
        scheme: SignatureScheme,
    ) -> Result<Vec<u8>, Error> {
        let content = signed_content(signer, transcript_hash);
        self.key.sign(scheme, &content).map_err(|error| match error {
            CryptoError::UnsupportedScheme => Error::NoCommonSignatureScheme,
            CryptoError::Random => Error::NoRandomness,
            _ => Error::SigningFailed,
        })
    }
}

impl<P: CryptoProvider> fmt::Debug for Identity<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("certificates", &self.chain.len())
            .field("key", &self.key)
            .finish()
    }
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
