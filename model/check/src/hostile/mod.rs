//! World *hostile*: one endpoint against the most general peer.
//!
//! The peer may send any message or alert at any time, well or badly made, whole or in fragments,
//! and cut or reset the connection; the transport may take all of the outbox, part of it or
//! nothing; work may end at any time, well or badly; and the application may make any call whose
//! place is free, and give the halves to two threads. What a badly made record is, and which alert
//! answers it, is the business of the record layer and the codec: here it is [`Event::Offence`]
//! with a reason for each alert that they can cause. Sizes are not in this world, and what the
//! library counts is chosen freely: [`Counted`].
//!
//! It checks safety, that a final state can always be reached, and coverage: which rows fire.

mod counted;
mod coverage;
mod explore;
mod judgement;
mod known;
mod peer;
mod rows;
mod seen;
mod snapshot;
mod space;
mod surroundings;
mod table;
mod violation;

use stateright::{Model, Property};

pub use self::counted::Counted;
pub use self::coverage::Coverage;
pub use self::explore::{
    HostileExploration, HostileOpinion, HostileTrace, explore, explore_by_stateright,
    shortest_trace,
};
use self::judgement::HostileJudgement;
pub use self::known::{KnownSpace, MutantTold, UnknownSpace};
pub use self::peer::{PeerRecord, records};
use self::rows::SharedRowSet;
pub use self::snapshot::{HostileSnapshot, HostileStep};
pub use self::surroundings::Surroundings;
use self::table::Answering;
pub use self::violation::Violation;
use hyaline_model::table::{
    Event, Half, Label, Policy, Reason, ReceivingCall, Role, SendingCall, Slot, Work,
};
use hyaline_model::turn::{self, Endpoint, Owner};

use crate::interpret::mutation::Mutated;
use crate::programs::Manner;
use crate::side::Side;

/// A pending call waits for something that can come: without it, only its deadline would end it.
const SOMETHING_TO_WAIT_FOR: &str = "a pending call has something to wait for";

/// Tickets that the server owes at first. More make no difference.
const TICKETS: u8 = 2;

/// The system: one endpoint of this policy.
#[derive(Debug)]
pub struct Hostile {
    /// The endpoint's policy, its role included.
    pub policy: Policy,
    /// How the application makes its calls. With [`Manner::Threads`] it may give the halves to two
    /// owners whenever no call is pending, and take them back.
    pub manner: Manner,
    /// The rows and values that were seen.
    pub coverage: Coverage,
    /// The table; changed in mutants only.
    table: Mutated,
    /// The rows that have answered a question of the table, whether they fired or not.
    answered: SharedRowSet,
}

impl Hostile {
    /// A system of which nothing was seen.
    #[must_use]
    pub fn new(policy: Policy) -> Self {
        Self {
            policy,
            manner: Manner::Threads,
            coverage: Coverage::default(),
            table: Mutated::default(),
            answered: SharedRowSet::default(),
        }
    }

    /// The same with an application that makes its calls in this manner.
    #[must_use]
    pub fn with_manner(self, manner: Manner) -> Self {
        Self { manner, ..self }
    }

    /// The same with another table.
    #[must_use]
    pub fn with_table(self, table: Mutated) -> Self {
        Self { table, ..self }
    }

    /// The same, of which only the rows that fire are noted: see [`Coverage::of_rows`].
    #[must_use]
    pub fn noting_rows_alone(self) -> Self {
        Self { coverage: Coverage::of_rows(), ..self }
    }

    fn first(&self) -> HostileSnapshot {
        let endpoint = match self.policy.role {
            Role::Client => Endpoint::client(),
            Role::Server => Endpoint::server(TICKETS),
        };
        HostileSnapshot { endpoint, surroundings: Surroundings::default() }
    }

