//! What must never happen.

/// What must never happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Violation {
    /// Application data was delivered before the peer's Finished.
    EarlyPlaintext,
    /// Something was sealed after the sending keys were forgotten.
    SentWithoutKeys,
    /// A record counted after the receiving keys were forgotten.
    OpenedWithoutKeys,
    /// An offence was answered by another alert than its own, or by none.
    WrongAlert,
    /// A FIN was sent without a closure alert, an error alert or a reset before it.
    FinTooEarly,
    /// A call ended that was not pending.
    ResultWithoutCall,
    /// More control records waited than the constants allow.
    Unbounded,
    /// A bound of a turn was reached.
    NoBoundOfTurn,
    /// Work was begun while other work was outstanding.
    TwoWorks,
    /// A record was accepted, ignored or refused where it must not be.
    WronglyTaken,
    /// The handshake completed, or data was delivered, though the peer had not proved who it is.
    Unauthenticated,
    /// A stream ended cleanly without close_notify.
    DishonestEnd,
    /// Keys were kept after their direction had ended.
    KeysKept,
    /// The handshake went on after the connection had ended.
    HandshakeGoesOn,
    /// The connection failed, and nobody knows why.
    ErrorLost,
    /// A key protected more application data, or was updated more often, than it may be.
    KeyOverused,
}

impl Violation {
    /// The property that it violates.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EarlyPlaintext => "no plaintext before Finished",
            Self::SentWithoutKeys => "nothing is sealed without keys",
            Self::OpenedWithoutKeys => "nothing is opened without keys",
            Self::WrongAlert => "each offence has its alert",
            Self::FinTooEarly => "no FIN without an alert",
            Self::ResultWithoutCall => "one result for each call",
            Self::Unbounded => "control records are bounded",
            Self::NoBoundOfTurn => "a turn keeps to its bounds",
            Self::TwoWorks => "one work at a time",
            Self::WronglyTaken => "each record is taken as it must be",
            Self::Unauthenticated => "no connection without authentication",
            Self::DishonestEnd => "honest end",
            Self::KeysKept => "keys go when their direction ends",
            Self::HandshakeGoesOn => "an end ends the handshake too",
            Self::ErrorLost => "a failure has a reason",
            Self::KeyOverused => "keys keep to their limits",
        }
    }
}
