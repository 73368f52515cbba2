//! Removing a record's protection, in place (RFC 9846 section 5.2).

use super::protection::Protection;
use super::{Epoch, Record, RecordError, nonce};
use crate::ContentType;
use crate::crypto::{AeadKey, CryptoError, CryptoProvider};
use crate::key_schedule::TrafficSecret;
use crate::record_size::RecordSizeLimit;

/// The length of an alert, in bytes.
const ALERT_LENGTH: usize = 2;

/// The receiving side of the record layer: one direction's keys and sequence number.
pub(crate) struct Opener<P: CryptoProvider> {
    pub(crate) protection: Protection<P>,
    pub(crate) sequence: u64,
    pub(crate) epoch: Epoch,
    /// Rejected early data that is passed over.
    pub(crate) early_data: Allowance,
}

/// What a record held.
#[derive(Debug)]
pub(crate) enum Opened<'b> {
    /// Content. Never empty but for application data.
    Content {
        /// What it is.
        content_type: ContentType,
        /// The content, in the buffer that the record came in.
        plaintext: &'b mut [u8],
    },
    /// It is protected, and cannot be opened.
    Unopened {
        /// Why not.
        error: RecordError,
        /// It may be of early data that were rejected, and is within what is passed over.
        may_be_rejected_early_data: bool,
    },
}

impl<P: CryptoProvider> Opener<P> {
    /// An opener of plaintext records.
    pub(crate) const fn new() -> Self {
        Self {
            protection: Protection::Off,
            sequence: 0,
            epoch: Epoch::INITIAL,
            early_data: Allowance::NONE,
        }
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

    fn begin_epoch(&mut self) {
        self.sequence = 0;
        self.epoch = self.epoch.next();
    }

    /// Drops the keys for good, after a fatal error.
    pub(crate) fn forget(&mut self) {
        self.protection = Protection::Gone;
    }

    /// The epoch of the records that are expected now.
    #[cfg(test)]
    pub(crate) const fn epoch(&self) -> Epoch {
        self.epoch
    }

    /// How many records were opened in this epoch.
    #[cfg(test)]
    pub(crate) const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Moves the sequence number, so that a test reaches its end.
    #[cfg(test)]
    pub(crate) const fn set_sequence(&mut self, sequence: u64) {
        self.sequence = sequence;
    }

    /// Lets up to `most` bytes of early data pass that a server has rejected (RFC 9846
    /// section 4.3.10): application data before there are keys, then records that do not open,
    /// until the first that does.
    pub(crate) const fn skip_early_data(&mut self, most: usize) {
        self.early_data = Allowance { limit: most, left: most };
    }

    /// Refuses protected records that are longer than this, from now on and under later keys.
    pub(crate) const fn limit_size(&mut self, limit: RecordSizeLimit) {
        self.protection.limit_size(limit);
    }

    /// Opens one record.
    ///
    /// A change_cipher_spec is returned as such, whatever the keys: whether it may come now is for
    /// the table to say.
    ///
    /// `plaintext_alerts` lets pass an alert in plaintext that meets the handshake's keys, or those
    /// of early data, before any record was opened with them: a client that cannot use the
    /// ServerHello has no other way to say so. Unclear in RFC: section 6 does not say how such an
    /// alert can be received.
    ///
    /// # Errors
    /// Whatever else the peer can do wrong with one record; see [`RecordError`]. The body's content
    /// is unspecified then.
    pub(crate) fn open<'b>(
        &mut self,
        record: Record<'b>,
        plaintext_alerts: bool,
    ) -> Result<Opened<'b>, RecordError> {
        match record.content_type {
            ContentType::ChangeCipherSpec if *record.body == [1] => Ok(plaintext_of(record)),
            ContentType::ChangeCipherSpec => Err(RecordError::BadChangeCipherSpec),
            ContentType::ApplicationData => self.open_protected(record),
            content_type => match self.protection {
                Protection::Gone => Err(RecordError::NoKeys),
                Protection::Off if record.body.is_empty() => Err(RecordError::Empty(content_type)),
                Protection::Off => {
                    self.count()?;
                    Ok(plaintext_of(record))
                }
                Protection::On(_) if plaintext_alerts && self.may_be_alert(&record) => {
                    Ok(plaintext_of(record))
                }
                Protection::On(_) => Err(RecordError::Unprotected(content_type)),
            },
        }
    }

    fn may_be_alert(&self, record: &Record<'_>) -> bool {
        matches!(self.epoch, Epoch::HANDSHAKE | Epoch::EARLY_DATA)
            && self.sequence == 0
            && record.content_type == ContentType::Alert
            && record.body.len() == ALERT_LENGTH
    }

    fn open_protected<'b>(&mut self, record: Record<'b>) -> Result<Opened<'b>, RecordError> {
        let Record { header, body, .. } = record;
        let length = body.len();
        let keys = match &self.protection {
            Protection::On(keys) => keys,
            Protection::Off => return Ok(self.early_data.unopened(length, RecordError::TooEarly)),
            Protection::Gone => return Err(RecordError::NoKeys),
        };
        if self.sequence == u64::MAX {
            return Err(RecordError::SequenceExhausted);
        }
        let nonce = nonce(keys.iv(), self.sequence);
        let Ok(inner) = keys.key.open(nonce, &header, body) else {
            return Ok(self.early_data.unopened(length, RecordError::BadMac));
        };
        let limit = keys.size_limit;
        self.count()?;
        self.early_data = Allowance::NONE;
        strip(inner, limit)
    }

    fn count(&mut self) -> Result<(), RecordError> {
        self.sequence = self.sequence.checked_add(1).ok_or(RecordError::SequenceExhausted)?;
        Ok(())
    }
}

