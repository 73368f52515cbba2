//! `hyaline relay --calls`: every pair of programs with a relay between them.

use std::sync::{Mutex, PoisonError};

use hyaline_check::relay::assessment::judge;
use hyaline_check::relay::scenario::{RelayError, RelayScenario};
use hyaline_check::report::conclusion::Conclusion;
use hyaline_check::report::hashes::missed_in_any;
use hyaline_check::report::subject;
use hyaline_check::search::explore::Effort;
use hyaline_search::MissBound;
use indicatif::HumanCount;

use super::refused;
use super::words::owing;
use crate::CommandStatus;
use crate::arguments::{AnswerFormat, RelayArguments};
use crate::progress::for_all;
use crate::screen::{BAD, CommandError, FAINT, GOOD, HEADING, styled, write};

/// How many pairs are named that fail.
const NAMED: usize = 10;

/// What came of all pairs.
#[derive(Default)]
struct Tally {
    states: usize,
    /// How probable it is that a state was missed, where hashes stood for them.
    missed: Option<MissBound>,
    hang_over_tcp: usize,
    /// Kinds of ends that are counted only.
    owing: usize,
    /// The pairs with which TLS adds something, or not everything was explored.
    failed: Vec<(RelayScenario, String)>,
    error: Option<RelayError>,
}

pub(super) fn run(arguments: &RelayArguments) -> Result<CommandStatus, CommandError> {
    if arguments.shown.format() != AnswerFormat::Text {
        let words = "--calls is answered as text alone; ask for one pair of programs";
        return Err(CommandError::Usage(words.to_owned()));
    }
    let (named, scenarios) = (arguments.profiles(), arguments.every_scenario());
    let profiles = named.clone().map(|named| named.profile());
    let effort = Effort { threads: 1, ..arguments.effort() };
    let tally = Mutex::new(Tally::default());
    for_all(&scenarios, arguments.threads(), |scenario| {
        let judged = judge(scenario, &profiles, &effort, &mut |_| ());
        let mut tally = tally.lock().unwrap_or_else(PoisonError::into_inner);
        match judged {
            Ok(judged) => {
                tally.states += judged.explored.states;
                let missed = [tally.missed, judged.explored.missed];
                tally.missed = missed_in_any(missed.into_iter());
                tally.owing += judged.owing;
                match judged.conclusion {
                    Conclusion::Holds => {}
                    Conclusion::HangsOverTcp => tally.hang_over_tcp += 1,
                    Conclusion::Fails => {
                        let worst = judged.worst.map(|worst| worst.words()).unwrap_or_default();
                        tally.failed.push((*scenario, format!("TLS adds {worst}")));
                    }
                    Conclusion::Unfinished => {
                        tally.failed.push((*scenario, Conclusion::Unfinished.word().to_owned()));
                    }
                }
            }
            Err(error) => tally.error = Some(error),
        }
    });
    let mut tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = tally.error {
        return Err(refused(error));
    }
    tally.failed.sort_unstable_by_key(|(scenario, _)| *scenario);
    let about = arguments.family_in_words();
    write(&words(&format!("{named}: {about}"), scenarios.len(), &tally))?;
    Ok(if tally.failed.is_empty() { CommandStatus::Holds } else { CommandStatus::Fails })
}

fn words(title: &str, pairs: usize, tally: &Tally) -> String {
    let mut text = format!("{}\n", styled(HEADING, title));
    for (scenario, why) in tally.failed.iter().take(NAMED) {
        let programs = &scenario.programs;
        let line = format!("`{}` with `{}`", programs.client, programs.server);
        text.push_str(&format!("  {line}: {}\n", styled(BAD, why)));
    }
    if let Some(more) = tally.failed.len().checked_sub(NAMED + 1) {
        text.push_str(&format!("  and {} more\n", more + 1));
    }
    let how = tally.missed.map_or_else(|| "complete".to_owned(), |missed| missed.to_string());
    let verdict = match tally.failed.len() {
        0 => {
            let (hang, style) = match tally.owing {
                0 => (tally.hang_over_tcp, GOOD),
                _ => (tally.hang_over_tcp, HEADING),
            };
            let what = if tally.owing == 0 { "nothing" } else { "nothing that is judged" };
            let words = format!(
                "TLS adds {what} in any of {pairs} pairs of programs ({how}); {hang} of them \
                 can hang over plain TCP"
            );
            styled(style, words)
        }
        count => {
            let words = format!("{count} of {pairs} pairs of programs do not hold");
            let bound = tally.missed.map(|missed| format!(" ({missed})")).unwrap_or_default();
            styled(BAD, words + &bound)
        }
    };
    let states = HumanCount(u64::try_from(tally.states).unwrap_or(u64::MAX));
    text.push_str(&owing(tally.owing));
    text + &format!("{verdict}\n{}\n", styled(FAINT, format!("{states} states\n{}", subject())))
}
