//! What a peer needs that holds the keys and forges records.

use hyaline_model::table::{KeyUsage, Label, Slot, States};

use super::fork::ForkableKeys;
use crate::connection::flood::{
    Floods, MAXIMUM_CANCELLATIONS, MAXIMUM_CHANGE_CIPHER_SPECS, MAXIMUM_EMPTY_RECORDS,
    MAXIMUM_KEY_UPDATES, MAXIMUM_TICKETS,
};
use crate::crypto::{AeadKey, CryptoProvider, TAG_LENGTH};
use crate::message::Finished;
use crate::record::protection::Protection;
use crate::record::seal::CONTROL_RESERVE;
use crate::record::{Epoch, MAX_GENERATION, Opened, Split, nonce, split};
use crate::{Connection, ContentType, Error, Outbox, Receiver, Sender};

impl<P: CryptoProvider> Connection<P> {
    /// A record of this content as the peer would seal it next, which opens here if it can. Content
    /// beyond what a length can say is cut.
    #[must_use]
    pub fn forge(&self, content_type: ContentType, content: &[u8]) -> Vec<u8> {
        let opener = &self.receiver.core.opener;
        let keys = match &opener.protection {
            Protection::On(keys) if content_type != ContentType::ChangeCipherSpec => Some(keys),
            _ => None,
        };
        let added = if keys.is_some() { 1 + TAG_LENGTH } else { 0 };
        let content = content.get(..usize::from(u16::MAX) - added).unwrap_or(content);
        let length = u16::try_from(content.len() + added).unwrap_or(u16::MAX);
        let [high, low] = length.to_be_bytes();
        let outer = if keys.is_some() { ContentType::ApplicationData } else { content_type };
        let header = [outer.0, 3, 3, high, low];
        let mut record = [&header, content].concat();
        if let Some(keys) = keys {
            record.push(content_type.0);
            let text = record.get_mut(header.len()..).unwrap_or_default();
            let tag = keys.key.seal(nonce(keys.iv(), opener.sequence), &header, text);
            record.extend_from_slice(&tag.unwrap_or_default());
        }
        record
    }

    /// The state of each machine.
    #[must_use]
    pub const fn states(&self) -> States {
        let (receiving, sending) = (self.receiver.endpoint.states, self.sender.endpoint.states);
        let States { write, report, sender, .. } = sending;
        States { write, report, sender, ..receiving }
    }

    /// Whether what arrives is still opened.
    #[must_use]
    pub fn is_reading(&self) -> bool {
        !self.receiver.endpoint.states.has(Slot::Read, Label::DiscardsInput)
    }

    /// How many bytes of an incomplete handshake message are held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.receiver.core.joiner.held.len()
    }

    /// The hash of the transcript so far, once there is one: what a CertificateVerify of the peer
    /// covers that comes now.
    #[must_use]
    pub fn transcript_hash(&self) -> Option<Vec<u8>> {
        let hash = self.receiver.core.handshake.as_deref()?.transcript.hash().ok()?;
        Some(hash.as_bytes().to_vec())
    }

    /// The only Finished of the peer's that is good now, header included.
    #[must_use]
    pub fn good_finished(&self) -> Option<Vec<u8>> {
        let handshake = self.receiver.core.handshake.as_deref()?;
        let secret = handshake.keys.secrets()?.of(!self.receiver.core.is_client());
        let value = secret
            .verify_data(&self.receiver.core.provider, &handshake.transcript.hash().ok()?)
            .ok()?;
        let mut bytes = Vec::new();
        Finished { verify_data: value.as_bytes() }.encode(&mut bytes);
        Some(bytes)
    }

    /// As if so much of what is harmless had come that one more of each is too many.
    pub fn spend_patience(&mut self) {
        self.receiver.core.floods = Floods {
            change_cipher_specs: MAXIMUM_CHANGE_CIPHER_SPECS,
            cancellations: MAXIMUM_CANCELLATIONS,
            key_updates: MAXIMUM_KEY_UPDATES,
            tickets: MAXIMUM_TICKETS,
            empty_records: MAXIMUM_EMPTY_RECORDS,
        };
    }

    /// As if the sending key had protected so much.
    pub fn spend_sending_key(&mut self, usage: KeyUsage) {
        let sealer = &mut self.sender.core.sealer;
        let Protection::On(keys) = &sealer.protection else { return };
        let limit = keys.suite.aead().record_limit();
        match usage {
            KeyUsage::Below => {}
            KeyUsage::Due => sealer.sequence = limit / 2,
            KeyUsage::AtLimit => sealer.sequence = limit - CONTROL_RESERVE,
        }
    }

    /// As if the sending key had been updated as often as it may be.
    pub fn spend_key_updates(&mut self) {
        self.sender.core.sealer.epoch = Epoch::application(MAX_GENERATION);
    }

    /// As if a server had received as much early data as the client's ticket allows.
    pub fn spend_early_data(&mut self) {
        if let Some(arrived) = self.receiver.core.early_data.as_deref_mut() {
            arrived.total = arrived.limit;
        }
    }

    /// Whether a record that cannot be opened may be of early data that this server rejects.
    #[must_use]
    pub fn passes_over_early_data(&self) -> bool {
        self.receiver.core.opener.early_data.left > 0
    }

    /// As if an action of the receiving half could not be done, for want of memory or random bytes.
    pub fn fail_receiving(&mut self, outbox: &mut Outbox) {
        self.receiver.core.state.failure = Some(Box::new(BY_ORDER));
        self.at_work(outbox).settle();
    }

    /// As if an action of the sending half could not be done, for want of memory or random bytes.
    pub fn fail_sending(&mut self, outbox: &mut Outbox) {
        self.sender.fail(outbox);
        self.at_work(outbox).settle();
    }
}

/// The failure of an action.
const BY_ORDER: Error = Error::Internal("an action failed, by order");

impl<P: CryptoProvider> Receiver<P> {
    /// As [`Connection::fail_receiving`], where the other half has another owner.
    pub fn fail(&mut self) {
        self.core.state.failure = Some(Box::new(BY_ORDER));
        self.alone().settle();
    }
}

impl<P: CryptoProvider> Sender<P> {
    /// As [`Connection::fail_sending`], where the other half has another owner.
    pub fn fail(&mut self, outbox: &mut Outbox) {
        let event = self.core.failure(BY_ORDER);
        self.handle(event, outbox);
    }
}

impl<P: ForkableKeys> Connection<P> {
    /// Type and content of a record that would open next; the connection stays as it is.
    #[must_use]
    pub fn peek(&self, record: &[u8]) -> Option<(ContentType, Vec<u8>)> {
        let mut record = record.to_vec();
        let Ok(Split::Record(record)) = split(&mut record, false) else { return None };
        match self.receiver.core.opener.clone().open(record, true) {
            Ok(Opened::Content { content_type, plaintext }) => {
                Some((content_type, plaintext.to_vec()))
            }
            _ => None,
        }
    }
}
