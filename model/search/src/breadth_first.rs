//! Breadth-first search, so that what is found first is shortest.

use alloc::vec::Vec;
use core::fmt;
use core::hint::black_box;

use crate::keys::KeySet;
use crate::visited::Visited;

/// A state space, by keys: see [`Interned`](crate::Interned).
pub trait Space {
    /// The key of the state in which everything begins.
    ///
    /// # Errors
    ///
    /// If a key cannot tell the state from others.
    fn first(&mut self) -> Result<u64, Stop>;

    /// Lists the keys of the states to which the steps lead that leave this one: one key for each
    /// step, in the order of steps. A search calls this once for each state, so this is where a
    /// state is looked at.
    ///
    /// # Errors
    ///
    /// If the search is to end here, with this state and others left.
    fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop>;
}

/// Why a search ends before everything is explored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// There are more parts than a key can tell apart.
    Outgrown,
    /// What was looked for is found.
    Found,
}

impl fmt::Display for Stop {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Outgrown => "there are more parts than a key can tell apart",
            Self::Found => "what was looked for is found",
        })
    }
}

impl core::error::Error for Stop {}

/// How many states are expanded before their successors are added, so that the memory is waited for
/// once for all of them.
const TOGETHER: usize = 32;

/// A search under way. States are expanded in the order in which they were found.
///
/// Whether a state was found before is asked of `V`. The states that are still to be expanded have
/// their keys whatever that is: so each state that is looked at can be reached.
#[derive(Clone, Debug)]
pub struct BreadthFirst<V = KeySet> {
    found: V,
    /// The states that are as far from the first as those which are expanded now, and how many of
    /// them are expanded.
    level: Vec<u64>,
    done: usize,
    /// Those that are one step further.
    next_level: Vec<u64>,
    successors: Vec<u64>,
    expanded: usize,
    edges: usize,
    depth: usize,
    most_bytes: usize,
}

impl BreadthFirst {
    /// Begins with the state of this key, and misses none.
    #[must_use]
    pub fn from(first: u64) -> Self {
        Self::remembering(KeySet::default(), first)
    }
}

impl<V: Visited> BreadthFirst<V> {
    /// Begins with the state of this key, and remembers states in this set, in which there is none.
    #[must_use]
    pub fn remembering(mut found: V, first: u64) -> Self {
        found.add(first);
        Self {
            found,
            level: alloc::vec![first],
            done: 0,
            next_level: Vec::new(),
            successors: Vec::new(),
            expanded: 0,
            edges: 0,
            depth: 0,
            most_bytes: 0,
        }
    }

    /// Expands as many states as are left, at most about so many. False if none is left.
    ///
    /// # Errors
    ///
    /// If the space says that the search is to end.
    pub fn advance(&mut self, space: &mut impl Space, most: usize) -> Result<bool, Stop> {
        let end = self.expanded.saturating_add(most);
        while self.expanded < end {
            if self.done == self.level.len() {
                if self.next_level.is_empty() {
                    return Ok(false);
                }
                core::mem::swap(&mut self.level, &mut self.next_level);
                self.next_level.clear();
                self.done = 0;
                self.depth += 1;
            }
            self.expand_some(space)?;
        }
        Ok(self.expanded < self.found.count())
    }

    /// Expands some states of a level, and adds what they lead to.
    fn expand_some(&mut self, space: &mut impl Space) -> Result<(), Stop> {
        self.successors.clear();
        let mut outcome = Ok(());
        for key in self.level.iter().skip(self.done).take(TOGETHER) {
            let before = self.successors.len();
            outcome = space.expand(*key, &mut self.successors);
            if outcome.is_err() {
                self.successors.truncate(before);
                break;
            }
            self.expanded += 1;
            self.done += 1;
        }
        self.edges += self.successors.len();
        let before = self.found.bytes();
        self.found.make_room(self.successors.len());
        let found = &self.found;
        black_box(self.successors.iter().fold(0, |sum, key| sum ^ found.look_for(*key)));
        for key in &self.successors {
            if self.found.add(*key) {
                self.next_level.push(*key);
            }
        }
        // While the set grows, its old places are still in memory.
        let grown = if before == self.found.bytes() { 0 } else { before };
        self.most_bytes = self.most_bytes.max(self.bytes() + grown);
        outcome
    }

    /// States found.
    #[must_use]
    pub fn states(&self) -> usize {
        self.found.count()
    }

