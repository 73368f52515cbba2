//! World *hostile*: one endpoint against the most general peer.
//!
//! The peer may send any message or alert at any time, well or badly made, whole or in fragments,
//! and cut or reset the connection; the transport may take all of the outbox, part of it or
//! nothing; work may end at any time, well or badly; and the application may make any call when
//! none is pending, and split the connection between two threads. What a badly made record is, and
//! which alert answers it, is the business of the record layer and the codec: here it is
//! [`Event::Offence`] with a reason for each alert that they can cause. Sizes are not in this
//! world, and what the library counts is chosen freely: [`Counted`].
//!
//! It checks safety, that a final state can always be reached, and coverage: which rows fire.

mod counted;
mod coverage;
mod judgement;
mod peer;
mod snapshot;
mod surroundings;
mod violation;

use stateright::{Model, Property};

pub use self::counted::Counted;
pub use self::coverage::Coverage;
use self::judgement::Judgement;
pub use self::peer::{Record, records};
pub use self::snapshot::{Snapshot, Step};
pub use self::surroundings::Surroundings;
pub use self::violation::Violation;
use hyaline_model::table::{Call, Event, Label, Policy, Reason, Role, Slot};
use hyaline_model::turn::{self, Endpoint, Half};

use crate::interpret::mutation::Mutation;
use crate::side::Side;

/// A pending call waits for something that can come: without it, only its deadline would end it.
const SOMETHING_TO_WAIT_FOR: &str = "a pending call has something to wait for";

/// Tickets that the server owes at first: as many as make a difference.
const TICKETS: u8 = 2;

/// The system: one endpoint of this policy.
#[derive(Debug)]
pub struct Hostile {
    /// The endpoint's policy, its role included.
    pub policy: Policy,
    /// Whether the application may split the connection between two threads.
    pub may_split: bool,
    /// What was seen.
    pub coverage: Coverage,
    /// The change of the table under test; none but in mutants.
    pub mutation: Option<Mutation>,
}

