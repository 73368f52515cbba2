//! Sets of keys that are told apart by hashes.

use alloc::vec::Vec;

use crate::hashing::{DrawnHash, Hashing};
use crate::interned::Interned;
use crate::visited::Visited;

/// The most of a table's places that are taken, in quarters: then it grows to twice its size.
const QUARTERS_FULL: usize = 3;

/// The bits that say how far a hash stands behind its home, one more than it is; 0 where the place
/// is free.
const DISTANCE_BITS: u32 = 7;

/// A hash may stand at so many places: at its home, or behind it.
const DISTANCES: usize = (1 << DISTANCE_BITS) - 1;

/// The bits of the number of a place, in the smallest table.
const PLACE_BITS_AT_LEAST: u32 = 10;

/// A set of keys that are told apart by their hashes alone: a key whose hash is that of another is
/// taken for it. [`MissBound`](crate::MissBound) says how probable that is.
///
/// Of a hash, its home says the upper bits: the place of the table at which it is looked for first.
/// A place keeps the others, and 7 bits for how far it is from the home (Cleary, "Compact hash
/// tables using bidirectional linear probing", 1984, with other marks). So a hash takes fewer bits
/// the larger the table is: *b* + 7 − *p* for a hash of *b* bits among 2ᵖ places. Among 2²⁴, a key
/// with a hash of 48 bits takes 5.2 to 10.3 bytes; in a [`KeySet`](crate::KeySet), 11 to 21.
///
/// ```
/// use hyaline_search::{HashedKeys, Hashing, Visited};
///
/// let mut keys = HashedKeys::new(Hashing::new(8, 0)?);
/// assert!(keys.add(1) && !keys.add(1));
/// // No more than 256 keys can be told apart by 8 bits.
/// let new = (0..10_000).filter(|key| keys.add(*key)).count();
/// assert_eq!((new, keys.count()), (255, 256));
/// # Ok::<(), hyaline_search::HashingError>(())
/// ```
#[derive(Clone, Debug)]
pub struct HashedKeys {
    hash: DrawnHash,
    /// The bits of the number of a place.
    place_bits: u32,
    places: Places,
    /// Hashes for which no place is near enough to their home: few.
    others: Interned<u64>,
    count: usize,
}

/// Where a hash is, or could be.
enum Spot {
    /// It is there.
    Known,
    /// It is not there, and would stand at this place, so far from its home.
    Free { place: usize, distance: usize },
    /// All places near its home are taken by others.
    None,
}

impl HashedKeys {
    /// A set without a key.
    #[must_use]
    pub fn new(hashing: Hashing) -> Self {
        let hash = hashing.drawn();
        let place_bits = PLACE_BITS_AT_LEAST.min(hash.bits());
        let places = Places::new(place_bits, hash.bits());
        Self { hash, place_bits, places, others: Interned::default(), count: 0 }
    }

    /// Adds a hash; false if it was there.
    fn put(&mut self, hash: u64) -> bool {
        match self.spot(hash) {
            Spot::Known => false,
            Spot::Free { place, distance } => {
                self.places.set(place, self.kept(hash, distance));
                true
            }
            Spot::None => self.others.number(hash).1,
        }
    }

    fn spot(&self, hash: u64) -> Spot {
        let (home, mask) = (self.home(hash), self.mask());
        for distance in 0..DISTANCES {
            let place = home.wrapping_add(distance) & mask;
            match self.places.get(place) {
                0 => return Spot::Free { place, distance },
                found if found == self.kept(hash, distance) => return Spot::Known,
                _ => {}
            }
        }
        Spot::None
    }

    /// The place at which a hash is looked for first.
    fn home(&self, hash: u64) -> usize {
        usize::try_from(hash >> (self.hash.bits() - self.place_bits)).unwrap_or_default()
    }

    /// What a place keeps of a hash that stands so far from its home.
    fn kept(&self, hash: u64, distance: usize) -> u64 {
        let rest = hash & low_bits(self.hash.bits() - self.place_bits);
        rest << DISTANCE_BITS | u64::try_from(distance + 1).unwrap_or_default()
    }

