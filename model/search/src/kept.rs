//! Results, kept by keys.

use alloc::vec::Vec;

use crate::hash::{first_place, put};

/// Results that were worked out before, by keys that are numbers below `u64::MAX`.
#[derive(Clone, Debug, Default)]
pub struct Kept {
    /// Keys, each one more than it is, and values; 0 where there is none.
    places: Vec<(u64, u64)>,
    count: usize,
}

impl Kept {
    /// The result that was kept for a key.
    #[inline]
    pub fn get(&self, key: u64) -> Option<u64> {
        let mask = self.places.len().checked_sub(1)?;
        let mut place = first_place(key, mask);
        loop {
            match self.places.get(place) {
                Some((found, value)) if *found == key + 1 => return Some(*value),
                Some((0, _)) | None => return None,
                Some(_) => place = (place + 1) & mask,
            }
        }
    }

    /// Keeps a value for a key that has none.
    pub fn keep(&mut self, key: u64, value: u64) {
        if self.places.len() < 2 * (self.count + 1) {
            let size = (2 * self.places.len()).max(256);
            let before = core::mem::replace(&mut self.places, alloc::vec![(0, 0); size]);
            before.into_iter().filter(|(key, _)| *key > 0).for_each(|kept| self.put(kept));
        }
        self.put((key + 1, value));
        self.count += 1;
    }

    /// How many values are kept.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The memory that it takes, in bytes.
    pub const fn bytes(&self) -> usize {
        self.places.capacity() * size_of::<(u64, u64)>()
    }

    /// Puts what is kept where its key will be found.
    fn put(&mut self, kept: (u64, u64)) {
        put(&mut self.places, kept.0 - 1, kept, |(found, _)| *found == 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_for_a_key_is_had_again() {
        let mut kept = Kept::default();
        assert_eq!(kept.get(7), None);
        (0..5_000).for_each(|key| kept.keep(key << 33, 3 * key));
        assert!((0..5_000).all(|key| kept.get(key << 33) == Some(3 * key)));
        assert_eq!((kept.get(5_000 << 33), kept.count()), (None, 5_000));
    }
}
