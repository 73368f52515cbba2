//! The properties that are asked of a system, and what each looks at.

use stateright::{Model, Property};

use crate::judgement::properties::{Reads, reads};
use crate::judgement::system::System;
use crate::world::contract::PairEndpoint;
use crate::world::snapshot::Snapshot;

/// The properties, each with a number below 64, which is its bit in a set.
pub(super) struct Asked<E: PairEndpoint> {
    properties: Vec<(Property<System<E>>, Reads)>,
}

/// The most properties: the bits of a set.
const PROPERTIES_AT_MOST: usize = 64;

impl<E: PairEndpoint> Asked<E> {
    /// The properties of a system.
    pub(super) fn of(system: &System<E>) -> Self {
        let properties = system.properties().into_iter();
        let properties = properties.map(|property| (reads(property.name), property));
        let properties = properties.map(|(reads, property)| (property, reads));
        Self { properties: properties.take(PROPERTIES_AT_MOST).collect() }
    }

    /// Whether some of them look at this.
    pub(super) fn has(&self, reads: Reads) -> bool {
        self.properties.iter().any(|(_, other)| *other == reads)
    }

    /// Those that look at this and that a snapshot violates, as bits.
    pub(super) fn failed(&self, system: &System<E>, snapshot: &Snapshot<E>, reads: Reads) -> u64 {
        let asked = (0..).zip(&self.properties).filter(|(_, (_, other))| *other == reads);
        asked
            .filter(|(_, (property, _))| !(property.condition)(system, snapshot))
            .fold(0, |bits, (number, _)| bits | 1 << number)
    }

    /// The names of those that are in a set.
    pub(super) fn names(&self, set: u64) -> impl Iterator<Item = &'static str> {
        let numbered = (0_u32..).zip(&self.properties);
        let chosen = numbered.filter(move |(number, _)| set >> number & 1 == 1);
        chosen.map(|(_, (property, _))| property.name)
    }
}
