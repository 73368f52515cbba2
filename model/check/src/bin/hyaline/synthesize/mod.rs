//! `hyaline synthesize`.

mod words;

use std::time::Instant;

use hyaline_check::map::cell::MapCell;
use hyaline_check::map::profiles::{MapProfile, ProfileGroup};
use hyaline_check::opposite::survey::{Arena, OpposeError};
use hyaline_check::search::explore::{Effort, ExplorationProgress};
use hyaline_check::search::in_order::in_order;
use hyaline_check::search::profile::Profile;
use hyaline_check::side::Both;
use hyaline_check::synthesis::change::{ChangeAnswer, ChangeQuestion, ChangeTarget};
use hyaline_check::synthesis::choice::OpposedPolicy;
use hyaline_check::synthesis::demand::{broken, demands};
use hyaline_check::synthesis::document::{SynthesisFindings, markdown};
use hyaline_check::synthesis::front::{PolicyLattice, PolicyStanding};
use hyaline_check::synthesis::lattice::candidates;
use hyaline_check::synthesis::report::SynthesisReport;

use crate::CommandStatus;
use crate::arguments::{SynthesisFormat, SynthesizeArguments};
use crate::progress::Bar;
use crate::screen::{CommandError, write};

/// Looks for policies, and prints what was found.
pub(crate) fn run(arguments: &SynthesizeArguments) -> Result<CommandStatus, CommandError> {
    let effort = arguments.effort.effort();
    let bounds = arguments.bounds();
    let arena = Arena::over(&bounds.scenarios())?;
    let known = MapProfile::known()?;
    let mut findings = SynthesisFindings::default();
    if arguments.from.is_none() {
        findings.lattice = Some(lattice(&arena, &effort)?);
    }
    if let Some(lattice) = findings.lattice.as_ref().filter(|_| arguments.opposite || arguments.all)
    {
        findings.opposed = Some(opposed(lattice, &known, &arena, &effort)?);
    }
    let questions = questions(arguments, &known);
    findings.changes = answered(questions, &arena, &effort)?;
    write(&match arguments.format {
        SynthesisFormat::Text => words::whole(&bounds, &findings),
        SynthesisFormat::Json => {
            serde_json::to_string_pretty(&SynthesisReport::of(&bounds, &findings))? + "\n"
        }
        SynthesisFormat::Markdown => markdown(&bounds, &findings),
    })?;
    let is_complete = findings.lattice.is_none_or(|lattice| lattice.complete);
    Ok(if is_complete { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// A bar, and how many snapshots there were.
struct Progress {
    bar: Bar,
    begun: Instant,
    states: usize,
}

impl Progress {
    fn new(explorations: usize) -> Self {
        Self { bar: Bar::new(explorations), begun: Instant::now(), states: 0 }
    }

    fn advance(&mut self, states: usize) {
        self.states += states;
        let (states, elapsed) = (self.states, self.begun.elapsed());
        self.bar.show(&ExplorationProgress { states, depth: 0, elapsed });
        self.bar.advance();
    }
}

/// Explores every policy opposite itself.
fn lattice(arena: &Arena, effort: &Effort) -> Result<PolicyLattice, CommandError> {
    let policies = candidates();
    let mut progress = Progress::new(policies.len());
    let explore = |policy: &Profile| {
        let pair = Both { client: *policy, server: *policy };
        (*policy, MapCell::explored(arena, &pair, effort))
    };
    let mut lattice = PolicyLattice { demands: Vec::new(), standings: Vec::new(), complete: true };
    in_order(&policies, effort.threads, explore, |(policy, cell)| {
        let cell = cell?;
        progress.advance(cell.states);
        lattice.complete &= cell.complete;
        if lattice.demands.is_empty() {
            lattice.demands = demands(&cell);
        }
        let (broken, states) = (broken(&cell), cell.states);
        lattice.standings.push(PolicyStanding { policy, broken, states });
        Ok::<_, OpposeError>(())
    })?;
    progress.bar.clear();
    Ok(lattice)
}

/// Explores policies of the front opposite each known library: those of the set that has what ships
/// among its policies, or else those of the first set.
fn opposed(
    lattice: &PolicyLattice,
    known: &[MapProfile],
    arena: &Arena,
    effort: &Effort,
) -> Result<Vec<OpposedPolicy>, CommandError> {
    let front = lattice.front();
    let ours = front.iter().find(|set| set.has_ours()).or(front.first());
    let policies = ours.map(|set| set.policies.clone()).unwrap_or_default();
    let libraries: Vec<&MapProfile> = ProfileGroup::all(known)
        .into_iter()
        .map(|group| group.first)
        .filter(|profile| !profile.profile.is_shipped())
        .collect();
    let mut progress = Progress::new(policies.len());
    let explore = |policy: &Profile| OpposedPolicy::explored(*policy, &libraries, arena);
    let mut all = Vec::new();
    in_order(&policies, effort.threads, explore, |opposed| {
        let opposed = opposed?;
        progress.advance(opposed.states);
        all.push(opposed);
        Ok::<_, OpposeError>(())
    })?;
    progress.bar.clear();
    Ok(all)
}

/// Which changes are asked for: each policy opposite itself, and opposite each known one.
fn questions(arguments: &SynthesizeArguments, known: &[MapProfile]) -> Vec<ChangeQuestion> {
    let groups = ProfileGroup::all(known);
    let from: Vec<MapProfile> = match &arguments.from {
        Some(named) => vec![MapProfile::of(named)],
        None if arguments.all => {
            let libraries = groups.iter().map(|group| group.first);
            libraries.filter(|profile| !profile.profile.is_shipped()).cloned().collect()
        }
        None => Vec::new(),
    };
    let others = groups.iter().map(|group| ChangeTarget::Other(group.first.clone()));
    let targets: Vec<ChangeTarget> = [ChangeTarget::Itself].into_iter().chain(others).collect();
    let of = |from: &MapProfile| -> Vec<ChangeQuestion> {
        let question =
            |target: &ChangeTarget| ChangeQuestion { from: from.clone(), target: target.clone() };
        targets.iter().map(question).collect()
    };
    from.iter().flat_map(of).collect()
}

/// Answers the questions, several at once.
fn answered(
    questions: Vec<ChangeQuestion>,
    arena: &Arena,
    effort: &Effort,
) -> Result<Vec<(ChangeQuestion, ChangeAnswer)>, CommandError> {
    let mut progress = Progress::new(questions.len());
    let mut answers = Vec::new();
    in_order(
        &questions,
        effort.threads,
        |question| question.answer(arena),
        |answer| {
            let answer = answer?;
            progress.advance(answer.states);
            answers.push(answer);
            Ok::<_, OpposeError>(())
        },
    )?;
    progress.bar.clear();
    Ok(questions.into_iter().zip(answers).collect())
}
