//! A check in words: a table that grows line by line, and a summary.

use std::collections::BTreeMap;

use hyaline_check::judgement::observe::Witness;
use hyaline_check::mutants::Kind;
use hyaline_check::mutants::survey::Survey;
use hyaline_check::report::chart::{ChartStyle, draw};
use hyaline_check::report::{assumptions, owing, subject, verdict_in_words, verdict_on};
use hyaline_check::runs::hazards::hazards;
use hyaline_check::runs::run::{CheckRun, Expected, Purpose};
use hyaline_check::search::explore::{Effort, Verdict};
use hyaline_check::side::Both;

use super::counterexample::Counterexample;
use super::{Results, RunOutcome};
use crate::arguments::CheckArguments;
use crate::screen::{BAD, FAINT, GOOD, HEADING, styled};

/// How many differences from the recorded counts are printed; `--json` has all of them.
const DIFFERENCES_SHOWN: usize = 8;

/// What stands above runs that are for the same thing.
fn heading(run: &CheckRun) -> String {
    let Both { client, server } = &run.profiles;
    let text = match run.purpose {
        Purpose::Bounds => format!("{client} × {server}, bounds {}", run.name),
        Purpose::Further => "what these bounds lack".to_owned(),
        Purpose::Hazard => "what has to be found, and to be gone".to_owned(),
    };
    let columns = ["states", "edges", "states/s", "bytes", "verdict"];
    let [states, edges, rate, bytes, verdict] = columns;
    format!(
        "\n{}\n{states:>9} {edges:>10} {rate:>9} {bytes:>5}  {verdict}\n",
        styled(HEADING, text)
    )
}

/// The lines that a check prints first.
pub(super) fn beginning(arguments: &CheckArguments, runs: usize) -> String {
    let Effort { threads, hashing, .. } = arguments.effort();
    let by_hashes = hashing.map(|hashing| {
        let (bits, seed) = (hashing.bits(), hashing.seed());
        format!(
            "with hashes of {bits} bits by seed {seed}; a state may be missed, and what holds says \
             with which probability at most\n"
        )
    });
    let by_hashes = by_hashes.unwrap_or_default();
    let about = format!("{runs} explorations, {threads} threads");
    format!("{by_hashes}{}\n{about}\n{}\n", subject(), assumptions())
}

/// One run: below a heading if it is the first of its purpose, and with why it is not as expected.
pub(super) fn listed(outcome: &RunOutcome, earlier: &[RunOutcome]) -> String {
    let mut text = String::new();
    if earlier.last().is_none_or(|last| last.run.purpose != outcome.run.purpose) {
        text.push_str(&heading(&outcome.run));
    }
    text.push_str(&line(outcome));
    if let Some(found) = &outcome.counterexample {
        let is_first = earlier.iter().all(|each| each.is_as_expected);
        text.push_str(&counterexample(found, is_first));
    }
    text
}

/// One run.
fn line(outcome: &RunOutcome) -> String {
    let RunOutcome { run, checked, is_as_expected, .. } = outcome;
    let exploration = &checked.exploration;
    let failed = failed(outcome);
    let verdict = verdict(outcome);
    let style = if *is_as_expected { GOOD } else { BAD };
    let mut text = format!(
        "{:9} {:10} {:9.0} {:5}  {}  {}\n",
        exploration.states,
        exploration.edges,
        exploration.rate(),
        exploration.bytes_of_state(),
        styled(style, format!("{verdict:20}")),
        description(run),
    );
    if !failed.is_empty() {
        text.push_str(&format!("{:38}{}{}\n", "", failed.join(", "), harms(outcome)));
    }
    if let Some(owing) = owing(exploration) {
        text.push_str(&format!("{:38}{owing}\n", ""));
    }
    text
}

/// What came of a run, in a few words.
pub(super) fn verdict(outcome: &RunOutcome) -> String {
    let RunOutcome { run, checked, is_as_expected, .. } = outcome;
    let exploration = &checked.exploration;
    match &run.expected {
        Expected::Holds if checked.holds() => verdict_on(Verdict::Holds, exploration),
        Expected::Holds if exploration.complete || !checked.harms().is_empty() => {
            "FAILS".to_owned()
        }
        Expected::Holds => verdict_in_words(Verdict::Unfinished, exploration.states),
        Expected::Caught { .. } if *is_as_expected => "found, as it must be".to_owned(),
        Expected::Caught { .. } => "NOT FOUND".to_owned(),
    }
}