    /// The hash of which a place keeps this; nothing if the place is free.
    fn hash_at(&self, place: usize) -> Option<u64> {
        let kept = self.places.get(place);
        let distance = usize::try_from(kept & low_bits(DISTANCE_BITS)).ok()?.checked_sub(1)?;
        let home = place.wrapping_sub(distance) & self.mask();
        let upper = u64::try_from(home).ok()? << (self.hash.bits() - self.place_bits);
        Some(upper | kept >> DISTANCE_BITS)
    }

    fn mask(&self) -> usize {
        (1 << self.place_bits) - 1
    }

    /// Whether so many more keys need a larger table. Where each hash has a place of its own, none
    /// does.
    fn is_too_small_for(&self, more: usize) -> bool {
        let can_grow = self.place_bits < self.hash.bits().min(usize::BITS - 2);
        can_grow && 4 * (self.count + more) > QUARTERS_FULL << self.place_bits
    }

    fn grow(&mut self) {
        let larger = self.place_bits + 1;
        let mut grown = Self {
            hash: self.hash,
            place_bits: larger,
            places: Places::new(larger, self.hash.bits()),
            others: Interned::default(),
            count: self.count,
        };
        for place in 0..=self.mask() {
            if let Some(hash) = self.hash_at(place) {
                grown.put(hash);
            }
        }
        let mut numbers = 0..;
        while let Some(hash) = numbers.next().and_then(|number| self.others.get(number)) {
            grown.put(*hash);
        }
        *self = grown;
    }
}

impl Visited for HashedKeys {
    #[inline]
    fn add(&mut self, key: u64) -> bool {
        self.make_room(1);
        let is_new = self.put(self.hash.of(key));
        self.count += usize::from(is_new);
        is_new
    }

    #[inline]
    fn make_room(&mut self, more: usize) {
        while self.is_too_small_for(more) {
            self.grow();
        }
    }

    #[inline]
    fn look_for(&self, key: u64) -> u64 {
        self.places.get(self.home(self.hash.of(key)))
    }

    fn count(&self) -> usize {
        self.count
    }

    fn bytes(&self) -> usize {
        self.places.words.capacity() * size_of::<u64>() + self.others.bytes()
    }
}

/// Numbers of a few bits each, side by side, over the borders of words too.
#[derive(Clone, Debug)]
struct Places {
    words: Vec<u64>,
    /// The bits of a number: fewer than 64.
    width: u32,
}

impl Places {
    /// So many places, each with the number 0, for hashes of so many bits.
    fn new(place_bits: u32, hash_bits: u32) -> Self {
        let width = hash_bits - place_bits + DISTANCE_BITS;
        let bits = u64::from(width) << place_bits;
        let words = usize::try_from(bits.div_ceil(64)).unwrap_or(usize::MAX);
        Self { words: alloc::vec![0; words], width }
    }

    /// The word in which a place begins, and at which bit of the word.
    #[inline]
    fn begin(&self, place: usize) -> (usize, u32) {
        let bit = u64::try_from(place).unwrap_or_default() * u64::from(self.width);
        let word = usize::try_from(bit / 64).unwrap_or(usize::MAX);
        (word, u32::try_from(bit % 64).unwrap_or_default())
    }

    #[inline]
    fn get(&self, place: usize) -> u64 {
        let (word, bit) = self.begin(place);
        let of = |word: usize| self.words.get(word).copied().unwrap_or_default();
        let mut number = of(word) >> bit;
        if bit + self.width > 64 {
            number |= of(word + 1) << (64 - bit);
        }
        number & low_bits(self.width)
    }

    /// Sets a place that has the number 0.
    fn set(&mut self, place: usize, number: u64) {
        let (word, bit) = self.begin(place);
        if let Some(first) = self.words.get_mut(word) {
            *first |= number << bit;
        }
        if bit + self.width > 64
            && let Some(second) = self.words.get_mut(word + 1)
        {
            *second |= number >> (64 - bit);
        }
    }
}

