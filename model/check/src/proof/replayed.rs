//! The record of what was replayed on real connections.

use hyaline_model::table::{FINGERPRINT, ROWS};
use serde::{Deserialize, Serialize};

use crate::WORLD_FINGERPRINT;

/// The version of the file's form.
pub const SCHEMA: u32 = 1;

/// What the replay has recorded.
pub const RECORDED: &str = include_str!("../../pinned/replay.json");

/// Where it is recorded, from the root of the repository.
pub const PATH: &str = "model/check/pinned/replay.json";

/// The command that records it.
pub const COMMAND: &str = "HYALINE_RECORD=1 cargo test -p hyaline-tests --test replay";

/// The record of a replay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayRecord {
    /// The version of this form.
    pub schema: u32,
    /// The fingerprint of the table and the shipped policy.
    pub table: String,
    /// The fingerprint of the world whose edges were taken.
    pub world: String,
    /// How many rows of the table fired, without the `otherwise` ones.
    pub fired: usize,
    /// One for each scenario, in the order of the bounds.
    pub scenarios: Vec<ReplayedScenario>,
}

/// How much of a scenario was replayed: all of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayedScenario {
    /// The scenario, in words.
    pub scenario: String,
    /// Unique snapshots.
    pub states: usize,
    /// Unique pairs of a snapshot and a step, each taken by two real connections.
    pub edges: usize,
}

impl ReplayRecord {
    /// The record of this replay, in which these rows fired.
    pub fn new(rows: impl IntoIterator<Item = u16>, scenarios: Vec<ReplayedScenario>) -> Self {
        let mut rows: Vec<u16> = rows.into_iter().collect();
        rows.sort_unstable();
        rows.dedup();
        let counts =
            |number: &u16| ROWS.get(usize::from(*number)).is_some_and(|row| !row.otherwise);
        Self {
            schema: SCHEMA,
            table: FINGERPRINT.to_owned(),
            world: WORLD_FINGERPRINT.to_owned(),
            fired: rows.iter().filter(|number| counts(number)).count(),
            scenarios,
        }
    }

    /// The record that this was built with.
    ///
    /// # Errors
    ///
    /// If the file that this was built with is no such record.
    pub fn recorded() -> Result<Self, serde_json::Error> {
        serde_json::from_str(RECORDED)
    }

    /// As it is recorded: one line for each scenario.
    ///
    /// # Errors
    ///
    /// If serialization fails, which it does not for these types.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let lines: Result<Vec<String>, _> =
            self.scenarios.iter().map(serde_json::to_string).collect();
        let (table, world) =
            (serde_json::to_string(&self.table)?, serde_json::to_string(&self.world)?);
        let (schema, fired, lines) = (self.schema, self.fired, lines?.join(",\n    "));
        Ok(format!(
            "{{\n  \"schema\": {schema},\n  \"table\": {table},\n  \"world\": {world},\n  \
             \"fired\": {fired},\n  \"scenarios\": [\n    {lines}\n  ]\n}}\n"
        ))
    }

    /// Unique snapshots, of all scenarios.
    #[must_use]
    pub fn states(&self) -> usize {
        self.scenarios.iter().map(|one| one.states).sum()
    }

    /// Edges taken, of all scenarios.
    #[must_use]
    pub fn edges(&self) -> usize {
        self.scenarios.iter().map(|one| one.edges).sum()
    }

    /// Why this record is not about the table that ships and this world, a line each; empty if it
    /// is.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        for (what, now, then) in
            [("table", FINGERPRINT, &self.table), ("world", WORLD_FINGERPRINT, &self.world)]
        {
            if now != then {
                complaints.push(format!("the {what} is {now}; replayed was {then}"));
            }
        }
        if self.scenarios.is_empty() {
            complaints.push("nothing was replayed".to_owned());
        }
        complaints
    }

    /// In what this, just replayed, differs from what was recorded: in lines.
    #[must_use]
    pub fn differences(&self, recorded: &Self) -> Vec<String> {
        let mut differences = recorded.complaints();
        if self.fired != recorded.fired {
            differences.push(format!("{} rows fired; recorded {}", self.fired, recorded.fired));
        }
        for now in &self.scenarios {
            let then = recorded.scenarios.iter().find(|then| then.scenario == now.scenario);
            match then {
                Some(then) if then == now => {}
                Some(then) => differences.push(format!(
                    "{}: {} states, {} edges; recorded {}, {}",
                    now.scenario, now.states, now.edges, then.states, then.edges
                )),
                None => differences.push(format!("{}: not recorded", now.scenario)),
            }
        }
        let is_here = |then: &&ReplayedScenario| {
            self.scenarios.iter().any(|now| now.scenario == then.scenario)
        };
        let gone = recorded.scenarios.iter().filter(|then| !is_here(then));
        differences.extend(gone.map(|then| format!("{}: recorded, not replayed", then.scenario)));
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenario(name: &str, states: usize) -> ReplayedScenario {
        ReplayedScenario { scenario: name.to_owned(), states, edges: 2 * states }
    }

    fn record() -> ReplayRecord {
        ReplayRecord::new([1, 0, 1], vec![scenario("one", 3), scenario("\"two\"", 4)])
    }

    #[test]
    fn a_record_is_read_as_it_was_written_and_counts_each_row_once() {
        let record = record();
        let text = record.json().expect("text");
        assert_eq!(serde_json::from_str::<ReplayRecord>(&text).expect("a record"), record);
        assert_eq!((record.fired, record.states(), record.edges()), (2, 7, 14));
        assert!(record.complaints().is_empty() && record.differences(&record).is_empty());
    }

    #[test]
    fn a_record_of_another_table_or_world_is_none() {
        for (table, world) in [("other", WORLD_FINGERPRINT), (FINGERPRINT, "other")] {
            let stale =
                ReplayRecord { table: table.to_owned(), world: world.to_owned(), ..record() };
            assert_eq!(stale.complaints().len(), 1, "{:?}", stale.complaints());
            assert_eq!(record().differences(&stale), stale.complaints());
        }
        assert!(!ReplayRecord::new([], Vec::new()).complaints().is_empty());
    }

    #[test]
    fn every_difference_is_told() {
        let then = ReplayRecord::new([0], vec![scenario("one", 9), scenario("gone", 1)]);
        let told = record().differences(&then);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told.iter().any(|line| line.contains("one: 3 states")), "{told:?}");
        assert!(told.iter().any(|line| line.contains("gone: recorded")), "{told:?}");
    }

    #[test]
    fn what_was_recorded_is_of_this_form() {
        assert_eq!(ReplayRecord::recorded().expect("a record").schema, SCHEMA);
    }
}
