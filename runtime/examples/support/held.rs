//! Bytes between one stream and another.

use crate::support::Failure;

/// Bytes on their way.
pub(crate) struct Held {
    pub(crate) bytes: Vec<u8>,
    /// Those before it have gone.
    start: usize,
    /// There will be no more.
    pub(crate) ended: bool,
}

impl Held {
    pub(crate) fn new() -> Self {
        Self::holding(Vec::new())
    }

    /// These bytes first.
    pub(crate) fn holding(bytes: Vec<u8>) -> Self {
        Self { bytes, start: 0, ended: false }
    }

    pub(crate) fn rest(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.start >= self.bytes.len()
    }

    pub(crate) fn advance(&mut self, count: usize) {
        self.start += count;
    }

    /// Room for `size` bytes, in place of those that have gone.
    pub(crate) fn refill(&mut self, size: usize) -> &mut Vec<u8> {
        self.start = 0;
        self.bytes.resize(size, 0);
        &mut self.bytes
    }

    pub(crate) fn filled(&mut self, count: usize) {
        self.bytes.truncate(count);
        self.ended = count == 0;
    }
}

/// Lets pass what another wait mends.
pub(crate) fn or_later(error: rustix::io::Errno, what: &str) -> Result<(), Failure> {
    match error {
        rustix::io::Errno::INTR | rustix::io::Errno::AGAIN => Ok(()),
        error => Err(format!("{what}: {error}").into()),
    }
}