/// How many bytes of rejected early data are passed over, and how many may still be.
#[derive(Clone, Copy)]
pub(crate) struct Allowance {
    limit: usize,
    pub(crate) left: usize,
}

impl Allowance {
    pub(crate) const NONE: Self = Self { limit: 0, left: 0 };

    /// What a record of this length is that cannot be opened, for this reason.
    fn unopened<'b>(&mut self, length: usize, error: RecordError) -> Opened<'b> {
        // An empty record counts too, so that the number of records is bounded as well.
        let left = self.left.checked_sub(length.max(1));
        self.left = left.unwrap_or_default();
        let error = match left {
            None if self.limit > 0 => RecordError::TooMuchEarlyData { limit: self.limit },
            _ => error,
        };
        Opened::Unopened { error, may_be_rejected_early_data: left.is_some() }
    }
}

fn plaintext_of(record: Record<'_>) -> Opened<'_> {
    Opened::Content { content_type: record.content_type, plaintext: record.body }
}

/// Finds content type and content of a TLSInnerPlaintext (RFC 9846 section 5.4).
fn strip(inner: &mut [u8], limit: RecordSizeLimit) -> Result<Opened<'_>, RecordError> {
    if inner.len() > usize::from(limit.number()) {
        return Err(RecordError::TooLong);
    }
    let length = inner.iter().rposition(|byte| *byte != 0).ok_or(RecordError::NoContentType)?;
    let (plaintext, rest) = inner.split_at_mut(length);
    let content_type = rest.first().map_or(ContentType(0), |number| ContentType(*number));
    match content_type {
        ContentType::Handshake | ContentType::Alert if plaintext.is_empty() => {
            Err(RecordError::Empty(content_type))
        }
        ContentType::Handshake | ContentType::Alert | ContentType::ApplicationData => {
            Ok(Opened::Content { content_type, plaintext })
        }
        ContentType::ChangeCipherSpec => Err(RecordError::BadChangeCipherSpec),
        _ => Err(RecordError::UnknownContentType(content_type.0)),
    }
}
