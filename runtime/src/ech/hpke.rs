//! Hybrid Public Key Encryption (RFC 9180) in its base mode, as far as Encrypted Client Hello needs
//! it: with DHKEM(X25519, HKDF-SHA256) only.

use core::fmt;

use crate::NamedGroup;
use crate::crypto::{
    AeadAlgorithm, AeadKey, CryptoError, CryptoProvider, Digest, HashAlgorithm, KeyExchange,
    NONCE_LENGTH, Secret, Transient,
};

/// The number of DHKEM(X25519, HKDF-SHA256) (RFC 9180 section 7.1).
pub(crate) const KEM: u16 = 0x0020;

/// The hash of this KEM.
const KEM_HASH: HashAlgorithm = HashAlgorithm::Sha256;

/// The length of what this KEM makes secret between both sides, in bytes.
const SHARED_SECRET_LENGTH: usize = 32;

/// The base mode (RFC 9180 section 5).
const MODE: u8 = 0;

/// What every input of the key derivation begins with (RFC 9180 section 4).
const VERSION: &[u8] = b"HPKE-v1";

/// The algorithms that a sender chooses, beside the KEM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct HpkeSuite {
    /// The hash of HKDF.
    pub(crate) kdf: HashAlgorithm,
    pub(crate) aead: AeadAlgorithm,
}

impl HpkeSuite {
    /// The suite of these numbers (RFC 9180 sections 7.2 and 7.3), if this library has it.
    pub(crate) fn from_numbers(kdf: u16, aead: u16) -> Option<Self> {
        let kdf = match kdf {
            1 => HashAlgorithm::Sha256,
            2 => HashAlgorithm::Sha384,
            _ => return None,
        };
        let aead = match aead {
            1 => AeadAlgorithm::Aes128Gcm,
            2 => AeadAlgorithm::Aes256Gcm,
            3 => AeadAlgorithm::ChaCha20Poly1305,
            _ => return None,
        };
        Some(Self { kdf, aead })
    }

    /// The numbers of the KDF and of the AEAD.
    pub(crate) const fn numbers(self) -> (u16, u16) {
        let kdf = match self.kdf {
            HashAlgorithm::Sha256 => 1,
            HashAlgorithm::Sha384 => 2,
        };
        let aead = match self.aead {
            AeadAlgorithm::Aes128Gcm => 1,
            AeadAlgorithm::Aes256Gcm => 2,
            AeadAlgorithm::ChaCha20Poly1305 => 3,
        };
        (kdf, aead)
    }
}

/// One side of an encryption: a key, and nonces that follow from a count.
pub(crate) struct HpkeContext<P: CryptoProvider> {
    pub(crate) key: P::AeadKey,
    pub(crate) base_nonce: Secret,
    pub(crate) sequence: u64,
}

impl<P: CryptoProvider> HpkeContext<P> {
    /// A sender's context, and the encapsulated key by which the recipient sets its own up
    /// (SetupBaseS, RFC 9180 section 5.1.1).
    ///
    /// # Errors
    /// [`CryptoError::BadPublicShare`] for a public key that is not 32 bytes long or leads to the
    /// all-zero secret; those of the provider.
    pub(crate) fn to(
        provider: &P,
        suite: HpkeSuite,
        public_key: &[u8],
        info: &[u8],
    ) -> Result<(Vec<u8>, Self), CryptoError> {
        let ephemeral = provider.start_exchange(NamedGroup::X25519)?;
        let encapsulated = ephemeral.share().to_vec();
        let agreed = ephemeral.complete(public_key)?;
        let context = Self::of(provider, suite, &agreed, [&encapsulated, public_key], info)?;
        Ok((encapsulated, context))
    }

    /// The recipient's context (SetupBaseR, RFC 9180 section 5.1.1). `public_key` belongs to
    /// `private_key`.
    ///
    /// # Errors
    /// [`CryptoError::BadPublicShare`] for an encapsulated key that is not 32 bytes long or leads
    /// to the all-zero secret; those of the provider.
    pub(crate) fn from(
        provider: &P,
        suite: HpkeSuite,
        private_key: &[u8; 32],
        public_key: &[u8; 32],
        encapsulated: &[u8],
        info: &[u8],
    ) -> Result<Self, CryptoError> {
        let ephemeral = encapsulated.try_into().map_err(|_| CryptoError::BadPublicShare)?;
        let agreed = provider.x25519(private_key, ephemeral)?;
        Self::of(provider, suite, &agreed, [encapsulated, public_key], info)
    }

    /// The context of what X25519 has yielded. Both public keys, the ephemeral one first, are part
    /// of what keys are derived from.
    fn of(
        provider: &P,
        suite: HpkeSuite,
        agreed: &Secret,
        public_keys: [&[u8]; 2],
        info: &[u8],
    ) -> Result<Self, CryptoError> {
        let shared = shared_secret(provider, agreed, public_keys)?;
        schedule(provider, suite, &shared, info)
    }

    /// The same, as if one text had been encrypted or decrypted already.
    pub(crate) fn skip(self) -> Self {
        Self { sequence: self.sequence.saturating_add(1), ..self }
    }

    /// Encrypts in place and appends the tag.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] for more than the AEAD takes at once, and where no nonce is left.
    pub(crate) fn seal(
        &mut self,
        additional_data: &[u8],
        text: &mut Vec<u8>,
    ) -> Result<(), CryptoError> {
        let next = self.sequence.checked_add(1).ok_or(CryptoError::TooLong)?;
        let tag = self.key.seal(self.nonce(), additional_data, text)?;
        text.extend_from_slice(&tag);
        self.sequence = next;
        Ok(())
    }

