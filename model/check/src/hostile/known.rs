//! What the table itself does in world *hostile*, kept: where one row of the table is changed, only
//! the snapshots in which the row has part are explored anew.

use hyaline_search::{BreadthFirst, Graph, Interned, LabelledSpace, Space, Stop};

use super::rows::RowSet;
use super::space::{HostileParts, HostileSpace};
use super::{Coverage, Hostile};
use crate::interpret::mutation::{Mutated, Mutation};

/// The rows that have part in what is found of a snapshot: its steps, where they lead, and what
/// properties say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Involved {
    /// The rows that answered a question of the table.
    answered: RowSet,
    /// The rows that fired.
    fired: RowSet,
}

/// Everything that the table itself does in this world, under one policy.
#[derive(Debug)]
pub struct KnownSpace {
    parts: HostileParts,
    graph: Graph,
    /// For each state of the graph, the number of its [`Involved`].
    involved: Vec<u32>,
    rows: Interned<Involved>,
    coverage: Coverage,
}

/// Why it cannot be known what the table itself does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnknownSpace {
    /// This property fails.
    Fails(&'static str),
    /// The search gives up.
    Stopped(Stop),
}

/// What a mutant did in a world that is known.
#[derive(Debug)]
pub struct MutantTold {
    /// The property that was found to fail first, by a shortest way. Snapshots that are further
    /// away were not explored.
    pub failure: Option<&'static str>,
    /// The rows that fired.
    pub coverage: Coverage,
    /// Unique snapshots that were found.
    pub states: usize,
    /// Snapshots that were expanded anew.
    pub anew: usize,
}

impl KnownSpace {
    /// Explores the table itself, and keeps what it does.
    ///
    /// # Errors
    ///
    /// If a property fails in the table itself, or the search gives up.
    pub fn explore(system: Hostile) -> Result<Self, UnknownSpace> {
        let system = system.with_table(Mutated::default()).noting_rows_alone();
        let space = HostileSpace::new(&system, HostileParts::default(), true);
        let mut recording =
            Recording { space, involved: Vec::new(), rows: Interned::default(), keys: Vec::new() };
        let graph = Graph::of(&mut recording, usize::MAX);
        let Recording { space, involved, rows, .. } = recording;
        let HostileSpace { parts, failures, .. } = space;
        let Hostile { coverage, .. } = system;
        all_of(&rows).for_each(|involved| coverage.all_fired(&involved.fired));
        match (graph, failures.first()) {
            (_, Some(property)) => Err(UnknownSpace::Fails(property)),
            (Err(stop), None) => Err(UnknownSpace::Stopped(stop)),
            (Ok(graph), None) => Ok(Self { parts, graph, involved, rows, coverage }),
        }
    }

    /// Unique snapshots.
    #[must_use]
    pub const fn states(&self) -> usize {
        self.graph.states()
    }

    /// Explores the world with one change of the table, until a property fails.
    ///
    /// # Errors
    ///
    /// If the search gives up.
    pub fn with(&self, system: Hostile, mutation: Mutation) -> Result<MutantTold, Stop> {
        let system = system.with_table(Mutated(Some(mutation))).noting_rows_alone();
        let changed =
            |involved: &Involved| mutation.row().is_none_or(|row| involved.answered.has(row));
        let mut reusing = Reusing {
            known: self,
            space: HostileSpace::new(&system, self.parts.clone(), true),
            changed: all_of(&self.rows).map(changed).collect(),
            seen: vec![false; self.rows.count()],
        };
        let mut search = BreadthFirst::from(reusing.space.first()?);
        let ended = search.advance(&mut reusing, usize::MAX);
        let Reusing { space, seen, .. } = reusing;
        let (failure, anew) = (space.failures.first().copied(), space.expanded);
        if let (Err(stop), None) = (ended, failure) {
            return Err(stop);
        }
        for (involved, _) in all_of(&self.rows).zip(seen).filter(|(_, seen)| *seen) {
            system.coverage.all_fired(&involved.fired);
        }
        Ok(MutantTold { failure, coverage: system.coverage, states: search.states(), anew })
    }

    /// The rows that fire.
    #[must_use]
    pub const fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// The memory that it takes, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.parts.bytes() + self.graph.bytes() + self.involved.capacity() * size_of::<u32>()
    }
}

/// All of them, in the order of their numbers.
fn all_of(rows: &Interned<Involved>) -> impl Iterator<Item = &Involved> {
    (0..).map_while(|number| rows.get(number))
}

/// A search that notes which rows have part in what it finds.
struct Recording<'s> {
    space: HostileSpace<'s>,
    involved: Vec<u32>,
    rows: Interned<Involved>,
    keys: Vec<u64>,
}

impl LabelledSpace for Recording<'_> {
    fn first(&mut self) -> Result<u64, Stop> {
        self.space.first()
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<(u64, u8)>) -> Result<(), Stop> {
        self.keys.clear();
        self.space.expand(key, &mut self.keys)?;
        // A successor is kept once, whichever steps lead there: nobody asks this graph for steps.
        self.keys.sort_unstable();
        self.keys.dedup();
        successors.extend(self.keys.iter().map(|key| (*key, 0)));
        let system = self.space.system;
        let (answered, fired) = (system.answered.take(), system.coverage.take_rows());
        self.involved.push(self.rows.number(Involved { answered, fired }).0);
        Ok(())
    }
}

/// A search of a table with one change. Where the changed row has no part, it takes the successors
/// that are known.
struct Reusing<'k> {
    known: &'k KnownSpace,
    space: HostileSpace<'k>,
    /// By the number of an [`Involved`]: whether the changed row is in it.
    changed: Vec<bool>,
    /// By the same number: whether a snapshot of it was met in which nothing is changed.
    seen: Vec<bool>,
}

impl Reusing<'_> {
    /// The state of the known graph with this key, if the change has no part in it.
    fn unchanged(&mut self, key: u64) -> Option<u32> {
        let index = |number: u32| usize::try_from(number).ok();
        let state = self.known.graph.find(key)?;
        let involved = self.known.involved.get(index(state)?).copied().and_then(index)?;
        let is_changed = self.changed.get(involved).copied().unwrap_or(true);
        let seen = self.seen.get_mut(involved).filter(|_| !is_changed)?;
        *seen = true;
        Some(state)
    }
}

impl Space for Reusing<'_> {
    fn first(&mut self) -> Result<u64, Stop> {
        self.space.first()
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
        match self.unchanged(key) {
            Some(state) => {
                let graph = &self.known.graph;
                successors.extend(graph.edges_of(state).filter_map(|(to, _)| graph.key(to)));
                Ok(())
            }
            None => self.space.expand(key, successors),
        }
    }
}
