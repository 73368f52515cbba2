//! Looking at packed snapshots, one after the other.

use hyaline_search::{Kept, Space, Stop};

use crate::judgement::observe::{Observations, SeenCounts, WitnessSet};
use crate::judgement::outcome::Harm;
use crate::judgement::properties::Reads;
use crate::judgement::system::System;
use crate::search::asked::Asked;
use crate::search::packed::{Look, Packed};
use crate::world::contract::PairEndpoint;

/// What is the same at all ends of runs with the same histories, and the same sides that rest while
/// something of theirs is unsent.
#[derive(Clone, Copy, Debug)]
struct EndLook {
    /// The properties that are violated, of those that read [`Reads::End`].
    failed: u64,
    /// The harm that nothing excuses.
    harm: Option<Harm>,
    /// A side rests while something of its is unsent.
    is_owing: bool,
}

/// A search that looks at each snapshot as it comes.
pub(super) struct Exploring<'s, E: PairEndpoint> {
    system: &'s System<E>,
    asked: &'s Asked<E>,
    pub(super) packed: Packed<'s, E>,
    observations: &'s Observations,
    stops_at_first: bool,
    asks_everywhere: bool,
    /// Properties that fail, as bits.
    pub(super) failed: u64,
    /// The number of the snapshot in which the last of them was found to fail.
    pub(super) failed_at: usize,
    pub(super) seen: SeenCounts,
    /// The place of each look among `end_looks`, by the number of its ends: see [`Packed::end_of`].
    ends: Kept,
    end_looks: Vec<EndLook>,
    expanded: usize,
}

impl<'s, E: PairEndpoint> Exploring<'s, E> {
    /// A search that has looked at no snapshot yet.
    pub(super) fn new(system: &'s System<E>, asked: &'s Asked<E>, stops_at_first: bool) -> Self {
        Self {
            system,
            asked,
            packed: Packed::new(system, asked),
            observations: &system.observations,
            stops_at_first,
            asks_everywhere: asked.has(Reads::Snapshot),
            failed: 0,
            failed_at: 0,
            seen: SeenCounts::default(),
            ends: Kept::default(),
            end_looks: Vec::new(),
            expanded: 0,
        }
    }

    /// Looks at a snapshot, and says which properties it violates.
    fn look_at(&mut self, key: u64, look: &Look, failed: u64) -> Result<u64, Stop> {
        self.seen.expanded += 1;
        self.seen.witnesses = self.seen.witnesses.union(look.witnesses);
        let mut failed = failed | look.failed;
        if look.is_terminal() {
            self.seen.terminals += 1;
            let EndLook { failed: at_end, harm, is_owing } = self.end(key)?;
            failed |= at_end;
            let SeenCounts { harms, owing, .. } = &mut self.seen;
            let count = harm.and_then(|harm| match is_owing {
                true => Some(owing),
                false => harms.get_mut(harm as usize),
            });
            if let Some(count) = count {
                *count += 1;
            }
        }
        if self.asks_everywhere {
            let snapshot = self.packed.snapshot(key)?;
            failed |= self.asked.failed(self.system, &snapshot, Reads::Snapshot);
        }
        Ok(failed)
    }

    /// What is the same at all ends of runs like this one. It is worked out at the first of them.
    fn end(&mut self, key: u64) -> Result<EndLook, Stop> {
        let end = self.packed.end_of(key)?;
        let known = self.ends.get(end).and_then(|number| usize::try_from(number).ok());
        if let Some(look) = known.and_then(|number| self.end_looks.get(number)) {
            return Ok(*look);
        }
        let snapshot = self.packed.snapshot(key)?;
        let run = snapshot.run();
        self.observations.ended(&snapshot, &run);
        self.seen.witnesses = self.seen.witnesses.union(WitnessSet::of_end(&run));
        let is_well = run.is_good() || self.system.is_judged_well(&snapshot);
        let look = EndLook {
            failed: self.asked.failed(self.system, &snapshot, Reads::End),
            harm: if is_well { None } else { snapshot.harm() },
            is_owing: snapshot.rests_owing(),
        };
        self.ends.keep(end, u64::try_from(self.end_looks.len()).unwrap_or(u64::MAX));
        self.end_looks.push(look);
        Ok(look)
    }
}

impl<E: PairEndpoint> Space for Exploring<'_, E> {
    fn first(&mut self) -> Result<u64, Stop> {
        self.packed.first()
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
        let (look, failed) = self.packed.look(key)?;
        let failed = self.look_at(key, &look, failed)?;
        if failed & !self.failed != 0 {
            self.failed |= failed;
            self.failed_at = self.expanded;
            if self.stops_at_first {
                return Err(Stop::Found);
            }
        }
        self.expanded += 1;
        self.packed.successors(key, &look, successors)
    }
}

/// A search that looks at nothing: it only finds a way.
pub(super) struct Retracing<'p, 's, E: PairEndpoint>(pub(super) &'p mut Packed<'s, E>);

impl<E: PairEndpoint> Space for Retracing<'_, '_, E> {
    fn first(&mut self) -> Result<u64, Stop> {
        self.0.first()
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
        let (look, _) = self.0.look(key)?;
        self.0.successors(key, &look, successors)
    }
}
