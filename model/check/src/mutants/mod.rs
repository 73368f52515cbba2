//! Which mutants of the shipped table the check catches.

pub mod document;
mod grounds;
mod mutant;
pub mod removal;
pub mod sample;
pub mod survey;
pub mod survivors;

use std::fmt;

use stateright::{Checker, HasDiscoveries, Model};

use self::grounds::{Victim, runs};
pub use self::grounds::{configurations, differs_with_two_callers, other_policies};
pub use self::mutant::{Kind, Mutant};
use hyaline_model::table::ROWS;

use crate::ends::tls::Tls;
use crate::hostile::Hostile;
use crate::interpret::mutation::Mutated;
use crate::runs::run::{CheckRun, Expected, RunError};
use crate::search::explore::{Effort, Verdict};
use crate::search::profile::endpoints_of;
use crate::search::scenario::{Baselines, Checked, ScenarioError, check};
use crate::side::Both;

/// What becomes of a mutant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// A property that has to hold in world *pair* fails.
    CaughtInPair {
        /// The run.
        run: String,
        /// The property.
        property: &'static str,
    },
    /// A hazard is found no longer.
    CaughtByHazard {
        /// The run.
        run: String,
    },
    /// A property of world *hostile* fails.
    CaughtByPeer {
        /// The property.
        property: &'static str,
    },
    /// Rows fire no longer that fire in the table.
    CaughtByCoverage {
        /// One of them, that is not the mutant's own.
        row: u16,
    },
    /// Nothing tells it from the table here.
    Survives,
}

impl fmt::Display for Fate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CaughtInPair { run, property } => write!(formatter, "`{property}` fails: {run}"),
            Self::CaughtByHazard { run } => write!(formatter, "not found: {run}"),
            Self::CaughtByPeer { property } => {
                write!(formatter, "`{property}` fails against a hostile peer")
            }
            Self::CaughtByCoverage { row } => {
                let text = ROWS.get(usize::from(*row)).map_or("", |row| row.text);
                write!(formatter, "this row fires no longer: {text}")
            }
            Self::Survives => formatter.write_str("SURVIVES"),
        }
    }
}

/// Why mutants cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JudgeError {
    /// A run cannot be read.
    Run(RunError),
    /// A run cannot be explored.
    Scenario(ScenarioError),
    /// This property fails in the table itself, and so says nothing about mutants.
    TableFails(&'static str),
}

impl fmt::Display for JudgeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(error) => error.fmt(formatter),
            Self::Scenario(error) => error.fmt(formatter),
            Self::TableFails(property) => {
                write!(formatter, "`{property}` fails without any change of the table")
            }
        }
    }
}

impl std::error::Error for JudgeError {}

impl From<RunError> for JudgeError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<ScenarioError> for JudgeError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}

/// Judges mutants in world *pair*.
#[derive(Debug)]
pub struct PairJudge {
    baselines: Baselines,
    effort: Effort,
    runs: Vec<CheckRun>,
    /// Snapshots that were explored.
    states: usize,
}

impl PairJudge {
    /// # Errors
    ///
    /// If a run cannot be read.
    pub fn new(threads: usize) -> Result<Self, JudgeError> {
        let effort = Effort { threads, states_at_most: None };
        Ok(Self { baselines: Baselines::default(), effort, runs: runs()?, states: 0 })
    }

    /// What becomes of a mutant that both ends have; a switch is flipped where what ships stands.
    ///
    /// # Errors
    ///
    /// If a run cannot be explored.
    pub fn fate(&mut self, mutant: &Mutant) -> Result<Fate, JudgeError> {
        // A run that is expected to fail in the table itself says nothing about a flipped switch.
        let counts =
            |run: &CheckRun| mutant.kind() != Kind::Switch || run.expected == Expected::Holds;
        self.first_failure(counts, |run| mutant.ends(run))
    }

    /// What becomes of the table that this was built with.
    ///
    /// # Errors
    ///
    /// If a run cannot be explored.
    pub fn as_built(&mut self) -> Result<Fate, JudgeError> {
        self.first_failure(|_| true, |run| Ok(endpoints_of(&run.scenario, &run.profiles)))
    }

    /// A fate, and how many snapshots were explored until it was known.
    #[must_use]
    pub fn words(&self, fate: &Fate) -> String {
        format!("{fate}; {} snapshots", self.states)
    }

    fn first_failure(
        &mut self,
        counts: impl Fn(&CheckRun) -> bool,
        ends: impl Fn(&CheckRun) -> Result<Both<Tls>, RunError>,
    ) -> Result<Fate, JudgeError> {
        for run in self.runs.iter().filter(|run| counts(run)) {
            let (baselines, effort) = (&mut self.baselines, &self.effort);
            let checked = check(&run.scenario, ends(run)?, baselines, effort, &mut |_| ())?;
            self.states += checked.exploration.states;
            if !run.expected.is_met(&checked) {
                return Ok(fate_of(run, &checked));
            }
        }
        Ok(Fate::Survives)
    }
}

/// What a run says of a mutant that it has caught.
fn fate_of(run: &CheckRun, checked: &Checked<Tls>) -> Fate {
    let name = format!("{}: {}", run.name, run.scenario);
    let failed = checked.verdicts.iter().find(|(_, verdict)| *verdict != Verdict::Holds);
    match (&run.expected, failed) {
        (Expected::Holds, Some((property, _))) => Fate::CaughtInPair { run: name, property },
        _ => Fate::CaughtByHazard { run: name },
    }
}

/// Judges mutants in both worlds: what the table itself does is explored once.
#[derive(Debug)]
pub struct MutantJudge {
    pair: PairJudge,
    victims: Vec<Victim>,
}

impl MutantJudge {
    /// Explores the table itself.
    ///
    /// # Errors
    ///
    /// If a run cannot be read, or a property fails in the table itself.
    pub fn new(threads: usize) -> Result<Self, JudgeError> {
        let mut pair = PairJudge::new(threads)?;
        if let Fate::CaughtInPair { property, .. } = pair.as_built()? {
            return Err(JudgeError::TableFails(property));
        }
        Ok(Self { pair, victims: Victim::all(threads)? })
    }

    /// What becomes of a mutant that both ends have.
    ///
    /// # Errors
    ///
    /// If a run cannot be explored.
    pub fn fate(&mut self, mutant: &Mutant) -> Result<Fate, JudgeError> {
        let fate = self.pair.fate(mutant)?;
        let (Fate::Survives, Some(mutation)) = (&fate, mutant.mutation()) else {
            return Ok(fate);
        };
        // Where its row does not fire, a mutant is the table itself.
        let fires = |victim: &&Victim| mutation.row().is_some_and(|row| victim.fires(row));
        for victim in self.victims.iter().filter(fires) {
            let system = Hostile { table: Mutated(Some(mutation)), ..victim.system() };
            let checker = system.checker().threads(self.pair.effort.threads);
            let checker = checker.finish_when(HasDiscoveries::Any).spawn_dfs().join();
            if let Some(property) = checker.discoveries().keys().next() {
                return Ok(Fate::CaughtByPeer { property });
            }
            let mut lost = victim.coverage.lost_in(&checker.model().coverage);
            if let Some(row) = lost.find(|row| Some(*row) != mutation.row()) {
                return Ok(Fate::CaughtByCoverage { row: row.number });
            }
        }
        Ok(fate)
    }
}
