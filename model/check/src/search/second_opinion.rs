//! The same exploration by stateright: a second opinion, to compare with.

use std::time::{Duration, Instant};

use stateright::{Checker, Model};

use crate::judgement::system::System;
use crate::search::explore::Effort;
use crate::world::contract::PairEndpoint;

/// What stateright found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecondOpinion {
    /// Unique snapshots, told apart by 64 bits of a hash.
    pub states: usize,
    /// Unique pairs of a snapshot and a step that is enabled in it.
    pub edges: usize,
    /// Snapshots in which no step is enabled.
    pub terminals: u64,
    /// Whether every snapshot that was found was expanded too, and no thread failed.
    pub complete: bool,
    /// The properties that have a counterexample, in the order of their names.
    pub failures: Vec<&'static str>,
    /// How long it took.
    pub elapsed: Duration,
}

/// Explores depth-first by stateright. Complete is decided here: stateright's own "done" is also
/// true when it was cut short.
pub fn explore_by_stateright<E: PairEndpoint>(system: System<E>, effort: &Effort) -> SecondOpinion {
    let begun = Instant::now();
    let observations = std::sync::Arc::clone(&system.observations);
    let mut builder = system.checker().threads(effort.threads.max(1));
    if let Some(states) = effort.states_at_most {
        builder = builder.target_state_count(states);
    }
    let mut checker = builder.spawn_dfs();
    let joined: Vec<_> = checker.handles().into_iter().map(|handle| handle.join()).collect();
    let well = joined.iter().all(Result::is_ok);
    let elapsed = begun.elapsed();
    // The counts are read before the counterexamples are rebuilt, which expands snapshots again.
    let states = checker.unique_state_count();
    let expanded = observations.expanded_snapshots();
    let terminals = observations.terminals();
    let mut failures: Vec<&'static str> = checker.discoveries().into_keys().collect();
    failures.sort_unstable();
    SecondOpinion {
        states,
        // stateright counts the initial snapshots and one for each step that it takes.
        edges: checker.state_count().saturating_sub(1),
        terminals,
        complete: well && u64::try_from(states).is_ok_and(|states| states == expanded),
        failures,
        elapsed,
    }
}
