//! The received bytes: records not yet opened, and unread application data, where it was opened.

use core::ops::Range;
use std::{fmt, io};

use hyaline_model::table::INBOX_RECORDS;

use crate::connection::Received;
use crate::record::{HEADER_LENGTH, MAX_PROTECTED_BODY};

/// The longest record that can arrive, in bytes: a buffer of this size always makes progress.
pub const MAX_RECORD: usize = HEADER_LENGTH + MAX_PROTECTED_BODY;

/// How much memory is held, in bytes: room for one record that is unread, and for one that arrives.
/// Without unread plaintext all of it is filled at once. More memory would be held only if the
/// inbox had more than two records: for all of its records but one, and for the one that arrives.
const CAPACITY: usize = 2 * MAX_RECORD;

/// Received bytes. Memory is taken when something is received, and given back by
/// [`release`](Self::release).
///
/// It belongs between a transport and a [`Connection`](crate::Connection): while the operation
/// [`Receive`](crate::Operation::Receive) is asked for, hand over what is
/// [`unopened`](Self::unopened), and [`receive`](Self::receive) more where that
/// [holds no record](Self::may_hold_record).
///
/// ```
/// use hyaline::driver::Input;
///
/// # fn main() -> std::io::Result<()> {
/// let mut transport = &b"bytes"[..];
/// let mut input = Input::default();
/// assert!(!input.may_hold_record());
/// let count = input.receive(0, |bytes| std::io::Read::read_to_end(&mut transport, bytes))?;
/// assert_eq!(count, 5);
/// assert!(input.may_hold_record());
/// // Connection::handle_input(now, input.unopened(), &mut outbox), and then Input::handled.
/// assert_eq!(input.unopened(), b"bytes");
/// # Ok(())
/// # }
/// ```
#[derive(Default)]
pub struct Input {
    /// The bytes from `start` on are not yet opened. Of those before, only unread plaintext is
    /// still needed.
    bytes: Vec<u8>,
    start: usize,
    /// Where unread application data stands, oldest first; empty ranges behind it.
    plaintext: [Range<usize>; INBOX_RECORDS as usize],
    /// The bytes that are not yet opened are known to be less than a whole record.
    incomplete: bool,
}

impl Input {
    /// These bytes, none of which is opened.
    #[allow(dead_code, reason = "only front doors call it, and a system may have none")]
    pub(crate) fn of(bytes: Vec<u8>) -> Self {
        Self { bytes, ..Self::default() }
    }

    /// The last bytes that have come, so many.
    pub(crate) fn newest(&self, count: usize) -> &[u8] {
        self.bytes.len().checked_sub(count).and_then(|at| self.bytes.get(at..)).unwrap_or_default()
    }

    /// Whether there may be a whole record that is not yet opened.
    #[must_use]
    pub fn may_hold_record(&self) -> bool {
        !self.incomplete && self.start < self.bytes.len()
    }

    /// Whether all bytes are opened.
    pub(crate) const fn is_opened(&self) -> bool {
        self.start >= self.bytes.len()
    }