    /// States whose steps were taken.
    #[must_use]
    pub const fn expanded(&self) -> usize {
        self.expanded
    }

    /// Steps that were taken.
    #[must_use]
    pub const fn edges(&self) -> usize {
        self.edges
    }

    /// Steps from the first state to those that are expanded now. None can be reached by fewer.
    #[must_use]
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// The most memory that the states took at once, in bytes. What the space keeps is not in it.
    #[must_use]
    pub const fn most_bytes(&self) -> usize {
        self.most_bytes
    }

    fn bytes(&self) -> usize {
        let lists = [&self.level, &self.next_level, &self.successors];
        let keys: usize = lists.iter().map(|list| list.capacity()).sum();
        self.found.bytes() + keys * size_of::<u64>()
    }
}

/// The keys on a shortest way from the first state to the one that [`BreadthFirst`] expands as
/// number `number`, counted from 0. This searches once more, and keeps from where each state was
/// found: so a search that finds nothing does not pay for ways.
///
/// # Errors
///
/// If the space says that the search is to end.
pub fn way_to(space: &mut impl Space, number: usize) -> Result<Vec<u64>, Stop> {
    way_remembering(KeySet::default(), space, number)
}

/// The same for a search that has remembered states otherwise, in a set like this one, in which
/// there is no state. Each step of the way is one of the space; where the set takes states for
/// others, there may be a shorter way.
///
/// # Errors
///
/// If the space says that the search is to end.
pub fn way_remembering(
    mut found: impl Visited,
    space: &mut impl Space,
    number: usize,
) -> Result<Vec<u64>, Stop> {
    let first = space.first()?;
    found.add(first);
    // Each state with the number of the one from which it was found.
    let mut order = alloc::vec![(first, 0)];
    let mut successors = Vec::new();
    let mut at = 0;
    while order.len() <= number {
        let Some((key, _)) = order.get(at).copied() else { break };
        successors.clear();
        space.expand(key, &mut successors)?;
        order.extend(successors.iter().filter(|key| found.add(**key)).map(|key| (*key, at)));
        at += 1;
    }
    let mut way = Vec::new();
    let mut next = Some(number.min(order.len() - 1));
    while let Some((number, (key, from))) = next.and_then(|at| Some((at, *order.get(at)?))) {
        way.push(key);
        next = (number > 0).then_some(from);
    }
    way.reverse();
    Ok(way)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hashed::HashedKeys;
    use crate::hashing::{Hashing, MissBound};

    /// The numbers below a bound: each leads to twice itself and to the next.
    struct Numbers {
        below: u64,
        stops_at: Option<u64>,
        expanded: Vec<u64>,
    }

    impl Numbers {
        fn below(below: u64) -> Self {
            Self { below, stops_at: None, expanded: Vec::new() }
        }
    }

    impl Space for Numbers {
        fn first(&mut self) -> Result<u64, Stop> {
            Ok(1)
        }

        fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
            self.expanded.push(key);
            successors.extend([2 * key, key + 1].into_iter().filter(|next| *next < self.below));
            if self.stops_at == Some(key) { Err(Stop::Found) } else { Ok(()) }
        }
    }

    #[test]
    fn everything_is_found_once_and_the_nearest_first() {
        let mut numbers = Numbers::below(5000);
        let mut search = BreadthFirst::from(1);
        while search.advance(&mut numbers, 100).expect("no end before all is explored") {}
        assert_eq!((search.states(), search.expanded()), (4999, 4999));
        // Each number leads to the next, but the last; and each of the lower half to its double.
        assert_eq!(search.edges(), 4998 + 2499);
        assert!(numbers.expanded.starts_with(&[1, 2, 4, 3, 8, 5, 6]));
        numbers.expanded.sort_unstable();
        assert!(numbers.expanded.iter().copied().eq(1..5000));
        // 4095 is 1 doubled eleven times, with one added after each: 22 steps, and none is shorter.
        assert_eq!(search.depth(), 22);
    }

    #[test]
    fn a_search_that_is_stopped_says_what_was_left() {
        let mut numbers = Numbers { stops_at: Some(6), ..Numbers::below(5000) };
        let mut search = BreadthFirst::from(1);
        assert_eq!(search.advance(&mut numbers, usize::MAX), Err(Stop::Found));
        assert_eq!(numbers.expanded.last(), Some(&6));
        assert_eq!(search.expanded() + 1, numbers.expanded.len());
        assert!(search.states() > search.expanded());
    }

    #[test]
    fn a_search_goes_no_further_than_it_is_asked_to() {
        let mut search = BreadthFirst::from(1);
        let goes_on = search.advance(&mut Numbers::below(5000), 64).expect("no end");
        assert!(goes_on && (64..64 + TOGETHER).contains(&search.expanded()));
    }

    #[test]
    fn the_way_to_a_state_is_one_of_the_shortest() {
        let mut numbers = Numbers::below(5000);
        let mut search = BreadthFirst::from(1);
        while search.advance(&mut numbers, 1000).expect("no end before all is explored") {}
        let number = numbers.expanded.iter().position(|key| *key == 23).expect("it is found");
        let way = way_to(&mut Numbers::below(5000), number).expect("no end");
        assert_eq!((way.first(), way.last()), (Some(&1), Some(&23)));
        // 1 2 4 5 10 11 22 23, or as long.
        assert_eq!(way.len(), 8);
        assert!(way.windows(2).all(|pair| pair[1] == 2 * pair[0] || pair[1] == pair[0] + 1));
        assert_eq!(way_to(&mut Numbers::below(5000), 0), Ok(alloc::vec![1]));
    }

    fn hashed(bits: u8, seed: u64) -> HashedKeys {
        HashedKeys::new(Hashing::new(bits, seed).expect("bits of a hash"))
    }

    #[test]
    fn by_hashes_of_64_bits_the_same_is_found_in_the_same_order() {
        let (mut exact, mut compact) = (Numbers::below(5000), Numbers::below(5000));
        let mut by_keys = BreadthFirst::from(1);
        let mut by_hashes = BreadthFirst::remembering(hashed(64, 9), 1);
        assert_eq!(by_keys.advance(&mut exact, usize::MAX), Ok(false));
        assert_eq!(by_hashes.advance(&mut compact, usize::MAX), Ok(false));
        assert_eq!(by_hashes.edges(), by_keys.edges());
        assert_eq!((by_hashes.states(), by_hashes.depth()), (by_keys.states(), by_keys.depth()));
        assert_eq!(exact.expanded, compact.expanded);
    }

    /// Each number leads to the next only, so that the first miss ends the search.
    struct Chain;

    impl Space for Chain {
        fn first(&mut self) -> Result<u64, Stop> {
            Ok(0)
        }

        fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
            successors.extend(Some(key + 1).filter(|next| *next < 2000));
            Ok(())
        }
    }

    /// The bound holds whatever was found, also where that is little since something was missed.
    #[test]
    fn of_many_seeds_no_more_miss_something_at_a_bound_than_the_bound_says() {
        let missed_at = |seed: u64| {
            let mut search = BreadthFirst::remembering(hashed(10, seed), 0);
            assert_eq!(search.advance(&mut Chain, usize::MAX), Ok(false));
            let hashing = Hashing::new(10, seed).expect("bits of a hash");
            let bound = MissBound::of(hashing, search.states()).probability();
            (search.states() < 2000).then_some(bound)
        };
        let bounds: Vec<f64> = (0..4000).filter_map(missed_at).collect();
        // No hash of 10 bits tells 2000 states apart.
        assert_eq!(bounds.len(), 4000);
        let below = |most: f64| bounds.iter().filter(|bound| **bound <= most).count();
        // About 340 are expected at 0.1, and 1540 at 0.5.
        assert!((250..=400).contains(&below(0.1)), "{}", below(0.1));
        assert!((1300..=2000).contains(&below(0.5)), "{}", below(0.5));
    }

    #[test]
    fn by_hashes_of_few_bits_states_are_missed_and_what_is_found_is_really_there() {
        for seed in 0..20 {
            let mut numbers = Numbers::below(5000);
            let mut search = BreadthFirst::remembering(hashed(8, seed), 1);
            assert_eq!(search.advance(&mut numbers, usize::MAX), Ok(false));
            assert!(search.states() <= 256, "{}", search.states());
            assert_eq!(search.states(), numbers.expanded.len());
            let last = numbers.expanded.len() - 1;
            let mut again = Numbers::below(5000);
            let way = way_remembering(hashed(8, seed), &mut again, last).expect("no end");
            assert_eq!((way.first(), way.last()), (Some(&1), numbers.expanded.last()));
            let leads = |pair: &[u64]| pair[1] == 2 * pair[0] || pair[1] == pair[0] + 1;
            assert!(way.windows(2).all(leads), "{way:?}");
        }
    }
}
