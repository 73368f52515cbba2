//! The outbox: sealed records that wait to be transmitted, in the order in which they were sealed.

use core::fmt;
use std::collections::VecDeque;

use crate::record::{Content, EXPANSION, HEADER_LENGTH, MAX_CONTENT, MAX_SEALED_RECORD};

/// How many bytes of sealed application data may wait: four full records, 64 KiB of data.
///
/// Handshake messages, alerts and key updates do not count; how many of those can wait is bounded
/// by what the table lets a connection owe. Nor do early data, which are bounded by what the
/// client's ticket allows.
pub const APPLICATION_ALLOWANCE: usize = 4 * MAX_SEALED_RECORD;

/// How many bytes a flight of a handshake commonly has at most: an outbox begins with that.
const COMMON_FLIGHT: usize = 2048;

/// How many records such a flight commonly has.
const COMMON_RECORDS: usize = 8;

/// Sealed records that wait to be transmitted.
///
/// Whoever transmits takes bytes from [`bytes`](Self::bytes), in any amount, and reports the amount
/// to [`advance`](Self::advance). The memory is kept for the next records;
/// [`release`](Self::release) gives it back while the outbox is empty.
///
/// ```
/// # use std::sync::Arc;
/// use hyaline::pki_types::UnixTime;
/// use hyaline::{Call, Connection, Outbox};
/// # use hyaline::pki_types::ServerName;
/// # use hyaline::{ClientConfig, RootCertStore};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let roots = RootCertStore::empty();
/// # let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
/// # let name = ServerName::try_from("localhost")?;
/// # let mut connection = Connection::client(Arc::new(config), name)?;
/// let mut outbox = Outbox::new();
/// connection.start(UnixTime::now(), Call::Handshake, &mut outbox)?;
/// assert_eq!(outbox.bytes()[0], 22, "a record of the type handshake, with the ClientHello");
///
/// // A transport took 10 bytes. `Connection::handle_transmitted` reports it, which ends calls too.
/// let all = outbox.bytes().len();
/// connection.handle_transmitted(10, &mut outbox);
/// assert_eq!(outbox.bytes().len(), all - 10);
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Outbox {
    /// Initialised memory; `start..end` of it holds what is unsent.
    pub(crate) buffer: Vec<u8>,
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The oldest record that is not wholly transmitted. A message is commonly one record, so that
    /// the memory for the others is rarely needed.
    pub(crate) front: Option<Sealed>,
    /// The records behind it.
    pub(crate) later: VecDeque<Sealed>,
    /// How many records were ever appended.
    pub(crate) sealed: u64,
    /// How many bytes of the front record are transmitted.
    pub(crate) front_transmitted: u16,
    /// Unsent bytes of application data records.
    pub(crate) application: u32,
    /// How many bytes behind `end` are lent to the caller, who writes the body of the next record
    /// there. Nothing is lent once another record has been sealed in that place.
    pub(crate) lent: Option<u16>,
    /// What was written there before another record took the place.
    pub(crate) displaced: Option<Vec<u8>>,
}

/// What of a record is remembered.
pub(crate) struct Sealed {
    pub(crate) content: Content,
    pub(crate) length: u16,
}

impl Outbox {
    /// An empty outbox. Allocates nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether there is nothing to transmit.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// What is to be transmitted, in order.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// Removes the first `count` bytes: they were transmitted. More than there are count as all.
    pub fn advance(&mut self, count: usize) {
        let mut left = count.min(self.end - self.start);
        self.start += left;
        while left > 0 {
            let Some(front) = &self.front else { break };
            let unsent = front.length.saturating_sub(self.front_transmitted);
            let step = u16::try_from(left).unwrap_or(u16::MAX).min(unsent);
            if front.content == Content::ApplicationData {
                self.application = self.application.saturating_sub(step.into());
            }
            left -= usize::from(step);
            if step < unsent {
                self.front_transmitted += step;
            } else {
                self.remove_front();
            }
        }
        if self.is_empty() {
            self.start = 0;
            self.end = 0;
        }
    }

