//! Programs without end: does each call return, sooner or later?
//!
//! Two questions about runs that have no end, each asked of every cycle of the whole graph:
//!
//! - *Does a run have calls again and again?* If no call begins, only what lies between calls
//!   happens: letters, records on their way. Each record of data moves on a few times only.
//!   So if no cycle consists of the other steps alone, there are finitely many between two calls,
//!   and the length of the longest way without a call, with the records of data that are on their
//!   way, is a measure that falls.
//! - *Does a call wait for ever while others go on?* It may only if over plain TCP, with the same
//!   data in the same places, it would: the rule of [`judgement`](crate::unbounded::judgement),
//!   for a fair cycle instead of a snapshot in which nothing has to happen.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, Instant};

use hyaline_search::{Components, Graph, Stop};

use crate::programs::Caller;
use crate::programs::calls::ProgramCall;
use crate::side::Side;
use crate::unbounded::cycles::{Happening, Happenings, graph_of};
use crate::unbounded::fairness::{Fair, FairPart, Fairness, snapshot_of};
use crate::unbounded::judgement::{may_miss_something, starves};
use crate::unbounded::lasso::{Lasso, Round, round_in};
use crate::unbounded::violation::UnboundedViolation;
use crate::unbounded::world::UnboundedWorld;

/// A call that waits for ever on a fair cycle, or a cycle without calls.
#[derive(Clone, Debug)]
pub struct Starvation {
    /// Whose call waits; nobody's on a cycle without calls.
    pub waiting: Option<(Side, Caller)>,
    /// What must not happen.
    pub violation: UnboundedViolation,
    /// In how many parts of the graph.
    pub count: u64,
    /// The shortest of the ways to one of them, and round it.
    pub lasso: Lasso,
}

impl fmt::Display for Starvation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.waiting {
            Some((side, _)) => write!(formatter, "{side}: {}", self.violation),
            None => write!(formatter, "{}", self.violation),
        }
    }
}

/// What came of the questions.
#[derive(Debug)]
pub struct EndlessSearch {
    /// Snapshots.
    pub snapshots: usize,
    /// Steps that violate nothing.
    pub edges: usize,
    /// Cycles without calls.
    pub without_calls: Vec<Starvation>,
    /// Calls that wait for ever, each kind once.
    pub starving: Vec<Starvation>,
    /// How long it took.
    pub elapsed: Duration,
}

impl EndlessSearch {
    /// Whether every call makes progress.
    pub fn holds(&self) -> bool {
        self.findings().next().is_none()
    }

    /// Everything that was found.
    pub fn findings(&self) -> impl Iterator<Item = &Starvation> {
        self.without_calls.iter().chain(&self.starving)
    }
}

/// Asks both questions of a world whose inboxes take so many records, of up to so many snapshots.
///
/// # Errors
///
/// If there are more snapshots. Then nothing is known.
pub fn search_endless(
    world: &mut UnboundedWorld,
    inbox: u8,
    fairness: Fairness,
    most: usize,
) -> Result<EndlessSearch, Stop> {
    let begun = Instant::now();
    let graph = graph_of(world, most)?;
    let mut starving = Vec::new();
    let mut fair = Fair::new(&graph, world, fairness);
    for (waiting, states) in waiting(&graph, world) {
        find_starving(&mut fair, inbox, waiting, states, &mut starving);
    }
    let without_calls = cycles_without_calls(&graph, world);
    let mut told = |found: Vec<Found>| -> Vec<Starvation> {
        found.into_iter().map(|one| one.told(&graph, world)).collect()
    };
    Ok(EndlessSearch {
        snapshots: graph.states(),
        edges: graph.edges(),
        without_calls: told(without_calls),
        starving: told(starving),
        elapsed: begun.elapsed(),
    })
}

fn numbers(graph: &Graph) -> std::ops::Range<u32> {
    0..u32::try_from(graph.states()).unwrap_or(u32::MAX)
}

/// A kind of starvation, while others are looked for.
struct Found {
    waiting: Option<(Side, Caller)>,
    violation: UnboundedViolation,
    count: u64,
    round: Round,
}

impl Found {
    fn told(self, graph: &Graph, world: &mut UnboundedWorld) -> Starvation {
        let Self { waiting, violation, count, round } = self;
        Starvation { waiting, violation, count, lasso: round.lasso(graph, world) }
    }
}

/// Counts a kind of starvation, with the way of the first part that was found.
fn note(
    found: &mut Vec<Found>,
    waiting: Option<(Side, Caller)>,
    violation: UnboundedViolation,
    round: impl FnOnce() -> Round,
) {
    let known = found.iter_mut().find(|one| one.violation == violation && one.waiting == waiting);
    match known {
        Some(known) => known.count += 1,
        None => found.push(Found { waiting, violation, count: 1, round: round() }),
    }
}

/// Cycles of steps that are neither the beginning of a call nor the way of a record of data.
fn cycles_without_calls(graph: &Graph, world: &UnboundedWorld) -> Vec<Found> {
    use Happening::{Block, Deliver, Mail, Receive, Transmit};
    let others = [Mail, Block, Transmit(false), Deliver(false), Receive(false)];
    let others = Side::ALL
        .into_iter()
        .fold(Happenings::NONE, |all, side| all.or(Happenings::at(side, &others)));
    let mut found = Vec::new();
    let has_step = |_, label, _| others.meets(Happenings::of_label(label));
    Components::new(graph.states()).search(graph, numbers(graph), has_step, |component| {
        let part = FairPart { states: component.to_vec(), allowed: others };
        let round = || round_in(graph, world, Fairness::Weak, &part);
        note(&mut found, None, UnboundedViolation::NoCall, round);
    });
    found
}

/// A call that is pending: whose it is.
type PendingCall = (Side, Caller, ProgramCall);

/// For each call, the states in which it waits and may miss something.
fn waiting(graph: &Graph, world: &UnboundedWorld) -> BTreeMap<PendingCall, Vec<u32>> {
    let mut waiting: BTreeMap<PendingCall, Vec<u32>> = BTreeMap::new();
    for state in numbers(graph) {
        let snapshot = snapshot_of(graph, state);
        for side in Side::ALL {
            let Some(view) = world.view(snapshot, side) else { continue };
            for caller in Caller::ALL {
                let Some(call) = view.remembered.pending(caller) else { continue };
                if may_miss_something(world, snapshot, side, call) {
                    waiting.entry((side, caller, call)).or_default().push(state);
                }
            }
        }
    }
    waiting
}

/// Looks for fair parts of these states, in all of which this call waits, where it should not wait
/// for ever.
fn find_starving(
    fair: &mut Fair<'_>,
    inbox: u8,
    (side, caller, call): PendingCall,
    states: Vec<u32>,
    found: &mut Vec<Found>,
) {
    let (graph, world, fairness) = (fair.graph(), fair.world(), fair.fairness());
    for part in fair.parts(states) {
        let snapshots = part.states.iter().map(|state| snapshot_of(graph, *state));
        if let Some(violation) = starves(world, snapshots, side, call, inbox) {
            let round = || round_in(graph, world, fairness, &part);
            note(found, Some((side, caller)), violation, round);
        }
    }
}
