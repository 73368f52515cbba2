//! Key exchange, by ring.

use ring::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, EphemeralPrivateKey, PublicKey, UnparsedPublicKey, X25519,
    agree_ephemeral,
};
use ring::rand::SystemRandom;

use crate::NamedGroup;
use crate::crypto::{self, CryptoError, Secret};

/// The groups that ring knows.
pub(super) const GROUPS: &[NamedGroup] =
    &[NamedGroup::X25519, NamedGroup::Secp256r1, NamedGroup::Secp384r1];

/// A key exchange that has begun, by ring.
pub struct KeyExchange {
    group: NamedGroup,
    /// Behind a pointer: it is not copied where the exchange is moved.
    private: Box<EphemeralPrivateKey>,
    share: PublicKey,
}

impl KeyExchange {
    pub(super) fn start(group: NamedGroup) -> Result<Self, CryptoError> {
        let private = EphemeralPrivateKey::generate(algorithm(group)?, &SystemRandom::new())
            .map(Box::new)
            .map_err(|_| CryptoError::Random)?;
        let share = private.compute_public_key().map_err(|_| CryptoError::Random)?;
        Ok(Self { group, private, share })
    }
}

impl crypto::KeyExchange for KeyExchange {
    fn group(&self) -> NamedGroup {
        self.group
    }

    fn share(&self) -> &[u8] {
        self.share.as_ref()
    }

    /// ring checks what RFC 9846 sections 4.3.8.2 and 7.4.2 ask for: the length and form of the
    /// peer's share, that it is a point of the curve, and for X25519 that the result is not all
    /// zero.
    fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        let algorithm = algorithm(self.group)?;
        agree_ephemeral(*self.private, &UnparsedPublicKey::new(algorithm, peer_share), Secret::new)
            .map_err(|_| CryptoError::BadPublicShare)
    }
}

impl core::fmt::Debug for KeyExchange {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "KeyExchange({})", self.group)
    }
}

fn algorithm(group: NamedGroup) -> Result<&'static Algorithm, CryptoError> {
    match group {
        NamedGroup::X25519 => Ok(&X25519),
        NamedGroup::Secp256r1 => Ok(&ECDH_P256),
        NamedGroup::Secp384r1 => Ok(&ECDH_P384),
        _ => Err(CryptoError::UnsupportedGroup),
    }
}
