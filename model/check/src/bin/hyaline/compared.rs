//! `hyaline unbounded --compare`: the bounded world beside the one without bounds, edge by edge.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use hyaline_check::programs::{Manner, Programs};
use hyaline_check::report::subject;
use hyaline_check::search::bounds::Scenario;
use hyaline_check::search::profile::{Profile, endpoints_of};
use hyaline_check::side::Both;
use hyaline_check::unbounded::comparison::{Compared, compare};
use hyaline_check::unbounded::run::UnboundedRun;
use hyaline_check::world::pair::Pair;
use hyaline_check::world::step::{Beginnings, Timers};
use indicatif::HumanCount;

use crate::CommandStatus;
use crate::arguments::UnboundedArguments;
use crate::progress::for_all;
use crate::screen::{BAD, CommandError, FAINT, GOOD, HEADING, styled, write};

/// The queues, in records: send and receive.
const QUEUES: [(u8, u8); 4] = [(1, 1), (1, 2), (2, 1), (2, 2)];

pub(crate) fn run(
    arguments: &UnboundedArguments,
    calls: u8,
) -> Result<CommandStatus, CommandError> {
    let heading =
        format!("each edge of programs of up to {calls} calls, beside the world without bounds");
    write(&format!("{}, inbox {}\n", styled(HEADING, heading), arguments.inbox))?;
    let (begun, all) = (Instant::now(), Mutex::new(Vec::new()));
    for_all(&QUEUES, arguments.threads, |queues| {
        let scenario = scenario(*queues, calls, arguments.inbox);
        let came = compared(&scenario);
        all.lock().unwrap_or_else(PoisonError::into_inner).push((scenario, came));
    });
    let mut all = all.into_inner().unwrap_or_else(PoisonError::into_inner);
    all.sort_by_key(|(scenario, _)| (scenario.send, scenario.receive));
    for (scenario, came) in &all {
        write(&format!("  {scenario}: {}\n", words(came)))?;
    }
    let are_alike = all.iter().all(|(_, came)| came.is_ok());
    let verdict = match are_alike {
        true => styled(GOOD, "each has a counterpart (complete)"),
        false => styled(BAD, "not each has a counterpart"),
    };
    let faint = styled(FAINT, format!("{} s\n{}", begun.elapsed().as_secs(), subject()));
    write(&format!("{verdict}\n{faint}\n"))?;
    Ok(if are_alike { CommandStatus::Holds } else { CommandStatus::Fails })
}

/// Every program of up to so many calls, one call at a time, beginning at any time.
fn scenario((send, receive): (u8, u8), calls: u8, inbox: u8) -> Scenario {
    let programs = Programs::alike(Manner::OneCall, calls);
    Scenario { send, receive, inbox, ..Scenario::new(programs) }
}

/// What came of a comparison, or the first difference, in words.
fn compared(scenario: &Scenario) -> Result<Compared, String> {
    let profiles = Both { client: Profile::HYALINE, server: Profile::HYALINE };
    let endpoints = endpoints_of(scenario, &profiles);
    let tcp = scenario.tcp().ok_or("the queues are too long for a bounded world")?;
    let mut pair = Pair::new(endpoints, tcp, scenario.programs, Timers::Quiescent);
    pair.beginnings = Beginnings::AnyTime;
    let mut world = UnboundedRun { inbox: scenario.inbox, ..UnboundedRun::PLAIN }.world();
    compare(&pair, &mut world).map_err(|difference| difference.to_string())
}

fn words(came: &Result<Compared, String>) -> String {
    let count = |number: usize| HumanCount(u64::try_from(number).unwrap_or(u64::MAX));
    match came {
        Err(difference) => styled(BAD, difference).to_string(),
        Ok(Compared { snapshots, edges, terminals, counterparts }) => styled(
            FAINT,
            format!(
                "{} snapshots, {} edges, {} ends, {} counterparts",
                count(*snapshots),
                count(*edges),
                count(*terminals),
                count(*counterparts)
            ),
        )
        .to_string(),
    }
}
