//! What a live connection's own buffers and keys say of its abstract state, for the replay.

use hyaline_model::table::{Label, Row, Slot};
use hyaline_model::turn::Endpoint;

use super::Connection;
use crate::ContentType;
use crate::crypto::CryptoProvider;
use crate::record::{Opened, Split, split};

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

    /// A record of this content as the peer would seal it next, for peers that forge.
    #[must_use]
    pub fn forge(&self, content_type: ContentType, content: &[u8]) -> Vec<u8> {
        self.core.opener.forge(content_type, content)
    }

    /// Type and content of a record that would open next; the connection stays as it is.
    #[must_use]
    pub fn peek(&self, record: &[u8]) -> Option<(ContentType, Vec<u8>)> {
        let mut record = record.to_vec();
        let Ok(Split::Record(record)) = split(&mut record, false) else { return None };
        match self.core.opener.clone().open(record) {
            Ok(Opened::Content { content_type, plaintext }) => {
                Some((content_type, plaintext.to_vec()))
            }
            _ => None,
        }
    }

    /// Whether what arrives is still opened.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        !self.endpoint.states.has(Slot::Read, Label::DiscardsInput)
    }

    /// How many bytes of an incomplete handshake message are held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.core.joiner.held()
    }
}
