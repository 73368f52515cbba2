//! How a server agrees on parameters.

use std::mem;

use super::MISPLACED;
use crate::negotiate::server::Selection;
use crate::{Error, NamedGroup};

/// How far a server has come, with what it still needs of what it was offered.
#[derive(Clone, Default)]
pub(crate) enum ServerStage {
    /// A ClientHello may come, the second one where the first was retried.
    Waiting { retried: Option<Retried> },
    /// A ClientHello has come.
    Greeted { hello: Vec<u8>, retried: Option<Retried> },
    /// Parameters are being selected from it.
    Selecting,
    /// Parameters are selected from this ClientHello.
    Selected { hello: Vec<u8>, selection: Selection },
    /// The shared secret is being computed.
    Agreeing { selection: Selection },
    /// There is a shared secret, and this is our share.
    Agreed { selection: Selection, share: Vec<u8> },
    /// The ServerHello is sent, and EncryptedExtensions are not.
    Answered { selection: Selection },
    /// All parameters are agreed on.
    #[default]
    Settled,
}

/// A ClientHello that was answered by a HelloRetryRequest.
#[derive(Clone)]
pub(crate) struct Retried {
    pub(crate) hello: Vec<u8>,
    /// What the second one has to bring a share of.
    pub(crate) group: NamedGroup,
}

impl ServerStage {
    /// A ClientHello is accepted.
    pub(crate) fn greet(&mut self, hello: Vec<u8>) -> Result<(), Error> {
        let Self::Waiting { retried } = mem::take(self) else { return Err(MISPLACED) };
        *self = Self::Greeted { hello, retried };
        Ok(())
    }

    /// What parameters are selected from.
    pub(crate) fn select(&mut self) -> Result<(Vec<u8>, Option<Retried>), Error> {
        match mem::replace(self, Self::Selecting) {
            Self::Greeted { hello, retried } => Ok((hello, retried)),
            _ => Err(MISPLACED),
        }
    }

    /// Parameters are selected.
    pub(crate) fn selected(&mut self, hello: Vec<u8>, selection: Selection) -> Result<(), Error> {
        let Self::Selecting = self else { return Err(MISPLACED) };
        *self = Self::Selected { hello, selection };
        Ok(())
    }

    /// The client is to send another ClientHello, since this selection misses its share.
    pub(crate) fn retry(&mut self) -> Result<Selection, Error> {
        let Self::Selected { hello, selection } = mem::take(self) else { return Err(MISPLACED) };
        let group = selection.group.ok_or(MISPLACED)?;
        *self = Self::Waiting { retried: Some(Retried { hello, group }) };
        Ok(selection)
    }

    /// What the shared secret is computed of.
    pub(super) fn agree(&mut self) -> Result<(Option<NamedGroup>, Vec<u8>), Error> {
        let Self::Selected { mut selection, .. } = mem::take(self) else { return Err(MISPLACED) };
        let group = selection.group;
        let share = match group {
            Some(_) => selection.share.take().ok_or(MISPLACED)?,
            None => Vec::new(),
        };
        *self = Self::Agreeing { selection };
        Ok((group, share))
    }

    /// The shared secret is computed, with this share of ours.
    pub(crate) fn agreed(&mut self, share: Vec<u8>) -> Result<(), Error> {
        let Self::Agreeing { selection } = mem::take(self) else { return Err(MISPLACED) };
        *self = Self::Agreed { selection, share };
        Ok(())
    }

    /// What a ServerHello says: the selection, and our share.
    pub(crate) fn answer(&mut self) -> Result<(&Selection, Vec<u8>), Error> {
        let Self::Agreed { selection, share } = mem::take(self) else { return Err(MISPLACED) };
        *self = Self::Answered { selection };
        let Self::Answered { selection } = self else { return Err(MISPLACED) };
        Ok((selection, share))
    }

    /// What EncryptedExtensions say.
    pub(crate) fn settle(&mut self) -> Result<Selection, Error> {
        match mem::take(self) {
            Self::Answered { selection } => Ok(selection),
            _ => Err(MISPLACED),
        }
    }
}
