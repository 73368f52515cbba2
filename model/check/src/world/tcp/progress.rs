//! The part of one socket in the measure of progress.

use super::{Fin, Reset, Socket};
use crate::world::cell::CellQueue;

impl<Q: CellQueue> Socket<Q> {
    /// Rises with every step of the network that concerns this socket.
    pub(super) fn potential(&self) -> u32 {
        // Large enough for the weights below to subtract from: 6 × 8 cells.
        let queues = 64 - 4 * u32::from(self.send.length()) - 2 * u32::from(self.receive.length());
        let fin = match self.fin {
            Fin::Nowhere => 0,
            Fin::Queued => 1,
            Fin::Arrived => 2,
        };
        // Each outweighs a FIN that is dropped at the same time.
        let reset = match self.reset {
            Reset::Nowhere => 0,
            Reset::InFlight => 4,
            Reset::Unreported => 8,
            Reset::Reported => 12,
        };
        // Outweighs a FIN that is dropped with the host.
        let vanished = if self.vanished { 4 } else { 0 };
        // Outweighs everything that is forgotten when both are closed.
        queues + fin + reset + vanished + if self.closed { 64 } else { 0 }
    }
}
