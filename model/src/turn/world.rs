//! What surrounds a turn: the world of a half, the table, and who listens.

use crate::table::{
    Action, Event, Facts, Half, Memory, Policy, ReceivingFacts, Row, SendingFacts, Slot, States,
};

/// One of the halves, as a type: a world that surrounds one half is not asked about the other.
pub trait OneHalf {
    /// What the guards of its rows may ask.
    type Facts: Into<Facts>;
    /// Which one.
    const HALF: Half;
}

/// The receiving half.
#[derive(Clone, Copy, Debug)]
pub enum Receiving {}

impl OneHalf for Receiving {
    type Facts = ReceivingFacts;
    const HALF: Half = Half::Receiving;
}

/// The sending half.
#[derive(Clone, Copy, Debug)]
pub enum Sending {}

impl OneHalf for Sending {
    type Facts = SendingFacts;
    const HALF: Half = Half::Sending;
}

/// What is told of what happens in a turn.
pub trait Listener {
    /// Is told of each row that fires, with the memory that its guard saw. Logs and coverage listen
    /// here.
    fn fired(&mut self, row: &'static Row, memory: &Memory) {
        let _ = (row, memory);
    }

    /// Is told that a bound of a turn was reached: a mistake in the table, not the peer's doing.
    fn fault(&mut self, fault: Fault);
}

/// What surrounds one half of an endpoint: it answers the facts and performs the actions.
pub trait World<H: OneHalf>: Listener {
    /// What the guards may ask, sampled before each step of a machine.
    fn facts(&self) -> H::Facts;

    /// Carries out one action of the row that fired. Actions are total.
    fn perform(&mut self, action: Action);
}

/// Which rows fire.
pub trait Table {
    /// The row that the machine in a slot takes on an event.
    fn step(
        &self,
        states: &States,
        slot: Slot,
        memory: &Memory,
        event: Event,
        facts: &Facts,
        policy: &Policy,
    ) -> Option<&'static Row>;

    /// Whether this effect of the row is left out.
    fn leaves_out(&self, row: &'static Row, effect: usize) -> bool {
        let _ = (row, effect);
        false
    }
}

/// The table of this crate as it is: what ships. Only mutants are others.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shipped;

impl Table for Shipped {
    fn step(
        &self,
        states: &States,
        slot: Slot,
        memory: &Memory,
        event: Event,
        facts: &Facts,
        policy: &Policy,
    ) -> Option<&'static Row> {
        states.step(slot, memory, event, facts, policy)
    }
}

/// A bound of a turn that the table must not reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fault {
    /// More than [`RAISED_AT_MOST`](super::RAISED_AT_MOST) events were raised and not yet handled.
    TooManyRaised,
    /// More than [`MAIL_AT_MOST`](super::MAIL_AT_MOST) letters waited.
    TooMuchMail,
    /// More than [`SETTLES_AT_MOST`](super::SETTLES_AT_MOST) settle rows fired in one turn.
    NeverSettles,
    /// An event came to a half of an endpoint that does not run its machine.
    NotAtHome,
}

impl Half {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Receiving => Self::Sending,
            Self::Sending => Self::Receiving,
        }
    }
}
