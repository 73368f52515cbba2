//! The parts of snapshots that belong to one side, each kept once, and what comes of what happens.

use hyaline_search::{Interned, Kept, KeptNear, Stop};

use super::aspect::PartyAspect;
use super::occurrences::{CellNumbers, OccurrenceCode};
use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::result::ProgramResult;
use crate::programs::{Callers, Programs};
use crate::side::Side;
use crate::world::contract::{PairEndpoint, PairOperation};
use crate::world::occurrence::{Awaited, Occurrence, happen};
use crate::world::snapshot::Party;

/// Stands in the place of a number where there is none.
pub(super) const NONE: u16 = u16::MAX;

/// What the search reads of a party.
#[derive(Clone, Copy, Debug)]
pub(super) struct PartyView {
    /// Its endpoint's number, and its histories'.
    pub(super) endpoint: u32,
    pub(super) histories: u32,
    /// The number of what its steps depend on.
    pub(super) aspect: u32,
    /// The number of the first cell of its outbox.
    pub(super) first: u16,
    /// Records that its writes have accepted.
    pub(super) accepted: u16,
    /// Its part in the measure of progress.
    potential: u32,
    /// Something of it is unsent, and no call of it would transmit that.
    leaves_unsent: bool,
    /// The properties of one side that it violates, as bits.
    pub(super) failed: u64,
    /// Whether its program rests, and whether it rests while something of it is unsent.
    pub(super) rests: bool,
    pub(super) rests_owing: bool,
}

/// What comes of an occurrence for a party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PartyChange {
    /// The party afterwards.
    pub(super) party: u32,
    /// By how much its part of the measure of progress rises.
    pub(super) rise: i32,
    /// What the transport is to do at once, in order.
    pub(super) operations: Operations,
    /// A call returns that transmits what there is room for, and leaves something unsent.
    pub(super) leaves_unsent: bool,
}

/// At most four operations, in order, two bits for each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Operations(u8);

impl Operations {
    fn of(operations: &[PairOperation]) -> Result<Self, Stop> {
        let bits = operations.iter().rev().fold(0_u8, |bits, operation| {
            bits << 2
                | match operation {
                    PairOperation::ShutdownWrite => 1,
                    PairOperation::Close => 2,
                }
        });
        if operations.len() > 4 { Err(Stop::Outgrown) } else { Ok(Self(bits)) }
    }

    /// Takes the first.
    pub(super) fn take(&mut self) -> Option<PairOperation> {
        let first = self.0 & 0b11;
        self.0 >>= 2;
        match first {
            0 => None,
            1 => Some(PairOperation::ShutdownWrite),
            _ => Some(PairOperation::Close),
        }
    }
}

/// What comes of an occurrence for an endpoint.
#[derive(Clone, Debug)]
struct EndpointChange {
    endpoint: u32,
    operations: Operations,
    results: Callers<Option<ProgramResult>>,
}

/// The parts of one side, and what comes of what happens to them.
#[derive(Debug)]
pub(super) struct SideParts<E> {
    side: Side,
    endpoints: Interned<E>,
    histories: Interned<Callers<History>>,
    parties: Interned<(u32, u32)>,
    views: Vec<PartyView>,
    aspects: Interned<PartyAspect>,
    endpoint_changes: Vec<EndpointChange>,
    /// The numbers of endpoint changes, by endpoint, occurrence and what is awaited.
    turns: Kept,
    /// The changes of parties, by party and occurrence.
    changes: KeptNear<4>,
    /// The changes that depend on what the peer's writes have accepted, by party, occurrence and
    /// that.
    dependent_changes: Kept,
}

/// The change depends on how much the peer's writes have accepted.
const DEPENDS: u64 = u64::MAX;

impl<E: PairEndpoint> SideParts<E> {
    /// No parts yet.
    pub(super) fn new(side: Side) -> Self {
        Self {
            side,
            endpoints: Interned::default(),
            histories: Interned::default(),
            parties: Interned::default(),
            views: Vec::new(),
            aspects: Interned::default(),
            endpoint_changes: Vec::new(),
            turns: Kept::default(),
            changes: KeptNear::default(),
            dependent_changes: Kept::default(),
        }
    }

    /// What the search reads of the party of a number.
    pub(super) fn view(&self, party: u32) -> Result<&PartyView, Stop> {
        let number = usize::try_from(party).ok();
        number.and_then(|number| self.views.get(number)).ok_or(Stop::Outgrown)
    }

