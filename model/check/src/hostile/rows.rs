//! Sets of rows.

use std::sync::atomic::{AtomicU64, Ordering};

use hyaline_model::table::{ROWS, Row};

/// Words of a set of rows.
const WORDS: usize = ROWS.len().div_ceil(BITS);

/// Bits of a word.
const BITS: usize = 64;

/// Some rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct RowSet([u64; WORDS]);

impl RowSet {
    pub(super) fn has(&self, row: &Row) -> bool {
        let (word, bit) = place(row);
        self.0.get(word).is_some_and(|word| word & bit != 0)
    }
}

/// Some rows, to which many threads may add.
#[derive(Debug, Default)]
pub(super) struct SharedRowSet([AtomicU64; WORDS]);

impl SharedRowSet {
    pub(super) fn add(&self, row: &Row) {
        let (word, bit) = place(row);
        if let Some(word) = self.0.get(word) {
            add_bit(word, bit);
        }
    }

    pub(super) fn add_all(&self, rows: &RowSet) {
        for (word, more) in self.0.iter().zip(rows.0) {
            add_bit(word, more);
        }
    }

    pub(super) fn has(&self, row: &Row) -> bool {
        let (word, bit) = place(row);
        self.0.get(word).is_some_and(|word| word.load(Ordering::Relaxed) & bit != 0)
    }

    /// The rows that are in the set now.
    pub(super) fn rows(&self) -> RowSet {
        RowSet(self.0.each_ref().map(|word| word.load(Ordering::Relaxed)))
    }

    /// Takes all rows out, and leaves the set empty.
    pub(super) fn take(&self) -> RowSet {
        let rows = self.rows();
        self.0.iter().for_each(|word| word.store(0, Ordering::Relaxed));
        rows
    }
}

/// Adds bits to a word. Mostly they are set already, and a load that finds this is cheaper than a
/// write.
pub(super) fn add_bit(word: &AtomicU64, bits: u64) {
    if word.load(Ordering::Relaxed) & bits != bits {
        word.fetch_or(bits, Ordering::Relaxed);
    }
}

/// The word of a row, and its bit there.
fn place(row: &Row) -> (usize, u64) {
    let number = usize::from(row.number);
    (number / BITS, 1 << (number % BITS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_has_a_place_of_its_own() {
        let shared = SharedRowSet::default();
        for (number, row) in ROWS.iter().enumerate() {
            assert!(!shared.has(row), "{}", row.text);
            shared.add(row);
            let known = |at: usize| shared.has(ROWS[at]) == (at <= number);
            assert!((0..ROWS.len()).all(known), "{}", row.text);
        }
        let all = shared.take();
        assert!(ROWS.iter().all(|row| all.has(row) && !shared.has(row)));
        shared.add_all(&all);
        assert_eq!(shared.rows(), all);
    }
}
