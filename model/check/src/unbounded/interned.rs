//! Values that are kept once and known by a number.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

/// A hasher for trusted input: fast, and the same in each run.
#[derive(Clone, Copy, Debug, Default)]
pub struct Folding(u64);

/// An odd number without a pattern: the fraction of the golden ratio.
const MULTIPLIER: u64 = 0x9e37_79b9_7f4a_7c15;

impl Folding {
    const fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER);
    }
}

impl Hasher for Folding {
    fn finish(&self) -> u64 {
        self.0 ^ self.0 >> 32
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let word = chunk.iter().fold(0, |word, byte| word << 8 | u64::from(*byte));
            self.add(word);
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.add(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.add(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.add(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.add(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.add(u64::try_from(value).unwrap_or(u64::MAX));
    }
}

/// Builds [`Folding`] hashers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fold;

impl BuildHasher for Fold {
    type Hasher = Folding;

    fn build_hasher(&self) -> Folding {
        Folding(0)
    }
}

/// Each value once, by a number. Values are compared whole, so that no two share a number.
#[derive(Debug)]
pub struct Interned<T> {
    values: Vec<T>,
    numbers: HashMap<T, u32, Fold>,
}

impl<T> Default for Interned<T> {
    fn default() -> Self {
        Self { values: Vec::new(), numbers: HashMap::default() }
    }
}

impl<T: Copy + Eq + Hash> Interned<T> {
    /// The number of a value, and whether it is new.
    pub fn number(&mut self, value: T) -> (u32, bool) {
        let next = u32::try_from(self.values.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(value).or_insert(next);
        let is_new = number == next;
        if is_new {
            self.values.push(value);
        }
        (number, is_new)
    }

    /// The value of a number that was given out.
    pub fn get(&self, number: u32) -> Option<&T> {
        usize::try_from(number).ok().and_then(|number| self.values.get(number))
    }

    /// How many values there are.
    pub fn count(&self) -> usize {
        self.values.len()
    }
}

/// Keys in the order in which they were found, each once. Sixteen to thirty-two bytes for each.
#[derive(Debug, Default)]
pub struct Found {
    keys: Vec<u64>,
    /// Keys by hash, each one more than it is; 0 where there is none.
    places: Vec<u64>,
}

impl Found {
    /// Adds a key; false if it was there.
    pub fn add(&mut self, key: u64) -> bool {
        if self.places.len() < 2 * (self.keys.len() + 1) {
            self.grow();
        }
        let place = self.place_of(key);
        match self.places.get_mut(place) {
            Some(found) if *found == 0 => {
                self.keys.push(key);
                *found = key + 1;
                true
            }
            _ => false,
        }
    }

    /// Looks where the key would be found. Who is going to add several looks for all of them first:
    /// so that the memory is waited for once.
    pub fn look_for(&self, key: u64) -> u64 {
        let place = first_place(key) & (self.places.len().max(1) - 1);
        self.places.get(place).copied().unwrap_or_default()
    }

    /// The key that was found as this one, counted from 0.
    pub fn get(&self, number: usize) -> Option<u64> {
        self.keys.get(number).copied()
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// The place where the key is, or else the free place where it belongs.
    fn place_of(&self, key: u64) -> usize {
        let mask = self.places.len() - 1;
        let mut place = first_place(key) & mask;
        while self.places.get(place).is_some_and(|found| *found != 0 && *found != key + 1) {
            place = (place + 1) & mask;
        }
        place
    }

    fn grow(&mut self) {
        let size = (2 * self.places.len()).max(1024);
        // The old places go before the new ones come.
        self.places = Vec::new();
        self.places = vec![0; size];
        for index in 0..self.keys.len() {
            let Some(key) = self.get(index) else { return };
            let place = self.place_of(key);
            if let Some(found) = self.places.get_mut(place) {
                *found = key + 1;
            }
        }
    }
}

/// Where a key is looked for first, in a table without end.
fn first_place(key: u64) -> usize {
    let mixed = (key ^ key >> 29).wrapping_mul(MULTIPLIER);
    usize::try_from(mixed >> 24).unwrap_or_default()
}

/// What was worked out before, by keys that are numbers.
#[derive(Debug, Default)]
pub struct Kept {
    /// Keys, each one more than it is, and values; 0 where there is none.
    places: Vec<(u64, u64)>,
    count: usize,
}

impl Kept {
    /// What was kept for a key.
    pub fn get(&self, key: u64) -> Option<u64> {
        match self.places.get(self.place_of(key)?) {
            Some((found, value)) if *found == key + 1 => Some(*value),
            _ => None,
        }
    }

    /// Keeps a value for a key that has none.
    pub fn keep(&mut self, key: u64, value: u64) {
        if self.places.len() < 2 * (self.count + 1) {
            let size = (2 * self.places.len()).max(1024);
            let before = std::mem::replace(&mut self.places, vec![(0, 0); size]);
            before.into_iter().filter(|(key, _)| *key > 0).for_each(|kept| self.put(kept));
        }
        self.put((key + 1, value));
        self.count += 1;
    }

    fn put(&mut self, kept: (u64, u64)) {
        if let Some(place) = self.place_of(kept.0 - 1).and_then(|at| self.places.get_mut(at)) {
            *place = kept;
        }
    }

    /// The place where the key is, or else the free place where it belongs.
    fn place_of(&self, key: u64) -> Option<usize> {
        let mask = self.places.len().checked_sub(1)?;
        let mut place = first_place(key) & mask;
        while self.places.get(place).is_some_and(|(found, _)| *found != 0 && *found != key + 1) {
            place = (place + 1) & mask;
        }
        Some(place)
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
    fn every_key_is_found_once_and_in_its_order() {
        let mut found = Found::default();
        let keys: Vec<u64> = (0..10_000_u64).map(|key| key.wrapping_mul(MULTIPLIER) >> 7).collect();
        assert!(keys.iter().all(|key| found.add(*key)));
        assert!(!keys.iter().any(|key| found.add(*key)));
        assert_eq!(found.count(), keys.len());
        assert_eq!(found.get(77), keys.get(77).copied());
    }

    #[test]
    fn what_was_kept_for_a_key_is_had_again() {
        let mut kept = Kept::default();
        assert_eq!(kept.get(7), None);
        (0..5_000).for_each(|key| kept.keep(key, 3 * key));
        assert!((0..5_000).all(|key| kept.get(key) == Some(3 * key)));
        assert_eq!(kept.get(5_000), None);
    }
}
