//! The crypto seam: the few operations that TLS 1.3 asks of a cryptographic library.
//!
//! A [`CryptoProvider`] is a value, its keys and contexts are associated types, and a connection is
//! generic over its provider and holds plain data. There are two providers here, each behind a
//! feature of the same name: `Ring`, by ring, and `AwsLcRs`, by aws-lc-rs, which has P-521 besides.
//! [`DefaultProvider`] is what a program gets that chooses none. Another one, or one of its own, it
//! gives to [`ClientConfig::builder_with_provider`](crate::ClientConfig::builder_with_provider) and
//! [`ServerConfig::builder_with_provider`](crate::ServerConfig::builder_with_provider). No provider
//! here leaves anything unprotected, and none draws numbers that can be foreseen.
//!
//! Three things can be put in, from the smallest:
//!
//! - a [`SigningKey`], where a private key must not leave its token or its service;
//! - a [`KeyExchange`], by a provider that hands all else on to [`DefaultProvider`];
//! - a whole [`CryptoProvider`].
//!
//! The providers of the replay, which protect nothing, are in no build that ships:
//!
//! ```compile_fail,E0603
//! use hyaline::replay::Deterministic;
//! ```

use core::fmt;
use std::sync::Arc;

use rustls_pki_types::{PrivateKeyDer, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};

use crate::{NamedGroup, SignatureScheme};

#[cfg(feature = "aws-lc-rs")]
pub mod aws_lc_rs;
mod error;
mod exchange;
pub(crate) mod hkdf;
#[cfg(feature = "ring")]
pub mod ring;
mod secret;
mod signing;
mod suite;

#[cfg(feature = "aws-lc-rs")]
pub use self::aws_lc_rs::AwsLcRs;
#[cfg(all(feature = "aws-lc-rs", not(feature = "ring")))]
pub use self::aws_lc_rs::AwsLcRs as DefaultProvider;
pub use self::error::CryptoError;
pub use self::exchange::{Exchanged, KeyExchange};
#[cfg(feature = "ring")]
pub use self::ring::Ring;
/// The provider of a program that chooses none: that of the feature `ring`, or that of `aws-lc-rs`
/// where there is only this feature.
#[cfg(feature = "ring")]
pub use self::ring::Ring as DefaultProvider;
pub use self::secret::{Digest, MAX_HASH_LENGTH, MAX_SHARED_SECRET_LENGTH, Secret};
pub(crate) use self::secret::{Transient, ZEROS};
pub use self::signing::{BadPrivateKey, SigningKey};
pub use self::suite::{AeadAlgorithm, HashAlgorithm, Suite};

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
compile_error!(
    "hyaline has no cryptography without one of its features `ring`, which is a default one, and \
     `aws-lc-rs`"
);

/// The length of every AEAD nonce of TLS 1.3, in bytes (RFC 9846 section 5.3).
pub const NONCE_LENGTH: usize = 12;

/// The length of the tag that each supported AEAD appends, in bytes.
pub const TAG_LENGTH: usize = 16;

/// The base point of X25519 (RFC 7748 section 4.1). What a private key shares with this point is
/// its public key.
pub(crate) const X25519_BASE_POINT: [u8; 32] = {
    let mut point = [0; 32];
    point[0] = 9;
    point
};

