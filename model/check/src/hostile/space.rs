//! World *hostile*, packed: a snapshot is a key of 64 bits, made up of the numbers of its endpoint
//! and of its surroundings.
//!
//! Keys are exact: equal keys are equal snapshots.

use hyaline_model::turn::Endpoint;
use hyaline_search::{Interned, Space, Stop};
use stateright::Property;

use super::{Hostile, HostileSnapshot, HostileStep, Surroundings};

/// Bits of a key that are the number of the surroundings; the others are that of the endpoint.
const SURROUNDINGS_BITS: u32 = 32;

/// The parts that were met.
#[derive(Clone, Debug, Default)]
pub(super) struct HostileParts {
    endpoints: Interned<Endpoint>,
    surroundings: Interned<Surroundings>,
}

impl HostileParts {
    pub(super) fn key(&mut self, snapshot: &HostileSnapshot) -> u64 {
        let (endpoint, _) = self.endpoints.number(snapshot.endpoint);
        let (surroundings, _) = self.surroundings.number(snapshot.surroundings);
        u64::from(endpoint) << SURROUNDINGS_BITS | u64::from(surroundings)
    }

    pub(super) fn snapshot(&self, key: u64) -> Result<HostileSnapshot, Stop> {
        let number = |bits: u64| u32::try_from(bits & u64::from(u32::MAX)).ok();
        let endpoint = number(key >> SURROUNDINGS_BITS).and_then(|at| self.endpoints.get(at));
        let surroundings = number(key).and_then(|at| self.surroundings.get(at));
        match (endpoint, surroundings) {
            (Some(endpoint), Some(surroundings)) => {
                Ok(HostileSnapshot { endpoint: *endpoint, surroundings: *surroundings })
            }
            _ => Err(Stop::Outgrown),
        }
    }

    pub(super) const fn bytes(&self) -> usize {
        self.endpoints.bytes() + self.surroundings.bytes()
    }
}

/// A search that asks the properties of each snapshot as it comes.
pub(super) struct HostileSpace<'s> {
    pub(super) system: &'s Hostile,
    asked: Vec<Property<Hostile>>,
    pub(super) parts: HostileParts,
    stops_at_first: bool,
    /// The properties that fail, each once, in the order in which that was found.
    pub(super) failures: Vec<&'static str>,
    /// The number of the snapshot in which the last of them was found to fail.
    pub(super) failed_at: usize,
    pub(super) expanded: usize,
    steps: Vec<HostileStep>,
}

impl<'s> HostileSpace<'s> {
    /// With parts that are known already. Where it stops at the first property that fails,
    /// [`Stop::Found`] says so.
    pub(super) fn new(system: &'s Hostile, parts: HostileParts, stops_at_first: bool) -> Self {
        Self::asking(system, parts, super::properties(), stops_at_first)
    }

    /// Asks these properties alone.
    pub(super) fn asking(
        system: &'s Hostile,
        parts: HostileParts,
        asked: Vec<Property<Hostile>>,
        stops_at_first: bool,
    ) -> Self {
        Self {
            system,
            asked,
            parts,
            stops_at_first,
            failures: Vec::new(),
            failed_at: 0,
            expanded: 0,
            steps: Vec::new(),
        }
    }

    fn look_at(&mut self, snapshot: &HostileSnapshot) -> Result<(), Stop> {
        for Property { name, condition, .. } in &self.asked {
            if !condition(self.system, snapshot) && !self.failures.contains(name) {
                self.failures.push(name);
                self.failed_at = self.expanded;
                if self.stops_at_first {
                    return Err(Stop::Found);
                }
            }
        }
        Ok(())
    }
}

impl Space for HostileSpace<'_> {
    fn first(&mut self) -> Result<u64, Stop> {
        Ok(self.parts.key(&self.system.first()))
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
        let snapshot = self.parts.snapshot(key)?;
        self.look_at(&snapshot)?;
        self.expanded += 1;
        self.steps.clear();
        self.system.steps(&snapshot, &mut self.steps);
        // Steps that stand one behind the other often lead to the same snapshot.
        let mut last = (snapshot, key);
        for step in &self.steps {
            let mut after = snapshot;
            self.system.take(&mut after, *step);
            if after != last.0 {
                last = (after, self.parts.key(&after));
            }
            successors.push(last.1);
        }
        Ok(())
    }
}
