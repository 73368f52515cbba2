//! A scenario as a module of TLA+.

use std::fmt;

use hyaline_model::table::{Policy, PolicyName};

use super::values::{record, sequence, string, truth, value};
use crate::ends::tls::{OwnCertificate, Settings};
use crate::programs::calls::{Calls, ProgramCall};
use crate::programs::{Manner, Program, Programs, SideCalls};
use crate::search::bounds::Scenario;
use crate::search::endpoints::settings;
use crate::search::profile::Profile;
use crate::search::scenario::ScenarioError;
use crate::side::{Both, Side};
use crate::world::step::Timers;
use crate::world::tcp::{ResetRule, Vanishing};

/// Why a scenario has no module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportError {
    /// A queue has more cells than a snapshot has places for.
    LongQueue,
    /// A program rests: the modules have no such programs.
    Rest,
    /// A read has a deadline: the modules have none.
    TryRead,
    /// A program begins in plaintext: the modules have no such programs.
    Plaintext,
}

impl fmt::Display for ExportError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LongQueue => ScenarioError::QueueTooLong.fmt(formatter),
            Self::Rest => write!(formatter, "the modules of TLA+ have no programs that rest"),
            Self::Plaintext => {
                write!(formatter, "the modules of TLA+ have no calls before the handshake")
            }
            Self::TryRead => {
                write!(formatter, "the modules of TLA+ have no reads with a deadline")
            }
        }
    }
}

impl std::error::Error for ExportError {}

/// The module `Scenario`.
///
/// # Errors
///
/// If the modules do not have what the scenario asks for.
pub fn scenario(scenario: &Scenario, profiles: &Both<Profile>) -> Result<String, ExportError> {
    let chosen = match scenario.programs {
        Programs::Every(_, most) => Some(most),
        Programs::Fixed(programs) if calls(&programs, |call| call == ProgramCall::TryRead) => {
            return Err(ExportError::TryRead);
        }
        Programs::Fixed(programs) if calls(&programs, ProgramCall::is_plain) => {
            return Err(ExportError::Plaintext);
        }
        Programs::Fixed(Both { client, server }) if !rests(&client) && !rests(&server) => None,
        Programs::Fixed(_) | Programs::EveryAtRest(..) => return Err(ExportError::Rest),
    };
    let tcp = scenario.tcp().ok_or(ExportError::LongQueue)?;
    let ends = settings(scenario, profiles.client.policy(), profiles.server.policy());
    let rejecting = scenario.client_certificate.rejecting_side();
    let definitions = [
        ("ProgramsAreChosen", truth(chosen.is_some())),
        ("ChosenAtMost", chosen.unwrap_or(0).to_string()),
        ("Program", by_side(|side| program(&scenario.programs, side))),
        ("SendCells", tcp.send.to_string()),
        ("ReceiveCells", tcp.receive.to_string()),
        ("RecordCells", scenario.record_cells.to_string()),
        ("Inbox", scenario.inbox.to_string()),
        ("Retry", truth(scenario.retry)),
        ("Resumed", truth(scenario.resumed)),
        ("EarlyData", scenario.early_data.to_string()),
        ("EarlyDataAccepted", truth(scenario.early_data_accepted)),
        ("ResetRule", string(reset_rule(tcp.reset_rule))),
        ("Vanishing", string(vanishing(tcp.vanishing))),
        ("Timers", string(timers(scenario.timers))),
        ("RejectingSide", string(&rejecting.map_or("none".to_owned(), |side| side.to_string()))),
        ("Settings", by_side(|side| end(side, ends.of(side)))),
    ];
    let Both { client, server } = profiles;
    let mut text = String::from("---- MODULE Scenario ----\n");
    text.push_str(&format!("(* {client} and {server}:\n   {scenario}. *)\nEXTENDS Table\n\n"));
    for (name, value) in definitions {
        text.push_str(&format!("{name} == {value}\n"));
    }
    text.push_str("====\n");
    Ok(text)
}

fn rests(program: &Program) -> bool {
    program.calls.whole.last() == Some(ProgramCall::Rest)
}

