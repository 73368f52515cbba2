//! What a peer needs that holds the keys and forges records. Only in builds for the replay.

use hyaline_model::table::{Label, Slot, States};

use super::Connection;
use crate::ContentType;
use crate::crypto::CryptoProvider;
use crate::record::{Opened, Split, split};

impl<P: CryptoProvider> Connection<P> {
    /// A record of this content as the peer would seal it next.
    #[must_use]
    pub fn forge(&self, content_type: ContentType, content: &[u8]) -> Vec<u8> {
        self.core.opener.forge(content_type, content)
    }

    /// Type and content of a record that would open next; the connection stays as it is.
    #[must_use]
    pub fn peek(&self, record: &[u8]) -> Option<(ContentType, Vec<u8>)> {
        let mut record = record.to_vec();
        let Ok(Split::Record(record)) = split(&mut record, false) else { return None };
        match self.core.opener.clone().open(record, true) {
            Ok(Opened::Content { content_type, plaintext }) => {
                Some((content_type, plaintext.to_vec()))
            }
            _ => None,
        }
    }

    /// The state of each machine.
    #[must_use]
    pub const fn states(&self) -> States {
        self.endpoint.states
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
