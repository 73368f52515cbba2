//! Exhaustive search of a state space whose states are exact keys of 64 bits.
//!
//! A system of many large values is mostly the same few parts in many combinations. [`Interned`]
//! keeps each part once and gives it a number; [`Kept`] and [`KeptNear`] keep what was worked out
//! of numbers; a state is the key that its parts' numbers make up. Whoever has such a system
//! implements [`Space`], and [`BreadthFirst`] explores it. No hash stands for a state, so nothing
//! is missed. Where the question is about runs without end, [`Graph`] keeps every step, and
//! [`Components`] finds where a run can go round.
//!
//! Where the keys of all states do not fit into memory, hashes may stand for them
//! ([`BreadthFirst::remembering`], [`HashedKeys`]): a state may then be missed, and [`MissBound`]
//! says how probable that is at most. What such a search finds is real all the same, since the
//! states that it expands have their keys.
//!
//! ```
//! use hyaline_search::{BreadthFirst, HashedKeys, Hashing, MissBound, Space, Stop};
//!
//! /// Two jugs, of 3 and 5 litres: a key is what is in one, and in the other.
//! struct Jugs;
//!
//! impl Space for Jugs {
//!     fn first(&mut self) -> Result<u64, Stop> {
//!         Ok(0)
//!     }
//!
//!     fn expand(&mut self, key: u64, successors: &mut Vec<u64>) -> Result<(), Stop> {
//!         let (small, large) = (key / 8, key % 8);
//!         let (to_large, to_small) = (small.min(5 - large), large.min(3 - small));
//!         let filled_or_emptied = [(3, large), (small, 5), (0, large), (small, 0)];
//!         let poured_into_large = (small - to_large, large + to_large);
//!         let poured_into_small = (small + to_small, large - to_small);
//!         let poured = [poured_into_large, poured_into_small];
//!         let both = filled_or_emptied.into_iter().chain(poured);
//!         successors.extend(both.map(|(small, large)| 8 * small + large));
//!         Ok(())
//!     }
//! }
//!
//! let mut exact = BreadthFirst::from(Jugs.first()?);
//! assert_eq!(exact.advance(&mut Jugs, usize::MAX), Ok(false));
//!
//! let hashing = Hashing::new(40, 1)?;
//! let mut compact = BreadthFirst::remembering(HashedKeys::new(hashing), Jugs.first()?);
//! assert_eq!(compact.advance(&mut Jugs, usize::MAX), Ok(false));
//!
//! assert_eq!((exact.states(), compact.states()), (16, 16));
//! let bound = MissBound::of(hashing, compact.states());
//! assert!(bound.probability() < 1.3e-10);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! There is no thread and no clock here: a search advances by as many states as it is asked to.
//! Whoever asks can look at a clock, show progress or give up in between. The crate is `no_std`.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;
#[cfg(test)]
extern crate std;

mod breadth_first;
mod components;
mod graph;
mod hash;
mod hashed;
mod hashing;
mod interned;
mod kept;
mod keys;
mod near;
mod visited;

pub use self::breadth_first::{BreadthFirst, Space, Stop, way_remembering, way_to};
pub use self::components::Components;
pub use self::graph::{Graph, LabelledSpace};
pub use self::hash::{Fold, Folding};
pub use self::hashed::HashedKeys;
pub use self::hashing::{Hashing, HashingError, MissBound};
pub use self::interned::Interned;
pub use self::kept::Kept;
pub use self::keys::KeySet;
pub use self::near::KeptNear;
pub use self::visited::Visited;
