//! The search: breadth-first over exact keys, so that what it finds first is shortest.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use crate::side::Side;
use crate::unbounded::interned::Found;
use crate::unbounded::judgement::judge;
use crate::unbounded::violation::UnboundedViolation;
use crate::unbounded::world::{Force, UnboundedSnapshot, UnboundedStep, UnboundedWorld};

/// How much may be explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnboundedEffort {
    /// Stop at the first violation.
    pub stops_at_first: bool,
    /// Give up at so many snapshots; the verdict is then `unfinished`.
    pub snapshots_at_most: Option<usize>,
}

/// How far a search is.
#[derive(Clone, Copy, Debug)]
pub struct UnboundedProgress {
    /// Snapshots found.
    pub snapshots: usize,
    /// Snapshots whose steps were taken.
    pub expanded: usize,
    /// Since its beginning.
    pub elapsed: Duration,
}

/// A violation, how often it was met, and the shortest way to it.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What must not happen.
    pub violation: UnboundedViolation,
    /// In how many snapshots, or by how many steps.
    pub count: u64,
    /// Each snapshot on the way with the step that leaves it.
    pub trace: Vec<(UnboundedSnapshot, Option<UnboundedStep>)>,
}

/// What a search found.
#[derive(Debug)]
pub struct Search {
    /// Snapshots.
    pub snapshots: usize,
    /// Pairs of a snapshot and a step that leaves it.
    pub edges: usize,
    /// Snapshots in which nothing has to happen.
    pub quiet: usize,
    /// Steps on the longest of the shortest ways.
    pub depth: usize,
    /// Whether every snapshot that was found was expanded too.
    pub complete: bool,
    /// What must not happen, each kind once.
    pub findings: Vec<Finding>,
    /// Snapshots in which nothing has to happen as long as a side rests between two calls, and a
    /// call waits that over plain TCP would not: by kind. They are no violations.
    pub resting: BTreeMap<UnboundedViolation, u64>,
    /// How many different sides, and transports, there were.
    pub parts: (usize, usize),
    /// How long it took.
    pub elapsed: Duration,
}

impl Search {
    /// Whether nothing was found, and everything was explored.
    pub fn holds(&self) -> bool {
        self.complete && self.findings.is_empty()
    }
}

/// What is noted while the search runs.
#[derive(Default)]
struct Notes {
    /// By kind: how often, and where first: the number of a snapshot, and the step that leaves it.
    findings: BTreeMap<UnboundedViolation, (u64, usize, Option<UnboundedStep>)>,
    resting: BTreeMap<UnboundedViolation, u64>,
    edges: usize,
    quiet: usize,
}

/// Explores a world whose inboxes take so many records. Behind a violation nothing is explored: it
/// is no run of ours any more.
pub fn search(
    world: &mut UnboundedWorld,
    inbox: u8,
    effort: &UnboundedEffort,
    progress: &mut dyn FnMut(UnboundedProgress),
) -> Search {
    let begun = Instant::now();
    let mut found = Found::default();
    let mut parents: Vec<u32> = Vec::new();
    let mut notes = Notes::default();
    let first = world.first();
    let mut too_many = first.key().is_none_or(|key| !found.add(key));
    parents.push(0);
    let (mut expanded, mut depth, mut level_ends) = (0, 0, 1);
    let (mut steps, mut next_keys) = (Vec::new(), Vec::new());
    while let Some(key) = found.get(expanded) {
        let stops = effort.stops_at_first && !notes.findings.is_empty();
        let exhausted = effort.snapshots_at_most.is_some_and(|most| found.count() > most);
        if stops || exhausted || too_many {
            break;
        }
        if expanded == level_ends {
            depth += 1;
            level_ends = found.count();
        }
        if expanded & 0xffff == 0 {
            progress(UnboundedProgress {
                snapshots: found.count(),
                expanded,
                elapsed: begun.elapsed(),
            });
        }
        let snapshot = UnboundedSnapshot::of_key(key);
        steps.clear();
        world.steps(snapshot, &mut steps);
        notes.look(world, snapshot, expanded, &steps, inbox);
        next_keys.clear();
        for (step, _) in &steps {
            let mut next = snapshot;
            let violation = world.take(&mut next, *step);
            notes.edges += 1;
            match (violation, next.key()) {
                (Some(violation), _) => notes.note(violation, expanded, Some(*step)),
                (None, Some(key)) => next_keys.push(key),
                (None, None) => too_many = true,
            }
        }
        black_box(next_keys.iter().fold(0, |sum, key| sum ^ found.look_for(*key)));
        let parent = u32::try_from(expanded);
        too_many |= parent.is_err();
        for key in &next_keys {
            if found.add(*key) {
                parents.extend(parent);
            }
        }
        expanded += 1;
    }
    let complete = expanded == found.count() && !too_many;
    let findings = notes.findings.iter().map(|(violation, (count, number, step))| Finding {
        violation: *violation,
        count: *count,
        trace: trace(world, &found, &parents, *number, *step),
    });
    Search {
        snapshots: found.count(),
        edges: notes.edges,
        quiet: notes.quiet,
        depth,
        complete,
        findings: findings.collect(),
        resting: notes.resting,
        parts: world.parts().counts(),
        elapsed: begun.elapsed(),
    }
}

