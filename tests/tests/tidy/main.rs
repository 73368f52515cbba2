//! What the house asks of its own sources: sizes, words, boundaries, citations.
//!
//! Everything here reads files; nothing is compiled or run but `cargo tree`. Where a rule has
//! exceptions they stand in one list beside the rule, each with its reason, and an exception that
//! nothing needs any more fails the test too.

mod boundaries;
mod citations;
mod dependencies;
mod documents;
mod forbidden;
mod layers;
mod lexer;
mod limits;
mod names;
mod replay;
mod repository;
mod rules;
mod shape;
mod types;
mod waits;

/// Fails with one finding per line.
#[track_caller]
fn nothing_found(rule: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{rule}:\n  {}\n", findings.join("\n  "));
}
