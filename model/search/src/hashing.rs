//! How keys are hashed where hashes stand for states, and what may be missed by that.

use alloc::string::String;
use core::fmt;

/// How many bits a hash has, and the seed by which it is drawn.
///
/// The hash is drawn from a family of which each two keys have the same hash with probability
/// 2⁻ᵇ, for a hash of *b* bits: the upper bits of *a·x + c* modulo 2¹²⁸, where *a* and *c* have 128
/// random bits each (Dietzfelbinger, "Universal hashing and k-wise independent random variables via
/// integer arithmetic without primes", STACS 1996). Where the random bits come from is SplitMix64,
/// begun with the seed, and what is said of probabilities takes its numbers for random ones. So
/// searches with different seeds miss independently of each other.
///
/// ```
/// use hyaline_search::Hashing;
///
/// let hashing = Hashing::new(48, 7)?;
/// assert_eq!((hashing.bits(), hashing.seed()), (48, 7));
/// let too_few = Hashing::new(7, 0).expect_err("a hash of 7 bits tells too little apart");
/// assert_eq!(too_few.to_string(), "a hash of 7 bits: a hash has 8 to 64 bits");
/// # Ok::<(), hyaline_search::HashingError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hashing {
    bits: u8,
    seed: u64,
}

/// The fewest bits of a hash.
const BITS_AT_LEAST: u8 = 8;

/// The most bits of a hash: as many as of a key.
const BITS_AT_MOST: u8 = 64;

/// Why there is no such hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HashingError {
    /// A hash cannot have so few or so many bits.
    Bits(u8),
}

impl fmt::Display for HashingError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Bits(bits) = self;
        let range = format_args!("a hash has {BITS_AT_LEAST} to {BITS_AT_MOST} bits");
        write!(formatter, "a hash of {bits} bits: {range}")
    }
}

impl core::error::Error for HashingError {}

impl Hashing {
    /// Hashes of so many bits, drawn by this seed.
    ///
    /// # Errors
    ///
    /// If a hash cannot have so few or so many bits.
    pub const fn new(bits: u8, seed: u64) -> Result<Self, HashingError> {
        if bits < BITS_AT_LEAST || bits > BITS_AT_MOST {
            return Err(HashingError::Bits(bits));
        }
        Ok(Self { bits, seed })
    }

    /// How many bits a hash has.
    #[must_use]
    pub const fn bits(self) -> u8 {
        self.bits
    }

    /// By what the hash is drawn.
    #[must_use]
    pub const fn seed(self) -> u64 {
        self.seed
    }

    pub(crate) fn drawn(self) -> DrawnHash {
        let mut random = SplitMix(self.seed);
        let mut wide = || u128::from(random.next()) << 64 | u128::from(random.next());
        DrawnHash { multiplier: wide(), addend: wide(), bits: u32::from(self.bits) }
    }
}

/// A hash of the family.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DrawnHash {
    multiplier: u128,
    addend: u128,
    bits: u32,
}

impl DrawnHash {
    /// The hash of a key, below 2ᵇ.
    #[inline]
    pub(crate) fn of(&self, key: u64) -> u64 {
        // Keys are numbers of parts side by side. Mixed first, they are spread over a table even if
        // the multiplier has a pattern too; two keys stay two, which is all that the bound needs.
        let spread = mixed(key);
        let sum = self.multiplier.wrapping_mul(u128::from(spread)).wrapping_add(self.addend);
        u64::try_from(sum >> (u128::BITS - self.bits)).unwrap_or_default()
    }

    /// How many bits it has.
    pub(crate) const fn bits(&self) -> u32 {
        self.bits
    }
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
struct SplitMix(u64);

impl SplitMix {
    const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mixed(self.0)
    }
}

/// One number for each number, without the order of these: what SplitMix64 ends with.
#[inline]
const fn mixed(number: u64) -> u64 {
    let number = (number ^ number >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let number = (number ^ number >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ number >> 31
}

/// The probability with which a search by hashes has missed some state, at most.
///
/// A search that found *n* states by hashes of *b* bits has missed one with probability at most
/// *n(n+1)/2 · 2⁻ᵇ*. The argument: up to its first miss, the search does what an exact one does.
/// Where it misses at all and ends with at most *n* states, the first that is missed is among the
/// first *n + 1* of the exact search, and shares its hash with one of these. They are as many as
/// they are whatever the hash, there are *n(n+1)/2* pairs of them, and each pair shares its hash
/// with probability 2⁻ᵇ ([`Hashing`]). So this bound needs no guess of how many states there are:
/// for each number, a search misses and reports a smaller one with at most that probability. That
/// hashes stand for states is *hash compaction* (Wolper and Leroy, "Reliable hashing without
/// collision detection", 1993; Stern and Dill, "Improved probabilistic verification by hash
/// compaction", 1995), whose bounds take the number of states for known.
///
/// ```
/// use hyaline_search::{Hashing, MissBound};
///
/// let bound = MissBound::of(Hashing::new(40, 0)?, 1_000);
/// assert_eq!(
///     bound.to_string(),
///     "with hashes of 40 bits; a state may have been missed with probability at most 4.6e-7"
/// );
/// # Ok::<(), hyaline_search::HashingError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MissBound {
    hashing: Hashing,
    probability: f64,
}

impl MissBound {
    /// The bound for a search that found so many states.
    #[must_use]
    pub fn of(hashing: Hashing, states: usize) -> Self {
        let states = u128::try_from(states).unwrap_or(u128::MAX >> 64);
        let pairs = states * (states + 1) / 2;
        // What rounding takes from a number of 53 bits is less than what printing adds.
        #[allow(clippy::cast_precision_loss)]
        let probability = pairs as f64 / (1_u128 << hashing.bits) as f64;
        Self { hashing, probability: probability.min(1.0) }
    }

    /// The bound for both searches together: that one of them has missed a state.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let probability = (self.probability + other.probability).min(1.0);
        Self { probability, ..self }
    }

    /// By which hashes the states were told apart.
    #[must_use]
    pub const fn hashing(self) -> Hashing {
        self.hashing
    }

    /// The probability, 1 at most.
    #[must_use]
    pub const fn probability(self) -> f64 {
        self.probability
    }

    /// The probability in two digits, rounded up.
    #[must_use]
    pub fn in_digits(self) -> String {
        if self.probability >= 1.0 {
            return String::from("1");
        }
        let text = alloc::format!("{:.1e}", self.probability);
        let is_enough = text.parse().is_ok_and(|shown: f64| shown >= self.probability);
        // Another tenth of the first digit is more than was rounded off.
        let tenths = |text: &str| {
            text.split_once('.').and_then(|(whole, rest)| {
                let (tenth, exponent) = rest.split_once('e')?;
                let tenths = 10 * whole.parse::<u32>().ok()? + tenth.parse::<u32>().ok()?;
                Some((tenths + 1, exponent.parse::<i32>().ok()?))
            })
        };
        match tenths(&text) {
            Some((100, exponent)) if !is_enough => alloc::format!("1.0e{}", exponent + 1),
            Some((tenths, exponent)) if !is_enough => {
                alloc::format!("{}.{}e{exponent}", tenths / 10, tenths % 10)
            }
            _ => text,
        }
    }
}

