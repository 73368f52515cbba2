//! The checker of the transition table, and what the command `hyaline` prints.
//!
//! World *pair* is two endpoints with TCP between them and a program on each side: [`programs`] say
//! what is called, [`world`] how everything moves, [`judgement`] what is asked of it; [`ends`] are
//! the endpoints, and [`search`] explores. [`runs`] have a name and an expectation, and [`report`]
//! prints what came of them.
//!
//! World [`hostile`] is one endpoint against any peer. [`mutants`] are small changes of the table,
//! which the checks have to notice. [`interpret`] is a second reading of the rows, to compare with,
//! and [`mod@print`] prints them. World [`unbounded`] is world *pair* again, for programs of any
//! length and queues of any size. [`opposite`] has one end of ours and a peer of any policy.
//! [`map`] has each known library opposite each other, and [`synthesis`] looks for policies that
//! keep the most.
//! [`relay`] has a program in the middle that ends TLS on two connections and copies between them.
//! [`proof`] puts together what is known of the table that ships. [`validate`] says whether what a
//! library has logged is a behaviour of the model.
//!
//! A module imports only from those above it in this list, and from itself:
//! [`side`], [`interpret`], [`programs`], [`world`], [`judgement`], [`ends`], [`search`], [`runs`],
//! [`report`], [`mod@print`], [`hostile`], [`mutants`], [`unbounded`], [`opposite`],
//! [`map`], [`synthesis`], [`proof`], [`validate`], [`relay`].
//!
//! Without the feature `command`, which is on by default, there are no clock and no files, and one
//! thread where no more are asked for. What needs them is left out: every world but the bounded
//! world *pair* and the relay of two of them, the mutants and the proof. Such a build runs in a
//! browser's page.

#![forbid(unsafe_code)]

// The properties are written by stateright's types, whose names mean this crate's own here.
#[cfg(not(feature = "command"))]
extern crate self as stateright;
#[cfg(not(feature = "command"))]
pub use stand_in::{Condition, Model, Property};

pub mod ends;
#[cfg(feature = "command")]
pub mod hostile;
pub mod interpret;
pub mod judgement;
#[cfg(feature = "command")]
pub mod map;
#[cfg(feature = "command")]
pub mod mutants;
#[cfg(feature = "command")]
pub mod opposite;
pub mod print;
pub mod programs;
#[cfg(feature = "command")]
pub mod proof;
pub mod relay;
pub mod report;
pub mod runs;
pub mod search;
pub mod side;
#[cfg(not(feature = "command"))]
mod stand_in;
#[cfg(feature = "command")]
pub mod synthesis;
#[cfg(feature = "command")]
pub mod unbounded;
#[cfg(feature = "command")]
pub mod validate;
pub mod world;

/// The fingerprint of the world that verdicts are about: 32 hexadecimal digits of a hash of the
/// sources that say how rows run, what programs, transport and endpoints do, and how runs are
/// judged. Comments and tests are no part of it. With [`hyaline_model::table::FINGERPRINT`] it says
/// what was checked. In a build without the repository it is a text that says so.
pub const WORLD_FINGERPRINT: &str = env!("HYALINE_WORLD_FINGERPRINT");
