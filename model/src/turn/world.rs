//! What surrounds a turn: the world of a half, the table, and who listens.

use crate::table::{
    Action, EffectKind, Event, Facts, Half, Memory, Policy, ReceivingFacts, Row, SendingFacts,
    Slot, Stage, States,
};

/// One of the halves, as a type: a world that surrounds one half is not asked about the other.
pub trait OneHalf {
    /// What the guards of its rows may ask.
    type Facts: Into<Facts>;
    /// The half that the type stands for.
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

/// A listener, which is told of what happens in a turn.
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
    /// What the guards may ask. They ask as often as they like, so this has no effect, and is best
    /// inlined: then only the fact that is looked at is computed.
    fn facts(&self) -> H::Facts;

    /// Carries out one action of the row that fired. Actions are total.
    fn perform(&mut self, action: Action);
}

/// A table: which rows fire, and what they do.
pub trait Table {
    /// The row that the machine in a slot takes on an event. Facts are asked for only where a guard
    /// comes to them.
    fn step<F: Fn() -> Facts>(
        &self,
        states: &States,
        slot: Slot,
        memory: &Memory,
        event: Event,
        facts: F,
        policy: &Policy,
    ) -> Option<&'static Row>;

    /// Takes that row, and does what it says.
    fn take<S: Stage>(
        &self,
        endpoint: (&mut States, &mut Memory),
        slot: Slot,
        event: Event,
        policy: &Policy,
        stage: &mut S,
    ) -> Option<&'static Row>;

    /// Takes the row on [`Event::Settle`] of the first machine of a half that has one.
    fn settle<S: Stage>(
        &self,
        (states, memory): (&mut States, &mut Memory),
        half: Half,
        policy: &Policy,
        stage: &mut S,
    ) -> Option<&'static Row> {
        half.slots().iter().find_map(|slot| {
            self.take((&mut *states, &mut *memory), *slot, Event::Settle, policy, stage)
        })
    }
}

/// The table of this crate as it is, which ships. Mutants are other tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shipped;

impl Table for Shipped {
    #[inline]
    fn step<F: Fn() -> Facts>(
        &self,
        states: &States,
        slot: Slot,
        memory: &Memory,
        event: Event,
        facts: F,
        policy: &Policy,
    ) -> Option<&'static Row> {
        states.step_asking(slot, memory, event, facts, policy)
    }

    #[inline]
    fn take<S: Stage>(
        &self,
        (states, memory): (&mut States, &mut Memory),
        slot: Slot,
        event: Event,
        policy: &Policy,
        stage: &mut S,
    ) -> Option<&'static Row> {
        match event {
            Event::Settle => states.settle(slot, memory, policy, stage),
            _ => states.take(slot, memory, event, policy, stage),
        }
    }

    #[inline]
    fn settle<S: Stage>(
        &self,
        (states, memory): (&mut States, &mut Memory),
        half: Half,
        policy: &Policy,
        stage: &mut S,
    ) -> Option<&'static Row> {
        states.settle_in(half, memory, policy, stage)
    }
}

/// Carries out a row that was found as data, but for the effects that are left out.
pub fn act<S: Stage>(
    (states, memory): (&mut States, &mut Memory),
    row: &'static Row,
    event: Event,
    leaves_out: impl Fn(usize) -> bool,
    stage: &mut S,
) {
    stage.fired(row, memory);
    states.enter(row);
    memory.update(row, event);
    for (index, effect) in row.effects.iter().enumerate() {
        if leaves_out(index) {
            continue;
        }
        match effect.kind {
            EffectKind::Perform(action) => stage.perform(action(event)),
            EffectKind::Raise(event_of) => stage.raise(event_of(event)),
            EffectKind::Post(event_of) => stage.post(event_of(event)),
        }
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
