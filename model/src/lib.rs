//! TLS 1.3 over TCP as one transition table.
//!
//! - [`table`]: the alphabet and the seven machines, expanded once by `hyaline-codegen`;
//! - [`turn`]: the one function that fires rows, for the library and for the model alike.
//!
//! The crate is `no_std` and depends on nothing but the macro. The library `hyaline` performs its
//! rows on bytes and keys; the checker `hyaline-check` performs them in bounded buffers.
//!
//! ```
//! use hyaline_model::table::{Event, Facts, Memory, Policy, Slot, States};
//!
//! let states = States::initial_client();
//! let row = states
//!     .step(Slot::Handshake, &Memory::INITIAL, Event::Begin, &Facts::FIRST, &Policy::SHIPPED)
//!     .expect("every event has a row");
//! assert_eq!(row.effects[0].text, "StartWork(KeyShare)");
//! ```
#![no_std]
#![forbid(unsafe_code)]

pub mod table;
pub mod turn;

pub use table::Alert;
