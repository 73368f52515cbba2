//! `hyaline unbounded --random`: random programs, run through the bounded check.

use std::sync::{Mutex, PoisonError};

use hyaline_check::report::subject;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::explore::{Effort, Verdict};
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::search::scenario::{Baselines, ScenarioError, check};
use hyaline_check::side::Both;
use hyaline_check::unbounded::random::RandomScenarios;
use indicatif::HumanCount;

use crate::CommandStatus;
use crate::arguments::UnboundedArguments;
use crate::progress::for_all;
use crate::screen::{BAD, CommandError, FAINT, GOOD, HEADING, styled, write};

/// What came of all pairs.
#[derive(Default)]
struct Tally {
    snapshots: usize,
    /// The scenarios in which something does not hold, or was not explored to the end, with that.
    failed: Vec<(Scenario, Vec<(&'static str, Verdict)>)>,
    error: Option<ScenarioError>,
}

pub(crate) fn run(
    arguments: &UnboundedArguments,
    pairs: usize,
) -> Result<CommandStatus, CommandError> {
    let heading = format!("{pairs} random pairs of programs, seed {}", arguments.seed);
    write(&format!("{}, inbox {}\n", styled(HEADING, heading), arguments.inbox))?;
    let of = RandomScenarios::new(arguments.seed).take(pairs);
    let scenarios: Vec<Scenario> =
        of.map(|scenario| Scenario { inbox: arguments.inbox, ..scenario }).collect();
    let tally = Mutex::new(Tally::default());
    for_all(&scenarios, arguments.threads, |scenario| {
        let came = judged(scenario, arguments.snapshots_at_most);
        tally.lock().unwrap_or_else(PoisonError::into_inner).add(*scenario, came);
    });
    let tally = tally.into_inner().unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = tally.error {
        return Err(error.into());
    }
    write(&words(&tally))?;
    Ok(if tally.failed.is_empty() { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// How many snapshots a pair has, and the properties that do not hold.
type Judged = Result<(usize, Vec<(&'static str, Verdict)>), ScenarioError>;

fn judged(scenario: &Scenario, states_at_most: Option<usize>) -> Judged {
    let profiles = Both { client: Profile::HYALINE, server: Profile::HYALINE };
    let endpoints = endpoints_of(scenario, &profiles);
    let mut baselines = Baselines::default();
    // TLS is compared with all that plain TCP does, so plain TCP is always explored to the end.
    baselines.of(scenario, &Effort { threads: 1, ..Effort::default() }, &mut |_| ())?;
    let effort = Effort { threads: 1, states_at_most, ..Effort::default() };
    let checked = check(scenario, endpoints, &mut baselines, &effort, &mut |_| ())?;
    let failed = checked.verdicts.iter().filter(|(_, verdict)| *verdict != Verdict::Holds);
    Ok((checked.exploration.states, failed.copied().collect()))
}

impl Tally {
    fn add(&mut self, scenario: Scenario, judged: Judged) {
        match judged {
            Ok((snapshots, failed)) => {
                self.snapshots += snapshots;
                if !failed.is_empty() {
                    self.failed.push((scenario, failed));
                }
            }
            Err(error) => self.error = Some(error),
        }
    }
}

fn words(tally: &Tally) -> String {
    let mut text = String::new();
    for (scenario, failed) in &tally.failed {
        let failed: Vec<String> =
            failed.iter().map(|(name, verdict)| format!("{name}: {}", verdict.word())).collect();
        text.push_str(&format!("  {scenario}: {}\n", styled(BAD, failed.join("; "))));
    }
    let verdict = match tally.failed.len() {
        0 => styled(GOOD, "all of them hold (complete)"),
        count => styled(BAD, format!("{count} do not hold")),
    };
    let snapshots = HumanCount(u64::try_from(tally.snapshots).unwrap_or(u64::MAX));
    let faint = styled(FAINT, format!("{snapshots} snapshots\n{}", subject()));
    text.push_str(&format!("{verdict}\n{faint}\n"));
    text
}
