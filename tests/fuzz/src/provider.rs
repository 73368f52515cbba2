//! A provider that protects nothing: whatever the fuzzer writes opens, and every signature holds.
//! So inputs get past the record layer's AEAD, Finished and CertificateVerify.

use std::sync::Arc;

use hyaline::crypto::{
    self, AeadAlgorithm, BadPrivateKey, CryptoError, CryptoProvider, HashAlgorithm, NONCE_LENGTH,
    Ring, Secret, SigningKey, Suite, TAG_LENGTH, ring,
};
use hyaline::pki_types::{
    AlgorithmIdentifier, InvalidSignature, PrivateKeyDer, SignatureVerificationAlgorithm,
    SubjectPublicKeyInfoDer, alg_id,
};
use hyaline::{NamedGroup, SignatureScheme};

/// The byte that fills everything random.
const FILLING: u8 = 0x42;

/// The provider. Its connections do the same for the same input.
#[derive(Clone, Copy, Debug)]
pub struct Clear;

/// A share that depends on the group alone, and a secret that depends on nothing.
pub struct Exchange {
    group: NamedGroup,
    share: Vec<u8>,
}

impl crypto::KeyExchange for Exchange {
    fn group(&self) -> NamedGroup {
        self.group
    }

    fn share(&self) -> &[u8] {
        &self.share
    }

    fn complete(self, _peer_share: &[u8]) -> Result<Secret, CryptoError> {
        Ok(Secret::new(&[FILLING; 32]))
    }
}

/// A key that leaves the text as it is, with a tag of zeros, and opens whatever has room for a tag.
pub struct ClearKey;

impl crypto::AeadKey for ClearKey {
    fn seal(
        &self,
        _nonce: [u8; NONCE_LENGTH],
        _additional_data: &[u8],
        _text: &mut [u8],
    ) -> Result<[u8; TAG_LENGTH], CryptoError> {
        Ok([0; TAG_LENGTH])
    }

    fn open<'b>(
        &self,
        _nonce: [u8; NONCE_LENGTH],
        _additional_data: &[u8],
        text_and_tag: &'b mut [u8],
    ) -> Result<&'b mut [u8], CryptoError> {
        let length = text_and_tag.len().checked_sub(TAG_LENGTH).ok_or(CryptoError::BadTag)?;
        text_and_tag.get_mut(..length).ok_or(CryptoError::BadTag)
    }
}

/// An algorithm by which every signature in a certificate is right.
#[derive(Debug)]
struct Believed {
    key: AlgorithmIdentifier,
    signature: AlgorithmIdentifier,
}

impl SignatureVerificationAlgorithm for Believed {
    fn verify_signature(&self, _: &[u8], _: &[u8], _: &[u8]) -> Result<(), InvalidSignature> {
        Ok(())
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.key
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.signature
    }
}

static ED25519: Believed = Believed { key: alg_id::ED25519, signature: alg_id::ED25519 };
static P256: Believed = Believed { key: alg_id::ECDSA_P256, signature: alg_id::ECDSA_SHA256 };
static ALGORITHMS: [&dyn SignatureVerificationAlgorithm; 2] = [&ED25519, &P256];

impl CryptoProvider for Clear {
    type KeyExchange = Exchange;
    type HashContext = ring::HashContext;
    type AeadKey = ClearKey;

    fn groups(&self) -> &'static [NamedGroup] {
        &[NamedGroup::X25519, NamedGroup::Secp256r1]
    }

    fn suites(&self) -> &'static [Suite] {
        Ring.suites()
    }

    fn verification_schemes(&self) -> &'static [SignatureScheme] {
        Ring.verification_schemes()
    }

    fn path_algorithms(&self) -> &'static [&'static dyn SignatureVerificationAlgorithm] {
        &ALGORITHMS
    }

    fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError> {
        destination.fill(FILLING);
        Ok(())
    }

    fn start_exchange(&self, group: NamedGroup) -> Result<Exchange, CryptoError> {
        let length = match group {
            NamedGroup::X25519 => 32,
            NamedGroup::Secp256r1 => 65,
            _ => return Err(CryptoError::UnsupportedGroup),
        };
        Ok(Exchange { group, share: vec![4; length] })
    }

    fn load_key(&self, key: &PrivateKeyDer<'_>) -> Result<Arc<dyn SigningKey>, BadPrivateKey> {
        Ring.load_key(key)
    }

    fn start_hash(&self, algorithm: HashAlgorithm) -> ring::HashContext {
        Ring.start_hash(algorithm)
    }

    fn sha1(&self, data: &[u8]) -> Option<[u8; 20]> {
        Ring.sha1(data)
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
        _algorithm: HashAlgorithm,
        _key: &[u8],
        _message: &[u8],
        _tag: &[u8],
    ) -> Result<(), CryptoError> {
        Ok(())
    }

    fn aead_key(&self, _algorithm: AeadAlgorithm, _key: &[u8]) -> Result<ClearKey, CryptoError> {
        Ok(ClearKey)
    }

    fn verify_signature(
        &self,
        _scheme: SignatureScheme,
        _public_key: &SubjectPublicKeyInfoDer<'_>,
        _message: &[u8],
        _signature: &[u8],
    ) -> Result<(), CryptoError> {
        Ok(())
    }
}
