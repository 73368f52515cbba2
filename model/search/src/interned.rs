//! Values that are kept once and known by a number.

use alloc::vec::Vec;
use core::hash::{BuildHasher, Hash};

use crate::hash::{Fold, first_place, put};

/// Each value once, by a number. Values are compared whole, so that no two share a number.
#[derive(Clone, Debug)]
pub struct Interned<T> {
    values: Vec<T>,
    /// Numbers by the hash of their values, each one more than it is; 0 where there is none.
    places: Vec<u32>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), places: Vec::new() }
    }
}

impl<T: Eq + Hash> Interned<T> {
    /// The number of a value, and whether it is new. There are fewer than 2³² − 1 of them.
    pub fn number(&mut self, value: T) -> (u32, bool) {
        if self.places.len() < 2 * (self.values.len() + 1) {
            self.grow();
        }
        let mask = self.places.len() - 1;
        let mut place = first_place(Fold.hash_one(&value), mask);
        loop {
            match self.places.get(place).copied().unwrap_or_default() {
                0 => break,
                found if self.get(found - 1) == Some(&value) => return (found - 1, false),
                _ => place = (place + 1) & mask,
            }
        }
        let number = u32::try_from(self.values.len()).unwrap_or(u32::MAX - 1);
        self.values.push(value);
        if let Some(free) = self.places.get_mut(place) {
            *free = number + 1;
        }
        (number, true)
    }

    /// The number of a value, if it has one.
    pub fn find(&self, value: &T) -> Option<u32> {
        let mask = self.places.len().checked_sub(1)?;
        let mut place = first_place(Fold.hash_one(value), mask);
        loop {
            match self.places.get(place).copied().unwrap_or_default() {
                0 => return None,
                found if self.get(found - 1) == Some(value) => return Some(found - 1),
                _ => place = (place + 1) & mask,
            }
        }
    }

    /// The value of a number that was given out.
    pub fn get(&self, number: u32) -> Option<&T> {
        usize::try_from(number).ok().and_then(|number| self.values.get(number))
    }

    /// How many values there are.
    pub const fn count(&self) -> usize {
        self.values.len()
    }

    /// The memory that it takes, in bytes, without what the values own elsewhere.
    pub const fn bytes(&self) -> usize {
        self.values.capacity() * size_of::<T>() + self.places.capacity() * size_of::<u32>()
    }

    fn grow(&mut self) {
        self.places = alloc::vec![0; (2 * self.places.len()).max(64)];
        for (one_more, value) in (1..).zip(&self.values) {
            put(&mut self.places, Fold.hash_one(value), one_more, |found| *found == 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_number_however_often_it_comes() {
        let mut interned = Interned::default();
        assert_eq!(interned.number("one"), (0, true));
        assert_eq!(interned.number("two"), (1, true));
        assert_eq!(interned.number("one"), (0, false));
        assert_eq!((interned.get(1), interned.get(2), interned.count()), (Some(&"two"), None, 2));
    }

    #[test]
    fn values_keep_their_numbers_while_others_come() {
        let mut interned = Interned::default();
        assert_eq!(interned.find(&0), None);
        let numbers = || 0_u32..3_000;
        assert!(numbers().all(|number| interned.number(7 * number) == (number, true)));
        assert!(numbers().all(|number| interned.number(7 * number) == (number, false)));
        assert!(numbers().all(|number| interned.get(number) == Some(&(7 * number))));
        assert!(numbers().all(|number| interned.find(&(7 * number)) == Some(number)));
        assert_eq!((interned.find(&1), interned.count()), (None, 3_000));
    }
}
