//! Protecting records, straight into the outbox (RFC 9846 section 5.2).

use hyaline_model::table::KeyUsage;

use super::padding::RecordPadding;
use super::protection::Protection;
use super::{Content, EXPANSION, Epoch, HEADER_LENGTH, MAX_GENERATION, RecordError, nonce};
use crate::crypto::{AeadKey, CryptoError, CryptoProvider, TAG_LENGTH};
use crate::key_schedule::TrafficSecret;
use crate::outbox::Outbox;
use crate::record_size::RecordSizeLimit;
use crate::{ContentType, HandshakeType};

/// The version in every record but the first (RFC 9846 section 5.1).
const LEGACY_VERSION: [u8; 2] = [3, 3];

/// The version in the record of an initial ClientHello.
const FIRST_VERSION: [u8; 2] = [3, 1];

/// The sending side of the record layer: one direction's keys and sequence number.
pub(crate) struct Sealer<P: CryptoProvider> {
    pub(crate) protection: Protection<P>,
    pub(crate) sequence: u64,
    pub(crate) epoch: Epoch,
    pub(crate) padding: RecordPadding,
}

/// How many of the records that a key may protect are kept back from application data, for what
/// must still be sent when data has used the key up: a KeyUpdate, an alert.
pub(crate) const CONTROL_RESERVE: u64 = 16;

impl<P: CryptoProvider> Sealer<P> {
    /// A sealer of plaintext records.
    pub(crate) const fn new() -> Self {
        let padding = RecordPadding::NONE;
        Self { protection: Protection::Off, sequence: 0, epoch: Epoch::INITIAL, padding }
    }

    /// A sealer that pads what it protects, once it does.
    pub(crate) fn padding(padding: RecordPadding) -> Self {
        Self { padding, ..Self::new() }
    }

    /// Begins the next epoch, with the keys of this secret.
    ///
    /// # Errors
    /// The provider fails. Nothing is begun then.
    pub(crate) fn install(
        &mut self,
        provider: &P,
        secret: TrafficSecret<'_>,
    ) -> Result<(), CryptoError> {
        self.protection.install(provider, secret)?;
        self.begin_epoch();
        Ok(())
    }

    /// Begins the next generation of keys for application data.
    ///
    /// # Errors
    /// [`RecordError::NoKeys`] before there are any, or the provider fails. Nothing is begun then.
    pub(crate) fn advance(&mut self, provider: &P) -> Result<(), RecordError> {
        self.protection.advance(provider, self.epoch)?;
        self.begin_epoch();
        Ok(())
    }

    /// Begins the epoch of early data, with the keys of this secret (RFC 9846 section 2.3).
    ///
    /// # Errors
    /// The provider fails. Nothing is begun then.
    pub(crate) fn install_early(
        &mut self,
        provider: &P,
        secret: TrafficSecret<'_>,
    ) -> Result<(), CryptoError> {
        self.install(provider, secret)?;
        self.epoch = Epoch::EARLY_DATA;
        Ok(())
    }

    /// Ends the epoch of early data by one without keys.
    pub(crate) fn remove_keys(&mut self) {
        self.protection.remove();
        self.epoch = Epoch::INITIAL;
        // The first ClientHello has been sealed.
        self.sequence = 1;
    }

    fn begin_epoch(&mut self) {
        self.sequence = 0;
        self.epoch = self.epoch.next();
    }

    /// Drops the keys for good: nothing is sealed any more.
    pub(crate) fn forget(&mut self) {
        self.protection = Protection::Gone;
    }

    /// The most content of a record that is sealed now.
    pub(crate) const fn most_content(&self) -> usize {
        self.size_limit().content()
    }

    /// The most content of a protected record that is, with its padding, no longer than a record
    /// with `room` bytes of content and no padding.
    pub(crate) fn content_within(&self, room: usize) -> usize {
        self.padding.content_within(room, self.size_limit())
    }

    /// How much longer a record becomes by padding, if so much content is protected in it.
    pub(crate) fn padding_of(&self, content: usize) -> usize {
        self.padding.padded(content, self.size_limit()).saturating_sub(content + 1)
    }

    const fn size_limit(&self) -> RecordSizeLimit {
        match &self.protection {
            Protection::On(keys) => keys.size_limit,
            Protection::Off | Protection::Gone => RecordSizeLimit::PROTOCOL,
        }
    }

