//! What remembers the states that a search has found.

/// The states that a search has found. [`KeySet`](crate::KeySet) keeps their keys, and misses none;
/// [`HashedKeys`](crate::HashedKeys) keeps hashes of their keys, and may take a new state for one
/// that it has seen.
pub trait Visited {
    /// Adds a key; false if it was there, or is taken for one that was.
    fn add(&mut self, key: u64) -> bool;

    /// Makes room for so many more keys.
    fn make_room(&mut self, more: usize);

    /// Reads the place at which the key would be found. Before several keys are added, this is done
    /// for all of them, so that the memory is waited for once.
    fn look_for(&self, key: u64) -> u64;

    /// How many keys were added.
    fn count(&self) -> usize;

    /// The memory that it takes, in bytes.
    fn bytes(&self) -> usize;
}