/// The properties of a run that do not hold, or not yet.
pub(super) fn failed(outcome: &RunOutcome) -> Vec<&'static str> {
    let verdicts = outcome.checked.verdicts.iter();
    verdicts.filter(|(_, verdict)| *verdict != Verdict::Holds).map(|(name, _)| *name).collect()
}

/// What tells a run from the others under its heading.
pub(super) fn description(run: &CheckRun) -> String {
    let Both { client, server } = &run.profiles;
    match run.purpose {
        Purpose::Bounds => run.scenario.to_string(),
        Purpose::Further => format!("{}: {}", run.name, run.scenario),
        Purpose::Hazard => format!("{}: {client} × {server}: {}", run.name, run.scenario),
    }
}

/// How many terminal snapshots show which harm, and how many good runs are lost.
pub(super) fn harms(outcome: &RunOutcome) -> String {
    let checked = &outcome.checked;
    let mut harms: Vec<String> =
        checked.harms().iter().map(|(harm, count)| format!("{harm} {count}")).collect();
    let lost = checked.lost_good_runs.len();
    if lost > 0 {
        harms.push(format!("good runs lost {lost}"));
    }
    if harms.is_empty() { String::new() } else { format!(": {}", harms.join(", ")) }
}

/// The programs of a counterexample, and its trace if it is the first of a check.
fn counterexample(found: &Counterexample, is_first: bool) -> String {
    let (property, programs) = (found.property, found.programs_in_words());
    let mut text = format!("{:38}against `{property}`: {programs}\n", "");
    if is_first {
        text.push_str(&draw(&found.sequence, ChartStyle::WHOLE));
    }
    text
}

/// All of it in a few lines.
pub(super) fn summary(results: &Results) -> String {
    let mut text = format!("\n{}\n", styled(HEADING, "properties, where they have to hold"));
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    let mut names = Vec::new();
    let have_to_hold = results.outcomes.iter().filter(|each| each.run.expected == Expected::Holds);
    for outcome in have_to_hold {
        for (name, verdict) in &outcome.checked.verdicts {
            if !names.contains(name) {
                names.push(*name);
            }
            let (held, all) = counts.entry(*name).or_default();
            *held += usize::from(*verdict == Verdict::Holds);
            *all += 1;
        }
    }
    for name in names {
        let (held, all) = counts.get(name).copied().unwrap_or_default();
        let style = if held == all { GOOD } else { BAD };
        text.push_str(&format!(
            "  {name:24}holds in {}\n",
            styled(style, format!("{held} of {all}"))
        ));
    }
    let hazards = hazard_titles(results);
    if !hazards.is_empty() {
        text.push_str(&format!("\n{}\n{hazards}", styled(HEADING, "hazards")));
    }
    for witness in &results.unseen {
        text.push_str(&format!("{}\n", styled(BAD, never_seen(witness))));
    }
    text.push_str(&mutants(results));
    text.push_str(&pins(results));
    if let Some(summary) = results.unbounded() {
        let (explorations, size) = (summary.explorations, summary.size());
        let verdict = match summary.holds {
            true => styled(GOOD, "holds (complete)"),
            false => styled(BAD, "not all of them hold"),
        };
        text.push_str(&format!(
            "\n{}\n  {verdict} in {explorations} explorations, {size}; all forms: hyaline \
             unbounded; what it proves: docs/theorem.md\n",
            styled(HEADING, "for programs of any length and queues of any size")
        ));
    }
    text.push_str(&beside());
    text + "\n" + &last_line(results)
}

/// What it means that something was not seen.
pub(super) fn never_seen(witness: &Witness) -> String {
    let property = witness.property();
    format!("never seen: {witness}, without which `{property}` says nothing")
}

/// The verdict on the whole check, and how large it was.
pub(super) fn last_line(results: &Results) -> String {
    let style = if results.is_pass() { GOOD } else { BAD };
    let verdict = styled(style, verdict_of_all(results));
    format!("{verdict} {}\n", styled(FAINT, size_of_all(results)))
}

/// Whether everything is as it has to be; else what is not. Where hashes stood for snapshots, how
/// probable a miss is.
pub(super) fn verdict_of_all(results: &Results) -> String {
    let verdict = match results.is_pass() {
        true => "everything is as it has to be".to_owned(),
        false => complaints(results).join(", "),
    };
    match results.missed() {
        Some(missed) => format!("{verdict}, {missed}"),
        None => verdict,
    }
}

