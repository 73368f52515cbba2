//! Snapshots of world *hostile*, and what may happen next.

use hyaline_model::table::{Call, Event};
use hyaline_model::turn::{Endpoint, Half};

use super::{Counted, Record, Surroundings};

/// The endpoint and what surrounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// Machines and memory; after a split, those of the reading half.
    pub endpoint: Endpoint,
    /// After a split, machines and memory of the writing half.
    pub sender: Option<Endpoint>,
    /// Buffers, work and flags.
    pub surroundings: Surroundings,
}

impl Snapshot {
    /// The halves, or what is not split, twice.
    pub(super) const fn halves(&self) -> [&Endpoint; 2] {
        match &self.sender {
            Some(sender) => [&self.endpoint, sender],
            None => [&self.endpoint, &self.endpoint],
        }
    }

    /// States and memory as if it were not split, but for the driver.
    pub(super) fn joined(&self) -> Endpoint {
        self.sender.map_or(self.endpoint, |sender| Endpoint::join([self.endpoint, sender]))
    }
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The application splits the connection between two threads.
    Split,
    /// Both threads have ended: one thread calls again.
    Join,
    /// What the reading half owes the writing half reaches it.
    DeliverMail,
    /// The application makes a call, with these counts.
    Start(Call, Counted),
    /// A record arrives.
    Receive(Record),
    /// A fragment of a message arrives: bytes, but no event.
    ReceiveFragment,
    /// The peer's FIN arrives.
    ReceiveFin,
    /// A receiving call meets a reset.
    ReceiveReset,
    /// The transport takes everything from the outbox.
    TransmitAll,
    /// The transport takes something from the outbox.
    TransmitSome {
        /// Application data is still among the rest.
        data_remains: bool,
        /// A reply to a KeyUpdate is still among the rest.
        reply_remains: bool,
        /// A request to update keys is still among the rest.
        request_remains: bool,
    },
    /// The transport has no room.
    Block,
    /// A transmitting call meets a reset.
    TransmitReset,
    /// Work ends.
    EndWork(Event),
    /// An action of our own could not be done: no random bytes, a key used up.
    FailInternally(Half),
    /// The time for draining is over.
    ExpireBudget,
    /// The time for the call is over.
    PassDeadline(Half),
}
