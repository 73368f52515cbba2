//! The examples, for tests that run them.
#![allow(dead_code, unreachable_pub, missing_docs)]

#[path = "../../examples/alternating_bit.rs"]
pub(crate) mod alternating_bit;
#[path = "../../examples/credit.rs"]
pub(crate) mod credit;
#[path = "../../examples/smtp_pipelining.rs"]
pub(crate) mod smtp_pipelining;
