//! Every order of steps, breadth first, so that what is found first is shortest.

use hyaline_search::{BreadthFirst, Graph, Interned, LabelledSpace, Space, Stop, way_to};

use crate::notation::Notation;
use crate::progress::{ExplorationProgress, Stopwatch};
use crate::protocol::{EventOf, Protocol};
use crate::snapshot::ProtocolSnapshot;
use crate::world::{Record, Step, World};

/// What is wrong at the end of a trace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// No step is left, and a call is not complete.
    Deadlock,
    /// Steps go on for ever, and behind so many steps of the trace (`stuck_from`) no way of taking
    /// them completes all calls. Those after `round_from` go round.
    Livelock { stuck_from: usize, round_from: usize },
    /// An invariant does not hold.
    Invariant(&'static str),
    /// The table makes a mistake.
    Fault(String),
}

/// One step of a trace, and what it led to.
pub(crate) struct Taken<P: Protocol> {
    pub(crate) step: Step<EventOf<P>>,
    pub(crate) record: Record<EventOf<P>>,
    pub(crate) after: ProtocolSnapshot<P::Table>,
}

/// What came of a search.
pub(crate) struct Explored<P: Protocol> {
    /// Snapshots that were found.
    pub(crate) states: usize,
    /// Steps that were taken.
    pub(crate) edges: usize,
    /// Whether everything was explored, up to what was found.
    pub(crate) is_complete: bool,
    /// What is wrong, or would be without an excuse, with the shortest trace that leads there.
    pub(crate) wrong: Option<(Wrong, Vec<Taken<P>>)>,
    /// For each row, whether it was taken.
    pub(crate) taken: Vec<bool>,
}

/// What a search makes of a deadlock or a livelock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hangs {
    /// It is wrong, and ends the search.
    Seek,
    /// The programs hang without the protocol too. The first one is told, with its trace, and the
    /// search goes on for what else may be wrong.
    Excuse,
    /// The same without the trace.
    Count,
}

/// How far a search goes, and what it looks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SearchEffort {
    /// At about so many snapshots it gives up.
    pub(crate) states_at_most: usize,
    pub(crate) hangs: Hangs,
}

/// How many snapshots are expanded between two looks at the clock.
const AT_ONCE: usize = 1 << 12;

