//! The runs of a check that have a name: what they are, and what is expected of them.

use super::bounds::{ClientCertificate, Scenario, small};
use super::contract::Both;
use super::explore::Verdict;
use super::hazards::hazards;
use super::outcome::Harm;
use super::pair::Timers;
use super::profile::{Profile, ProfileError};
use super::program::ProgramError;
use super::programs::Programs;
use super::properties;
use super::scenario::Checked;

/// What is expected of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Every property holds, and everything was explored.
    Holds,
    /// Everything was explored, and this was found.
    Caught {
        /// This property fails.
        property: &'static str,
        /// Each of these harms, in runs that nothing excuses.
        harms: Vec<Harm>,
        /// Good runs of plain TCP that TLS does not have.
        lost_good_runs: bool,
    },
}

impl Expected {
    /// Whether it is what came of the run.
    pub fn is_met<E>(&self, checked: &Checked<E>) -> bool {
        match self {
            Self::Holds => checked.holds(),
            Self::Caught { property, harms, lost_good_runs } => {
                let found = checked.harms();
                let has = |harm: &Harm| found.iter().any(|(known, _)| known == harm);
                checked.exploration.complete
                    && checked.verdict(property) == Verdict::Fails
                    && harms.iter().all(has)
                    && !(*lost_good_runs && checked.lost_good_runs.is_empty())
            }
        }
    }

    /// The verdict that is expected on one property; nothing where either is as good.
    pub fn verdict(&self, property: &str) -> Option<Verdict> {
        match self {
            Self::Holds => Some(Verdict::Holds),
            Self::Caught { property: caught, lost_good_runs, .. } => {
                let fails = property == *caught
                    || (*lost_good_runs && property == properties::GOOD_RUNS_SURVIVE);
                fails.then_some(Verdict::Fails)
            }
        }
    }
}

/// What a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// It is one of the scenarios that the bounds consist of.
    Bounds,
    /// It has what these bounds lack.
    Further,
    /// It shows that the check can fail, or that it fails for the one reason only.
    Hazard,
}

/// One run of a check.
#[derive(Clone, Debug)]
pub struct Run {
    /// What it is for.
    pub purpose: Purpose,
    /// The name of its bounds, or its own.
    pub name: String,
    /// Both ends' policies.
    pub profiles: Both<Profile>,
    /// What is explored.
    pub scenario: Scenario,
    /// What is expected of it.
    pub expected: Expected,
}

/// Why there is no run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunError {
    /// A program cannot be read.
    Program(ProgramError),
    /// A profile cannot be read.
    Profile(ProfileError),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Program(error) => error.fmt(formatter),
            Self::Profile(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for RunError {}

impl From<ProgramError> for RunError {
    fn from(error: ProgramError) -> Self {
        Self::Program(error)
    }
}

impl From<ProfileError> for RunError {
    fn from(error: ProfileError) -> Self {
        Self::Profile(error)
    }
}

/// Scenarios with these profiles, all of which are to hold.
pub fn bounds_runs(name: &str, scenarios: Vec<Scenario>, profiles: Both<Profile>) -> Vec<Run> {
    let run = |scenario| Run {
        purpose: Purpose::Bounds,
        name: name.to_owned(),
        profiles,
        scenario,
        expected: Expected::Holds,
    };
    scenarios.into_iter().map(run).collect()
}

/// The scenarios of the bounds `small`, for these profiles.
pub fn small_runs(profiles: Both<Profile>, timers: Timers) -> Vec<Run> {
    bounds_runs("small", small(timers), profiles)
}

/// What the bounds `small` lack: connections without compatibility mode, transports without queues,
/// and records of which half is on its way; for one thread and for two. All with what ships.
///
/// # Errors
///
/// If a profile cannot be read.
pub fn further_runs(timers: Timers) -> Result<Vec<Run>, RunError> {
    let shipped = Profile::HYALINE;
    let incompatible = shipped.with("compatibility", "off")?;
    let base = |calls| Scenario { tickets: 2, timers, ..Scenario::new(Programs::UpTo(calls)) };
    let split = Scenario { tickets: 2, timers, ..Scenario::new(Programs::Threads(2)) };
    let runs = [
        ("no compatibility mode", incompatible, base(2)),
        ("no compatibility mode, retried", incompatible, Scenario { retry: true, ..base(1) }),
        ("no queues", shipped, Scenario { send: 0, receive: 0, ..base(2) }),
        ("no send queue", shipped, Scenario { send: 0, ..base(2) }),
        ("no receive queue", shipped, Scenario { receive: 0, ..base(2) }),
        ("half records", shipped, Scenario { record_cells: 2, ..base(2) }),
        ("two threads, no queues", shipped, Scenario { send: 0, receive: 0, ..split }),
        ("two threads, no send queue", shipped, Scenario { send: 0, ..split }),
        ("two threads, half records", shipped, Scenario { record_cells: 2, ..split }),
        (
            "two threads, rejected",
            shipped,
            Scenario { client_certificate: ClientCertificate::Rejected, ..split },
        ),
        ("two threads, longer queues", shipped, Scenario { send: 2, receive: 2, ..split }),
    ];
    let run = |(name, profile, scenario): (&str, Profile, _)| Run {
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
pub fn hazard_runs() -> Result<Vec<Run>, RunError> {
    let mut runs = Vec::new();
    for hazard in hazards()? {
        runs.extend(hazard.runs()?);
    }
    runs.push(Run {
        purpose: Purpose::Hazard,
        name: "two naive ends".to_owned(),
        profiles: Both { client: Profile::NAIVE, server: Profile::NAIVE },
        scenario: Scenario::new(Programs::UpTo(2)),
        expected: Expected::Caught {
            property: properties::TRANSPARENT,
            harms: vec![Harm::Stuck, Harm::Reset],
            lost_good_runs: true,
        },
    });
    Ok(runs)
}
