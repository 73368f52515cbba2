//! What was explored, and what came of it, in numbers.

use std::collections::HashMap;
use std::fmt;

use hyaline_model::table::{Machine, Policy, Row};
use serde::{Deserialize, Serialize};

use crate::ends::tls::Tls;
use crate::hostile::{Coverage, Hostile, HostileExploration, explore};
use crate::mutants::{JudgeError, hostile_grounds};
use crate::programs::Manner;
use crate::runs::hazards::hazards;
use crate::runs::run::{CheckRun, Expected, RunError};
use crate::search::explore::Verdict;
use crate::search::in_order::in_order;
use crate::search::scenario::Checked;
use crate::unbounded::plan::Extent;
use crate::unbounded::run::UnboundedRun;

/// World *pair* at named bounds, with the runs for what the bounds lack and those of the hazards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BoundedPart {
    /// The name of the bounds.
    pub bounds: String,
    /// Explorations.
    pub explorations: usize,
    /// Explorations that came to what is expected of them.
    pub as_expected: usize,
    /// Unique snapshots, of all explorations.
    pub states: usize,
    /// Unique pairs of a snapshot and a step.
    pub edges: usize,
    /// Snapshots in which no step is enabled.
    pub terminals: u64,
    /// The properties, and where they hold, of the explorations in which they have to.
    pub properties: Vec<PropertyCount>,
    /// The named hazards.
    pub hazards: Vec<HazardSeen>,
}

/// Why runs are no part of a proof.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BoundedPartError {
    /// In this run hashes stood for snapshots, so that some may have been missed.
    Hashes(String),
    /// A hazard cannot be read.
    Run(RunError),
}

impl fmt::Display for BoundedPartError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Hashes(run) => {
                write!(formatter, "hashes stood for snapshots in {run}: a proof needs exact keys")
            }
            Self::Run(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for BoundedPartError {}

impl From<RunError> for BoundedPartError {
    fn from(error: RunError) -> Self {
        Self::Run(error)
    }
}

/// In how many explorations a property holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PropertyCount {
    /// Its name.
    pub property: String,
    /// In so many explorations it holds.
    pub holds: usize,
    /// In so many explorations it has to hold.
    pub of: usize,
}

/// What was seen of a hazard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HazardSeen {
    /// Its name.
    pub name: String,
    /// What happens.
    pub title: String,
    /// The switch that makes it, and the value.
    pub switch: String,
    /// The end that is in danger.
    pub end: String,
    /// With the switch flipped, the property fails.
    pub found: bool,
    /// With the switch flipped back, every property holds.
    pub gone: bool,
}

impl BoundedPart {
    /// Counts the runs of a check.
    ///
    /// # Errors
    ///
    /// If hashes stood for snapshots in a run, or a hazard cannot be read.
    pub fn of(bounds: &str, runs: &[(&CheckRun, &Checked<Tls>)]) -> Result<Self, BoundedPartError> {
        if let Some((run, _)) = runs.iter().find(|(_, one)| one.exploration.missed.is_some()) {
            return Err(BoundedPartError::Hashes(format!("{}: {}", run.name, run.scenario)));
        }
        let met = |(run, checked): &&(&CheckRun, &Checked<Tls>)| run.expected.is_met(checked);
        let explorations = || runs.iter().map(|(_, checked)| &checked.exploration);
        Ok(Self {
            bounds: bounds.to_owned(),
            explorations: runs.len(),
            as_expected: runs.iter().filter(met).count(),
            states: explorations().map(|one| one.states).sum(),
            edges: explorations().map(|one| one.edges).sum(),
            terminals: explorations().map(|one| one.terminals).sum(),
            properties: properties(runs),
            hazards: hazards_seen(runs)?,
        })
    }
}

/// The properties in the order in which they first come.
fn properties(runs: &[(&CheckRun, &Checked<Tls>)]) -> Vec<PropertyCount> {
    let mut counts: Vec<PropertyCount> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for (_, checked) in runs.iter().filter(|(run, _)| run.expected == Expected::Holds) {
        for (property, verdict) in &checked.verdicts {
            let place = *places.entry(property).or_insert_with(|| {
                counts.push(PropertyCount { property: (*property).to_owned(), holds: 0, of: 0 });
                counts.len() - 1
            });
            if let Some(count) = counts.get_mut(place) {
                count.of += 1;
                count.holds += usize::from(*verdict == Verdict::Holds);
            }
        }
    }
    counts
}

