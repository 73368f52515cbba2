//! What a peer needs that holds the keys and forges records. Only in builds for the replay.

use hyaline_model::table::{KeyUsage, Label, Slot, States};
use rustls_pki_types::UnixTime;

use super::Connection;
use crate::crypto::CryptoProvider;
use crate::message::Finished;
use crate::outbox::Outbox;
use crate::record::{Epoch, MAX_GENERATION, Opened, Split, split};
use crate::{ContentType, Error};

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

    /// The hash of the transcript so far, once there is one: what a CertificateVerify of the peer
    /// covers that comes now.
    #[must_use]
    pub fn transcript_hash(&self) -> Option<Vec<u8>> {
        let hash = self.core.handshake.as_deref()?.transcript.hash().ok()?;
        Some(hash.as_bytes().to_vec())
    }

    /// The only Finished of the peer's that is good now, header included.
    #[must_use]
    pub fn good_finished(&self) -> Option<Vec<u8>> {
        let handshake = self.core.handshake.as_deref()?;
        let secrets = handshake.secrets.as_ref()?;
        let secret = if self.core.is_client() { &secrets.server } else { &secrets.client };
        let value = secret.verify_data(&self.core.provider, &handshake.transcript.hash().ok()?);
        let mut bytes = Vec::new();
        Finished { verify_data: value.as_bytes() }.encode(&mut bytes);
        Some(bytes)
    }

    /// As if so much of what is harmless had come that one more of each is too many.
    pub fn spend_patience(&mut self) {
        self.core.floods.spend();
    }

    /// As if the sending key had protected so much.
    pub fn spend_sending_key(&mut self, usage: KeyUsage) {
        self.core.sealer.spend(usage);
    }

    /// As if the sending key had been updated as often as it may be.
    pub fn spend_key_updates(&mut self) {
        self.core.sealer.set_epoch(Epoch::Application(MAX_GENERATION));
    }

    /// As if an action of the last turn could not be done, for want of memory or random bytes.
    pub fn fail_an_action(&mut self, now: UnixTime, outbox: &mut Outbox) {
        self.core.failure = Some(Error::Internal("an action failed, by order"));
        self.after_turn(now, outbox);
    }
}