impl fmt::Display for MissBound {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (bits, most) = (self.hashing.bits, self.in_digits());
        write!(formatter, "with hashes of {bits} bits; ")?;
        write!(formatter, "a state may have been missed with probability at most {most}")
    }
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;

    use super::*;

    fn hashing(bits: u8, seed: u64) -> Hashing {
        Hashing::new(bits, seed).expect("bits of a hash")
    }

    #[test]
    fn a_hash_has_8_to_64_bits() {
        for bits in 0..=u8::MAX {
            assert_eq!(Hashing::new(bits, 0).is_ok(), (8..=64).contains(&bits), "{bits}");
        }
    }

    #[test]
    fn a_hash_has_no_more_bits_than_it_says_and_uses_all_of_them() {
        for bits in 8..=64 {
            let drawn = hashing(bits, 3).drawn();
            let all = (0..2_000).fold(0, |all, key| all | drawn.of(key));
            assert_eq!(all, u64::MAX >> (64 - bits), "{bits}");
        }
    }

    /// Of two keys that differ in one bit, and of two that follow each other.
    #[test]
    fn two_keys_share_a_hash_as_often_as_their_bits_say_whatever_the_keys() {
        for (one, other) in [(0, 1), (5, 5 | 1 << 63), (1 << 40, 1 << 41), (77, 78)] {
            let shares = |seed: &u64| {
                let drawn = hashing(8, *seed).drawn();
                drawn.of(one) == drawn.of(other)
            };
            // 256 of 65536 are expected, with a deviation of 16.
            let shared = (0..1 << 16).filter(shares).count();
            assert!((256 - 96..256 + 96).contains(&shared), "{one} {other}: {shared}");
        }
    }

    #[test]
    fn another_seed_draws_another_hash() {
        let hashes = [1, 2].map(|seed| {
            let drawn = hashing(64, seed).drawn();
            [0, 1, 2].map(|key| drawn.of(key))
        });
        assert_ne!(hashes[0], hashes[1]);
    }

    #[test]
    fn the_bound_counts_the_pairs_of_one_state_more_than_were_found() {
        let bound = |bits, states| MissBound::of(hashing(bits, 0), states).probability();
        // The only pair is the one state that was found, and the one that was not.
        assert_eq!(bound(8, 1), 1.0 / 256.0);
        assert_eq!(bound(32, 3), 6.0 / 4_294_967_296.0);
        assert_eq!(bound(8, 22), 253.0 / 256.0);
        assert_eq!(bound(8, 23), 1.0);
        assert_eq!(bound(64, usize::MAX), 1.0);
        assert!(bound(64, 10_000_000) < 3e-6);
    }

    #[test]
    fn the_bound_of_several_searches_is_their_sum_and_never_more_than_1() {
        let one = MissBound::of(hashing(8, 0), 15);
        assert_eq!(one.and(one).probability(), 2.0 * one.probability());
        assert_eq!(one.and(one).and(one).probability(), 1.0);
    }

    #[test]
    fn what_is_printed_is_never_less_than_the_bound() {
        for bits in 8..=64 {
            for states in [1, 2, 3, 44, 617, 9_999, 123_456] {
                let bound = MissBound::of(hashing(bits, 0), states);
                let shown: f64 = bound.in_digits().parse().expect("a number");
                let exact = bound.probability();
                assert!(shown >= exact && shown <= 1.1 * exact, "{shown} {exact}");
            }
        }
        let shown = |probability| MissBound { hashing: hashing(8, 0), probability }.in_digits();
        assert_eq!(shown(0.003_91), "4.0e-3");
        assert_eq!(shown(0.003_9), "3.9e-3");
        assert_eq!(shown(0.991), "1.0e0");
        assert_eq!(shown(9.91e-10), "1.0e-9");
        assert_eq!(shown(1.0), "1");
        let words = MissBound::of(hashing(8, 0), 1).to_string();
        assert!(words.ends_with("with probability at most 4.0e-3"), "{words}");
    }
}
