//! What happens in a step, as labels of the graph in which cycles are looked for.

use hyaline_search::{Graph, LabelledSpace, Stop};

use crate::programs::Caller;
use crate::side::Side;
use crate::unbounded::snapshot::UnboundedSnapshot;
use crate::unbounded::step::{Force, UnboundedStep};
use crate::unbounded::world::UnboundedWorld;

/// What happens in a step, but for its side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// A caller begins a call.
    Begin(Caller),
    /// Letters between the halves are delivered.
    Mail,
    /// The endpoint finds no room.
    Block,
    /// The endpoint transmits a record; whether of application data.
    Transmit(bool),
    /// What the side has sent arrives at the other; whether application data.
    Deliver(bool),
    /// The endpoint receives; whether application data.
    Receive(bool),
    /// The host vanishes.
    Vanish,
    /// TCP gives up.
    GiveUp,
    /// The budget of a close runs out.
    Expire,
}

impl Happening {
    /// All of them, in the order of their labels.
    pub const ALL: [Self; 14] = [
        Self::Begin(Caller::Whole),
        Self::Begin(Caller::Reader),
        Self::Begin(Caller::Writer),
        Self::Mail,
        Self::Block,
        Self::Transmit(false),
        Self::Transmit(true),
        Self::Deliver(false),
        Self::Deliver(true),
        Self::Receive(false),
        Self::Receive(true),
        Self::Vanish,
        Self::GiveUp,
        Self::Expire,
    ];
}

/// A set of happenings, each at a side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Happenings(u32);

impl Happenings {
    /// No happening.
    pub const NONE: Self = Self(0);

    /// Every happening.
    pub const ALL: Self = Self(u32::MAX);

    /// These, at this side.
    pub fn at(side: Side, happenings: &[Happening]) -> Self {
        Self(happenings.iter().fold(0, |bits, one| bits | 1 << label(side, *one)))
    }

    /// The one that has this label.
    pub const fn of_label(label: u8) -> Self {
        Self(1 << (label & 31))
    }

    /// Those of either set.
    #[must_use]
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Those of both sets.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Those that are not in the other set.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the sets have one in common.
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// The label of what happens at a side.
fn label(side: Side, happening: Happening) -> u8 {
    let kind = Happening::ALL.iter().position(|one| *one == happening).unwrap_or_default();
    2 * u8::try_from(kind).unwrap_or_default() + u8::from(side == Side::Server)
}

/// The label of a step that can happen.
pub fn label_of(world: &UnboundedWorld, snapshot: UnboundedSnapshot, step: UnboundedStep) -> u8 {
    let towards = |side: Side| world.directions(snapshot).map(|both| *both.of(side));
    match step {
        UnboundedStep::Begin(side, call) => {
            label(side, Happening::Begin(world.parts().place(side).programs.caller(side, call)))
        }
        UnboundedStep::DeliverMail(side) => label(side, Happening::Mail),
        UnboundedStep::Block(side) => label(side, Happening::Block),
        UnboundedStep::Vanish(side) => label(side, Happening::Vanish),
        UnboundedStep::GiveUp(side) => label(side, Happening::GiveUp),
        UnboundedStep::ExpireBudget(side) => label(side, Happening::Expire),
        UnboundedStep::Transmit(side) => {
            let is_data = world.view(snapshot, side).is_some_and(|view| view.first_is_data);
            label(side, Happening::Transmit(is_data))
        }
        UnboundedStep::Deliver(side, _) => {
            let is_data = towards(side).is_some_and(|direction| direction.sends_run);
            label(side, Happening::Deliver(is_data))
        }
        UnboundedStep::Receive(side, _) => {
            let is_data = towards(side.peer()).is_some_and(|direction| direction.receives_run);
            label(side, Happening::Receive(is_data))
        }
    }
}

/// What has to happen in a snapshot, in one way or another. A call that may begin counts.
pub fn forced(world: &UnboundedWorld, snapshot: UnboundedSnapshot) -> Happenings {
    let mut steps = Vec::new();
    world.steps(snapshot, &mut steps);
    let forced = steps.iter().filter(|(_, force)| *force > Force::May);
    forced.fold(Happenings::NONE, |all, (step, _)| {
        all.or(Happenings::of_label(label_of(world, snapshot, *step)))
    })
}

/// The world with labels. Behind a violation nothing is explored.
struct Labelled<'w>(&'w mut UnboundedWorld, Vec<(UnboundedStep, Force)>);

impl LabelledSpace for Labelled<'_> {
    fn first(&mut self) -> Result<u64, Stop> {
        self.0.first().key().ok_or(Stop::Outgrown)
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<(u64, u8)>) -> Result<(), Stop> {
        let Self(world, steps) = self;
        let snapshot = UnboundedSnapshot::of_key(key);
        steps.clear();
        world.steps(snapshot, steps);
        for (step, _) in steps {
            let mut next = snapshot;
            if world.take(&mut next, *step).is_none() {
                let label = label_of(world, snapshot, *step);
                successors.push((next.key().ok_or(Stop::Outgrown)?, label));
            }
        }
        Ok(())
    }
}

/// Every snapshot and every step, up to so many snapshots.
///
/// # Errors
///
/// If there are more.
pub fn graph_of(world: &mut UnboundedWorld, most: usize) -> Result<Graph, Stop> {
    Graph::of(&mut Labelled(world, Vec::new()), most)
}
