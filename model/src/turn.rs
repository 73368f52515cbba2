//! One turn of an endpoint: the only place where rows are fired.
//!
//! Runtime and model call the same functions with the same [`Endpoint`]; what differs between them is
//! the [`World`]: what the facts say and what the actions do. A half may also be run without the
//! other: then its world is asked for its own facts only, and what it posts waits to be taken over.

use crate::table::{
    Action, EffectKind, Event, EventKind, Facts, Half, HandshakeState, Memory, Policy,
    ReceivingFacts, Row, SendingFacts, Slot, States, home,
};

/// How many events one turn may raise before they are handled.
///
/// The table's longest chain is shorter by far; `tests` measure it. An overflow is a [`Fault`].
pub const RAISED_AT_MOST: usize = 8;

/// How many letters may wait for one half.
pub const MAIL_AT_MOST: usize = 4;

/// How many settle rows one turn may fire. Each lowers its machine's measure, so that the table
/// itself bounds them far below this.
pub const SETTLES_AT_MOST: usize = 64;

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
    /// More than [`RAISED_AT_MOST`] events were raised and not yet handled.
    TooManyRaised,
    /// More than [`MAIL_AT_MOST`] letters waited.
    TooMuchMail,
    /// More than [`SETTLES_AT_MOST`] settle rows fired in one turn.
    NeverSettles,
    /// An event came to a half of an endpoint that does not run its machine.
    NotAtHome,
}

/// Who owns an endpoint's halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// One caller owns both: a letter is delivered as soon as the turn that posted it is over.
    One,
    /// Each half has a caller of its own: a letter waits until somebody [delivers](deliver) it.
    Two,
    /// Only this half is here; [`Endpoint::split`] made it. What it posts is
    /// [taken](Endpoint::take_letter) to the other half, and handled there.
    Half(Half),
}

/// One endpoint: its machines' states, one memory, and the letters between its halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The state of each machine.
    pub states: States,
    /// What the rows remember.
    pub memory: Memory,
    owner: Owner,
    to_receiving: Queue<MAIL_AT_MOST>,
    to_sending: Queue<MAIL_AT_MOST>,
}

impl Endpoint {
    /// A client that has done nothing yet.
    #[must_use]
    pub fn client() -> Self {
        let memory = Memory { tickets_owed: 0, ..Memory::INITIAL };
        Self::new(States::initial_client(), memory)
    }

    /// A server that has done nothing yet and will send `tickets` tickets (0 to 8) to a client that
    /// wants them.
    #[must_use]
    pub fn server(tickets: u8) -> Self {
        let memory = Memory { tickets_owed: tickets.min(8), ..Memory::INITIAL };
        Self::new(States::initial_server(), memory)
    }

    const fn new(states: States, memory: Memory) -> Self {
        let (to_receiving, to_sending) = (Queue::new(), Queue::new());
        Self { states, memory, owner: Owner::One, to_receiving, to_sending }
    }

    /// The same endpoint, its letters waiting to be delivered from now on, or no longer.
    #[must_use]
    pub const fn owned_by(self, owner: Owner) -> Self {
        Self { owner, ..self }
    }

    /// The receiving and the sending half, to be run apart from each other.
    ///
    /// Each memory field has one writer, and each half runs the machines of its own fields; the
    /// fields and the states of the other half are as in the beginning here, and no row asks for
    /// them. Letters that wait stay with the half that they go to.
    #[must_use]
    pub const fn split(self) -> [Self; 2] {
        let first = match self.states.handshake {
            HandshakeState::Client(_) => States::initial_client(),
            HandshakeState::Server(_) => States::initial_server(),
        };
        let States { handshake, read, receiver, write, report, sender } = self.states;
        let receiving = Self {
            states: States { handshake, read, receiver, ..first },
            memory: Memory::INITIAL.receiving(&self.memory),
            owner: Owner::Half(Half::Receiving),
            to_receiving: self.to_receiving,
            to_sending: Queue::new(),
        };
        let sending = Self {
            states: States { write, report, sender, ..first },
            memory: Memory::INITIAL.sending(&self.memory),
            owner: Owner::Half(Half::Sending),
            to_receiving: Queue::new(),
            to_sending: self.to_sending,
        };
        [receiving, sending]
    }

