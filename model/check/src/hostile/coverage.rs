//! Which rows fired, and which values the guards' subjects had.

use std::sync::atomic::{AtomicU64, Ordering};

use hyaline_model::table::{
    FactName, Facts, Machine, Memory, MemoryField, Policy, PolicyName, ROWS, Row,
};

use super::rows::{RowSet, SharedRowSet, add_bit};

/// Subjects of each kind that can be watched.
const SUBJECTS: usize = 32;

/// The rows and values that were seen, by many threads at once.
#[derive(Debug, Default)]
pub struct Coverage {
    rows: SharedRowSet,
    facts: [AtomicU64; SUBJECTS],
    memory: [AtomicU64; SUBJECTS],
    policy: [AtomicU64; SUBJECTS],
    /// Only rows are noted.
    is_of_rows: bool,
}

fn set(words: &[AtomicU64], word: usize, bit: u8) {
    if let Some(word) = words.get(word) {
        add_bit(word, 1 << (bit & 63));
    }
}

fn holds(words: &[AtomicU64], word: usize, bit: u8) -> bool {
    words.get(word).is_some_and(|word| word.load(Ordering::Relaxed) & (1 << (bit & 63)) != 0)
}

impl Coverage {
    /// An empty coverage that notes rows only: noting values takes more time.
    #[must_use]
    pub fn of_rows() -> Self {
        Self { is_of_rows: true, ..Self::default() }
    }

    /// A row has fired.
    pub fn fired(&self, row: &Row) {
        self.rows.add(row);
    }

    /// These rows have fired.
    pub(super) fn all_fired(&self, rows: &RowSet) {
        self.rows.add_all(rows);
    }

    /// The rows that have fired, which are forgotten.
    pub(super) fn take_rows(&self) -> RowSet {
        self.rows.take()
    }

    /// The guards were asked with these facts.
    pub fn saw_facts(&self, facts: &Facts) {
        if self.is_of_rows {
            return;
        }
        for (index, fact) in FactName::ALL.iter().enumerate() {
            set(&self.facts, index, facts.get(*fact));
        }
    }

    /// A guard held with this memory.
    pub fn saw_memory(&self, memory: &Memory) {
        if self.is_of_rows {
            return;
        }
        for (index, field) in MemoryField::ALL.iter().enumerate() {
            set(&self.memory, index, watched(*field, memory.get(*field)));
        }
    }

    /// The guards were asked under this policy.
    pub fn saw_policy(&self, policy: &Policy) {
        if self.is_of_rows {
            return;
        }
        for (index, switch) in PolicyName::ALL.iter().enumerate() {
            set(&self.policy, index, policy.get(*switch));
        }
    }

    /// Adds what was seen elsewhere.
    pub fn add(&self, other: &Self) {
        self.rows.add_all(&other.rows.rows());
        let kinds = [
            (&self.facts[..], &other.facts[..]),
            (&self.memory[..], &other.memory[..]),
            (&self.policy[..], &other.policy[..]),
        ];
        for (mine, others) in kinds {
            for (word, other) in mine.iter().zip(others) {
                word.fetch_or(other.load(Ordering::Relaxed), Ordering::Relaxed);
            }
        }
    }

    /// The rows that never fired, without the `otherwise` ones.
    pub fn missing_rows(&self) -> impl Iterator<Item = &'static Row> {
        ROWS.iter().copied().filter(|row| !row.otherwise && !self.rows.has(row))
    }

    /// Whether a row has fired.
    #[must_use]
    pub fn has_fired(&self, row: &Row) -> bool {
        self.rows.has(row)
    }

    /// The rows that fired here and not there, without the `otherwise` ones.
    pub fn lost_in<'c>(&'c self, other: &'c Self) -> impl Iterator<Item = &'static Row> + 'c {
        let fired_here = |row: &&Row| self.rows.has(row) && !other.rows.has(row);
        ROWS.iter().copied().filter(move |row| !row.otherwise && fired_here(row))
    }

    /// The values that a guard's subject never had, as `subject value`.
    #[must_use]
    pub fn missing_values(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let mut look =
            |words: &[AtomicU64], index, name: &str, count, value: &dyn Fn(u8) -> String| {
                for index_of_value in 0..count {
                    if !holds(words, index, index_of_value) {
                        missing.push(format!("{name} {}", value(index_of_value)));
                    }
                }
            };
        for (index, name) in FactName::ALL.iter().enumerate() {
            let value = |value| name.value_name(value).to_owned();
            look(&self.facts, index, name.name(), name.cardinality(), &value);
        }
        for (index, name) in MemoryField::ALL.iter().enumerate() {
            let value = |value| name.value_name(value).to_owned();
            let count = name.cardinality().min(watched(*name, u8::MAX).saturating_add(1));
            look(&self.memory, index, name.name(), count, &value);
        }
        for (index, name) in PolicyName::ALL.iter().enumerate() {
            let value = |value| name.value_name(value).to_owned();
            look(&self.policy, index, name.name(), name.cardinality(), &value);
        }
        missing
    }

    /// How many rows of a machine fired, of how many.
    #[must_use]
    pub fn rows_of(&self, machine: Machine) -> (usize, usize) {
        let rows = machine.rows().iter().filter(|row| !row.otherwise);
        let fired = rows.clone().filter(|row| self.rows.has(row));
        (fired.count(), rows.count())
    }
}

/// Guards ask of a number only whether the number is 0. So 1 stands for all values above 0.
fn watched(field: MemoryField, value: u8) -> u8 {
    let is_number = field.value_name(1) == "1";
    if is_number { value.min(1) } else { value }
}