    /// Keeps protected records within what the peer receives, from now on and under later keys.
    pub(crate) const fn limit_size(&mut self, limit: RecordSizeLimit) {
        self.protection.limit_size(limit);
    }

    /// The epoch of the records that are sealed now.
    #[cfg(test)]
    pub(crate) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How many records were sealed in this epoch.
    #[cfg(test)]
    pub(crate) const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Moves the sequence number, so that a test reaches a limit.
    #[cfg(test)]
    pub(crate) const fn set_sequence(&mut self, sequence: u64) {
        self.sequence = sequence;
    }

    /// Moves the epoch, so that a test reaches its end.
    #[cfg(test)]
    pub(crate) const fn set_epoch(&mut self, epoch: Epoch) {
        self.epoch = epoch;
    }

    /// How far the key is used up (RFC 9846 section 5.5): an update is due when half of what it may
    /// protect is left, and application data may have all but [`CONTROL_RESERVE`].
    pub(crate) const fn key_usage(&self) -> KeyUsage {
        let Protection::On(keys) = &self.protection else { return KeyUsage::Below };
        let limit = keys.suite.aead().record_limit();
        if self.sequence >= limit - CONTROL_RESERVE {
            KeyUsage::AtLimit
        } else if self.sequence >= limit / 2 {
            KeyUsage::Due
        } else {
            KeyUsage::Below
        }
    }

    /// Whether one more key update stays within the number that a sender may reach (RFC 9846
    /// section 4.7.3).
    pub(crate) fn may_update_key(&self) -> bool {
        self.epoch < Epoch::application(MAX_GENERATION) || self.epoch == Epoch::EARLY_DATA
    }

    /// Seals one record, of no more content than [`most_content`](Self::most_content), or of the
    /// one byte of a change_cipher_spec, which is never protected.
    ///
    /// # Errors
    /// [`RecordError::NoKeys`], [`RecordError::SequenceExhausted`], or for wrong use
    /// [`RecordError::TooLong`] and [`RecordError::Empty`]. Nothing is sealed then.
    pub(crate) fn seal(
        &mut self,
        outbox: &mut Outbox,
        content: Content,
        body: &[u8],
    ) -> Result<(), RecordError> {
        if body.len() > self.most_content() {
            return Err(RecordError::TooLong);
        }
        if body.is_empty() && content.content_type() != ContentType::ApplicationData {
            return Err(RecordError::Empty(content.content_type()));
        }
        match (&self.protection, content) {
            (Protection::Gone, _)
            | (Protection::Off, Content::ApplicationData | Content::EarlyData) => {
                Err(RecordError::NoKeys)
            }
            (_, Content::ChangeCipherSpec) => plain(outbox, content, LEGACY_VERSION, body),
            (Protection::Off, _) => {
                // Only the initial ClientHello, so that old middleboxes let it pass.
                let initial =
                    self.sequence == 0 && content == Content::Handshake(HandshakeType::ClientHello);
                let version = if initial { FIRST_VERSION } else { LEGACY_VERSION };
                plain(outbox, content, version, body)?;
                self.count()
            }
            (Protection::On(_), _) => self.protect(outbox, content, body.len(), body),
        }
    }

    /// Seals one or more whole handshake messages, in as many records as they need.
    ///
    /// # Errors
    /// As [`seal`](Self::seal); what was sealed before the error stays.
    pub(crate) fn seal_messages(
        &mut self,
        outbox: &mut Outbox,
        first: HandshakeType,
        messages: &[u8],
    ) -> Result<(), RecordError> {
        for fragment in messages.chunks(self.most_content()) {
            self.seal(outbox, Content::Handshake(first), fragment)?;
        }
        Ok(())
    }

    /// Seals early data, all of them: they are bounded by what the session's ticket allows.
    ///
    /// # Errors
    /// As [`seal`](Self::seal); what was sealed before the error stays.
    pub(crate) fn seal_early(
        &mut self,
        outbox: &mut Outbox,
        data: &[u8],
    ) -> Result<(), RecordError> {
        for fragment in data.chunks(self.most_content()) {
            self.seal(outbox, Content::EarlyData, fragment)?;
        }
        Ok(())
    }

