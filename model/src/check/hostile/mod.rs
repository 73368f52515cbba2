//! World *hostile*: one endpoint against the most general peer.
//!
//! The peer may send any message or alert at any time, well or badly made, whole or in fragments,
//! and cut or reset the connection; the transport may take all of the outbox, part of it or
//! nothing; work may end at any time, well or badly; and the application may make any call when
//! none is pending. What a badly made record is, and which alert answers it, is the business of
//! the record layer and the codec: here it is [`Event::Offence`] with each alert that they can
//! raise. Sizes are not in this world, and what the library counts is chosen freely: [`Counted`].
//!
//! It checks safety, that a final state can always be reached, and coverage: which rows fire.

mod counted;
mod coverage;
mod judgement;
mod peer;
mod surroundings;
mod violation;

use stateright::{Model, Property};

pub use self::counted::Counted;
pub use self::coverage::Coverage;
use self::judgement::Judgement;
pub use self::peer::{Record, records};
pub use self::surroundings::Surroundings;
pub use self::violation::Violation;
use super::contract::Side;
use super::mutation::Mutation;
use crate::table::{Alert, Call, Event, Label, Policy, Role, Slot};
use crate::turn::{self, Endpoint};

/// Tickets that the server owes at first: as many as make a difference.
const TICKETS: u8 = 2;

/// The system: one endpoint of this policy.
#[derive(Debug)]
pub struct Hostile {
    /// The endpoint's policy, its role included.
    pub policy: Policy,
    /// What was seen.
    pub coverage: Coverage,
    /// The change of the table under test; none but in mutants.
    pub mutation: Option<Mutation>,
}

/// The endpoint and what surrounds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// Machines and memory.
    pub endpoint: Endpoint,
    /// Buffers, work and flags.
    pub surroundings: Surroundings,
}

/// What happens next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// The application makes a call, with these counts.
    Start(Call, Counted),
    /// A record arrives.
    Receive(Record),
    /// A fragment of a message arrives: bytes, but no event.
    ReceiveFragment,
    /// The peer's FIN arrives.
    ReceiveFin,
    /// A receiving call meets a reset.
    ReceiveReset,
    /// The transport takes everything from the outbox.
    TransmitAll,
    /// The transport takes something from the outbox.
    TransmitSome {
        /// Application data is still among the rest.
        data_remains: bool,
        /// A reply to a KeyUpdate is still among the rest.
        reply_remains: bool,
        /// A request to update keys is still among the rest.
        request_remains: bool,
    },
    /// The transport has no room.
    Block,
    /// A transmitting call meets a reset.
    TransmitReset,
    /// Work ends.
    EndWork(Event),
    /// An action of our own could not be done: no random bytes, a key used up.
    FailInternally,
    /// The time for draining is over.
    ExpireBudget,
    /// The time for the call is over.
    PassDeadline,
}