    /// The party of a number.
    pub(super) fn party_of(&self, number: u32) -> Result<Party<E>, Stop> {
        let PartyView { endpoint, histories, .. } = self.view(number)?;
        let endpoint = self.endpoints.get(*endpoint).ok_or(Stop::Outgrown)?.clone();
        let histories = *self.histories.get(*histories).ok_or(Stop::Outgrown)?;
        Ok(Party { endpoint, histories })
    }

    /// The number of a party.
    pub(super) fn party(&mut self, party: Party<E>, rules: &mut Rules<'_, E>) -> Result<u32, Stop> {
        let endpoint = self.endpoints.number(party.endpoint).0;
        let histories = self.histories.number(party.histories).0;
        self.joined(endpoint, histories, rules)
    }

    /// The number of the party of this endpoint and these histories.
    fn joined(
        &mut self,
        endpoint: u32,
        histories: u32,
        rules: &mut Rules<'_, E>,
    ) -> Result<u32, Stop> {
        let (number, is_new) = self.parties.number((endpoint, histories));
        if is_new {
            let party = Party {
                endpoint: self.endpoints.get(endpoint).ok_or(Stop::Outgrown)?.clone(),
                histories: *self.histories.get(histories).ok_or(Stop::Outgrown)?,
            };
            let aspect = PartyAspect::of(&party, self.side, rules.programs);
            let first = party.endpoint.first_cell().map(|cell| rules.cells.of(cell));
            self.views.push(PartyView {
                endpoint,
                histories,
                aspect: self.aspects.number(aspect).0,
                first: first.transpose()?.unwrap_or(NONE),
                accepted: u16::try_from(party.histories.accepted()).unwrap_or(u16::MAX),
                potential: party.potential(),
                rests: party.rests(),
                rests_owing: party.rests_owing(),
                leaves_unsent: party.leaves_unsent(),
                failed: (rules.failed)(self.side, party),
            });
        }
        Ok(number)
    }

    /// What comes of an occurrence, where the peer's writes have accepted so many records; nothing
    /// if that has to be [worked out](Self::work_out).
    pub(super) fn known_change(
        &self,
        party: u32,
        code: OccurrenceCode,
        accepted: u16,
    ) -> Option<PartyChange> {
        match self.changes.get(party, code)? {
            DEPENDS => self.dependent_changes.get(dependent_key(party, code, accepted)),
            kept => Some(kept),
        }
        .map(PartyChange::unpacked)
    }

    /// What comes of an occurrence that is not known.
    pub(super) fn work_out(
        &mut self,
        party: u32,
        code: OccurrenceCode,
        accepted: u16,
        rules: &mut Rules<'_, E>,
    ) -> Result<PartyChange, Stop> {
        let view = *self.view(party)?;
        let mut histories = *self.histories.get(view.histories).ok_or(Stop::Outgrown)?;
        let occurrence = rules.cells.occurrence(code).ok_or(Stop::Outgrown)?;
        let mut endpoint = view.endpoint;
        let mut operations = Operations::default();
        let (mut depends, mut is_prompt) = (false, false);
        if let Occurrence::Begin(call) = occurrence {
            histories.of_mut(rules.programs.caller(self.side, call)).begin(call);
        }
        match occurrence {
            // No endpoint sees a rest, or a caller's end.
            Occurrence::Begin(ProgramCall::Rest) => {}
            Occurrence::Begin(call) if call.is_end() => {
                let caller = rules.programs.caller(self.side, call);
                histories.of_mut(caller).finish(ProgramResult::Ok);
            }
            _ => {
                let awaited = Awaited::of(&histories);
                let change = self.endpoint_change(endpoint, code, occurrence, &awaited, rules)?;
                endpoint = change.endpoint;
                operations = change.operations;
                depends = change.results.iter().any(|one| *one == Some(ProgramResult::EndOfStream));
                is_prompt = histories.conclude(&change.results, accepted.into());
            }
        }
        let histories = self.histories.number(histories).0;
        let after = self.joined(endpoint, histories, rules)?;
        let rise = i64::from(self.view(after)?.potential) - i64::from(view.potential);
        let rise = i32::try_from(rise).map_err(|_| Stop::Outgrown)?;
        let leaves_unsent = is_prompt && self.view(after)?.leaves_unsent;
        let change = PartyChange { party: after, rise, operations, leaves_unsent };
        let is_new = self.changes.get(party, code).is_none();
        if depends {
            let key = dependent_key(party, code, accepted);
            self.dependent_changes.keep(key, change.packed());
        }
        if is_new {
            self.changes.keep(party, code, if depends { DEPENDS } else { change.packed() });
        }
        Ok(change)
    }

