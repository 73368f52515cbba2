//! A relay in the middle: two connections, and a program between them that ends TLS on both, and
//! copies both ways.
//!
//! Each connection is world *pair* as it is. [`script`] says what the relay calls next, from what
//! its calls have returned. [`world`] has both connections and who may move, [`search`] explores
//! it, and [`assessment`] says whose fault it is, and why, with the shortest way there.
//! [`chart`] has that way ready to be drawn, [`answer`] and [`page`] are the answer as data and as
//! a page, and [`written`] reads what is asked in a file.

pub mod answer;
pub mod assessment;
pub mod chart;
pub mod link;
pub mod page;
pub mod scenario;
pub mod script;
pub mod search;
pub mod world;
pub mod written;
