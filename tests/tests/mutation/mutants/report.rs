//! What the mutants have reached.

use std::collections::BTreeMap;
use std::fmt;

use hyaline_model::table::{Machine, ROWS, Row, Slot};
use hyaline_replay::replay::Deterministic;
use hyaline_replay::{Connection, Error};

/// The machines of which every state must be reached.
pub(crate) const MACHINES: [Machine; 4] =
    [Machine::Client, Machine::Server, Machine::Read, Machine::Write];

/// States that no peer can cause: an endpoint leaves them at its own first call.
pub(crate) const BEFORE_ANY_CALL: [(Machine, &str); 2] =
    [(Machine::Client, "Start"), (Machine::Server, "Start")];

/// What a number of mutants have reached.
#[derive(Clone, Default)]
pub(crate) struct Report {
    /// How many mutants there were.
    pub(crate) mutants: u64,
    /// How many records they brought to a connection that still read.
    pub(crate) records: u64,
    /// How many of them did not open, because their header was changed too.
    pub(crate) died_at_the_cipher: u64,
    /// How often every state was entered, or found.
    states: BTreeMap<(Machine, u8), u64>,
    /// How often every row fired.
    rows: BTreeMap<u16, u64>,
    /// How the mutants ended, by the name of the error.
    endings: BTreeMap<String, u64>,
    /// The most that an outbox held, in bytes.
    pub(crate) most_in_outbox: usize,
    /// The most that a joiner held, in bytes.
    pub(crate) most_joined: usize,
}

impl Report {
    /// Takes down rows that have fired.
    pub(crate) fn fired(&mut self, rows: &[&'static Row]) {
        for row in rows {
            *self.rows.entry(row.number).or_default() += 1;
            if let Some(state) = row.to {
                *self.states.entry((row.machine, state)).or_default() += 1;
            }
        }
    }

    /// Takes down in which states the connection is.
    pub(crate) fn visited(&mut self, connection: &Connection<Deterministic>) {
        let states = connection.states();
        for slot in Slot::ALL.iter().copied() {
            *self.states.entry((states.machine(slot), states.index(slot))).or_default() += 1;
        }
    }

    /// Takes down how a mutant ended.
    pub(crate) fn ended(&mut self, error: Option<&Error>) {
        let name = error.map_or_else(|| "no error".to_owned(), |error| format!("{error:?}"));
        let name = name.split([' ', '(', '{']).next().unwrap_or_default().to_owned();
        *self.endings.entry(name).or_default() += 1;
    }

    /// Adds another report.
    pub(crate) fn add(&mut self, other: Self) {
        self.mutants += other.mutants;
        self.records += other.records;
        self.died_at_the_cipher += other.died_at_the_cipher;
        self.most_in_outbox = self.most_in_outbox.max(other.most_in_outbox);
        self.most_joined = self.most_joined.max(other.most_joined);
        for (state, count) in other.states {
            *self.states.entry(state).or_default() += count;
        }
        for (row, count) in other.rows {
            *self.rows.entry(row).or_default() += count;
        }
        for (ending, count) in other.endings {
            *self.endings.entry(ending).or_default() += count;
        }
    }

    /// States of the four machines that were not reached, but for [`BEFORE_ANY_CALL`].
    #[must_use]
    pub(crate) fn missing(&self) -> Vec<(Machine, &'static str)> {
        MACHINES
            .into_iter()
            .flat_map(|machine| (0..machine.state_count()).map(move |state| (machine, state)))
            .filter(|state| !self.states.contains_key(state))
            .map(|(machine, state)| (machine, machine.state_name(state)))
            .filter(|state| !BEFORE_ANY_CALL.contains(state))
            .collect()
    }

    /// Rows of the four machines that did not fire.
    pub(crate) fn unfired(&self) -> impl Iterator<Item = &'static Row> {
        let ours = ROWS.iter().copied().filter(|row| MACHINES.contains(&row.machine));
        ours.filter(|row| !self.rows.contains_key(&row.number))
    }

    /// Rows of the four machines that fired, and how many there are.
    #[must_use]
    pub(crate) fn rows(&self) -> (usize, usize) {
        let all = ROWS.iter().filter(|row| MACHINES.contains(&row.machine));
        let fired = all.clone().filter(|row| self.rows.contains_key(&row.number));
        (fired.count(), all.count())
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { mutants, records, most_in_outbox, most_joined, .. } = self;
        let died = self.died_at_the_cipher;
        writeln!(formatter, "{mutants} mutants, {records} records, {died} died at the cipher")?;
        writeln!(
            formatter,
            "at most {most_in_outbox} bytes in an outbox, {most_joined} in a joiner"
        )?;
        let (fired, all) = self.rows();
        writeln!(formatter, "{fired} of {all} rows fired")?;
        for machine in MACHINES {
            writeln!(formatter, "{machine:?}:")?;
            for state in 0..machine.state_count() {
                let count = self.states.get(&(machine, state)).copied().unwrap_or(0);
                writeln!(formatter, "  {:24}{count:>12}", machine.state_name(state))?;
            }
        }
        writeln!(formatter, "endings:")?;
        for (ending, count) in &self.endings {
            writeln!(formatter, "  {ending:24}{count:>12}")?;
        }
        Ok(())
    }
}
