//! One scenario, checked: plain TCP first, then TLS against it.

use std::collections::BTreeSet;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use crate::ends::plain_tcp::PlainTcp;
use crate::judgement::observe::Observations;
use crate::judgement::outcome::{Harm, Outcome};
use crate::judgement::properties;
use crate::judgement::system::{Judgement, System};
use crate::judgement::transparency::Baseline;
use crate::programs::{Programs, SideCalls};
use crate::search::bounds::Scenario;
use crate::search::explore::{
    Effort, Exploration, ExplorationProgress, Trace, Verdict, explore, has_traces, shortest_trace,
};
use crate::side::Both;
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;
use crate::world::step::Timers;
use crate::world::tcp::{TcpConfig, Vanishing};

/// Why a scenario cannot be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScenarioError {
    /// A queue has more cells than a snapshot has places for.
    QueueTooLong,
    /// The send queues are to be longer than plain TCP's by more than they hold.
    QueueTooShort,
    /// A record is one or two cells.
    RecordCells,
    /// More than this many calls of each caller.
    TooManyCalls(u8),
    /// Plain TCP was not explored to the end, so that nothing can be compared with it.
    BaselineUnfinished,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let most = crate::world::cell::QUEUE_CELLS;
        match self {
            Self::QueueTooShort => {
                write!(
                    formatter,
                    "the send queues are to be longer than plain TCP's by more than they hold"
                )
            }
            Self::QueueTooLong => {
                write!(formatter, "a buffer holds at most {most} cells: records times their cells")
            }
            Self::RecordCells => write!(formatter, "a record is 1 or 2 cells"),
            Self::TooManyCalls(most) => {
                write!(
                    formatter,
                    "each caller of these programs has at most {most} calls plus close"
                )
            }
            Self::BaselineUnfinished => {
                write!(formatter, "plain TCP was not explored to the end: allow more states")
            }
        }
    }
}

impl std::error::Error for ScenarioError {}

/// Plain TCP, explored once for each transport and set of programs. It does not depend on
/// anything that TLS alone knows: tickets, certificates, timers.
#[derive(Debug, Default)]
pub struct Baselines {
    known: HashMap<(Programs, TcpConfig, u8), Arc<Baseline>>,
    /// Snapshots of plain TCP that were explored.
    pub states: usize,
}

impl Baselines {
    /// The baseline of a scenario.
    ///
    /// # Errors
    ///
    /// If the scenario is out of bounds or was not explored to the end.
    pub fn of(
        &mut self,
        scenario: &Scenario,
        effort: &Effort,
        progress: &mut dyn FnMut(ExplorationProgress),
    ) -> Result<Arc<Baseline>, ScenarioError> {
        checked(scenario)?;
        let scenario = &scenario.over_plain_tcp().ok_or(ScenarioError::QueueTooShort)?;
        let tcp = checked(scenario)?;
        let key = (scenario.programs, tcp, scenario.record_cells);
        if let Some(baseline) = self.known.get(&key) {
            return Ok(Arc::clone(baseline));
        }
        let exploration = explore(plain(scenario, tcp), effort, progress);
        let holds = |name: &&str| exploration.verdict(name) == Verdict::Holds;
        let named = properties::names(&Judgement::Record);
        if exploration.terminals == 0 || !named.iter().all(holds) {
            return Err(ScenarioError::BaselineUnfinished);
        }
        self.states += exploration.states;
        let observations = &exploration.observations;
        let baseline =
            Baseline::new(scenario.programs, observations.outcomes(), &observations.runs());
        let baseline = Arc::new(baseline);
        self.known.insert(key, Arc::clone(&baseline));
        Ok(baseline)
    }
}

/// The transport of a scenario that can be explored.
fn checked(scenario: &Scenario) -> Result<TcpConfig, ScenarioError> {
    if !(1..=2).contains(&scenario.record_cells) {
        return Err(ScenarioError::RecordCells);
    }
    if let Programs::Every(manners, calls) | Programs::EveryAtRest(manners, calls) =
        scenario.programs
    {
        let most = manners.client.calls_at_most().min(manners.server.calls_at_most());
        if calls > most {
            return Err(ScenarioError::TooManyCalls(most));
        }
    }
    scenario.tcp().ok_or(ScenarioError::QueueTooLong)
}

/// Plain TCP with the programs and queues of a scenario.
pub fn plain(scenario: &Scenario, tcp: TcpConfig) -> System<PlainTcp> {
    let end = PlainTcp::new(scenario.record_cells);
    let endpoints = Both { client: end, server: end };
    let pair = Pair::new(endpoints, tcp, scenario.programs, Timers::Quiescent);
    System { observations: observations(scenario), ..System::new(pair, Judgement::Record) }
}

/// Joint outcomes are kept where the programs are given: else there are too many.
fn observations(scenario: &Scenario) -> Arc<Observations> {
    Arc::new(match scenario.programs {
        Programs::Fixed(_) => Observations::with_outcomes(),
        Programs::Every(..) | Programs::EveryAtRest(..) => Observations::default(),
    })
}

