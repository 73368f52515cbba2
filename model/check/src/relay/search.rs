//! The search through both connections of a relay: breadth-first over exact keys.
//!
//! A state is the numbers of two snapshots, one of each connection. The steps of a connection
//! depend on its snapshot alone, but for which calls begin; so they are taken once for each of its
//! snapshots, and not once for each state of the whole.

use std::collections::BTreeMap;

use hyaline_search::{BreadthFirst, Interned, MissBound, Space, Stop, way_to};

use crate::judgement::outcome::{Harm, Harms};
use crate::judgement::transparency::SideHarms;
use crate::programs::calls::ProgramCall;
use crate::programs::history::History;
use crate::programs::{Caller, Callers};
use crate::relay::link::{Link, Links};
use crate::relay::world::{RelaySnapshot, RelayWorld, histories};
use crate::search::explore::{Effort, ExplorationProgress, search_through};
use crate::side::{Both, Side};
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;
use crate::world::snapshot::Snapshot;
use crate::world::step::Step;

/// How a run went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelayRun {
    /// What went wrong, for each caller at each end of both connections.
    harms: Links<Both<SideHarms>>,
    /// Whether at its end somebody makes no call on a connection on which something of theirs is
    /// unsent, which only a call would transmit. The library says so (`unsent`). What comes of it
    /// is not on that connection alone: a relay passes it on.
    is_owed: bool,
}

/// The ends of both connections. What happens to the client and to the server counts before what
/// happens to the relay.
pub const ENDS: [(Link, Side); 4] = [
    (Link::Downstream, Side::Client),
    (Link::Upstream, Side::Server),
    (Link::Downstream, Side::Server),
    (Link::Upstream, Side::Client),
];

impl RelayRun {
    fn of<E: PairEndpoint>(last: &RelaySnapshot<E>) -> Self {
        let histories = histories(last);
        let of = |link: Link, side: Side| {
            let callers = *histories.of(link).of(side);
            let is_open = side == link.relays_side() && !callers.whole.has_ended();
            callers
                .map(|history| Harms::of(&if is_open { never_goes_on(history) } else { history }))
        };
        let harms = Links::from_links(|link| Both {
            client: of(link, Side::Client),
            server: of(link, Side::Server),
        });
        let is_owed = Link::ALL.into_iter().any(|link| {
            let parties = &last.of(link).parties;
            parties.of(link.relays_side()).leaves_unsent()
                || parties.of(link.outer_side()).rests_owing()
        });
        Self { harms, is_owed }
    }

    /// What went wrong at an end.
    pub const fn harms(&self, link: Link, side: Side) -> &SideHarms {
        self.harms.of(link).of(side)
    }

    /// Whether something is owed.
    pub const fn is_owed(&self) -> bool {
        self.is_owed
    }

    /// Whether this run, over plain TCP, excuses one over TLS, at every end and for each severity.
    pub fn excuses(&self, tls: &Self) -> bool {
        ENDS.into_iter().all(|(link, side)| self.excuses_at(tls, link, side))
    }

    fn excuses_at(&self, tls: &Self, link: Link, side: Side) -> bool {
        let lists = self.harms(link, side).iter().zip(tls.harms(link, side).iter());
        lists.into_iter().all(|(tcp, tls)| tcp.excuse_throughout(tls))
    }

    /// Whether a call never returns.
    pub fn hangs(&self) -> bool {
        ENDS.into_iter().any(|(link, side)| self.harms(link, side).iter().any(waits))
    }
}

/// The calls of a relay on a connection that it never closes. Where its next call was not begun,
/// since its thread waits on the other connection, that call never returns either.
fn never_goes_on(mut history: History) -> History {
    if history.pending().is_none() && !history.has_ended() {
        history.begin(ProgramCall::Read);
    }
    history
}

/// Whether a call never returns.
fn waits(harms: &Harms) -> bool {
    !Harms::NONE.excuse_waits(harms)
}

