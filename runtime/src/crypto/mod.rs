//! The crypto seam: the few operations that TLS 1.3 asks of a cryptographic library.
//!
//! A [`CryptoProvider`] is a value, its keys and contexts are associated types, and nothing here is
//! a `dyn`: a connection is generic over its provider and holds plain data. [`Ring`] is what ships.
//! Nobody else can implement the trait; another provider is added here, on purpose. The providers
//! of the replay, which protect nothing, are in no build that ships:
//!
//! ```compile_fail,E0603
//! use hyaline::replay::Deterministic;
//! ```

use core::fmt;
use std::borrow::Cow;

use hyaline_model::Alert;
use rustls_pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};

use crate::{NamedGroup, SignatureScheme};

pub(crate) mod hkdf;
pub mod ring;
mod secret;
mod suite;

pub use self::ring::Ring;
pub use self::secret::{Digest, MAX_HASH_LENGTH, MAX_SECRET_LENGTH, Secret};
pub use self::suite::{AeadAlgorithm, HashAlgorithm, Suite};

/// The length of every AEAD nonce of TLS 1.3, in bytes (RFC 9846 section 5.3).
pub const NONCE_LENGTH: usize = 12;

/// The length of the tag that each supported AEAD appends, in bytes.
pub const TAG_LENGTH: usize = 16;

/// What a connection needs of a cryptographic library.
///
/// A provider is cheap to clone. Each connection owns a clone, so a provider with state of its own
/// (the deterministic one of the replay) is forked together with its connection.
pub trait CryptoProvider: admission::Admitted + Clone + fmt::Debug + Send + Sync + 'static {
    /// The private half of a key share, used once.
    type PrivateShare: Send + Sync + 'static;
    /// A running hash.
    type HashContext: HashContext;
    /// An AEAD key, for one direction and one generation.
    type AeadKey: AeadKey;
    /// A long-term private key, with which an endpoint signs CertificateVerify.
    type SigningKey: SigningKey;

    /// The groups in which [`generate_share`](Self::generate_share) works, most preferred first.
    fn groups(&self) -> &'static [NamedGroup];

    /// The cipher suites that this provider can run, most preferred first.
    fn suites(&self) -> &'static [Suite];

    /// Fills `destination` with unpredictable bytes (RFC 9846 appendix C.1).
    ///
    /// # Errors
    /// [`CryptoError::Random`] when the system's source of randomness fails.
    fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError>;

    /// Makes a fresh key share (RFC 9846 section 4.3.8).
    ///
    /// # Errors
    /// [`CryptoError::UnsupportedGroup`], or [`CryptoError::Random`].
    fn generate_share(
        &self,
        group: NamedGroup,
    ) -> Result<KeyShare<Self::PrivateShare>, CryptoError>;

    /// Computes the shared secret of RFC 9846 section 7.4 and uses up the private share.
    ///
    /// # Errors
    /// [`CryptoError::BadPublicShare`] when the peer's share has the wrong length, is not a point
    /// of the curve, or leads to the all-zero secret; [`CryptoError::UnsupportedGroup`] when
    /// `private` was made for another group.
    fn agree(
        &self,
        private: Self::PrivateShare,
        group: NamedGroup,
        peer_public: &[u8],
    ) -> Result<Secret, CryptoError>;

    /// Starts an empty hash.
    fn start_hash(&self, algorithm: HashAlgorithm) -> Self::HashContext;

    /// Hashes `data` in one go.
    fn hash(&self, algorithm: HashAlgorithm, data: &[u8]) -> Digest {
        let mut context = self.start_hash(algorithm);
        context.update(data);
        context.digest()
    }

    /// HMAC (RFC 2104) over the concatenation of `parts`.
    fn hmac(&self, algorithm: HashAlgorithm, key: &[u8], parts: &[&[u8]]) -> Secret;

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
    /// scheme names its curve), or is for certificates only; [`CryptoError::BadPublicKey`] when the
    /// key cannot be read; [`CryptoError::BadSignature`] when the signature is wrong.
    fn verify_signature(
        &self,
        scheme: SignatureScheme,
        public_key: &SubjectPublicKeyInfoDer<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError>;
}