impl Hostile {
    /// A system of which nothing was seen.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy, coverage: Coverage::default(), mutation: None }
    }

    fn first(&self) -> Snapshot {
        let endpoint = match self.policy.role {
            Role::Client => Endpoint::client(),
            Role::Server => Endpoint::server(TICKETS),
        };
        Snapshot { endpoint, surroundings: Surroundings::default() }
    }

    fn accepts(&self, snapshot: &Snapshot, event: Event) -> bool {
        let mut surroundings = snapshot.surroundings;
        let world = surroundings::Watched {
            surroundings: &mut surroundings,
            coverage: &self.coverage,
            mutation: self.mutation,
        };
        snapshot.endpoint.accepts(&self.policy, event, &world)
    }

    /// Lists what may happen, in a fixed order.
    pub fn steps(&self, snapshot: &Snapshot, steps: &mut Vec<Step>) {
        let surroundings = &snapshot.surroundings;
        let is_idle = snapshot.endpoint.states.has(Slot::Driver, Label::IsIdle);
        if !is_idle {
            steps.push(Step::FailInternally);
        }
        if is_idle {
            for call in Call::ALL {
                let counts = Counted::at(*call, surroundings.key_may_be_used_up());
                steps.extend(counts.map(|counted| Step::Start(*call, counted)));
            }
        }
        if self.accepts(snapshot, Event::Received) {
            if snapshot.endpoint.states.has(Slot::Read, Label::DiscardsInput) {
                steps.push(Step::Receive(Record::discarded()));
            } else {
                steps.extend(records(self.policy.role).map(Step::Receive));
                steps.push(Step::ReceiveFragment);
            }
            steps.extend([Step::ReceiveFin, Step::ReceiveReset]);
        }
        if surroundings.holds && self.accepts(snapshot, Event::Transmitted) {
            steps.extend([Step::TransmitAll, Step::TransmitReset]);
            steps.extend(surroundings.remainders());
            if self.accepts(snapshot, Event::TransmitBlocked) {
                steps.push(Step::Block);
            }
        }
        if let Some(work) = surroundings.work {
            steps.extend(peer::ends_of(work).map(Step::EndWork));
        }
        if self.accepts(snapshot, Event::BudgetExpired) {
            steps.push(Step::ExpireBudget);
        }
        if self.accepts(snapshot, Event::DeadlinePassed) {
            steps.push(Step::PassDeadline);
        }
    }

    /// Takes a step that is enabled.
    pub fn take(&self, snapshot: &mut Snapshot, step: Step) {
        let before = snapshot.endpoint;
        snapshot.surroundings.begin_step();
        match step {
            Step::Start(call, counted) => {
                snapshot.surroundings.counted = counted;
                self.handle(snapshot, Event::Start(call));
            }
            Step::Receive(record) => {
                self.handle(snapshot, Event::Received);
                snapshot.surroundings.see(&record);
                self.handle(snapshot, record.event);
                self.judge(snapshot, &before, |judgement| judgement.of_record(&record));
            }
            Step::ReceiveFragment => self.handle(snapshot, Event::Received),
            Step::ReceiveFin => self.handle(snapshot, Event::FinReceived),
            Step::ReceiveReset => {
                snapshot.surroundings.see_reset();
                self.handle(snapshot, Event::ResetReceived);
            }
            Step::TransmitAll => {
                snapshot.surroundings.empty_outbox();
                self.handle(snapshot, Event::Transmitted);
            }
            Step::TransmitSome { data_remains, reply_remains, request_remains } => {
                let surroundings = &mut snapshot.surroundings;
                surroundings.transmit_some(data_remains, reply_remains, request_remains);
                self.handle(snapshot, Event::Transmitted);
            }
            Step::Block => self.handle(snapshot, Event::TransmitBlocked),
            Step::TransmitReset => {
                snapshot.surroundings.transmit_failed = true;
                snapshot.surroundings.see_reset();
                self.handle(snapshot, Event::TransportReset);
            }
            Step::EndWork(event) => {
                snapshot.surroundings.see_work(event);
                self.handle(snapshot, event);
                self.judge(snapshot, &before, |judgement| judgement.of_work(event));
            }
            Step::FailInternally => self.handle(snapshot, Event::Offence(Alert::InternalError)),
            Step::ExpireBudget => self.handle(snapshot, Event::BudgetExpired),
            Step::PassDeadline => self.handle(snapshot, Event::DeadlinePassed),
        }
        self.judge(snapshot, &before, |judgement| judgement.of_ends());
        snapshot.surroundings.look_at(&self.policy);
    }

    fn judge(
        &self,
        snapshot: &mut Snapshot,
        before: &Endpoint,
        judge: impl Fn(&Judgement<'_>) -> Option<Violation>,
    ) {
        let judgement = Judgement {
            before,
            after: &snapshot.endpoint,
            role: self.policy.role,
            surroundings: &snapshot.surroundings,
        };
        if let Some(violation) = judge(&judgement) {
            snapshot.surroundings.violate(violation);
        }
    }

    fn handle(&self, snapshot: &mut Snapshot, event: Event) {
        let Snapshot { endpoint, surroundings } = snapshot;
        let mut world = surroundings::Watched {
            surroundings,
            coverage: &self.coverage,
            mutation: self.mutation,
        };
        turn::handle(endpoint, &self.policy, event, &mut world);
        self.coverage.saw_policy(&self.policy);
    }

    /// The side that this endpoint is.
    #[must_use]
    pub const fn side(&self) -> Side {
        match self.policy.role {
            Role::Client => Side::Client,
            Role::Server => Side::Server,
        }
    }
}

impl Model for Hostile {
    type State = Snapshot;
    type Action = Step;

    fn init_states(&self) -> Vec<Snapshot> {
        vec![self.first()]
    }

    fn actions(&self, snapshot: &Snapshot, steps: &mut Vec<Step>) {
        self.steps(snapshot, steps);
    }

    fn next_state(&self, snapshot: &Snapshot, step: Step) -> Option<Snapshot> {
        let mut next = *snapshot;
        self.take(&mut next, step);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let mut properties: Vec<Property<Self>> =
            vec![Property::always("explored to the end", |_, _| true)];
        macro_rules! never {
            ($($violation:ident),*) => {
                $(properties.push(Property::always(
                    Violation::$violation.name(),
                    |_, snapshot: &Snapshot| {
                        snapshot.surroundings.violation != Some(Violation::$violation)
                    },
                ));)*
            };
        }
        never!(
            EarlyPlaintext,
            SentWithoutKeys,
            OpenedWithoutKeys,
            WrongAlert,
            FinTooEarly,
            ResultWithoutCall,
            Unbounded,
            NoBoundOfTurn,
            TwoWorks,
            WronglyTaken,
            Unauthenticated,
            DishonestEnd,
            KeysKept,
            HandshakeGoesOn,
            ErrorLost,
            KeyOverused
        );
        properties
    }
}
