//! A relay in the middle: two connections, and a program between them that ends TLS on both, and
//! copies both ways.
//!
//! Each connection is world *pair* as it is. [`script`] says what the relay calls next, from what
//! its calls have returned. [`world`] has both connections and who may move, [`search`] explores
//! it, and [`assessment`] says whose fault it is, and why, with the shortest way there.

pub mod assessment;
pub mod chart;
pub mod link;
pub mod scenario;
pub mod script;
pub mod search;
pub mod world;