/// Whether some caller of a side makes such a call.
fn calls(programs: &Both<Program>, is_such: fn(ProgramCall) -> bool) -> bool {
    let has = |calls: &Calls| calls.iter().any(is_such);
    Side::ALL.iter().any(|side| programs.of(*side).calls.iter().any(has))
}

fn by_side(of: impl Fn(Side) -> String) -> String {
    let fields: Vec<String> =
        Side::ALL.iter().map(|side| format!("{side} |-> {}", of(*side))).collect();
    format!("[\n    {}]", fields.join(",\n    "))
}

/// The manner of a side, and what it calls if that is given.
fn program(programs: &Programs, side: Side) -> String {
    let calls = match programs {
        Programs::Every(..) | Programs::EveryAtRest(..) => SideCalls::NONE,
        Programs::Fixed(programs) => programs.of(side).calls,
    };
    let words = |calls: Calls| sequence(calls.iter().map(|call| string(&call.to_string())));
    let manner = match programs.manner(side) {
        Manner::OneCall => "one call",
        Manner::Task => "task",
        Manner::Threads => "threads",
    };
    let fields = [
        ("manner", string(manner)),
        ("whole", words(calls.whole)),
        ("reader", words(calls.reader)),
        ("writer", words(calls.writer)),
    ];
    record(fields.map(|(name, value)| (name.to_owned(), value)).into_iter())
}

/// What is fixed for one end. Its policy is that of the profile from which it differs least.
fn end(side: Side, settings: &Settings) -> String {
    let certificate = match settings.certificate {
        OwnCertificate::Empty => "EmptyCertificate",
        OwnCertificate::Good => "GoodCertificate",
        OwnCertificate::Rejected => "RejectedCertificate",
    };
    let tickets = match side {
        Side::Client => 0,
        Side::Server => settings.tickets,
    };
    let fields = [
        ("policy", policy(&settings.policy)),
        ("certificate", string(certificate)),
        ("tickets", tickets.to_string()),
    ];
    record(fields.map(|(name, value)| (name.to_owned(), value)).into_iter())
}

fn policy(policy: &Policy) -> String {
    let flips = |profile: &Policy| -> Vec<String> {
        let flipped =
            PolicyName::ALL.iter().filter(|name| policy.get(**name) != profile.get(**name));
        flipped
            .map(|name| {
                let value = value(name.value_name(policy.get(*name)));
                format!("!.{} = {value}", name.name())
            })
            .collect()
    };
    let nearest = Policy::PROFILES.iter().map(|(name, profile)| (flips(profile), *name));
    let (flips, name) = nearest.min_by_key(|(flips, _)| flips.len()).unwrap_or_default();
    if flips.is_empty() {
        return format!("Profiles.{name}");
    }
    format!("[Profiles.{name} EXCEPT {}]", flips.join(", "))
}

const fn reset_rule(rule: ResetRule) -> &'static str {
    match rule {
        ResetRule::Keeps => "keeps",
        ResetRule::Discards => "discards",
    }
}

const fn vanishing(vanishing: Vanishing) -> &'static str {
    match vanishing {
        Vanishing::Never => "never",
        Vanishing::Unprobed => "unprobed",
        Vanishing::Probed => "probed",
    }
}

const fn timers(timers: Timers) -> &'static str {
    match timers {
        Timers::Quiescent => "quiescent",
        Timers::Any => "any",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_modules_do_not_have_is_refused() {
        let profiles = Both { client: Profile::HYALINE, server: Profile::HYALINE };
        let given = |client: &str| {
            let program = |text: &str| text.parse().expect("a program");
            let programs = Both { client: program(client), server: program("read close") };
            Scenario::new(Programs::Fixed(programs))
        };
        let refusal = |one: &Scenario| scenario(one, &profiles).err();
        assert_eq!(refusal(&given("half-close close")), None);
        assert_eq!(refusal(&given("half-close rest")), Some(ExportError::Rest));
        assert_eq!(refusal(&given("try-read close")), Some(ExportError::TryRead));
        assert_eq!(refusal(&given("plain-write close")), Some(ExportError::Plaintext));
        let long = Scenario { send: u8::MAX, ..given("close") };
        assert_eq!(refusal(&long), Some(ExportError::LongQueue));
    }
}