/// A number whose lowest bits are set: so many, fewer than 64.
#[inline]
const fn low_bits(bits: u32) -> u64 {
    (1 << bits) - 1
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;
    use crate::keys::KeySet;

    fn set(bits: u8, seed: u64) -> HashedKeys {
        HashedKeys::new(Hashing::new(bits, seed).expect("bits of a hash"))
    }

    /// The bytes of a set to which so many keys are added.
    fn added(visited: &mut impl Visited, keys: u64) -> usize {
        (0..keys).for_each(|key| {
            visited.add((key << 20) | (key % 7));
        });
        visited.bytes()
    }

    #[test]
    fn with_64_bits_every_key_is_found_once_however_often_the_table_grows() {
        let mut set = set(64, 1);
        let keys = || (0..100_000_u64).map(|key| (key << 40) + key % 7);
        assert!(keys().all(|key| set.add(key)));
        assert!(!keys().any(|key| set.add(key)));
        assert_eq!(set.count(), 100_000);
    }

    #[test]
    fn a_hash_of_8_bits_tells_no_more_than_256_keys_apart() {
        let mut set = set(8, 0);
        let new = (0..10_000).filter(|key| set.add(*key)).count();
        assert_eq!((new, set.count()), (256, 256));
    }

    #[test]
    fn two_seeds_miss_different_keys() {
        let missed = [1, 2].map(|seed| {
            let mut set = set(12, seed);
            let missed: HashSet<u64> = (0..1_000).filter(|key| !set.add(*key)).collect();
            missed
        });
        // About one key of nine is missed by each.
        assert!(missed.iter().all(|missed| (50..200).contains(&missed.len())), "{missed:?}");
        let both = missed[0].intersection(&missed[1]).count();
        assert!(both < missed[0].len() / 3, "{both} {missed:?}");
    }

    #[test]
    fn hashes_that_crowd_at_one_home_are_kept_apart_from_the_table() {
        let mut set = set(64, 0);
        // All of these have one home, in the table that has grown too.
        let hashes = || (0..300_u64).map(|rest| 5 << 54 | rest << 40 | rest);
        assert!(hashes().all(|hash| set.put(hash)));
        assert!(!hashes().any(|hash| set.put(hash)));
        assert_eq!(set.others.count(), 300 - DISTANCES);
        set.grow();
        assert!(!hashes().any(|hash| set.put(hash)));
        assert!(set.put(5 << 54 | 999));
    }

    #[test]
    fn a_home_at_the_end_of_the_table_goes_on_at_its_beginning() {
        let mut set = set(40, 0);
        let hashes = || (0..20_u64).map(|rest| 1023 << 30 | rest);
        assert!(hashes().all(|hash| set.put(hash)));
        let mut found: Vec<u64> = (0..1024).filter_map(|place| set.hash_at(place)).collect();
        found.sort_unstable();
        assert!(found.into_iter().eq(hashes()));
    }

    #[test]
    fn a_key_takes_the_fewer_bytes_the_fewer_bits_its_hash_has() {
        let keys = 400_000;
        let exact = added(&mut KeySet::default(), keys);
        let [most, some, few] = [64, 48, 32].map(|bits| added(&mut set(bits, 0), keys));
        assert!(few < some && some < most && most < exact, "{few} {some} {most} {exact}");
        // Both tables have 2²⁰ places: of 48 + 7 − 20 bits, and of 64.
        assert!(100 * some < 60 * exact, "{some} {exact}");
    }

    proptest! {
        #[test]
        fn a_table_of_hashes_is_a_set_of_hashes(
            bits in 8_u8..=64,
            seed: u64,
            keys in prop::collection::vec(prop_oneof![0_u64..3_000, any::<u64>()], 0..6_000),
        ) {
            let mut table = set(bits, seed);
            let mut hashes = HashSet::new();
            for key in keys {
                prop_assert_eq!(table.add(key), hashes.insert(table.hash.of(key)));
                prop_assert_eq!(table.count(), hashes.len());
            }
        }

        #[test]
        fn with_64_bits_a_table_of_hashes_is_a_set_of_keys(
            seed: u64,
            keys in prop::collection::vec(0_u64..2_000, 0..4_000),
        ) {
            let (mut table, mut known) = (set(64, seed), HashSet::new());
            for key in keys {
                prop_assert_eq!(table.add(key), known.insert(key));
            }
        }

        #[test]
        fn a_place_has_the_number_to_which_it_was_set(
            numbers in prop::collection::vec(any::<u64>(), 1..=1024),
            hash_bits in 10_u32..=64,
        ) {
            let mut places = Places::new(10, hash_bits);
            let mask = low_bits(places.width);
            for (place, number) in numbers.iter().enumerate() {
                places.set(place, number & mask);
            }
            for (place, number) in numbers.iter().enumerate() {
                prop_assert_eq!(places.get(place), number & mask);
            }
        }
    }
}