/// What a connection needs of a cryptographic library.
///
/// A provider is cheap to clone. Each connection owns a clone.
///
/// A program's own provider may hand on to another one what it does not change. This one exchanges
/// keys in P-256 only:
///
/// ```
/// use std::sync::Arc;
///
/// use hyaline::crypto::{
///     AeadAlgorithm, BadPrivateKey, CryptoError, CryptoProvider, HashAlgorithm, Ring, SigningKey,
///     Suite, ring,
/// };
/// use hyaline::pki_types::{
///     PrivateKeyDer, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer,
/// };
/// use hyaline::{ClientConfig, NamedGroup, RootCertStore, SignatureScheme};
///
/// #[derive(Clone, Debug)]
/// struct OneGroup;
///
/// impl CryptoProvider for OneGroup {
///     type KeyExchange = ring::KeyExchange;
///     type HashContext = ring::HashContext;
///     type AeadKey = ring::AeadKey;
///
///     fn groups(&self) -> &'static [NamedGroup] {
///         &[NamedGroup::Secp256r1]
///     }
///
///     fn start_exchange(&self, group: NamedGroup) -> Result<ring::KeyExchange, CryptoError> {
///         match group {
///             NamedGroup::Secp256r1 => Ring.start_exchange(group),
///             _ => Err(CryptoError::UnsupportedGroup),
///         }
///     }
///
///     // The rest is another's.
///     fn suites(&self) -> &'static [Suite] {
///         Ring.suites()
///     }
/// #   fn verification_schemes(&self) -> &'static [SignatureScheme] {
/// #       Ring.verification_schemes()
/// #   }
/// #   fn path_algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm] {
/// #       Ring.path_algorithms()
/// #   }
/// #   fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError> {
/// #       Ring.fill(destination)
/// #   }
/// #   fn load_key(&self, key: &PrivateKeyDer<'_>) -> Result<Arc<dyn SigningKey>, BadPrivateKey> {
/// #       Ring.load_key(key)
/// #   }
/// #   fn start_hash(&self, algorithm: HashAlgorithm) -> ring::HashContext {
/// #       Ring.start_hash(algorithm)
/// #   }
/// #   fn hmac(
/// #       &self,
/// #       algorithm: HashAlgorithm,
/// #       key: &[u8],
/// #       parts: &[&[u8]],
/// #       tag: &mut [u8],
/// #   ) -> Result<(), CryptoError> {
/// #       Ring.hmac(algorithm, key, parts, tag)
/// #   }
/// #   fn verify_hmac(
/// #       &self,
/// #       algorithm: HashAlgorithm,
/// #       key: &[u8],
/// #       message: &[u8],
/// #       tag: &[u8],
/// #   ) -> Result<(), CryptoError> {
/// #       Ring.verify_hmac(algorithm, key, message, tag)
/// #   }
/// #   fn aead_key(
/// #       &self,
/// #       algorithm: AeadAlgorithm,
/// #       key: &[u8],
/// #   ) -> Result<ring::AeadKey, CryptoError> {
/// #       Ring.aead_key(algorithm, key)
/// #   }
/// #   fn verify_signature(
/// #       &self,
/// #       scheme: SignatureScheme,
/// #       public_key: &SubjectPublicKeyInfoDer<'_>,
/// #       message: &[u8],
/// #       signature: &[u8],
/// #   ) -> Result<(), CryptoError> {
/// #       Ring.verify_signature(scheme, public_key, message, signature)
/// #   }
/// }
///
/// let config = ClientConfig::builder_with_provider(OneGroup)
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth();
/// assert_eq!(config.groups(), [NamedGroup::Secp256r1]);
/// ```
pub trait CryptoProvider: Clone + fmt::Debug + Send + Sync + 'static {
    /// A key exchange that a client has begun.
    type KeyExchange: KeyExchange;
    /// A running hash.
    type HashContext: HashContext;
    /// An AEAD key, for one direction and one generation.
    type AeadKey: AeadKey;

    /// The groups in which keys can be exchanged, most preferred first.
    fn groups(&self) -> &'static [NamedGroup];

    /// The cipher suites that this provider can run, most preferred first.
    fn suites(&self) -> &'static [Suite];

    /// The schemes of signatures that can be checked, in a CertificateVerify or in a certificate,
    /// most preferred first: they go into "signature_algorithms" (RFC 9846 section 4.3.3).
    fn verification_schemes(&self) -> &'static [SignatureScheme];

    /// The algorithms for the signatures of certificates (RFC 5280 section 6.1.3). One for keys of
    /// the kind id-RSASSA-PSS without parameters is for such keys with its own parameters, too.
    fn path_algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm];

    /// Fills `destination` with unpredictable bytes (RFC 9846 appendix C.1).
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the system's source of randomness fails.
    fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError>;

    /// Begins a key exchange, as a client does.
    ///
    /// # Errors
    /// [`CryptoError::UnsupportedGroup`], or [`CryptoError::Random`].
    fn start_exchange(&self, group: NamedGroup) -> Result<Self::KeyExchange, CryptoError>;

    /// Answers the share that a client has begun with, as a server does. A key encapsulation makes
    /// its own share of the peer's; this default, for Diffie-Hellman, makes the two apart.
    ///
    /// # Errors
    /// Those of [`start_exchange`](Self::start_exchange) and of [`KeyExchange::complete`].
    fn exchange(&self, group: NamedGroup, peer_share: &[u8]) -> Result<Exchanged, CryptoError> {
        Exchanged::by_diffie_hellman(self.start_exchange(group)?, peer_share)
    }

    /// X25519 (RFC 7748 section 6.1) with a private key that is kept and used again, as the
    /// recipient of HPKE has one (RFC 9180 section 4.1). A server needs this for Encrypted Client
    /// Hello (RFC 9849), and a provider without it, which is the default, cannot serve that.
    ///
    /// # Errors
    /// [`CryptoError::UnsupportedGroup`] where the provider does not have this;
    /// [`CryptoError::BadPublicShare`] where the secret would be all zero, which is to be found
    /// out in constant time.
    fn x25519(&self, private_key: &[u8; 32], public_key: &[u8; 32]) -> Result<Secret, CryptoError> {
        let _ = (private_key, public_key);
        Err(CryptoError::UnsupportedGroup)
    }

    /// Reads a private key: PKCS#8, PKCS#1 (RSA) or SEC1 (elliptic curves).
    ///
    /// # Errors
    /// [`BadPrivateKey`] with the reason, when the key is malformed, inconsistent, too small, or of
    /// a kind that cannot sign here.
    fn load_key(&self, key: &PrivateKeyDer<'_>) -> Result<Arc<dyn SigningKey>, BadPrivateKey>;

    /// Starts an empty hash.
    fn start_hash(&self, algorithm: HashAlgorithm) -> Self::HashContext;

    /// Hashes `data` in one go.
    ///
    /// # Errors
    /// Those of [`HashContext::digest`].
    fn hash(&self, algorithm: HashAlgorithm, data: &[u8]) -> Result<Digest, CryptoError> {
        let mut context = self.start_hash(algorithm);
        context.update(data);
        context.digest()
    }

    /// SHA-1, by which OCSP responses name the issuer of a certificate (RFC 6960 section 4.1.1),
    /// and nothing else here. A provider may have none, which is the default; then a response that
    /// uses SHA-1 is taken to be about no certificate.
    fn sha1(&self, data: &[u8]) -> Option<[u8; 20]> {
        let _ = data;
        None
    }

    /// HMAC (RFC 2104) over the concatenation of `parts`: its first bytes, as many as there is room
    /// for in `tag`. The HMAC may be a secret, and is written nowhere but into `tag`.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] where `tag` is longer than the hash; whatever else keeps the
    /// provider from computing one.
    fn hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        parts: &[&[u8]],
        tag: &mut [u8],
    ) -> Result<(), CryptoError>;

    /// Compares `tag` with the HMAC of `message`, in constant time.
    ///
    /// # Errors
    /// [`CryptoError::BadTag`] when they differ.
    fn verify_hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        message: &[u8],
        tag: &[u8],
    ) -> Result<(), CryptoError>;

    /// Sets up an AEAD key from exactly [`AeadAlgorithm::key_length`] bytes.
    ///
    /// # Errors
    /// [`CryptoError::BadKeyLength`] for any other length.
    fn aead_key(&self, algorithm: AeadAlgorithm, key: &[u8]) -> Result<Self::AeadKey, CryptoError>;

    /// Checks a signature under the public key of a certificate (RFC 9846 section 4.3.3).
    ///
    /// `message` is all that was signed: for a CertificateVerify the content of RFC 9846
    /// section 4.5.2, padding and context string included.
    ///
    /// # Errors
    /// [`CryptoError::UnsupportedScheme`] when `scheme` is unknown, does not fit the key (an ECDSA
    /// scheme names its curve, an RSA scheme the kind of its key, whose parameters may allow one
    /// scheme only), or is for certificates only; [`CryptoError::BadPublicKey`] when the
    /// key cannot be read; [`CryptoError::BadSignature`] when the signature is wrong.
    fn verify_signature(
        &self,
        scheme: SignatureScheme,
        public_key: &SubjectPublicKeyInfoDer<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError>;
}

