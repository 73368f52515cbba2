//! The transcript hash (RFC 9846 section 4.1).

use crate::HandshakeType;
use crate::crypto::{CryptoError, CryptoProvider, Digest, HashAlgorithm, HashContext};

/// The messages of the handshake so far, as a hash. It begins when the cipher suite is known, which
/// the answer to a ClientHello says; until then whoever has the ClientHello keeps it.
pub(crate) struct Transcript<P: CryptoProvider> {
    pub(crate) context: Option<P::HashContext>,
}

impl<P: CryptoProvider> Transcript<P> {
    pub(crate) const fn new() -> Self {
        Self { context: None }
    }

    /// One that goes on from here by itself.
    pub(crate) fn branch(&self) -> Self {
        Self { context: self.context.clone() }
    }

    /// Whether the hash is fixed.
    pub(crate) const fn is_started(&self) -> bool {
        self.context.is_some()
    }

    /// Fixes the hash, when a ServerHello or HelloRetryRequest has chosen the cipher suite.
    ///
    /// Does nothing when it is fixed already: a second ServerHello cannot choose another suite.
    pub(crate) fn start(&mut self, provider: &P, algorithm: HashAlgorithm) {
        self.context.get_or_insert_with(|| provider.start_hash(algorithm));
    }

    /// Appends one handshake message, its four header bytes included.
    ///
    /// # Errors
    /// [`CryptoError::HashUnknown`] before [`start`](Self::start).
    pub(crate) fn absorb(&mut self, message: &[u8]) -> Result<(), CryptoError> {
        self.context.as_mut().ok_or(CryptoError::HashUnknown)?.update(message);
        Ok(())
    }

    /// Replaces what was absorbed (the first ClientHello) by the synthetic message_hash. To be
    /// called before the HelloRetryRequest is absorbed.
    ///
    /// # Errors
    /// As [`hash`](Self::hash).
    pub(crate) fn start_retry(
        &mut self,
        provider: &P,
        algorithm: HashAlgorithm,
    ) -> Result<(), CryptoError> {
        let first = self.hash()?;
        let length = u8::try_from(first.as_bytes().len()).map_err(|_| CryptoError::TooLong)?;
        let mut replaced = provider.start_hash(algorithm);
        replaced.update(&[HandshakeType::MessageHash.0, 0, 0, length]);
        replaced.update(first.as_bytes());
        self.context = Some(replaced);
        Ok(())
    }

    /// The hash of everything absorbed so far.
    ///
    /// # Errors
    /// [`CryptoError::HashUnknown`] before [`start`](Self::start); or the provider fails.
    pub(crate) fn hash(&self) -> Result<Digest, CryptoError> {
        self.context.as_ref().ok_or(CryptoError::HashUnknown)?.digest()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Ring;

    #[test]
    fn the_hash_is_unknown_until_the_suite_is_chosen() {
        let mut transcript = Transcript::<Ring>::new();
        assert_eq!(transcript.hash(), Err(CryptoError::HashUnknown));
        assert_eq!(transcript.absorb(b"hello"), Err(CryptoError::HashUnknown));
        let algorithm = HashAlgorithm::Sha256;
        assert_eq!(transcript.start_retry(&Ring, algorithm), Err(CryptoError::HashUnknown));
    }

    #[test]
    fn messages_are_hashed_one_after_the_other_by_the_hash_that_was_chosen_first() {
        for algorithm in [HashAlgorithm::Sha256, HashAlgorithm::Sha384] {
            let mut transcript = Transcript::new();
            transcript.start(&Ring, algorithm);
            transcript.absorb(b"client").unwrap();
            transcript.absorb(b"server").unwrap();
            assert_eq!(transcript.hash(), Ring.hash(algorithm, b"clientserver"));
            for other in [HashAlgorithm::Sha256, HashAlgorithm::Sha384] {
                transcript.start(&Ring, other);
            }
            transcript.absorb(b"!").unwrap();
            assert_eq!(transcript.hash(), Ring.hash(algorithm, b"clientserver!"));
        }
    }

    #[test]
    fn a_retry_replaces_the_first_client_hello_by_its_hash() {
        let mut transcript = Transcript::new();
        transcript.start(&Ring, HashAlgorithm::Sha384);
        transcript.absorb(b"first").unwrap();
        transcript.start_retry(&Ring, HashAlgorithm::Sha384).unwrap();
        transcript.absorb(b"retry").unwrap();
        transcript.absorb(b"second").unwrap();
        let mut messages = vec![254, 0, 0, 48];
        let first = Ring.hash(HashAlgorithm::Sha384, b"first").unwrap();
        messages.extend_from_slice(first.as_bytes());
        messages.extend_from_slice(b"retrysecond");
        assert_eq!(transcript.hash(), Ring.hash(HashAlgorithm::Sha384, &messages));
    }
}