impl Hostile {
    /// A system of which nothing was seen.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self { policy, may_split: true, coverage: Coverage::default(), mutation: None }
    }

    /// The same with an application of one thread.
    #[must_use]
    pub fn of_one_thread(self) -> Self {
        Self { may_split: false, ..self }
    }

    fn first(&self) -> Snapshot {
        let endpoint = match self.policy.role {
            Role::Client => Endpoint::client(),
            Role::Server => Endpoint::server(TICKETS),
        };
        Snapshot { endpoint, sender: None, surroundings: Surroundings::default() }
    }

    /// Whether a half has a row for an event.
    fn accepts(&self, snapshot: &Snapshot, half: &Endpoint, event: Event) -> bool {
        let mut surroundings = snapshot.surroundings;
        let world = surroundings::Watched {
            surroundings: &mut surroundings,
            coverage: &self.coverage,
            mutation: self.mutation,
            half: half.half(),
        };
        half.accepts(&self.policy, event, &world)
    }

    /// Lists what may happen, in a fixed order.
    pub fn steps(&self, snapshot: &Snapshot, steps: &mut Vec<Step>) {
        let surroundings = &snapshot.surroundings;
        let [receiver, sender] = snapshot.halves();
        self.calls(snapshot, steps);
        if receiver.has_mail() {
            steps.push(Step::DeliverMail);
        } else if self.accepts(snapshot, receiver, Event::Received) {
            if snapshot.endpoint.states.has(Slot::Read, Label::DiscardsInput) {
                steps.push(Step::Receive(Record::discarded()));
            } else {
                steps.extend(records(self.policy.role).map(Step::Receive));
                steps.push(Step::ReceiveFragment);
            }
            steps.extend([Step::ReceiveFin, Step::ReceiveReset]);
        }
        let transmits = |half| self.accepts(snapshot, half, Event::Transmitted);
        if surroundings.holds && (transmits(sender) || transmits(receiver)) {
            steps.extend([Step::TransmitAll, Step::TransmitReset]);
            steps.extend(surroundings.remainders());
            if self.accepts(snapshot, sender, Event::TransmitBlocked) {
                steps.push(Step::Block);
            }
        }
        if let Some(work) = surroundings.work {
            steps.extend(peer::ends_of(work).map(Step::EndWork));
        }
        if self.accepts(snapshot, receiver, Event::BudgetExpired) {
            steps.push(Step::ExpireBudget);
        }
    }

    /// Whether each pending call would receive, has something to transmit, waits for work, or for a
    /// budget that runs. Its deadline does not count.
    fn has_something_to_wait_for(&self, snapshot: &Snapshot) -> bool {
        let Snapshot { endpoint, surroundings, .. } = snapshot;
        snapshot.halves().into_iter().all(|half| {
            let accepts = |event| self.accepts(snapshot, half, event);
            half.states.has(Slot::Driver, Label::IsIdle)
                || surroundings.work.is_some()
                || endpoint.has_mail()
                || (surroundings.holds && accepts(Event::Transmitted))
                || (half.half() != Half::Sender && accepts(Event::Received))
                || (half.half() == Half::Whole && accepts(Event::BudgetExpired))
        })
    }

    /// [`Hostile::steps`] of the application, and what befalls a pending call of it.
    fn calls(&self, snapshot: &Snapshot, steps: &mut Vec<Step>) {
        let is_idle = |half: &Endpoint| half.states.has(Slot::Driver, Label::IsIdle);
        let [receiver, sender] = snapshot.halves();
        for half in [receiver, sender] {
            if is_idle(half) {
                for call in Call::ALL.iter().filter(|call| is_made_by(half.half(), **call)) {
                    let may = snapshot.surroundings.key_may_be_used_up();
                    let counts = Counted::at(*call, may);
                    steps.extend(counts.map(|counted| Step::Start(*call, counted)));
                }
            } else {
                steps.push(Step::FailInternally(half.half()));
            }
            if self.accepts(snapshot, half, Event::DeadlinePassed) {
                steps.push(Step::PassDeadline(half.half()));
            }
            if half.half() == Half::Whole {
                break;
            }
        }
        let whole = snapshot.sender.is_none();
        if receiver.states.has(Slot::Driver, Label::MaySplit) {
            if self.may_split && receiver.states.has(Slot::Handshake, Label::IsConnected) {
                steps.push(Step::Split);
            }
        } else if !whole && is_idle(receiver) && is_idle(sender) && !receiver.has_mail() {
            steps.push(Step::Join);
        }
    }

    /// Takes a step that is enabled.
    pub fn take(&self, snapshot: &mut Snapshot, step: Step) {
        let before = snapshot.joined();
        snapshot.surroundings.begin_step();
        match step {
            Step::Split => {
                let [receiver, sender] = snapshot.endpoint.split();
                snapshot.endpoint = receiver;
                snapshot.sender = Some(sender);
            }
            Step::Join => {
                snapshot.endpoint = snapshot.joined();
                snapshot.sender = None;
            }
            Step::DeliverMail => {
                while let Some(letter) = snapshot.endpoint.take_letter() {
                    self.handle(snapshot, Half::Sender, letter);
                }
                self.judge(snapshot, &before, |judgement| judgement.of_mail());
            }
            Step::Start(call, counted) => {
                snapshot.surroundings.counted = counted;
                let reads = is_made_by(Half::Receiver, call);
                let half = if reads { Half::Receiver } else { Half::Sender };
                self.handle(snapshot, half, Event::Start(call));
            }
            Step::Receive(record) => {
                self.handle(snapshot, Half::Receiver, Event::Received);
                snapshot.surroundings.see(&record);
                self.handle(snapshot, Half::Receiver, record.event);
                self.judge(snapshot, &before, |judgement| judgement.of_record(&record));
            }
            Step::ReceiveFragment => self.handle(snapshot, Half::Receiver, Event::Received),
            Step::ReceiveFin => self.handle(snapshot, Half::Receiver, Event::FinReceived),
            Step::ReceiveReset => {
                snapshot.surroundings.see_reset();
                self.handle(snapshot, Half::Receiver, Event::ResetReceived);
            }
            Step::TransmitAll => {
                let by_reader = self.reader_transmits(snapshot);
                snapshot.surroundings.empty_outbox();
                self.transmitted(snapshot, by_reader);
            }
            Step::TransmitSome { data_remains, reply_remains, request_remains } => {
                let by_reader = self.reader_transmits(snapshot);
                let surroundings = &mut snapshot.surroundings;
                surroundings.transmit_some(data_remains, reply_remains, request_remains);
                self.transmitted(snapshot, by_reader);
            }
            Step::Block => self.handle(snapshot, Half::Sender, Event::TransmitBlocked),
            Step::TransmitReset => {
                snapshot.surroundings.transmit_failed = true;
                snapshot.surroundings.see_reset();
                self.handle(snapshot, Half::Sender, Event::TransportReset);
            }
            Step::EndWork(event) => {
                snapshot.surroundings.see_work(event);
                self.handle(snapshot, Half::Whole, event);
                self.judge(snapshot, &before, |judgement| judgement.of_work(event));
            }
            // The writing half has nobody to offend: it owes the alert itself.
            Step::FailInternally(Half::Sender) => {
                self.handle(snapshot, Half::Sender, Event::AlertDue(Reason::OwnFailure));
            }
            Step::FailInternally(half) => {
                self.handle(snapshot, half, Event::Offence(Reason::OwnFailure));
            }
            Step::ExpireBudget => self.handle(snapshot, Half::Whole, Event::BudgetExpired),
            Step::PassDeadline(half) => self.handle(snapshot, half, Event::DeadlinePassed),
        }
        self.judge(snapshot, &before, |judgement| judgement.of_ends());
        if !snapshot.endpoint.has_mail() {
            snapshot.surroundings.owed_alert = None;
        }
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
            after: &snapshot.joined(),
            has_mail: snapshot.endpoint.has_mail(),
            role: self.policy.role,
            surroundings: &snapshot.surroundings,
        };
        if let Some(violation) = judge(&judgement) {
            snapshot.surroundings.violate(violation);
        }
    }

    /// Whether it is the reading thread that transmits: the writing one is in no call that does.
    fn reader_transmits(&self, snapshot: &Snapshot) -> bool {
        let sender = snapshot.sender.as_ref();
        sender.is_some_and(|sender| !self.accepts(snapshot, sender, Event::Transmitted))
    }

    fn transmitted(&self, snapshot: &mut Snapshot, by_reader: bool) {
        self.handle(snapshot, Half::Sender, Event::Transmitted);
        if by_reader {
            self.handle(snapshot, Half::Receiver, Event::Transmitted);
        }
    }

    /// Has a half handle an event; what is not split is either half.
    fn handle(&self, snapshot: &mut Snapshot, half: Half, event: Event) {
        let Snapshot { endpoint, sender, surroundings } = snapshot;
        let endpoint = match sender {
            Some(sender) if half == Half::Sender => sender,
            _ => endpoint,
        };
        let mut world = surroundings::Watched {
            surroundings,
            coverage: &self.coverage,
            mutation: self.mutation,
            half: endpoint.half(),
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

/// Whether a thread makes this call: the reading one reads, the writing one does what sends.
fn is_made_by(half: Half, call: Call) -> bool {
    match half {
        Half::Whole => true,
        Half::Receiver => call == Call::Read,
        Half::Sender => {
            matches!(call, Call::Write | Call::Flush | Call::HalfClose | Call::UpdateKey)
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
        properties.push(Property::always(SOMETHING_TO_WAIT_FOR, |system: &Self, snapshot| {
            system.has_something_to_wait_for(snapshot)
        }));
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
