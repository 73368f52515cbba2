//! How a client agrees on parameters.

use std::mem;

use super::MISPLACED;
use crate::crypto::{CryptoProvider, KeyExchange};
use crate::negotiate::client::{Offer, Retry};
use crate::{ConfigurationError, Error, NamedGroup};

/// How far a client has come, with what it still needs of what it has offered.
#[derive(Default)]
pub(crate) enum ClientStage<P: CryptoProvider> {
    /// The first ClientHello needs a share of this group.
    Offering { offer: Offer, group: NamedGroup },
    /// A ClientHello makes this offer, with the share of this exchange.
    Offered { offer: Offer, exchange: P::KeyExchange },
    /// The server has asked for a second ClientHello.
    Retrying { offer: Offer, exchange: P::KeyExchange, retry: Retry },
    /// The server has chosen, and has sent a share of this group, if keys are exchanged.
    Answered { offer: Offer, exchange: P::KeyExchange, group: Option<NamedGroup>, share: Vec<u8> },
    /// EncryptedExtensions will answer what is left of the offer.
    Agreeing { offer: Offer },
    /// All parameters are agreed on.
    #[default]
    Settled,
}

/// What the shared secret is computed of: our exchange, and the server's share with its group, if
/// keys are exchanged.
type Ingredients<P> = (<P as CryptoProvider>::KeyExchange, Option<NamedGroup>, Vec<u8>);

impl<P: CryptoProvider> ClientStage<P> {
    pub(super) fn new(offer: Offer) -> Result<Self, Error> {
        let group = *offer.groups.first().ok_or(ConfigurationError::Groups)?;
        Ok(Self::Offering { offer, group })
    }

    /// The offer of the ClientHello that is to be sent, or to be answered.
    pub(crate) const fn offered(&self) -> Option<&Offer> {
        match self {
            Self::Offered { offer, .. } => Some(offer),
            _ => None,
        }
    }

    /// The same, to be changed by what the server has read of it.
    pub(crate) const fn offered_mut(&mut self) -> Option<&mut Offer> {
        match self {
            Self::Offered { offer, .. } => Some(offer),
            _ => None,
        }
    }

    /// The offer that EncryptedExtensions answer.
    pub(crate) const fn unanswered(&self) -> Option<&Offer> {
        match self {
            Self::Agreeing { offer } => Some(offer),
            _ => None,
        }
    }

    /// The group of the share that the next ClientHello needs; none: the share stays.
    pub(crate) const fn wanted_group(&self) -> Result<Option<NamedGroup>, Error> {
        match self {
            Self::Offering { group, .. } => Ok(Some(*group)),
            Self::Retrying { retry, .. } => Ok(retry.group),
            _ => Err(MISPLACED),
        }
    }

    /// The share is made that was wanted.
    pub(crate) fn offer(&mut self, made: Option<P::KeyExchange>) -> Result<(), Error> {
        *self = match (mem::take(self), made) {
            (Self::Offering { mut offer, group }, Some(exchange)) => {
                let part = exchange.part().filter(|(part, _)| offer.groups.contains(part));
                let shares = [Some((group, exchange.share())), part].into_iter().flatten();
                offer.shares = shares.map(|(group, share)| (group, share.to_vec())).collect();
                Self::Offered { offer, exchange }
            }
            (Self::Retrying { mut offer, exchange, retry }, made) => {
                offer.retry(retry, made.as_ref().map(|made| made.share().to_vec()));
                offer.check_cookie()?;
                Self::Offered { offer, exchange: made.unwrap_or(exchange) }
            }
            _ => return Err(MISPLACED),
        };
        Ok(())
    }

    /// A HelloRetryRequest is accepted.
    pub(crate) fn retry(&mut self, retry: Retry) -> Result<(), Error> {
        let Self::Offered { offer, exchange } = mem::take(self) else { return Err(MISPLACED) };
        *self = Self::Retrying { offer, exchange, retry };
        Ok(())
    }

    /// A ServerHello is accepted.
    pub(crate) fn answer(
        &mut self,
        group: Option<NamedGroup>,
        share: Vec<u8>,
    ) -> Result<(), Error> {
        let Self::Offered { offer, exchange } = mem::take(self) else { return Err(MISPLACED) };
        *self = Self::Answered { offer, exchange, group, share };
        Ok(())
    }

    /// What the shared secret is computed of.
    pub(super) fn agree(&mut self) -> Result<Ingredients<P>, Error> {
        match mem::take(self) {
            Self::Answered { offer, exchange, group, share } => {
                *self = Self::Agreeing { offer };
                Ok((exchange, group, share))
            }
            _ => Err(MISPLACED),
        }
    }

    /// EncryptedExtensions are accepted.
    pub(crate) fn settle(&mut self) -> Result<(), Error> {
        match mem::take(self) {
            Self::Agreeing { .. } => Ok(()),
            _ => Err(MISPLACED),
        }
    }
}
