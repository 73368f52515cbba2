//! Counts that were recorded: a change of the table or of the model that adds or loses a single
//! snapshot is seen.

use serde::{Deserialize, Serialize};

use crate::runs::run::CheckRun;
use crate::search::scenario::Checked;

/// The version of the file's form.
pub const SCHEMA: u32 = 1;

/// The counts recorded at the bounds `small`, as `hyaline check --record` has written them.
pub const RECORDED: &str = include_str!("../../pinned/small.json");

/// Where they are recorded, from the root of the repository.
pub const PATH: &str = "model/check/pinned/small.json";

/// The counts of every run of a check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pinned {
    /// The version of this form.
    pub schema: u32,
    /// The table and the shipped policy that were explored.
    pub fingerprint: String,
    /// One for each run, in the order of the check.
    pub counts: Vec<Counts>,
}

/// The counts of one run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// The run: its name, its profiles and its scenario.
    pub run: String,
    /// Unique snapshots.
    pub states: usize,
    /// Unique pairs of a snapshot and a step.
    pub edges: usize,
    /// Snapshots in which no step is enabled.
    pub terminals: u64,
}

impl Counts {
    /// The counts of a run that was explored to the end.
    pub fn of<E>(run: &CheckRun, checked: &Checked<E>) -> Self {
        let exploration = &checked.exploration;
        Self {
            run: identity(run),
            states: exploration.states,
            edges: exploration.edges,
            terminals: exploration.terminals,
        }
    }
}

/// What tells a run from the others.
fn identity(run: &CheckRun) -> String {
    let (client, server) = (&run.profiles.client, &run.profiles.server);
    format!("{}: {client} × {server}: {}", run.name, run.scenario)
}

impl Pinned {
    /// The counts of this check, to be recorded or compared.
    pub fn new(fingerprint: &str, counts: Vec<Counts>) -> Self {
        Self { schema: SCHEMA, fingerprint: fingerprint.to_owned(), counts }
    }

    /// The counts that are recorded.
    ///
    /// # Errors
    ///
    /// If the file that the command was built with holds no counts.
    pub fn recorded() -> Result<Self, serde_json::Error> {
        serde_json::from_str(RECORDED)
    }

    /// As it is recorded: one line for each run.
    ///
    /// # Errors
    ///
    /// If serialization fails, which it does not for these types.
    pub fn json(&self) -> Result<String, serde_json::Error> {
        let lines: Result<Vec<String>, _> = self.counts.iter().map(serde_json::to_string).collect();
        let (schema, fingerprint) = (self.schema, serde_json::to_string(&self.fingerprint)?);
        let lines = lines?.join(",\n    ");
        Ok(format!(
            "{{\n  \"schema\": {schema},\n  \"fingerprint\": {fingerprint},\n  \
             \"counts\": [\n    {lines}\n  ]\n}}\n"
        ))
    }

    /// In what these counts, of a check just made, differ from the recorded ones: in words.
    pub fn differences(&self, recorded: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        if self.fingerprint != recorded.fingerprint {
            let (now, then) = (&self.fingerprint, &recorded.fingerprint);
            differences.push(format!("the table is {now}; recorded were the counts of {then}"));
        }
        for now in &self.counts {
            match recorded.counts.iter().find(|then| then.run == now.run) {
                None => differences.push(format!("{}: not recorded", now.run)),
                Some(then) if then != now => differences.push(format!(
                    "{}: {} states, {} edges, {} terminal; recorded {}, {}, {}",
                    now.run,
                    now.states,
                    now.edges,
                    now.terminals,
                    then.states,
                    then.edges,
                    then.terminals
                )),
                Some(_) => {}
            }
        }
        let gone =
            recorded.counts.iter().filter(|then| self.counts.iter().all(|now| now.run != then.run));
        differences.extend(gone.map(|then| format!("{}: recorded, and not run", then.run)));
        differences
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(run: &str, states: usize) -> Counts {
        Counts { run: run.to_owned(), states, edges: 2 * states, terminals: 1 }
    }

    #[test]
    fn counts_are_read_as_they_were_recorded() {
        let pinned = Pinned::new("table", vec![counts("one", 3), counts("\"two\"", 4)]);
        let text = pinned.json().expect("text");
        assert_eq!(serde_json::from_str::<Pinned>(&text).expect("counts"), pinned);
        assert!(pinned.differences(&pinned).is_empty());
    }

    #[test]
    fn every_difference_is_told() {
        let then = Pinned::new("old", vec![counts("one", 3), counts("two", 4), counts("gone", 5)]);
        let now = Pinned::new("new", vec![counts("one", 3), counts("two", 9), counts("more", 5)]);
        let differences = now.differences(&then);
        let told = |words: &str| differences.iter().any(|each| each.contains(words));
        assert_eq!(differences.len(), 4, "{differences:?}");
        assert!(told("table is new") && told("two: 9 states"));
        assert!(told("more: not recorded") && told("gone: recorded, and not run"));
    }

    #[test]
    fn the_recorded_counts_are_of_this_form() {
        assert_eq!(Pinned::recorded().expect("counts").schema, SCHEMA);
    }
}
