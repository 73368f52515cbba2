//! Key exchange, by ring.

use ring::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, EphemeralPrivateKey, UnparsedPublicKey, X25519,
    agree_ephemeral,
};
use ring::rand::SystemRandom;

use crate::NamedGroup;
use crate::crypto::{CryptoError, KeyShare, Secret};

/// The groups that ring knows.
pub(super) const GROUPS: &[NamedGroup] =
    &[NamedGroup::X25519, NamedGroup::Secp256r1, NamedGroup::Secp384r1];

/// The private half of a key share, held by ring.
pub struct PrivateShare(EphemeralPrivateKey);

pub(super) fn generate_share(group: NamedGroup) -> Result<KeyShare<PrivateShare>, CryptoError> {
    let key = EphemeralPrivateKey::generate(algorithm(group)?, &SystemRandom::new())
        .map_err(|_| CryptoError::Random)?;
    let public = key.compute_public_key().map_err(|_| CryptoError::Random)?.as_ref().to_vec();
    Ok(KeyShare { private: PrivateShare(key), public })
}

/// ring checks what RFC 9846 sections 4.3.8.2 and 7.4.2 ask for: the length and form of the peer's
/// share, that it is a point of the curve, and for X25519 that the result is not all zero.
pub(super) fn agree(
    PrivateShare(key): PrivateShare,
    group: NamedGroup,
    peer_public: &[u8],
) -> Result<Secret, CryptoError> {
    let algorithm = algorithm(group)?;
    if key.algorithm() != algorithm {
        return Err(CryptoError::UnsupportedGroup);
    }
    agree_ephemeral(key, &UnparsedPublicKey::new(algorithm, peer_public), Secret::new)
        .map_err(|_| CryptoError::BadPublicShare)
}

fn algorithm(group: NamedGroup) -> Result<&'static Algorithm, CryptoError> {
    match group {
        NamedGroup::X25519 => Ok(&X25519),
        NamedGroup::Secp256r1 => Ok(&ECDH_P256),
        NamedGroup::Secp384r1 => Ok(&ECDH_P384),
        _ => Err(CryptoError::UnsupportedGroup),
    }
}
