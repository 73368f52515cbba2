//! What a live connection's own buffers and keys say of its abstract state, for the replay.

use hyaline_model::table::{Facts, Row};
use hyaline_model::turn::{Endpoint, World};

use crate::connection::perform::{AtHand, ReceivingTurn};
use crate::connection::sending::SendingTurn;
use crate::crypto::CryptoProvider;
use crate::record::{Epoch, open, seal};
use crate::{Connection, Outbox, Receiver, Sender};

/// The part of a connection's abstract state that is not in its outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// The connection's own machines, memory and letters, as if both halves had one owner.
    pub endpoint: Endpoint,
    /// Whether application data is unread.
    pub unread: bool,
    /// The generations of the keys that it seals and opens with: 0 without keys, 1 the handshake's,
    /// from 2 on the application's; nothing once they are forgotten.
    pub generations: [Option<u64>; 2],
}

impl<P: CryptoProvider> Connection<P> {
    /// The abstract state, computed from the connection.
    #[must_use]
    pub fn project(&self) -> Projection {
        Projection::of(&self.receiver, &self.sender)
    }

    /// Its halves, to be driven each for itself.
    pub const fn halves_mut(&mut self) -> (&mut Receiver<P>, &mut Sender<P>) {
        (&mut self.receiver, &mut self.sender)
    }

    /// What the guards of its rows are told now.
    pub fn sample_facts(&mut self, outbox: &mut Outbox) -> Facts {
        facts_of(&mut self.receiver, &mut self.sender, outbox)
    }

    /// The rows that fired since the last call.
    pub fn take_rows(&mut self) -> Vec<&'static Row> {
        rows_of(&mut self.receiver, &mut self.sender)
    }
}

impl Projection {
    /// The abstract state, computed from the halves of a connection.
    #[must_use]
    pub fn of<P: CryptoProvider>(receiver: &Receiver<P>, sender: &Sender<P>) -> Self {
        let generation = |epoch| match epoch {
            Epoch::Initial => 0,
            Epoch::Handshake => 1,
            Epoch::Application(updates) => 2 + updates,
        };
        let (sealer, opener) = (&sender.core.sealer, &receiver.core.opener);
        let sealing = !matches!(sealer.protection, seal::Protection::Gone);
        let opening = !matches!(opener.protection, open::Protection::Gone);
        Self {
            endpoint: Endpoint::join([receiver.endpoint, sender.endpoint]),
            unread: receiver.core.unread > 0,
            generations: [
                sealing.then(|| generation(sealer.epoch)),
                opening.then(|| generation(opener.epoch)),
            ],
        }
    }
}

/// What the guards of the rows of both halves are told now.
pub fn facts_of<P: CryptoProvider>(
    receiver: &mut Receiver<P>,
    sender: &mut Sender<P>,
    outbox: &mut Outbox,
) -> Facts {
    let core = &mut receiver.core;
    let receiving = ReceivingTurn { core, sending: None, at_hand: AtHand::NOTHING }.facts();
    let sending = SendingTurn::new(&mut sender.core, outbox).facts();
    Facts::FIRST.receiving(receiving).sending(sending)
}

/// The rows of both halves that fired since the last call, in order.
pub fn rows_of<P: CryptoProvider>(
    receiver: &mut Receiver<P>,
    sender: &mut Sender<P>,
) -> Vec<&'static Row> {
    let mut rows = std::mem::take(&mut receiver.core.probe.rows);
    rows.append(&mut sender.core.probe.rows);
    rows.sort_by_key(|(place, _)| *place);
    rows.into_iter().map(|(_, row)| row).collect()
}
