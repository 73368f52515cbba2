//! A run of a check, and what is expected of it.

use crate::judgement::outcome::Harm;
use crate::judgement::properties;
use crate::programs::calls::ProgramError;
use crate::search::bounds::Scenario;
use crate::search::explore::Verdict;
use crate::search::profile::{Profile, ProfileError};
use crate::search::scenario::Checked;
use crate::side::Both;

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

    /// The verdict that is expected on one property; nothing where none is.
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
    /// The run is one of the scenarios that the bounds consist of.
    Bounds,
    /// The run has what these bounds lack.
    Further,
    /// The run shows that the check can fail, or that it fails for the one reason only.
    Hazard,
}

/// One run of a check.
#[derive(Clone, Debug)]
pub struct CheckRun {
    /// What it is for.
    pub purpose: Purpose,
    /// The name of its bounds, or its own.
    pub name: String,
    /// Both ends' policies.
    pub profiles: Both<Profile>,
    /// The scenario that is explored.
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
    /// The catalogue of hazards cannot be read: what is wrong.
    Catalogue(String),
}

impl std::fmt::Display for RunError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Program(error) => error.fmt(formatter),
            Self::Profile(error) => error.fmt(formatter),
            Self::Catalogue(what) => write!(formatter, "the catalogue of hazards: {what}"),
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
