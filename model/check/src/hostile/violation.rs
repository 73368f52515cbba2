//! What must never happen.

use stateright::Property;

use super::{Hostile, HostileSnapshot};

/// Writes the violations, each with its property. So there is one list of them.
macro_rules! violations {
    ($($(#[$documentation:meta])* $violation:ident = $property:literal,)*) => {
        /// What must never happen.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Violation {
            $($(#[$documentation])* $violation,)*
        }

        impl Violation {
            /// For each violation the property that it never happens.
            pub(super) fn properties() -> Vec<Property<Hostile>> {
                vec![$(Property::always($property, |_: &Hostile, snapshot: &HostileSnapshot| {
                    snapshot.surroundings.violation != Some(Self::$violation)
                })),*]
            }
        }
    };
}

violations! {
    /// Application data was delivered before the peer's Finished.
    EarlyPlaintext = "no plaintext before Finished",
    /// Something was sealed after the sending keys were forgotten.
    SentWithoutKeys = "nothing is sealed without keys",
    /// A record counted after the receiving keys were forgotten.
    OpenedWithoutKeys = "nothing is opened without keys",
    /// An offence was answered by another alert than its own, or by none.
    WrongAlert = "each offence has its alert",
    /// A FIN was sent without a closure alert, an error alert or a reset before it.
    FinTooEarly = "no FIN without an alert",
    /// A call ended that was not pending.
    ResultWithoutCall = "one result for each call",
    /// More control records waited than the constants allow.
    Unbounded = "control records are bounded",
    /// A bound of a turn was reached.
    NoBoundOfTurn = "a turn keeps to its bounds",
    /// Work was begun while other work was outstanding.
    TwoWorks = "one work at a time",
    /// A record was accepted, ignored or refused where it must not be.
    WronglyTaken = "each record is taken as it must be",
    /// The handshake completed, or data was delivered, though the peer had not proved who it is.
    Unauthenticated = "no connection without authentication",
    /// A stream ended cleanly without close_notify.
    DishonestEnd = "honest end",
    /// Keys were kept after their direction had ended.
    KeysKept = "keys go when their direction ends",
    /// The handshake went on after the connection had ended.
    HandshakeGoesOn = "an end ends the handshake too",
    /// The connection failed, and no reason was kept.
    ErrorLost = "a failure has a reason",
    /// A key protected more application data, or was updated more often, than it may be.
    KeyOverused = "keys keep to their limits",
    /// Data was sealed before the peer's Finished, and answers no early data.
    SentTooEarly = "no data before the handshake but an answer",
}
