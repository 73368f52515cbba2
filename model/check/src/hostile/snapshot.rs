//! Snapshots of world *hostile*, and what may happen next.

use hyaline_model::table::{Event, Half, Label, Slot};
use hyaline_model::turn::Endpoint;

use super::{Counted, PeerRecord, Surroundings};

/// The endpoint and what surrounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct HostileSnapshot {
    /// Machines, memory and letters.
    pub endpoint: Endpoint,
    /// Buffers, work and flags.
    pub surroundings: Surroundings,
}

impl HostileSnapshot {
    /// Whether no call is pending.
    pub(super) const fn is_idle(&self) -> bool {
        let states = &self.endpoint.states;
        states.has(Slot::Receiver, Label::IsIdle) && states.has(Slot::Sender, Label::IsIdle)
    }

    /// Whether a letter waits.
    pub(super) const fn has_mail(&self) -> bool {
        self.endpoint.has_mail(Half::Sending) || self.endpoint.has_mail(Half::Receiving)
    }
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HostileStep {
    /// The application gives the halves to two threads.
    Divide,
    /// Both threads have ended: the halves have one owner again.
    Unite,
    /// The letters between the halves are delivered.
    DeliverMail,
    /// The application makes the call that this event begins, with these counts.
    Start(Event, Counted),
    /// A record arrives.
    Receive(PeerRecord),
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
    /// Work ends: the key share is made, for a ClientHello that offers early data.
    OfferEarlyData,
    /// An action of this half could not be done: no random bytes, a key used up.
    FailInternally(Half),
    /// The time for draining is over.
    ExpireBudget,
    /// The time for the call in this place is over.
    PassDeadline(Half),
}
