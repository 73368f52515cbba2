//! `hyaline scenario`.

use hyaline_check::ends::tls::Tls;
use hyaline_check::judgement::properties::GOOD_RUNS_SURVIVE;
use hyaline_check::report::chart::chart;
use hyaline_check::report::{Report, assumptions, owing, size, subject, verdict_in_words};
use hyaline_check::search::explore::{Effort, Trace, Verdict};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, Checked, check, shortest, system};
use hyaline_check::side::Both;
use hyaline_model::table::FINGERPRINT;

use crate::CommandStatus;
use crate::arguments::ScenarioArguments;
use crate::progress::Bar;
use crate::screen::{BAD, CommandError, FAINT, GOOD, HEADING, styled, write};

pub(crate) fn run(arguments: &ScenarioArguments) -> Result<CommandStatus, CommandError> {
    let (scenario, profiles) = (arguments.given.scenario(), arguments.given.profiles());
    let endpoints = endpoints_of(&scenario, &profiles);
    let bar = Bar::new(1);
    let mut baselines = Baselines::default();
    // Without all of plain TCP nothing could be compared: so it is always explored to the end.
    let effort = Effort { states_at_most: None, ..arguments.effort.effort() };
    baselines.of(&scenario, &effort, &mut |progress| bar.show(&progress))?;
    let limited = arguments.effort.effort();
    let checked = check(&scenario, endpoints, &mut baselines, &limited, &mut |progress| {
        bar.show(&progress);
    })?;
    let trace = match arguments.json {
        true => None,
        false => shortest(&checked, endpoints, &mut baselines, &effort)?,
    };
    bar.clear();
    let mut report = Report::new(FINGERPRINT);
    report.add(&profiles.client.to_string(), &profiles.server.to_string(), &checked);
    report.add_outcomes(&checked);
    if arguments.json {
        write(&(report.json()? + "\n"))?;
    } else {
        write(&words(&profiles, &checked, &report))?;
        if let Some((property, trace)) = trace {
            let baseline = baselines.of(&scenario, &effort, &mut |_| ())?;
            let system = system(&scenario, endpoints, &baseline)?;
            write(&counterexample(property, &trace, &chart(&system.pair, &trace)))?;
        }
    }
    Ok(if checked.holds() { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// Outcomes and verdicts.
fn words(profiles: &Both<Profile>, checked: &Checked<Tls>, report: &Report) -> String {
    let Both { client, server } = profiles;
    let heading = format!("{client} × {server}: {}", checked.scenario);
    let mut text = format!("{}\n", styled(HEADING, heading));
    for (name, outcomes) in [("plain TCP", &report.tcp), ("TLS", &report.tls)] {
        text.push_str(&format!("\noutcomes over {name}, the handshake's result first\n"));
        for outcome in outcomes.iter().flatten() {
            text.push_str(&format!("  {outcome}\n"));
        }
    }
    text.push_str("\nverdicts\n");
    for (property, verdict) in &checked.verdicts {
        let style = if *verdict == Verdict::Holds { GOOD } else { BAD };
        let verdict = styled(style, verdict_in_words(*verdict, checked.exploration.states));
        text.push_str(&format!("  {property:24}{verdict}\n"));
    }
    if checked.verdict(GOOD_RUNS_SURVIVE) == Verdict::Fails {
        text.push_str("  over plain TCP every call can return ok, over TLS never\n");
    }
    let harms: Vec<String> = checked.harms().iter().map(|(harm, _)| harm.to_string()).collect();
    if !harms.is_empty() {
        // A rejection is not compared with plain TCP.
        let what = match checked.scenario.client_certificate.rejecting_side() {
            Some(_) => "harm that a rejection must not do",
            None => "harm that plain TCP does not have",
        };
        text.push_str(&format!("  {what}: {}\n", harms.join(", ")));
    }
    if let Some(owing) = owing(&checked.exploration) {
        text.push_str(&format!("  {owing}\n"));
    }
    let faint = format!("{}\n{}\n{}", size(checked), assumptions(), subject());
    text.push_str(&format!("\n{}\n", styled(FAINT, faint)));
    text
}

fn counterexample(property: &str, trace: &Trace<Tls>, chart: &str) -> String {
    let steps = trace.len().saturating_sub(1);
    let heading = format!("the shortest trace against `{property}`, {steps} steps");
    format!("\n{}\n{chart}", styled(HEADING, heading))
}
