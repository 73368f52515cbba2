//! World *pair* without bounds: programs of any length, and queues of any size.
//!
//! What `docs/theorem.md` proves on paper needs facts about every run. Here they are checked, in
//! one exploration for each form of the handshake and each manner of calling:
//!
//! - *Programs have no length*: each side may make any call at any time, and of the calls that have
//!   returned is remembered what can still matter ([`remembered`]).
//! - *Queues have no size*: a run of data is one letter ([`runs`]), taking a record of which may
//!   leave some or none, and a record that is transmitted into a queue which holds something may
//!   go or wait ([`world`]).
//! - *Keys have no number*: their generations count from the receiver's.
//!
//! A *violation* is a step that plain TCP does not make, or a snapshot in which nothing has to
//! happen and a call waits that plain TCP, with the same data in the same places, would not let
//! wait ([`judgement`]).
//!
//! Where one of the two hosts may vanish, plain TCP fails too: then no call waits longer than its
//! call would, and none fails before what has arrived is read.
//!
//! For runs that have no end the same is asked of every cycle that a fair run can go round
//! ([`endless`]).

pub mod abstraction;
pub mod chart;
pub mod comparison;
pub mod cycles;
pub mod endless;
pub mod fairness;
pub mod force;
pub mod judgement;
pub mod lasso;
pub mod needs;
pub mod parts;
pub mod party;
pub mod plan;
pub mod random;
pub mod remembered;
pub mod run;
pub mod runs;
pub mod search;
pub mod snapshot;
pub mod step;
pub mod view;
pub mod violation;
pub mod wire;
pub mod world;
