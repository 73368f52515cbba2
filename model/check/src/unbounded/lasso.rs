//! A run without end, as it is shown: the way to a cycle, and once round it.

use std::collections::{HashMap, HashSet, VecDeque};

use hyaline_search::Graph;

use crate::unbounded::cycles::{Happenings, forced, label_of};
use crate::unbounded::fairness::{FairPart, Fairness, kinds, snapshot_of};
use crate::unbounded::snapshot::UnboundedSnapshot;
use crate::unbounded::step::UnboundedStep;
use crate::unbounded::world::UnboundedWorld;

/// Each snapshot of a way with the step that leaves it.
pub type Passage = Vec<(UnboundedSnapshot, UnboundedStep)>;

/// A run without end.
#[derive(Clone, Debug)]
pub struct Lasso {
    /// From the first snapshot to the cycle.
    pub stem: Passage,
    /// Once round, in a fair manner.
    pub cycle: Passage,
}

/// A walk through the graph: states, with the label of the step that leaves each.
type Walk = Vec<(u32, u8)>;

/// A run without end, as walks: to a state, and from there back to it.
#[derive(Clone, Debug)]
pub struct Round {
    stem: Walk,
    cycle: Walk,
    first: u32,
}

/// The shortest walk to this part of the graph, and a fair one round in it.
pub fn round_in(
    graph: &Graph,
    world: &UnboundedWorld,
    fairness: Fairness,
    part: &FairPart,
) -> Round {
    let states: HashSet<u32> = part.states.iter().copied().collect();
    let (stem, first) = walk(graph, 0, |_| true, |state| states.contains(&state))
        .unwrap_or_else(|| (Walk::new(), part.states.first().copied().unwrap_or_default()));
    let cycle = fair_round(graph, world, fairness, part, &states, first);
    Round { stem, cycle, first }
}

impl Round {
    /// The same, as snapshots and steps.
    pub fn lasso(&self, graph: &Graph, world: &mut UnboundedWorld) -> Lasso {
        let mut way = |walk| way(graph, world, walk, self.first);
        Lasso { stem: way(&self.stem), cycle: way(&self.cycle) }
    }
}

/// A fair way from a state of a part back to it.
fn fair_round(
    graph: &Graph,
    world: &UnboundedWorld,
    fairness: Fairness,
    part: &FairPart,
    states: &HashSet<u32>,
    first: u32,
) -> Walk {
    let is_put_off = |state, kind| forced(world, snapshot_of(graph, state)).meets(kind);
    let inside = |(to, label): (u32, u8)| {
        part.allowed.meets(Happenings::of_label(label)) && states.contains(&to)
    };
    let (mut cycle, mut at) = (Walk::new(), first);
    loop {
        let taken = cycle
            .iter()
            .fold(Happenings::NONE, |all, (_, label)| all.or(Happenings::of_label(*label)));
        let is_fair = |kind: &Happenings| {
            taken.meets(*kind) || cycle.iter().any(|(state, _)| !is_put_off(*state, *kind))
        };
        let unfair = kinds().find(|kind| !is_fair(kind));
        let is_put_off_again = |kind: &Happenings| {
            !taken.meets(*kind) && cycle.iter().any(|(state, _)| is_put_off(*state, *kind))
        };
        let lacking = fairness
            .pairs()
            .find(|(effect, cause)| taken.meets(*effect) && !taken.meets(*cause))
            .map(|(_, cause)| cause)
            .or_else(|| fairness.transfers().find(is_put_off_again));
        let (wanted, may_stay) = match (unfair, lacking) {
            (Some(kind), _) => (kind, true),
            (None, Some(cause)) => (cause, false),
            (None, None) if at == first && !cycle.is_empty() => return cycle,
            (None, None) => break,
        };
        // On to a step of that kind, or to where it does not have to happen.
        let is_there = |state| {
            let has_step =
                |step: (u32, u8)| inside(step) && wanted.meets(Happenings::of_label(step.1));
            graph.edges_of(state).any(has_step) || may_stay && !is_put_off(state, wanted)
        };
        let Some((more, to)) = walk(graph, at, inside, is_there) else { break };
        cycle.extend(more);
        at = to;
        let step = graph
            .edges_of(at)
            .filter(|step| inside(*step))
            .max_by_key(|(_, label)| wanted.meets(Happenings::of_label(*label)));
        let Some((to, label)) = step else { break };
        cycle.push((at, label));
        at = to;
    }
    if let Some((back, _)) = walk(graph, at, inside, |state| state == first) {
        cycle.extend(back);
    }
    cycle
}

/// The shortest walk by these steps from a state to one that is looked for, and the state in which
/// it ends.
fn walk(
    graph: &Graph,
    from: u32,
    may_take: impl Fn((u32, u8)) -> bool,
    is_there: impl Fn(u32) -> bool,
) -> Option<(Walk, u32)> {
    let mut came: HashMap<u32, (u32, u8)> = HashMap::new();
    let mut known = HashSet::from([from]);
    let mut waiting = VecDeque::from([from]);
    while let Some(state) = waiting.pop_front() {
        if is_there(state) {
            let (mut walk, mut at) = (Walk::new(), state);
            while let Some((before, label)) = came.get(&at) {
                walk.push((*before, *label));
                at = *before;
            }
            walk.reverse();
            return Some((walk, state));
        }
        for (to, label) in graph.edges_of(state).filter(|step| may_take(*step)) {
            if known.insert(to) {
                came.insert(to, (state, label));
                waiting.push_back(to);
            }
        }
    }
    None
}

/// The steps of a walk that ends at this state.
fn way(graph: &Graph, world: &mut UnboundedWorld, walk: &[(u32, u8)], end: u32) -> Passage {
    let targets = walk.iter().skip(1).map(|(state, _)| *state).chain([end]);
    let mut way = Passage::new();
    for ((from, label), to) in walk.iter().zip(targets) {
        let (before, after) = (snapshot_of(graph, *from), snapshot_of(graph, to));
        let has_label = |world: &UnboundedWorld, step| label_of(world, before, step) == *label;
        way.extend(world.step_between(before, after, has_label).map(|step| (before, step)));
    }
    way
}