    /// The endpoint whose halves these are. Letters that wait for the other half are delivered
    /// there by the next [`deliver`].
    #[must_use]
    pub const fn join([receiving, sending]: [Self; 2]) -> Self {
        let States { handshake, read, receiver, .. } = receiving.states;
        let States { write, report, sender, .. } = sending.states;
        Self {
            states: States { handshake, read, receiver, write, report, sender },
            memory: receiving.memory.sending(&sending.memory),
            owner: Owner::One,
            to_receiving: sending.to_receiving,
            to_sending: receiving.to_sending,
        }
    }

    /// Who owns the halves.
    #[must_use]
    pub const fn owner(&self) -> Owner {
        self.owner
    }

    /// The oldest letter to this half that waits.
    pub fn take_letter(&mut self, to: Half) -> Option<Event> {
        match to {
            Half::Receiving => self.to_receiving.pop(),
            Half::Sending => self.to_sending.pop(),
        }
    }

    /// Whether a letter to this half waits.
    #[must_use]
    pub const fn has_mail(&self, to: Half) -> bool {
        match to {
            Half::Receiving => self.to_receiving.length > 0,
            Half::Sending => self.to_sending.length > 0,
        }
    }

    /// Would this event take a row that is not an `otherwise`? That is what *interest* means: a
    /// transport event is waited for exactly where the table has something to say about it.
    #[must_use]
    pub fn accepts<W: World<Receiving> + World<Sending>>(
        &self,
        table: &impl Table,
        policy: &Policy,
        event: Event,
        world: &W,
    ) -> bool {
        self.accepts_in::<Receiving>(table, policy, event, world)
            || self.accepts_in::<Sending>(table, policy, event, world)
    }

    /// The same of an event of this half.
    #[must_use]
    pub fn accepts_in<H: OneHalf>(
        &self,
        table: &impl Table,
        policy: &Policy,
        event: Event,
        world: &impl World<H>,
    ) -> bool {
        self.row(table, policy, event, world).is_some_and(|row| !row.otherwise)
    }

    /// Would this event take a row of this half that raises one of that kind?
    #[must_use]
    pub fn raises<H: OneHalf>(
        &self,
        table: &impl Table,
        policy: &Policy,
        event: Event,
        raised: EventKind,
        world: &impl World<H>,
    ) -> bool {
        let row = self.row(table, policy, event, world);
        row.is_some_and(|row| {
            row.effects.iter().any(
                |effect| matches!(effect.kind, EffectKind::Raise(of) if of(event).kind() == raised),
            )
        })
    }

    /// The row that this event would take now.
    fn row<H: OneHalf>(
        &self,
        table: &impl Table,
        policy: &Policy,
        event: Event,
        world: &impl World<H>,
    ) -> Option<&'static Row> {
        let slot = home(event.kind()).filter(|slot| slot.half() == H::HALF)?;
        table.step(&self.states, slot, &self.memory, event, &world.facts().into(), policy)
    }
}

/// Handles one event of a whole endpoint; where the halves have [one](Owner::One) owner, then the
/// letters that it caused, each in a turn of its own.
pub fn handle<W: World<Receiving> + World<Sending>>(
    endpoint: &mut Endpoint,
    table: &impl Table,
    policy: &Policy,
    event: Event,
    world: &mut W,
) {
    match home(event.kind()).map(Slot::half) {
        Some(Half::Receiving) => {
            handle_in::<Receiving, W>(endpoint, table, policy, event, world);
        }
        Some(Half::Sending) => handle_in::<Sending, W>(endpoint, table, policy, event, world),
        None => world.fault(Fault::NotAtHome),
    }
    if endpoint.owner == Owner::One {
        deliver(endpoint, table, policy, world);
    }
}

/// Delivers all letters between the halves of a whole endpoint, each in a turn of its own, until
/// none waits: those to the receiving half first.
pub fn deliver<W: World<Receiving> + World<Sending>>(
    endpoint: &mut Endpoint,
    table: &impl Table,
    policy: &Policy,
    world: &mut W,
) {
    loop {
        if let Some(letter) = endpoint.take_letter(Half::Receiving) {
            handle_in::<Receiving, W>(endpoint, table, policy, letter, world);
        } else if let Some(letter) = endpoint.take_letter(Half::Sending) {
            handle_in::<Sending, W>(endpoint, table, policy, letter, world);
        } else {
            return;
        }
    }
}

