//! The provider of the replay: its randomness is counted, its keys are handles, its ciphers are
//! ring's.
//!
//! It protects nothing. It is there so that a connection can be forked, and so that the same run
//! yields the same bytes.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use rustls_pki_types::{PrivateKeyDer, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use subtle::ConstantTimeEq;

use super::scripted::ScriptedKey;
use crate::crypto::{
    self, AeadAlgorithm, BadPrivateKey, CryptoError, CryptoProvider, Digest, HashAlgorithm,
    HashContext, Ring, Secret, Suite, X25519_BASE_POINT, ring,
};
use crate::{NamedGroup, SignatureScheme};

/// The groups of a replay: those of Diffie-Hellman alone.
pub(super) const GROUPS: &[NamedGroup] =
    &[NamedGroup::X25519, NamedGroup::Secp256r1, NamedGroup::Secp384r1];

/// The length of a signing key's identity, in bytes.
pub const IDENTITY_LENGTH: usize = 32;

/// The length of every signature, in bytes.
pub const SIGNATURE_LENGTH: usize = 48;

/// A provider whose random bytes follow from a seed and a counter.
///
/// A clone goes on from the same count: forks of a connection draw the same bytes.
pub struct Deterministic {
    seed: u64,
    count: AtomicU64,
}

impl Deterministic {
    /// A provider that counts from 0. The two ends of a connection need different seeds.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self { seed, count: AtomicU64::new(0) }
    }

    fn fill_with(&self, purpose: &[u8], destination: &mut [u8]) -> Result<(), CryptoError> {
        for chunk in destination.chunks_mut(HashAlgorithm::Sha256.length()) {
            let count = self.count.fetch_add(1, Ordering::Relaxed);
            let block = hash(&[purpose, &self.seed.to_be_bytes(), &count.to_be_bytes()])?;
            for (to, from) in chunk.iter_mut().zip(block.as_bytes()) {
                *to = *from;
            }
        }
        Ok(())
    }
}

impl Clone for Deterministic {
    fn clone(&self) -> Self {
        Self { seed: self.seed, count: AtomicU64::new(self.count.load(Ordering::Relaxed)) }
    }
}

impl fmt::Debug for Deterministic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Deterministic").field("seed", &self.seed).finish_non_exhaustive()
    }
}

/// A key exchange that has begun: a handle, whose private half is its public one.
#[derive(Clone, Debug)]
pub struct KeyExchange {
    group: NamedGroup,
    share: Vec<u8>,
}

impl crypto::KeyExchange for KeyExchange {
    fn group(&self) -> NamedGroup {
        self.group
    }

    fn share(&self) -> &[u8] {
        &self.share
    }

    fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        let shape = Shape::of(self.group)?;
        let form_is_good = !shape.is_point || peer_share.first() == Some(&4);
        let all_zero = peer_share.iter().all(|byte| *byte == 0);
        if peer_share.len() != shape.public_length || !form_is_good || all_zero {
            return Err(CryptoError::BadPublicShare);
        }
        agreed(&shape, &self.share, peer_share)
    }
}

/// What the holders of these two shares have in common.
fn agreed(shape: &Shape, own: &[u8], peer_share: &[u8]) -> Result<Secret, CryptoError> {
    let shared = hash(&[b"agree", own.min(peer_share), own.max(peer_share)])?;
    Ok(Secret::new(shared.as_bytes().get(..shape.secret_length).unwrap_or_default()))
}

/// A signing key: an identity, which is also its public key.
#[derive(Clone, Debug)]
pub struct SigningKey {
    identity: Arc<[u8]>,
}

impl SigningKey {
    /// The key of this identity.
    #[must_use]
    pub fn new(identity: [u8; IDENTITY_LENGTH]) -> Self {
        Self { identity: Arc::new(identity) }
    }
}

impl SigningKey {
    /// Takes the last 32 bytes as the identity. That is where the formats of elliptic-curve keys
    /// put the public key, so that a pair of a real certificate and a real key works as well.
    fn from_der(key: &PrivateKeyDer<'_>) -> Result<Self, BadPrivateKey> {
        identity_of(key.secret_der())
            .map(|identity| Self::new(*identity))
            .ok_or_else(|| BadPrivateKey { reason: "it is shorter than 32 bytes".into() })
    }

    /// The public key: the identity.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.identity
    }
}

impl ScriptedKey for SigningKey {
    fn certificate(&self) -> &[u8] {
        &self.identity
    }
}

impl crypto::SigningKey for SigningKey {
    fn schemes(&self) -> &[SignatureScheme] {
        &[SignatureScheme::EcdsaSecp256r1Sha256]
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if !self.schemes().contains(&scheme) {
            return Err(CryptoError::UnsupportedScheme);
        }
        Ok(signature(scheme, &self.identity, message)?.as_bytes().to_vec())
    }
}

impl CryptoProvider for Deterministic {
    type KeyExchange = KeyExchange;
    type HashContext = ring::HashContext;
    type AeadKey = ring::AeadKey;