    /// Seals as much of `data` as the outbox's allowance for application data takes, and says how
    /// much that was.
    ///
    /// # Errors
    /// As [`seal`](Self::seal), unless a part was sealed before.
    pub(crate) fn seal_application(
        &mut self,
        outbox: &mut Outbox,
        data: &[u8],
    ) -> Result<usize, RecordError> {
        let mut accepted = 0;
        let mut rest = data;
        while !rest.is_empty() && !self.is_used_up() {
            let room = self.content_within(outbox.application_room());
            let Some((fragment, later)) = rest.split_at_checked(room.min(rest.len())) else {
                break;
            };
            if fragment.is_empty() {
                break;
            }
            match self.seal(outbox, Content::ApplicationData, fragment) {
                Ok(()) => accepted += fragment.len(),
                Err(error) if accepted == 0 => return Err(error),
                Err(_) => break,
            }
            rest = later;
        }
        Ok(accepted)
    }

    /// Seals the first `length` bytes of the body that the outbox has lent, and says how many that
    /// was: none if the key is used up.
    ///
    /// # Errors
    /// As [`seal`](Self::seal).
    pub(crate) fn seal_lent(
        &mut self,
        outbox: &mut Outbox,
        length: usize,
    ) -> Result<usize, RecordError> {
        if length == 0 || self.is_used_up() {
            return Ok(0);
        }
        let displaced = outbox.take_displaced();
        let body = displaced.as_deref().unwrap_or_default();
        let body = body.get(..length).unwrap_or(body);
        self.protect(outbox, Content::ApplicationData, length, body)?;
        Ok(length)
    }

    const fn is_used_up(&self) -> bool {
        matches!(self.key_usage(), KeyUsage::AtLimit)
    }

    /// Protects a content of `length` bytes as one record, in the outbox's own memory. The content
    /// begins with `body`; what follows stands there already, where it was lent.
    ///
    /// # Errors
    /// [`RecordError::NoKeys`], [`RecordError::SequenceExhausted`], [`RecordError::TooLong`], and
    /// [`RecordError::Crypto`] when the provider fails. Nothing is sealed then.
    fn protect(
        &mut self,
        outbox: &mut Outbox,
        content: Content,
        length: usize,
        body: &[u8],
    ) -> Result<(), RecordError> {
        let Protection::On(keys) = &self.protection else { return Err(RecordError::NoKeys) };
        if self.sequence == u64::MAX {
            return Err(RecordError::SequenceExhausted);
        }
        let padding = self.padding_of(length);
        let whole = EXPANSION + length + padding;
        let header = header(ContentType::ApplicationData, LEGACY_VERSION, whole - HEADER_LENGTH)?;
        let record = outbox.spare(whole);
        let (space, rest) =
            record.split_first_chunk_mut::<HEADER_LENGTH>().ok_or(RecordError::TooLong)?;
        *space = header;
        let (text, tag) = rest.split_last_chunk_mut::<TAG_LENGTH>().ok_or(RecordError::TooLong)?;
        if let Some(place) = text.get_mut(..body.len()) {
            place.copy_from_slice(body);
        }
        if let Some([inner_type, zeros @ ..]) = text.get_mut(length..) {
            *inner_type = content.content_type().0;
            zeros.fill(0);
        }
        *tag = keys.key.seal(nonce(keys.iv(), self.sequence), &header, text)?;
        self.sequence += 1;
        outbox.commit(content, whole);
        Ok(())
    }

    fn count(&mut self) -> Result<(), RecordError> {
        self.sequence = self.sequence.checked_add(1).ok_or(RecordError::SequenceExhausted)?;
        Ok(())
    }
}

/// Appends a record without protection.
fn plain(
    outbox: &mut Outbox,
    content: Content,
    version: [u8; 2],
    body: &[u8],
) -> Result<(), RecordError> {
    let header = header(content.content_type(), version, body.len())?;
    let whole = HEADER_LENGTH + body.len();
    let record = outbox.spare(whole);
    let (space, rest) =
        record.split_first_chunk_mut::<HEADER_LENGTH>().ok_or(RecordError::TooLong)?;
    *space = header;
    rest.copy_from_slice(body);
    outbox.commit(content, whole);
    Ok(())
}

fn header(
    content_type: ContentType,
    [major, minor]: [u8; 2],
    length: usize,
) -> Result<[u8; HEADER_LENGTH], RecordError> {
    let [high, low] = u16::try_from(length).map_err(|_| RecordError::TooLong)?.to_be_bytes();
    Ok([content_type.0, major, minor, high, low])
}
