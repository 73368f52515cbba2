//! Key exchange, in the form that Diffie-Hellman and key encapsulation share: who begins sends a
//! share; who answers makes its own share of that one.

use super::{CryptoError, Secret};
use crate::NamedGroup;

/// A key exchange that a client has begun: it keeps the private half of what it sends.
pub trait KeyExchange: Send + Sync + 'static {
    /// The group in which keys are exchanged.
    fn group(&self) -> NamedGroup;

    /// What is sent: KeyShareEntry.key_exchange (RFC 9846 section 4.3.8).
    fn share(&self) -> &[u8];

    /// A second share, that of another group, which is a part of ours: for a server that does not
    /// know our group, and would have to ask for another share.
    fn part(&self) -> Option<(NamedGroup, &[u8])> {
        None
    }

    /// The shared secret of the part alone, of the share that answers [`part`](Self::part).
    ///
    /// # Errors
    /// [`CryptoError::UnsupportedGroup`] without a part, and those of [`complete`](Self::complete).
    fn complete_part(self, peer_share: &[u8]) -> Result<Secret, CryptoError>
    where
        Self: Sized,
    {
        let _ = peer_share;
        Err(CryptoError::UnsupportedGroup)
    }

    /// The shared secret (RFC 9846 section 7.4), of the share that answers ours.
    ///
    /// # Errors
    /// [`CryptoError::BadPublicShare`] when the peer's share has the wrong length, is not a point
    /// of the curve, or leads to the all-zero secret.
    fn complete(self, peer_share: &[u8]) -> Result<Secret, CryptoError>;
}

/// A key exchange that a server has answered.
#[derive(Debug)]
pub struct Exchanged {
    /// What is sent: KeyShareEntry.key_exchange (RFC 9846 section 4.3.8).
    pub share: Vec<u8>,
    /// The shared secret (RFC 9846 section 7.4).
    pub secret: Secret,
}

impl Exchanged {
    /// Answers by Diffie-Hellman, where our share does not depend on the peer's.
    ///
    /// # Errors
    /// Those of [`KeyExchange::complete`].
    pub fn by_diffie_hellman(
        own: impl KeyExchange,
        peer_share: &[u8],
    ) -> Result<Self, CryptoError> {
        let share = own.share().to_vec();
        Ok(Self { share, secret: own.complete(peer_share)? })
    }
}
