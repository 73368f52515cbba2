//! A cell that is opened: the shortest given programs that show each harm, and the trace.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::ends::tls::Tls;
use crate::judgement::outcome::Harm;
use crate::judgement::properties::{REJECTION_IS_TOLD, TRANSPARENT};
use crate::judgement::transparency::{Baseline, Run};
use crate::map::cell::{MapCell, harms};
use crate::map::harm::{HarmKind, SideHarm};
use crate::opposite::finding::{Instance, unexcused};
use crate::opposite::survey::OpposeError;
use crate::report::sequence::Sequence;
use crate::runs::heals::is_noticed;
use crate::search::bounds::Scenario;
use crate::search::explore::{Effort, Trace, Verdict, has_traces, shortest_trace};
use crate::search::profile::{Profile, endpoints_of};
use crate::search::scenario::{Baselines, Checked, check_against, system};
use crate::side::Both;

/// A harm, and what shows it.
#[derive(Clone, Debug)]
pub struct OpenedHarm {
    /// The harm, and who suffers it.
    pub harm: SideHarm,
    /// The shortest given programs that show it, with the queues and all else.
    pub scenario: Scenario,
    /// The shortest trace to it; nothing where none shows it.
    pub trace: Option<Sequence>,
}

/// Finds what shows each harm of a cell.
///
/// # Errors
///
/// If a scenario is out of bounds, which none of these is.
pub fn opened(cell: &MapCell, profiles: &Both<Profile>) -> Result<Vec<OpenedHarm>, OpposeError> {
    let mut all = Vec::new();
    for (harm, instance) in &cell.harms {
        if let Some((scenario, shown)) = shortest_programs(*harm, instance, profiles)? {
            all.push(OpenedHarm { harm: *harm, scenario, trace: shown.trace_to(*harm)? });
        }
    }
    Ok(all)
}

/// The shortest given programs that show a harm of an instance; nothing if none does.
///
/// # Errors
///
/// If a scenario is out of bounds, which none of these is.
pub fn example(
    harm: SideHarm,
    instance: &Instance,
    profiles: &Both<Profile>,
) -> Result<Option<Scenario>, OpposeError> {
    Ok(shortest_programs(harm, instance, profiles)?.map(|(scenario, _)| scenario))
}

/// The shortest given programs among those that begin like an instance.
fn shortest_programs(
    harm: SideHarm,
    instance: &Instance,
    profiles: &Both<Profile>,
) -> Result<Option<(Scenario, Shown)>, OpposeError> {
    for scenario in instance.scenarios() {
        let shown = Shown::of(&scenario, profiles)?;
        if harms(&shown.checked, &shown.baseline).contains_key(&harm) {
            return Ok(Some((scenario, shown)));
        }
    }
    Ok(None)
}

/// Given programs, explored.
struct Shown {
    baseline: Arc<Baseline>,
    ends: Both<Tls>,
    checked: Checked<Tls>,
}

impl Shown {
    fn of(scenario: &Scenario, profiles: &Both<Profile>) -> Result<Self, OpposeError> {
        let effort = Effort::default();
        let baseline = Baselines::default().of(scenario, &effort, &mut |_| ())?;
        let ends = endpoints_of(scenario, profiles);
        let checked = check_against(scenario, ends, &baseline, &effort, &mut |_| ())?;
        Ok(Self { baseline, ends, checked })
    }

    /// The shortest trace that ends in this harm.
    fn trace_to(&self, harm: SideHarm) -> Result<Option<Sequence>, OpposeError> {
        let is_rejection = self.checked.scenario.client_certificate.rejecting_side().is_some();
        let found = match (harm.kind, is_rejection) {
            (_, true) => self.trace(&self.baseline, REJECTION_IS_TOLD)?,
            (HarmKind::NoGoodRun, false) => None,
            (HarmKind::Later, false) => {
                let fails = |(name, verdict): &&(&'static str, Verdict)| {
                    *verdict == Verdict::Fails && is_noticed(name) && has_traces(name)
                };
                match self.checked.verdicts.iter().find(fails) {
                    Some((property, _)) => self.trace(&self.baseline, property)?,
                    None => None,
                }
            }
            (_, false) => {
                let first = self.trace(&self.baseline, TRANSPARENT)?;
                match first.filter(|trace| self.shows(trace, harm)) {
                    None => self.trace(&self.excusing_all_but(harm), TRANSPARENT)?,
                    found => found,
                }
            }
        };
        let Some(trace) = found.filter(|trace| self.shows(trace, harm)) else { return Ok(None) };
        let pair = system(&self.checked.scenario, self.ends, &self.baseline)?.pair;
        Ok(Some(Sequence::of(&pair, &trace)))
    }

    fn trace(
        &self,
        baseline: &Arc<Baseline>,
        property: &'static str,
    ) -> Result<Option<Trace<Tls>>, OpposeError> {
        Ok(shortest_trace(system(&self.checked.scenario, self.ends, baseline)?, property))
    }

    /// Whether a trace ends in this harm.
    fn shows(&self, trace: &Trace<Tls>, harm: SideHarm) -> bool {
        let Some((last, _)) = trace.last() else { return false };
        if self.checked.scenario.client_certificate.rejecting_side().is_some() {
            return (last.harm() == Some(Harm::Stuck)) == (harm.kind == HarmKind::Hang);
        }
        harm.kind.severity().is_none_or(|_| self.has(&last.run(), harm))
    }

    /// Whether a run has this harm.
    fn has(&self, run: &Run, harm: SideHarm) -> bool {
        let suffered = unexcused(run, &self.baseline).into_iter();
        suffered
            .map(|(side, severity)| SideHarm { kind: HarmKind::of(severity), side })
            .any(|other| other == harm)
    }

    /// What excuses every run without this harm, and none with it.
    fn excusing_all_but(&self, harm: SideHarm) -> Arc<Baseline> {
        let programs = self.checked.scenario.programs;
        let (with, mut without): (BTreeSet<Run>, BTreeSet<Run>) = self
            .checked
            .exploration
            .observations
            .runs()
            .into_iter()
            .partition(|run| self.has(run, harm));
        // A run excuses every run that goes wrong no worse and no earlier. So a run that would
        // excuse one with this harm is left out.
        without.retain(|run| {
            let alone = Baseline::new(programs, BTreeSet::new(), &BTreeSet::from([*run]));
            !with.iter().any(|wanted| unexcused(wanted, &alone).is_empty())
        });
        Arc::new(Baseline::new(programs, BTreeSet::new(), &without))
    }
}
