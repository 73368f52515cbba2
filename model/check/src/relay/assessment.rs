//! The answer to two programs with a relay between them: whose fault it is, why, and what heals it.

use std::collections::BTreeSet;

use crate::judgement::outcome::{Harm, NEVER_RETURNS};
use crate::relay::chart::RelaySequence;
use crate::relay::link::{AtEnds, Link};
use crate::relay::scenario::{RelayError, RelayScenario, Three};
use crate::relay::search::{
    RelayEnd, RelayExploration, RelayRun, RelayTrace, explore, handshakes_first, shortest_way,
};
use crate::relay::world::RelayWorld;
use crate::report::because::{EndsTold, Explained, because_between, pending_calls};
use crate::report::conclusion::Conclusion;
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
    /// What goes wrong, and where, as the trace shows it.
    pub harm: Option<(Harm, &'static str)>,
    /// Why it comes so: sentences.
    pub explanation: Vec<String>,
    /// Where TLS adds a harm: whose library, replaced by ours, heals that. Each is a list of one,
    /// two or three ends, and none holds another.
    pub heals: Option<Vec<Vec<&'static str>>>,
    /// The shortest way there, over TLS where TLS fails, and else over plain TCP.
    pub trace: Option<RelaySequence>,
    /// How many kinds of ends nothing excuses, and are counted only: see [`RelayJudgement::owing`].
    pub owing: usize,
    /// How runs end over plain TCP, each kind once.
    pub over_tcp: Vec<RelayOutcome>,
    /// How runs end over TLS, each kind once.
    pub over_tls: Vec<RelayOutcome>,
    /// The exploration over TLS.
    pub explored: RelayExploration,
}

/// One word for each call, of each end of both connections.
pub type RelayOutcome = AtEnds<Vec<String>>;

fn outcomes(ends: impl Iterator<Item = RelayEnd>) -> Vec<RelayOutcome> {
    let words =
        |end: RelayEnd| AtEnds::from_ends(|link, side| end.outcome.of(link).of(side).words());
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
    let RelayJudgement { conclusion, end, owing, tcp, explored } =
        judge(scenario, profiles, effort, progress)?;
    let told = match (&end, conclusion) {
        (None, _) => None,
        (Some(end), Conclusion::Fails) => Some(told(&scenario.over_tls(profiles)?, end)),
        (Some(end), _) => Some(told(&scenario.over_plain_tcp()?, end)),
    };
    let (explanation, trace) = told.unzip();
    let heals = match with_heals && conclusion == Conclusion::Fails {
        true => Some(heals(scenario, profiles, &tcp, effort)?),
        false => None,
    };
    let mut assessment = RelayAssessment {
        conclusion,
        headline: String::new(),
        harm: end.and_then(|end| end.harm).map(|(harm, link, side)| (harm, link.name(side))),
        explanation: explanation.unwrap_or_default(),
        heals,
        trace,
        owing,
        over_tcp: outcomes(tcp.ends.into_values()),
        over_tls: outcomes(explored.ends.values().cloned()),
        explored,
    };
    assessment.headline = assessment.first_line();
    Ok(assessment)
}

/// What came of exploring both connections over plain TCP and over TLS.
#[derive(Debug)]
pub struct RelayJudgement {
    /// Whose fault it is.
    pub conclusion: Conclusion,
    /// The worst end of a run that nothing excuses; where the programs hang over plain TCP, such a
    /// run's.
    pub end: Option<RelayEnd>,
    /// How many kinds of ends nothing excuses in which the relay, or a program that rests, makes no
    /// call on a connection on which something of its is unsent. They are counted, and not judged.
    pub owing: usize,
    /// The exploration over plain TCP.
    pub tcp: RelayExploration,
    /// The exploration over TLS.
    pub explored: RelayExploration,
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
    let tcp = explore(&scenario.over_plain_tcp()?, effort, progress);
    if !tcp.complete {
        return Err(RelayError::BaselineUnfinished);
    }
    let explored = explore(&scenario.over_tls(profiles)?, effort, progress);
    let added = explored.ends.iter().filter(|(run, _)| !is_excused(&tcp, run));
    let owing = added.clone().filter(|(run, _)| run.owes()).count();
    let added = worst(added.filter(|(run, _)| !run.owes()));
    let hang_over_tcp = worst(tcp.ends.iter().filter(|(run, _)| run.hangs()));
    let (conclusion, end) = match (added, explored.complete, hang_over_tcp) {
        (Some(end), _, _) => (Conclusion::Fails, Some(end)),
        (None, false, _) => (Conclusion::Unfinished, None),
        (None, true, Some(end)) => (Conclusion::HangsOverTcp, Some(end)),
        (None, true, None) => (Conclusion::Holds, None),
    };
    let end = end.cloned();
    Ok(RelayJudgement { conclusion, end, owing, tcp, explored })
}

fn is_excused(tcp: &RelayExploration, run: &RelayRun) -> bool {
    tcp.ends.keys().any(|known| known.excuses(run))
}

/// The end with the worst harm, and of equal ones the nearest.
fn worst<'e>(ends: impl Iterator<Item = (&'e RelayRun, &'e RelayEnd)>) -> Option<&'e RelayEnd> {
    let ends = ends.map(|(_, end)| end);
    ends.min_by_key(|end| (end.harm.map(|(harm, ..)| harm), end.number()))
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

/// The ends whose library is another than ours, one, two or three of them, with which replaced
/// nothing is added: the least such sets.
fn heals(
    scenario: &RelayScenario,
    profiles: &Three<Profile>,
    tcp: &RelayExploration,
    effort: &Effort,
) -> Result<Vec<Vec<&'static str>>, RelayError> {
    let mut found: Vec<Vec<&'static str>> = Vec::new();
    for count in 1..=3 {
        for ends in profiles.others_than_ours().into_iter().filter(|ends| ends.len() == count) {
            let holds_a_known =
                found.iter().any(|known| known.iter().all(|end| ends.contains(end)));
            if holds_a_known {
                continue;
            }
            let world = scenario.over_tls(&profiles.with_ours(&ends))?;
            let explored = explore(&world, effort, &mut |_| ());
            if explored.complete
                && explored.ends.keys().all(|run| run.owes() || is_excused(tcp, run))
            {
                found.push(ends);
            }
        }
    }
    Ok(found)
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
                let (harm, end) = self.harm.unwrap_or((Harm::Stuck, "relay"));
                let what = match harm {
                    Harm::Stuck => "a hang",
                    Harm::Reset => "a reset",
                    Harm::Lost => "a truncation",
                    Harm::Refused => "an error",
                    Harm::Ended => "an end of stream",
                };
                format!("TLS adds {what} here: at the {end}")
            }
            Conclusion::Unfinished => format!(
                "unfinished: nothing was found in {} states, and more were left unexplored",
                self.explored.states
            ),
        }
    }
}
