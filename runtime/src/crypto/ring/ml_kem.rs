//! ML-KEM-768 (FIPS 203) by libcrux, which is formally verified.

use libcrux_ml_kem::mlkem768::{
    MlKem768Ciphertext, MlKem768PrivateKey, MlKem768PublicKey, decapsulate, encapsulate,
    generate_key_pair, validate_public_key,
};
use ring::rand::{SecureRandom, SystemRandom};
use zeroize::{Zeroize, Zeroizing};

use super::common::{CIPHERTEXT, ENCAPSULATION_KEY};
use crate::crypto::{CryptoError, Secret};

/// The private half, which is wiped. It stands behind a pointer, and is not copied where it is
/// moved.
pub(super) struct DecapsulationKey(Box<MlKem768PrivateKey>);

impl Drop for DecapsulationKey {
    fn drop(&mut self) {
        self.0[0..].zeroize();
    }
}

impl DecapsulationKey {
    /// A new key, and the encapsulation key to it.
    pub(super) fn generate() -> Result<(Self, Vec<u8>), CryptoError> {
        let (private, public) = generate_key_pair(*random()?).into_parts();
        Ok((Self(Box::new(private)), public.as_slice().to_vec()))
    }

    pub(super) fn decapsulate(&self, ciphertext: &[u8; CIPHERTEXT]) -> Result<Secret, CryptoError> {
        let shared = Zeroizing::new(decapsulate(&self.0, &MlKem768Ciphertext::from(ciphertext)));
        Ok(Secret::new(&*shared))
    }
}

/// The public half, of a peer.
pub(super) struct EncapsulationKey(MlKem768PublicKey);

impl EncapsulationKey {
    /// # Errors
    /// [`CryptoError::BadPublicShare`] for what does not pass the check of FIPS 203 section 7.2.
    pub(super) fn new(bytes: &[u8; ENCAPSULATION_KEY]) -> Result<Self, CryptoError> {
        let key = MlKem768PublicKey::from(bytes);
        if validate_public_key(&key) { Ok(Self(key)) } else { Err(CryptoError::BadPublicShare) }
    }

    /// A ciphertext, and the secret in it.
    pub(super) fn encapsulate(&self) -> Result<(Vec<u8>, Secret), CryptoError> {
        let (ciphertext, shared) = encapsulate(&self.0, *random()?);
        let shared = Zeroizing::new(shared);
        Ok((ciphertext.as_slice().to_vec(), Secret::new(&*shared)))
    }
}

fn random<const LENGTH: usize>() -> Result<Zeroizing<[u8; LENGTH]>, CryptoError> {
    let mut bytes = Zeroizing::new([0; LENGTH]);
    SystemRandom::new().fill(&mut *bytes).map_err(|_| CryptoError::Random)?;
    Ok(bytes)
}
