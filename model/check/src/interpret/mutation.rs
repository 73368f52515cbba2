//! Mutants of the table: a row masked, or one effect of a row left out.
//!
//! The mutants measure the check: each is tried, and those that the check does not catch are named.

use std::fmt;

use hyaline_model::table::{Event, Facts, Memory, Policy, ROWS, Row, Slot, Stage, States};
use hyaline_model::turn::{Shipped, Table, act};

use crate::interpret;

/// One small change of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mutation {
    /// The row of this number is not in the table.
    Masked(u16),
    /// The row of this number lacks the effect of this index.
    WithoutEffect(u16, u8),
}

impl Mutation {
    /// Every mutant of this kind: each row, and each effect of each row, without the `otherwise`
    /// rows.
    pub fn all() -> impl Iterator<Item = Self> {
        ROWS.iter().filter(|row| !row.otherwise).flat_map(|row| {
            let effects = u8::try_from(row.effects.len()).unwrap_or(0);
            std::iter::once(Self::Masked(row.number))
                .chain((0..effects).map(|effect| Self::WithoutEffect(row.number, effect)))
        })
    }

    /// The row that it changes.
    #[must_use]
    pub fn row(self) -> Option<&'static Row> {
        let (Self::Masked(number) | Self::WithoutEffect(number, _)) = self;
        ROWS.get(usize::from(number)).copied()
    }

    /// Whether it leaves out this effect.
    #[must_use]
    pub fn leaves_out(self, row: &Row, effect: usize) -> bool {
        match self {
            Self::Masked(_) => false,
            Self::WithoutEffect(number, index) => {
                row.number == number && effect == usize::from(index)
            }
        }
    }

    /// The row that fires in the mutant.
    #[must_use]
    pub fn step<F: Fn() -> Facts>(
        self,
        states: &States,
        slot: Slot,
        memory: &Memory,
        event: Event,
        facts: F,
        policy: &Policy,
    ) -> Option<&'static Row> {
        let facts = facts();
        let row = states.step(slot, memory, event, &facts, policy)?;
        if self == Self::Masked(row.number) {
            interpret::step_without(row, states, slot, event, memory, &facts, policy)
        } else {
            Some(row)
        }
    }
}

/// The table with this change, or without any.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mutated(pub Option<Mutation>);

impl Table for Mutated {
    fn step<F: Fn() -> Facts>(
        &self,
        states: &States,
        slot: Slot,
        memory: &Memory,
        event: Event,
        facts: F,
        policy: &Policy,
    ) -> Option<&'static Row> {
        match self.0 {
            None => Shipped.step(states, slot, memory, event, facts, policy),
            Some(mutation) => mutation.step(states, slot, memory, event, facts, policy),
        }
    }

    fn take<S: Stage>(
        &self,
        (states, memory): (&mut States, &mut Memory),
        slot: Slot,
        event: Event,
        policy: &Policy,
        stage: &mut S,
    ) -> Option<&'static Row> {
        let Some(mutation) = self.0 else {
            return Shipped.take((states, memory), slot, event, policy, stage);
        };
        let row = mutation.step(states, slot, memory, event, || stage.facts(), policy)?;
        let leaves_out = |effect| mutation.leaves_out(row, effect);
        act((states, memory), row, event, leaves_out, stage);
        Some(row)
    }
}

impl fmt::Display for Mutation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(row) = self.row() else { return formatter.write_str("no such row") };
        write!(formatter, "{}: {}", row.machine.name(), row.text)?;
        if let Self::WithoutEffect(_, index) = self {
            let effect = row.effects.get(usize::from(*index)).map_or("", |effect| effect.text);
            write!(formatter, " WITHOUT {effect}")?;
        }
        Ok(())
    }
}