    /// The table, with a note of which rows answer.
    const fn asked(&self) -> Answering<'_> {
        Answering { table: &self.table, answered: &self.answered }
    }

    /// Whether the endpoint has a row for an event.
    fn accepts(&self, snapshot: &HostileSnapshot, event: Event) -> bool {
        let mut surroundings = snapshot.surroundings;
        let coverage = &self.coverage;
        let world = surroundings::Watched { surroundings: &mut surroundings, coverage };
        snapshot.endpoint.accepts(&self.asked(), &self.policy, event, &world)
    }

    /// Lists what may happen, in a fixed order.
    pub fn steps(&self, snapshot: &HostileSnapshot, steps: &mut Vec<HostileStep>) {
        let HostileSnapshot { endpoint, surroundings } = snapshot;
        self.calls(snapshot, steps);
        if endpoint.has_mail(Half::Sending) || endpoint.has_mail(Half::Receiving) {
            steps.push(HostileStep::DeliverMail);
        }
        if !snapshot.is_idle() {
            self.transfers(snapshot, steps);
        }
        if let Some(work) = surroundings.work {
            steps.extend(peer::ends_of(work).map(HostileStep::EndWork));
            // A ClientHello that follows a HelloRetryRequest offers none.
            if work == Work::KeyShare && !surroundings.greeted {
                steps.push(HostileStep::OfferEarlyData);
            }
        }
        if self.accepts(snapshot, Event::BudgetExpired) {
            steps.push(HostileStep::ExpireBudget);
        }
    }

    /// [`Hostile::steps`] of the transport, which only a pending call makes.
    fn transfers(&self, snapshot: &HostileSnapshot, steps: &mut Vec<HostileStep>) {
        let HostileSnapshot { endpoint, surroundings } = snapshot;
        // A caller delivers the letters of the receiving half before it receives.
        if !endpoint.has_mail(Half::Sending) && self.accepts(snapshot, Event::Received) {
            if endpoint.states.has(Slot::Read, Label::DiscardsInput) {
                steps.push(HostileStep::Receive(PeerRecord::discarded()));
            } else {
                steps.extend(records(self.policy.role).map(HostileStep::Receive));
                steps.push(HostileStep::ReceiveFragment);
            }
            steps.extend([HostileStep::ReceiveFin, HostileStep::ReceiveReset]);
        }
        if surroundings.holds && self.accepts(snapshot, Event::Transmitted) {
            steps.extend([HostileStep::TransmitAll, HostileStep::TransmitReset]);
            steps.extend(surroundings.remainders());
            if self.accepts(snapshot, Event::TransmitBlocked) {
                steps.push(HostileStep::Block);
            }
        }
    }

    /// Whether a pending call would receive, has something to transmit, waits for work, or for a
    /// budget that runs. Its deadline does not count.
    fn has_something_to_wait_for(&self, snapshot: &HostileSnapshot) -> bool {
        let HostileSnapshot { endpoint, surroundings } = snapshot;
        let accepts = |event| self.accepts(snapshot, event);
        snapshot.is_idle()
            || surroundings.work.is_some()
            || endpoint.has_mail(Half::Sending)
            || endpoint.has_mail(Half::Receiving)
            || (surroundings.holds && accepts(Event::Transmitted))
            || accepts(Event::Received)
            || accepts(Event::BudgetExpired)
    }

    /// [`Hostile::steps`] of the application: calls begin, and a pending call fails or runs out of
    /// time.
    fn calls(&self, snapshot: &HostileSnapshot, steps: &mut Vec<HostileStep>) {
        let states = &snapshot.endpoint.states;
        let may = snapshot.surroundings.key_may_be_used_up();
        for call in self.calls_that_may_begin(snapshot) {
            let counts = Counted::at(call, may);
            steps.extend(counts.map(|counted| HostileStep::Start(call, counted)));
        }
        // The owner of the receiving half delivers its letters before anything else happens there.
        let owes = snapshot.endpoint.has_mail(Half::Sending);
        for half in Half::ALL.iter().filter(|half| **half == Half::Sending || !owes) {
            if !snapshot.is_idle() {
                steps.push(HostileStep::FailInternally(*half));
            }
            if self.accepts(snapshot, deadline(*half)) {
                steps.push(HostileStep::PassDeadline(*half));
            }
        }
        if self.manner != Manner::Threads || !snapshot.is_idle() {
            return;
        }
        let may_split = [Slot::Receiver, Slot::Sender]
            .into_iter()
            .all(|slot| states.has(slot, Label::MaySplit))
            && states.has(Slot::Handshake, Label::IsConnected);
        match snapshot.endpoint.owner() {
            Owner::One if may_split => steps.push(HostileStep::Divide),
            Owner::Two if !snapshot.has_mail() => steps.push(HostileStep::Unite),
            _ => {}
        }
    }

    /// The calls whose place is free. A handshake and a close need both, and one owner.
    fn calls_that_may_begin(&self, snapshot: &HostileSnapshot) -> Vec<Event> {
        let states = &snapshot.endpoint.states;
        let idle = |slot| states.has(slot, Label::IsIdle);
        let [receiver, sender] = [Slot::Receiver, Slot::Sender].map(idle);
        let both = receiver && sender && snapshot.endpoint.owner() == Owner::One;
        let mut calls = Vec::new();
        let owes = snapshot.endpoint.has_mail(Half::Sending);
        if receiver && !owes && (sender || self.manner.has_two_callers()) {
            let receiving = ReceivingCall::ALL.iter();
            let receiving = receiving.filter(|call| both || **call == ReceivingCall::Read);
            calls.extend(receiving.map(|call| Event::StartReceiving(*call)));
        }
        let taken = states.has(Slot::Receiver, Label::TakesBothPlaces);
        let answers = states.has(Slot::Handshake, Label::AcceptsAnswer);
        if sender && (receiver || self.manner.has_two_callers()) {
            let sending = SendingCall::ALL.iter();
            let carries_data = |call| matches!(call, SendingCall::Write | SendingCall::Flush);
            let sending = sending.filter(|call| !taken || answers && carries_data(**call));
            calls.extend(sending.map(|call| Event::StartSending(*call)));
        }
        calls
    }

    /// Takes a step that is enabled.
    pub fn take(&self, snapshot: &mut HostileSnapshot, step: HostileStep) {
        let before = snapshot.endpoint;
        snapshot.surroundings.begin_step();
        match step {
            HostileStep::Divide => snapshot.endpoint = before.owned_by(Owner::Two),
            HostileStep::Unite => snapshot.endpoint = before.owned_by(Owner::One),
            HostileStep::DeliverMail => {
                self.deliver(snapshot);
                self.judge(snapshot, &before, |judgement| judgement.of_mail());
            }
            HostileStep::Start(call, counted) => {
                snapshot.surroundings.counted = counted;
                self.handle(snapshot, call);
            }
            HostileStep::Receive(record) => {
                self.handle(snapshot, Event::Received);
                snapshot.surroundings.see(&record, before.states.is_final(Slot::Handshake));
                self.handle(snapshot, record.event);
                self.judge(snapshot, &before, |judgement| judgement.of_record(&record));
            }
            HostileStep::ReceiveFragment => self.handle(snapshot, Event::Received),
            HostileStep::ReceiveFin => {
                // A letter may tell of a reset, which decides what a FIN means: letters come first.
                self.deliver(snapshot);
                self.handle(snapshot, Event::FinReceived);
            }
            HostileStep::ReceiveReset => {
                snapshot.surroundings.see_reset();
                self.handle(snapshot, Event::ResetReceived);
            }
            HostileStep::TransmitAll => {
                snapshot.surroundings.empty_outbox();
                self.handle(snapshot, Event::Transmitted);
            }
            HostileStep::TransmitSome { data_remains, reply_remains, request_remains } => {
                let surroundings = &mut snapshot.surroundings;
                surroundings.transmit_some(data_remains, reply_remains, request_remains);
                self.handle(snapshot, Event::Transmitted);
            }
            HostileStep::Block => self.handle(snapshot, Event::TransmitBlocked),
            HostileStep::TransmitReset => {
                snapshot.surroundings.see_reset();
                self.handle(snapshot, Event::TransmitFailed);
            }
            HostileStep::EndWork(event) => {
                snapshot.surroundings.see_work(event, !before.states.is_final(Slot::Handshake));
                self.handle(snapshot, event);
                self.judge(snapshot, &before, |judgement| judgement.of_work(event));
            }
            HostileStep::OfferEarlyData => {
                snapshot.surroundings.see_work(Event::KeyShareReady, true);
                snapshot.surroundings.offer_early_data();
                self.handle(snapshot, Event::KeyShareReady);
            }
            HostileStep::FailInternally(half) => self.handle(snapshot, failure(half)),
            HostileStep::ExpireBudget => self.handle(snapshot, Event::BudgetExpired),
            HostileStep::PassDeadline(half) => self.handle(snapshot, deadline(half)),
        }
        self.judge(snapshot, &before, |judgement| judgement.of_ends());
        if !snapshot.endpoint.has_mail(Half::Sending) {
            snapshot.surroundings.owed_alert = None;
        }
        snapshot.surroundings.look_at(&self.policy);
    }

    fn judge(
        &self,
        snapshot: &mut HostileSnapshot,
        before: &Endpoint,
        judge: impl Fn(&HostileJudgement<'_>) -> Option<Violation>,
    ) {
        let judgement = HostileJudgement {
            before,
            after: &snapshot.endpoint,
            role: self.policy.role,
            surroundings: &snapshot.surroundings,
        };
        if let Some(violation) = judge(&judgement) {
            snapshot.surroundings.violate(violation);
        }
    }

    fn handle(&self, snapshot: &mut HostileSnapshot, event: Event) {
        let HostileSnapshot { endpoint, surroundings } = snapshot;
        let coverage = &self.coverage;
        let mut world = surroundings::Watched { surroundings, coverage };
        turn::handle(endpoint, &self.asked(), &self.policy, event, &mut world);
        self.coverage.saw_policy(&self.policy);
    }

    fn deliver(&self, snapshot: &mut HostileSnapshot) {
        let HostileSnapshot { endpoint, surroundings } = snapshot;
        let coverage = &self.coverage;
        let mut world = surroundings::Watched { surroundings, coverage };
        turn::deliver(endpoint, &self.asked(), &self.policy, &mut world);
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

/// The event that tells that the deadline of the call in this place has passed.
const fn deadline(place: Half) -> Event {
    match place {
        Half::Receiving => Event::ReceiveDeadlinePassed,
        Half::Sending => Event::SendDeadlinePassed,
    }
}

/// The event that tells that an action of this half could not be done: no random bytes, a key used
/// up.
const fn failure(half: Half) -> Event {
    match half {
        Half::Receiving => Event::Offence(Reason::OwnFailure),
        Half::Sending => Event::SealingFailed(Reason::OwnFailure),
    }
}

impl Model for Hostile {
    type State = HostileSnapshot;
    type Action = HostileStep;

    fn init_states(&self) -> Vec<HostileSnapshot> {
        vec![self.first()]
    }

    fn actions(&self, snapshot: &HostileSnapshot, steps: &mut Vec<HostileStep>) {
        self.steps(snapshot, steps);
    }

    fn next_state(&self, snapshot: &HostileSnapshot, step: HostileStep) -> Option<HostileSnapshot> {
        let mut next = *snapshot;
        self.take(&mut next, step);
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        // A property that always holds keeps stateright from ending before everything is explored.
        let explored =
            Property::always("explored to the end", |_: &Self, _: &HostileSnapshot| true);
        std::iter::once(explored).chain(properties()).collect()
    }
}

/// What is asked of each snapshot: first whether a step has broken a rule, then what comes of it.
fn properties() -> Vec<Property<Hostile>> {
    let waits = Property::always(SOMETHING_TO_WAIT_FOR, |system: &Hostile, snapshot| {
        system.has_something_to_wait_for(snapshot)
    });
    Violation::properties().into_iter().chain([waits]).collect()
}
