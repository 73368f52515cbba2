//! The transition table: one alphabet, five machines, one `step`.
//!
//! Read `client.rs` and `server.rs` beside RFC 9846 appendix A; `read.rs`, `write.rs` and
//! `driver.rs` hold what an endpoint does after the handshake and how it treats its transport.

#[macro_use]
mod alphabet;
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

pub use alphabet::*;

hyaline_codegen::table! {
    handshake: client | server,
    read,
    write,
    driver,
}
