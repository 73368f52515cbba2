//! Policies from what is asked of them: every policy of the switches opposite itself, which of them
//! keep the most, and the least change that makes one keep everything.

pub mod change;
pub mod choice;
pub mod demand;
pub mod document;
pub mod front;
pub mod lattice;
pub mod report;
