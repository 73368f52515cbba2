//! World *pair* without bounds: its snapshots, its steps, and which of them have to happen.

use crate::ends::tls::{TakenRow, Tls};
use crate::programs::Programs;
use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::side::{Both, Side};
use crate::unbounded::force::{delivers, survives, transmits, vanishes};
use crate::unbounded::parts::{PartSteps, StimulusCode};
use crate::unbounded::party::{Rejection, Stimulus, UnboundedParty};
use crate::unbounded::remembered::Remembered;
use crate::unbounded::snapshot::UnboundedSnapshot;
use crate::unbounded::step::{Force, UnboundedStep};
use crate::unbounded::view::{Direction, View};
use crate::unbounded::violation::UnboundedViolation;
use crate::unbounded::wire::{Movement, Rest, Wire, moved};
use crate::world::contract::{Completion, Log};

/// A mistake that tests plant. The comparison with the bounded check has to find the first two,
/// which are about queues of any size, and the search for runs without end the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlantedFault {
    /// Taking a record of a run never takes the last.
    RunsNeverEnd,
    /// What waits to be transmitted has to go, whatever the queues hold.
    TransmissionNeverWaits,
    /// Letters between the halves are delivered and stay.
    LettersStay,
}

/// The system that is explored.
#[derive(Debug)]
pub struct UnboundedWorld {
    first: Both<Tls>,
    rejection: Option<Rejection>,
    vanishing: bool,
    planted: Option<PlantedFault>,
    parts: PartSteps,
}

impl UnboundedWorld {
    /// These endpoints, called by every program of these manners.
    pub fn new(first: Both<Tls>, programs: Programs, rejection: Option<Rejection>) -> Self {
        let parts = PartSteps::new(programs, rejection);
        Self { first, rejection, vanishing: false, planted: None, parts }
    }

    /// The same, in which one of the two hosts may vanish once the handshake is complete.
    #[must_use]
    pub fn where_a_host_may_vanish(mut self) -> Self {
        self.vanishing = true;
        self.parts.expect_failures();
        self
    }

    /// The same, with a mistake.
    #[must_use]
    pub fn with(mut self, planted: PlantedFault) -> Self {
        self.planted = Some(planted);
        self
    }

    /// The snapshot in which no call was made.
    pub fn first(&mut self) -> UnboundedSnapshot {
        let [client, server] = Side::ALL.map(|side| self.unbegun(side));
        self.snapshot(Both { client, server }, Wire::default())
    }

    /// A side that has made no call.
    fn unbegun(&self, side: Side) -> UnboundedParty {
        UnboundedParty { endpoint: *self.first.of(side), remembered: Remembered::default() }
    }

    /// The snapshot of these parts. Of a host that has vanished nothing is kept.
    pub fn snapshot(&mut self, mut parties: Both<UnboundedParty>, wire: Wire) -> UnboundedSnapshot {
        for side in Side::ALL.into_iter().filter(|side| wire.is_vanished(*side)) {
            *parties.of_mut(side) = self.unbegun(side);
        }
        let client = self.parts.party(Side::Client, parties.client);
        let server = self.parts.party(Side::Server, parties.server);
        UnboundedSnapshot { parties: Both { client, server }, wire: self.parts.wire(wire) }
    }

    /// The rejected certificate, if there is one.
    pub const fn rejection(&self) -> Option<Rejection> {
        self.rejection
    }

    /// The parts that were met.
    pub const fn parts(&self) -> &PartSteps {
        &self.parts
    }

    /// What the search reads of a side in a snapshot.
    pub fn view(&self, snapshot: UnboundedSnapshot, side: Side) -> Option<&View> {
        self.parts.view(*snapshot.parties.of(side))
    }

    /// What the search reads of the transport in a snapshot.
    pub fn directions(&self, snapshot: UnboundedSnapshot) -> Option<&Both<Direction>> {
        self.parts.directions(snapshot.wire)
    }

    /// The parts of a snapshot.
    pub fn parts_of(&self, snapshot: UnboundedSnapshot) -> Option<(Both<UnboundedParty>, Wire)> {
        let client = *self.parts.party_of(snapshot.parties.client)?;
        let server = *self.parts.party_of(snapshot.parties.server)?;
        Some((Both { client, server }, *self.parts.wire_of(snapshot.wire)?))
    }

