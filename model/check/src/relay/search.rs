//! The search through both connections of a relay: breadth-first over exact keys.
//!
//! A state is the numbers of two snapshots, one of each connection. The steps of a connection
//! depend on its snapshot alone, but for which calls begin; so they are taken once for each of its
//! snapshots, and not once for each state of the whole.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use hyaline_search::{BreadthFirst, Interned, Space, Stop, way_to};

use crate::judgement::outcome::{Harm, Harms, SideOutcome};
use crate::judgement::transparency::SideHarms;
use crate::programs::Callers;
use crate::programs::history::History;
use crate::relay::link::{Link, Links};
use crate::relay::world::{RelaySnapshot, RelayWorld, histories};
use crate::search::explore::{Effort, ExplorationProgress};
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;

/// How a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelayRun {
    /// What went wrong, for each caller at each end of both connections.
    harms: Links<Both<SideHarms>>,
    /// Whether at its end somebody makes no call on a connection on which something of theirs is
    /// unsent, which only a call would transmit. The library says so (`unsent`).
    owes: bool,
}

impl RelayRun {
    fn of<E: PairEndpoint>(last: &RelaySnapshot<E>) -> Self {
        let histories = histories(last);
        let of = |callers: &Callers<History>| callers.map(|history| Harms::of(&history));
        let harms = Links::from_links(|link| {
            let histories = histories.of(link);
            Both { client: of(&histories.client), server: of(&histories.server) }
        });
        let mut parties = Link::ALL.into_iter().flat_map(|link| {
            Side::ALL.map(|side| (side == link.relays_side(), last.of(link).parties.of(side)))
        });
        let owes = parties.any(
            |(is_relays, party)| {
                if is_relays { party.leaves_unsent() } else { party.rests_owing() }
            },
        );
        Self { harms, owes }
    }

    /// Whether somebody owes something, and makes no call that would transmit it.
    pub const fn owes(&self) -> bool {
        self.owes
    }

    fn lists(&self) -> impl Iterator<Item = &Harms> {
        let sides = Link::ALL.into_iter().flat_map(|link| Side::ALL.map(|side| (link, side)));
        sides.flat_map(|(link, side)| self.harms.of(link).of(side).iter())
    }

    /// Whether this run, over plain TCP, excuses one over TLS, at every end and for each severity.
    pub fn excuses(&self, tls: &Self) -> bool {
        self.lists().zip(tls.lists()).all(|(tcp, tls)| tcp.excuse_throughout(tls))
    }

    /// Whether a call never returns.
    pub fn hangs(&self) -> bool {
        self.lists().any(|harms| !Harms::NONE.excuse_waits(harms))
    }
}

/// How the runs end that went wrong alike.
#[derive(Clone, Debug)]
pub struct RelayEnd {
    /// The number of the first state that was found to end so.
    number: usize,
    /// What every end did and got in it.
    pub outcome: Links<Both<SideOutcome>>,
    /// The worst harm in it, and where that is; nothing if every call is ok.
    pub harm: Option<(Harm, Link, Side)>,
}

impl RelayEnd {
    /// The number of the first state that was found to end so: of a lower one the way is no longer.
    pub const fn number(&self) -> usize {
        self.number
    }

    fn of(number: usize, histories: &Links<Both<Callers<History>>>) -> Self {
        let outcome = Links::from_links(|link| {
            let of = histories.of(link);
            Both { client: SideOutcome::of(&of.client), server: SideOutcome::of(&of.server) }
        });
        let mut harm = None;
        // What happens to the client and the server counts before what happens to the relay.
        for (link, side) in [
            (Link::Downstream, Side::Client),
            (Link::Upstream, Side::Server),
            (Link::Downstream, Side::Server),
            (Link::Upstream, Side::Client),
        ] {
            for found in histories.of(link).of(side).iter().filter_map(Harm::of) {
                if harm.is_none_or(|(known, _, _)| found < known) {
                    harm = Some((found, link, side));
                }
            }
        }
        Self { number, outcome, harm }
    }
}

