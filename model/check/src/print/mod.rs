//! The table as documents: plain text for a terminal, Markdown for `docs/table.md`.
//!
//! Everything is read off the expanded rows. The straight line, which comes first, is walked: two
//! endpoints run until both have closed, and the rows that they took are printed. [`tla`] prints
//! them for another checker, and [`diagram`] draws the states.

pub mod diagram;
pub mod line;
pub mod markdown;
pub mod place;
pub mod row;
pub mod text;
pub mod tla;