fn hazards_seen(runs: &[(&CheckRun, &Checked<Tls>)]) -> Result<Vec<HazardSeen>, RunError> {
    let mut seen = Vec::new();
    for hazard in hazards()? {
        let [flipped, back] = hazard.runs()?;
        let is_met = |of: &CheckRun| {
            let (run, checked) = runs.iter().find(|(run, _)| run.name == of.name)?;
            Some(run.expected.is_met(checked))
        };
        let (switch, value) = hazard.guilty;
        seen.push(HazardSeen {
            name: hazard.name.to_owned(),
            title: hazard.title.to_owned(),
            switch: format!("{switch}={value}"),
            end: hazard.endangered.to_string(),
            found: is_met(&flipped).unwrap_or(false),
            gone: is_met(&back).unwrap_or(false),
        });
    }
    Ok(seen)
}

/// World *pair* for programs of any length and queues of any size.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnboundedPart {
    /// Whether it is what each change is checked by, or all of it.
    pub extent: Extent,
    /// Each exploration.
    pub explorations: Vec<UnboundedLine>,
}

/// One exploration of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnboundedLine {
    /// The run that was explored, in words.
    pub run: String,
    /// `holds`, `fails` or `unfinished`.
    pub verdict: String,
    /// The same of programs without end.
    pub endless: String,
    /// Snapshots.
    pub snapshots: usize,
    /// Pairs of a snapshot and a step.
    pub edges: usize,
    /// Snapshots in which nothing has to happen: there calls that wait are judged.
    pub quiet: usize,
}

impl UnboundedLine {
    /// The line of a run that came to this, with the verdict on programs without end.
    #[must_use]
    pub fn new(run: &UnboundedRun, verdicts: [Verdict; 2], counts: [usize; 3]) -> Self {
        let [snapshots, edges, quiet] = counts;
        let [verdict, endless] = verdicts.map(|verdict| verdict.word().to_owned());
        Self { run: run.to_string(), verdict, endless, snapshots, edges, quiet }
    }
}

/// World *hostile*: one end, and any peer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostilePart {
    /// Explorations: one for each configuration and each flipped switch, and again with two calls
    /// at once where that differs.
    pub explorations: usize,
    /// Unique snapshots.
    pub snapshots: usize,
    /// The rows that fired, machine by machine.
    pub rows: Vec<RowCount>,
    /// The rows that never fired, without the `otherwise` ones.
    pub silent: Vec<String>,
    /// The values that a guard's subject never had.
    pub unseen_values: Vec<String>,
}

/// How many rows of a machine fired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowCount {
    /// The machine.
    pub machine: String,
    /// So many fired.
    pub fired: usize,
    /// So many it has, without the `otherwise` ones.
    pub of: usize,
}

impl HostilePart {
    /// Explores it, on so many threads.
    ///
    /// # Errors
    ///
    /// If a property fails, or the search gives up.
    pub fn explore(threads: usize) -> Result<Self, JudgeError> {
        let seen = Coverage::default();
        let (mut explorations, mut snapshots) = (0, 0);
        let explore_one = |(policy, manner): &(Policy, Manner)| {
            explore(Hostile::new(*policy).with_manner(*manner))
        };
        in_order(&hostile_grounds(), threads, explore_one, |found| {
            let HostileExploration { states, stopped, failures, coverage, .. } = found;
            if let Some(property) = failures.first() {
                return Err(JudgeError::TableFails(property));
            }
            if let Some(stop) = stopped {
                return Err(stop.into());
            }
            seen.add(&coverage);
            explorations += 1;
            snapshots += states;
            Ok(())
        })?;
        let rows = Machine::ALL.iter().map(|machine| {
            let (fired, of) = seen.rows_of(*machine);
            RowCount { machine: machine.name().to_owned(), fired, of }
        });
        let named = |row: &Row| format!("{}: {}", row.machine.name(), row.text);
        Ok(Self {
            explorations,
            snapshots,
            rows: rows.collect(),
            silent: seen.missing_rows().map(named).collect(),
            unseen_values: seen.missing_values(),
        })
    }

    /// How many rows fired, of how many.
    #[must_use]
    pub fn fired(&self) -> [usize; 2] {
        [self.rows.iter().map(|row| row.fired).sum(), self.rows.iter().map(|row| row.of).sum()]
    }
}
