//! A state space as a graph in memory: for questions about cycles.

use alloc::vec::Vec;

use crate::breadth_first::Stop;
use crate::interned::Interned;

/// A state space, by keys, whose steps have labels.
pub trait LabelledSpace {
    /// The key of the state in which everything begins.
    ///
    /// # Errors
    ///
    /// If a key cannot tell the state from others.
    fn first(&mut self) -> Result<u64, Stop>;

    /// Lists the keys of the states to which the steps lead that leave this one, each with the
    /// label of its step.
    ///
    /// # Errors
    ///
    /// If the search is to end here.
    fn expand(&mut self, key: u64, successors: &mut Vec<(u64, u8)>) -> Result<(), Stop>;
}

/// Every state that can be reached, by numbers in the order in which they were found, and every
/// step between them. A step takes 5 bytes, a state 20 to 28.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    keys: Interned<u64>,
    /// For each state, where its steps end.
    ends: Vec<u32>,
    targets: Vec<u32>,
    labels: Vec<u8>,
}

impl Graph {
    /// Explores the whole space.
    ///
    /// # Errors
    ///
    /// If the space says that the search is to end, or there are more than so many states
    /// (`most`), or 2³² steps.
    pub fn of(space: &mut impl LabelledSpace, most: usize) -> Result<Self, Stop> {
        let mut graph = Self::default();
        graph.keys.number(space.first()?);
        let mut successors = Vec::new();
        while let Some(key) = u32::try_from(graph.ends.len()).ok().and_then(|at| graph.key(at)) {
            successors.clear();
            space.expand(key, &mut successors)?;
            for (key, label) in &successors {
                graph.targets.push(graph.keys.number(*key).0);
                graph.labels.push(*label);
            }
            let end = u32::try_from(graph.targets.len()).map_err(|_| Stop::Outgrown)?;
            graph.ends.push(end);
            if graph.keys.count() > most {
                return Err(Stop::Outgrown);
            }
        }
        Ok(graph)
    }

    /// How many states there are.
    #[must_use]
    pub const fn states(&self) -> usize {
        self.keys.count()
    }

    /// How many steps there are.
    #[must_use]
    pub const fn edges(&self) -> usize {
        self.targets.len()
    }

    /// The key of a state.
    #[must_use]
    pub fn key(&self, state: u32) -> Option<u64> {
        self.keys.get(state).copied()
    }

    /// The state of a key, if it can be reached.
    #[must_use]
    pub fn find(&self, key: u64) -> Option<u32> {
        self.keys.find(&key)
    }

    /// The memory that it takes, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        let numbers = self.ends.capacity() + self.targets.capacity();
        self.keys.bytes() + numbers * size_of::<u32>() + self.labels.capacity()
    }

    /// The steps that leave a state: their numbers.
    pub(crate) fn steps(&self, state: u32) -> core::ops::Range<u32> {
        let end = |state: u32| {
            let at = usize::try_from(state).ok();
            at.and_then(|at| self.ends.get(at)).copied().unwrap_or_default()
        };
        state.checked_sub(1).map_or(0, end)..end(state)
    }

    /// Where a step leads, and its label.
    pub(crate) fn step(&self, number: u32) -> Option<(u32, u8)> {
        let at = usize::try_from(number).ok()?;
        Some((*self.targets.get(at)?, *self.labels.get(at)?))
    }

    /// The steps that leave a state: where each leads, and its label.
    pub fn edges_of(&self, state: u32) -> impl Iterator<Item = (u32, u8)> {
        self.steps(state).filter_map(|number| self.step(number))
    }
}
