//! The answer to two programs with a relay between them: whose fault it is, why, and what heals it.

use std::collections::BTreeSet;

use crate::ends::tls::Tls;
use crate::judgement::outcome::{Harm, NEVER_RETURNS, SideOutcome};
use crate::relay::chart::RelaySequence;
use crate::relay::link::{AtEnds, Link};
use crate::relay::scenario::{RelayError, RelayScenario, Three};
use crate::relay::search::{
    RelayEnd, RelayExploration, RelayRun, RelayTrace, confirmed, explore, handshakes_first,
    shortest_way,
};
use crate::relay::world::RelayWorld;
use crate::report::because::{EndsTold, Explained, because_between, pending_calls};
use crate::report::conclusion::Conclusion;
use crate::report::hashes::with_bound;
use crate::search::explore::{Effort, ExplorationProgress, Trace};
use crate::search::profile::Profile;
use crate::side::{Both, Side};

/// The answer.
#[derive(Debug)]
pub struct RelayAssessment {
    /// Whose fault it is.
    pub conclusion: Conclusion,
    /// The same in words: the first line of the answer.
    pub headline: String,
    /// What goes wrong, and at whom, as the trace shows it.
    pub worst: Option<WorstEnd>,
    /// Why it comes so: sentences.
    pub explanation: Vec<String>,
    /// Where TLS adds a harm: the least sets of ends at which our library in place of another heals
    /// that, so that plain TCP excuses every run. Nothing where it was not asked, or all are ours.
    pub heals: Option<Vec<Vec<&'static str>>>,
    /// Of how many sets of ends it is not known, since not everything was explored with ours there.
    pub heals_unfinished: usize,
    /// The shortest way there, over TLS where TLS fails, and else over plain TCP.
    pub trace: Option<RelaySequence>,
    /// How many kinds of runs are counted, and not judged: see [`RelayJudgement::owing`].
    pub owing: usize,
    /// For each way in which runs go wrong over plain TCP, what comes of one of them.
    pub over_tcp: Vec<RelayOutcome>,
    /// The same over TLS.
    pub over_tls: Vec<RelayOutcome>,
    /// The exploration over TLS.
    pub explored: RelayExploration,
}

/// One word for each call, of each end of both connections.
pub type RelayOutcome = AtEnds<Vec<String>>;

fn outcomes(ends: impl Iterator<Item = RelayEnd>) -> Vec<RelayOutcome> {
    let words = |end: RelayEnd| {
        AtEnds::from_ends(|link, side| SideOutcome::of(end.histories.of(link).of(side)).words())
    };
    ends.map(words).collect::<BTreeSet<_>>().into_iter().collect()
}

fn is_stuck(outcome: &RelayOutcome) -> bool {
    outcome.iter().flatten().any(|word| word == NEVER_RETURNS)
}

/// Explores both connections over plain TCP and over TLS, and finds the answer. What would heal it
/// is asked only `with_heals`.
///
/// # Errors
///
/// If the scenario cannot be explored.
///
/// # Example
///
/// ```
/// use hyaline_check::relay::assessment::assess;
/// use hyaline_check::relay::scenario::{RelayScenario, Three};
/// use hyaline_check::relay::script::Copying;
/// use hyaline_check::report::conclusion::Conclusion;
/// use hyaline_check::search::explore::Effort;
/// use hyaline_check::search::profile::Profile;
/// use hyaline_check::side::Both;
///
/// let (client, server) = ("write read close".parse()?, "read write close".parse()?);
/// let programs = Both { client, server };
/// let scenario = RelayScenario::new(programs, Copying::Turns);
/// let ours = Profile::HYALINE;
/// let ours = Three { client: ours, relay: ours, server: ours };
/// let assessment = assess(&scenario, &ours, &Effort::default(), false, &mut |_| ())?;
/// assert_eq!(assessment.conclusion, Conclusion::Holds);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn assess(
    scenario: &RelayScenario,
    profiles: &Three<Profile>,
    effort: &Effort,
    with_heals: bool,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<RelayAssessment, RelayError> {
    let tcp = whole_baseline(scenario, effort, progress)?;
    assess_beside(tcp, scenario, profiles, effort, with_heals, progress)
}