/// A run of those that went wrong alike: the one whose end was found first.
#[derive(Clone, Copy, Debug)]
pub struct RelayEnd {
    /// The number of the state in which it ends, in the order in which states were found. The way
    /// to a state of a lower number is no longer.
    pub number: usize,
    /// What every end did and got.
    pub histories: Links<Both<Callers<History>>>,
}

impl RelayEnd {
    /// The worst that happens in it which no run of these, over plain TCP, has at the same place,
    /// and where; if each harm is found in some run, and all of them only in different ones, the
    /// worst of all.
    pub fn harm<'r>(
        &self,
        run: &RelayRun,
        tcp: impl Iterator<Item = &'r RelayRun> + Clone,
    ) -> Option<(Harm, Link, Side)> {
        let known = |excuses: &dyn Fn(&RelayRun) -> bool| tcp.clone().any(excuses);
        let (mut added, mut all) = (Vec::new(), Vec::new());
        for (link, side) in ENDS {
            let (callers, harms) = (self.histories.of(link).of(side), run.harms(link, side));
            for caller in Caller::ALL {
                let tls = harms.of(caller);
                let of = |tcp: &RelayRun| *tcp.harms(link, side).of(caller);
                if waits(tls) {
                    all.push((Harm::Stuck, link, side));
                    if !known(&|tcp| of(tcp).excuse_waits(tls)) {
                        added.push((Harm::Stuck, link, side));
                        continue;
                    }
                }
                let first = Harm::of(callers.of(caller)).map(|harm| (harm, link, side));
                all.extend(first);
                if !known(&|tcp| of(tcp).excuse_throughout(tls)) {
                    added.extend(first);
                }
            }
        }
        let worst =
            |harms: Vec<(Harm, Link, Side)>| harms.into_iter().min_by_key(|(harm, ..)| *harm);
        worst(added).or_else(|| worst(all))
    }
}

/// What an exploration found.
#[derive(Debug)]
pub struct RelayExploration {
    /// States of the whole.
    pub states: usize,
    /// Steps between them.
    pub edges: usize,
    /// Whether every state that was found was expanded too.
    pub complete: bool,
    /// How probable it is that a state was missed, where hashes stood for them.
    pub missed: Option<MissBound>,
    /// For each way in which runs go wrong, one of them.
    pub ends: BTreeMap<RelayRun, RelayEnd>,
}

/// A way from the first snapshot: each snapshot with the step that leaves it, the last with none.
pub type RelayTrace<E> = Vec<(RelaySnapshot<E>, Option<(Link, Step)>)>;

/// Explores breadth-first, with exact keys unless the effort has hashes in their place.
pub fn explore<E: PairEndpoint>(
    world: &RelayWorld<E>,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> RelayExploration {
    let mut exploring = Exploring::new(world);
    let searched = search_through(&mut exploring, effort, progress);
    RelayExploration {
        states: searched.states,
        edges: searched.edges,
        complete: searched.goes_on == Ok(false),
        missed: searched.missed,
        ends: exploring.ends,
    }
}

/// The nearest end of the runs that went wrong like this one, found with exact keys: what was found
/// by hashes is so confirmed, and has the number of an exact search.
pub fn confirmed<E: PairEndpoint>(world: &RelayWorld<E>, run: &RelayRun) -> Option<RelayEnd> {
    let mut exploring = Exploring::new(world);
    exploring.stops_at = Some(*run);
    let first = exploring.first_key();
    let ended = BreadthFirst::from(first).advance(&mut exploring, usize::MAX);
    (ended == Err(Stop::Found)).then(|| exploring.ends.get(run).copied()).flatten()
}

/// A shortest way to an end that was found with exact keys. The search is made once more for it.
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
    /// For each snapshot that was expanded, its steps, and where those lead that were taken. Most
    /// of the calls that may begin on a connection are no script's.
    moves: Vec<Option<Moves>>,
}

