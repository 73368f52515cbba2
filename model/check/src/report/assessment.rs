//! The answer to a scenario: whose fault it is, why, and what heals it.

use std::collections::BTreeSet;
use std::sync::Arc;

use hyaline_search::MissBound;

use crate::ends::plain_tcp::PlainTcp;
use crate::ends::tls::Tls;
use crate::judgement::outcome::{Harm, Harms, NEVER_RETURNS, Outcome};
use crate::judgement::properties::{TRANSPARENT, TRANSPARENT_THROUGHOUT};
use crate::judgement::system::{Judgement, System};
use crate::judgement::transparency::{Baseline, Run};
use crate::report::because::{because, rule};
use crate::report::conclusion::Alternative;
pub use crate::report::conclusion::Conclusion;
use crate::report::hashes::with_bound;
use crate::report::sequence::Sequence;
use crate::runs::heals::{Heals, heals, is_noticed};
use crate::search::bounds::Scenario;
use crate::search::confirmed::check_and_confirm;
use crate::search::explore::{
    Effort, ExplorationProgress, Trace, Verdict, explore, shortest_trace,
};
use crate::search::profile::{Profile, endpoints_of};
use crate::search::scenario::{Baselines, Checked, ScenarioError, plain, shortest, system};
use crate::side::Both;
use crate::world::contract::PairEndpoint;
use crate::world::pair::Pair;
use crate::world::tcp::{TcpConfig, Vanishing};

/// Whose fault a hang is that plain TCP has, too.
const OWN_DEADLOCK: &str = "this is your programs' own deadlock";

/// The answer to a scenario.
#[derive(Debug)]
pub struct Assessment {
    /// Whose fault it is.
    pub conclusion: Conclusion,
    /// The same in words: the first line of the answer.
    pub headline: String,
    /// The property that fails, as the trace shows; where none has a trace, the first that fails.
    pub property: Option<&'static str>,
    /// What programs notice of it, as the trace shows it.
    pub harm: Option<Harm>,
    /// Why it comes so: sentences.
    pub explanation: Vec<String>,
    /// What would heal it, where that was asked.
    pub heals: Option<Heals>,
    /// The shortest trace, over TLS where TLS fails, and else over plain TCP.
    pub trace: Option<Sequence>,
    /// A word of each alternative, where the programs choose; all else is about the worst of them.
    pub alternatives: Vec<Alternative>,
    /// How probable it is that a snapshot was missed, in all alternatives together; nothing where
    /// the keys were exact.
    pub missed: Option<MissBound>,
    /// The exploration over TLS.
    pub checked: Checked<Tls>,
}

