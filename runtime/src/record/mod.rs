//! The record layer (RFC 9846 section 5): one record at a time, in place, without a copy.
//!
//! [`split`](fn@split) finds one whole record in the caller's buffer, [`Opener`] removes its
//! protection there, and [`Sealer`] writes records straight into the outbox.

use core::fmt;

use hyaline_model::Alert;

use crate::crypto::{CryptoError, NONCE_LENGTH, TAG_LENGTH};
use crate::record_size::RecordSizeLimit;
use crate::{ContentType, HandshakeType};

pub(crate) mod open;
mod padding;
pub(crate) mod protection;
pub(crate) mod seal;
mod split;

pub(crate) use open::{Opened, Opener};
pub(crate) use padding::RecordPadding;
pub(crate) use seal::Sealer;
pub(crate) use split::{Protocol, Record, Split, split};

/// The length of a record's header, in bytes (RFC 9846 section 5.1).
pub(crate) const HEADER_LENGTH: usize = 5;

/// The most content that one record carries, in bytes (RFC 9846 section 5.1).
pub(crate) const MAX_CONTENT: usize = 1 << 14;

const _: () = assert!(RecordSizeLimit::PROTOCOL.content() == MAX_CONTENT);

/// The longest body of a protected record, in bytes (RFC 9846 section 5.2).
pub(crate) const MAX_PROTECTED_BODY: usize = MAX_CONTENT + 256;

/// What protection adds to a record: header, inner content type and tag, in bytes.
pub(crate) const EXPANSION: usize = HEADER_LENGTH + 1 + TAG_LENGTH;

/// The longest record that [`Sealer`] makes, in bytes. Padding makes no record longer than one that
/// is full of content.
pub(crate) const MAX_SEALED_RECORD: usize = EXPANSION + MAX_CONTENT;

/// The number of key updates that a sender may reach (RFC 9846 section 4.7.3). A receiver does not
/// enforce it.
pub(crate) const MAX_GENERATION: u64 = (1 << 48) - 1;

/// What a record that we seal is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(unreachable_pub, reason = "the replay shows it")]
pub enum Content {
    /// A handshake message, several of which this is the first, or a fragment of it.
    Handshake(HandshakeType),
    /// The dummy of compatibility mode, never protected.
    ChangeCipherSpec,
    /// An alert.
    Alert(Alert),
    /// Application data.
    ApplicationData,
    /// Early data, which are application data of a client behind its first ClientHello.
    EarlyData,
}

impl Content {
    /// The content type of the record.
    #[must_use]
    #[allow(unreachable_pub, reason = "the replay shows it")]
    pub const fn content_type(self) -> ContentType {
        match self {
            Self::Handshake(_) => ContentType::Handshake,
            Self::ChangeCipherSpec => ContentType::ChangeCipherSpec,
            Self::Alert(_) => ContentType::Alert,
            Self::ApplicationData | Self::EarlyData => ContentType::ApplicationData,
        }
    }
}

/// Which keys protect a record: the number of the epoch. Each direction goes through them in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Epoch(pub(crate) u64);

impl Epoch {
    /// No keys: plaintext records.
    pub(crate) const INITIAL: Self = Self(0);
    /// The keys of early data, which come before those of the handshake, in one direction and not
    /// always. Their number stands apart, so that the others need not count them.
    pub(crate) const EARLY_DATA: Self = Self(u64::MAX);
    /// The keys of the handshake.
    pub(crate) const HANDSHAKE: Self = Self(1);

    /// The keys of application data, after so many key updates.
    pub(crate) const fn application(updates: u64) -> Self {
        Self(updates.saturating_add(2))
    }

    /// The epoch that the next keys begin.
    const fn next(self) -> Self {
        match self {
            Self::EARLY_DATA => Self::HANDSHAKE,
            Self(number) => Self(number.saturating_add(1)),
        }
    }

    /// Whether its keys protect application data, and may be updated.
    fn is_application(self) -> bool {
        self >= Self::application(0) && self != Self::EARLY_DATA
    }
}

/// The nonce of a record (RFC 9846 section 5.3).
pub(crate) fn nonce(iv: &[u8; NONCE_LENGTH], sequence: u64) -> [u8; NONCE_LENGTH] {
    let mut nonce = *iv;
    let padding = NONCE_LENGTH - size_of::<u64>();
    for (byte, of_sequence) in nonce.iter_mut().skip(padding).zip(sequence.to_be_bytes()) {
        *byte ^= of_sequence;
    }
    nonce
}

/// Why a record cannot be received or sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RecordError {
    /// The first bytes on the connection belong to another protocol.
    NotTls(Protocol),
    /// A content type that TLS 1.3 does not know.
    UnknownContentType(u8),
    /// A record, or what it protects, exceeds its limit.
    TooLong,
    /// A handshake or alert record without content.
    Empty(ContentType),
    /// A change_cipher_spec other than the single byte 1, or a protected one.
    BadChangeCipherSpec,
    /// Application data before there are keys.
    TooEarly,
    /// A handshake message or alert in plaintext, though there are keys.
    Unprotected(ContentType),
    /// The record does not open under the current key.
    BadMac,
    /// More rejected early data came than is skipped, or as much that does not open.
    TooMuchEarlyData {
        /// Bytes of records that are skipped.
        limit: usize,
    },
    /// A protected record of zeros only: it has no content type.
    NoContentType,
    /// The sequence number would wrap (RFC 9846 section 5.3).
    SequenceExhausted,
    /// The keys are gone, or application data is to be sent before there are any.
    NoKeys,
    /// The provider failed.
    Crypto(CryptoError),
}

impl fmt::Display for RecordError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotTls(protocol) => {
                write!(formatter, "the peer speaks {}, not TLS", protocol.name())
            }
            Self::UnknownContentType(number) => {
                write!(formatter, "a record has the unknown content type {number}")
            }
            Self::TooLong => formatter.write_str("a record is too long"),
            Self::Empty(content_type) => {
                write!(formatter, "a record of type {content_type} is empty")
            }
            Self::BadChangeCipherSpec => formatter.write_str("a bad change_cipher_spec"),
            Self::TooEarly => formatter.write_str("application data before the handshake's keys"),
            Self::Unprotected(content_type) => {
                write!(formatter, "a record of type {content_type} is not protected")
            }
            Self::BadMac => formatter.write_str("a record does not open under the current key"),
            Self::TooMuchEarlyData { limit } => {
                write!(formatter, "more than {limit} bytes of early data that were rejected")
            }
            Self::NoContentType => formatter.write_str("a record has no content type"),
            Self::SequenceExhausted => formatter.write_str("the sequence number would wrap"),
            Self::NoKeys => formatter.write_str("there are no keys for this record"),
            Self::Crypto(error) => error.fmt(formatter),
        }
    }
}

impl core::error::Error for RecordError {}

impl From<CryptoError> for RecordError {
    fn from(error: CryptoError) -> Self {
        Self::Crypto(error)
    }
}

#[cfg(test)]
mod tests;
