//! An endpoint: what the turns of one end of a connection work on.

use super::queue::Queue;
use super::world::{OneHalf, Receiving, Sending, Table, World};
use crate::table::{
    EffectKind, Event, EventKind, Half, HandshakeState, Memory, Policy, Row, States, home,
};

/// How many letters may wait for one half.
pub const MAIL_AT_MOST: usize = 4;

/// Who owns an endpoint's halves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// One caller owns both: a letter is delivered as soon as the turn that posted it is over.
    One,
    /// Each half has a caller of its own: a letter waits until somebody
    /// [delivers](super::deliver) it.
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
    pub(super) owner: Owner,
    pub(super) to_receiving: Queue<MAIL_AT_MOST>,
    pub(super) to_sending: Queue<MAIL_AT_MOST>,
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
    /// there by the next [`deliver`](super::deliver).
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
    #[inline]
    pub fn take_letter(&mut self, to: Half) -> Option<Event> {
        match to {
            Half::Receiving => self.to_receiving.pop(),
            Half::Sending => self.to_sending.pop(),
        }
    }

    /// Whether a letter to this half waits.
    #[must_use]
    #[inline]
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
        table.step(&self.states, slot, &self.memory, event, || world.facts().into(), policy)
    }
}
