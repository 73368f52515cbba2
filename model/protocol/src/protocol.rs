//! What is said of a protocol beside its table: who takes part, what lies between them, what
//! programs call, and what actions do.

use crate::notation::Notation;
use crate::snapshot::{EndView, ProtocolSnapshot};

/// The events of a protocol's table.
pub type EventOf<P> = <<P as Protocol>::Table as Notation>::Event;

/// A protocol between two ends.
///
/// An end is its machines, as `table!` composes them, and its memory. Between the ends lies a
/// channel in each direction. What travels there are events of the table: an action sends one, and
/// at the other end it arrives as that event.
///
/// **An event comes only where a row waits for it**, and an `otherwise` is no row that waits. A
/// message that no row takes now stays in its channel, before all that stand behind it; a call that
/// no row takes now is not begun. What an end is to drop, it drops by a row.
///
/// The [crate] has a complete example.
pub trait Protocol {
    /// The `States` that [`table!`](crate::table) emits.
    type Table: Notation;

    /// What the protocol is called in reports.
    const NAME: &'static str;

    /// The two ends.
    const ENDS: [ProtocolEnd<Self::Table>; 2];

    /// The channel in each direction, unless the command line says otherwise.
    const CHANNEL: BoundedChannel;

    /// What programs can call, at either end.
    const CALLS: &'static [OfferedCall<EventOf<Self>>];

    /// The programs that `check` explores: those of the first and of the second end, such as
    /// `["ask*2", "answer*2"]`.
    const PROGRAMS: &'static [[&'static str; 2]];

    /// Events that come by themselves, at any time at which a row waits for them: timers.
    const TIMERS: &'static [EventOf<Self>] = &[];

    /// What has to hold in every snapshot, beside what is always looked for.
    const INVARIANTS: &'static [Invariant<Self::Table>] = &[];

    /// What the world answers an end before one of its rows is chosen.
    fn facts(&self, view: &EndView<'_, Self::Table>) -> <Self::Table as Notation>::Facts;

    /// What an action does outside of its end, whose memory the row has updated already.
    fn perform(
        &self,
        action: <Self::Table as Notation>::Action,
        view: &EndView<'_, Self::Table>,
    ) -> Consequence<EventOf<Self>>;
}

/// One of the two ends.
#[derive(Clone, Copy, Debug)]
pub struct ProtocolEnd<N: Notation> {
    /// What it is called in reports.
    pub name: &'static str,
    /// The states in which its machines begin.
    pub states: N,
    /// What it remembers when it begins.
    pub memory: N::Memory,
}

impl<N: Notation> ProtocolEnd<N> {
    /// An end whose machines begin in these states, with the memory that the alphabet declares.
    pub const fn new(name: &'static str, states: N) -> Self {
        Self { name, states, memory: N::INITIAL_MEMORY }
    }
}

/// The channel in each direction: first in, first out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BoundedChannel {
    /// How many messages it holds.
    pub capacity: u8,
    /// What it may do to them.
    pub delivery: Delivery,
}

impl BoundedChannel {
    /// A channel that delivers each message once, and holds this many.
    pub const fn reliable(capacity: u8) -> Self {
        Self { capacity, delivery: Delivery::Reliable }
    }

    /// A channel that may lose messages.
    pub const fn lossy(capacity: u8) -> Self {
        Self { capacity, delivery: Delivery::Lossy }
    }

    /// A channel that may deliver a message again.
    pub const fn duplicating(capacity: u8) -> Self {
        Self { capacity, delivery: Delivery::Duplicating }
    }
}

/// What a channel may do to the message that it delivers next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "command", derive(clap::ValueEnum))]
pub enum Delivery {
    /// Each message is delivered once.
    Reliable,
    /// A message may be lost.
    Lossy,
    /// A message may be delivered, and stay to be delivered again.
    Duplicating,
}

/// A call that programs can make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferedCall<E> {
    /// How programs write it.
    pub name: &'static str,
    /// The event with which it begins.
    pub event: E,
    /// What it comes to without the protocol, directly on two channels.
    pub plain: Option<&'static str>,
}

impl<E: Copy> OfferedCall<E> {
    /// A call, and the event with which it begins.
    pub const fn new(name: &'static str, event: E) -> Self {
        Self { name, event, plain: None }
    }

    /// The same call, and what it comes to without the protocol: `send` and `receive`, in order,
    /// such as `"send receive"`. If every call of two programs says so, then a hang is compared
    /// with the same programs on plain channels.
    #[must_use]
    pub const fn plain(self, words: &'static str) -> Self {
        Self { plain: Some(words), ..self }
    }
}

/// What an action does outside of its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consequence<E> {
    /// Puts a message into the channel to the other end. The channel must have room: a row that
    /// sends asks for it by a fact.
    Send(E),
    /// Completes the pending call.
    Complete,
    /// Does nothing that the other end or a program could see.
    Nothing,
}

/// Something that has to hold in every snapshot.
pub struct Invariant<N: Notation> {
    /// What holds, as a statement.
    pub name: &'static str,
    /// Whether it holds in a snapshot.
    pub holds: fn(&ProtocolSnapshot<N>) -> bool,
}
