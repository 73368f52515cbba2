//! World *pair* without bounds: its snapshots, its steps, and which of them have to happen.

use std::fmt;

use crate::ends::tls::{TakenRow, Tls};
use crate::programs::Programs;
use crate::programs::calls::ProgramCall;
use crate::side::{Both, Side};
use crate::unbounded::parts::{PartSteps, StimulusCode};
use crate::unbounded::party::{Rejection, Stimulus, UnboundedParty};
use crate::unbounded::remembered::Remembered;
use crate::unbounded::view::{Direction, View};
use crate::unbounded::violation::UnboundedViolation;
use crate::unbounded::wire::{Movement, Rest, Wire, moved};
use crate::world::contract::{Completion, Log};

/// A transition of the system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UnboundedStep {
    /// A caller begins its next call.
    Begin(Side, ProgramCall),
    /// The letters between the halves of this side's endpoint are delivered.
    DeliverMail(Side),
    /// This side's endpoint transmits the first record of its outbox.
    Transmit(Side),
    /// This side's endpoint, which must not wait, finds no room.
    Block(Side),
    /// This side's endpoint receives a record or the FIN.
    Receive(Side, Rest),
    /// The first record of this side's send queue, or the FIN behind it, moves to the other side.
    Deliver(Side, Rest),
}

impl fmt::Display for UnboundedStep {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rest = |rest: &Rest| if *rest == Rest::Some { ", others are behind" } else { "" };
        match self {
            Self::Begin(side, call) => write!(formatter, "{side} begins {call}"),
            Self::DeliverMail(side) => write!(formatter, "{side}: letters between the halves"),
            Self::Transmit(side) => write!(formatter, "{side} transmits"),
            Self::Block(side) => write!(formatter, "{side} finds no room"),
            Self::Receive(side, more) => write!(formatter, "{side} receives{}", rest(more)),
            Self::Deliver(side, more) => write!(formatter, "from {side}: arrives{}", rest(more)),
        }
    }
}

/// Whether a step that can happen has to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Force {
    /// It can be put off for ever: in some queue there is no room for it.
    May,
    /// It has to happen if the program goes on.
    GoingOn,
    /// It has to happen, or another has to, whatever the size of the queues.
    Has,
}

/// The whole system's valuation, by the numbers of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct UnboundedSnapshot {
    /// The number of each party.
    pub parties: Both<u32>,
    /// The number of the wire.
    pub wire: u32,
}

/// How many bits of a key are a party's number, and how many are the wire's.
const PARTY_BITS: u32 = 21;
const WIRE_BITS: u32 = 22;

impl UnboundedSnapshot {
    /// An exact key; nothing if there are more parts than a key can tell apart.
    pub fn key(self) -> Option<u64> {
        let Both { client, server } = self.parties;
        let fits = client >> PARTY_BITS == 0 && server >> PARTY_BITS == 0;
        let fits = fits && self.wire >> WIRE_BITS == 0;
        let key = u64::from(client) << (PARTY_BITS + WIRE_BITS)
            | u64::from(server) << WIRE_BITS
            | u64::from(self.wire);
        fits.then_some(key)
    }

    /// The snapshot of a key.
    pub fn of_key(key: u64) -> Self {
        let bits = |shift: u32, bits: u32| {
            u32::try_from(key >> shift & ((1 << bits) - 1)).unwrap_or_default()
        };
        let client = bits(PARTY_BITS + WIRE_BITS, PARTY_BITS);
        let server = bits(WIRE_BITS, PARTY_BITS);
        Self { parties: Both { client, server }, wire: bits(0, WIRE_BITS) }
    }
}

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
    planted: Option<PlantedFault>,
    parts: PartSteps,
}

impl UnboundedWorld {
    /// These endpoints, called by every program of these manners.
    pub fn new(first: Both<Tls>, programs: Programs, rejection: Option<Rejection>) -> Self {
        Self { first, rejection, planted: None, parts: PartSteps::new(programs, rejection) }
    }

    /// The same, with a mistake.
    #[must_use]
    pub fn with(mut self, planted: PlantedFault) -> Self {
        self.planted = Some(planted);
        self
    }

    /// The snapshot in which no call was made.
    pub fn first(&mut self) -> UnboundedSnapshot {
        let party = |endpoint| UnboundedParty { endpoint, remembered: Remembered::default() };
        self.snapshot(self.first.map(party), Wire::default())
    }

    /// The snapshot of these parts.
    pub fn snapshot(&mut self, parties: Both<UnboundedParty>, wire: Wire) -> UnboundedSnapshot {
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
            if view.interest.receive && (towards.receiving || towards.fin_has_arrived) {
                if ends(towards.receives_run) {
                    steps.push((UnboundedStep::Receive(side, Rest::None), Force::Has));
                }
                if towards.receives_run {
                    steps.push((UnboundedStep::Receive(side, Rest::Some), Force::Has));
                }
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
        for operation in outcome.operations.into_iter().flatten() {
            let before = *snapshot;
            self.parts.advance(&mut snapshot.wire, Movement::Operate(side, operation));
            violation = violation.or_else(|| self.unsound(before, *snapshot, side));
        }
        if outcome.renumbers {
            let peer = side.peer();
            let renumber = self.parts.code_of(Stimulus::Renumber);
            let sender = *snapshot.parties.of(peer);
            *snapshot.parties.of_mut(peer) = self.parts.answer(peer, sender, renumber)?.party;
            self.parts.advance(&mut snapshot.wire, Movement::Renumber(peer));
        }
        violation
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
            UnboundedStep::Deliver(..) => None,
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

/// Whether a record that waits to be transmitted has to go, whatever the size of the queues. Behind
/// a FIN it fails. In an empty direction it goes if the peer receives, for there is room in a
/// queue, or the record goes straight into the receiving call; and always if the peer's socket is
/// closed.
const fn transmits(away: &Direction, towards: &Direction, peer: &View) -> Force {
    let fails = away.fin_is_queued || away.fin_has_arrived;
    if fails || away.is_empty() && (peer.interest.receive || towards.closed) {
        Force::Has
    } else {
        Force::May
    }
}

/// Whether the first record of a send queue has to move on. Where the receive queue can hold
/// nothing, a receiving call takes it.
const fn delivers(away: &Direction, towards: &Direction, peer: &View) -> Force {
    if towards.closed || (!away.receiving && peer.interest.receive) {
        Force::Has
    } else {
        Force::May
    }
}
