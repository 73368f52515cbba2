//! Which mutants of the shipped table the check catches.

pub mod document;
mod grounds;
mod mutant;
pub mod removal;
pub mod sample;
pub mod survey;
pub mod survivors;

use std::fmt;
use std::sync::Arc;

use self::grounds::{Victim, runs};
pub use self::grounds::{
    configurations, differs_with_two_callers, hostile_grounds, other_policies,
};
pub use self::mutant::{Kind, Mutant};
use hyaline_model::table::ROWS;
use hyaline_search::Stop;

use crate::ends::tls::Tls;
use crate::hostile::UnknownSpace;
use crate::judgement::transparency::Baseline;
use crate::runs::run::{CheckRun, Expected, RunError};
use crate::search::explore::{Effort, Verdict};
use crate::search::profile::endpoints_of;
use crate::search::scenario::{Baselines, Checked, ScenarioError, check_against};
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
        /// The number of one of them, other than the row that the mutant changes.
        row: u16,
    },
    /// No check here tells the mutant from the table.
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
    /// The search of world *hostile* has given up.
    Stopped(Stop),
}

impl fmt::Display for JudgeError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Run(error) => error.fmt(formatter),
            Self::Scenario(error) => error.fmt(formatter),
            Self::TableFails(property) => {
                write!(formatter, "`{property}` fails without any change of the table")
            }
            Self::Stopped(stop) => write!(formatter, "world hostile is not explored: {stop}"),
        }
    }
}

impl std::error::Error for JudgeError {}

impl From<RunError> for JudgeError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

impl From<Stop> for JudgeError {
    fn from(stop: Stop) -> Self {
        Self::Stopped(stop)
    }
}

impl From<UnknownSpace> for JudgeError {
    fn from(unknown: UnknownSpace) -> Self {
        match unknown {
            UnknownSpace::Fails(property) => Self::TableFails(property),
            UnknownSpace::Stopped(stop) => Self::Stopped(stop),
        }
    }
}

impl From<ScenarioError> for JudgeError {
    fn from(error: ScenarioError) -> Self {
        Self::Scenario(error)
    }
}

/// What becomes of a mutant in world *pair*.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PairFate {
    /// What becomes of it.
    pub fate: Fate,
    /// How many snapshots were explored until that was known.
    pub states: usize,
}

impl fmt::Display for PairFate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}; {} snapshots", self.fate, self.states)
    }
}

/// Judges mutants in world *pair*, each on its own, so that several threads may ask at once.
#[derive(Debug)]
pub struct PairJudge {
    /// Each with what plain TCP does there.
    runs: Vec<(CheckRun, Arc<Baseline>)>,
}

impl PairJudge {
    /// Explores plain TCP in all runs.
    ///
    /// # Errors
    ///
    /// If a run cannot be read, or not be explored.
    pub fn new() -> Result<Self, JudgeError> {
        let mut baselines = Baselines::default();
        let mut with_baseline = |run: CheckRun| {
            let baseline = baselines.of(&run.scenario, &Effort::default(), &mut |_| ())?;
            Ok::<_, JudgeError>((run, baseline))
        };
        Ok(Self { runs: runs()?.into_iter().map(&mut with_baseline).collect::<Result<_, _>>()? })
    }

    /// What becomes of a mutant that both ends have. A switch is flipped at each end but a naive
    /// one.
    ///
    /// # Errors
    ///
    /// If a run cannot be explored.
    pub fn fate(&self, mutant: &Mutant) -> Result<PairFate, JudgeError> {
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
    pub fn as_built(&self) -> Result<PairFate, JudgeError> {
        self.first_failure(|_| true, |run| Ok(endpoints_of(&run.scenario, &run.profiles)))
    }

    fn first_failure(
        &self,
        counts: impl Fn(&CheckRun) -> bool,
        ends: impl Fn(&CheckRun) -> Result<Both<Tls>, RunError>,
    ) -> Result<PairFate, JudgeError> {
        let mut states = 0;
        for (run, baseline) in self.runs.iter().filter(|(run, _)| counts(run)) {
            let (scenario, effort) = (&run.scenario, Effort::default());
            let checked = check_against(scenario, ends(run)?, baseline, &effort, &mut |_| ())?;
            states += checked.exploration.states;
            if !run.expected.is_met(&checked) {
                return Ok(PairFate { fate: fate_of(run, &checked), states });
            }
        }
        Ok(PairFate { fate: Fate::Survives, states })
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

/// Judges mutants in both worlds, several at once if several threads ask. What the table itself
/// does is explored once.
#[derive(Debug)]
pub struct MutantJudge {
    pair: PairJudge,
    victims: Vec<Victim>,
}

impl MutantJudge {
    /// Explores the table itself, on so many threads.
    ///
    /// # Errors
    ///
    /// If a run cannot be read, or a property fails in the table itself.
    pub fn new(threads: usize) -> Result<Self, JudgeError> {
        let pair = PairJudge::new()?;
        if let Fate::CaughtInPair { property, .. } = pair.as_built()?.fate {
            return Err(JudgeError::TableFails(property));
        }
        Ok(Self { pair, victims: Victim::all(threads)? })
    }

    /// What becomes of a mutant that both ends have.
    ///
    /// # Errors
    ///
    /// If a run cannot be explored.
    pub fn fate(&self, mutant: &Mutant) -> Result<Fate, JudgeError> {
        let PairFate { fate, .. } = self.pair.fate(mutant)?;
        let (Fate::Survives, Some(mutation)) = (&fate, mutant.mutation()) else {
            return Ok(fate);
        };
        for victim in &self.victims {
            if let Some(caught) = victim.fate(mutation)? {
                return Ok(caught);
            }
        }
        Ok(fate)
    }
}