    /// The bytes that are not yet opened.
    pub fn unopened(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.start..).unwrap_or_default()
    }

    /// Takes note of what became of [`unopened`](Self::unopened). From then on so many bytes of
    /// application data are `unread`, those of the record at hand among them.
    pub fn handled(&mut self, received: &Received, unread: usize) {
        if received.consumed == 0 {
            self.incomplete = true;
            return;
        }
        let Range { start, end } = received.data;
        self.keep(unread.saturating_sub(end - start));
        if let Some(free) = self.plaintext.iter_mut().find(|range| Range::is_empty(range)) {
            *free = self.start + start..self.start + end;
        }
        self.start += received.consumed;
    }

    /// Receives into the spare capacity of what is lent, which has some, behind the last byte
    /// received. All plaintext is given up but the last `unread` bytes.
    ///
    /// Returns how many bytes have come; 0 is the transport's FIN, and an error its own.
    ///
    /// # Errors
    /// What `transfer` fails with; [`InvalidData`](io::ErrorKind::InvalidData), where it says that
    /// bytes have come and none stand there, or has taken away others.
    pub fn receive(
        &mut self,
        unread: usize,
        transfer: impl FnOnce(&mut Vec<u8>) -> io::Result<usize>,
    ) -> io::Result<usize> {
        let bytes = self.space(unread);
        let before = bytes.len();
        let told = transfer(bytes);
        let Some(come) = bytes.len().checked_sub(before) else {
            *self = Self::default();
            return Err(io::ErrorKind::InvalidData.into());
        };
        match told? {
            0 => Ok(come),
            _ if come == 0 => Err(io::ErrorKind::InvalidData.into()),
            _ => Ok(come),
        }
    }

    /// The memory to receive into: what is behind the last byte received, never nothing. All
    /// plaintext is given up but the last `unread` bytes.
    fn space(&mut self, unread: usize) -> &mut Vec<u8> {
        self.keep(unread);
        self.incomplete = false;
        let unopened = self.bytes.len().saturating_sub(self.start);
        // A record that has begun must have room to end.
        let wanted = MAX_RECORD.saturating_sub(unopened).max(1);
        if unopened + unread == 0 {
            self.bytes.clear();
            self.start = 0;
        } else if self.bytes.capacity() - self.bytes.len() < wanted {
            self.compact();
        }
        self.bytes.reserve_exact(wanted.max(CAPACITY.saturating_sub(self.bytes.len())));
        &mut self.bytes
    }

    /// The unread bytes of the oldest record that has some, where so many bytes are `unread` in
    /// all.
    #[must_use]
    pub fn plaintext(&mut self, unread: usize) -> &[u8] {
        self.keep(unread);
        let [oldest, ..] = &self.plaintext;
        self.bytes.get(oldest.clone()).unwrap_or_default()
    }

    /// Gives the memory back, if there is nothing in it but plaintext that was read.
    pub fn release(&mut self) {
        if self.start >= self.bytes.len() {
            *self = Self::default();
        }
    }

    /// Gives up all plaintext but the last `unread` bytes.
    fn keep(&mut self, unread: usize) {
        let mut taken = self.plaintext.iter().map(Range::len).sum::<usize>().saturating_sub(unread);
        for range in &mut self.plaintext {
            let of_it = taken.min(range.len());
            range.start += of_it;
            taken -= of_it;
        }
        // Stable, so that what is unread stays in order.
        self.plaintext.sort_by_key(Range::is_empty);
    }

    /// Moves what is of use to the beginning of the memory: plaintext, then what is not opened.
    fn compact(&mut self) {
        let mut end = 0;
        for range in &mut self.plaintext {
            let length = range.len();
            self.bytes.copy_within(range.clone(), end);
            *range = end..end + length;
            end += length;
        }
        self.bytes.drain(end..self.start);
        self.start = end;
    }

    /// How many bytes of memory are held.
    #[cfg(test)]
    pub(crate) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

impl fmt::Debug for Input {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unopened = self.bytes.len().saturating_sub(self.start);
        formatter.debug_struct("Input").field("unopened", &unopened).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(bytes: &[u8]) -> Input {
        let mut input = Input::default();
        input.space(0).extend_from_slice(bytes);
        input
    }

    fn opened(consumed: usize, data: Range<usize>) -> Received {
        Received { consumed, data }
    }

    #[test]
    fn plaintext_stands_where_it_was_opened_and_is_read_from_its_front() {
        let mut input = input(b"hhhhhdatattnext");
        input.handled(&opened(11, 5..9), 4);
        assert_eq!(input.plaintext(4), b"data");
        assert_eq!(input.plaintext(2), b"ta");
        assert_eq!(input.plaintext(0), b"");
        assert_eq!(input.unopened(), b"next");
        assert!(input.may_hold_record());
    }

