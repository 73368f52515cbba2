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

/// Finds the first record of `input`. `first` says that nothing was received before, so that
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
            let protocol = if first { recognize(input) } else { None };
            return Err(
                protocol.map_or(RecordError::UnknownContentType(number), RecordError::NotTls)
            );
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

/// Names the protocol of bytes that are not TLS.
fn recognize(input: &[u8]) -> Option<Protocol> {
    const HTTP: [&[u8]; 8] =
        [b"GET ", b"POST", b"HEAD", b"PUT ", b"HTTP", b"OPTI", b"CONN", b"PRI "];
    match input {
        // A two-byte header with its top bit set, then message type 1: CLIENT-HELLO.
        [high, _, 1, ..] if high & 0x80 != 0 => Some(Protocol::Ssl2),
        start if HTTP.iter().any(|method| start.starts_with(method)) => Some(Protocol::Http),
        [b'S', b'S', b'H', b'-', ..] => Some(Protocol::Ssh),
        _ => None,
    }
}
