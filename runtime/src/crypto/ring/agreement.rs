//! Key exchange.

use ring::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, EphemeralPrivateKey, PublicKey, UnparsedPublicKey, X25519,
    agree_ephemeral,
};
use ring::rand::SystemRandom;

use super::hybrid::Hybrid;
use crate::NamedGroup;
use crate::crypto::{self, CryptoError, Secret};

/// The groups, the preferred ones first.
pub(super) const GROUPS: &[NamedGroup] =
    &[NamedGroup::X25519MlKem768, NamedGroup::X25519, NamedGroup::Secp256r1, NamedGroup::Secp384r1];

/// A key exchange that has begun.
pub struct KeyExchange(Begun);

enum Begun {
    Ecdh(Ecdh),
    Hybrid(Hybrid),
}

impl KeyExchange {
    pub(super) fn start(group: NamedGroup) -> Result<Self, CryptoError> {
        Ok(Self(match group {
            NamedGroup::X25519MlKem768 => Begun::Hybrid(Hybrid::start()?),
            group => Begun::Ecdh(Ecdh::start(group)?),
        }))
    }
}

impl crypto::KeyExchange for KeyExchange {
    fn group(&self) -> NamedGroup {
        match &self.0 {
            Begun::Ecdh(begun) => begun.group,
            Begun::Hybrid(_) => NamedGroup::X25519MlKem768,
        }
    }

    fn share(&self) -> &[u8] {
        match &self.0 {
            Begun::Ecdh(begun) => begun.share(),
            Begun::Hybrid(begun) => begun.share(),
        }
    }

    fn part(&self) -> Option<(NamedGroup, &[u8])> {
        match &self.0 {
            Begun::Ecdh(_) => None,
            Begun::Hybrid(begun) => Some(begun.part()),
        }
    }

    fn complete_part(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        match self.0 {
            Begun::Ecdh(_) => Err(CryptoError::UnsupportedGroup),
            Begun::Hybrid(begun) => begun.complete_part(peer_share),
        }
    }

    fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        match self.0 {
            Begun::Ecdh(begun) => begun.complete(peer_share),
            Begun::Hybrid(begun) => begun.complete(peer_share),
        }
    }
}

impl core::fmt::Debug for KeyExchange {
    fn fmt(&self, formatter: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(formatter, "KeyExchange({})", crypto::KeyExchange::group(self))
    }
}

/// Diffie-Hellman that has begun, by ring.
pub(super) struct Ecdh {
    group: NamedGroup,
    /// Behind a pointer: it is not copied where the exchange is moved.
    private: Box<EphemeralPrivateKey>,
    share: PublicKey,
}

impl Ecdh {
    pub(super) fn start(group: NamedGroup) -> Result<Self, CryptoError> {
        let private = EphemeralPrivateKey::generate(algorithm(group)?, &SystemRandom::new())
            .map(Box::new)
            .map_err(|_| CryptoError::Random)?;
        let share = private.compute_public_key().map_err(|_| CryptoError::Random)?;
        Ok(Self { group, private, share })
    }

    pub(super) fn share(&self) -> &[u8] {
        self.share.as_ref()
    }

    /// ring checks what RFC 9846 sections 4.3.8.2 and 7.4.2 ask for: the length and form of the
    /// peer's share, that it is a point of the curve, and for X25519 that the result is not all
    /// zero.
    pub(super) fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        let algorithm = algorithm(self.group)?;
        agree_ephemeral(*self.private, &UnparsedPublicKey::new(algorithm, peer_share), Secret::new)
            .map_err(|_| CryptoError::BadPublicShare)
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