impl Notes {
    fn note(&mut self, violation: UnboundedViolation, number: usize, step: Option<UnboundedStep>) {
        self.findings.entry(violation).or_insert((0, number, step)).0 += 1;
    }

    /// Looks whether something has to happen, and if not, at what waits.
    fn look(
        &mut self,
        world: &UnboundedWorld,
        snapshot: UnboundedSnapshot,
        number: usize,
        steps: &[(UnboundedStep, Force)],
        inbox: u8,
    ) {
        for side in Side::ALL {
            if let Some(call) = world.view(snapshot, side).and_then(|view| view.dependent) {
                self.note(UnboundedViolation::NotIndependent(call), number, None);
            }
        }
        match steps.iter().map(|(_, force)| *force).max() {
            Some(Force::Has) => {}
            Some(Force::GoingOn) => {
                if let Some(violation) = judge(world, snapshot, inbox) {
                    *self.resting.entry(violation).or_default() += 1;
                }
            }
            Some(Force::May) | None => {
                self.quiet += 1;
                if let Some(violation) = judge(world, snapshot, inbox) {
                    self.note(violation, number, None);
                }
            }
        }
    }
}

/// The way from the first snapshot to this one and, by one more step, beyond.
fn trace(
    world: &mut UnboundedWorld,
    found: &Found,
    parents: &[u32],
    number: usize,
    step: Option<UnboundedStep>,
) -> Vec<(UnboundedSnapshot, Option<UnboundedStep>)> {
    let mut numbers = vec![number];
    let mut at = number;
    while at > 0 {
        at = parents.get(at).and_then(|parent| usize::try_from(*parent).ok()).unwrap_or_default();
        numbers.push(at);
    }
    let snapshots: Vec<UnboundedSnapshot> = numbers
        .iter()
        .rev()
        .filter_map(|number| found.get(*number))
        .map(UnboundedSnapshot::of_key)
        .collect();
    let mut trace: Vec<(UnboundedSnapshot, Option<UnboundedStep>)> = Vec::new();
    for pair in snapshots.windows(2) {
        if let [before, after] = pair {
            let mut steps = Vec::new();
            world.steps(*before, &mut steps);
            let leads = |step: &&(UnboundedStep, Force)| {
                let mut next = *before;
                world.take(&mut next, step.0).is_none() && next == *after
            };
            trace.push((*before, steps.iter().find(leads).map(|(step, _)| *step)));
        }
    }
    trace.extend(snapshots.last().map(|last| (*last, step)));
    if let (Some(last), Some(step)) = (snapshots.last(), step) {
        let mut next = *last;
        world.take(&mut next, step);
        trace.push((next, None));
    }
    trace
}
