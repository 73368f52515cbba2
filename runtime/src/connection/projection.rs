//! What a live connection's own buffers and keys say of its abstract state, for the replay.

use hyaline_model::table::Row;
use hyaline_model::turn::Endpoint;

use super::Connection;
use crate::crypto::CryptoProvider;

/// The part of a connection's abstract state that is not in its outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Projection {
    /// The connection's own machines and memory.
    pub endpoint: Endpoint,
    /// Whether application data is unread.
    pub unread: bool,
}

impl<P: CryptoProvider> Connection<P> {
    /// The abstract state, computed from the connection.
    #[must_use]
    pub fn project(&self) -> Projection {
        Projection { endpoint: self.endpoint, unread: self.core.unread > 0 }
    }

    /// The rows that fired since the last call.
    pub fn take_rows(&mut self) -> Vec<&'static Row> {
        std::mem::take(&mut self.core.rows)
    }
}