    /// What comes of an occurrence for an endpoint: this alone runs its turns.
    fn endpoint_change(
        &mut self,
        endpoint: u32,
        code: OccurrenceCode,
        occurrence: Occurrence,
        awaited: &Awaited,
        rules: &Rules<'_, E>,
    ) -> Result<EndpointChange, Stop> {
        let Callers { whole, reader, writer } = awaited.callers;
        let waits = [whole, reader, writer, awaited.is_first];
        let waits = waits.iter().fold(0, |bits, one| bits << 1 | u64::from(*one));
        let key = u64::from(endpoint) << 24 | u64::from(code) << 8 | waits;
        if let Some(number) = self.turns.get(key) {
            let number = usize::try_from(number).ok();
            let change = number.and_then(|number| self.endpoint_changes.get(number));
            return change.cloned().ok_or(Stop::Outgrown);
        }
        let manner = rules.programs.manner(self.side);
        let mut after = self.endpoints.get(endpoint).ok_or(Stop::Outgrown)?.clone();
        let aftermath = happen(&mut after, manner, occurrence, awaited, &mut ());
        let change = EndpointChange {
            endpoint: self.endpoints.number(after).0,
            operations: Operations::of(&aftermath.operations)?,
            results: aftermath.results,
        };
        let number = u64::try_from(self.endpoint_changes.len()).unwrap_or(u64::MAX);
        self.endpoint_changes.push(change.clone());
        self.turns.keep(key, number);
        Ok(change)
    }

    /// How many endpoints, histories and parties of them were met, and how many turns ran.
    pub(super) fn counts(&self) -> [usize; 4] {
        let Self { endpoints, histories, parties, turns, .. } = self;
        [endpoints.count(), histories.count(), parties.count(), turns.count()]
    }

    /// The memory that the parts take, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.endpoints.bytes()
            + self.histories.bytes()
            + self.parties.bytes()
            + self.views.capacity() * size_of::<PartyView>()
            + self.aspects.bytes()
            + self.endpoint_changes.capacity() * size_of::<EndpointChange>()
            + self.turns.bytes()
            + self.changes.bytes()
            + self.dependent_changes.bytes()
    }
}

/// The party's number has the high 32 bits, the occurrence 16, and what was accepted the low 16.
fn dependent_key(party: u32, code: OccurrenceCode, accepted: u16) -> u64 {
    u64::from(party) << 32 | u64::from(code) << 16 | u64::from(accepted)
}

/// What the parts of both sides are worked out with.
pub(super) struct Rules<'r, E> {
    pub(super) programs: &'r Programs,
    pub(super) cells: &'r mut CellNumbers,
    /// The properties of one side that a party of it violates, as bits.
    pub(super) failed: &'r dyn Fn(Side, Party<E>) -> u64,
}

/// The highest bit of a party's three bytes says that the change leaves something unsent.
const LEAVES_UNSENT: u8 = 0x80;

impl PartyChange {
    /// As one number. A party's number has 23 bits of it, which is enough: a snapshot's key has
    /// fewer.
    fn packed(self) -> u64 {
        let [a, b, c, d] = self.rise.to_le_bytes();
        let [low, middle, high, _] = self.party.to_le_bytes();
        let high = high | if self.leaves_unsent { LEAVES_UNSENT } else { 0 };
        u64::from_le_bytes([a, b, c, d, self.operations.0, low, middle, high])
    }

    fn unpacked(packed: u64) -> Self {
        let [a, b, c, d, operations, party @ ..] = packed.to_le_bytes();
        let [low, middle, high] = party;
        Self {
            party: u32::from_le_bytes([low, middle, high & !LEAVES_UNSENT, 0]),
            rise: i32::from_le_bytes([a, b, c, d]),
            operations: Operations(operations),
            leaves_unsent: high & LEAVES_UNSENT != 0,
        }
    }
}
