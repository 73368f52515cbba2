//! One turn of an endpoint: the only place where rows are fired.
//!
//! Runtime and model call [`handle`] with the same [`Endpoint`]; what differs between them is the
//! [`World`]: what the facts say and what the actions do.

use crate::table::{
    Action, DriverState, EffectKind, Event, EventKind, Facts, Memory, Policy, Row, Slot, States,
    driver, home, read, receiver, sender, write,
};

/// How many events one turn may raise before they are handled.
///
/// The table's longest chain is shorter by far; `tests` measure it. An overflow is a [`Fault`].
pub const RAISED_AT_MOST: usize = 8;

/// How many letters may wait in the mailbox between the halves.
pub const MAIL_AT_MOST: usize = 4;

/// How many settle rows one turn may fire. Each lowers its machine's measure, so that the table
/// itself bounds them far below this.
pub const SETTLES_AT_MOST: usize = 64;

/// What surrounds an endpoint: it answers the facts and performs the actions.
pub trait World {
    /// What the guards may ask, sampled before each step of a machine.
    fn facts(&self) -> Facts;

    /// Carries out one action of the row that fired. Actions are total.
    fn perform(&mut self, action: Action);

    /// Is told of each row that fires, with the memory that its guard saw. Logs and coverage listen
    /// here.
    fn fired(&mut self, row: &'static Row, memory: &Memory) {
        let _ = (row, memory);
    }

    /// The row that fires. Only mutants of the table answer with another than the table's own.
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

    /// Is this effect of the row left out? Only mutants of the table leave out any.
    fn leaves_out(&self, row: &'static Row, effect: usize) -> bool {
        let _ = (row, effect);
        false
    }

    /// Is told that a bound of a turn was reached: a mistake in the table, not the peer's doing.
    fn fault(&mut self, fault: Fault);
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

/// Which machines an endpoint runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Half {
    /// All of them: one thread makes all calls.
    Whole,
    /// Those of the reading thread. What it owes the write half stays in the mailbox, for
    /// whoever carries it to the [`Half::Sender`].
    Receiver,
    /// Those of the writing thread.
    Sender,
}

impl Half {
    /// The slots whose machines run here.
    const fn slots(self) -> &'static [Slot] {
        match self {
            Self::Whole => Slot::ALL,
            Self::Receiver => &[Slot::Handshake, Slot::Read, Slot::Driver],
            Self::Sender => &[Slot::Write, Slot::Driver],
        }
    }
}

/// One endpoint: its machines' states, one memory, and the mailbox between its halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// The state of each machine.
    pub states: States,
    /// What the rows remember.
    pub memory: Memory,
    half: Half,
    mailbox: Queue<MAIL_AT_MOST>,
}

impl Endpoint {
    /// A client that has done nothing yet.
    #[must_use]
    pub fn client() -> Self {
        let memory = Memory { tickets_owed: 0, ..Memory::INITIAL };
        Self::new(States::initial_client_driver(), memory)
    }

    /// A server that has done nothing yet and will send `tickets` tickets (0 to 8) to a client that
    /// wants them.
    #[must_use]
    pub fn server(tickets: u8) -> Self {
        let memory = Memory { tickets_owed: tickets.min(8), ..Memory::INITIAL };
        Self::new(States::initial_server_driver(), memory)
    }

    const fn new(states: States, memory: Memory) -> Self {
        Self { states, memory, half: Half::Whole, mailbox: Queue::new() }
    }

    /// The halves for a reading and a writing thread, in this order. No call may be pending.
    ///
    /// Each memory field has one writer, and each half runs the machines of its own fields; the
    /// fields and the states of the other half are as in the beginning here, and nobody asks for
    /// them. What the receiver's rows post is not handled there: it is
    /// [taken](Self::take_letter) and [handled](handle) by the sender.
    #[must_use]
    pub const fn split(self) -> [Self; 2] {
        let Self { states, memory, .. } = self;
        let shared = Memory::INITIAL.joined(Slot::Handshake, &memory);
        let driver = DriverState::Receiver(receiver::State::INITIAL);
        let receiving = Self {
            states: States { write: write::State::INITIAL, driver, ..states },
            memory: shared.joined(Slot::Read, &memory),
            half: Half::Receiver,
            mailbox: Queue::new(),
        };
        let driver = DriverState::Sender(sender::State::INITIAL);
        let sending = Self {
            states: States { read: read::State::INITIAL, driver, ..states },
            memory: shared.joined(Slot::Write, &memory),
            half: Half::Sender,
            mailbox: Queue::new(),
        };
        [receiving, sending]
    }