/// What an exploration found.
#[derive(Debug)]
pub struct RelayExploration {
    /// States of the whole.
    pub states: usize,
    /// Steps between them.
    pub edges: usize,
    /// Snapshots of each connection.
    pub snapshots: Links<usize>,
    /// Whether everything was explored.
    pub complete: bool,
    /// How runs end, by what went wrong in them.
    pub ends: BTreeMap<RelayRun, RelayEnd>,
    /// How long it took.
    pub elapsed: Duration,
}

/// A way from the first snapshot: each snapshot with the step that leaves it, the last with none.
pub type RelayTrace<E> = Vec<(RelaySnapshot<E>, Option<(Link, Step)>)>;

/// How many states are expanded between two looks at the clock.
const AT_ONCE: usize = 4096;

/// Explores breadth-first, with exact keys.
pub fn explore<E: PairEndpoint>(
    world: &RelayWorld<E>,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> RelayExploration {
    let begun = Instant::now();
    let mut exploring = Exploring::new(world);
    let mut search = BreadthFirst::from(exploring.first_key());
    let mut goes_on = Ok(true);
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
        goes_on = search.advance(&mut exploring, left.unwrap_or(AT_ONCE).min(AT_ONCE));
    }
    RelayExploration {
        states: search.states(),
        edges: search.edges(),
        snapshots: Links::from_links(|link| exploring.parts.of(link).snapshots.count()),
        complete: goes_on == Ok(false),
        ends: exploring.ends,
        elapsed: begun.elapsed(),
    }
}

/// A shortest way to an end that was found. The search is made once more to find it.
pub fn shortest_way<E: PairEndpoint>(world: &RelayWorld<E>, end: &RelayEnd) -> RelayTrace<E> {
    let mut exploring = Exploring::new(world);
    let way = way_to(&mut exploring, end.number).unwrap_or_default();
    let mut trace = Vec::new();
    for (place, key) in way.iter().enumerate() {
        let next = way.get(place + 1);
        let step = next.and_then(|next| exploring.step_between(*key, *next));
        trace.extend(exploring.snapshot(*key).map(|snapshot| (snapshot, step)));
    }
    trace
}

/// The same way with the steps of handshakes as early as they can be, so that they can be drawn as
/// one. The steps of each connection keep their order; that of steps on different connections
/// matters only to what a relay begins.
pub fn handshakes_first<E: PairEndpoint>(
    world: &RelayWorld<E>,
    trace: RelayTrace<E>,
) -> RelayTrace<E> {
    let mut left: Vec<(Link, Step)> = trace.into_iter().filter_map(|(_, step)| step).collect();
    let mut snapshot = world.first();
    let mut sorted = Vec::new();
    while !left.is_empty() {
        let is_next =
            |place: usize, link: Link| left.iter().position(|(on, _)| *on == link) == Some(place);
        let early = left.iter().enumerate().position(|(place, (link, step))| {
            is_next(place, *link)
                && world.is_handshake(&snapshot, *link, *step)
                && world.allows(&snapshot, *link, *step)
        });
        let (link, step) = left.remove(early.unwrap_or(0));
        sorted.push((snapshot.clone(), Some((link, step))));
        let mut logs = Both { client: (), server: () };
        world.pair(link).take(snapshot.of_mut(link), step, &mut logs);
    }
    sorted.push((snapshot, None));
    sorted
}

/// What was met of one connection.
struct Parts<E> {
    /// Its snapshots, by numbers.
    snapshots: Interned<Snapshot<E>>,
    /// For each snapshot whose steps were taken, all of them, and where they lead.
    moves: Vec<Option<Moves>>,
}

#[derive(Clone, Debug, Default)]
struct Moves {
    steps: Vec<Step>,
    targets: Vec<u32>,
}

impl<E: PairEndpoint> Parts<E> {
    fn new() -> Self {
        Self { snapshots: Interned::default(), moves: Vec::new() }
    }

    /// Takes all steps of a snapshot, if that was not done before.
    fn take_steps(&mut self, world: &RelayWorld<E>, link: Link, number: u32) -> Option<()> {
        let place = usize::try_from(number).ok()?;
        if self.moves.get(place).is_some_and(Option::is_some) {
            return Some(());
        }
        let pair = world.pair(link);
        let snapshot = self.snapshots.get(number)?.clone();
        let mut moves = Moves::default();
        pair.steps(&snapshot, &mut moves.steps);
        for step in &moves.steps {
            let mut next = snapshot.clone();
            pair.take(&mut next, *step, &mut Both { client: (), server: () });
            moves.targets.push(self.snapshots.number(next).0);
        }
        if self.moves.len() <= place {
            self.moves.resize(place + 1, None);
        }
        *self.moves.get_mut(place)? = Some(moves);
        Some(())
    }