/// A fresh key share: the half to keep and the half to send.
pub struct KeyShare<T> {
    /// The half to keep, which [`CryptoProvider::agree`] uses up.
    pub private: T,
    /// The half to send, as KeyShareEntry.key_exchange carries it.
    pub public: Vec<u8>,
}

/// A running hash.
pub trait HashContext: Clone + Send + Sync + 'static {
    /// Appends `data` to what is hashed.
    fn update(&mut self, data: &[u8]);

    /// The hash of everything so far. The context can go on.
    fn digest(&self) -> Digest;
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

/// A long-term private key.
pub trait SigningKey: fmt::Debug + Send + Sync + Sized + 'static {
    /// Reads a private key: PKCS#8, PKCS#1 (RSA) or SEC1 (elliptic curves).
    ///
    /// # Errors
    /// [`BadPrivateKey`] with the reason, when the key is malformed, inconsistent, too small, or of
    /// a kind that cannot sign here.
    fn from_der(key: &PrivateKeyDer<'_>) -> Result<Self, BadPrivateKey>;

    /// The schemes with which this key can sign a CertificateVerify, most preferred first.
    fn schemes(&self) -> &[SignatureScheme];

    /// The public key, as a certificate carries it: the content of its `subjectPublicKey` bit
    /// string.
    fn public_key(&self) -> &[u8];

    /// Signs `message` under one of [`schemes`](Self::schemes).
    ///
    /// # Errors
    /// [`CryptoError::UnsupportedScheme`] for any other scheme; [`CryptoError::Sign`] when the
    /// library fails.
    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError>;
}

/// Why a cryptographic operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CryptoError {
    /// The source of randomness failed.
    Random,
    /// The provider cannot exchange keys in this group, or a share is used in another group.
    UnsupportedGroup,
    /// The peer's key share is malformed, or leads to the all-zero secret.
    BadPublicShare,
    /// A cipher suite that the provider cannot run.
    UnsupportedSuite,
    /// A key of the wrong length for its algorithm.
    BadKeyLength,
    /// An AEAD or HMAC tag does not match.
    BadTag,
    /// More bytes than the operation can take or give.
    TooLong,
    /// The transcript was asked for a hash before the cipher suite was known.
    HashUnknown,
    /// The signature scheme is unknown, or does not fit the key.
    UnsupportedScheme,
    /// The public key of a certificate cannot be read.
    BadPublicKey,
    /// The signature does not match.
    BadSignature,
    /// Signing failed.
    Sign,
}

impl CryptoError {
    /// The alert to send when this ends a handshake.
    #[must_use]
    pub fn alert(self) -> Alert {
        match self {
            // RFC 9846 section 4.3.8.2 and section 7.4.2.
            Self::BadPublicShare | Self::UnsupportedScheme => Alert::IllegalParameter,
            // RFC 9846 sections 4.5.2 and 4.5.3. The record layer answers for AEAD tags itself.
            Self::BadTag | Self::BadSignature => Alert::DecryptError,
            Self::BadPublicKey => Alert::BadCertificate,
            Self::Random
            | Self::UnsupportedGroup
            | Self::UnsupportedSuite
            | Self::BadKeyLength
            | Self::TooLong
            | Self::HashUnknown
            | Self::Sign => Alert::InternalError,
        }
    }
}

impl fmt::Display for CryptoError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Random => "the system's source of randomness failed",
            Self::UnsupportedGroup => "the key exchange group is not supported",
            Self::BadPublicShare => "the peer's key share is not a valid public key",
            Self::UnsupportedSuite => "the cipher suite is not supported",
            Self::BadKeyLength => "a key has the wrong length for its algorithm",
            Self::BadTag => "an authentication tag does not match",
            Self::TooLong => "too many bytes for one cryptographic operation",
            Self::HashUnknown => "the transcript's hash is not known yet",
            Self::UnsupportedScheme => "the signature scheme is unknown or does not fit the key",
            Self::BadPublicKey => "the certificate's public key cannot be read",
            Self::BadSignature => "the signature does not match",
            Self::Sign => "signing failed",
        })
    }
}

impl core::error::Error for CryptoError {}

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

/// Who may implement [`CryptoProvider`].
pub(crate) mod admission {
    /// Implemented by providers that ship; outside of what ships, by those of the replay.
    pub trait Admitted {}

    impl Admitted for super::Ring {}
}

#[cfg(test)]
mod tests;
