//! What a live connection's own buffers and keys say of its abstract state, for the replay.

use hyaline_model::table::{Facts, Row};
use hyaline_model::turn::{Endpoint, World};

use crate::connection::perform::ReceivingTurn;
use crate::connection::sending::SendingTurn;
use crate::crypto::CryptoProvider;
use crate::record::protection::Protection;
use crate::{Connection, Outbox, Receiver, Sender};

/// The part of a connection's abstract state that is not in its outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// The connection's own machines, memory and letters, as if both halves had one owner.
    pub endpoint: Endpoint,
    /// How many records of application data are unread.
    pub unread: usize,
    /// How many bytes of early data a server has accepted and received.
    pub early_data: usize,
    /// The generations of the keys that it seals and opens with: 0 without keys, 1 the handshake's,
    /// from 2 on the application's, `u64::MAX` for early data; nothing once they are forgotten.
    pub generations: [Option<u64>; 2],
}

impl<P: CryptoProvider> Connection<P> {
    /// The abstract state, computed from the connection.
    #[must_use]
    pub fn project(&self) -> Projection {
        let (sealer, opener) = (&self.sender.core.sealer, &self.receiver.core.opener);
        let sealing = !matches!(sealer.protection, Protection::Gone);
        let opening = !matches!(opener.protection, Protection::Gone);
        Projection {
            endpoint: Endpoint::join([self.receiver.endpoint, self.sender.endpoint]),
            unread: self.receiver.core.unread.records(),
            early_data: self.receiver.core.early_data.as_deref().map_or(0, |arrived| arrived.total),
            generations: [sealing.then_some(sealer.epoch.0), opening.then_some(opener.epoch.0)],
        }
    }

    /// Its halves, to be driven each for itself.
    pub const fn halves_mut(&mut self) -> (&mut Receiver<P>, &mut Sender<P>) {
        (&mut self.receiver, &mut self.sender)
    }

    /// What the guards of the rows of both halves are told now.
    pub fn sample_facts(&mut self, outbox: &mut Outbox) -> Facts {
        let receiving = ReceivingTurn::alone(&mut self.receiver.core).facts();
        let sending = SendingTurn::new(&mut self.sender.core, outbox).facts();
        Facts::FIRST.receiving(receiving).sending(sending)
    }

    /// The rows of both halves that fired since the last call, in order.
    pub fn take_rows(&mut self) -> Vec<&'static Row> {
        let mut rows = std::mem::take(&mut self.receiver.core.probe.rows);
        rows.append(&mut self.sender.core.probe.rows);
        rows.sort_by_key(|(place, _)| *place);
        rows.into_iter().map(|(_, row)| row).collect()
    }
}