/// Explores all runs of a world.
pub(crate) fn explore<P: Protocol>(
    world: &World<'_, P>,
    effort: SearchEffort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Explored<P> {
    let mut space = Snapshots {
        world,
        known: Interned::default(),
        taken: vec![false; P::Table::rows().len()],
        wrong: None,
        excuses: effort.hangs != Hangs::Seek,
        excused: None,
        expanded: 0,
    };
    let (first, _) = space.known.number(world.first());
    let mut search = BreadthFirst::from(u64::from(first));
    let begun = Stopwatch::started();
    let (mut ended, mut left) = (Ok(true), effort.states_at_most);
    while ended == Ok(true) && left > 0 {
        let before = search.expanded();
        ended = search.advance(&mut space, left.min(AT_ONCE));
        left = left.saturating_sub((search.expanded() - before).max(1));
        let (states, depth) = (search.states(), search.depth());
        progress(ExplorationProgress { states, depth, elapsed: begun.elapsed() });
    }
    let mut explored = Explored {
        states: search.states(),
        edges: search.edges(),
        is_complete: ended == Ok(false),
        wrong: None,
        taken: space.taken.clone(),
    };
    if let Some((wrong, step)) = space.wrong.take() {
        // The failure is in the state that the search was to expand next.
        let keys = way_to(&mut space, search.expanded()).unwrap_or_default();
        let mut trace = space.trace(&keys);
        if let Some(step) = step {
            let mut after = trace.last().map_or_else(|| world.first(), |taken| taken.after.clone());
            let record = world.take(&mut after, step);
            trace.push(Taken { step, record, after });
        }
        explored.wrong = Some((wrong, trace));
    } else if let Some(number) = space.excused {
        let keys = match effort.hangs {
            Hangs::Count => Vec::new(),
            Hangs::Seek | Hangs::Excuse => way_to(&mut space, number).unwrap_or_default(),
        };
        explored.wrong = Some((Wrong::Deadlock, space.trace(&keys)));
    } else if explored.is_complete {
        explored.wrong = space.livelock(search.states());
    }
    explored
}

/// The snapshots of a world, each once.
struct Snapshots<'w, 'p, P: Protocol> {
    world: &'w World<'p, P>,
    known: Interned<ProtocolSnapshot<P::Table>>,
    taken: Vec<bool>,
    /// What is wrong in the snapshot that is expanded, or with a step that leaves it.
    wrong: Option<(Wrong, Option<Step<EventOf<P>>>)>,
    /// Whether a deadlock is not wrong, since the programs hang without the protocol too.
    excuses: bool,
    /// The first snapshot with such a deadlock, by its number in the order of expansion.
    excused: Option<usize>,
    /// How many snapshots were expanded.
    expanded: usize,
}

impl<P: Protocol> Snapshots<'_, '_, P> {
    fn snapshot(&self, key: u64) -> ProtocolSnapshot<P::Table> {
        let number = u32::try_from(key).ok();
        let known = number.and_then(|number| self.known.get(number));
        known.cloned().unwrap_or_else(|| self.world.first())
    }

    /// The steps from one of these snapshots to the next.
    fn trace(&self, keys: &[u64]) -> Vec<Taken<P>> {
        let pairs = keys.windows(2).filter_map(|pair| match pair {
            [from, to] => Some((self.snapshot(*from), self.snapshot(*to))),
            _ => None,
        });
        pairs.filter_map(|(from, to)| self.step_between(&from, &to)).collect()
    }

    fn step_between(
        &self,
        from: &ProtocolSnapshot<P::Table>,
        to: &ProtocolSnapshot<P::Table>,
    ) -> Option<Taken<P>> {
        self.world.steps(from).into_iter().find_map(|step| {
            let mut after = from.clone();
            let record = self.world.take(&mut after, step);
            (after == *to).then_some(Taken { step, record, after })
        })
    }

    /// Looks for a snapshot from which no run comes to the ends of both programs: the nearest one,
    /// and from there on a run that goes round.
    fn livelock(&mut self, states: usize) -> Option<(Wrong, Vec<Taken<P>>)> {
        let graph = Graph::of(self, states).ok()?;
        let count = u32::try_from(graph.states()).ok()?;
        let mut sources: Vec<Vec<u32>> = vec![Vec::new(); graph.states()];
        for state in 0..count {
            for (target, _) in graph.edges_of(state) {
                sources.get_mut(usize::try_from(target).ok()?)?.push(state);
            }
        }
        let key = |state: u32| graph.key(state).unwrap_or_default();
        let mut ends: Vec<bool> =
            (0..count).map(|state| self.world.is_done(&self.snapshot(key(state)))).collect();
        let mut left: Vec<u32> = (0..count).filter(|state| is_set(&ends, *state)).collect();
        while let Some(state) = left.pop() {
            for source in sources.get(usize::try_from(state).ok()?)? {
                let place = ends.get_mut(usize::try_from(*source).ok()?)?;
                if !*place {
                    *place = true;
                    left.push(*source);
                }
            }
        }
        let stuck = (0..count).find(|state| !is_set(&ends, *state))?;
        // The first source of a state is the one from which it was found.
        let mut way = vec![stuck];
        while let Some(state) = way.last().filter(|state| **state != 0) {
            way.push(*sources.get(usize::try_from(*state).ok()?)?.first()?);
        }
        way.reverse();
        let stuck_from = way.len() - 1;
        let round_from = loop {
            let (next, _) = graph.edges_of(*way.last()?).next()?;
            let before = way.iter().skip(stuck_from).position(|state| *state == next);
            way.push(next);
            if let Some(place) = before {
                break stuck_from + place;
            }
        };
        let keys: Vec<u64> = way.into_iter().map(key).collect();
        Some((Wrong::Livelock { stuck_from, round_from }, self.trace(&keys)))
    }
}

fn is_set(places: &[bool], number: u32) -> bool {
    usize::try_from(number).ok().and_then(|place| places.get(place)).copied().unwrap_or_default()
}

impl<P: Protocol> Space for Snapshots<'_, '_, P> {
    fn first(&mut self) -> Result<u64, Stop> {
        Ok(u64::from(self.known.number(self.world.first()).0))
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
        let snapshot = self.snapshot(key);
        for invariant in P::INVARIANTS {
            if !(invariant.holds)(&snapshot) {
                self.wrong = Some((Wrong::Invariant(invariant.name), None));
                return Err(Stop::Found);
            }
        }
        let steps = self.world.steps(&snapshot);
        if steps.is_empty() && !self.world.is_done(&snapshot) {
            if !self.excuses {
                self.wrong = Some((Wrong::Deadlock, None));
                return Err(Stop::Found);
            }
            self.excused.get_or_insert(self.expanded);
        }
        for step in steps {
            let mut after = snapshot.clone();
            let record = self.world.take(&mut after, step);
            for row in &record.rows {
                if let Some(taken) = self.taken.get_mut(*row) {
                    *taken = true;
                }
            }
            if let Some(fault) = record.fault {
                self.wrong = Some((Wrong::Fault(fault), Some(step)));
                return Err(Stop::Found);
            }
            successors.push(u64::from(self.known.number(after).0));
        }
        self.expanded += 1;
        Ok(())
    }
}

impl<P: Protocol> LabelledSpace for Snapshots<'_, '_, P> {
    fn first(&mut self) -> Result<u64, Stop> {
        Space::first(self)
    }

    fn expand(&mut self, key: u64, successors: &mut Vec<(u64, u8)>) -> Result<(), Stop> {
        let mut keys = Vec::new();
        Space::expand(self, key, &mut keys)?;
        successors.extend(keys.into_iter().map(|key| (key, 0)));
        Ok(())
    }
}
