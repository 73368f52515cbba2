//! `hyaline check`.

mod plan;
mod words;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyaline_check::WORLD_FINGERPRINT;
use hyaline_check::ends::tls::Tls;
use hyaline_check::judgement::observe::{Witness, WitnessSet};
use hyaline_check::mutants::Kind;
use hyaline_check::mutants::survey::Survey;
use hyaline_check::report::chart::chart;
use hyaline_check::report::{Line, Report, SCHEMA};
use hyaline_check::runs::pinned;
use hyaline_check::runs::pinned::{Counts, Pinned};
use hyaline_check::runs::run::{CheckRun, Expected};
use hyaline_check::search::explore::{Effort, Verdict, calls_of};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, Checked, check_against, shortest, system};
use hyaline_check::side::Both;
use hyaline_check::unbounded::search::UnboundedEffort;
use hyaline_model::table::FINGERPRINT;
use serde::Serialize;

use crate::CommandStatus;
use crate::arguments::CheckArguments;
use crate::in_order::in_order;
use crate::progress::Bar;
use crate::screen::{CommandError, write};
use crate::unbounded::{self, UnboundedSummary};
use plan::{Pins, Plan};

/// What came of a run.
pub(crate) struct RunOutcome {
    pub(crate) run: CheckRun,
    pub(crate) checked: Checked<Tls>,
    is_as_expected: bool,
}

/// What came of all of it.
pub(crate) struct Results {
    pub(crate) outcomes: Vec<RunOutcome>,
    /// Programs of any length over queues of any size; nothing if these are not explored.
    unbounded: Option<UnboundedSummary>,
    /// How long all of them took together.
    elapsed: Duration,
    /// What has to be seen in some run, and was not.
    unseen: Vec<Witness>,
    /// In what the counts differ from the recorded ones; nothing if they are not compared.
    differences: Option<Vec<String>>,
    /// What was recorded of the table's mutants; nothing if it is not looked at.
    mutants: Option<Survey>,
}

impl Results {
    /// Why what was recorded of the mutants does not hold of the table.
    fn of_mutants(&self) -> Vec<String> {
        self.mutants.as_ref().map(Survey::complaints).unwrap_or_default()
    }

    pub(crate) fn is_pass(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.is_as_expected)
            && self.unbounded.is_none_or(|summary| summary.holds)
            && self.unseen.is_empty()
            && self.differences.as_ref().is_none_or(Vec::is_empty)
            && self.of_mutants().is_empty()
    }
}

