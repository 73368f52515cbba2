//! All hazards of the model, explored with their causes and without.

use hyaline_check::runs::hazards::demonstration::{
    Demonstration, DemonstrationError, FoundAndGone,
};
use hyaline_check::runs::hazards::entry::HazardEntry;
use hyaline_check::search::explore::Effort;
use serde::Serialize;

use crate::CommandStatus;
use crate::arguments::HazardFormat;
use crate::in_order::in_order;
use crate::progress::Bar;
use crate::screen::{BAD, CommandError, FAINT, GOOD, HEADING, styled, write};

/// What came of one hazard, for programs.
#[derive(Serialize)]
struct RunOfHazard {
    number: &'static str,
    title: &'static str,
    cause: String,
    /// With the cause the property fails, with the harm that is expected.
    found: bool,
    /// Without the cause every property holds.
    gone: bool,
    /// Snapshots of both explorations.
    states: usize,
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
        let outcome = demonstration.explored(&alone, &mut |_| ());
        outcome.map(|outcome| told(entry, demonstration, outcome))
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
    match format {
        HazardFormat::Json => write(&(serde_json::to_string_pretty(&runs)? + "\n"))?,
        HazardFormat::Markdown => write(&markdown(&runs))?,
        HazardFormat::Text | HazardFormat::Svg | HazardFormat::Html => write(&summary(&runs))?,
    }
    let is_as_expected = runs.iter().all(|run| run.found && run.gone);
    Ok(if is_as_expected { CommandStatus::Holds } else { CommandStatus::Fails })
}

fn told(
    entry: &'static HazardEntry,
    demonstration: &Demonstration,
    outcome: FoundAndGone,
) -> RunOfHazard {
    let FoundAndGone { found, gone, states } = outcome;
    let cause = demonstration.cause_in_words();
    RunOfHazard { number: &entry.number, title: &entry.title, cause, found, gone, states }
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

fn markdown(runs: &[RunOfHazard]) -> String {
    let mut text =
        "| | what goes wrong | with | found | gone |\n|---|---|---|---|---|\n".to_owned();
    for run in runs {
        let RunOfHazard { number, title, .. } = run;
        let (found, gone) = words(run);
        let cause = run.cause.replace('|', "\\|");
        text.push_str(&format!("| {number} | {title} | {cause} | {found} | {gone} |\n"));
    }
    text
}
