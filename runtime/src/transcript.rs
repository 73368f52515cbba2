//! The transcript hash (RFC 9846 section 4.1).

use crate::HandshakeType;
use crate::crypto::{CryptoError, CryptoProvider, Digest, HashAlgorithm, HashContext};

/// The messages of the handshake so far: as bytes until the cipher suite is known, then as a hash.
pub(crate) struct Transcript<P: CryptoProvider> {
    pub(crate) state: State<P>,
}

pub(crate) enum State<P: CryptoProvider> {
    /// At most one ClientHello of our own, or one that the joiner's limit has let through.
    Buffering(Vec<u8>),
    Hashing(P::HashContext),
}

impl<P: CryptoProvider> Transcript<P> {
    pub(crate) const fn new() -> Self {
        Self { state: State::Buffering(Vec::new()) }
    }

    /// Appends one handshake message, its four header bytes included.
    pub(crate) fn absorb(&mut self, message: &[u8]) {
        match &mut self.state {
            State::Buffering(messages) => messages.extend_from_slice(message),
            State::Hashing(context) => context.update(message),
        }
    }

    /// Fixes the hash, when a ServerHello or HelloRetryRequest has chosen the cipher suite.
    ///
    /// Does nothing when it is fixed already: a second ServerHello cannot choose another suite.
    pub(crate) fn start(&mut self, provider: &P, algorithm: HashAlgorithm) {
        if let State::Buffering(messages) = &self.state {
            let mut context = provider.start_hash(algorithm);
            context.update(messages);
            self.state = State::Hashing(context);
        }
    }

    /// Fixes the hash, and replaces what was absorbed (the first ClientHello) by the synthetic
    /// message_hash. To be called before the HelloRetryRequest is absorbed.
    ///
    /// # Errors
    /// The provider fails.
    pub(crate) fn start_retry(
        &mut self,
        provider: &P,
        algorithm: HashAlgorithm,
    ) -> Result<(), CryptoError> {
        self.start(provider, algorithm);
        let State::Hashing(context) = &mut self.state else { return Ok(()) };
        let first = context.digest()?;
        let length = u8::try_from(first.as_bytes().len()).map_err(|_| CryptoError::TooLong)?;
        let mut replaced = provider.start_hash(algorithm);
        replaced.update(&[HandshakeType::MessageHash.0, 0, 0, length]);
        replaced.update(first.as_bytes());
        *context = replaced;
        Ok(())
    }

    /// The hash of everything absorbed so far.
    ///
    /// # Errors
    /// [`CryptoError::HashUnknown`] before [`start`](Self::start); or the provider fails.
    pub(crate) fn hash(&self) -> Result<Digest, CryptoError> {
        match &self.state {
            State::Buffering(_) => Err(CryptoError::HashUnknown),
            State::Hashing(context) => context.digest(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Ring;

    #[test]
    fn the_hash_is_unknown_until_the_suite_is_chosen() {
        let mut transcript = Transcript::<Ring>::new();
        transcript.absorb(b"hello");
        assert_eq!(transcript.hash(), Err(CryptoError::HashUnknown));
    }

    #[test]
    fn messages_count_the_same_before_and_after_the_hash_is_known() {
        for algorithm in [HashAlgorithm::Sha256, HashAlgorithm::Sha384] {
            let mut transcript = Transcript::new();
            transcript.absorb(b"client");
            transcript.start(&Ring, algorithm);
            transcript.absorb(b"server");
            assert_eq!(transcript.hash(), Ring.hash(algorithm, b"clientserver"));
            transcript.start(&Ring, algorithm);
            transcript.absorb(b"!");
            assert_eq!(transcript.hash(), Ring.hash(algorithm, b"clientserver!"));
        }
    }

    #[test]
    fn a_retry_replaces_the_first_client_hello_by_its_hash() {
        let mut transcript = Transcript::new();
        transcript.absorb(b"first");
        transcript.start_retry(&Ring, HashAlgorithm::Sha384).unwrap();
        transcript.absorb(b"retry");
        transcript.absorb(b"second");
        let mut messages = vec![254, 0, 0, 48];
        let first = Ring.hash(HashAlgorithm::Sha384, b"first").unwrap();
        messages.extend_from_slice(first.as_bytes());
        messages.extend_from_slice(b"retrysecond");
        assert_eq!(transcript.hash(), Ring.hash(HashAlgorithm::Sha384, &messages));
    }
}
