//! The runs of a check that have a name: what they are, and what is expected of them.

use crate::judgement::outcome::Harm;
use crate::judgement::properties;
use crate::programs::{Manner, Programs};
use crate::runs::hazards::hazards;
use crate::runs::run::{CheckRun, Expected, Purpose, RunError};
use crate::search::bounds::{ClientCertificate, Scenario, small};
use crate::search::profile::Profile;
use crate::side::Both;
use crate::world::step::Timers;
use crate::world::tcp::Vanishing;

/// The name of the run in which two naive ends have to be caught.
pub const NAIVE_RUN: &str = "two naive ends";

/// Scenarios with these profiles, all of which are to hold.
pub fn bounds_runs(name: &str, scenarios: Vec<Scenario>, profiles: Both<Profile>) -> Vec<CheckRun> {
    let run = |scenario| CheckRun {
        purpose: Purpose::Bounds,
        name: name.to_owned(),
        profiles,
        scenario,
        expected: Expected::Holds,
    };
    scenarios.into_iter().map(run).collect()
}

/// The scenarios of the bounds `small`, for these profiles.
pub fn small_runs(profiles: Both<Profile>, timers: Timers) -> Vec<CheckRun> {
    bounds_runs("small", small(timers), profiles)
}

/// What the bounds `small` lack: connections without compatibility mode, transports without queues,
/// and records of which half is on its way; for one caller and for two. All with what ships.
///
/// # Errors
///
/// If a profile cannot be read.
pub fn further_runs(timers: Timers) -> Result<Vec<CheckRun>, RunError> {
    let shipped = Profile::HYALINE;
    let incompatible = shipped.with("compatibility", "off")?;
    let base = |calls| Scenario { tickets: 2, timers, ..Scenario::new(Programs::up_to(calls)) };
    let two = |manner| {
        let programs = Programs::alike(manner, 2);
        Scenario { tickets: 2, timers, ..Scenario::new(programs) }
    };
    let one = Both { client: Manner::OneCall, server: Manner::OneCall };
    // Where a side rests, records that are not data keep the room that they take: the tickets, a
    // request to update keys, and a reply to the peer's request. The send queue is so much longer.
    let rest = |tickets, calls| {
        let (ahead, programs) = (tickets + 2, Programs::EveryAtRest(one, calls));
        let send = 1 + ahead;
        Scenario { send, ahead, tickets, timers, ..Scenario::new(programs) }
    };
    let (split, task) = (two(Manner::Threads), two(Manner::Task));
    let runs = [
        ("no compatibility mode", incompatible, base(2)),
        ("no compatibility mode, retried", incompatible, Scenario { retry: true, ..base(1) }),
        ("no queues", shipped, Scenario { send: 0, receive: 0, ..base(2) }),
        ("no send queue", shipped, Scenario { send: 0, ..base(2) }),
        ("no receive queue", shipped, Scenario { receive: 0, ..base(2) }),
        ("half records", shipped, Scenario { record_cells: 2, ..base(2) }),
        ("sides rest", shipped, rest(0, 2)),
        ("sides rest, tickets", shipped, rest(1, 2)),
        ("a host vanishes", shipped, Scenario { vanishing: Vanishing::Unprobed, ..base(2) }),
        ("a host vanishes, probed", shipped, Scenario { vanishing: Vanishing::Probed, ..base(2) }),
        ("two threads, no queues", shipped, Scenario { send: 0, receive: 0, ..split }),
        ("two threads, no send queue", shipped, Scenario { send: 0, ..split }),
        ("two threads, half records", shipped, Scenario { record_cells: 2, ..split }),
        (
            "two threads, rejected",
            shipped,
            Scenario { client_certificate: ClientCertificate::Rejected, ..split },
        ),
        ("two threads, longer queues", shipped, Scenario { send: 2, receive: 2, ..split }),
        (
            "two threads, a host vanishes",
            shipped,
            Scenario { vanishing: Vanishing::Probed, ..split },
        ),
        ("a task, no queues", shipped, Scenario { send: 0, receive: 0, ..task }),
        ("a task, no send queue", shipped, Scenario { send: 0, ..task }),
        ("a task, half records", shipped, Scenario { record_cells: 2, ..task }),
        (
            "a task, rejected",
            shipped,
            Scenario { client_certificate: ClientCertificate::Rejected, ..task },
        ),
        ("a task, longer queues", shipped, Scenario { send: 2, receive: 2, ..task }),
    ];
    let run = |(name, profile, scenario): (&str, Profile, _)| CheckRun {
        purpose: Purpose::Further,
        name: name.to_owned(),
        profiles: Both { client: profile, server: profile },
        scenario,
        expected: Expected::Holds,
    };
    Ok(runs.into_iter().map(run).collect())
}

/// The hazards, each flipped and flipped back, and two naive ends, which have to be caught. They
/// show that the check can fail.
///
/// # Errors
///
/// If a program or profile cannot be read.
pub fn hazard_runs() -> Result<Vec<CheckRun>, RunError> {
    let mut runs = Vec::new();
    for hazard in hazards()? {
        runs.extend(hazard.runs()?);
    }
    runs.push(CheckRun {
        purpose: Purpose::Hazard,
        name: NAIVE_RUN.to_owned(),
        profiles: Both { client: Profile::NAIVE, server: Profile::NAIVE },
        scenario: Scenario::new(Programs::up_to(2)),
        expected: Expected::Caught {
            property: properties::TRANSPARENT,
            harms: vec![Harm::Stuck, Harm::Reset],
            lost_good_runs: true,
        },
    });
    Ok(runs)
}
