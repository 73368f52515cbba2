//! One policy of ours opposite one of the peer's: every program, in an arena.

use std::fmt;
use std::sync::Arc;

use hyaline_model::table::INBOX_RECORDS;

use crate::judgement::transparency::Baseline;
use crate::opposite::finding::{Found, findings, joined};
use crate::programs::Programs;
use crate::search::bounds::Scenario;
use crate::search::explore::Effort;
use crate::search::profile::{Profile, endpoints_of};
use crate::search::scenario::{Baselines, ScenarioError, check_against};
use crate::side::{Both, Side};
use crate::world::tcp::ResetRule;

/// The most calls of a program but the close, where nothing else is asked for.
pub const CALLS_AT_MOST: u8 = 2;

/// Tickets that the server sends.
pub const TICKETS: u8 = 2;

/// The queues, in records: send and receive.
pub const QUEUES: [(u8, u8); 2] = [(0, 1), (1, 1)];

/// Why two policies cannot be compared with plain TCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpposeError {
    /// A scenario is out of bounds, or plain TCP was not explored to the end.
    Scenario(ScenarioError),
    /// An exploration gave up.
    Unfinished,
}

impl fmt::Display for OpposeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Scenario(error) => error.fmt(formatter),
            Self::Unfinished => write!(formatter, "an exploration gave up"),
        }
    }
}

impl std::error::Error for OpposeError {}

impl From<ScenarioError> for OpposeError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}

/// What may be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// The most calls of a program but the close.
    pub calls: u8,
    /// Records of application data that an end may have opened and not given to its program.
    pub inbox: u8,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { calls: CALLS_AT_MOST, inbox: INBOX_RECORDS }
    }
}

/// What every pair of policies is explored in: all programs, over each of the queues, with both
/// rules for resets; and what plain TCP does there.
#[derive(Debug)]
pub struct Arena(Vec<(Scenario, Arc<Baseline>)>);

/// What came of two policies.
#[derive(Debug)]
pub struct Opposed {
    /// The findings.
    pub findings: Found,
    /// Snapshots that were explored.
    pub states: usize,
}

impl Arena {
    /// Explores plain TCP.
    ///
    /// # Errors
    ///
    /// If a scenario is out of bounds, which none of these is.
    pub fn explored(bounds: Bounds) -> Result<Self, OpposeError> {
        let mut scenarios = Vec::new();
        for reset_rule in [ResetRule::Keeps, ResetRule::Discards] {
            for (send, receive) in QUEUES {
                let programs = Programs::up_to(bounds.calls);
                let scenario = Scenario {
                    send,
                    receive,
                    reset_rule,
                    inbox: bounds.inbox,
                    tickets: TICKETS,
                    ..Scenario::new(programs)
                };
                scenarios.push(scenario);
            }
        }
        Self::over(&scenarios)
    }

    /// Explores plain TCP in these scenarios.
    ///
    /// # Errors
    ///
    /// If one of them is out of bounds.
    pub fn over(scenarios: &[Scenario]) -> Result<Self, OpposeError> {
        let mut baselines = Baselines::default();
        let mut known = Vec::new();
        for scenario in scenarios {
            known.push((*scenario, baselines.of(scenario, &Effort::default(), &mut |_| ())?));
        }
        Ok(Self(known))
    }

    /// An arena of one given scenario.
    ///
    /// # Errors
    ///
    /// If it is out of bounds.
    pub fn of(scenario: &Scenario) -> Result<Self, OpposeError> {
        Self::over(std::slice::from_ref(scenario))
    }

    /// Its scenarios, each with what plain TCP does there.
    pub fn scenarios(&self) -> &[(Scenario, Arc<Baseline>)] {
        &self.0
    }

    /// Explores one policy of ours, on this side, opposite one of the peer's.
    ///
    /// # Errors
    ///
    /// [`OpposeError::Unfinished`] if an exploration gave up.
    pub fn oppose(
        &self,
        side: Side,
        ours: Profile,
        peers: Profile,
    ) -> Result<Opposed, OpposeError> {
        let mut profiles = Both { client: ours, server: ours };
        *profiles.of_mut(side.peer()) = peers;
        let mut found = Vec::new();
        let mut states = 0;
        for (scenario, baseline) in &self.0 {
            let ends = endpoints_of(scenario, &profiles);
            let effort = Effort::default();
            let checked = check_against(scenario, ends, baseline, &effort, &mut |_| ())?;
            if !checked.exploration.complete {
                return Err(OpposeError::Unfinished);
            }
            states += checked.exploration.states;
            found.push(findings(side, &checked, baseline));
        }
        Ok(Opposed { findings: joined(found), states })
    }
}
