//! Exploration, and verdicts that say no more than what was explored.

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

pub use hyaline_protocol::progress::ExplorationProgress;
use hyaline_protocol::progress::Stopwatch;
use hyaline_search::{
    BreadthFirst, HashedKeys, Hashing, KeySet, MissBound, Space, Stop, Visited, way_to,
};

use crate::judgement::observe::Observations;
use crate::judgement::properties;
use crate::judgement::system::{Judgement, System};
use crate::programs::SideCalls;
use crate::search::asked::Asked;
use crate::search::exploring::{Exploring, Retracing};
pub use crate::search::packed::PartCounts;
use crate::side::Both;
use crate::world::contract::PairEndpoint;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;

/// How much work may go into one exploration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Explorations that go on at once, where there are several; each has a thread. Where
    /// stateright explores, its threads.
    pub threads: usize,
    /// Give up at about so many snapshots; the verdict is then `unfinished`.
    pub states_at_most: Option<usize>,
    /// Remember snapshots by hashes of their keys, and not by the keys: they take less memory, and
    /// some may be missed. What plain TCP does is explored with exact keys all the same, since TLS
    /// is compared with it.
    pub hashing: Option<Hashing>,
}

impl Default for Effort {
    fn default() -> Self {
        Self { threads: 2, states_at_most: None, hashing: None }
    }
}

impl Effort {
    /// The same with exact keys.
    #[must_use]
    pub const fn exact(self) -> Self {
        Self { hashing: None, ..self }
    }
}

/// What is known of a property after an exploration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// The property holds in every reachable snapshot, all of which were explored.
    Holds,
    /// There is a counterexample.
    Fails,
    /// No counterexample so far, and not everything was explored: no pass.
    Unfinished,
}

impl Verdict {
    /// The verdict, from whether a counterexample was found and whether everything was explored.
    pub const fn of(fails: bool, complete: bool) -> Self {
        match (fails, complete) {
            (true, _) => Self::Fails,
            (false, true) => Self::Holds,
            (false, false) => Self::Unfinished,
        }
    }

    /// The word of the JSON report.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::Fails => "fails",
            Self::Unfinished => "unfinished",
        }
    }
}

/// A path from the first snapshot: each snapshot with the step that leaves it, the last with none.
pub type Trace<E> = Vec<(Snapshot<E>, Option<Step>)>;

/// What an exploration found.
#[derive(Debug)]
pub struct Exploration<E> {
    /// Unique snapshots.
    pub states: usize,
    /// Unique pairs of a snapshot and a step that is enabled in it.
    pub edges: usize,
    /// Snapshots in which no step is enabled.
    pub terminals: u64,
    /// Steps to the snapshots that are furthest from the first, each by a shortest way.
    pub depth: usize,
    /// How long it took; zero where the checker is built without a clock.
    pub elapsed: Duration,
    /// Whether every snapshot that was found was expanded too. Where hashes stood for snapshots,
    /// that is not all that there are: see `missed`.
    pub complete: bool,
    /// How probable it is that a snapshot was missed; nothing where none was, since the keys were
    /// exact.
    pub missed: Option<MissBound>,
    /// Why the search itself gave up, if it did.
    pub stopped: Option<Stop>,
    /// The most memory that it took, in bytes.
    pub bytes: usize,
    /// How many parts the snapshots have.
    pub parts: PartCounts,
    /// The properties that have a counterexample.
    pub failures: Vec<&'static str>,
    /// The observations of the search.
    pub observations: Arc<Observations>,
    /// The type of the endpoints that were explored.
    endpoints: PhantomData<E>,
}

impl<E> Exploration<E> {
    /// The verdict on a property of single snapshots.
    pub fn verdict(&self, property: &str) -> Verdict {
        let fails = self.failures.contains(&property);
        Verdict::of(fails, self.complete)
    }

    /// Bytes of memory that were taken for each snapshot.
    pub fn bytes_of_state(&self) -> usize {
        self.bytes / self.states.max(1)
    }

    /// Unique snapshots per second.
    pub fn rate(&self) -> f64 {
        // Exact below 2⁵³, and only printed.
        #[allow(clippy::cast_precision_loss)]
        let states = self.states as f64;
        states / self.elapsed.as_secs_f64().max(1e-9)
    }
}

/// How many snapshots are expanded between two looks at the clock.
const AT_ONCE: usize = 4096;

