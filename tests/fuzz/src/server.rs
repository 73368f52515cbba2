//! A server and arbitrary bytes of its peer.

use hyaline::Connection;

use crate::configuration::Both;
use crate::instructions::Instructions;
use crate::provider::Clear;
use crate::{memory, single};

/// The first byte chooses the configuration, the rest are instructions.
pub fn run(input: &[u8]) {
    memory::bounded(input, |input| {
        let mut instructions = Instructions::new(input);
        let both = Both::new(&Clear, instructions.byte().unwrap_or_default());
        let connection = Connection::server(both.server);
        single::follow(connection.expect("a server"), instructions);
    });
}
