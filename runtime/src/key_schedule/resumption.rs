//! What later handshakes are keyed by (RFC 9846 sections 4.7.1 and 7.1).

use zeroize::Zeroize;

use super::{HandshakeSecrets, place};
use crate::crypto::hkdf::{Label, expand_label_long};
use crate::crypto::{CryptoError, CryptoProvider, Digest, MAX_HASH_LENGTH, Secret, Suite, ZEROS};

/// The resumption_secret, from which the keys of tickets are derived.
pub(crate) struct ResumptionSecret {
    pub(crate) secret: [u8; MAX_HASH_LENGTH],
    pub(crate) suite: Suite,
}

impl ResumptionSecret {
    /// Room for the secret, which is derived where it is kept.
    pub(crate) const fn empty(suite: Suite) -> Self {
        Self { secret: ZEROS, suite }
    }

    /// Derives the secret. `finished_hash` covers ClientHello to the client's Finished.
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn derive<P: CryptoProvider>(
        &mut self,
        provider: &P,
        secrets: &HandshakeSecrets,
        finished_hash: &Digest,
    ) -> Result<(), CryptoError> {
        let place = place(&mut self.secret, self.suite.hash())?;
        secrets.derive(provider, Label::RESUMPTION, finished_hash, place)
    }

    /// The pre-shared key that goes with the ticket of this nonce.
    ///
    /// # Errors
    /// The provider fails; [`CryptoError::TooLong`] for a nonce over 255 bytes.
    pub(crate) fn pre_shared_key<P: CryptoProvider>(
        &self,
        provider: &P,
        nonce: &[u8],
    ) -> Result<Secret, CryptoError> {
        let hash = self.suite.hash();
        let secret = self.secret.get(..hash.length()).ok_or(CryptoError::TooLong)?;
        let label = Label::TICKET.as_bytes();
        Secret::make(hash.length(), |place| {
            expand_label_long(provider, hash, secret, label, nonce, place)
        })
    }
}

impl Drop for ResumptionSecret {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}