/// The same beside what has come of plain TCP ([`baseline`]).
///
/// # Errors
///
/// If the scenario cannot be explored.
pub fn assess_beside(
    tcp: RelayExploration,
    scenario: &RelayScenario,
    profiles: &Three<Profile>,
    effort: &Effort,
    with_heals: bool,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<RelayAssessment, RelayError> {
    let RelayJudgement { conclusion, worst, owing, tcp, explored } =
        judge_beside(tcp, scenario, profiles, effort, progress)?;
    let told = match (&worst, conclusion) {
        (None, _) => None,
        (Some(worst), Conclusion::Fails) => Some(told(&scenario.over_tls(profiles)?, &worst.end)),
        (Some(worst), _) => Some(told(&scenario.over_plain_tcp()?, &worst.end)),
    };
    let (explanation, trace) = told.unzip();
    let (heals, heals_unfinished) = match with_heals && conclusion == Conclusion::Fails {
        true => heals(scenario, profiles, &tcp, effort, progress)?,
        false => (None, 0),
    };
    let mut assessment = RelayAssessment {
        conclusion,
        headline: String::new(),
        worst,
        explanation: explanation.unwrap_or_default(),
        heals,
        heals_unfinished,
        trace,
        owing,
        over_tcp: outcomes(tcp.ends.into_values()),
        over_tls: outcomes(explored.ends.values().copied()),
        explored,
    };
    let line = assessment.first_line();
    assessment.headline = with_bound(&line, conclusion, assessment.explored.missed);
    Ok(assessment)
}

/// What came of exploring both connections over plain TCP and over TLS.
#[derive(Debug)]
pub struct RelayJudgement {
    /// Whose fault it is.
    pub conclusion: Conclusion,
    /// Where TLS fails, the end of the worst run over TLS; where the programs hang over plain TCP,
    /// the end of a run that hangs there.
    pub worst: Option<WorstEnd>,
    /// How many kinds of runs plain TCP does not excuse, and are not judged: the relay, or a
    /// program that rests, makes no call on a connection on which something of its is unsent.
    pub owing: usize,
    /// The exploration over plain TCP.
    pub tcp: RelayExploration,
    /// The exploration over TLS.
    pub explored: RelayExploration,
}

/// The end of a run, and the worst of it.
#[derive(Clone, Copy, Debug)]
pub struct WorstEnd {
    end: RelayEnd,
    /// What goes wrong.
    pub harm: Harm,
    /// Who notices that: `client`, `relay` or `server`.
    pub at: &'static str,
}

impl WorstEnd {
    /// The worst of these runs, and of equal ones the nearest, where plain TCP has those runs.
    fn of<'r>(
        runs: impl Iterator<Item = (&'r RelayRun, &'r RelayEnd)>,
        tcp: impl Iterator<Item = &'r RelayRun> + Clone,
    ) -> Option<Self> {
        let worst = runs.filter_map(|(run, end)| {
            let (harm, link, side) = end.harm(run, tcp.clone())?;
            Some(Self { end: *end, harm, at: link.name(side) })
        });
        worst.min_by_key(|worst| (worst.harm, worst.end.number))
    }

    /// The same with the end that an exact search finds first of the runs that went wrong alike. It
    /// finds one, since a run that was found by hashes is a run.
    fn confirmed(
        self,
        found: &RelayExploration,
        world: &RelayWorld<Tls>,
        tcp: &RelayExploration,
    ) -> Self {
        let mut ends = found.ends.iter();
        let run = ends.find(|(_, end)| end.number == self.end.number).map(|(run, _)| run);
        let exact = run.and_then(|run| Some((run, confirmed(world, run)?)));
        let exact =
            exact.and_then(|(run, end)| Self::of([(run, &end)].into_iter(), tcp.ends.keys()));
        exact.unwrap_or(self)
    }

    /// The worst in words.
    pub fn words(&self) -> String {
        let what = match self.harm {
            Harm::Stuck => "a hang",
            Harm::Reset => "a reset",
            Harm::Lost => "a truncation",
            Harm::Refused => "an error",
            Harm::Ended => "an end of stream",
        };
        format!("{what} here: at the {}", self.at)
    }
}

