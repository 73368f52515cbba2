//! Runs that go round for ever, and which of them are fair.
//!
//! A run that has no end passes, from some snapshot on, only through snapshots and steps of one
//! strongly connected part of the graph. So each part that a fair run can have is looked for: first
//! the components, then, where a component is not fair as it stands, the components of what is left
//! of it without the steps that no fair run takes again and again.

use hyaline_search::{Components, Graph};

use crate::programs::Caller;
use crate::side::Side;
use crate::unbounded::cycles::{Happening, Happenings, forced};
use crate::unbounded::snapshot::UnboundedSnapshot;
use crate::unbounded::world::UnboundedWorld;

/// What is assumed of runs that have no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fairness {
    /// What has to happen from some snapshot on happens: each kind of step, at each side, by
    /// itself (weak fairness, or justice).
    Weak,
    /// Besides, a side that calls again and again uses the transport again and again: it transmits
    /// or receives in some of its calls without end, and does either one again and again if it has
    /// to again and again (strong fairness, or compassion). A program that only makes calls that
    /// return at once does not keep this, nor does a side whose calls never receive since each of
    /// them is done before.
    Strong,
}

/// A part of the graph in which a fair run can go round.
#[derive(Clone, Debug)]
pub struct FairPart {
    /// Its snapshots, by their numbers in the graph.
    pub states: Vec<u32>,
    /// What may happen in it.
    pub allowed: Happenings,
}

/// The kinds of steps of which each is to happen if it has to from some snapshot on.
pub fn kinds() -> impl Iterator<Item = Happenings> {
    use Happening::{Begin, Block, Deliver, Expire, GiveUp, Mail, Receive, Transmit};
    let kinds: [&[Happening]; 9] = [
        &[Begin(Caller::Whole)],
        &[Begin(Caller::Reader)],
        &[Begin(Caller::Writer)],
        &[Mail],
        &[Block, Transmit(false), Transmit(true)],
        &[Deliver(false), Deliver(true)],
        &[Receive(false), Receive(true)],
        &[GiveUp],
        &[Expire],
    ];
    Side::ALL
        .into_iter()
        .flat_map(move |side| kinds.into_iter().map(move |kind| Happenings::at(side, kind)))
}

/// For each direction of data, what cannot happen again and again without the other: a queue gives
/// no more than was put into it, and holds no more than it has room for.
fn conserved() -> impl Iterator<Item = (Happenings, Happenings)> {
    use Happening::{Deliver, Receive, Transmit};
    Side::ALL.into_iter().flat_map(|side| {
        let sent = Happenings::at(side, &[Transmit(true)]);
        let arrived = Happenings::at(side, &[Deliver(true)]);
        let received = Happenings::at(side.peer(), &[Receive(true)]);
        [(received, sent), (arrived, sent), (sent, received), (arrived, received)]
    })
}

/// The kinds of steps by which a record moves on. Where a receive queue has room for nothing, one
/// arrives only while its side receives.
fn transfers() -> impl Iterator<Item = Happenings> {
    use Happening::{Deliver, Receive, Transmit};
    let kinds = [
        [Transmit(false), Transmit(true)],
        [Deliver(false), Deliver(true)],
        [Receive(false), Receive(true)],
    ];
    Side::ALL.into_iter().flat_map(move |side| kinds.map(|kind| Happenings::at(side, &kind)))
}

/// For each side: its calls do not begin again and again unless it uses the transport again and
/// again.
fn used() -> impl Iterator<Item = (Happenings, Happenings)> {
    use Happening::{Begin, Receive, Transmit};
    Side::ALL.into_iter().map(|side| {
        let begun = Caller::ALL.map(Begin);
        let used = [Transmit(false), Transmit(true), Receive(false), Receive(true)];
        (Happenings::at(side, &begun), Happenings::at(side, &used))
    })
}

impl Fairness {
    /// What cannot happen again and again without another.
    pub fn pairs(self) -> impl Iterator<Item = (Happenings, Happenings)> {
        conserved().chain(used().filter(move |_| self == Self::Strong))
    }

    /// The kinds of steps that happen again and again if they have to again and again.
    pub fn transfers(self) -> impl Iterator<Item = Happenings> {
        transfers().filter(move |_| self == Self::Strong)
    }
}

/// What is known of a strongly connected part.
struct Known {
    /// What happens in it.
    taken: Happenings,
    /// What has to happen in each of its snapshots.
    always: Happenings,
    /// What has to happen in some of them.
    sometimes: Happenings,
}

/// Looks for fair parts.
pub struct Fair<'g> {
    graph: &'g Graph,
    world: &'g UnboundedWorld,
    fairness: Fairness,
    components: Components,
    /// For each state, the last part that it was put into.
    part_of: Vec<u32>,
    parts: u32,
}

