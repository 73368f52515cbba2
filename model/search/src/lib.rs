//! Exhaustive search of a state space whose states are exact keys of 64 bits.
//!
//! A system of many large values is mostly the same few parts in many combinations. [`Interned`]
//! keeps each part once and gives it a number; [`Kept`] and [`KeptNear`] keep what was worked out
//! of numbers; a state is the key that its parts' numbers make up. Whoever has such a system
//! implements [`Space`], and [`BreadthFirst`] explores it. No hash stands for a state, so nothing
//! is missed. Where the question is about runs without end, [`Graph`] keeps every step, and
//! [`Components`] finds where a run can go round.
//!
//! There is no thread and no clock here: a search advances by as many states as it is asked to.
//! Whoever asks can look at a clock, show progress or give up in between. The crate is `no_std`.

#![no_std]
#![forbid(unsafe_code)]

extern crate alloc;

mod breadth_first;
mod components;
mod graph;
mod hash;
mod interned;
mod kept;
mod keys;
mod near;

pub use self::breadth_first::{BreadthFirst, Space, Stop, way_to};
pub use self::components::Components;
pub use self::graph::{Graph, LabelledSpace};
pub use self::hash::{Fold, Folding};
pub use self::interned::Interned;
pub use self::kept::Kept;
pub use self::keys::KeySet;
pub use self::near::KeptNear;
