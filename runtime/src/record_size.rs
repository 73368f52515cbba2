//! How long a protected record may be (RFC 8449).

/// The least that an endpoint may ask for, in bytes (RFC 8449 section 4).
pub(crate) const LEAST_SIZE_LIMIT: u16 = 64;

/// What TLS 1.3 allows without a limit: the most content and its type, in bytes.
pub(crate) const GREATEST_SIZE_LIMIT: u16 = 0x4001;

/// The most bytes of a TLSInnerPlaintext: content, its type, and padding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RecordSizeLimit(u16);

impl RecordSizeLimit {
    /// What TLS 1.3 allows by itself.
    pub(crate) const PROTOCOL: Self = Self(GREATEST_SIZE_LIMIT);

    /// A limit that a peer may ask for: one that is too large means what the protocol allows. None
    /// if it is too small.
    pub(crate) const fn asked(limit: u16) -> Option<Self> {
        match limit {
            ..LEAST_SIZE_LIMIT => None,
            GREATEST_SIZE_LIMIT.. => Some(Self::PROTOCOL),
            limit => Some(Self(limit)),
        }
    }

    /// As the extension says it.
    pub(crate) const fn number(self) -> u16 {
        self.0
    }

    /// The most bytes of content.
    pub(crate) const fn content(self) -> usize {
        // The widening is lossless, and a constant function knows no other.
        (self.0 - 1) as usize
    }
}
