//! The search: breadth-first over exact keys, so that what it finds first is shortest.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hyaline_search::{BreadthFirst, Space, Stop, way_to};

use crate::side::Side;
use crate::unbounded::judgement::judge;
use crate::unbounded::snapshot::UnboundedSnapshot;
use crate::unbounded::step::{Force, UnboundedStep};
use crate::unbounded::violation::UnboundedViolation;
use crate::unbounded::world::UnboundedWorld;

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

/// Notes that the search takes while it runs.
#[derive(Default)]
struct Notes {
    /// By kind: how often, and where first: the number of a snapshot, and the step that leaves it.
    findings: BTreeMap<UnboundedViolation, (u64, usize, Option<UnboundedStep>)>,
    resting: BTreeMap<UnboundedViolation, u64>,
    edges: usize,
    quiet: usize,
}

/// How many snapshots are expanded between two looks at the clock.
const AT_ONCE: usize = 1 << 16;

/// Explores a world whose inboxes take so many records. Nothing is explored behind a violation:
/// the shipped library has no run that goes there.
pub fn search(
    world: &mut UnboundedWorld,
    inbox: u8,
    effort: &UnboundedEffort,
    progress: &mut dyn FnMut(UnboundedProgress),
) -> Search {
    let begun = Instant::now();
    let stops_at_first = effort.stops_at_first;
    let (notes, steps) = (Notes::default(), Vec::new());
    let mut looking = Looking { world, inbox, stops_at_first, notes, steps, expanded: 0 };
    let first = looking.first();
    let mut search = BreadthFirst::from(first.unwrap_or_default());
    let mut goes_on = first.map(|_| true);
    while goes_on == Ok(true) {
        let (snapshots, expanded) = (search.states(), search.expanded());
        progress(UnboundedProgress { snapshots, expanded, elapsed: begun.elapsed() });
        let left = effort.snapshots_at_most.map(|most| (most + 1).saturating_sub(snapshots));
        if left == Some(0) {
            break;
        }
        goes_on = search.advance(&mut looking, left.unwrap_or(AT_ONCE).min(AT_ONCE));
    }
    let Looking { world, notes, .. } = looking;
    let findings = notes.findings.iter().map(|(violation, (count, number, step))| Finding {
        violation: *violation,
        count: *count,
        trace: trace(world, *number, *step),
    });
    Search {
        snapshots: search.states(),
        edges: notes.edges,
        quiet: notes.quiet,
        depth: search.depth(),
        complete: goes_on == Ok(false),
        findings: findings.collect(),
        resting: notes.resting,
        parts: world.parts().counts(),
        elapsed: begun.elapsed(),
    }
}

/// Lists the keys of the snapshots to which these steps lead. Steps that violate something are told
/// instead.
fn follow(
    world: &mut UnboundedWorld,
    snapshot: UnboundedSnapshot,
    steps: &[(UnboundedStep, Force)],
    successors: &mut Vec<u64>,
    mut violates: impl FnMut(UnboundedViolation, UnboundedStep),
) -> Result<(), Stop> {
    for (step, _) in steps {
        let mut next = snapshot;
        match world.take(&mut next, *step) {
            Some(violation) => violates(violation, *step),
            None => successors.push(next.key().ok_or(Stop::Outgrown)?),
        }
    }
    Ok(())
}

/// The search, which looks at each snapshot.
struct Looking<'w> {
    world: &'w mut UnboundedWorld,
    inbox: u8,
    stops_at_first: bool,
    notes: Notes,
    steps: Vec<(UnboundedStep, Force)>,
    expanded: usize,
}

impl Space for Looking<'_> {
    fn first(&mut self) -> Result<u64, Stop> {
        self.world.first().key().ok_or(Stop::Outgrown)
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
        if self.stops_at_first && !self.notes.findings.is_empty() {
            return Err(Stop::Found);
        }
        let Self { world, inbox, notes, steps, expanded, .. } = self;
        let snapshot = UnboundedSnapshot::of_key(key);
        steps.clear();
        world.steps(snapshot, steps);
        notes.look(world, snapshot, *expanded, steps, *inbox);
        notes.edges += steps.len();
        follow(world, snapshot, steps, successors, |violation, step| {
            notes.note(violation, *expanded, Some(step));
        })?;
        *expanded += 1;
        Ok(())
    }
}

/// The search without a look: it only finds a way.
struct Retracing<'w>(&'w mut UnboundedWorld);

impl Space for Retracing<'_> {
    fn first(&mut self) -> Result<u64, Stop> {
        self.0.first().key().ok_or(Stop::Outgrown)
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
        let snapshot = UnboundedSnapshot::of_key(key);
        let mut steps = Vec::new();
        self.0.steps(snapshot, &mut steps);
        follow(self.0, snapshot, &steps, successors, |_, _| ())
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
    number: usize,
    step: Option<UnboundedStep>,
) -> Vec<(UnboundedSnapshot, Option<UnboundedStep>)> {
    // The search has kept no ways, so this one is found by exploring again.
    let way = way_to(&mut Retracing(world), number).unwrap_or_default();
    let snapshots: Vec<UnboundedSnapshot> =
        way.into_iter().map(UnboundedSnapshot::of_key).collect();
    let mut trace: Vec<(UnboundedSnapshot, Option<UnboundedStep>)> = Vec::new();
    for pair in snapshots.windows(2) {
        if let [before, after] = pair {
            trace.push((*before, world.step_between(*before, *after, |_, _| true)));
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
