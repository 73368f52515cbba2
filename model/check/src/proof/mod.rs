//! What is known of the table that ships, in one report: `docs/proof.json`, and its page.
//!
//! The report names its subject by fingerprints, so that it can be held against a library.

pub mod document;
pub mod explored;
pub mod replayed;
pub mod versions;

use std::collections::BTreeMap;

use hyaline_model::table::FINGERPRINT;
use serde::{Deserialize, Serialize};

use self::explored::{BoundedPart, HostilePart, PropertyCount, UnboundedPart};
use self::replayed::ReplayRecord;
use self::versions::{VersionsError, versions};
use crate::WORLD_FINGERPRINT;
use crate::mutants::Kind;
use crate::mutants::survey::{MutantEnd, Survey};
use crate::mutants::survivors::explanation;
use crate::search::explore::Verdict;
use crate::search::profile::Profile;

/// The version of the report's form.
pub const SCHEMA: u32 = 1;

/// Where the report is, from the root of the repository.
pub const PATH: &str = "docs/proof.json";

/// Where the page is, from the root of the repository.
pub const PAGE: &str = "docs/proof.md";

/// The report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// The version of this form.
    pub schema: u32,
    /// What it is about.
    #[serde(flatten)]
    pub subject: ProofSubject,
    /// World *pair* within bounds.
    pub bounded: BoundedPart,
    /// World *pair* without bounds.
    pub unbounded: UnboundedPart,
    /// World *hostile*.
    pub hostile: HostilePart,
    /// What the checks make of a table with a mistake.
    pub mutants: MutantPart,
    /// What two real connections did.
    pub replay: ReplayPart,
}

/// What a report is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProofSubject {
    /// The fingerprint of the table with the shipped policy.
    pub table: String,
    /// The shipped policy: each switch, and how it stands.
    pub policy: BTreeMap<String, String>,
    /// The fingerprint of the world.
    pub world: String,
    /// The versions of what was checked, and of what checked it.
    pub versions: BTreeMap<String, String>,
}

impl ProofSubject {
    /// What this was built with, and the versions of a lock file, given as text.
    ///
    /// # Errors
    ///
    /// If the text is no lock file of this repository.
    pub fn built(lock: &str) -> Result<Self, VersionsError> {
        Ok(Self {
            table: FINGERPRINT.to_owned(),
            policy: Profile::HYALINE.settings().collect(),
            world: WORLD_FINGERPRINT.to_owned(),
            versions: versions(lock)?,
        })
    }
}

/// What became of the mutants, as recorded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutantPart {
    /// The fingerprint of the table that they are mutants of.
    pub table: String,
    /// By what they were caught, or why not: so many of each kind.
    pub ends: Vec<MutantCount>,
    /// Those that nothing has caught, and why.
    pub survivors: Vec<Survivor>,
}

/// How many mutants came to an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MutantCount {
    /// The end.
    pub end: MutantEnd,
    /// Switches flipped.
    pub switches: usize,
    /// Rows masked.
    pub rows: usize,
}

/// A mutant that nothing has caught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Survivor {
    /// The switch and its value, or the machine and its row.
    pub mutant: String,
    /// Why nothing has; null if nobody knows.
    pub why: Option<String>,
}

impl MutantPart {
    /// Sums up a survey.
    #[must_use]
    pub fn of(survey: &Survey) -> Self {
        let count = |kind, end| survey.counts(kind).get(&end).copied().unwrap_or(0);
        let counts = MutantEnd::ALL.map(|end| MutantCount {
            end,
            switches: count(Kind::Switch, end),
            rows: count(Kind::Row, end),
        });
        let survivors = survey.with(MutantEnd::Survives).map(|judged| Survivor {
            mutant: judged.mutant.clone(),
            why: explanation(&judged.mutant).map(str::to_owned),
        });
        let table = survey.fingerprint.clone();
        Self { table, ends: counts.into(), survivors: survivors.collect() }
    }

