//! The work that computes the shared secret.

use super::task::{Answer, WorkDone, done};
use super::work::WorkNumber;
use crate::crypto::{
    CryptoError, CryptoProvider, DefaultProvider, Exchanged, KeyExchange, MAX_SHARED_SECRET_LENGTH,
};
use crate::{Error, NamedGroup};

/// Compute the shared secret.
pub struct Agreement<P: CryptoProvider = DefaultProvider> {
    pub(crate) number: WorkNumber,
    pub(crate) provider: P,
    /// None: no keys are exchanged, and a pre-shared key is all that there is.
    pub(crate) group: Option<NamedGroup>,
    /// What a client has begun; none on a server.
    pub(crate) begun: Option<P::KeyExchange>,
    pub(crate) peer_share: Vec<u8>,
}

impl<P: CryptoProvider> Agreement<P> {
    /// Computes it.
    pub fn run(self) -> WorkDone<P> {
        let Some(group) = self.group else {
            let answer = Answer::Agreed { share: Vec::new(), secret: None };
            return done(self.number, Ok(answer));
        };
        let exchanged = match self.begun {
            Some(begun) => {
                let is_of_part = begun.part().is_some_and(|(part, _)| part == group);
                let secret = if begun.group() == group {
                    begun.complete(&self.peer_share)
                } else if is_of_part {
                    begun.complete_part(&self.peer_share)
                } else {
                    Err(CryptoError::UnsupportedGroup)
                };
                secret.map(|secret| Exchanged { share: Vec::new(), secret })
            }
            // A server's share may depend on the client's.
            None => self.provider.exchange(group, &self.peer_share),
        };
        let answer = match exchanged {
            Ok(Exchanged { secret, .. }) if secret.as_bytes().len() > MAX_SHARED_SECRET_LENGTH => {
                Err(CryptoError::TooLong.into())
            }
            Ok(Exchanged { share, secret }) => Ok(Answer::Agreed { share, secret: Some(secret) }),
            Err(CryptoError::BadPublicShare) => Err(Error::BadKeyShare(group)),
            Err(error) => Err(error.into()),
        };
        done(self.number, answer)
    }
}
