//! The steps of world *pair*, and when they may happen.

use std::fmt;

use crate::programs::calls::ProgramCall;
use crate::side::Side;

/// A transition of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// A program begins its next call.
    Begin(Side, ProgramCall),
    /// An endpoint transmits the first cell of its outbox, or fails to, after a reset.
    Transmit(Side),
    /// An endpoint that must not wait finds no room to transmit.
    Block(Side),
    /// An endpoint receives a cell, the FIN or the error.
    Receive(Side),
    /// A cell goes straight from this side's endpoint to the other, with no queue between.
    Exchange(Side),
    /// The first cell of this side's send queue, or the FIN behind it, moves to the other side.
    Deliver(Side),
    /// The RST towards this side arrives.
    DeliverReset(Side),
    /// This side's host vanishes.
    Vanish(Side),
    /// This side's TCP gives up, since the other host has vanished.
    GiveUp(Side),
    /// What the reading half of this side's endpoint owes the writing half reaches it.
    DeliverMail(Side),
    /// The time that this side's call may wait is over.
    ExpireBudget(Side),
    /// The deadline of this side's write passes while there is no room. That may happen at any
    /// time.
    PassDeadline(Side),
    /// The deadline of this side's read passes while there is nothing to receive. That may happen
    /// at any time.
    PassReadDeadline(Side),
}

impl fmt::Display for Step {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Begin(side, call) => write!(formatter, "{side} begins {call}"),
            Self::Transmit(side) => write!(formatter, "{side} transmits"),
            Self::Block(side) => write!(formatter, "{side} finds no room"),
            Self::Receive(side) => write!(formatter, "{side} receives"),
            Self::Exchange(side) => write!(formatter, "{} receives from {side}", side.peer()),
            Self::Deliver(side) => write!(formatter, "from {side}: arrives"),
            Self::DeliverReset(side) => write!(formatter, "to {side}: RST arrives"),
            Self::Vanish(side) => write!(formatter, "{side}: the host vanishes"),
            Self::GiveUp(side) => write!(formatter, "{side}: TCP gives up"),
            Self::DeliverMail(side) => write!(formatter, "{side}: mail for the writing half"),
            Self::ExpireBudget(side) => write!(formatter, "{side}: its time is over"),
            Self::PassDeadline(side) => write!(formatter, "{side} gives up its write"),
            Self::PassReadDeadline(side) => write!(formatter, "{side} gives up its read"),
        }
    }
}

/// When [`Step::ExpireBudget`] may happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Timers {
    /// When no other step can: time is long compared with everything else. An assumption.
    Quiescent,
    /// At any time.
    Any,
}

/// When a program begins its next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Beginnings {
    /// As soon as the call before has returned, before anything else happens, and one side after
    /// the other; but at any time while the side's receive queue holds something.
    ///
    /// That loses nothing. What a beginning changes is its own side's endpoint and, at most, the
    /// tail of its own send queue and its own socket. With an empty receive queue every other step
    /// is still enabled after it and leads to the same snapshot in either order; data that arrives
    /// before a close and data that arrives after it reset the connection alike. So each run with
    /// a late beginning has the outcome of one with early beginnings. A close that finds unread
    /// data, however, drops what could have been delivered before it, and is no such step.
    ///
    /// Of two threads the reader begins as soon as it can, which only its own later steps notice.
    /// What the writer seals stands before or after what the peer makes this end seal, so it begins
    /// at any time. A test compares both.
    AtOnce,
    /// At any time: what [`Beginnings::AtOnce`] is compared with. Where a host may vanish, a call
    /// that it never began differs from one that it began before.
    AnyTime,
}
