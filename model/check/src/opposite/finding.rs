//! Findings about a connection, one end of which is ours.

use std::collections::BTreeMap;
use std::fmt;

use crate::judgement::outcome::{FirstBad, Harms, Severity};
use crate::judgement::transparency::{Baseline, Closeness, Run, SideHarms};
use crate::programs::{Programs, SideCalls};
use crate::search::bounds::Scenario;
use crate::search::scenario::Checked;
use crate::side::{Both, Side};

/// Whose end it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Whose {
    /// Ours.
    Ours,
    /// The peer's.
    Peers,
}

/// Something that TLS does, and plain TCP does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Unexcused {
    /// The first bad result of an end is so bad, and no run of plain TCP excuses that.
    Harm(Whose, Severity),
    /// Programs with which plain TCP can end with every call ok, and TLS cannot.
    GoodRunLost,
}

impl fmt::Display for Unexcused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Self::GoodRunLost => "no run is good, where one over TCP is",
            Self::Harm(whose, severity) => match (whose, severity) {
                (Whose::Ours, Severity::Never) => "a call of ours never returns",
                (Whose::Ours, Severity::Lost) => "ours loses what was sent to it",
                (Whose::Ours, Severity::Broken) => "ours is told of a reset or an error",
                (Whose::Ours, Severity::End | Severity::Ok) => "ours finds an end",
                (Whose::Peers, Severity::Never) => "a call of the peer never returns",
                (Whose::Peers, Severity::Lost) => "the peer loses what was sent to it",
                (Whose::Peers, Severity::Broken) => "the peer is told of a reset or an error",
                (Whose::Peers, Severity::End | Severity::Ok) => "the peer finds an end",
            },
        };
        formatter.pad(text)
    }
}

/// Where something was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instance {
    /// The scenario.
    pub scenario: Scenario,
    /// The calls that were begun.
    pub calls: Both<SideCalls>,
}

/// The findings, each with the instance in which it was found.
pub type Found = BTreeMap<Unexcused, Instance>;

/// The findings of an exploration where `ours` is our side.
pub fn findings<E>(ours: Side, checked: &Checked<E>, baseline: &Baseline) -> Found {
    let mut findings = Found::new();
    let mut add = |finding, calls| {
        keep(&mut findings, finding, Instance { scenario: checked.scenario, calls });
    };
    for run in checked.exploration.observations.runs() {
        for (side, severity) in unexcused(&run, baseline) {
            let whose = if side == ours { Whose::Ours } else { Whose::Peers };
            add(Unexcused::Harm(whose, severity), run.calls);
        }
    }
    for calls in &checked.lost_good_runs {
        add(Unexcused::GoodRunLost, *calls);
    }
    findings
}

/// The sides of a run that have a bad result without an excuse. Where plain TCP excuses each side
/// alone and not both together, both have one.
pub fn unexcused(run: &Run, baseline: &Baseline) -> Vec<(Side, Severity)> {
    if baseline.excuses(run, Closeness::FirstBad) {
        return Vec::new();
    }
    let alone = |side: Side| {
        let mut harms = Both::default();
        *harms.of_mut(side) = *run.harms.of(side);
        Run { harms, ..*run }
    };
    let harmed = |side: &Side| !baseline.excuses(&alone(*side), Closeness::FirstBad);
    let mut sides: Vec<Side> = Side::ALL.into_iter().filter(harmed).collect();
    if sides.is_empty() {
        sides.extend(Side::ALL);
    }
    let worst = |side: Side| Some((side, worst(run.harms.of(side))?));
    sides.into_iter().filter_map(worst).collect()
}

/// The worst first bad result of the callers of a side.
fn worst(harms: &SideHarms) -> Option<Severity> {
    harms.iter().filter_map(Harms::first_bad).map(|FirstBad { severity, .. }| severity).max()
}

/// The findings of all of these, each in the instance that takes the fewest calls.
pub fn joined(findings: impl IntoIterator<Item = Found>) -> Found {
    let mut all = Found::new();
    for (finding, instance) in findings.into_iter().flatten() {
        keep(&mut all, finding, instance);
    }
    all
}

/// Keeps an instance, unless another is known that takes fewer calls.
pub fn keep<F: Ord>(found: &mut BTreeMap<F, Instance>, finding: F, instance: Instance) {
    let order = |instance: &Instance| (count(&instance.calls), *instance);
    let known = found.entry(finding).or_insert(instance);
    if order(&instance) < order(known) {
        *known = instance;
    }
}

/// How many calls there are, on both sides together.
fn count(calls: &Both<SideCalls>) -> u8 {
    let lists = Side::ALL.into_iter().flat_map(|side| calls.of(side).iter());
    lists.map(|calls| calls.length()).sum()
}

impl Instance {
    /// The scenarios of two given programs that begin with these calls, the shortest first.
    pub fn scenarios(&self) -> Vec<Scenario> {
        let programs = self.scenario.programs;
        let of = |side: Side| programs.completions(side, *self.calls.of(side));
        let mut given: Vec<Both<SideCalls>> = of(Side::Client)
            .into_iter()
            .flat_map(|client| {
                of(Side::Server).into_iter().map(move |server| Both { client, server })
            })
            .collect();
        given.sort_by_key(|calls| (count(calls), *calls));
        let scenario = |calls: Both<SideCalls>| Scenario {
            programs: Programs::Fixed(programs.of_calls(calls)),
            ..self.scenario
        };
        given.into_iter().map(scenario).collect()
    }
}
