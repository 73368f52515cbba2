//! All hazards of the model, explored with their causes and without.

use std::time::{Duration, Instant};

use hyaline_check::report::assessment::{Assessment, assess_ends};
use hyaline_check::runs::hazards::demonstration::{Demonstration, DemonstrationError, Version};
use hyaline_check::runs::hazards::entry::HazardEntry;
use hyaline_check::search::explore::Effort;
use hyaline_check::search::in_order::in_order;
use hyaline_check::search::scenario::Baselines;
use serde::Serialize;

use super::cases;
use crate::CommandStatus;
use crate::arguments::HazardFormat;
use crate::progress::Bar;
use crate::screen::{BAD, CommandError, FAINT, GOOD, HEADING, styled, write};

/// What came of one hazard, for programs.
#[derive(Serialize)]
pub(super) struct RunOfHazard {
    pub(super) number: &'static str,
    pub(super) title: &'static str,
    pub(super) cause: String,
    /// With the cause the property fails, with the harm that is expected.
    pub(super) found: bool,
    /// Without the cause every property holds.
    pub(super) gone: bool,
    /// Snapshots of both explorations.
    pub(super) states: usize,
    /// How long both took.
    #[serde(skip)]
    pub(super) elapsed: Duration,
    /// Why it is not gone, where it is not: for the forms of tools.
    #[serde(skip)]
    pub(super) left: Option<Assessment>,
}

/// Explores all that the model shows, on so many threads at once.
pub(super) fn run(
    entries: &'static [HazardEntry],
    effort: &Effort,
    format: HazardFormat,
) -> Result<CommandStatus, CommandError> {
    let mut shown = Vec::new();
    for entry in entries {
        shown.extend(entry.demonstration()?.map(|demonstration| (entry, demonstration)));
    }
    let bar = Bar::new(shown.len());
    // Each exploration has one thread: several go on at once.
    let alone = Effort { threads: 1, ..*effort };
    let explored = |(entry, demonstration): &(&'static HazardEntry, Demonstration)| {
        let begun = Instant::now();
        let outcome = demonstration.explored(&alone, &mut |_| ())?;
        let left = match outcome.gone || format.of_tool().is_none() {
            true => None,
            false => Some(left(demonstration, &alone)?),
        };
        Ok(RunOfHazard {
            number: &entry.number,
            title: &entry.title,
            cause: demonstration.cause_in_words(),
            found: outcome.found,
            gone: outcome.gone,
            states: outcome.states,
            elapsed: begun.elapsed(),
            left,
        })
    };
    let mut runs = Vec::new();
    in_order(&shown, effort.threads, explored, |run: Result<_, DemonstrationError>| {
        let run = run?;
        bar.advance();
        if format == HazardFormat::Text {
            bar.suspend(|| write(&line(&run)))?;
        }
        runs.push(run);
        Ok::<_, CommandError>(())
    })?;
    bar.clear();
    write(&match (format.of_tool(), format) {
        (Some(form), _) => cases::suite(&runs).in_form(form)?,
        (None, HazardFormat::Json) => serde_json::to_string_pretty(&runs)? + "\n",
        (None, _) => summary(&runs),
    })?;
    let is_as_expected = runs.iter().all(|run| run.found && run.gone);
    Ok(if is_as_expected { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// The scenario of a hazard without its cause, assessed.
fn left(demonstration: &Demonstration, effort: &Effort) -> Result<Assessment, DemonstrationError> {
    let (version, mut baselines) = (Version::Shipped, Baselines::default());
    let (scenario, ends) = (demonstration.scenario(version), demonstration.ends(version)?);
    Ok(assess_ends(&scenario, ends, &mut baselines, effort, &mut |_| ())?)
}

/// Whether the hazard was found, and gone, each in a word.
const fn words(run: &RunOfHazard) -> (&'static str, &'static str) {
    let found = if run.found { "found" } else { "NOT FOUND" };
    (found, if run.gone { "gone" } else { "NOT GONE" })
}

fn line(run: &RunOfHazard) -> String {
    let (found, gone) = words(run);
    let style = |is_good| if is_good { GOOD } else { BAD };
    format!(
        "{}  {} with {}; {} without {}\n",
        styled(HEADING, run.number),
        styled(style(run.found), found),
        run.cause,
        styled(style(run.gone), gone),
        styled(FAINT, format!("({} states)", run.states)),
    )
}

fn summary(runs: &[RunOfHazard]) -> String {
    let good = runs.iter().filter(|run| run.found && run.gone).count();
    format!("\n{good} of {} are found with their cause, and gone without\n", runs.len())
}
