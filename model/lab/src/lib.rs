//! The lab: the model checker in one page of a browser.
//!
//! The page asks, and JSON answers: [`mod@catalogue`] says what there is to choose from,
//! [`mod@answer`] checks a scenario, and [`mod@walk`] takes any path of steps through it, beside
//! the same programs over plain TCP. A scenario is written as in the files of `hyaline scenario`
//! ([`hyaline_check::runs::written`]), and its answer is that of `docs/scenario.schema.json`.
//! [`mod@exercises`] are scenarios with a question, and [`relays`] answers about a relay in the
//! middle, whose answer is that of `docs/relay.schema.json`.
//!
//! Built for `wasm32-unknown-unknown`, this crate has no thread, clock or file; the page runs it in
//! a worker of its own. The command `hyaline-lab` builds the page.

#![forbid(unsafe_code)]

pub mod answer;
pub mod beside;
pub mod catalogue;
pub mod exercises;
pub mod exported;
pub mod gallery;
pub mod machines;
pub mod relays;
pub mod walk;
