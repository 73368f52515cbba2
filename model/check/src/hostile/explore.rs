//! Exploring world *hostile*.

use std::time::{Duration, Instant};

use hyaline_search::{BreadthFirst, Space, Stop, way_to};
use stateright::{Checker, Model};

use super::space::{HostileParts, HostileSpace};
use super::{Coverage, Hostile, HostileSnapshot, HostileStep};

/// What an exploration of world *hostile* found.
#[derive(Debug)]
pub struct HostileExploration {
    /// Unique snapshots.
    pub states: usize,
    /// Unique pairs of a snapshot and a step that is enabled in it.
    pub edges: usize,
    /// Steps to the snapshots that are furthest from the first, each by a shortest way.
    pub depth: usize,
    /// How long it took.
    pub elapsed: Duration,
    /// Why the search itself gave up, if it did; else every snapshot that was found was expanded.
    pub stopped: Option<Stop>,
    /// The most memory that it took, in bytes.
    pub bytes: usize,
    /// The properties that have a counterexample, in the order in which they were found to fail.
    pub failures: Vec<&'static str>,
    /// The rows and values that were seen.
    pub coverage: Coverage,
}

/// Explores breadth-first, with exact keys, to the end.
///
/// ```
/// use hyaline_check::hostile::{Hostile, explore};
/// use hyaline_check::programs::Manner;
/// use hyaline_model::table::Policy;
///
/// let found = explore(Hostile::new(Policy::SHIPPED).with_manner(Manner::OneCall));
/// assert!(found.stopped.is_none() && found.failures.is_empty());
/// assert!(found.edges > found.states);
/// ```
#[must_use]
pub fn explore(system: Hostile) -> HostileExploration {
    let begun = Instant::now();
    let mut space = HostileSpace::new(&system, HostileParts::default(), false);
    let first = space.first();
    let mut search = BreadthFirst::from(first.unwrap_or_default());
    let ended = first.and_then(|_| search.advance(&mut space, usize::MAX));
    let HostileSpace { parts, failures, .. } = space;
    HostileExploration {
        states: search.states(),
        edges: search.edges(),
        depth: search.depth(),
        elapsed: begun.elapsed(),
        stopped: ended.err(),
        bytes: search.most_bytes() + parts.bytes(),
        failures,
        coverage: system.coverage,
    }
}

/// A path from the first snapshot: each snapshot with a step that leaves it, the last with none.
pub type HostileTrace = Vec<(HostileSnapshot, Option<HostileStep>)>;

/// A shortest trace to a violation of a property, if there is one. The search for the violation is
/// made once more to find the way to it.
#[must_use]
pub fn shortest_trace(system: &Hostile, property: &str) -> Option<HostileTrace> {
    let asked = || super::properties().into_iter().filter(|asked| asked.name == property).collect();
    let space = |asked| HostileSpace::asking(system, HostileParts::default(), asked, true);
    let mut searching = space(asked());
    let first = searching.first().ok()?;
    let found = BreadthFirst::from(first).advance(&mut searching, usize::MAX);
    if found != Err(Stop::Found) {
        return None;
    }
    let failed_at = searching.failed_at;
    let mut retracing = space(Vec::new());
    let way = way_to(&mut retracing, failed_at).ok()?;
    let snapshots: Vec<HostileSnapshot> =
        way.iter().map(|key| retracing.parts.snapshot(*key).ok()).collect::<Option<_>>()?;
    let steps = snapshots.windows(2).map(|pair| match pair {
        [from, to] => step_between(system, from, to),
        _ => None,
    });
    let steps: Vec<Option<HostileStep>> = steps.chain([None]).collect();
    Some(snapshots.into_iter().zip(steps).collect())
}

/// The first step that leads from a snapshot to another.
fn step_between(
    system: &Hostile,
    from: &HostileSnapshot,
    to: &HostileSnapshot,
) -> Option<HostileStep> {
    let mut steps = Vec::new();
    system.steps(from, &mut steps);
    steps.into_iter().find(|step| {
        let mut after = *from;
        system.take(&mut after, *step);
        after == *to
    })
}

/// What stateright found in the same world: a second opinion, to compare with.
#[derive(Debug)]
pub struct HostileOpinion {
    /// Unique snapshots, told apart by 64 bits of a hash.
    pub states: usize,
    /// Unique pairs of a snapshot and a step that is enabled in it.
    pub edges: usize,
    /// The properties that have a counterexample, in the order of their names.
    pub failures: Vec<&'static str>,
    /// The rows and values that were seen.
    pub coverage: Coverage,
    /// How long it took.
    pub elapsed: Duration,
}

/// Explores depth-first by stateright, to the end.
#[must_use]
pub fn explore_by_stateright(system: Hostile, threads: usize) -> HostileOpinion {
    let begun = Instant::now();
    let checker = system.checker().threads(threads.max(1)).spawn_dfs().join();
    let elapsed = begun.elapsed();
    let coverage = Coverage::default();
    coverage.add(&checker.model().coverage);
    // stateright counts the initial snapshot and one for each step that it takes. The counts are
    // read before the counterexamples are rebuilt.
    let (states, edges) = (checker.unique_state_count(), checker.state_count().saturating_sub(1));
    let mut failures: Vec<&'static str> = checker.discoveries().into_keys().collect();
    failures.sort_unstable();
    HostileOpinion { states, edges, failures, coverage, elapsed }
}
