//! Key exchange.

use super::super::differences::{agree, diffie_hellman};
use super::super::library::agreement::{EphemeralPrivateKey, PublicKey};
use super::super::library::rand::SystemRandom;
use super::hybrid::Hybrid;
use crate::NamedGroup;
use crate::crypto::{self, CryptoError, Secret};

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

/// Diffie-Hellman that has begun.
pub(super) struct Ecdh {
    group: NamedGroup,
    /// Behind a pointer: it is not copied where the exchange is moved.
    private: Box<EphemeralPrivateKey>,
    share: PublicKey,
}

impl Ecdh {
    pub(super) fn start(group: NamedGroup) -> Result<Self, CryptoError> {
        let private = EphemeralPrivateKey::generate(diffie_hellman(group)?, &SystemRandom::new())
            .map(Box::new)
            .map_err(|_| CryptoError::Random)?;
        let share = private.compute_public_key().map_err(|_| CryptoError::Random)?;
        Ok(Self { group, private, share })
    }

    pub(super) fn share(&self) -> &[u8] {
        self.share.as_ref()
    }

    pub(super) fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError> {
        agree(self.group, *self.private, peer_share)
    }
}