/// Handles one event of one half in one atomic turn: the event's row, the events that it raises
/// (first in first out), and then the settle rows of the half's machines until none fires. What is
/// posted waits.
pub fn handle_in<H: OneHalf, W: World<H>>(
    endpoint: &mut Endpoint,
    table: &impl Table,
    policy: &Policy,
    event: Event,
    world: &mut W,
) {
    if home(event.kind()).map(Slot::half) != Some(H::HALF)
        || endpoint.owner == Owner::Half(H::HALF.other())
    {
        return world.fault(Fault::NotAtHome);
    }
    let mut turn = Turn { table, policy, raised: Queue::new(), half: core::marker::PhantomData };
    let mut next = Some(event);
    let mut settles = 0;
    loop {
        while let Some(event) = next.take().or_else(|| turn.raised.pop()) {
            if let Some(slot) = home(event.kind()) {
                let facts = world.facts().into();
                turn.fire(endpoint, slot, event, &facts, world);
            }
        }
        // Nothing happens between machines that rest: one sample serves until one fires.
        let facts = world.facts().into();
        let mut slots = H::HALF.slots().iter();
        if !slots.any(|slot| turn.fire(endpoint, *slot, Event::Settle, &facts, world)) {
            return;
        }
        settles += 1;
        if settles > SETTLES_AT_MOST {
            world.fault(Fault::NeverSettles);
            return;
        }
    }
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

/// What lasts for one turn.
struct Turn<'t, H, T> {
    table: &'t T,
    policy: &'t Policy,
    raised: Queue<RAISED_AT_MOST>,
    half: core::marker::PhantomData<H>,
}

impl<H: OneHalf, T: Table> Turn<'_, H, T> {
    /// Takes one step of one machine; false if no row fires, which only `settle` allows.
    fn fire<W: World<H>>(
        &mut self,
        endpoint: &mut Endpoint,
        slot: Slot,
        event: Event,
        facts: &Facts,
        world: &mut W,
    ) -> bool {
        let Endpoint { states, memory, .. } = endpoint;
        let Some(row) = self.table.step(states, slot, memory, event, facts, self.policy) else {
            return false;
        };
        world.fired(row, memory);
        states.enter(row);
        memory.update(row, event);
        for (index, effect) in row.effects.iter().enumerate() {
            if self.table.leaves_out(row, index) {
                continue;
            }
            match effect.kind {
                EffectKind::Perform(action) => world.perform(action(event)),
                EffectKind::Raise(event_of) => {
                    if !self.raised.push(event_of(event)) {
                        world.fault(Fault::TooManyRaised);
                    }
                }
                EffectKind::Post(event_of) => {
                    let mail = match H::HALF {
                        Half::Receiving => &mut endpoint.to_sending,
                        Half::Sending => &mut endpoint.to_receiving,
                    };
                    if !mail.push(event_of(event)) {
                        world.fault(Fault::TooMuchMail);
                    }
                }
            }
        }
        true
    }
}

/// A first-in-first-out queue of at most `N` events, without allocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Queue<const N: usize> {
    events: [Event; N],
    length: u8,
}

impl<const N: usize> Queue<N> {
    const fn new() -> Self {
        Self { events: [Event::Settle; N], length: 0 }
    }

    /// False if the queue is full.
    fn push(&mut self, event: Event) -> bool {
        match self.events.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = event;
                self.length += 1;
                true
            }
            None => false,
        }
    }

    fn pop(&mut self) -> Option<Event> {
        if self.length == 0 {
            return None;
        }
        let first = self.events.first().copied();
        self.events.rotate_left(1);
        self.length -= 1;
        // The first event now stands last. Emptied places look alike, so that equal queues are equal
        // values.
        if let Some(place) = self.events.last_mut() {
            *place = Event::Settle;
        }
        first
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queues_that_hold_the_same_are_equal_whatever_went_through_them() {
        let mut used = Queue::<3>::new();
        assert!(used.push(Event::Begin) && used.push(Event::Abandon));
        assert_eq!(
            (used.pop(), used.pop(), used.pop()),
            (Some(Event::Begin), Some(Event::Abandon), None)
        );
        assert_eq!(used, Queue::new());
        assert!(used.push(Event::Discarded));
        let mut fresh = Queue::<3>::new();
        assert!(fresh.push(Event::Discarded));
        assert_eq!(used, fresh);
    }
}