/// Explores both connections over plain TCP and over TLS, and says no more than whose fault it is.
///
/// # Errors
///
/// If the scenario cannot be explored.
pub fn judge(
    scenario: &RelayScenario,
    profiles: &Three<Profile>,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<RelayJudgement, RelayError> {
    let tcp = whole_baseline(scenario, effort, progress)?;
    judge_beside(tcp, scenario, profiles, effort, progress)
}

/// Explores both connections over plain TCP: with it, TLS is compared, and so its keys are exact.
///
/// # Errors
///
/// If the scenario cannot be explored, or plain TCP has more snapshots than that.
pub fn baseline(
    scenario: &RelayScenario,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<RelayExploration, RelayError> {
    let tcp = explore(&scenario.over_plain_tcp()?, &effort.exact(), progress);
    if tcp.complete { Ok(tcp) } else { Err(RelayError::BaselineUnfinished) }
}

/// TLS is compared with all that plain TCP does, so plain TCP is explored to the end, however many
/// snapshots TLS may have.
fn whole_baseline(
    scenario: &RelayScenario,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<RelayExploration, RelayError> {
    baseline(scenario, &Effort { states_at_most: None, ..*effort }, progress)
}

fn judge_beside(
    tcp: RelayExploration,
    scenario: &RelayScenario,
    profiles: &Three<Profile>,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<RelayJudgement, RelayError> {
    let over_tls = scenario.over_tls(profiles)?;
    let explored = explore(&over_tls, effort, progress);
    let known = tcp.ends.keys();
    let unexcused = explored.ends.iter().filter(|(run, _)| !is_excused(&tcp, run));
    let owing = unexcused.clone().filter(|(run, _)| run.is_owed()).count();
    let added = WorstEnd::of(unexcused.filter(|(run, _)| !run.is_owed()), known);
    let added = match explored.missed {
        Some(_) => added.map(|worst| worst.confirmed(&explored, &over_tls, &tcp)),
        None => added,
    };
    let hangs = tcp.ends.iter().filter(|(run, _)| run.hangs());
    let hang_over_tcp = WorstEnd::of(hangs, std::iter::empty());
    let (conclusion, worst) = match (added, explored.complete, hang_over_tcp) {
        (Some(end), _, _) => (Conclusion::Fails, Some(end)),
        (None, false, _) => (Conclusion::Unfinished, None),
        (None, true, Some(end)) => (Conclusion::HangsOverTcp, Some(end)),
        (None, true, None) => (Conclusion::Holds, None),
    };
    Ok(RelayJudgement { conclusion, worst, owing, tcp, explored })
}

/// One run over TLS to its end, in which the network moves first: it shows what happens where
/// nothing fails.
///
/// # Errors
///
/// If the scenario cannot be explored.
pub fn one_run(
    scenario: &RelayScenario,
    profiles: &Three<Profile>,
) -> Result<RelaySequence, RelayError> {
    let world = scenario.over_tls(profiles)?;
    let (mut snapshot, mut trace) = (world.first(), Vec::new());
    while let Some((link, step)) = world.steps(&snapshot).last().copied() {
        trace.push((snapshot, Some((link, step))));
        let mut logs = Both { client: (), server: () };
        world.pair(link).take(snapshot.of_mut(link), step, &mut logs);
    }
    trace.push((snapshot, None));
    Ok(RelaySequence::of(&world, &handshakes_first(&world, trace)))
}

fn is_excused(tcp: &RelayExploration, run: &RelayRun) -> bool {
    tcp.ends.keys().any(|known| known.excuses(run))
}

/// Why a run ends so, and the shortest way there.
fn told<E: Explained>(world: &RelayWorld<E>, end: &RelayEnd) -> (Vec<String>, RelaySequence) {
    let trace = handshakes_first(world, shortest_way(world, end));
    let last = trace.last().map(|(snapshot, _)| snapshot);
    let mut lines = Vec::new();
    for link in Link::ALL {
        let relays_calls = last.map(|last| {
            let other = link.other();
            pending_calls(last.of(other).parties.of(other.relays_side()))
        });
        let mut elsewhere = Both::default();
        *elsewhere.of_mut(link.relays_side()) = relays_calls.filter(|calls| !calls.is_empty());
        let names = Both { client: link.name(Side::Client), server: link.name(Side::Server) };
        let (ends, part) = (EndsTold { names, elsewhere }, of_link(&trace, link));
        lines.extend(because_between(world.pair(link), &part, &ends, true));
    }
    (lines, RelaySequence::of(world, &trace))
}

/// The part of a way that one connection goes.
fn of_link<E: Explained>(trace: &RelayTrace<E>, link: Link) -> Trace<E> {
    let mut part = Vec::new();
    for (snapshot, step) in trace {
        match step {
            Some((on, step)) if *on == link => part.push((snapshot.of(link).clone(), Some(*step))),
            Some(_) => {}
            None => part.push((snapshot.of(link).clone(), None)),
        }
    }
    part
}

/// Ends by their names.
type SetsOfEnds = Vec<Vec<&'static str>>;

/// The least sets of ends at which our library, in place of another, leaves no run that plain TCP
/// does not excuse, nothing if all ends have ours; and for how many it is not known.
fn heals(
    scenario: &RelayScenario,
    profiles: &Three<Profile>,
    tcp: &RelayExploration,
    effort: &Effort,
    progress: &mut dyn FnMut(ExplorationProgress),
) -> Result<(Option<SetsOfEnds>, usize), RelayError> {
    // That another library heals is said without a probability, so the keys are exact.
    let effort = &effort.exact();
    let sets = profiles.others_than_ours();
    if sets.is_empty() {
        return Ok((None, 0));
    }
    let (mut found, mut unfinished) = (SetsOfEnds::new(), 0);
    for ends in sets {
        if found.iter().any(|known| known.iter().all(|end| ends.contains(end))) {
            continue;
        }
        let explored = explore(&scenario.over_tls(&profiles.with_ours(&ends))?, effort, progress);
        let all_are_excused = explored.ends.keys().all(|run| is_excused(tcp, run));
        match (all_are_excused, explored.complete) {
            (true, true) => found.push(ends),
            (true, false) => unfinished += 1,
            (false, _) => {}
        }
    }
    Ok((Some(found), unfinished))
}

impl RelayAssessment {
    fn first_line(&self) -> String {
        match self.conclusion {
            Conclusion::Holds if self.owing > 0 => {
                "holds, but for who turns away from a connection with something unsent".to_owned()
            }
            Conclusion::Holds => "holds: TLS adds nothing that plain TCP does not have".to_owned(),
            Conclusion::HangsOverTcp => {
                let all = self.over_tcp.iter().all(is_stuck);
                let can = if all { "hangs" } else { "can hang" };
                let over_tls = match self.over_tls.iter().any(is_stuck) {
                    true => "over plain TCP too",
                    false => "over plain TCP, and not over TLS",
                };
                format!("{can} {over_tls}: this is the deadlock of your programs and the relay")
            }
            Conclusion::Fails => {
                let words = self.worst.map(|worst| worst.words()).unwrap_or_default();
                format!("TLS adds {words}")
            }
            Conclusion::Unfinished => format!(
                "unfinished: nothing was found in {} states, and more were left unexplored",
                self.explored.states
            ),
        }
    }
}