/// Explores breadth-first, with exact keys unless the effort has hashes in their place. What is
/// only recorded is what something else will be compared with, and so its keys are exact.
///
/// ```
/// use hyaline_check::programs::Programs;
/// use hyaline_check::search::bounds::Scenario;
/// use hyaline_check::search::explore::{Effort, explore};
/// use hyaline_check::search::profile::{Profile, endpoints_of};
/// use hyaline_check::search::scenario::{Baselines, system};
/// use hyaline_check::side::Both;
/// use hyaline_search::Hashing;
///
/// let scenario = Scenario::new(Programs::up_to(1));
/// let ours = Both { client: Profile::HYALINE, server: Profile::HYALINE };
/// let baseline = Baselines::default().of(&scenario, &Effort::default(), &mut |_| ())?;
/// let fresh = || system(&scenario, endpoints_of(&scenario, &ours), &baseline);
///
/// let exact = explore(fresh()?, &Effort::default(), &mut |_| ());
/// let effort = Effort { hashing: Some(Hashing::new(56, 1)?), ..Effort::default() };
/// let compact = explore(fresh()?, &effort, &mut |_| ());
/// assert_eq!(exact.states, compact.states);
/// assert!(exact.missed.is_none());
/// assert!(compact.missed.is_some_and(|bound| bound.probability() < 1e-9));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn explore<E: PairEndpoint>(
    system: System<E>,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Exploration<E> {
    let begun = Stopwatch::started();
    let asked = Asked::of(&system);
    let mut exploring = Exploring::new(&system, &asked, false);
    let effort = match system.judgement {
        Judgement::Record => &effort.exact(),
        Judgement::Transparent { .. } | Judgement::Rejection(_) => effort,
    };
    let searched = search_through(&mut exploring, effort, progress);
    system.observations.add(&exploring.seen);
    Exploration {
        states: searched.states,
        edges: searched.edges,
        terminals: exploring.seen.terminals,
        depth: searched.depth,
        elapsed: begun.elapsed(),
        complete: searched.goes_on == Ok(false),
        missed: searched.missed,
        stopped: searched.goes_on.err(),
        bytes: searched.most_bytes + exploring.packed.bytes(),
        parts: exploring.packed.counts(),
        failures: asked.names(exploring.failed).collect(),
        observations: Arc::clone(&system.observations),
        endpoints: PhantomData,
    }
}

/// How far a space was searched.
pub(crate) struct Searched {
    pub(crate) states: usize,
    pub(crate) edges: usize,
    pub(crate) depth: usize,
    most_bytes: usize,
    /// Whether states are left, or why the search has stopped.
    pub(crate) goes_on: Result<bool, Stop>,
    pub(crate) missed: Option<MissBound>,
}

/// Searches a space as far as the effort goes.
pub(crate) fn search_through(
    space: &mut impl Space,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Searched {
    let Some(hashing) = effort.hashing else {
        return search_remembering(KeySet::default(), space, effort, progress);
    };
    let searched = search_remembering(HashedKeys::new(hashing), space, effort, progress);
    Searched { missed: Some(MissBound::of(hashing, searched.states)), ..searched }
}

fn search_remembering(
    found: impl Visited,
    space: &mut impl Space,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Searched {
    let begun = Stopwatch::started();
    let first = space.first();
    let mut search = BreadthFirst::remembering(found, first.unwrap_or_default());
    let mut goes_on = first.map(|_| true);
    while goes_on == Ok(true) {
        progress(ExplorationProgress {
            states: search.states(),
            depth: search.depth(),
            elapsed: begun.elapsed(),
        });
        let left = effort.states_at_most.map(|most| (most + 1).saturating_sub(search.states()));
        if left == Some(0) {
            break;
        }
        goes_on = search.advance(space, left.unwrap_or(AT_ONCE).min(AT_ONCE));
    }
    Searched {
        states: search.states(),
        edges: search.edges(),
        depth: search.depth(),
        most_bytes: search.most_bytes(),
        goes_on,
        missed: None,
    }
}

/// A shortest trace to a violation of a property, if there is one within reach. The search for the
/// violation is made once more to find the way to it, with exact keys even where it was found by
/// hashes: so the trace is a shortest one, and confirms what was found.
pub fn shortest_trace<E: PairEndpoint>(
    mut system: System<E>,
    property: &'static str,
) -> Option<Trace<E>> {
    system.only = Some(property);
    system.observations = Arc::default();
    let asked = Asked::of(&system);
    let mut exploring = Exploring::new(&system, &asked, true);
    let first = exploring.first().ok()?;
    let found = BreadthFirst::from(first).advance(&mut exploring, usize::MAX);
    if found != Err(Stop::Found) {
        return None;
    }
    let Exploring { mut packed, failed_at, .. } = exploring;
    let way = way_to(&mut Retracing(&mut packed), failed_at).ok()?;
    let mut trace = Vec::new();
    for (place, key) in way.iter().enumerate() {
        let step = match way.get(place + 1) {
            Some(next) => Some(packed.step_between(*key, *next).ok()??),
            None => None,
        };
        trace.push((packed.snapshot(*key).ok()?, step));
    }
    Some(trace)
}

/// The calls that both sides have begun at the end of a trace.
pub fn calls_of<E>(trace: &Trace<E>) -> Both<SideCalls> {
    trace.last().map_or_else(Both::default, |(snapshot, _)| snapshot.run().calls)
}

/// Whether a property is one of single snapshots, so that it can have a trace.
pub fn has_traces(property: &str) -> bool {
    ![properties::GOOD_RUNS_SURVIVE, properties::ENDS].contains(&property)
}
