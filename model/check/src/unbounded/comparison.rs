//! The bounded check, edge by edge, against the one without bounds: whatever happens in queues of a
//! size happens in queues of any size too.

use std::collections::{HashSet, VecDeque};
use std::fmt;

use crate::ends::tls::Tls;
use crate::side::Both;
use crate::unbounded::abstraction::parts_of;
use crate::unbounded::snapshot::UnboundedSnapshot;
use crate::unbounded::step::{Force, UnboundedStep};
use crate::unbounded::wire::Rest;
use crate::unbounded::world::UnboundedWorld;
use crate::world::pair::Pair;
use crate::world::snapshot::Snapshot as Bounded;
use crate::world::step::Step as BoundedStep;

/// How much was compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Snapshots of the bounded world.
    pub snapshots: usize,
    /// Its edges: each has a counterpart.
    pub edges: usize,
    /// Snapshots in which no step of the bounded world is enabled: in each counterpart nothing has
    /// to happen.
    pub terminals: usize,
    /// Snapshots without bounds that stand for them.
    pub counterparts: usize,
}

/// What has no counterpart.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The snapshot of the bounded world.
    pub snapshot: Box<Bounded<Tls>>,
    /// The step that leaves it and has no counterpart; without one, nothing happens here any more,
    /// and in the counterpart something has to.
    pub step: Option<BoundedStep>,
}

impl fmt::Display for Difference {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.step {
            Some(step) => write!(formatter, "no counterpart: {step}"),
            None => write!(formatter, "something has to happen where nothing can"),
        }
    }
}

/// Explores the bounded world, and compares each of its edges and ends.
///
/// # Errors
///
/// The first edge or end without a counterpart.
pub fn compare(pair: &Pair<Tls>, world: &mut UnboundedWorld) -> Result<Compared, Difference> {
    let rejects = world.rejection().is_some();
    let first = pair.first();
    let mut known = HashSet::from([first]);
    let mut waiting = VecDeque::from([first]);
    let mut counterparts = HashSet::new();
    let mut compared = Compared::default();
    let (mut steps, mut next_steps) = (Vec::new(), Vec::new());
    while let Some(snapshot) = waiting.pop_front() {
        compared.snapshots += 1;
        let stands_for = |world: &mut UnboundedWorld, snapshot: &Bounded<Tls>| {
            let (parties, wire) = parts_of(snapshot, rejects);
            world.snapshot(parties, wire)
        };
        let counterpart = stands_for(world, &snapshot);
        counterparts.insert(counterpart);
        let difference = |step| Difference { snapshot: Box::new(snapshot), step };
        steps.clear();
        pair.steps(&snapshot, &mut steps);
        next_steps.clear();
        world.steps(counterpart, &mut next_steps);
        if steps.is_empty() {
            compared.terminals += 1;
            if next_steps.iter().any(|(_, force)| *force > Force::May) {
                return Err(difference(None));
            }
        }
        for step in &steps {
            compared.edges += 1;
            let mut next = snapshot;
            pair.take(&mut next, *step, &mut Both { client: (), server: () });
            let to = stands_for(world, &next);
            let words = words_for(*step);
            if !words.iter().any(|word| leads(world, counterpart, word, to)) {
                return Err(difference(Some(*step)));
            }
            if known.insert(next) {
                waiting.push_back(next);
            }
        }
    }
    compared.counterparts = counterparts.len();
    Ok(compared)
}

/// The ways in which a step of the bounded world can happen without bounds. Where a queue has room
/// for nothing, one step takes a record through several.
fn words_for(step: BoundedStep) -> Vec<Vec<UnboundedStep>> {
    let rests = [Rest::None, Rest::Some];
    match step {
        BoundedStep::Begin(side, call) => vec![vec![UnboundedStep::Begin(side, call)]],
        BoundedStep::Block(side) => vec![vec![UnboundedStep::Block(side)]],
        BoundedStep::DeliverMail(side) => vec![vec![UnboundedStep::DeliverMail(side)]],
        BoundedStep::Transmit(side) => {
            let through =
                |rest| vec![UnboundedStep::Transmit(side), UnboundedStep::Deliver(side, rest)];
            vec![vec![UnboundedStep::Transmit(side)], through(Rest::None), through(Rest::Some)]
        }
        BoundedStep::Deliver(side) => {
            // If the run goes on behind the record, and the receive queue ends with the same run,
            // the delivery changes nothing, and so is no step.
            let mut words = rests.map(|rest| vec![UnboundedStep::Deliver(side, rest)]).to_vec();
            words.push(Vec::new());
            words
        }
        BoundedStep::Receive(side) => {
            let peer = side.peer();
            let through = |first, second| {
                vec![UnboundedStep::Deliver(peer, first), UnboundedStep::Receive(side, second)]
            };
            let mut words = rests.map(|rest| vec![UnboundedStep::Receive(side, rest)]).to_vec();
            words.extend(rests.map(|rest| through(rest, Rest::None)));
            words.extend(rests.map(|rest| through(rest, Rest::Some)));
            words
        }
        BoundedStep::Vanish(side) => vec![vec![UnboundedStep::Vanish(side)]],
        BoundedStep::GiveUp(side) => vec![vec![UnboundedStep::GiveUp(side)]],
        BoundedStep::ExpireBudget(side) => vec![vec![UnboundedStep::ExpireBudget(side)]],
        BoundedStep::Exchange(side) => {
            let receive = UnboundedStep::Receive(side.peer(), Rest::None);
            vec![vec![
                UnboundedStep::Transmit(side),
                UnboundedStep::Deliver(side, Rest::None),
                receive,
            ]]
        }
        // Between two ends of ours nothing is reset, and no call is given up.
        BoundedStep::DeliverReset(_)
        | BoundedStep::PassDeadline(_)
        | BoundedStep::PassReadDeadline(_) => Vec::new(),
    }
}

/// Whether these steps, each of which has to be possible and without violation, lead there.
fn leads(
    world: &mut UnboundedWorld,
    from: UnboundedSnapshot,
    word: &[UnboundedStep],
    to: UnboundedSnapshot,
) -> bool {
    let mut at = from;
    let mut steps = Vec::new();
    for step in word {
        steps.clear();
        world.steps(at, &mut steps);
        let is_possible = steps.iter().any(|(possible, _)| possible == step);
        if !is_possible || world.take(&mut at, *step).is_some() {
            return false;
        }
    }
    at == to
}
