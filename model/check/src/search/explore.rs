//! Exploration by stateright, and verdicts that say no more than what was explored.

use std::sync::Arc;
use std::time::{Duration, Instant};

use stateright::{Checker, HasDiscoveries, Model};

use crate::judgement::observe::Observations;
use crate::judgement::properties;
use crate::judgement::system::System;
use crate::programs::calls::{Calls, ProgramCall};
use crate::programs::{Manner, Program, Programs, SideCalls};
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;

/// How much work may go into one exploration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Effort {
    /// Threads that explore.
    pub threads: usize,
    /// Give up at about so many snapshots; the verdict is then `unfinished`.
    pub states_at_most: Option<usize>,
}

impl Default for Effort {
    fn default() -> Self {
        Self { threads: 2, states_at_most: None }
    }
}

/// How far an exploration is.
#[derive(Clone, Copy, Debug)]
pub struct ExplorationProgress {
    /// Unique snapshots found.
    pub states: usize,
    /// The longest path so far.
    pub depth: usize,
    /// Since its beginning.
    pub elapsed: Duration,
}

/// What is known of a property after an exploration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It holds in every reachable snapshot, all of which were explored.
    Holds,
    /// There is a counterexample.
    Fails,
    /// No counterexample so far, and not everything was explored: no pass.
    Unfinished,
}

impl Verdict {
    /// From whether a counterexample was found, and whether everything was explored.
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
    /// The longest path that was followed.
    pub depth: usize,
    /// How long it took.
    pub elapsed: Duration,
    /// Whether every snapshot that was found was expanded too, and no thread failed.
    pub complete: bool,
    /// A counterexample for each property that has one.
    pub failures: Vec<(&'static str, Trace<E>)>,
    /// What was seen.
    pub observations: Arc<Observations>,
}

impl<E> Exploration<E> {
    /// The verdict on a property of single snapshots.
    pub fn verdict(&self, property: &str) -> Verdict {
        let fails = self.failures.iter().any(|(name, _)| *name == property);
        Verdict::of(fails, self.complete)
    }

    /// Bytes of a snapshot.
    pub const fn snapshot_bytes(&self) -> usize {
        size_of::<Snapshot<E>>()
    }

    /// Unique snapshots per second.
    pub fn rate(&self) -> f64 {
        // Exact below 2⁵³, and only printed.
        #[allow(clippy::cast_precision_loss)]
        let states = self.states as f64;
        states / self.elapsed.as_secs_f64().max(1e-9)
    }
}

/// Explores depth-first. Complete is decided here: stateright's own "done" is also true when it
/// was cut short.
pub fn explore<E: PairEndpoint>(
    system: System<E>,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Exploration<E> {
    let begun = Instant::now();
    let observations = Arc::clone(&system.observations);
    let mut builder = system.checker().threads(effort.threads.max(1));
    if let Some(states) = effort.states_at_most {
        builder = builder.target_state_count(states);
    }
    let mut checker = builder.spawn_dfs();
    let mut well = true;
    // A short pause at first lets a short exploration end at once. Longer pauses later leave the
    // processor to a long one.
    let mut pause = Duration::from_millis(1);
    for handle in checker.handles() {
        while !handle.is_finished() {
            let states = checker.unique_state_count();
            progress(ExplorationProgress {
                states,
                depth: checker.max_depth(),
                elapsed: begun.elapsed(),
            });
            std::thread::park_timeout(pause);
            pause = (pause * 2).min(Duration::from_millis(64));
        }
        well &= handle.join().is_ok();
    }
    let elapsed = begun.elapsed();
    // The counts are read before the counterexamples are rebuilt, which expands snapshots again.
    let states = checker.unique_state_count();
    let expanded = observations.expanded_snapshots();
    let terminals = observations.terminals();
    let complete = well && u64::try_from(states).is_ok_and(|states| states == expanded);
    // stateright counts the initial snapshots and one for each step that it takes.
    let edges = checker.state_count().saturating_sub(1);
    let depth = checker.max_depth();
    let failures = checker
        .discoveries()
        .into_iter()
        .map(|(name, path)| (name, path.into_vec()))
        .collect::<Vec<_>>();
    Exploration { states, edges, terminals, depth, elapsed, complete, failures, observations }
}

/// The shortest trace to a violation of a property by the programs that a longer one shows,
/// breadth-first. Nothing if there is none.
pub fn shortest_trace<E: PairEndpoint>(
    mut system: System<E>,
    property: &'static str,
    calls: Both<SideCalls>,
) -> Option<Trace<E>> {
    let of = |side| completed(*calls.of(side), system.pair.programs.manner(side));
    let (client, server) = (of(Side::Client), of(Side::Server));
    system.pair.programs = Programs::Fixed(Both { client, server });
    system.only = Some(property);
    system.observations = Arc::default();
    let checker = system.checker().finish_when(HasDiscoveries::Any).spawn_bfs().join();
    checker.discovery(property).map(|path| path.into_vec())
}

/// A program that begins with these calls.
fn completed(calls: SideCalls, manner: Manner) -> Program {
    let with = |calls: Calls, end| {
        if calls.is_complete() { calls } else { calls.with(end).unwrap_or(calls) }
    };
    let begun = calls.whole.with(ProgramCall::Handshake).filter(|_| calls.whole.length() == 0);
    let whole = with(begun.unwrap_or(calls.whole), ProgramCall::Close);
    let calls = SideCalls { whole, ..calls };
    if !manner.has_two_callers() {
        return Program { manner, calls };
    }
    let reader = with(calls.reader, ProgramCall::EndReading);
    let writer = with(calls.writer, ProgramCall::EndWriting);
    Program { manner, calls: SideCalls { whole, reader, writer } }
}

/// The calls that both sides have begun at the end of a trace.
pub fn calls_of<E>(trace: &Trace<E>) -> Both<SideCalls> {
    trace.last().map_or_else(Both::default, |(snapshot, _)| snapshot.run().calls)
}

/// Whether a property is one of single snapshots, so that it can have a trace.
pub fn has_traces(property: &str) -> bool {
    ![properties::GOOD_RUNS_SURVIVE, properties::ENDS].contains(&property)
}
