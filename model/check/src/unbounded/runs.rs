//! Queues of any size: what they hold as a word, in which a run of data is one letter.

use std::hash::{Hash, Hasher};

use crate::world::cell::{Cell, CellContent, CellQueue, Part};

/// The most letters of one queue. More are not cut off: they are an overflow, which is a violation.
pub const LETTERS_AT_MOST: usize = 20;

/// A queue without a bound. A letter of data stands for one or more records of data that were
/// sealed under one key; every other letter is one record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    letters: [Cell; LETTERS_AT_MOST],
    length: u8,
    overflowed: bool,
}

/// What an unused place holds, so that equal words are equal values.
const UNUSED: Cell = Cell::plain(Part::Whole);

impl Hash for Runs {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u8(self.length << 1 | u8::from(self.overflowed));
        self.letters().iter().for_each(|letter| letter.hash(state));
    }
}

impl CellQueue for Runs {
    const EMPTY: Self = Self { letters: [UNUSED; LETTERS_AT_MOST], length: 0, overflowed: false };

    fn length(&self) -> u8 {
        self.length
    }

    /// Appends a record. The capacity is ignored.
    fn push(&mut self, cell: Cell, _capacity: u8) -> bool {
        if cell.content == CellContent::Data && self.letters().last() == Some(&cell) {
            return true;
        }
        match self.letters.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = cell;
                self.length += 1;
            }
            None => self.overflowed = true,
        }
        true
    }

    /// Takes the first letter, with all that it stands for.
    fn pop(&mut self) -> Option<Cell> {
        let first = self.letters().first().copied()?;
        self.letters.rotate_left(1);
        self.length -= 1;
        if let Some(place) = self.letters.last_mut() {
            *place = UNUSED;
        }
        Some(first)
    }
}

impl Runs {
    /// The word for what a bounded queue holds.
    pub fn of(cells: &[Cell]) -> Self {
        let mut runs = Self::EMPTY;
        for cell in cells {
            runs.push(*cell, u8::MAX);
        }
        runs
    }

    /// The letters, the oldest first.
    pub fn letters(&self) -> &[Cell] {
        self.letters.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// Whether there were more letters than places.
    pub const fn has_overflowed(&self) -> bool {
        self.overflowed
    }

    /// Whether taking a record may leave others of its letter.
    pub fn begins_with_run(&self) -> bool {
        self.letters().first().is_some_and(|letter| letter.content == CellContent::Data)
    }

    /// Sets the first record of a run apart, so that the next to be taken leaves the others.
    pub fn set_first_apart(&mut self) {
        let Some(first) = self.letters().first().copied().filter(|_| self.begins_with_run()) else {
            return;
        };
        if usize::from(self.length) >= LETTERS_AT_MOST {
            self.overflowed = true;
            return;
        }
        self.letters.rotate_right(1);
        if let Some(place) = self.letters.first_mut() {
            *place = first;
        }
        self.length += 1;
    }

    /// How many letters stand for records that are not data.
    pub fn control_records(&self) -> u8 {
        let control = self.letters().iter().filter(|letter| letter.content != CellContent::Data);
        u8::try_from(control.count()).unwrap_or(u8::MAX)
    }

    /// Numbers the generations of keys anew, each by this function.
    pub fn renumber(&mut self, number: impl Fn(u8) -> u8) {
        let length = usize::from(self.length);
        for letter in self.letters.iter_mut().take(length) {
            letter.generation = number(letter.generation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(content: CellContent, generation: u8) -> Cell {
        Cell { content, generation, part: Part::Whole }
    }

    fn contents(runs: &Runs) -> Vec<CellContent> {
        runs.letters().iter().map(|letter| letter.content).collect()
    }

    #[test]
    fn neighbouring_records_of_data_are_one_letter_and_others_are_not() {
        use CellContent::{Data, KeyUpdate};
        let data = cell(Data, 2);
        let cells = [data, data, cell(KeyUpdate, 2), cell(Data, 3), cell(Data, 3)];
        let runs = Runs::of(&cells);
        assert_eq!(contents(&runs), [Data, KeyUpdate, Data]);
        assert_eq!(runs.control_records(), 1);
        let updates = [cell(KeyUpdate, 2), cell(KeyUpdate, 3)];
        assert_eq!(Runs::of(&updates).length(), 2);
        assert_eq!(Runs::of(&[cell(KeyUpdate, 2); 2]).length(), 2, "each is a record");
    }

    #[test]
    fn taking_a_record_of_a_run_leaves_some_or_none() {
        use CellContent::{Data, KeyUpdate};
        let runs = Runs::of(&[cell(Data, 2), cell(KeyUpdate, 2)]);
        let (mut some, mut none) = (runs, runs);
        some.set_first_apart();
        assert_eq!((some.pop(), none.pop()), (Some(cell(Data, 2)), Some(cell(Data, 2))));
        assert_eq!((contents(&some), contents(&none)), (vec![Data, KeyUpdate], vec![KeyUpdate]));
        none.set_first_apart();
        assert_eq!(contents(&none), [KeyUpdate], "what is no data is one record");
    }

    #[test]
    fn a_letter_too_many_is_never_lost_in_silence() {
        let mut runs = Runs::of(&[cell(CellContent::KeyUpdate, 2); LETTERS_AT_MOST]);
        assert!(!runs.has_overflowed());
        runs.push(cell(CellContent::Data, 2), u8::MAX);
        assert!(runs.has_overflowed());
    }

    #[test]
    fn words_that_say_the_same_are_equal_whatever_they_said_before() {
        let mut used = Runs::of(&[cell(CellContent::KeyUpdate, 2), cell(CellContent::Data, 3)]);
        used.pop();
        assert_eq!(used, Runs::of(&[cell(CellContent::Data, 3)]));
    }
}