/// How large a check was, and how long it took.
pub(super) fn size_of_all(results: &Results) -> String {
    let states: usize = results.outcomes.iter().map(|each| each.checked.exploration.states).sum();
    format!("{states} states in {:.0} s", results.elapsed.as_secs_f64())
}

/// What else is checked, and how it is run: no verdict above is about it.
fn beside() -> String {
    let lines = [
        (
            "one endpoint against any peer (world hostile)",
            "cargo test -p hyaline-check --test hostile",
        ),
        ("mutants of the table, and which are caught", "cargo run --release -- mutants"),
        (
            "every edge on two real connections (replay)",
            "cargo test -p hyaline-tests --test replay",
        ),
    ];
    let line = |(what, how): (&str, &str)| format!("  {what:47}{}\n", styled(FAINT, how));
    format!("\n{}\n{}", styled(HEADING, "beside this"), lines.map(line).concat())
}

/// Why a check is no pass.
pub(super) fn complaints(results: &Results) -> Vec<String> {
    let unexpected = results.outcomes.iter().filter(|each| !each.is_as_expected).count();
    let differing = results.differences.as_ref().map_or(0, Vec::len);
    let unbounded = results.unbounded().is_some_and(|summary| !summary.holds);
    [
        (usize::from(unbounded), ["check without bounds does not hold", ""]),
        (
            unexpected,
            ["exploration is not as it has to be", "explorations are not as they have to be"],
        ),
        (results.unseen.len(), ["occasion was never seen", "occasions were never seen"]),
        (differing, ["count is not as recorded", "counts are not as recorded"]),
        (
            results.of_mutants().len(),
            [
                "thing is not as recorded of the mutants",
                "things are not as recorded of the mutants",
            ],
        ),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, [one, several])| format!("{count} {}", if count == 1 { one } else { several }))
    .collect()
}

/// The share of the table's mutants that was caught, as recorded.
fn mutants(results: &Results) -> String {
    let Some(survey) = &results.mutants else { return String::new() };
    let complaints = results.of_mutants();
    let style = if complaints.is_empty() { GOOD } else { BAD };
    let mut text = format!(
        "\n{}: {}\n",
        styled(HEADING, "mutants caught, as recorded"),
        styled(style, shares(survey)),
    );
    for complaint in &complaints {
        text.push_str(&format!("    {complaint}\n"));
    }
    if !complaints.is_empty() {
        text.push_str("    tried anew by `hyaline mutants --record`, then `--delete`\n");
    }
    text
}

/// How many mutants of each kind were caught, and how many there are.
pub(super) fn shares(survey: &Survey) -> String {
    let share = |kind: Kind| {
        let [caught, all] = survey.share(kind);
        format!("{} {caught} of {all}", kind.title())
    };
    Kind::RECORDED.map(share).join(", ")
}

/// The hazards that were run, and what they are.
fn hazard_titles(results: &Results) -> String {
    let mut text = String::new();
    for hazard in hazards().unwrap_or_default() {
        let mut runs = results
            .outcomes
            .iter()
            .filter(|each| each.run.name.starts_with(hazard.name))
            .peekable();
        if runs.peek().is_none() {
            continue;
        }
        let (switch, value) = hazard.guilty;
        let verdict = if runs.all(|each| each.is_as_expected) {
            styled(
                GOOD,
                format!("found with {switch}={value} at the {}, gone without", hazard.endangered),
            )
        } else {
            styled(BAD, "not as it has to be")
        };
        text.push_str(&format!("  {}: {}: {verdict}\n", hazard.name, hazard.title));
    }
    text
}

fn pins(results: &Results) -> String {
    let count = results.outcomes.len();
    match &results.differences {
        None => String::new(),
        Some(differences) if differences.is_empty() => {
            format!("\ncounts: {}\n", styled(GOOD, format!("all {count} as recorded")))
        }
        Some(differences) => {
            let shown = differences.iter().take(DIFFERENCES_SHOWN);
            let lines: String = shown.map(|line| format!("    {line}\n")).collect();
            let heading = format!("{} differences from the recorded ones", differences.len());
            format!(
                "\ncounts: {}\n{lines}    `hyaline check --record` records new ones\n",
                styled(BAD, heading)
            )
        }
    }
}
