//! What an endpoint may forget of the past: absolute numbers, where only differences matter.

use super::Tls;
use super::surroundings::KEYS_GONE;
use crate::world::cell::EARLY_KEYS;

/// The generation of the first application keys.
const FIRST: u8 = 2;

/// A generation, counted from one later.
#[must_use]
pub const fn one_less(generation: u8) -> u8 {
    match generation {
        KEYS_GONE | EARLY_KEYS => generation,
        below if below < FIRST => below,
        // A record of the first application keys gets the number of the handshake keys here. The
        // peer has updated its receiving key, so it can open neither, and says so when the record
        // comes.
        other => other - 1,
    }
}

impl Tls {
    /// Forgets what has no effect any more: how many records were sealed, which nothing but the
    /// measure of progress asks, and, once the handshake is complete, whether tickets are wanted,
    /// which is asked when it completes.
    pub fn forget_past(&mut self) {
        self.cells.sealed = 0;
        self.cells.tickets_wanted &= !self.machines.memory.connected;
    }

    /// If the receiving key was updated, counts its generations from one later, and says so. Then
    /// the peer's sending key, and what is on its way from there, have to be counted alike.
    pub fn renumber_receiving(&mut self) -> bool {
        let updated = (FIRST + 1..EARLY_KEYS).contains(&self.cells.receive_generation);
        if updated {
            self.cells.receive_generation -= 1;
        }
        updated
    }

    /// Counts the generations of the sending key, and of what waits in the outbox, from one later.
    pub fn renumber_sending(&mut self) {
        self.cells.send_generation = one_less(self.cells.send_generation);
        self.cells.outbox.renumber(one_less);
    }
}
