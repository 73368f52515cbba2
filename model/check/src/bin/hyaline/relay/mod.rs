//! `hyaline relay`.

mod every;
mod words;

use hyaline_check::WORLD_FINGERPRINT;
use hyaline_check::relay::assessment::{RelayAssessment, RelayOutcome, assess};
use hyaline_check::relay::chart::RelaySequence;
use hyaline_check::relay::scenario::{RelayError, Three};
use hyaline_check::report::conclusion::Conclusion;
use hyaline_check::runs::libraries::NamedProfile;
use hyaline_check::search::profile::Profile;
use hyaline_check::search::scenario::ScenarioError;
use hyaline_model::table::FINGERPRINT;
use serde::Serialize;

use self::words::words;
use crate::CommandStatus;
use crate::arguments::{RelayArguments, RelayFormat};
use crate::progress::Bar;
use crate::screen::{CommandError, write};

pub(crate) fn run(arguments: &RelayArguments) -> Result<CommandStatus, CommandError> {
    // The command line has both programs, or how long all of them may be.
    let Some(scenario) = arguments.scenario() else { return every::run(arguments) };
    let named = arguments.profiles();
    let profiles = profiles_of(&named);
    let bar = Bar::new(1);
    let mut show = |progress| bar.show(&progress);
    let (effort, with_heals) = (arguments.effort.effort(), arguments.looks_for_heals());
    let found = assess(&scenario, &profiles, &effort, with_heals, &mut show);
    bar.clear();
    let assessment = found.map_err(refused)?;
    let title = title(&named, &scenario.to_string());
    match arguments.format {
        RelayFormat::Text => write(&words(&title, &assessment, arguments.handshake))?,
        RelayFormat::Json => write(&(json(&title, &assessment)? + "\n"))?,
    }
    Ok(match assessment.conclusion {
        Conclusion::Holds | Conclusion::HangsOverTcp => CommandStatus::Holds,
        Conclusion::Fails | Conclusion::Unfinished => CommandStatus::Fails,
    })
}

fn profiles_of(named: &Three<&NamedProfile>) -> Three<Profile> {
    let Three { client, relay, server } = named;
    Three { client: client.profile(), relay: relay.profile(), server: server.profile() }
}

fn refused(error: RelayError) -> CommandError {
    match error {
        RelayError::BaselineUnfinished => ScenarioError::BaselineUnfinished.into(),
        error => CommandError::Usage(error.to_string()),
    }
}

fn title(profiles: &Three<&NamedProfile>, scenario: &str) -> String {
    let Three { client, relay, server } = profiles;
    format!("{client} × {relay} × {server}: {scenario}")
}

/// The answer as data.
#[derive(Serialize)]
struct RelayAnswer<'a> {
    schema: u32,
    fingerprint: &'static str,
    world: &'static str,
    scenario: &'a str,
    outcome: &'static str,
    answer: &'a str,
    harm: Option<String>,
    at: Option<&'static str>,
    explanation: &'a [String],
    heals: Option<&'a [Vec<&'static str>]>,
    trace: Option<&'a RelaySequence>,
    tcp: &'a [RelayOutcome],
    tls: &'a [RelayOutcome],
    owing: usize,
    complete: bool,
    states: usize,
    edges: usize,
}

/// The version of the answer's form.
const SCHEMA: u32 = 1;

fn json(title: &str, assessment: &RelayAssessment) -> Result<String, CommandError> {
    let explored = &assessment.explored;
    let answer = RelayAnswer {
        schema: SCHEMA,
        fingerprint: FINGERPRINT,
        world: WORLD_FINGERPRINT,
        scenario: title,
        outcome: assessment.conclusion.word(),
        answer: &assessment.headline,
        harm: assessment.worst.map(|worst| worst.harm.to_string()),
        at: assessment.worst.map(|worst| worst.at),
        explanation: &assessment.explanation,
        heals: assessment.heals.as_deref(),
        trace: assessment.trace.as_ref(),
        tcp: &assessment.over_tcp,
        tls: &assessment.over_tls,
        owing: assessment.owing,
        complete: explored.complete,
        states: explored.states,
        edges: explored.edges,
    };
    serde_json::to_string_pretty(&answer).map_err(CommandError::Json)
}
