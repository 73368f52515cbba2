//! Sets of keys.

use alloc::vec::Vec;

use crate::hash::{first_place, put};
use crate::visited::Visited;

/// The most of a table's places that are taken, in quarters: then it grows to twice its size.
const QUARTERS_FULL: usize = 3;

/// A set of keys, none of which is `u64::MAX`. It takes 11 to 21 bytes for each, and three times
/// the lower number while it grows.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    /// Keys by hash, each one more than it is; 0 where there is none.
    places: Vec<u64>,
    count: usize,
}

impl KeySet {
    /// Adds a key; false if it was there.
    #[inline]
    pub fn add(&mut self, key: u64) -> bool {
        self.make_room(1);
        let mask = self.places.len() - 1;
        let mut place = first_place(key, mask);
        loop {
            match self.places.get_mut(place) {
                Some(found) if *found == 0 => {
                    *found = key + 1;
                    self.count += 1;
                    return true;
                }
                Some(found) if *found == key + 1 => return false,
                _ => place = (place + 1) & mask,
            }
        }
    }

    /// Makes room for so many more keys.
    #[inline]
    pub fn make_room(&mut self, more: usize) {
        while 4 * (self.count + more) > QUARTERS_FULL * self.places.len() {
            self.grow();
        }
    }

    /// Reads the place at which the key would be found. Before several keys are added, this is done
    /// for all of them, so that the memory is waited for once.
    #[inline]
    pub fn look_for(&self, key: u64) -> u64 {
        let place = first_place(key, self.places.len().max(1) - 1);
        self.places.get(place).copied().unwrap_or_default()
    }

    /// How many keys there are.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The memory that it takes, in bytes.
    pub const fn bytes(&self) -> usize {
        self.places.capacity() * size_of::<u64>()
    }

    fn grow(&mut self) {
        let size = (2 * self.places.len()).max(1024);
        let before = core::mem::replace(&mut self.places, alloc::vec![0; size]);
        for one_more in before.into_iter().filter(|found| *found != 0) {
            put(&mut self.places, one_more - 1, one_more, |found| *found == 0);
        }
    }
}

impl Visited for KeySet {
    #[inline]
    fn add(&mut self, key: u64) -> bool {
        Self::add(self, key)
    }

    #[inline]
    fn make_room(&mut self, more: usize) {
        Self::make_room(self, more);
    }

    #[inline]
    fn look_for(&self, key: u64) -> u64 {
        Self::look_for(self, key)
    }

    fn count(&self) -> usize {
        Self::count(self)
    }

    fn bytes(&self) -> usize {
        Self::bytes(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_found_once() {
        let mut set = KeySet::default();
        let keys = || (0..10_000_u64).map(|key| (key << 40) + key % 7);
        assert!(keys().all(|key| set.add(key)));
        assert!(!keys().any(|key| set.add(key)));
        assert_eq!(set.count(), 10_000);
        assert!(set.add(u64::MAX - 1) && set.add(6) && !set.add(6));
    }

    #[test]
    fn a_set_that_is_large_takes_no_more_memory_than_it_says() {
        let mut set = KeySet::default();
        (0..1_000_000).for_each(|key| {
            set.add(key);
        });
        let bytes = set.bytes() / set.count();
        assert!((11..22).contains(&bytes), "{bytes}");
    }
}