    #[test]
    fn unread_records_are_read_in_their_order_though_others_stand_between_them() {
        let mut input = input(b"hhhhhdatatt-control-hhhhhmorett");
        input.handled(&opened(11, 5..9), 4);
        input.handled(&opened(9, 0..0), 4);
        assert_eq!(input.plaintext(2), b"ta", "half of it was read");
        input.handled(&opened(11, 5..9), 6);
        assert_eq!(input.plaintext(6), b"ta");
        assert_eq!(input.plaintext(4), b"more");
        assert_eq!(input.plaintext(1), b"e");
        assert_eq!(input.plaintext(0), b"");
    }

    #[test]
    fn unread_plaintext_stays_while_more_is_received_and_costs_no_more_memory() {
        let mut input = Input::default();
        let header = 5;
        let mut received = 0;
        for byte in 0..200_u8 {
            let unread = if byte == 0 { 0 } else { 100 };
            let space = input.space(unread);
            let record = space.capacity().saturating_sub(space.len()).min(MAX_RECORD);
            space.resize(space.len() + record, byte);
            received += record;
            let data = if byte == 0 { header..header + 100 } else { 0..0 };
            input.handled(&opened(record, data), 100);
            assert_eq!(input.plaintext(100), [0; 100]);
            assert_eq!(input.capacity(), CAPACITY);
        }
        assert!(received > 10 * CAPACITY);
    }

    #[test]
    fn the_longest_record_has_room_behind_the_longest_that_is_unread() {
        let mut input = Input::default();
        let longest = MAX_RECORD - HEADER_LENGTH;
        input.space(0).resize(MAX_RECORD, 1);
        input.handled(&opened(MAX_RECORD, HEADER_LENGTH..MAX_RECORD), longest);
        input.space(longest).push(2);
        input.handled(&opened(0, 0..0), longest);
        let space = input.space(longest);
        assert!(space.capacity() - space.len() >= MAX_RECORD - 1);
        assert_eq!(input.unopened(), [2]);
        assert_eq!(input.plaintext(longest).len(), longest);
        assert_eq!(input.capacity(), CAPACITY);
    }

    #[test]
    fn each_record_more_that_is_unread_takes_the_memory_of_one() {
        let mut input = Input::default();
        let longest = MAX_RECORD - HEADER_LENGTH;
        for unread in 0..usize::from(INBOX_RECORDS) {
            let space = input.space(unread * longest);
            assert!(space.capacity() - space.len() >= MAX_RECORD);
            space.resize(space.len() + MAX_RECORD, 7);
            input.handled(&opened(MAX_RECORD, HEADER_LENGTH..MAX_RECORD), (unread + 1) * longest);
        }
        assert!(input.capacity() <= usize::from(INBOX_RECORDS) * MAX_RECORD);
        for left in (1..=usize::from(INBOX_RECORDS)).rev() {
            assert_eq!(input.plaintext(left * longest), vec![7; longest]);
        }
    }

    #[test]
    fn a_part_of_a_record_waits_for_more_and_then_has_room() {
        let mut input = input(&[7; CAPACITY]);
        input.handled(&opened(CAPACITY - 3, 0..0), 0);
        assert!(input.may_hold_record());
        input.handled(&opened(0, 0..0), 0);
        assert!(!input.may_hold_record());
        let space = input.space(0);
        assert!(space.capacity() - space.len() >= MAX_RECORD - 3);
        space.push(8);
        assert!(input.may_hold_record());
        assert_eq!(input.unopened(), [7, 7, 7, 8]);
    }

    #[test]
    fn memory_is_given_back_only_when_nothing_is_in_it() {
        let mut input = input(b"part");
        input.release();
        assert_eq!(input.unopened(), b"part");
        input.handled(&opened(4, 0..0), 0);
        input.release();
        assert_eq!(input.capacity(), 0);
        assert!(!input.may_hold_record());
    }
}
