//! Finding one whole record (RFC 9846 section 5.1).

use super::{HEADER_LENGTH, MAX_CONTENT, MAX_PROTECTED_BODY, RecordError};
use crate::ContentType;

/// What stands at the beginning of the input.
#[derive(Debug)]
pub(crate) enum Split<'b> {
    /// Less than a record.
    Incomplete,
    /// A whole record, still protected.
    Record(Record<'b>),
}

/// A whole record, still protected.
#[derive(Debug)]
pub(crate) struct Record<'b> {
    /// The outer content type.
    pub(crate) content_type: ContentType,
    /// The header as received: it is authenticated.
    pub(crate) header: [u8; HEADER_LENGTH],
    /// All that follows the header.
    pub(crate) body: &'b mut [u8],
}

impl Record<'_> {
    /// The length of the record on the wire, in bytes.
    pub(crate) const fn length(&self) -> usize {
        HEADER_LENGTH + self.body.len()
    }
}

/// A protocol that is sometimes spoken to a TLS port by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Protocol {
    Http,
    Ssh,
    /// A ClientHello in the format of SSL 2.0 (RFC 9846 appendix E.5).
    Ssl2,
}

impl Protocol {
    /// The protocol's name, for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::Ssh => "SSH",
            Self::Ssl2 => "SSL 2.0",
        }
    }
}

/// Finds the first record of `input`. `first` says that no record was received before, so that
/// another protocol can be named.
///
/// The version in the header is ignored, as RFC 9846 section 5.1 demands.
///
/// # Errors
/// [`RecordError::UnknownContentType`], [`RecordError::NotTls`] and [`RecordError::TooLong`], each
/// as soon as the bytes at hand show it.
pub(crate) fn split(input: &mut [u8], first: bool) -> Result<Split<'_>, RecordError> {
    let Some(&number) = input.first() else {
        return Ok(Split::Incomplete);
    };
    let content_type = ContentType(number);
    let most = match content_type {
        ContentType::ApplicationData => MAX_PROTECTED_BODY,
        ContentType::ChangeCipherSpec | ContentType::Alert | ContentType::Handshake => MAX_CONTENT,
        _ => {
            return match recognize(input) {
                Recognized::Protocol(protocol) if first => Err(RecordError::NotTls(protocol)),
                Recognized::TooShort if first => Ok(Split::Incomplete),
                _ => Err(RecordError::UnknownContentType(number)),
            };
        }
    };
    let Some((header, rest)) = input.split_first_chunk_mut::<HEADER_LENGTH>() else {
        return Ok(Split::Incomplete);
    };
    let [.., high, low] = *header;
    let length = usize::from(u16::from_be_bytes([high, low]));
    if length > most {
        return Err(RecordError::TooLong);
    }
    match rest.split_at_mut_checked(length) {
        Some((body, _)) => Ok(Split::Record(Record { content_type, header: *header, body })),
        None => Ok(Split::Incomplete),
    }
}

/// What bytes that are no record look like.
enum Recognized {
    Protocol(Protocol),
    /// Another protocol begins so, but so few bytes say nothing yet.
    TooShort,
    Nothing,
}

/// Names the protocol of bytes that are not TLS. More bytes never make another answer of it, so
/// that it does not depend on how they arrive.
fn recognize(input: &[u8]) -> Recognized {
    const WORDS: [(&[u8], Protocol); 9] = [
        (b"GET ", Protocol::Http),
        (b"POST", Protocol::Http),
        (b"HEAD", Protocol::Http),
        (b"PUT ", Protocol::Http),
        (b"HTTP", Protocol::Http),
        (b"OPTI", Protocol::Http),
        (b"CONN", Protocol::Http),
        (b"PRI ", Protocol::Http),
        (b"SSH-", Protocol::Ssh),
    ];
    match input {
        // A two-byte header with its top bit set, then message type 1: CLIENT-HELLO.
        [high, _, 1, ..] if high & 0x80 != 0 => return Recognized::Protocol(Protocol::Ssl2),
        [high] | [high, _] if high & 0x80 != 0 => return Recognized::TooShort,
        _ => {}
    }
    let mut begins = false;
    for (word, protocol) in WORDS {
        if input.starts_with(word) {
            return Recognized::Protocol(protocol);
        }
        begins |= word.starts_with(input);
    }
    if begins { Recognized::TooShort } else { Recognized::Nothing }
}
