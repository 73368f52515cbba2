//! In how many pairs of programs a side suffers.

use std::collections::{BTreeMap, BTreeSet};

use crate::ends::tls::Tls;
use crate::judgement::transparency::{Baseline, Closeness, Run};
use crate::map::harm::{HarmKind, SideHarm};
use crate::opposite::finding::unexcused;
use crate::programs::SideCalls;
use crate::search::scenario::Checked;
use crate::side::{Both, Side};

/// Pairs of programs.
type Pairs = BTreeSet<Both<SideCalls>>;

/// In how many pairs of programs each harm is found, over all scenarios in which TLS is compared
/// with plain TCP.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HarmReach {
    /// In how many pairs each harm is found.
    pub by_harm: BTreeMap<SideHarm, usize>,
    /// In how many a side suffers anything.
    pub by_side: Both<usize>,
    /// How many pairs there are, each counted in each scenario.
    pub pairs: usize,
}

impl HarmReach {
    /// In how many of a hundred pairs this side suffers something, rounded up: 0 only where it
    /// suffers nothing in any pair.
    pub fn percent(&self, side: Side) -> usize {
        (self.by_side.of(side) * 100).div_ceil(self.pairs.max(1))
    }

    /// Adds a scenario.
    pub fn add(&mut self, checked: &Checked<Tls>, baseline: &Baseline) {
        let programs = checked.scenario.programs;
        let count = |side| programs.completions(side, SideCalls::NONE).len();
        self.pairs += count(Side::Client) * count(Side::Server);
        let found = harmed(checked, baseline);
        for side in Side::ALL {
            let of_side = found.iter().filter(|(harm, _)| harm.side == side);
            let all: BTreeSet<_> = of_side.flat_map(|(_, pairs)| pairs).collect();
            *self.by_side.of_mut(side) += all.len();
        }
        for (harm, pairs) in found {
            *self.by_harm.entry(harm).or_default() += pairs.len();
        }
    }
}

/// The pairs of programs in which each harm is found.
fn harmed(checked: &Checked<Tls>, baseline: &Baseline) -> BTreeMap<SideHarm, Pairs> {
    let mut found: BTreeMap<SideHarm, Pairs> = BTreeMap::new();
    let mut add = |kind, side, pair| {
        found.entry(SideHarm { kind, side }).or_default().insert(pair);
    };
    for run in checked.exploration.observations.runs() {
        if baseline.excuses(&run, Closeness::FirstBad) {
            continue;
        }
        // A stuck run is a run of every program that begins so. Plain TCP excuses it in some of
        // these.
        for calls in completions(checked, &run) {
            for (side, severity) in unexcused(&Run { calls, ..run }, baseline) {
                add(HarmKind::of(severity), side, calls);
            }
        }
    }
    if checked.exploration.complete {
        for calls in &checked.lost_good_runs {
            Side::ALL.into_iter().for_each(|side| add(HarmKind::NoGoodRun, side, *calls));
        }
    }
    found
}

/// The pairs of programs that a run can be one of.
fn completions(checked: &Checked<Tls>, run: &Run) -> Vec<Both<SideCalls>> {
    let programs = checked.scenario.programs;
    let of = |side: Side| programs.completions(side, *run.calls.of(side));
    let servers = of(Side::Server);
    let pairs = of(Side::Client)
        .into_iter()
        .flat_map(|client| servers.iter().map(move |server| Both { client, server: *server }));
    pairs.collect()
}