    /// Lists the steps that can happen, in a fixed order. What changes nothing is no step.
    pub fn steps(&self, snapshot: UnboundedSnapshot, steps: &mut Vec<(UnboundedStep, Force)>) {
        let Some(directions) = self.directions(snapshot) else { return };
        let ends = |is_run: bool| !is_run || self.planted != Some(PlantedFault::RunsNeverEnd);
        for side in Side::ALL {
            let views = (self.view(snapshot, side), self.view(snapshot, side.peer()));
            let (Some(view), Some(peer)) = views else { continue };
            let (away, towards) = (directions.of(side), directions.of(side.peer()));
            if away.vanished {
                continue;
            }
            steps.extend(
                view.begins().map(|call| (UnboundedStep::Begin(side, call), Force::GoingOn)),
            );
            if view.has_mail {
                steps.push((UnboundedStep::DeliverMail(side), Force::Has));
            }
            if view.interest.transmit && view.first.is_some() {
                let force = match self.planted {
                    Some(PlantedFault::TransmissionNeverWaits) => Force::Has,
                    _ => transmits(away, towards, peer),
                };
                steps.push((UnboundedStep::Transmit(side), force));
                if view.wants_blocked {
                    steps.push((UnboundedStep::Block(side), Force::Has));
                }
            }
            let has_input = towards.receiving || towards.fin_has_arrived || away.gave_up;
            if view.interest.receive && has_input {
                if ends(towards.receives_run) {
                    steps.push((UnboundedStep::Receive(side, Rest::None), Force::Has));
                }
                if towards.receives_run {
                    steps.push((UnboundedStep::Receive(side, Rest::Some), Force::Has));
                }
            }
            if towards.vanished {
                steps.extend(survives(side, view, away));
                continue;
            }
            if self.vanishing {
                steps.extend(vanishes(side, (view, peer), towards));
            }
            if away.sending {
                let force = delivers(away, towards, peer);
                if ends(away.sends_run) {
                    steps.push((UnboundedStep::Deliver(side, Rest::None), force));
                }
                if away.sends_run && !away.delivers_alike {
                    steps.push((UnboundedStep::Deliver(side, Rest::Some), force));
                }
            } else if away.fin_is_queued && !towards.closed {
                steps.push((UnboundedStep::Deliver(side, Rest::None), Force::Has));
            }
        }
    }

    /// The first step that `is_meant`, leads from one snapshot to the other and violates nothing.
    pub fn step_between(
        &mut self,
        before: UnboundedSnapshot,
        after: UnboundedSnapshot,
        is_meant: impl Fn(&Self, UnboundedStep) -> bool,
    ) -> Option<UnboundedStep> {
        let mut steps = Vec::new();
        self.steps(before, &mut steps);
        steps.into_iter().map(|(step, _)| step).find(|step| {
            let mut next = before;
            is_meant(self, *step) && self.take(&mut next, *step).is_none() && next == after
        })
    }

    /// Takes a step that can happen, and returns what it violates.
    pub fn take(
        &mut self,
        snapshot: &mut UnboundedSnapshot,
        step: UnboundedStep,
    ) -> Option<UnboundedViolation> {
        match step {
            UnboundedStep::Begin(side, call) => {
                self.stimulate(snapshot, side, Stimulus::Begin(call))
            }
            UnboundedStep::DeliverMail(_) if self.planted == Some(PlantedFault::LettersStay) => {
                None
            }
            UnboundedStep::DeliverMail(side) => self.stimulate(snapshot, side, Stimulus::Mail),
            UnboundedStep::Block(side) => {
                self.stimulate(snapshot, side, Stimulus::Completed(Completion::TransmitBlocked))
            }
            UnboundedStep::Transmit(side) => {
                let letter = self.view(*snapshot, side)?.first?;
                self.conclude(snapshot, side, Movement::Transmit(side, letter))
            }
            UnboundedStep::Receive(side, rest) => {
                self.conclude(snapshot, side, Movement::Receive(side, rest))
            }
            UnboundedStep::Deliver(side, rest) => {
                self.conclude(snapshot, side, Movement::Deliver(side, rest))
            }
            UnboundedStep::Vanish(side) => {
                let gone = self.unbegun(side);
                *snapshot.parties.of_mut(side) = self.parts.party(side, gone);
                self.conclude(snapshot, side, Movement::Vanish(side))
            }
            UnboundedStep::GiveUp(side) => self.conclude(snapshot, side, Movement::GiveUp(side)),
            UnboundedStep::ExpireBudget(side) => {
                self.stimulate(snapshot, side, Stimulus::Completed(Completion::BudgetExpired))
            }
        }
    }

    /// Moves the transport, and tells the side what it did for it.
    fn conclude(
        &mut self,
        snapshot: &mut UnboundedSnapshot,
        side: Side,
        movement: Movement<u8>,
    ) -> Option<UnboundedViolation> {
        let before = *snapshot;
        let stimulus = self.parts.advance(&mut snapshot.wire, movement);
        let unsound = self.unsound(before, *snapshot, side);
        if unsound.is_some() {
            return unsound;
        }
        self.stir(snapshot, side, stimulus?)
    }

    fn stimulate(
        &mut self,
        snapshot: &mut UnboundedSnapshot,
        side: Side,
        stimulus: Stimulus,
    ) -> Option<UnboundedViolation> {
        let code = self.parts.code_of(stimulus);
        self.stir(snapshot, side, code)
    }

