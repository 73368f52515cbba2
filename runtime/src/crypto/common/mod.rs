//! What a provider does by `ring`, or by `aws-lc-rs`, whose API is the same in most: written once,
//! and compiled once as a child of each provider's module, where `library` is the crate that it
//! stands on. What the two crates do differently is in the modules beside it, which have the same
//! names and functions in both: `differences`, `ml_kem` and `verification`.

use std::sync::Arc;

use rustls_pki_types::{PrivateKeyDer, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};

use super::library::rand::{SecureRandom, SystemRandom};
use super::library::{aead, digest, hmac};
use super::{Provider, differences, verification};
use crate::crypto::{
    self, AeadAlgorithm, BadPrivateKey, CryptoError, CryptoProvider, Digest, Exchanged,
    HashAlgorithm, NONCE_LENGTH, Secret, Suite, TAG_LENGTH,
};
use crate::{NamedGroup, SignatureScheme};

mod agreement;
mod hybrid;
pub(super) mod pss_key;
mod sign;

pub use agreement::KeyExchange;
pub use sign::SigningKey;

/// The length of an encapsulation key of ML-KEM-768, in bytes (FIPS 203 section 8).
pub(super) const ENCAPSULATION_KEY: usize = 1184;

/// The length of a ciphertext of ML-KEM-768, in bytes.
pub(super) const CIPHERTEXT: usize = 1088;

impl CryptoProvider for Provider {
    type KeyExchange = KeyExchange;
    type HashContext = HashContext;
    type AeadKey = AeadKey;

    fn groups(&self) -> &'static [NamedGroup] {
        differences::GROUPS
    }

    fn suites(&self) -> &'static [Suite] {
        // AES comes first, because processors that have instructions for it run these suites
        // fastest.
        &[Suite::Aes128GcmSha256, Suite::Aes256GcmSha384, Suite::ChaCha20Poly1305Sha256]
    }

    fn verification_schemes(&self) -> &'static [SignatureScheme] {
        verification::SCHEMES
    }

    fn path_algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm] {
        verification::PATH_ALGORITHMS
    }

    fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError> {
        SystemRandom::new().fill(destination).map_err(|_| CryptoError::Random)
    }

    fn start_exchange(&self, group: NamedGroup) -> Result<KeyExchange, CryptoError> {
        KeyExchange::start(group)
    }

    fn exchange(&self, group: NamedGroup, peer_share: &[u8]) -> Result<Exchanged, CryptoError> {
        match group {
            NamedGroup::X25519MlKem768 => hybrid::answer(peer_share),
            group => Exchanged::by_diffie_hellman(self.start_exchange(group)?, peer_share),
        }
    }

    fn x25519(&self, private_key: &[u8; 32], public_key: &[u8; 32]) -> Result<Secret, CryptoError> {
        differences::x25519(private_key, public_key)
    }

    fn load_key(
        &self,
        key: &PrivateKeyDer<'_>,
    ) -> Result<Arc<dyn crypto::SigningKey>, BadPrivateKey> {
        Ok(Arc::new(SigningKey::from_der(key)?))
    }

    fn start_hash(&self, algorithm: HashAlgorithm) -> HashContext {
        HashContext(digest::Context::new(match algorithm {
            HashAlgorithm::Sha256 => &digest::SHA256,
            HashAlgorithm::Sha384 => &digest::SHA384,
        }))
    }

    fn sha1(&self, data: &[u8]) -> Option<[u8; 20]> {
        digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, data).as_ref().try_into().ok()
    }

    fn hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        parts: &[&[u8]],
        tag: &mut [u8],
    ) -> Result<(), CryptoError> {
        let key = hmac_key(algorithm, key);
        let mut context = hmac::Context::with_key(&key);
        for part in parts {
            context.update(part);
        }
        let whole = context.sign();
        tag.copy_from_slice(whole.as_ref().get(..tag.len()).ok_or(CryptoError::TooLong)?);
        Ok(())
    }

    fn verify_hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        message: &[u8],
        tag: &[u8],
    ) -> Result<(), CryptoError> {
        hmac::verify(&hmac_key(algorithm, key), message, tag).map_err(|_| CryptoError::BadTag)
    }

    fn aead_key(&self, algorithm: AeadAlgorithm, key: &[u8]) -> Result<AeadKey, CryptoError> {
        let algorithm = match algorithm {
            AeadAlgorithm::Aes128Gcm => &aead::AES_128_GCM,
            AeadAlgorithm::Aes256Gcm => &aead::AES_256_GCM,
            AeadAlgorithm::ChaCha20Poly1305 => &aead::CHACHA20_POLY1305,
        };
        let key = aead::UnboundKey::new(algorithm, key).map_err(|_| CryptoError::BadKeyLength)?;
        Ok(AeadKey(aead::LessSafeKey::new(key)))
    }

    fn verify_signature(
        &self,
        scheme: SignatureScheme,
        public_key: &SubjectPublicKeyInfoDer<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        sign::verify_signature(scheme, public_key, message, signature)
    }
}

fn hmac_key(algorithm: HashAlgorithm, key: &[u8]) -> hmac::Key {
    let algorithm = match algorithm {
        HashAlgorithm::Sha256 => hmac::HMAC_SHA256,
        HashAlgorithm::Sha384 => hmac::HMAC_SHA384,
    };
    hmac::Key::new(algorithm, key)
}

/// A running hash.
#[derive(Clone)]
pub struct HashContext(digest::Context);

impl crypto::HashContext for HashContext {
    fn update(&mut self, data: &[u8]) {
        self.0.update(data);
    }

    fn digest(&self) -> Result<Digest, CryptoError> {
        Digest::new(self.0.clone().finish().as_ref())
    }
}

/// An AEAD key.
pub struct AeadKey(pub(crate) aead::LessSafeKey);

impl crypto::AeadKey for AeadKey {
    fn seal(
        &self,
        nonce: [u8; NONCE_LENGTH],
        additional_data: &[u8],
        text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], CryptoError> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        let tag = self
            .0
            .seal_in_place_separate_tag(nonce, aead::Aad::from(additional_data), text)
            .map_err(|_| CryptoError::TooLong)?;
        tag.as_ref().try_into().map_err(|_| CryptoError::TooLong)
    }

    fn open<'b>(
        &self,
        nonce: [u8; NONCE_LENGTH],
        additional_data: &[u8],
        text_and_tag: &'b mut [u8],
    ) -> Result<&'b mut [u8], CryptoError> {
        let nonce = aead::Nonce::assume_unique_for_key(nonce);
        self.0
            .open_in_place(nonce, aead::Aad::from(additional_data), text_and_tag)
            .map_err(|_| CryptoError::BadTag)
    }
}

#[cfg(test)]
mod tests;