    fn moves(&self, number: u32) -> Option<&Moves> {
        self.moves.get(usize::try_from(number).ok()?)?.as_ref()
    }
}

struct Exploring<'w, E: PairEndpoint> {
    world: &'w RelayWorld<E>,
    parts: Links<Parts<E>>,
    ends: BTreeMap<RelayRun, RelayEnd>,
    expanded: usize,
}

impl<'w, E: PairEndpoint> Exploring<'w, E> {
    fn new(world: &'w RelayWorld<E>) -> Self {
        let parts = Links::from_links(|_| Parts::new());
        Self { world, parts, ends: BTreeMap::new(), expanded: 0 }
    }

    fn first_key(&mut self) -> u64 {
        let Links { downstream, upstream } = self.world.first();
        let parts = &mut self.parts;
        let downstream = parts.downstream.snapshots.number(downstream).0;
        key_of(Links { downstream, upstream: parts.upstream.snapshots.number(upstream).0 })
    }

    /// The snapshot of a key.
    fn snapshot(&self, key: u64) -> Option<RelaySnapshot<E>> {
        let Links { downstream, upstream } = numbers_of(key);
        let Links { downstream: downstreams, upstream: upstreams } = &self.parts;
        let (downstream, upstream) =
            (downstreams.snapshots.get(downstream)?, upstreams.snapshots.get(upstream)?);
        Some(Links { downstream: downstream.clone(), upstream: upstream.clone() })
    }

    /// The steps that leave a state, each with the key of the state to which it leads.
    fn steps(&mut self, key: u64) -> Option<Vec<((Link, Step), u64)>> {
        let numbers = numbers_of(key);
        for link in Link::ALL {
            self.parts.of_mut(link).take_steps(self.world, link, *numbers.of(link))?;
        }
        let Links { downstream, upstream } = &self.parts;
        let snapshots = Links {
            downstream: downstream.snapshots.get(numbers.downstream)?,
            upstream: upstream.snapshots.get(numbers.upstream)?,
        };
        let moves = Links {
            downstream: downstream.moves(numbers.downstream)?,
            upstream: upstream.moves(numbers.upstream)?,
        };
        let steps = Links {
            downstream: moves.downstream.steps.as_slice(),
            upstream: &moves.upstream.steps,
        };
        let enabled = self.world.enabled(snapshots, steps).into_iter();
        let led = enabled.map(|(link, place)| {
            let mut next = numbers;
            *next.of_mut(link) = *moves.of(link).targets.get(place)?;
            Some(((link, *steps.of(link).get(place)?), key_of(next)))
        });
        led.collect()
    }

    fn step_between(&mut self, from: u64, to: u64) -> Option<(Link, Step)> {
        let steps = self.steps(from)?;
        steps.into_iter().find(|(_, key)| *key == to).map(|(step, _)| step)
    }
}

impl<E: PairEndpoint> Space for Exploring<'_, E> {
    fn first(&mut self) -> Result<u64, Stop> {
        Ok(self.first_key())
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
        let steps = self.steps(key).ok_or(Stop::Outgrown)?;
        if steps.is_empty() {
            let last = self.snapshot(key).ok_or(Stop::Outgrown)?;
            let end = self.ends.entry(RelayRun::of(&last));
            end.or_insert_with(|| RelayEnd::of(self.expanded, &histories(&last)));
        }
        self.expanded += 1;
        successors.extend(steps.into_iter().map(|(_, key)| key));
        Ok(())
    }
}

/// Snapshots are numbered from 0, and fewer than 2³² of them.
fn key_of(numbers: Links<u32>) -> u64 {
    u64::from(numbers.downstream) << u32::BITS | u64::from(numbers.upstream)
}

fn numbers_of(key: u64) -> Links<u32> {
    let half = |value: u64| u32::try_from(value & u64::from(u32::MAX)).unwrap_or_default();
    Links { downstream: half(key >> u32::BITS), upstream: half(key) }
}
