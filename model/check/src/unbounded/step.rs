//! The steps of world *pair* without bounds.

use std::fmt;

use crate::programs::calls::ProgramCall;
use crate::side::Side;
use crate::unbounded::wire::Rest;

/// A transition of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnboundedStep {
    /// A caller begins its next call.
    Begin(Side, ProgramCall),
    /// The letters between the halves of this side's endpoint are delivered.
    DeliverMail(Side),
    /// This side's endpoint transmits the first record of its outbox.
    Transmit(Side),
    /// This side's endpoint, which must not wait, finds no room.
    Block(Side),
    /// This side's endpoint receives a record or the FIN.
    Receive(Side, Rest),
    /// The first record of this side's send queue, or the FIN behind it, moves to the other side.
    Deliver(Side, Rest),
    /// This side's host vanishes.
    Vanish(Side),
    /// This side's TCP gives up, since the other host has vanished.
    GiveUp(Side),
    /// The budget of this side's close runs out, since the other host has vanished.
    ExpireBudget(Side),
}

impl fmt::Display for UnboundedStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = |rest: &Rest| if *rest == Rest::Some { ", others are behind" } else { "" };
        match self {
            Self::Begin(side, call) => write!(formatter, "{side} begins {call}"),
            Self::DeliverMail(side) => write!(formatter, "{side}: letters between the halves"),
            Self::Transmit(side) => write!(formatter, "{side} transmits"),
            Self::Block(side) => write!(formatter, "{side} finds no room"),
            Self::Receive(side, more) => write!(formatter, "{side} receives{}", rest(more)),
            Self::Deliver(side, more) => write!(formatter, "from {side}: arrives{}", rest(more)),
            Self::Vanish(side) => write!(formatter, "{side}: the host vanishes"),
            Self::GiveUp(side) => write!(formatter, "{side}: TCP gives up"),
            Self::ExpireBudget(side) => write!(formatter, "{side}: the budget runs out"),
        }
    }
}

/// Whether a step that can happen has to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Force {
    /// It can be put off for ever: in some queue there is no room for it.
    May,
    /// It has to happen if the program goes on.
    GoingOn,
    /// It has to happen, or another has to, whatever the size of the queues.
    Has,
}
