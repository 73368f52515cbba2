//! World *pair*, packed: a snapshot is a key of 64 bits, made up of the numbers of its parts.
//!
//! A snapshot has two sides, each an endpoint and its histories, and a transport. Few different
//! ones of each make up many snapshots. So a part is kept once, by a number, and what comes of an
//! occurrence for it is worked out once: a turn of the table runs once for each endpoint and
//! occurrence, not once for each edge. Keys are exact: equal keys are equal snapshots.

mod aspect;
mod occurrences;
mod sides;
mod transports;

use hyaline_search::{Interned, Kept, Stop};

use self::occurrences::{CellNumbers, OccurrenceCode, TransportMove};
use self::occurrences::{code_of_bare, code_of_mail, code_of_received, index_of};
use self::sides::{NONE, Rules, SideParts};
use self::transports::{Place, Transports, marks_as_bits};
use crate::judgement::observe::{WitnessSet, witnesses};
use crate::judgement::properties::Reads;
use crate::judgement::system::System;
use crate::search::asked::Asked;
use crate::side::{Both, Side};
use crate::world::contract::{Completion, PairEndpoint};
use crate::world::snapshot::{Marks, Party, Snapshot};
use crate::world::step::Step;

/// What is the same in all snapshots with the same aspects.
#[derive(Clone, Copy, Debug)]
pub(super) struct Look {
    /// The steps that are enabled: the first of them, and how many.
    first_step: usize,
    steps: usize,
    /// The properties that are violated, of those that read [`Reads::Moves`].
    pub(super) failed: u64,
    /// The witnesses that are shown, but for those that the end of a run shows.
    pub(super) witnesses: WitnessSet,
}

impl Look {
    /// Whether no step is enabled.
    pub(super) const fn is_terminal(&self) -> bool {
        self.steps == 0
    }
}

/// How many parts were met, of both sides together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PartCounts {
    /// Endpoints.
    pub endpoints: usize,
    /// Histories of one side's callers.
    pub histories: usize,
    /// Endpoints with histories.
    pub parties: usize,
    /// Turns that ran, each of one endpoint on one occurrence.
    pub turns: usize,
    /// Transports.
    pub transports: usize,
}

/// A step that is being taken: where it has led so far, and by how much the measure of progress has
/// risen.
struct UnderWay {
    place: Place,
    rise: i64,
}

/// The parts that were met, and what was worked out of them.
pub(super) struct Packed<'s, E: PairEndpoint> {
    pub(super) system: &'s System<E>,
    asked: &'s Asked<E>,
    first: Snapshot<E>,
    cells: CellNumbers,
    sides: Both<SideParts<E>>,
    transports: Transports,
    /// The numbers of the three aspects, and the marks.
    aspects: Interned<(u32, u32, u32, Marks)>,
    /// The number of each look, by the same numbers where they are small.
    looks_by_aspects: Kept,
    looks: Vec<Look>,
    steps: Vec<Step>,
}

impl<'s, E: PairEndpoint> Packed<'s, E> {
    /// A search that has met no snapshot yet.
    pub(super) fn new(system: &'s System<E>, asked: &'s Asked<E>) -> Self {
        Self {
            system,
            asked,
            first: system.pair.first(),
            cells: CellNumbers::default(),
            sides: Both {
                client: SideParts::new(Side::Client),
                server: SideParts::new(Side::Server),
            },
            transports: Transports::new(system.pair.tcp),
            aspects: Interned::default(),
            looks_by_aspects: Kept::default(),
            looks: Vec::new(),
            steps: Vec::new(),
        }
    }

    /// The key of the first snapshot.
    pub(super) fn first(&mut self) -> Result<u64, Stop> {
        let Snapshot { parties: Both { client, server }, tcp, marks } = self.first.clone();
        let parties = Both {
            client: self.with_side(Side::Client, |parts, rules| parts.party(client, rules))?,
            server: self.with_side(Side::Server, |parts, rules| parts.party(server, rules))?,
        };
        Place { parties, transport: self.transports.number(tcp), marks }.key()
    }

