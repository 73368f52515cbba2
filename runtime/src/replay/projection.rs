//! What a live connection's own buffers and keys say of its abstract state, for the replay.

use hyaline_model::table::{Facts, Row};
use hyaline_model::turn::{Endpoint, World};

use crate::connection::perform::Turn;
use crate::crypto::CryptoProvider;
use crate::record::{Epoch, open, seal};
use crate::{Connection, Outbox, Receiver, Sender};

/// The part of a connection's abstract state that is not in its outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// The connection's own machines and memory.
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
        let generation = |epoch| match epoch {
            Epoch::Initial => 0,
            Epoch::Handshake => 1,
            Epoch::Application(updates) => 2 + updates,
        };
        let (sealer, opener) = (&self.core.sealer, &self.core.opener);
        let sealing = !matches!(sealer.protection, seal::Protection::Gone);
        let opening = !matches!(opener.protection, open::Protection::Gone);
        Projection {
            endpoint: self.endpoint,
            unread: self.core.unread > 0,
            generations: [
                sealing.then(|| generation(sealer.epoch)),
                opening.then(|| generation(opener.epoch)),
            ],
        }
    }

    /// What the guards of its rows are told now.
    pub fn sample_facts(&mut self, outbox: &mut Outbox) -> Facts {
        Turn::new(&mut self.core, outbox).facts()
    }

    /// The rows that fired since the last call.
    pub fn take_rows(&mut self) -> Vec<&'static Row> {
        std::mem::take(&mut self.core.probe.rows)
    }
}

impl<P: CryptoProvider> Receiver<P> {
    /// The connection of this half, to be looked at.
    pub const fn connection_mut(&mut self) -> &mut Connection<P> {
        &mut self.0
    }
}

impl<P: CryptoProvider> Sender<P> {
    /// The connection of this half, to be looked at.
    pub const fn connection_mut(&mut self) -> &mut Connection<P> {
        &mut self.0
    }
}