/// A running hash.
pub trait HashContext: Clone + Send + Sync + 'static {
    /// Appends `data` to what is hashed.
    fn update(&mut self, data: &[u8]);

    /// The hash of everything so far. The context can go on.
    ///
    /// # Errors
    /// Whatever keeps the provider from computing one.
    fn digest(&self) -> Result<Digest, CryptoError>;
}

/// An AEAD key (RFC 5116) with 12-byte nonces and 16-byte tags.
///
/// The caller never repeats a nonce under one key.
pub trait AeadKey: Send + Sync + 'static {
    /// Encrypts `text` in place and returns the tag.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] when `text` exceeds what the algorithm can take at once.
    fn seal(
        &self,
        nonce: [u8; NONCE_LENGTH],
        additional_data: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], CryptoError>;

    /// Decrypts `text_and_tag` in place and returns the plaintext, which stands at its beginning.
    ///
    /// # Errors
    /// [`CryptoError::BadTag`] when nothing was sealed to this; what the buffer holds then is
    /// unspecified.
    fn open<'b>(
        &self,
        nonce: [u8; NONCE_LENGTH],
        additional_data: &[u8],
        text_and_tag: &'b mut [u8],
    ) -> Result<&'b mut [u8], CryptoError>;
}

#[cfg(test)]
mod tests;