    /// Tells a side what has happened, and carries out what its endpoint asks for.
    fn stir(
        &mut self,
        snapshot: &mut UnboundedSnapshot,
        side: Side,
        stimulus: StimulusCode,
    ) -> Option<UnboundedViolation> {
        let outcome = self.parts.answer(side, *snapshot.parties.of(side), stimulus)?;
        *snapshot.parties.of_mut(side) = outcome.party;
        let mut violation = outcome.violation;
        if outcome.ends_stream && self.data_is_coming(*snapshot, side) {
            violation = violation.or(Some(UnboundedViolation::EarlyEnd));
        }
        violation = violation.or_else(|| self.failed_early(*snapshot, side, outcome.failure));
        for operation in outcome.operations.into_iter().flatten() {
            let before = *snapshot;
            self.parts.advance(&mut snapshot.wire, Movement::Operate(side, operation));
            violation = violation.or_else(|| self.unsound(before, *snapshot, side));
        }
        if outcome.renumbers {
            let peer = side.peer();
            let renumber = self.parts.code_of(Stimulus::Renumber);
            if !self.directions(*snapshot)?.of(peer).vanished {
                let sender = *snapshot.parties.of(peer);
                *snapshot.parties.of_mut(peer) = self.parts.answer(peer, sender, renumber)?.party;
            }
            self.parts.advance(&mut snapshot.wire, Movement::Renumber(peer));
        }
        violation
    }

    /// What is wrong with a failure that a side knows or a call tells: TCP has not given up, or a
    /// read tells of a failure while data has arrived.
    fn failed_early(
        &self,
        snapshot: UnboundedSnapshot,
        side: Side,
        failure: Option<(ProgramCall, ProgramResult)>,
    ) -> Option<UnboundedViolation> {
        let directions = self.directions(snapshot)?;
        let gave_up = directions.of(side).gave_up;
        match failure {
            Some((call, result)) if !gave_up => Some(UnboundedViolation::Result(call, result)),
            None if !gave_up && self.view(snapshot, side)?.sending_has_failed => {
                Some(UnboundedViolation::Unsound("fails without a cause"))
            }
            Some((ProgramCall::Read, _)) if directions.of(side.peer()).has_data => {
                Some(UnboundedViolation::EarlyEnd)
            }
            _ => None,
        }
    }

    /// Whether data that the peer's writes accepted has not come to this side's endpoint.
    fn data_is_coming(&self, snapshot: UnboundedSnapshot, side: Side) -> bool {
        let peer = side.peer();
        let queued = self.directions(snapshot).is_none_or(|both| both.of(peer).has_data);
        queued || self.view(snapshot, peer).is_none_or(|view| view.holds_data)
    }

    /// A reset that this step of this side has caused, or a queue that it has made overflow.
    fn unsound(
        &self,
        before: UnboundedSnapshot,
        after: UnboundedSnapshot,
        side: Side,
    ) -> Option<UnboundedViolation> {
        let directions = self.directions(after)?;
        let overflows = Side::ALL.into_iter().any(|side| directions.of(side).overflowed);
        if overflows || self.parts.has_too_many_letters() {
            return Some(UnboundedViolation::Unbounded);
        }
        if !Side::ALL.into_iter().any(|side| directions.of(side).reset) {
            return None;
        }
        // Data that came too late, or was unread at a close.
        let before = self.directions(before)?;
        let (away, towards) = (before.of(side), before.of(side.peer()));
        let is_late = towards.closed && away.sends_run;
        let is_unread = !towards.closed && towards.has_data;
        Some(UnboundedViolation::Reset { of_data: is_late || is_unread })
    }

    /// The rows that the endpoints take in a step.
    pub fn rows(&self, snapshot: UnboundedSnapshot, step: UnboundedStep) -> Vec<(Side, TakenRow)> {
        let Some((parties, wire)) = self.parts_of(snapshot) else { return Vec::new() };
        let completed = |side, movement| {
            moved(wire, movement).1.map(|completion| (side, Stimulus::Completed(completion)))
        };
        let stirred = match step {
            UnboundedStep::Begin(side, call) => Some((side, Stimulus::Begin(call))),
            UnboundedStep::DeliverMail(side) => Some((side, Stimulus::Mail)),
            UnboundedStep::Block(side) => {
                Some((side, Stimulus::Completed(Completion::TransmitBlocked)))
            }
            UnboundedStep::Transmit(side) => parties
                .of(side)
                .first_cell()
                .and_then(|cell| completed(side, Movement::Transmit(side, cell))),
            UnboundedStep::Receive(side, rest) => completed(side, Movement::Receive(side, rest)),
            UnboundedStep::ExpireBudget(side) => {
                Some((side, Stimulus::Completed(Completion::BudgetExpired)))
            }
            UnboundedStep::Deliver(..) | UnboundedStep::Vanish(_) | UnboundedStep::GiveUp(_) => {
                None
            }
        };
        let Some((side, stimulus)) = stirred else { return Vec::new() };
        let mut rows = Rows(Vec::new());
        parties.of(side).answer(&self.parts.place(side), stimulus, &mut rows);
        rows.0.into_iter().map(|row| (side, row)).collect()
    }
}

/// Keeps the rows.
struct Rows(Vec<TakenRow>);

impl Log<TakenRow> for Rows {
    fn row(&mut self, row: TakenRow) {
        self.0.push(row);
    }
}
