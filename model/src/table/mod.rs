//! The transition table: one alphabet, seven machines, one `step`.
//!
//! Read `client.rs` and `server.rs` beside RFC 9846 appendix A; `read.rs`, `write.rs` and
//! `driver.rs` hold what an endpoint does after the handshake and how it treats its transport;
//! `receiver.rs` and `sender.rs` take the driver's place in the halves of a connection that two
//! threads use.

#[macro_use]
mod alphabet;
mod reason;
#[macro_use]
pub mod client;
#[macro_use]
pub mod server;
#[macro_use]
pub mod read;
#[macro_use]
pub mod write;
#[macro_use]
pub mod driver;
#[macro_use]
pub mod receiver;
#[macro_use]
pub mod sender;

pub use alphabet::*;

hyaline_codegen::table! {
    handshake: client | server,
    read,
    write,
    driver: driver | receiver | sender,
}
