//! One client opposite one server: what TLS adds in all of the scenarios.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::ends::tls::Tls;
use crate::judgement::observe::Observations;
use crate::judgement::outcome::{Harm, Harms};
use crate::judgement::transparency::Baseline;
use crate::map::harm::{HarmKind, SideHarm};
use crate::map::reach::HarmReach;
use crate::opposite::finding::{Instance, Unexcused, Whose, findings, keep};
use crate::opposite::survey::{Arena, OpposeError};
use crate::programs::SideCalls;
use crate::runs::heals::is_noticed;
use crate::search::bounds::Scenario;
use crate::search::explore::{Effort, Verdict};
use crate::search::profile::{Profile, endpoints_of};
use crate::search::scenario::{Checked, check_against};
use crate::side::{Both, Side};

/// The harms that TLS adds, each with the instance that takes the fewest calls.
pub type HarmsFound = BTreeMap<SideHarm, Instance>;

/// What came of two policies.
#[derive(Clone, Debug, Default)]
pub struct MapCell {
    /// What TLS adds.
    pub harms: HarmsFound,
    /// In how many pairs of programs TLS adds them.
    pub reach: HarmReach,
    /// The verdict on each property over all scenarios, in the order of reports.
    pub verdicts: Vec<(&'static str, Verdict)>,
    /// Snapshots that were explored.
    pub states: usize,
    /// Whether everything was explored.
    pub complete: bool,
}

impl MapCell {
    /// Explores two policies in an arena.
    ///
    /// # Errors
    ///
    /// If a scenario is out of bounds.
    pub fn explored(
        arena: &Arena,
        profiles: &Both<Profile>,
        effort: &Effort,
    ) -> Result<Self, OpposeError> {
        let mut cell = Self { complete: true, ..Self::default() };
        for (scenario, baseline) in arena.scenarios() {
            let ends = endpoints_of(scenario, profiles);
            cell.add(&check_against(scenario, ends, baseline, effort, &mut |_| ())?, baseline);
        }
        Ok(cell)
    }

    fn add(&mut self, checked: &Checked<Tls>, baseline: &Arc<Baseline>) {
        self.states += checked.exploration.states;
        self.complete &= checked.exploration.complete;
        for (property, verdict) in &checked.verdicts {
            match self.verdicts.iter_mut().find(|(known, _)| known == property) {
                Some((_, known)) => *known = worse(*known, *verdict),
                None => self.verdicts.push((property, *verdict)),
            }
        }
        for (harm, instance) in harms(checked, baseline) {
            keep(&mut self.harms, harm, instance);
        }
        if checked.scenario.client_certificate.rejecting_side().is_none() {
            self.reach.add(checked, baseline);
        }
    }

    /// What a side suffers, the worst first.
    pub fn suffers(&self, side: Side) -> impl Iterator<Item = HarmKind> {
        self.harms.keys().filter(move |harm| harm.side == side).map(|harm| harm.kind)
    }

    /// Whether TLS adds nothing that programs notice, and all of it was explored.
    pub fn is_transparent(&self) -> bool {
        self.complete && self.harms.is_empty()
    }

    /// The properties that fail.
    pub fn failing(&self) -> impl Iterator<Item = &'static str> {
        self.verdicts
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Fails)
            .map(|(name, _)| *name)
    }
}

/// The worse of two verdicts.
fn worse(one: Verdict, other: Verdict) -> Verdict {
    let rank = |verdict: &Verdict| match verdict {
        Verdict::Holds => 0,
        Verdict::Unfinished => 1,
        Verdict::Fails => 2,
    };
    if rank(&one) < rank(&other) { other } else { one }
}

/// What TLS adds in one scenario.
pub fn harms(checked: &Checked<Tls>, baseline: &Baseline) -> HarmsFound {
    let mut found = match checked.scenario.client_certificate.rejecting_side() {
        Some(rejecting) => of_rejection(checked, rejecting),
        None => over_plain_tcp(checked, baseline),
    };
    let fails = |(name, verdict): &(&str, Verdict)| *verdict == Verdict::Fails && is_noticed(name);
    if found.is_empty() && checked.verdicts.iter().any(fails) {
        let instance = everywhere(&checked.scenario);
        found.extend(Side::ALL.map(|side| (SideHarm { kind: HarmKind::Later, side }, instance)));
    }
    found
}

/// An instance of any programs of a scenario: no call has begun on either side.
const fn everywhere(scenario: &Scenario) -> Instance {
    let calls = Both { client: SideCalls::NONE, server: SideCalls::NONE };
    Instance { scenario: *scenario, calls }
}

fn over_plain_tcp(checked: &Checked<Tls>, baseline: &Baseline) -> HarmsFound {
    let mut found = HarmsFound::new();
    for (finding, instance) in findings(Side::Client, checked, baseline) {
        let (kind, sides) = match finding {
            // A good run may yet be found where not everything was explored.
            Unexcused::GoodRunLost if !checked.exploration.complete => continue,
            Unexcused::GoodRunLost => (HarmKind::NoGoodRun, Side::ALL.to_vec()),
            Unexcused::Harm(Whose::Ours, severity) => (HarmKind::of(severity), vec![Side::Client]),
            Unexcused::Harm(Whose::Peers, severity) => (HarmKind::of(severity), vec![Side::Server]),
        };
        for side in sides {
            keep(&mut found, SideHarm { kind, side }, instance);
        }
    }
    found
}

/// What TLS adds where a certificate is rejected: calls that never return, and an owner of the
/// certificate who is not told by the alert.
fn of_rejection(checked: &Checked<Tls>, rejecting: Side) -> HarmsFound {
    let mut found = HarmsFound::new();
    let observations: &Observations = &checked.exploration.observations;
    for run in observations.runs() {
        let instance = Instance { scenario: checked.scenario, calls: run.calls };
        for side in Side::ALL {
            let waits = |harms: &Harms| !Harms::NONE.excuse_waits(harms);
            if run.harms.of(side).iter().any(waits) {
                keep(&mut found, SideHarm { kind: HarmKind::Hang, side }, instance);
            }
        }
    }
    let others = Harm::ALL.into_iter().filter(|harm| *harm != Harm::Stuck);
    if others.map(|harm| observations.harmed(harm)).any(|count| count > 0) {
        let harm = SideHarm { kind: HarmKind::LostAlert, side: rejecting.peer() };
        keep(&mut found, harm, everywhere(&checked.scenario));
    }
    found
}