    fn with_side<T>(
        &mut self,
        side: Side,
        change: impl FnOnce(&mut SideParts<E>, &mut Rules<'_, E>) -> T,
    ) -> T {
        let Self { system, asked, first, cells, sides, .. } = self;
        // A property of one side is asked of a snapshot in which the other side has not begun.
        let failed = |side: Side, party: Party<E>| {
            let mut snapshot = first.clone();
            *snapshot.parties.of_mut(side) = party;
            asked.failed(system, &snapshot, Reads::Side)
        };
        let programs = &system.pair.programs;
        change(sides.of_mut(side), &mut Rules { programs, cells, failed: &failed })
    }

    /// The snapshot of a key.
    pub(super) fn snapshot(&self, key: u64) -> Result<Snapshot<E>, Stop> {
        let Place { parties: Both { client, server }, transport, marks } = Place::of(key);
        let parties = Both {
            client: self.sides.client.party_of(client)?,
            server: self.sides.server.party_of(server)?,
        };
        Ok(Snapshot { parties, tcp: self.transports.transport_of(transport)?, marks })
    }

    /// What is the same in all snapshots with the aspects of this one, and the properties that one
    /// of its sides violates.
    pub(super) fn look(&mut self, key: u64) -> Result<(Look, u64), Stop> {
        let place = Place::of(key);
        let client = self.sides.client.view(place.parties.client)?;
        let server = self.sides.server.view(place.parties.server)?;
        let failed = client.failed | server.failed;
        let transport = self.transports.view(place.transport)?.aspect;
        let aspects = (client.aspect, server.aspect, transport, place.marks);
        let number = match packed_aspects(aspects).and_then(|key| self.looks_by_aspects.get(key)) {
            Some(number) => number,
            None => self.look_anew(key, aspects)?,
        };
        let number = usize::try_from(number).ok();
        let look = number.and_then(|number| self.looks.get(number)).ok_or(Stop::Outgrown)?;
        Ok((*look, failed))
    }

    fn look_anew(&mut self, key: u64, aspects: (u32, u32, u32, Marks)) -> Result<u64, Stop> {
        let (number, is_new) = self.aspects.number(aspects);
        if is_new {
            let snapshot = self.snapshot(key)?;
            let first_step = self.steps.len();
            self.system.pair.steps(&snapshot, &mut self.steps);
            self.looks.push(Look {
                first_step,
                steps: self.steps.len() - first_step,
                failed: self.asked.failed(self.system, &snapshot, Reads::Moves),
                witnesses: witnesses(&self.system.pair, &snapshot, false),
            });
            if let Some(packed) = packed_aspects(aspects) {
                self.looks_by_aspects.keep(packed, number.into());
            }
        }
        Ok(number.into())
    }

    /// Lists the keys of the snapshots to which the steps lead.
    pub(super) fn successors(
        &mut self,
        key: u64,
        look: &Look,
        successors: &mut Vec<u64>,
    ) -> Result<(), Stop> {
        for number in look.first_step..look.first_step + look.steps {
            let step = *self.steps.get(number).ok_or(Stop::Outgrown)?;
            successors.push(self.take(key, step)?);
        }
        Ok(())
    }

    /// The key of the snapshot to which a step leads that is enabled.
    fn take(&mut self, key: u64, step: Step) -> Result<u64, Stop> {
        let mut under_way = UnderWay { place: Place::of(key), rise: 0 };
        match step {
            Step::Begin(side, call) => self.stir(&mut under_way, side, index_of(call))?,
            Step::Transmit(side) => {
                let cell = self.first_cell(under_way.place, side)?;
                self.conclude(&mut under_way, side, TransportMove::Transmit(side, cell))?;
            }
            Step::Block(side) => {
                self.stir(&mut under_way, side, code_of_bare(Completion::TransmitBlocked))?;
            }
            Step::Receive(side) => {
                self.conclude(&mut under_way, side, TransportMove::Receive(side))?;
            }
            Step::Exchange(side) => {
                let cell = self.first_cell(under_way.place, side)?;
                self.stir(&mut under_way, side, code_of_bare(Completion::Transmitted))?;
                self.stir(&mut under_way, side.peer(), code_of_received(cell))?;
            }
            Step::Deliver(side) => {
                self.conclude(&mut under_way, side, TransportMove::Deliver(side))?;
            }
            Step::DeliverReset(side) => {
                self.conclude(&mut under_way, side, TransportMove::DeliverReset(side))?;
            }
            Step::Vanish(side) => {
                self.conclude(&mut under_way, side, TransportMove::Vanish(side))?;
            }
            Step::GiveUp(side) => {
                self.conclude(&mut under_way, side, TransportMove::GiveUp(side))?;
            }
            Step::DeliverMail(side) => self.stir(&mut under_way, side, code_of_mail())?,
            Step::ExpireBudget(side) => {
                under_way.place.marks.unconfirmed |= !self.some_is_silent(under_way.place)?;
                self.stir(&mut under_way, side, code_of_bare(Completion::BudgetExpired))?;
            }
            Step::PassDeadline(side) => {
                self.stir(&mut under_way, side, code_of_bare(Completion::DeadlinePassed))?;
            }
            Step::PassReadDeadline(side) => {
                self.stir(&mut under_way, side, code_of_bare(Completion::ReadDeadlinePassed))?;
            }
        }
        let UnderWay { mut place, rise } = under_way;
        place.marks.went_back |= rise <= 0;
        place.key()
    }

    fn first_cell(&self, place: Place, side: Side) -> Result<u16, Stop> {
        let first = self.sides.of(side).view(*place.parties.of(side))?.first;
        if first == NONE { Err(Stop::Outgrown) } else { Ok(first) }
    }

    /// Moves the transport, and tells the side what that did for it.
    fn conclude(
        &mut self,
        under_way: &mut UnderWay,
        side: Side,
        step: TransportMove,
    ) -> Result<(), Stop> {
        match self.advance(under_way, step)? {
            Some(code) => self.stir(under_way, side, code),
            None => Ok(()),
        }
    }

    fn advance(
        &mut self,
        under_way: &mut UnderWay,
        step: TransportMove,
    ) -> Result<Option<OccurrenceCode>, Stop> {
        let transport = under_way.place.transport;
        let change = self.transports.change(transport, step, &mut self.cells)?;
        under_way.place.transport = change.transport;
        under_way.rise += i64::from(change.rise);
        Ok(change.occurrence)
    }

    /// Tells a side what has happened, and carries out what its endpoint asks for.
    fn stir(
        &mut self,
        under_way: &mut UnderWay,
        side: Side,
        code: OccurrenceCode,
    ) -> Result<(), Stop> {
        let parties = under_way.place.parties;
        let accepted = self.sides.of(side.peer()).view(*parties.of(side.peer()))?.accepted;
        let party = *parties.of(side);
        let mut change = match self.sides.of(side).known_change(party, code, accepted) {
            Some(change) => change,
            None => {
                self.with_side(side, |parts, rules| parts.work_out(party, code, accepted, rules))?
            }
        };
        *under_way.place.parties.of_mut(side) = change.party;
        under_way.rise += i64::from(change.rise);
        while let Some(operation) = change.operations.take() {
            self.advance(under_way, TransportMove::Operate(side, operation))?;
        }
        let has_room = || Ok(*self.transports.view(under_way.place.transport)?.has_room.of(side));
        under_way.place.marks.dallied |= change.leaves_unsent && has_room()?;
        Ok(())
    }

    /// Whether a host has vanished, or a program rests.
    fn some_is_silent(&self, place: Place) -> Result<bool, Stop> {
        let Both { client, server } = place.parties;
        let rests = self.sides.client.view(client)?.rests || self.sides.server.view(server)?.rests;
        Ok(rests || self.transports.view(place.transport)?.vanished != 0)
    }

    /// A step that leads from one snapshot to another.
    pub(super) fn step_between(&mut self, from: u64, to: u64) -> Result<Option<Step>, Stop> {
        let (look, _) = self.look(from)?;
        for number in look.first_step..look.first_step + look.steps {
            let step = *self.steps.get(number).ok_or(Stop::Outgrown)?;
            if self.take(from, step)? == to {
                return Ok(Some(step));
            }
        }
        Ok(None)
    }

    /// A number for what the outcome of a run depends on: the histories of both sides, who has
    /// vanished, and who rests while something of its is unsent.
    pub(super) fn end_of(&self, key: u64) -> Result<u64, Stop> {
        let Place { parties: Both { client, server }, transport, .. } = Place::of(key);
        let (client, server) = (self.sides.client.view(client)?, self.sides.server.view(server)?);
        let vanished = u64::from(self.transports.view(transport)?.vanished);
        let owing = u64::from(client.rests_owing) << 1 | u64::from(server.rests_owing);
        let histories = u64::from(client.histories) << 30 | u64::from(server.histories);
        Ok(histories << 4 | owing << 2 | vanished)
    }

    /// How many parts there are.
    pub(super) fn counts(&self) -> PartCounts {
        let sides = [&self.sides.client, &self.sides.server].map(SideParts::counts);
        let sum = |index: usize| sides.iter().filter_map(|counts| counts.get(index)).sum();
        PartCounts {
            endpoints: sum(0),
            histories: sum(1),
            parties: sum(2),
            turns: sum(3),
            transports: self.transports.count(),
        }
    }

    /// The memory that the parts take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.sides.client.bytes()
            + self.sides.server.bytes()
            + self.transports.bytes()
            + self.aspects.bytes()
            + self.looks_by_aspects.bytes()
            + self.looks.capacity() * size_of::<Look>()
            + self.steps.capacity() * size_of::<Step>()
    }
}

/// The numbers of aspects in one; nothing where they are too large.
fn packed_aspects((client, server, transport, marks): (u32, u32, u32, Marks)) -> Option<u64> {
    let fits = [client, server, transport].iter().all(|number| number >> 20 == 0);
    let parts = u64::from(client) << 40 | u64::from(server) << 20 | u64::from(transport);
    fits.then_some(parts << 3 | marks_as_bits(marks))
}
