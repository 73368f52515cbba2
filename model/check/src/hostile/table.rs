//! The table as this world asks it.

use hyaline_model::table::{Event, Facts, Memory, Policy, Row, Slot, Stage, States};
use hyaline_model::turn::Table;

use super::rows::SharedRowSet;
use crate::interpret::mutation::Mutated;

/// A table that notes which rows answer. As long as none of them is changed, a changed table does
/// the same.
pub(super) struct Answering<'t> {
    pub(super) table: &'t Mutated,
    pub(super) answered: &'t SharedRowSet,
}

impl Table for Answering<'_> {
    fn step<F: Fn() -> Facts>(
        &self,
        states: &States,
        slot: Slot,
        memory: &Memory,
        event: Event,
        facts: F,
        policy: &Policy,
    ) -> Option<&'static Row> {
        let row = self.table.step(states, slot, memory, event, facts, policy)?;
        self.answered.add(row);
        Some(row)
    }

    fn take<S: Stage>(
        &self,
        endpoint: (&mut States, &mut Memory),
        slot: Slot,
        event: Event,
        policy: &Policy,
        stage: &mut S,
    ) -> Option<&'static Row> {
        let row = self.table.take(endpoint, slot, event, policy, stage)?;
        self.answered.add(row);
        Some(row)
    }
}