    /// Decrypts in place and returns the plaintext, which stands at the beginning. The sequence
    /// number goes on only where the tag is right.
    ///
    /// # Errors
    /// [`CryptoError::BadTag`] when the other side has not sealed this with this additional data
    /// as its next text; [`CryptoError::TooLong`] where no nonce is left.
    pub(crate) fn open<'b>(
        &mut self,
        additional_data: &[u8],
        text_and_tag: &'b mut [u8],
    ) -> Result<&'b mut [u8], CryptoError> {
        let next = self.sequence.checked_add(1).ok_or(CryptoError::TooLong)?;
        let text = self.key.open(self.nonce(), additional_data, text_and_tag)?;
        self.sequence = next;
        Ok(text)
    }

    /// The nonce of the next text (ComputeNonce, RFC 9180 section 5.2).
    fn nonce(&self) -> [u8; NONCE_LENGTH] {
        let mut nonce = [0; NONCE_LENGTH];
        for (to, from) in nonce.iter_mut().zip(self.base_nonce.as_bytes()) {
            *to = *from;
        }
        // The lowest byte of the number stands last.
        for (to, from) in nonce.iter_mut().rev().zip(self.sequence.to_le_bytes()) {
            *to ^= from;
        }
        nonce
    }
}

impl<P: CryptoProvider> fmt::Debug for HpkeContext<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("HpkeContext")
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}

/// ExtractAndExpand of the KEM (RFC 9180 section 4.1).
fn shared_secret<P: CryptoProvider>(
    provider: &P,
    agreed: &Secret,
    public_keys: [&[u8]; 2],
) -> Result<Secret, CryptoError> {
    let derivation = Derivation { provider, hash: KEM_HASH, suite: &[b"KEM", &KEM.to_be_bytes()] };
    let mut extracted = Transient::new();
    let extracted = extracted.first(KEM_HASH.length())?;
    derivation.extract(&[], b"eae_prk", agreed.as_bytes(), extracted)?;
    Secret::make(SHARED_SECRET_LENGTH, |shared| {
        derivation.expand(extracted, b"shared_secret", &public_keys, shared)
    })
}

/// KeySchedule in the base mode, where the pre-shared key and its name are empty (RFC 9180
/// section 5.1).
fn schedule<P: CryptoProvider>(
    provider: &P,
    suite: HpkeSuite,
    shared: &Secret,
    info: &[u8],
) -> Result<HpkeContext<P>, CryptoError> {
    let (kdf, aead) = suite.numbers();
    let (kdf, aead) = (kdf.to_be_bytes(), aead.to_be_bytes());
    let hash = suite.kdf;
    let numbers: &[&[u8]] = &[b"HPKE", &KEM.to_be_bytes(), &kdf, &aead];
    let derivation = Derivation { provider, hash, suite: numbers };

    let name_hash = Digest::make(hash.length(), |name_hash| {
        derivation.extract(&[], b"psk_id_hash", &[], name_hash)
    })?;
    let info_hash = Digest::make(hash.length(), |info_hash| {
        derivation.extract(&[], b"info_hash", info, info_hash)
    })?;
    let context: [&[u8]; 3] = [&[MODE], name_hash.as_bytes(), info_hash.as_bytes()];

    let (mut secret, mut key) = (Transient::new(), Transient::new());
    let secret = secret.first(hash.length())?;
    derivation.extract(shared.as_bytes(), b"secret", &[], secret)?;
    let key = key.first(suite.aead.key_length())?;
    derivation.expand(secret, b"key", &context, key)?;
    Ok(HpkeContext {
        key: provider.aead_key(suite.aead, key)?,
        base_nonce: Secret::make(NONCE_LENGTH, |nonce| {
            derivation.expand(secret, b"base_nonce", &context, nonce)
        })?,
        sequence: 0,
    })
}

/// HKDF whose inputs say what they are for: LabeledExtract and LabeledExpand (RFC 9180 section 4).
struct Derivation<'a, P> {
    provider: &'a P,
    hash: HashAlgorithm,
    /// The parts of what RFC 9180 calls `suite_id`.
    suite: &'a [&'a [u8]],
}

impl<P: CryptoProvider> Derivation<'_, P> {
    /// `output` is as long as the hash.
    fn extract(
        &self,
        salt: &[u8],
        label: &[u8],
        input: &[u8],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let parts = [&[VERSION], self.suite, &[label, input]].concat();
        self.provider.hmac(self.hash, salt, &parts, output)
    }

    /// `output` is as long as one hash at most, which is all that HPKE needs here.
    fn expand(
        &self,
        secret: &[u8],
        label: &[u8],
        info: &[&[u8]],
        output: &mut [u8],
    ) -> Result<(), CryptoError> {
        let length = u16::try_from(output.len()).map_err(|_| CryptoError::TooLong)?.to_be_bytes();
        // HKDF-Expand's first block is HMAC(secret, info || 0x01).
        let parts = [&[&length[..], VERSION], self.suite, &[label], info, &[&[1]]].concat();
        self.provider.hmac(self.hash, secret, &parts, output)
    }
}

#[cfg(test)]
#[path = "hpke_tests.rs"]
pub(crate) mod tests;