    fn groups(&self) -> &'static [NamedGroup] {
        GROUPS
    }

    fn suites(&self) -> &'static [Suite] {
        Ring.suites()
    }

    fn verification_schemes(&self) -> &'static [SignatureScheme] {
        Ring.verification_schemes()
    }

    fn path_algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm] {
        Ring.path_algorithms()
    }

    fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError> {
        self.fill_with(b"random", destination)
    }

    fn start_exchange(&self, group: NamedGroup) -> Result<KeyExchange, CryptoError> {
        let shape = Shape::of(group)?;
        let mut share = vec![0; shape.public_length];
        self.fill_with(b"share", &mut share)?;
        // The form of an uncompressed point (RFC 9846 section 4.3.8.2).
        if let (true, Some(form)) = (shape.is_point, share.first_mut()) {
            *form = 4;
        }
        Ok(KeyExchange { group, share })
    }

    /// A key that is kept is a real one, which others have made. What it shares with a handle
    /// follows from its public half, which it shares with the base point.
    fn x25519(&self, private_key: &[u8; 32], public_key: &[u8; 32]) -> Result<Secret, CryptoError> {
        let own = Ring.x25519(private_key, &X25519_BASE_POINT)?;
        if *public_key == X25519_BASE_POINT {
            return Ok(own);
        }
        if *public_key == [0; 32] {
            return Err(CryptoError::BadPublicShare);
        }
        agreed(&Shape::of(NamedGroup::X25519)?, own.as_bytes(), public_key)
    }

    fn load_key(
        &self,
        key: &PrivateKeyDer<'_>,
    ) -> Result<Arc<dyn crypto::SigningKey>, BadPrivateKey> {
        Ok(Arc::new(SigningKey::from_der(key)?))
    }

    fn start_hash(&self, algorithm: HashAlgorithm) -> ring::HashContext {
        Ring.start_hash(algorithm)
    }

    fn hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        parts: &[&[u8]],
        tag: &mut [u8],
    ) -> Result<(), CryptoError> {
        Ring.hmac(algorithm, key, parts, tag)
    }

    fn verify_hmac(
        &self,
        algorithm: HashAlgorithm,
        key: &[u8],
        message: &[u8],
        tag: &[u8],
    ) -> Result<(), CryptoError> {
        Ring.verify_hmac(algorithm, key, message, tag)
    }

    fn aead_key(&self, algorithm: AeadAlgorithm, key: &[u8]) -> Result<ring::AeadKey, CryptoError> {
        Ring.aead_key(algorithm, key)
    }

    /// The last 32 bytes of the public key are the identity.
    fn verify_signature(
        &self,
        scheme: SignatureScheme,
        public_key: &SubjectPublicKeyInfoDer<'_>,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), CryptoError> {
        let identity = identity_of(public_key).ok_or(CryptoError::BadPublicKey)?;
        let expected = self::signature(scheme, identity, message)?;
        if bool::from(expected.as_bytes().ct_eq(signature)) {
            Ok(())
        } else {
            Err(CryptoError::BadSignature)
        }
    }
}

/// The lengths of a group's values.
struct Shape {
    public_length: usize,
    secret_length: usize,
    is_point: bool,
}

impl Shape {
    fn of(group: NamedGroup) -> Result<Self, CryptoError> {
        let (public_length, secret_length, is_point) = match group {
            NamedGroup::X25519 => (32, 32, false),
            NamedGroup::Secp256r1 => (65, 32, true),
            NamedGroup::Secp384r1 => (97, 48, true),
            _ => return Err(CryptoError::UnsupportedGroup),
        };
        Ok(Self { public_length, secret_length, is_point })
    }
}

fn identity_of(der: &[u8]) -> Option<&[u8; IDENTITY_LENGTH]> {
    der.last_chunk()
}

fn signature(
    scheme: SignatureScheme,
    identity: &[u8],
    message: &[u8],
) -> Result<Digest, CryptoError> {
    hash(&[b"signature", &scheme.0.to_be_bytes(), identity, message])
}

/// SHA-384, whose length is that of the longest secret.
fn hash(parts: &[&[u8]]) -> Result<Digest, CryptoError> {
    let mut context = Ring.start_hash(HashAlgorithm::Sha384);
    for part in parts {
        context.update(part);
    }
    context.digest()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::SigningKey as _;

    #[test]
    fn forks_draw_the_same_bytes_and_seeds_draw_others() {
        let draw = |provider: &Deterministic| {
            let mut bytes = [0; 40];
            provider.fill(&mut bytes).expect("cannot fail");
            bytes
        };
        let original = Deterministic::new(1);
        let first = draw(&original);
        let fork = original.clone();
        let second = draw(&original);
        assert_eq!(draw(&fork), second);
        assert_ne!(first, second);
        assert_ne!(draw(&Deterministic::new(2)), first);
    }

    #[test]
    fn a_signature_holds_for_its_key_and_message_only() {
        let key = SigningKey::new([7; 32]);
        let scheme = SignatureScheme::EcdsaSecp256r1Sha256;
        let signature = key.sign(scheme, b"message").expect("a known scheme");
        let check = |public_key: &[u8], message: &[u8]| {
            let public_key = SubjectPublicKeyInfoDer::from(public_key);
            Deterministic::new(1).verify_signature(scheme, &public_key, message, &signature)
        };
        assert_eq!(check(key.public_key(), b"message"), Ok(()));
        assert_eq!(check(key.public_key(), b"massage"), Err(CryptoError::BadSignature));
        assert_eq!(check(&[8; 32], b"message"), Err(CryptoError::BadSignature));
        assert_eq!(check(&[7; 31], b"message"), Err(CryptoError::BadPublicKey));
        assert_eq!(signature.len(), SIGNATURE_LENGTH);
    }
}
