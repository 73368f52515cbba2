//! How stateright sees the system.

use stateright::{Model, Property};

use crate::judgement::properties;
use crate::judgement::system::System;
use crate::side::Both;
use crate::world::contract::PairEndpoint;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;

impl<E: PairEndpoint> Model for System<E> {
    type State = Snapshot<E>;
    type Action = Step;

    fn init_states(&self) -> Vec<Snapshot<E>> {
        vec![self.pair.first()]
    }

    /// The checker calls this once for every snapshot that it expands: so this is where snapshots
    /// are counted and terminal ones recorded.
    fn actions(&self, snapshot: &Snapshot<E>, steps: &mut Vec<Step>) {
        self.pair.steps(snapshot, steps);
        let is_judged_well = || self.is_judged_well(snapshot);
        self.observations.expanded(&self.pair, snapshot, steps.is_empty(), is_judged_well);
    }

    fn next_state(&self, snapshot: &Snapshot<E>, step: Step) -> Option<Snapshot<E>> {
        let mut next = snapshot.clone();
        self.pair.take(&mut next, step, &mut Both { client: (), server: () });
        Some(next)
    }

    fn format_action(&self, step: &Step) -> String {
        step.to_string()
    }

    fn properties(&self) -> Vec<Property<Self>> {
        let only = self.only;
        let mut properties = properties::all(&self.judgement);
        properties.retain(|property| only.is_none_or(|name| name == property.name));
        properties
    }
}