#[derive(Clone, Debug)]
struct Moves {
    steps: Vec<Step>,
    targets: Vec<Option<u32>>,
}

impl<E: PairEndpoint> Parts<E> {
    fn new() -> Self {
        Self { snapshots: Interned::default(), moves: Vec::new() }
    }

    /// Lists the steps of a snapshot, if that was not done before.
    fn list_steps(&mut self, pair: &Pair<E>, number: u32) -> Option<()> {
        let place = usize::try_from(number).ok()?;
        if self.moves(number).is_none() {
            let mut steps = Vec::new();
            pair.steps(self.snapshots.get(number)?, &mut steps);
            if self.moves.len() <= place {
                self.moves.resize(place + 1, None);
            }
            let targets = vec![None; steps.len()];
            *self.moves.get_mut(place)? = Some(Moves { steps, targets });
        }
        Some(())
    }

    fn moves(&self, number: u32) -> Option<&Moves> {
        self.moves.get(usize::try_from(number).ok()?)?.as_ref()
    }

    /// A step of a snapshot, by its place, and where it leads.
    fn take(&mut self, pair: &Pair<E>, number: u32, place: usize) -> Option<(Step, u32)> {
        let moves = self.moves(number)?;
        let (step, known) = (*moves.steps.get(place)?, *moves.targets.get(place)?);
        if let Some(target) = known {
            return Some((step, target));
        }
        let mut next = self.snapshots.get(number)?.clone();
        pair.take(&mut next, step, &mut Both { client: (), server: () });
        let target = self.snapshots.number(next).0;
        let moves = self.moves.get_mut(usize::try_from(number).ok()?)?.as_mut()?;
        *moves.targets.get_mut(place)? = Some(target);
        Some((step, target))
    }
}

struct Exploring<'w, E: PairEndpoint> {
    world: &'w RelayWorld<E>,
    parts: Links<Parts<E>>,
    ends: BTreeMap<RelayRun, RelayEnd>,
    expanded: usize,
    /// The search is to end with the first run that went wrong like this.
    stops_at: Option<RelayRun>,
}

impl<'w, E: PairEndpoint> Exploring<'w, E> {
    fn new(world: &'w RelayWorld<E>) -> Self {
        let parts = Links::from_links(|_| Parts::new());
        Self { world, parts, ends: BTreeMap::new(), expanded: 0, stops_at: None }
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
            let pair = self.world.pair(link);
            self.parts.of_mut(link).list_steps(pair, *numbers.of(link))?;
        }
        let Links { downstream, upstream } = &self.parts;
        let snapshots = Links {
            downstream: downstream.snapshots.get(numbers.downstream)?,
            upstream: upstream.snapshots.get(numbers.upstream)?,
        };
        let steps = Links {
            downstream: downstream.moves(numbers.downstream)?.steps.as_slice(),
            upstream: &upstream.moves(numbers.upstream)?.steps,
        };
        let enabled = self.world.enabled(snapshots, steps).into_iter();
        let led = enabled.map(|(link, place)| {
            let pair = self.world.pair(link);
            let (step, target) = self.parts.of_mut(link).take(pair, *numbers.of(link), place)?;
            let mut next = numbers;
            *next.of_mut(link) = target;
            Some(((link, step), key_of(next)))
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
            // A call that the relay's script has next, and that no connection offers, is a mistake
            // of the script, and no hang.
            let scripted = self.world.scripted(&last);
            let is_over = scripted == [None; 2];
            debug_assert!(is_over, "no connection offers {scripted:?}");
            if !is_over {
                return Err(Stop::Outgrown);
            }
            let (number, histories) = (self.expanded, histories(&last));
            let run = RelayRun::of(&last);
            self.ends.entry(run).or_insert(RelayEnd { number, histories });
            if self.stops_at == Some(run) {
                return Err(Stop::Found);
            }
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
