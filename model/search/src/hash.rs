//! A hash for trusted input.

use core::hash::{BuildHasher, Hasher};

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

/// The place at which a key is looked for first, in a table of `mask + 1` places, a power of two.
#[inline]
pub(crate) fn first_place(key: u64, mask: usize) -> usize {
    let mixed = (key ^ key >> 29).wrapping_mul(MULTIPLIER);
    // The upper half is the well-mixed one. It is a number of 32 bits, which an address has too.
    usize::try_from(mixed >> 32).unwrap_or_default() & mask
}

/// Puts a value into the first free place behind the one at which its key is looked for first.
pub(crate) fn put<T>(places: &mut [T], key: u64, value: T, is_free: impl Fn(&T) -> bool) {
    let Some(mask) = places.len().checked_sub(1) else { return };
    let mut place = first_place(key, mask);
    while places.get(place).is_some_and(|found| !is_free(found)) {
        place = (place + 1) & mask;
    }
    if let Some(free) = places.get_mut(place) {
        *free = value;
    }
}
