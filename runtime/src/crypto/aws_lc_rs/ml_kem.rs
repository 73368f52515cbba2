//! ML-KEM-768 (FIPS 203) by AWS-LC.

use aws_lc_rs::kem::{self, ML_KEM_768};

use super::common::{CIPHERTEXT, ENCAPSULATION_KEY};
use crate::crypto::{CryptoError, Secret};

/// The private half, which AWS-LC holds and wipes.
pub(super) struct DecapsulationKey(kem::DecapsulationKey);

impl DecapsulationKey {
    /// A new key, and the encapsulation key to it.
    pub(super) fn generate() -> Result<(Self, Vec<u8>), CryptoError> {
        let private =
            kem::DecapsulationKey::generate(&ML_KEM_768).map_err(|_| CryptoError::Random)?;
        let public = private
            .encapsulation_key()
            .and_then(|key| key.key_bytes())
            .map_err(|_| CryptoError::Random)?;
        Ok((Self(private), public.as_ref().to_vec()))
    }

    pub(super) fn decapsulate(&self, ciphertext: &[u8; CIPHERTEXT]) -> Result<Secret, CryptoError> {
        let shared = self
            .0
            .decapsulate(ciphertext.as_slice().into())
            .map_err(|_| CryptoError::BadPublicShare)?;
        Ok(Secret::new(shared.as_ref()))
    }
}

/// The public half, of a peer.
pub(super) struct EncapsulationKey(kem::EncapsulationKey);

impl EncapsulationKey {
    pub(super) fn new(bytes: &[u8; ENCAPSULATION_KEY]) -> Result<Self, CryptoError> {
        kem::EncapsulationKey::new(&ML_KEM_768, bytes)
            .map(Self)
            .map_err(|_| CryptoError::BadPublicShare)
    }

    /// A ciphertext, and the secret in it.
    ///
    /// # Errors
    /// [`CryptoError::BadPublicShare`] for what does not pass the check of FIPS 203 section 7.2,
    /// which AWS-LC makes here.
    pub(super) fn encapsulate(&self) -> Result<(Vec<u8>, Secret), CryptoError> {
        let (ciphertext, shared) = self.0.encapsulate().map_err(|_| CryptoError::BadPublicShare)?;
        Ok((ciphertext.as_ref().to_vec(), Secret::new(shared.as_ref())))
    }
}
