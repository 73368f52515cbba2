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
//! [`proof`] puts together what is known of the table that ships.
//!
//! A module imports only from those above it in this list, and from itself:
//! [`side`], [`interpret`], [`programs`], [`world`], [`judgement`], [`ends`], [`search`], [`runs`],
//! [`report`], [`mod@print`], [`hostile`], [`mutants`], [`unbounded`], [`opposite`],
//! [`map`], [`synthesis`], [`proof`].

#![forbid(unsafe_code)]

pub mod ends;
pub mod hostile;
pub mod interpret;
pub mod judgement;
pub mod map;
pub mod mutants;
pub mod opposite;
pub mod print;
pub mod programs;
pub mod proof;
pub mod report;
pub mod runs;
pub mod search;
pub mod side;
pub mod synthesis;
pub mod unbounded;
pub mod world;

/// The fingerprint of the world that verdicts are about: 32 hexadecimal digits of a hash of the
/// sources that say how rows run, what programs, transport and endpoints do, and how runs are
/// judged. Comments and tests are no part of it. With [`hyaline_model::table::FINGERPRINT`] it says
/// what was checked. In a build without the repository it is a text that says so.
pub const WORLD_FINGERPRINT: &str = env!("HYALINE_WORLD_FINGERPRINT");
