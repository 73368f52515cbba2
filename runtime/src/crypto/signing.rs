//! Signers: who makes the signature of a CertificateVerify.

use core::fmt;
use std::borrow::Cow;

use rustls_pki_types::SubjectPublicKeyInfoDer;

use super::CryptoError;
use crate::SignatureScheme;

/// A long-term private key, or whatever else signs in its place: a token, a service, a process.
///
/// A [provider](super::CryptoProvider::load_key) makes one of a private key that is at hand. A
/// program's own signer goes into an [`Identity`](crate::Identity):
///
/// ```
/// use std::sync::Arc;
/// use std::sync::atomic::{AtomicU64, Ordering};
///
/// use hyaline::crypto::{CryptoError, CryptoProvider, Ring, SigningKey};
/// use hyaline::pki_types::PrivateKeyDer;
/// use hyaline::{Identity, ServerConfig, SignatureScheme};
///
/// /// Counts what it signs.
/// #[derive(Debug)]
/// struct Counted {
///     key: Arc<dyn SigningKey>,
///     signatures: Arc<AtomicU64>,
/// }
///
/// impl SigningKey for Counted {
///     fn schemes(&self) -> &[SignatureScheme] {
///         self.key.schemes()
///     }
///
///     fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
///         self.signatures.fetch_add(1, Ordering::Relaxed);
///         self.key.sign(scheme, message)
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pair = rcgen::KeyPair::generate()?;
/// # let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?
/// #     .self_signed(&pair)?;
/// # let chain = vec![certificate.der().clone()];
/// # let private_key = PrivateKeyDer::try_from(pair.serialize_der())?;
/// let signatures = Arc::new(AtomicU64::new(0));
/// let key = Ring.load_key(&private_key)?;
/// let signer = Counted { key, signatures: Arc::clone(&signatures) };
/// let identity = Identity::new(&Ring, chain, Arc::new(signer))?;
/// let config = ServerConfig::builder().with_no_client_auth().with_identity(identity);
///
/// // One signature shows that the key belongs to the certificate.
/// assert_eq!(signatures.load(Ordering::Relaxed), 1);
/// # drop(config);
/// # Ok(())
/// # }
/// ```
///
/// [`sign`](Self::sign) may block. Where it must not, signatures are left to whoever drives the
/// connection: see [`Identity::delegated`](crate::Identity::delegated).
pub trait SigningKey: fmt::Debug + Send + Sync + 'static {
    /// The schemes with which this key can sign a CertificateVerify, most preferred first
    /// (RFC 9846 section 4.3.3). An [`Identity`](crate::Identity) leaves out those that its
    /// certificate does not allow.
    fn schemes(&self) -> &[SignatureScheme];

    /// Signs `message` under one of [`schemes`](Self::schemes). What is signed is `message` itself:
    /// the scheme's hash is applied here.
    ///
    /// # Errors
    /// [`CryptoError::UnsupportedScheme`] for any other scheme; [`CryptoError::Sign`] when no
    /// signature could be made.
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError>;

    /// The public key to it, a SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7); none where
    /// the signer does not know it. It is asked for where a key is configured without a
    /// certificate.
    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'static>> {
        None
    }
}

/// A private key that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadPrivateKey {
    /// What is wrong with it, in words.
    pub reason: Cow<'static, str>,
}

impl fmt::Display for BadPrivateKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the private key cannot be used: {}", self.reason)
    }
}

impl core::error::Error for BadPrivateKey {}