    /// How many mutants are caught, and how many were tried.
    fn share(&self, of: impl Fn(&MutantCount) -> usize) -> [usize; 2] {
        let sum = |counts: fn(MutantEnd) -> bool| {
            self.ends.iter().filter(|count| counts(count.end)).map(&of).sum()
        };
        let tried = |end: MutantEnd| end.is_caught() || end == MutantEnd::Survives;
        [sum(MutantEnd::is_caught), sum(tried)]
    }
}

/// The sums over the record of the replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayPart {
    /// The fingerprint of the table that the real connections ran.
    pub table: String,
    /// The fingerprint of the world whose edges they took.
    pub world: String,
    /// Scenarios, each replayed to the end.
    pub scenarios: usize,
    /// Unique snapshots.
    pub states: usize,
    /// Unique pairs of a snapshot and a step.
    pub edges: usize,
    /// Rows of the table that fired, without the `otherwise` ones.
    pub fired: usize,
}

impl ReplayPart {
    /// Sums up a record.
    #[must_use]
    pub fn of(record: &ReplayRecord) -> Self {
        Self {
            table: record.table.clone(),
            world: record.world.clone(),
            scenarios: record.scenarios.len(),
            states: record.states(),
            edges: record.edges(),
            fired: record.fired,
        }
    }
}

impl Proof {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// If the text is no report.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// As it is written: one field a line.
    ///
    /// # Errors
    ///
    /// If serialization fails, which it does not for these types.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        Ok(serde_json::to_string_pretty(self)? + "\n")
    }

    /// In what the subject of this report differs from the subject now, a line each; empty if it is
    /// the same.
    #[must_use]
    pub fn differences(&self, now: &ProofSubject) -> Vec<String> {
        let then = &self.subject;
        let mut differences = Vec::new();
        let mut compare = |what: &str, now: &str, then: &str| {
            if now != then {
                differences.push(format!("the {what} is {now}; the report is about {then}"));
            }
        };
        compare("form", &SCHEMA.to_string(), &self.schema.to_string());
        compare("table", &now.table, &then.table);
        compare("world", &now.world, &then.world);
        compare("policy", &words(&now.policy), &words(&then.policy));
        compare("list of versions", &words(&now.versions), &words(&then.versions));
        differences
    }

    /// What in this report is not as it has to be, a line each; empty if it proves what it is for.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let mut must = |holds: bool, complaint: String| {
            if !holds {
                complaints.push(complaint);
            }
        };
        let Self { bounded, unbounded, hostile, mutants, replay, .. } = self;
        let (well, all) = (bounded.as_expected, bounded.explorations);
        must(
            all > 0 && well == all,
            format!("{well} of {all} explorations are as they have to be"),
        );
        for PropertyCount { property, holds, of } in &bounded.properties {
            must(holds == of, format!("`{property}` holds in {holds} of {of} explorations"));
        }
        for hazard in bounded.hazards.iter().filter(|hazard| !(hazard.found && hazard.gone)) {
            must(false, format!("{} is not found, or not gone", hazard.name));
        }
        must(!unbounded.explorations.is_empty(), "nothing was explored without bounds".to_owned());
        for line in &unbounded.explorations {
            let well = line.verdict == Verdict::Holds.word();
            must(well, format!("without bounds, {}: {}", line.run, line.verdict));
            let well = line.endless == Verdict::Holds.word();
            must(well, format!("without end, {}: {}", line.run, line.endless));
        }
        for silent in hostile.silent.iter().chain(&hostile.unseen_values) {
            must(false, format!("never seen against any peer: {silent}"));
        }
        for (what, found) in [("mutants are", &mutants.table), ("replay is", &replay.table)] {
            let table = &self.subject.table;
            must(found == table, format!("the {what} of table {found}, not of {table}"));
        }
        let (world, found) = (&self.subject.world, &replay.world);
        must(found == world, format!("the replay is of world {found}, not of {world}"));
        for survivor in mutants.survivors.iter().filter(|survivor| survivor.why.is_none()) {
            must(false, format!("survives, and nobody knows why: {}", survivor.mutant));
        }
        complaints
    }
}

/// The pairs of a map, as `name=value`.
fn words(map: &BTreeMap<String, String>) -> String {
    let words: Vec<String> = map.iter().map(|(name, value)| format!("{name}={value}")).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests;
