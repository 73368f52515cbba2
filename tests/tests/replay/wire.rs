//! Records on the wire: what their bytes alone tell.

use std::collections::VecDeque;
use std::sync::Arc;

use hyaline_check::world::cell::CellContent;

/// The length of a record's header, in bytes.
pub(crate) const HEADER_LENGTH: usize = 5;

/// The application data of one write, in bytes. No other record has its length.
pub(crate) const DATA_LENGTH: usize = 777;

/// What stands in the place of the certificate of the server's issuer.
pub(crate) const ISSUER: &[u8] = &[b'i'; ISSUER_LENGTH as usize];

/// Its length, in bytes.
const ISSUER_LENGTH: u16 = 10;

/// The application data of a full record, in bytes (RFC 9846 section 5.1).
const FULL_LENGTH: usize = 1 << 14;

/// How many bytes the first `records` records of early data carry, of `of` of them: each is full
/// but the last.
#[must_use]
pub(crate) fn early_data_length(records: u8, of: u8) -> usize {
    match usize::from(records) {
        0 => 0,
        all if records == of => (all - 1) * FULL_LENGTH + DATA_LENGTH,
        some => some * FULL_LENGTH,
    }
}

/// What a record looks like from outside: its type and its length.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Shape {
    /// The outer content type.
    pub(crate) content_type: u8,
    /// The length of the body, in bytes.
    pub(crate) length: u16,
}

/// A whole record.
#[derive(Clone, Debug)]
pub(crate) struct Record {
    /// Its bytes.
    pub(crate) bytes: Arc<[u8]>,
    /// What they look like.
    pub(crate) shape: Shape,
}

/// The first record of `bytes`; nothing if there is none.
#[must_use]
pub(crate) fn first_record(bytes: &[u8]) -> Option<Record> {
    let &[content_type, _, _, high, low] = bytes.first_chunk::<HEADER_LENGTH>()?;
    let length = u16::from_be_bytes([high, low]);
    let whole = bytes.get(..HEADER_LENGTH + usize::from(length))?;
    Some(Record { bytes: Arc::from(whole), shape: Shape { content_type, length } })
}

/// The shapes of all records of `bytes`, which must be whole.
#[must_use]
pub(crate) fn shapes(mut bytes: &[u8]) -> Vec<Shape> {
    let mut shapes = Vec::new();
    while let Some(record) = first_record(bytes) {
        bytes = bytes.get(record.bytes.len()..).unwrap_or_default();
        shapes.push(record.shape);
    }
    assert!(bytes.is_empty(), "the outbox holds whole records only");
    shapes
}

/// What protection adds to a body: the inner type and the tag, in bytes.
const PROTECTION: u16 = 17;

/// What a record of this content must look like, as the sizes of RFC 9846's structures say. The
/// comparison of bytes is as fine as this: contents of one shape are told apart by the peer only.
#[must_use]
pub(crate) fn shape_of(content: CellContent, generation: u8) -> ShapeRule {
    let protected =
        |length: u16| ShapeRule::Exactly(Shape { content_type: 23, length: length + PROTECTION });
    match content {
        CellContent::Data => protected(777),
        // Header, verify_data.
        CellContent::Finished => protected(4 + 32),
        // Header, lifetime, age_add, nonce, ticket, extensions: none, or how much early data.
        CellContent::NewSessionTicket => {
            let length = |extensions: u16| 4 + 4 + 4 + 3 + 34 + 2 + extensions + PROTECTION;
            ShapeRule::either(23, [0, 8].map(length))
        }
        CellContent::KeyUpdate | CellContent::KeyUpdateRequest => protected(5),
        // Header, scheme, signature of the deterministic provider.
        CellContent::CertificateVerify => protected(4 + 2 + 2 + 48),
        // Header, context, list, an entry with a bare key and no extensions; a server's chain has
        // its issuer behind that.
        CellContent::GoodCertificate | CellContent::RejectedCertificate => {
            let length = |issuers: u16| 4 + 1 + 3 + (3 + 32 + 2) + issuers + PROTECTION;
            ShapeRule::either(23, [0, 3 + ISSUER_LENGTH + 2].map(length))
        }
        CellContent::EmptyCertificate => protected(4 + 1 + 3),
        CellContent::CloseNotify | CellContent::Alert(_) if generation > 0 => protected(2),
        CellContent::CloseNotify | CellContent::Alert(_) => {
            ShapeRule::Exactly(Shape { content_type: 21, length: 2 })
        }
        CellContent::ChangeCipherSpec => ShapeRule::Exactly(Shape { content_type: 20, length: 1 }),
        CellContent::ClientHello
        | CellContent::UnsuitableClientHello
        | CellContent::ServerHello
        | CellContent::HelloRetryRequest => ShapeRule::Type(22),
        CellContent::EndOfEarlyData => protected(4),
        // This is no record of TLS: no record has the type 0.
        CellContent::Plaintext => ShapeRule::Type(0),
        CellContent::EncryptedExtensions
        | CellContent::EncryptedExtensionsWithEarlyData
        | CellContent::CertificateRequest
        | CellContent::EarlyData => ShapeRule::Type(23),
    }
}

/// What a record's shape has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShapeRule {
    /// Exactly this.
    Exactly(Shape),
    /// Exactly one of these.
    Either([Shape; 2]),
    /// This outer content type; the length depends on lists of the configuration.
    Type(u8),
}

impl ShapeRule {
    /// This outer content type, with either length.
    fn either(content_type: u8, lengths: [u16; 2]) -> Self {
        Self::Either(lengths.map(|length| Shape { content_type, length }))
    }

    /// Whether a record may look so.
    #[must_use]
    pub(crate) fn allows(self, shape: Shape) -> bool {
        match self {
            Self::Exactly(exactly) => exactly == shape,
            Self::Either(shapes) => shapes.contains(&shape),
            Self::Type(content_type) => content_type == shape.content_type,
        }
    }
}

/// A queue of records, cheap to fork.
pub(crate) type Queue = VecDeque<Record>;