/// What came of checking a scenario.
#[derive(Debug)]
pub struct Checked<E> {
    /// The scenario.
    pub scenario: Scenario,
    /// The exploration over TLS.
    pub exploration: Exploration<E>,
    /// The verdict on each property, in the order of reports.
    pub verdicts: Vec<(&'static str, Verdict)>,
    /// Programs with which plain TCP can end with every call ok, and TLS cannot.
    pub lost_good_runs: Vec<Both<SideCalls>>,
    /// The joint outcomes over plain TCP, where the programs are given.
    pub tcp_outcomes: BTreeSet<Outcome>,
    /// The joint outcomes over TLS, where the programs are given.
    pub tls_outcomes: BTreeSet<Outcome>,
}

impl<E> Checked<E> {
    /// Whether every property holds, and everything was explored.
    pub fn holds(&self) -> bool {
        self.verdicts.iter().all(|(_, verdict)| *verdict == Verdict::Holds)
    }

    /// The verdict on a property; `unfinished` if it was not asked.
    pub fn verdict(&self, property: &str) -> Verdict {
        let found = self.verdicts.iter().find(|(name, _)| *name == property);
        found.map_or(Verdict::Unfinished, |(_, verdict)| *verdict)
    }

    /// The kinds of harm that nothing excuses, each with the number of its terminal snapshots.
    pub fn harms(&self) -> Vec<(Harm, u64)> {
        let count = |harm| (harm, self.exploration.observations.harmed(harm));
        Harm::ALL.map(count).into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

/// Checks a scenario.
///
/// # Errors
///
/// If the scenario is out of bounds, or plain TCP was not explored to the end.
pub fn check<E: PairEndpoint>(
    scenario: &Scenario,
    endpoints: Both<E>,
    baselines: &mut Baselines,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<Checked<E>, ScenarioError> {
    let baseline = baselines.of(scenario, effort, progress)?;
    check_against(scenario, endpoints, &baseline, effort, progress)
}

/// Checks a scenario against what plain TCP was found to do.
///
/// # Errors
///
/// If the scenario is out of bounds.
pub fn check_against<E: PairEndpoint>(
    scenario: &Scenario,
    endpoints: Both<E>,
    baseline: &Arc<Baseline>,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<Checked<E>, ScenarioError> {
    let system = system(scenario, endpoints, baseline)?;
    let judgement = system.judgement.clone();
    let exploration = explore(system, effort, progress);
    let lost_good_runs = lost_good_runs(&judgement, &exploration);
    let verdicts = properties::names(&judgement)
        .into_iter()
        .map(|name| {
            let verdict = match name {
                properties::GOOD_RUNS_SURVIVE => {
                    // A good run may yet be found where not everything was explored.
                    let lost = exploration.complete && !lost_good_runs.is_empty();
                    Verdict::of(lost, exploration.complete)
                }
                properties::ENDS => {
                    let endless = exploration.complete && exploration.terminals == 0;
                    Verdict::of(endless, exploration.complete)
                }
                name => exploration.verdict(name),
            };
            (name, verdict)
        })
        .collect();
    let tls_outcomes = exploration.observations.outcomes();
    Ok(Checked {
        scenario: *scenario,
        exploration,
        verdicts,
        lost_good_runs,
        tcp_outcomes: baseline.outcomes().clone(),
        tls_outcomes,
    })
}

/// The system that a scenario describes, to be explored.
///
/// # Errors
///
/// If the scenario is out of bounds.
pub fn system<E: PairEndpoint>(
    scenario: &Scenario,
    endpoints: Both<E>,
    baseline: &Arc<Baseline>,
) -> Result<System<E>, ScenarioError> {
    let judgement = match scenario.client_certificate.rejecting_side() {
        Some(side) => Judgement::Rejection(side),
        None => Judgement::Transparent {
            baseline: Arc::clone(baseline),
            vanishing: scenario.vanishing != Vanishing::Never,
        },
    };
    let tcp = checked(scenario)?;
    let pair = Pair::new(endpoints, tcp, scenario.programs, scenario.timers);
    Ok(System { observations: observations(scenario), ..System::new(pair, judgement) })
}

fn lost_good_runs<E>(judgement: &Judgement, exploration: &Exploration<E>) -> Vec<Both<SideCalls>> {
    let Judgement::Transparent { baseline, .. } = judgement else {
        return Vec::new();
    };
    let runs = exploration.observations.runs();
    let good: BTreeSet<_> =
        runs.into_iter().filter(|run| run.is_good()).map(|run| run.calls).collect();
    baseline.good_programs().filter(|calls| !good.contains(calls)).collect()
}

/// A shortest trace to the first property that fails, by whichever programs.
///
/// # Errors
///
/// If the scenario is out of bounds, or plain TCP was not explored to the end.
pub fn shortest<E: PairEndpoint>(
    checked: &Checked<E>,
    endpoints: Both<E>,
    baselines: &mut Baselines,
    effort: &Effort,
) -> Result<Option<(&'static str, Trace<E>)>, ScenarioError> {
    let failed = checked
        .verdicts
        .iter()
        .find(|(name, verdict)| *verdict == Verdict::Fails && has_traces(name));
    let Some((property, _)) = failed else {
        return Ok(None);
    };
    let baseline = baselines.of(&checked.scenario, effort, &mut |_| ())?;
    let system = system(&checked.scenario, endpoints, &baseline)?;
    Ok(shortest_trace(system, property).map(|trace| (*property, trace)))
}