/// Explores a scenario, and finds the answer. What would heal it is asked only `with_heals`.
///
/// # Errors
///
/// If the scenario is out of bounds, or plain TCP was not explored to the end.
pub fn assess(
    scenario: &Scenario,
    profiles: &Both<Profile>,
    effort: &Effort,
    with_heals: bool,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<Assessment, ScenarioError> {
    let endpoints = endpoints_of(scenario, profiles);
    let mut baselines = Baselines::default();
    let mut assessment = assess_ends(scenario, endpoints, &mut baselines, effort, progress)?;
    if with_heals && assessment.conclusion == Conclusion::Fails {
        let found = heals(&assessment.checked, *profiles, &mut baselines, effort)?;
        assessment.heals = Some(found);
    }
    Ok(assessment)
}

/// Explores a scenario between ends that no profiles name, and finds the answer. What would heal it
/// is not asked.
///
/// # Errors
///
/// If the scenario is out of bounds, or plain TCP was not explored to the end.
pub fn assess_ends(
    scenario: &Scenario,
    endpoints: Both<Tls>,
    baselines: &mut Baselines,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<Assessment, ScenarioError> {
    // TLS is compared with all that plain TCP does, so plain TCP is always explored to the end.
    let complete = Effort { states_at_most: None, ..*effort };
    let baseline = baselines.of(scenario, &complete, progress)?;
    let checked = check_and_confirm(scenario, endpoints, &baseline, effort, progress)?;
    let conclusion = conclusion(&checked);
    let mut assessment = Assessment {
        conclusion,
        headline: String::new(),
        property: None,
        harm: None,
        explanation: Vec::new(),
        heals: None,
        trace: None,
        alternatives: Vec::new(),
        missed: checked.exploration.missed,
        checked,
    };
    match conclusion {
        Conclusion::Fails => assessment.explain_failure(endpoints, baselines, &complete)?,
        Conclusion::HangsOverTcp => assessment.explain_hang_over_tcp(&complete)?,
        Conclusion::Holds | Conclusion::Unfinished => {}
    }
    let line = assessment.first_line();
    assessment.headline = with_bound(&line, conclusion, assessment.missed);
    Ok(assessment)
}

/// One run of a scenario over TLS, to be shown where nothing fails: the one in which the network
/// always moves first.
///
/// # Errors
///
/// If the scenario is out of bounds.
pub fn one_run(scenario: &Scenario, profiles: &Both<Profile>) -> Result<Sequence, ScenarioError> {
    let tcp = scenario.tcp().ok_or(ScenarioError::QueueTooLong)?;
    let endpoints = endpoints_of(scenario, profiles);
    let pair = Pair::new(endpoints, tcp, scenario.programs, scenario.timers);
    let mut snapshot = pair.first();
    let (mut trace, mut steps) = (Vec::new(), Vec::new());
    loop {
        steps.clear();
        pair.steps(&snapshot, &mut steps);
        // Steps of the network stand last in the list.
        let step = steps.last().copied();
        trace.push((snapshot, step));
        let Some(step) = step else { return Ok(Sequence::of(&pair, &trace)) };
        pair.take(&mut snapshot, step, &mut Both { client: (), server: () });
    }
}

fn conclusion(checked: &Checked<Tls>) -> Conclusion {
    let has = |verdict| checked.verdicts.iter().any(|(_, other)| *other == verdict);
    if has(Verdict::Fails) {
        Conclusion::Fails
    } else if has(Verdict::Unfinished) {
        Conclusion::Unfinished
    } else if is_compared(checked) && checked.tcp_outcomes.iter().any(is_stuck) {
        Conclusion::HangsOverTcp
    } else {
        Conclusion::Holds
    }
}

/// A rejection is not compared with plain TCP.
fn is_compared(checked: &Checked<Tls>) -> bool {
    checked.scenario.client_certificate.rejecting_side().is_none()
}

/// Whether a call of an outcome never returns.
pub fn is_stuck(outcome: &Outcome) -> bool {
    let is_stuck = |words: Vec<String>| words.iter().any(|word| word == NEVER_RETURNS);
    is_stuck(outcome.client.words()) || is_stuck(outcome.server.words())
}

impl Assessment {
    /// The properties that fail.
    pub fn failed(&self) -> Vec<&'static str> {
        let fails = |(_, verdict): &&(&str, Verdict)| *verdict == Verdict::Fails;
        self.checked.verdicts.iter().filter(fails).map(|(name, _)| *name).collect()
    }

    /// Finds the trace that shows the worst, and explains it.
    fn explain_failure(
        &mut self,
        endpoints: Both<Tls>,
        baselines: &mut Baselines,
        effort: &Effort,
    ) -> Result<(), ScenarioError> {
        self.property = self.failed().first().copied();
        let checked = &self.checked;
        let hang = match checked.harms().iter().any(|(harm, _)| *harm == Harm::Stuck) {
            true => trace_of_added_hang(checked, endpoints, baselines, effort)?,
            false => None,
        };
        let found = match hang {
            Some(trace) => Some((TRANSPARENT, trace)),
            None => shortest(checked, endpoints, baselines, effort)?,
        };
        let Some((property, trace)) = found else {
            self.explanation = self.property.map(rule).into_iter().map(sentence).collect();
            return Ok(());
        };
        let baseline = baselines.of(&checked.scenario, effort, &mut |_| ())?;
        let pair = system(&checked.scenario, endpoints, &baseline)?.pair;
        self.property = Some(property);
        let is_end = |(last, _): &(_, _)| pair.is_terminal(last);
        self.harm = match is_noticed(property) && trace.last().is_some_and(is_end) {
            true => trace.last().and_then(|(last, _)| last.harm()),
            false => None,
        };
        self.explanation = because(&pair, &trace);
        if !is_noticed(property) || self.explanation.is_empty() {
            self.explanation.insert(0, sentence(rule(property)));
        }
        self.trace = Some(Sequence::of(&pair, &trace));
        Ok(())
    }

    /// Finds the shortest way to the hang over plain TCP, and explains it.
    fn explain_hang_over_tcp(&mut self, effort: &Effort) -> Result<(), ScenarioError> {
        let scenario = &self.checked.scenario;
        let found = trace_of_hang_over_tcp(scenario, effort)?;
        if let Some((system, trace)) = found {
            self.explanation = because(&system.pair, &trace);
            self.explanation.push(larger_queues(scenario, effort));
            self.trace = Some(Sequence::of(&system.pair, &trace));
        }
        self.harm = Some(Harm::Stuck);
        Ok(())
    }

    fn first_line(&self) -> String {
        match self.conclusion {
            Conclusion::Holds if is_compared(&self.checked) => {
                "holds: TLS adds nothing that plain TCP does not have".to_owned()
            }
            Conclusion::Holds => "holds: who is rejected is told by the alert".to_owned(),
            Conclusion::HangsOverTcp => {
                let outcomes = &self.checked.tcp_outcomes;
                let can = if outcomes.iter().all(is_stuck) { "hangs" } else { "can hang" };
                match self.checked.tls_outcomes.iter().any(is_stuck) {
                    true => format!("{can} over plain TCP too: {OWN_DEADLOCK}"),
                    false => format!("{can} over plain TCP, and not over TLS: {OWN_DEADLOCK}"),
                }
            }
            Conclusion::Fails => self.failure(),
            Conclusion::Unfinished => format!(
                "unfinished: nothing was found in {} snapshots, and more were left unexplored",
                self.checked.exploration.states
            ),
        }
    }

    fn failure(&self) -> String {
        let property = self.property.unwrap_or_default();
        match (self.harm, is_noticed(property)) {
            (Some(Harm::Stuck), _) => "TLS adds a hang here".to_owned(),
            (Some(Harm::Reset), _) if is_compared(&self.checked) => {
                "TLS adds a reset here".to_owned()
            }
            (Some(Harm::Lost), _) if is_compared(&self.checked) => {
                "TLS adds a truncation here: data is lost".to_owned()
            }
            (Some(Harm::Refused), _) if is_compared(&self.checked) => {
                "TLS adds an error here".to_owned()
            }
            (Some(Harm::Ended), _) if is_compared(&self.checked) => {
                "TLS adds an end of stream here".to_owned()
            }
            (Some(_), _) => "TLS loses an alert here".to_owned(),
            (None, true) => format!("TLS fails here: {}", rule(property)),
            (None, false) => format!("TLS breaks a rule of its own here (`{property}`)"),
        }
    }
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

/// Whether a call never returns in a run.
fn hangs(run: &Run) -> bool {
    let waits = |harms: &Harms| !Harms::NONE.excuse_waits(harms);
    run.harms.client.iter().any(waits) || run.harms.server.iter().any(waits)
}

/// The system, judged by these runs in place of plain TCP's. All runs without a hang are among
/// them, so the only violation left to find is a hang that is not.
fn excusing<E: PairEndpoint>(system: System<E>, runs: &BTreeSet<Run>) -> System<E> {
    let programs = system.pair.programs;
    let baseline = Arc::new(Baseline::new(programs, BTreeSet::new(), runs));
    System::new(system.pair, Judgement::Transparent { baseline, vanishing: false })
}

/// The transport of a scenario, and all runs over plain TCP. Both have the same queues.
fn runs_of_tcp(
    scenario: &Scenario,
    effort: &Effort,
) -> Result<(TcpConfig, BTreeSet<Run>), ScenarioError> {
    let tcp = scenario.tcp().ok_or(ScenarioError::QueueTooLong)?;
    let explored = explore(plain(scenario, tcp), effort, &mut |_| ());
    Ok((tcp, explored.observations.runs()))
}

/// A system, and a shortest trace of it.
type TraceOf<E> = (System<E>, Trace<E>);

/// The shortest trace to a hang over plain TCP: nothing where a host may vanish.
fn trace_of_hang_over_tcp(
    scenario: &Scenario,
    effort: &Effort,
) -> Result<Option<TraceOf<PlainTcp>>, ScenarioError> {
    if scenario.vanishing != Vanishing::Never {
        return Ok(None);
    }
    let (tcp, mut runs) = runs_of_tcp(scenario, effort)?;
    runs.retain(|run| !hangs(run));
    let trace = shortest_trace(excusing(plain(scenario, tcp), &runs), TRANSPARENT_THROUGHOUT);
    Ok(trace.map(|trace| (plain(scenario, tcp), trace)))
}

/// Whether larger receive queues keep plain TCP from hanging.
fn larger_queues(scenario: &Scenario, effort: &Effort) -> String {
    let larger = (scenario.receive + 1..).map_while(|receive| {
        let larger = Scenario { receive, ..*scenario };
        Some((larger, larger.tcp()?))
    });
    let ends = |(larger, tcp): &(Scenario, TcpConfig)| {
        let explored = explore(plain(larger, *tcp), effort, &mut |_| ());
        explored.complete && !explored.observations.runs().iter().any(hangs)
    };
    match larger.into_iter().find(ends) {
        Some((larger, _)) => format!(
            "Receive queues of {} records, of {} now, would hide it; what is longer hangs again.",
            larger.receive, scenario.receive
        ),
        None => "No receive queue that can be asked for here is large enough.".to_owned(),
    }
}

/// The shortest trace to a hang over TLS that no run of plain TCP excuses, whatever else TLS adds.
fn trace_of_added_hang(
    checked: &Checked<Tls>,
    endpoints: Both<Tls>,
    baselines: &mut Baselines,
    effort: &Effort,
) -> Result<Option<Trace<Tls>>, ScenarioError> {
    let scenario = &checked.scenario;
    if scenario.vanishing != Vanishing::Never || !is_compared(checked) {
        return Ok(None);
    }
    let (_, mut runs) = runs_of_tcp(scenario, effort)?;
    let baseline = baselines.of(scenario, effort, &mut |_| ())?;
    // Where hashes stood for snapshots, a run that was missed is no hang for that.
    let seen = match checked.exploration.missed {
        Some(_) => {
            let fresh = system(scenario, endpoints, &baseline)?;
            explore(fresh, &effort.exact(), &mut |_| ()).observations
        }
        None => Arc::clone(&checked.exploration.observations),
    };
    runs.extend(seen.runs().into_iter().filter(|run| !hangs(run)));
    let system = system(scenario, endpoints, &baseline)?;
    Ok(shortest_trace(excusing(system, &runs), TRANSPARENT))
}