pub(crate) fn run(arguments: &CheckArguments) -> Result<CommandStatus, CommandError> {
    let plan = Plan::of(arguments)?;
    let (results, counted) = checked(arguments, &plan)?;
    if plan.pins == Pins::Recorded && results.is_pass() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("pinned/small.json");
        std::fs::write(path, counted.json()?)?;
        write(&format!("recorded {} counts in {}\n", counted.counts.len(), pinned::PATH))?;
    }
    Ok(if results.is_pass() { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// The check of what ships at the bounds `small` alone, printed as it goes.
pub(crate) fn small(threads: u16) -> Result<Results, CommandError> {
    let arguments = CheckArguments::small(threads);
    let plan = Plan { has_unbounded: false, ..Plan::of(&arguments)? };
    Ok(checked(&arguments, &plan)?.0)
}

/// Explores, compares and prints; with what was counted.
fn checked(arguments: &CheckArguments, plan: &Plan) -> Result<(Results, Pinned), CommandError> {
    let begun = Instant::now();
    let outcomes = explore(arguments, plan)?;
    let unbounded = match plan.has_unbounded {
        true => Some(explore_unbounded(arguments)?),
        false => None,
    };
    let elapsed = begun.elapsed();
    let counts = outcomes.iter().map(|each| Counts::of(&each.run, &each.checked)).collect();
    let counted = Pinned::new(FINGERPRINT, counts);
    let differences = match plan.pins {
        Pins::Compared => Some(counted.differences(&Pinned::recorded()?)),
        Pins::Recorded | Pins::Apart => None,
    };
    let unseen = if plan.has_to_show_everything { unseen(&outcomes) } else { Vec::new() };
    let mutants = plan.has_to_show_everything.then(Survey::recorded).transpose()?;
    let results = Results { outcomes, unbounded, elapsed, unseen, differences, mutants };
    if arguments.json {
        write(&(serde_json::to_string_pretty(&CheckReport::of(&results))? + "\n"))?;
    } else {
        write(&words::summary(&results))?;
    }
    Ok((results, counted))
}

/// Explores programs of any length, over queues of any size: the part that each change is checked
/// by.
fn explore_unbounded(arguments: &CheckArguments) -> Result<UnboundedSummary, CommandError> {
    let Effort { threads, states_at_most } = arguments.effort.effort();
    let effort = UnboundedEffort { stops_at_first: false, snapshots_at_most: states_at_most };
    unbounded::part(&effort, threads, !arguments.json)
}

/// Explores every run of the plan, several at a time, and says what comes of each in their order.
fn explore(arguments: &CheckArguments, plan: &Plan) -> Result<Vec<RunOutcome>, CommandError> {
    let bar = Bar::new(plan.runs.len());
    let limited = arguments.effort.effort();
    // Without all of plain TCP nothing could be compared: so it is always explored to the end.
    let effort = Effort { states_at_most: None, ..limited };
    if !arguments.json {
        write(&words::beginning(arguments, plan.runs.len()))?;
    }
    let baselines = Mutex::new(Baselines::default());
    let check_one = |run: &CheckRun| -> Result<RunOutcome, CommandError> {
        let mut show = |progress| bar.show(&progress);
        let baseline = locked(&baselines).of(&run.scenario, &effort, &mut show)?;
        let endpoints = endpoints_of(&run.scenario, &run.profiles);
        let checked = check_against(&run.scenario, endpoints, &baseline, &limited, &mut show)?;
        let is_as_expected = run.expected.is_met(&checked);
        Ok(RunOutcome { run: run.clone(), checked, is_as_expected })
    };
    let mut outcomes: Vec<RunOutcome> = Vec::new();
    let mut purpose = None;
    let mut tell = |outcome: RunOutcome| -> Result<(), CommandError> {
        bar.advance();
        if !arguments.json {
            let RunOutcome { run, is_as_expected, .. } = &outcome;
            let mut text = String::new();
            if purpose != Some(run.purpose) {
                text.push_str(&words::heading(run));
                purpose = Some(run.purpose);
            }
            text.push_str(&words::line(&outcome));
            let is_first = outcomes.iter().all(|earlier| earlier.is_as_expected);
            if !is_as_expected && run.expected == Expected::Holds {
                let mut baselines = locked(&baselines);
                text.push_str(&counterexample(&outcome, &mut baselines, &effort, is_first)?);
            }
            bar.suspend(|| write(&text))?;
        }
        outcomes.push(outcome);
        Ok(())
    };
    in_order(&plan.runs, limited.threads, check_one, |outcome| tell(outcome?))?;
    bar.clear();
    Ok(outcomes)
}

fn locked(baselines: &Mutex<Baselines>) -> MutexGuard<'_, Baselines> {
    baselines.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The programs of a shortest trace, and the trace itself if it is the first of a check.
fn counterexample(
    outcome: &RunOutcome,
    baselines: &mut Baselines,
    effort: &Effort,
    is_first: bool,
) -> Result<String, CommandError> {
    let RunOutcome { run, checked, .. } = outcome;
    let endpoints = endpoints_of(&run.scenario, &run.profiles);
    let Some((property, trace)) = shortest(checked, endpoints, baselines, effort)? else {
        return Ok(String::new());
    };
    let Both { client, server } = run.scenario.programs.of_calls(calls_of(&trace));
    let mut text = words::trace_heading(property, &client.to_string(), &server.to_string());
    if is_first {
        let baseline = baselines.of(&run.scenario, effort, &mut |_| ())?;
        let system = system(&run.scenario, endpoints, &baseline)?;
        text.push_str(&chart(&system.pair, &trace));
    }
    Ok(text)
}

/// What no run of the shipped profile has shown. A property whose occasion never comes says
/// nothing.
fn unseen(outcomes: &[RunOutcome]) -> Vec<Witness> {
    let shipped = |outcome: &&RunOutcome| {
        [outcome.run.profiles.client, outcome.run.profiles.server].iter().all(Profile::is_shipped)
    };
    let seen = outcomes
        .iter()
        .filter(shipped)
        .map(|outcome| outcome.checked.exploration.observations.witnesses())
        .fold(WitnessSet::default(), WitnessSet::union);
    Witness::ALL.into_iter().filter(|witness| !seen.has(*witness)).collect()
}

/// The report as JSON: what every report holds, and how it compares with what is expected.
#[derive(Serialize)]
struct CheckReport<'a> {
    schema: u32,
    fingerprint: &'static str,
    world: &'static str,
    /// Whether everything is as it has to be: then the exit status is 0.
    pass: bool,
    /// What has to be seen in some run, and was not.
    unseen: Vec<String>,
    /// In what the counts differ from the recorded ones; null if they are not compared.
    differences: Option<&'a [String]>,
    /// How many mutants of the table were tried, as recorded, and how many caught; null if that is
    /// not looked at.
    mutants: Option<Mutants>,
    /// What programs of any length over queues of any size come to; null if these are not explored.
    unbounded: Option<UnboundedSummary>,
    results: Vec<CheckLine<'a>>,
}

/// One property of one run.
#[derive(Serialize)]
struct CheckLine<'a> {
    /// The name of the bounds or of the run.
    run: &'a str,
    #[serde(flatten)]
    line: Line,
    /// The verdict that is expected; null where either is as good.
    expected: Option<&'static str>,
}

impl<'a> CheckReport<'a> {
    fn of(results: &'a Results) -> Self {
        let mut lines = Vec::new();
        for RunOutcome { run, checked, .. } in &results.outcomes {
            let mut report = Report::new(FINGERPRINT);
            let Both { client, server } = run.profiles;
            report.add(&client.to_string(), &server.to_string(), checked);
            lines.extend(report.results.into_iter().map(|line| CheckLine {
                run: &run.name,
                expected: run.expected.verdict(&line.property).map(Verdict::word),
                line,
            }));
        }
        Self {
            schema: SCHEMA,
            fingerprint: FINGERPRINT,
            world: WORLD_FINGERPRINT,
            pass: results.is_pass(),
            unseen: results.unseen.iter().map(ToString::to_string).collect(),
            differences: results.differences.as_deref(),
            mutants: results.mutants.as_ref().map(Mutants::of),
            unbounded: results.unbounded,
            results: lines,
        }
    }
}

/// Mutants of the table, as recorded.
#[derive(Serialize)]
struct Mutants {
    tried: usize,
    caught: usize,
    /// Why the record does not hold of the table.
    complaints: Vec<String>,
}

impl Mutants {
    fn of(survey: &Survey) -> Self {
        let shares = Kind::RECORDED.map(|kind| survey.share(kind));
        let sum = |index: usize| shares.iter().filter_map(|share| share.get(index)).sum();
        Self { caught: sum(0), tried: sum(1), complaints: survey.complaints() }
    }
}
