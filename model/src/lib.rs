//! TLS 1.3 over TCP as one transition table, and the checker that explores it.
//!
//! - [`table`]: the alphabet and the five machines, expanded once by `hyaline-codegen`;
//! - [`turn`]: the one function that fires rows, for the library and for the model alike;
//! - [`interpret`]: a second reading of the rows, to compare with;
//! - `check` (feature `check`, on by default): the world around an endpoint, its properties, and
//!   the command `hyaline`.
//!
//! Without `check` the crate is `no_std` and depends on nothing but the macro: that is what the
//! library `hyaline` uses.
//!
//! ```
//! use hyaline_model::table::{Event, Facts, Memory, Policy, Slot, States};
//!
//! let states = States::initial_client_driver();
//! let row = states
//!     .step(Slot::Handshake, &Memory::INITIAL, Event::Begin, &Facts::FIRST, &Policy::SHIPPED)
//!     .expect("every event has a row");
//! assert_eq!(row.effects[0].text, "StartWork(KeyShare)");
//! ```
#![cfg_attr(not(feature = "check"), no_std)]
#![forbid(unsafe_code)]

#[cfg(feature = "check")]
pub mod check;
pub mod interpret;
#[cfg(feature = "check")]
pub mod print;
pub mod table;
pub mod turn;

pub use table::Alert;
