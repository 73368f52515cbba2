//! Logs of rows: real connections of both our ends, over sockets, are behaviours of the model; and
//! logs that are changed are not, or the change is one that the model allows.
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod changes;
mod ends;
mod faults;
mod hangs;
mod page;
mod partners;

use std::sync::Arc;

use hyaline::{ClientConfig, ServerConfig};
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::traces::Traces;

/// The configurations of both ends, and where they write down their rows.
pub(crate) struct Configs {
    pub(crate) client: ClientConfig,
    pub(crate) server: ServerConfig,
    pub(crate) logs: [Arc<Traces>; 2],
}

impl Configs {
    pub(crate) fn new() -> Self {
        Self::with_tickets(2)
    }

    pub(crate) fn with_tickets(tickets: u8) -> Self {
        let (authority, logs) = (Authority::new(), [Traces::new(), Traces::new()]);
        let [of_client, of_server] = logs.clone();
        let client = ClientConfig::builder()
            .with_root_certificates(authority.roots())
            .with_no_client_auth()
            .with_row_log(of_client);
        let identity = authority.server(KeyKind::P256);
        let server = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(identity.chain, identity.key)
            .unwrap()
            .with_tickets(tickets)
            .unwrap()
            .with_row_log(of_server);
        Self { client, server, logs }
    }
}