impl<'g> Fair<'g> {
    /// Looks in this graph of this world.
    pub fn new(graph: &'g Graph, world: &'g UnboundedWorld, fairness: Fairness) -> Self {
        let states = graph.states();
        let (components, part_of) = (Components::new(states), vec![0; states]);
        Self { graph, world, fairness, components, part_of, parts: 0 }
    }

    /// The graph in which it looks.
    pub const fn graph(&self) -> &'g Graph {
        self.graph
    }

    /// The world whose graph it is.
    pub const fn world(&self) -> &'g UnboundedWorld {
        self.world
    }

    /// The fairness that is assumed.
    pub const fn fairness(&self) -> Fairness {
        self.fairness
    }

    /// The parts in which a fair run can go round without leaving these states.
    pub fn parts(&mut self, states: Vec<u32>) -> Vec<FairPart> {
        let mut waiting = vec![FairPart { states, allowed: Happenings::ALL }];
        let mut found = Vec::new();
        while let Some(part) = waiting.pop() {
            for states in self.components_of(&part) {
                let component = FairPart { states, allowed: part.allowed };
                match self.without_the_unfair(&component) {
                    Some(None) => found.push(component),
                    Some(Some(less)) => waiting.push(less),
                    None => {}
                }
            }
        }
        found
    }

    /// Puts these states into a part of their own, and returns its number.
    fn mark(&mut self, states: &[u32]) -> u32 {
        self.parts += 1;
        for state in states {
            if let Some(of) = place(*state).and_then(|at| self.part_of.get_mut(at)) {
                *of = self.parts;
            }
        }
        self.parts
    }

    /// The components of a part by what may happen in it.
    fn components_of(&mut self, part: &FairPart) -> Vec<Vec<u32>> {
        let number = self.mark(&part.states);
        let part_of = &self.part_of;
        let is_in = |state| place(state).and_then(|at| part_of.get(at)) == Some(&number);
        let mut found = Vec::new();
        self.components.search(
            self.graph,
            part.states.iter().copied(),
            |_, label, to| part.allowed.meets(Happenings::of_label(label)) && is_in(to),
            |component| found.push(component.to_vec()),
        );
        found
    }

    /// A component without what no fair run has again and again; `Some(None)` if it is fair as it
    /// stands, and `None` if no part of it is.
    fn without_the_unfair(&mut self, component: &FairPart) -> Option<Option<FairPart>> {
        let known = self.known_of(component);
        let lacks = |(effect, cause): &(Happenings, Happenings)| {
            known.taken.meets(*effect) && !known.taken.meets(*cause)
        };
        let dropped =
            self.fairness.pairs().filter(lacks).fold(Happenings::NONE, |all, one| all.or(one.0));
        if dropped != Happenings::NONE {
            let allowed = component.allowed.without(dropped);
            return Some(Some(FairPart { states: component.states.clone(), allowed }));
        }
        if kinds().any(|kind| known.always.meets(kind) && !known.taken.meets(kind)) {
            return None;
        }
        let put_off = self
            .fairness
            .transfers()
            .filter(|kind| known.sometimes.meets(*kind) && !known.taken.meets(*kind))
            .fold(Happenings::NONE, Happenings::or);
        if put_off != Happenings::NONE {
            let stays =
                |state: &u32| !forced(self.world, snapshot_of(self.graph, *state)).meets(put_off);
            let states = component.states.iter().copied().filter(stays).collect();
            return Some(Some(FairPart { states, allowed: component.allowed }));
        }
        Some(None)
    }

    fn known_of(&mut self, component: &FairPart) -> Known {
        let number = self.mark(&component.states);
        let mut known =
            Known { taken: Happenings::NONE, always: Happenings::ALL, sometimes: Happenings::NONE };
        for state in &component.states {
            let forced = forced(self.world, snapshot_of(self.graph, *state));
            // A kind has to happen where one of its forms has to.
            let of_kinds =
                kinds().filter(|kind| forced.meets(*kind)).fold(Happenings::NONE, Happenings::or);
            known.always = known.always.and(of_kinds);
            known.sometimes = known.sometimes.or(forced);
            for (to, label) in self.graph.edges_of(*state) {
                let step = Happenings::of_label(label).and(component.allowed);
                if place(to).and_then(|at| self.part_of.get(at)) == Some(&number) {
                    known.taken = known.taken.or(step);
                }
            }
        }
        known
    }
}

/// The snapshot of a state of the graph.
pub fn snapshot_of(graph: &Graph, state: u32) -> UnboundedSnapshot {
    UnboundedSnapshot::of_key(graph.key(state).unwrap_or_default())
}

fn place(state: u32) -> Option<usize> {
    usize::try_from(state).ok()
}