    /// Gives the memory back if the outbox is empty. To be called when a connection turns idle.
    pub fn release(&mut self) {
        if self.is_empty() {
            self.buffer = Vec::new();
            self.later = VecDeque::new();
        }
    }

    /// How much application data the next record may carry, in bytes: 0 when the allowance is used
    /// up.
    pub(crate) fn application_room(&self) -> usize {
        APPLICATION_ALLOWANCE
            .saturating_sub(usize::try_from(self.application).unwrap_or(usize::MAX))
            .saturating_sub(EXPANSION)
            .min(MAX_CONTENT)
    }

    /// How many records were sealed so far. The next one has this number.
    pub(crate) const fn records_sealed(&self) -> u64 {
        self.sealed
    }

    /// How many records have left: wholly transmitted, or discarded. Those with this number and
    /// above wait.
    pub(crate) fn records_transmitted(&self) -> u64 {
        let waiting = usize::from(self.front.is_some()) + self.later.len();
        self.sealed.saturating_sub(u64::try_from(waiting).unwrap_or(u64::MAX))
    }

    /// Whether application data waits.
    pub(crate) const fn holds_application_data(&self) -> bool {
        self.application > 0
    }

    /// Drops everything, and the memory with it: nothing will be transmitted any more.
    pub(crate) fn discard_everything(&mut self) {
        *self = Self { sealed: self.sealed, ..Self::default() };
    }

    /// Lends the place where the content of a record of application data will stand, `length` bytes
    /// of it, in front of room for so much padding. What they hold at first is unspecified.
    pub(crate) fn lend(&mut self, length: usize, padding: usize) -> &mut [u8] {
        // A record has no more content than that.
        self.lent = u16::try_from(length).ok();
        self.place(EXPANSION + length + padding)
            .get_mut(HEADER_LENGTH..HEADER_LENGTH + length)
            .unwrap_or_default()
    }

    /// The content that was written to what was lent, if another record stands in its place now.
    /// What was lent comes back.
    pub(crate) fn take_displaced(&mut self) -> Option<Vec<u8>> {
        self.lent = None;
        self.displaced.take()
    }

    /// `length` bytes behind the last record, for the next one. What they hold is unspecified.
    pub(crate) fn spare(&mut self, length: usize) -> &mut [u8] {
        if let Some(lent) = self.lent.take() {
            self.displaced = Some(self.lend(lent.into(), 0).to_vec());
            self.lent = None;
        }
        self.place(length)
    }

    fn place(&mut self, length: usize) -> &mut [u8] {
        if self.buffer.len().saturating_sub(self.end) < length {
            self.make_room(length);
        }
        let end = self.end;
        self.buffer.get_mut(end..end + length).unwrap_or_default()
    }

    /// Appends the `length` bytes that [`spare`](Self::spare) has lent, as one record.
    pub(crate) fn commit(&mut self, content: Content, length: usize) {
        let Ok(short) = u16::try_from(length) else { return };
        self.end = (self.end + length).min(self.buffer.len());
        if content == Content::ApplicationData {
            self.application += u32::from(short);
        }
        self.sealed += 1;
        let sealed = Sealed { content, length: short };
        if self.front.is_none() {
            self.front = Some(sealed);
            return;
        }
        if self.later.capacity() == 0 {
            self.later.reserve(COMMON_RECORDS);
        }
        self.later.push_back(sealed);
    }

    fn make_room(&mut self, length: usize) {
        let unsent = self.end - self.start;
        // Moving is worth it once as much is transmitted as would be moved: each byte moves at
        // most once on average.
        if self.start >= unsent && self.buffer.len() >= unsent + length {
            self.buffer.copy_within(self.start..self.end, 0);
            self.start = 0;
            self.end = unsent;
        } else {
            if self.buffer.capacity() == 0 {
                self.buffer.reserve(length.max(COMMON_FLIGHT));
            }
            self.buffer.resize(self.end + length, 0);
        }
    }

    fn remove_front(&mut self) {
        self.front = self.later.pop_front();
        self.front_transmitted = 0;
    }
}

impl fmt::Debug for Outbox {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Outbox")
            .field("records", &(self.sealed - self.records_transmitted()))
            .field("unsent", &(self.end - self.start))
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
