//! `hyaline check`.

mod against;
mod cases;
mod counterexample;
mod families;
mod json;
mod plan;
mod summary;
mod words;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use hyaline_check::ends::tls::Tls;
use hyaline_check::judgement::observe::{Witness, WitnessSet};
use hyaline_check::mutants::survey::Survey;
use hyaline_check::report::hashes::missed_in_any;
use hyaline_check::runs::pinned;
use hyaline_check::runs::pinned::{Counts, Pinned};
use hyaline_check::runs::run::{CheckRun, Expected};
use hyaline_check::search::confirmed::check_and_confirm;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::in_order::in_order;
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, Checked};
use hyaline_check::unbounded::search::UnboundedEffort;
use hyaline_model::table::FINGERPRINT;
use hyaline_search::MissBound;

use crate::CommandStatus;
use crate::arguments::{CheckArguments, CheckFormat};
use crate::progress::Bar;
use crate::screen::{CommandError, write};
use crate::unbounded::{self, Line, UnboundedSummary};
use against::{Against, Earlier};
use counterexample::Counterexample;
use json::CheckReport;
use plan::{Pins, Plan};

/// A scenario, checked between two ends of ours.
type CheckedTls = Checked<Tls>;

/// What came of a run.
pub(crate) struct RunOutcome {
    pub(crate) run: CheckRun,
    pub(crate) checked: CheckedTls,
    is_as_expected: bool,
    /// Why it is not as expected, where a trace shows that, and it is asked for.
    counterexample: Option<Counterexample>,
}

/// What came of all of it.
pub(crate) struct Results {
    pub(crate) outcomes: Vec<RunOutcome>,
    /// Programs of any length over queues of any size; nothing if these are not explored.
    unbounded: Option<Vec<Line>>,
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
    /// What programs of any length over queues of any size come to.
    fn unbounded(&self) -> Option<UnboundedSummary> {
        self.unbounded.as_deref().map(UnboundedSummary::of)
    }

    /// Why what was recorded of the mutants does not hold of the table.
    fn of_mutants(&self) -> Vec<String> {
        self.mutants.as_ref().map(Survey::complaints).unwrap_or_default()
    }

    /// How probable it is that a snapshot was missed somewhere; nothing where all keys were exact.
    fn missed(&self) -> Option<MissBound> {
        missed_in_any(self.outcomes.iter().map(|each| each.checked.exploration.missed))
    }

    pub(crate) fn is_pass(&self) -> bool {
        self.outcomes.iter().all(|outcome| outcome.is_as_expected)
            && self.unbounded().is_none_or(|summary| summary.holds)
            && self.unseen.is_empty()
            && self.differences.as_ref().is_none_or(Vec::is_empty)
            && self.of_mutants().is_empty()
    }
}

pub(crate) fn run(arguments: &CheckArguments) -> Result<CommandStatus, CommandError> {
    let earlier = Earlier::read(arguments.against.as_deref(), arguments.format())?;
    let plan = Plan::of(arguments)?;
    let (results, counted) = checked(arguments, &plan, earlier.is_none())?;
    if let Some(earlier) = earlier {
        let against = earlier.compared(&CheckReport::of(&results))?;
        write(&shown_against(arguments, &results, &against)?)?;
        return Ok(against.status());
    }
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
    Ok(checked(&arguments, &plan, true)?.0)
}

/// Explores, compares with what was recorded, and prints the results if `prints`. Returns them with
/// the counts.
fn checked(
    arguments: &CheckArguments,
    plan: &Plan,
    prints: bool,
) -> Result<(Results, Pinned), CommandError> {
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
    if prints {
        write(&shown(arguments, &results)?)?;
    }
    Ok((results, counted))
}

/// The results in the form that is asked for.
fn shown(arguments: &CheckArguments, results: &Results) -> Result<String, CommandError> {
    let format = arguments.format();
    if let Some(format) = format.of_tool() {
        return Ok(cases::suite(results).in_form(format)?);
    }
    Ok(match (format, arguments.verbose) {
        (CheckFormat::Json, _) => serde_json::to_string_pretty(&CheckReport::of(results))? + "\n",
        (_, true) => words::summary(results),
        (_, false) => summary::summary(results),
    })
}

/// The results, and what changed since an earlier report.
fn shown_against(
    arguments: &CheckArguments,
    results: &Results,
    against: &Against,
) -> Result<String, CommandError> {
    Ok(match arguments.format() {
        CheckFormat::Json => {
            let mut report = CheckReport::of(results);
            report.against = Some(against);
            serde_json::to_string_pretty(&report)? + "\n"
        }
        CheckFormat::Github => against.github(),
        CheckFormat::Markdown => against.markdown() + &shown(arguments, results)?,
        // JUnit and SARIF were refused.
        CheckFormat::Text | CheckFormat::Junit | CheckFormat::Sarif => {
            shown(arguments, results)? + "\n" + &against.text()
        }
    })
}

/// Explores programs of any length, over queues of any size: the part that each change is checked
/// by.
fn explore_unbounded(arguments: &CheckArguments) -> Result<Vec<Line>, CommandError> {
    let Effort { threads, states_at_most, .. } = arguments.effort();
    let effort = UnboundedEffort { stops_at_first: false, snapshots_at_most: states_at_most };
    unbounded::part(&effort, threads, arguments.verbose)
}

/// Explores every run of the plan, several at a time, and says what comes of each in their order
/// if that is asked for.
fn explore(arguments: &CheckArguments, plan: &Plan) -> Result<Vec<RunOutcome>, CommandError> {
    let bar = Bar::new(plan.runs.len());
    let limited = arguments.effort();
    // TLS is compared with all that plain TCP does, so plain TCP is always explored to the end.
    let effort = Effort { states_at_most: None, ..limited };
    if arguments.verbose {
        write(&words::beginning(arguments, plan.runs.len()))?;
    }
    let baselines = Mutex::new(Baselines::default());
    let check_one = |run: &CheckRun| -> Result<RunOutcome, CommandError> {
        let mut show = |progress| bar.show(&progress);
        let baseline = locked(&baselines).of(&run.scenario, &effort, &mut show)?;
        let endpoints = endpoints_of(&run.scenario, &run.profiles);
        let own = match run.expected {
            Expected::Holds => limited,
            // What has to be found is little, and none of it is to be missed.
            Expected::Caught { .. } => limited.exact(),
        };
        let checked = check_and_confirm(&run.scenario, endpoints, &baseline, &own, &mut show)?;
        let is_as_expected = run.expected.is_met(&checked);
        Ok(RunOutcome { run: run.clone(), checked, is_as_expected, counterexample: None })
    };
    let mut outcomes: Vec<RunOutcome> = Vec::new();
    let mut tell = |mut outcome: RunOutcome| -> Result<(), CommandError> {
        bar.advance();
        let is_unexpected = !outcome.is_as_expected && outcome.run.expected == Expected::Holds;
        if is_unexpected && arguments.format() != CheckFormat::Json {
            let (run, checked) = (&outcome.run, &outcome.checked);
            let found = Counterexample::find(run, checked, &mut locked(&baselines), &effort)?;
            outcome.counterexample = found;
        }
        if arguments.verbose {
            bar.suspend(|| write(&words::listed(&outcome, &outcomes)))?;
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

/// The witnesses that no run of the shipped profile has shown. A property whose occasion never
/// comes holds, and says nothing.
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
