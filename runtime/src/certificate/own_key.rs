//! Our own private keys: whether they belong to the public key that is shown, and under which
//! schemes they sign.

use std::sync::Arc;

use rustls_pki_types::SubjectPublicKeyInfoDer;

use super::public_key::PublicKey;
use super::rsassa_pss;
use crate::crypto::{CryptoError, CryptoProvider, SigningKey};
use crate::{CertificateError, ConfigurationError, SignatureScheme};

/// Stands for a private key that the library does not have: its signatures are made by whoever
/// drives the connection.
#[derive(Debug)]
pub(super) struct Elsewhere(Vec<SignatureScheme>);

impl Elsewhere {
    /// One that signs under these schemes.
    pub(super) fn signing(
        schemes: &[SignatureScheme],
    ) -> Result<Arc<dyn SigningKey>, ConfigurationError> {
        if schemes.is_empty() {
            return Err(unable());
        }
        Ok(Arc::new(Self(schemes.to_vec())))
    }
}

impl SigningKey for Elsewhere {
    fn schemes(&self) -> &[SignatureScheme] {
        &self.0
    }

    fn sign(&self, _: SignatureScheme, _: &[u8]) -> Result<Vec<u8>, CryptoError> {
        Err(CryptoError::Sign)
    }
}

fn unable() -> ConfigurationError {
    ConfigurationError::BadPrivateKey { reason: "it cannot sign anything".into() }
}

/// Why a private key is not known to belong to a public key.
pub(super) struct Unproved {
    pub(super) error: ConfigurationError,
    /// Why no signature can be verified with the public key, if that can be seen.
    pub(super) fault: Option<&'static str>,
}

impl Unproved {
    /// What is said where the public key is that of our certificate.
    pub(super) fn of_certificate(self) -> ConfigurationError {
        self.fault.map_or(self.error, |reason| {
            ConfigurationError::UnusableCertificate(CertificateError::UnsupportedKey { reason })
        })
    }

    /// What is said where it is a raw public key.
    pub(super) fn of_raw_public_key(self) -> ConfigurationError {
        self.fault.map_or(self.error, |reason| ConfigurationError::BadPublicKey {
            reason: format!("it is {reason}").into(),
        })
    }
}

/// Checks that a peer verifies with the public key what the private key signs. Returns the schemes
/// that both have.
pub(super) fn prove<P: CryptoProvider>(
    provider: &P,
    public_key: &SubjectPublicKeyInfoDer<'_>,
    key: &dyn SigningKey,
) -> Result<Vec<SignatureScheme>, Unproved> {
    let cannot = || Unproved { error: unable(), fault: None };
    let read = PublicKey::of_info(public_key).ok();
    let schemes = match &read {
        Some(public_key) => allowed(key.schemes(), public_key)?,
        None => key.schemes().to_vec(),
    };
    let scheme = *schemes.first().ok_or_else(cannot)?;
    // The content of a CertificateVerify never begins like this, so the signature is of no use
    // elsewhere.
    let probe = b"hyaline: does the private key belong to the certificate?";
    let signature = key.sign(scheme, probe).map_err(|_| cannot())?;
    provider.verify_signature(scheme, public_key, probe, &signature).map_err(|_| {
        let fault = read.and_then(|key| key.fault(provider.path_algorithms()));
        Unproved { error: ConfigurationError::KeyDoesNotMatch, fault }
    })?;
    Ok(schemes)
}

/// Those of `schemes` that a public key allows. Keys for RSASSA-PSS have schemes of their own, and
/// may be restricted to one of these (RFC 9846 section 4.3.3).
pub(super) fn allowed(
    schemes: &[SignatureScheme],
    key: &PublicKey<'_>,
) -> Result<Vec<SignatureScheme>, Unproved> {
    let differs = |fault| Unproved { error: ConfigurationError::KeyDoesNotMatch, fault };
    let allowed: Vec<_> = if key.is_of(rsassa_pss::UNRESTRICTED_KEY) {
        let of_key = rsassa_pss::schemes(key.algorithm);
        let of_key = of_key.map_err(|unusable| differs(Some(unusable.of_key())))?;
        schemes.iter().copied().filter(|scheme| of_key.contains(scheme)).collect()
    } else {
        schemes.iter().copied().filter(|scheme| !rsassa_pss::is_scheme(*scheme)).collect()
    };
    let is_of_another_kind = allowed.is_empty() && !schemes.is_empty();
    if is_of_another_kind { Err(differs(None)) } else { Ok(allowed) }
}