    /// The endpoint whose halves these are, when neither has a call pending and all mail was
    /// carried over.
    #[must_use]
    pub const fn join([receiving, sending]: [Self; 2]) -> Self {
        let driver = DriverState::Driver(driver::State::INITIAL);
        let states = States { write: sending.states.write, driver, ..receiving.states };
        Self::new(states, receiving.memory.joined(Slot::Write, &sending.memory))
    }

    /// Which machines run here.
    #[must_use]
    pub const fn half(&self) -> Half {
        self.half
    }

    /// The oldest letter that waits to be carried from the receiver to the sender.
    pub fn take_letter(&mut self) -> Option<Event> {
        self.mailbox.pop()
    }

    /// Whether a letter waits.
    #[must_use]
    pub const fn has_mail(&self) -> bool {
        self.mailbox.length > 0
    }

    /// Would this event take a row that is not an `otherwise`? That is what *interest* means: a
    /// transport event is waited for exactly where the table has something to say about it.
    #[must_use]
    pub fn accepts<W: World>(&self, policy: &Policy, event: Event, world: &W) -> bool {
        self.row(policy, event, world).is_some_and(|row| !row.otherwise)
    }

    /// Would this event take a row that raises one of that kind?
    #[must_use]
    pub fn raises<W: World>(
        &self,
        policy: &Policy,
        event: Event,
        raised: EventKind,
        world: &W,
    ) -> bool {
        let row = self.row(policy, event, world);
        row.is_some_and(|row| {
            row.effects.iter().any(
                |effect| matches!(effect.kind, EffectKind::Raise(of) if of(event).kind() == raised),
            )
        })
    }

    /// The row that this event would take now.
    fn row<W: World>(&self, policy: &Policy, event: Event, world: &W) -> Option<&'static Row> {
        let slot = home(event.kind())?;
        world.step(&self.states, slot, &self.memory, event, &world.facts(), policy)
    }
}

/// Handles one event and then the mail that it caused, each letter in a turn of its own. The mail
/// of a [`Half::Receiver`] stays where it is.
pub fn handle<W: World>(endpoint: &mut Endpoint, policy: &Policy, event: Event, world: &mut W) {
    turn(endpoint, policy, event, world);
    while endpoint.half != Half::Receiver {
        let Some(letter) = endpoint.mailbox.pop() else { return };
        turn(endpoint, policy, letter, world);
    }
}

/// One atomic turn: the event's row, the events that it raises (first in first out), and then the
/// settle rows of all machines until none fires.
fn turn<W: World>(endpoint: &mut Endpoint, policy: &Policy, event: Event, world: &mut W) {
    let mut raised = Queue::<RAISED_AT_MOST>::new();
    let mut next = Some(event);
    let mut settles = 0;
    loop {
        while let Some(event) = next.take().or_else(|| raised.pop()) {
            match home(event.kind()).filter(|slot| endpoint.half.slots().contains(slot)) {
                Some(slot) => {
                    let facts = world.facts();
                    fire(endpoint, policy, slot, event, &facts, &mut raised, world);
                }
                None => world.fault(Fault::NotAtHome),
            }
        }
        // Nothing happens between machines that rest: one sample serves until one fires.
        let facts = world.facts();
        let slots = endpoint.half.slots();
        let settled = slots
            .iter()
            .any(|slot| fire(endpoint, policy, *slot, Event::Settle, &facts, &mut raised, world));
        if !settled {
            return;
        }
        settles += 1;
        if settles > SETTLES_AT_MOST {
            world.fault(Fault::NeverSettles);
            return;
        }
    }
}

/// Takes one step of one machine; false if no row fires, which only `settle` allows.
fn fire<W: World>(
    endpoint: &mut Endpoint,
    policy: &Policy,
    slot: Slot,
    event: Event,
    facts: &Facts,
    raised: &mut Queue<RAISED_AT_MOST>,
    world: &mut W,
) -> bool {
    let Some(row) = world.step(&endpoint.states, slot, &endpoint.memory, event, facts, policy)
    else {
        return false;
    };
    world.fired(row, &endpoint.memory);
    endpoint.states.enter(row);
    endpoint.memory.update(row, event);
    for (index, effect) in row.effects.iter().enumerate() {
        if world.leaves_out(row, index) {
            continue;
        }
        match effect.kind {
            EffectKind::Perform(action) => world.perform(action(event)),
            EffectKind::Raise(event_of) => {
                if !raised.push(event_of(event)) {
                    world.fault(Fault::TooManyRaised);
                }
            }
            EffectKind::Post(event_of) => {
                if !endpoint.mailbox.push(event_of(event)) {
                    world.fault(Fault::TooMuchMail);
                }
            }
        }
    }
    true
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
        // Emptied places look alike, so that equal queues are equal values.
        if let Some(place) = self.events.get_mut(usize::from(self.length)) {
            *place = Event::Settle;
        }
        first
    }
}
