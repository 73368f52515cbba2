//! The received bytes: records not yet opened, and the plaintext of the last one, where it stood.

use core::ops::Range;

use crate::connection::Received;
use crate::record::{HEADER_LENGTH, MAX_PROTECTED_BODY};

/// The longest record that can arrive, in bytes: a buffer of this size always makes progress.
const MAX_RECORD: usize = HEADER_LENGTH + MAX_PROTECTED_BODY;

/// How much is received at once, in bytes. At least one record of the greatest length.
const CAPACITY: usize = 2 * MAX_RECORD;

/// Received bytes. Memory is taken when something is received, and given back by
/// [`release`](Self::release).
#[derive(Default)]
pub(super) struct Input {
    /// From `start` on not yet opened; before it, nothing but `plaintext` is of use.
    bytes: Vec<u8>,
    start: usize,
    /// Where the application data of the last record stands.
    plaintext: Range<usize>,
    /// What is not yet opened is known not to be a whole record.
    incomplete: bool,
}

impl Input {
    /// Whether there may be a whole record that is not yet opened.
    pub(super) fn may_hold_record(&self) -> bool {
        !self.incomplete && self.start < self.bytes.len()
    }

    /// The bytes that are not yet opened.
    pub(super) fn unopened(&mut self) -> &mut [u8] {
        self.bytes.get_mut(self.start..).unwrap_or_default()
    }

    /// Takes note of what became of [`unopened`](Self::unopened).
    pub(super) fn handled(&mut self, received: &Received) {
        if received.consumed == 0 {
            self.incomplete = true;
            return;
        }
        let Range { start, end } = received.data;
        self.plaintext = self.start + start..self.start + end;
        self.start += received.consumed;
    }

    /// The memory to receive into: what is behind the last byte received, never nothing. The
    /// plaintext is given up.
    pub(super) fn space(&mut self) -> &mut Vec<u8> {
        self.plaintext = 0..0;
        self.incomplete = false;
        let unopened = self.bytes.len().saturating_sub(self.start);
        // A record that has begun must have room to end.
        let wanted = MAX_RECORD.saturating_sub(unopened).max(1);
        if unopened == 0 {
            self.bytes.clear();
            self.start = 0;
        } else if self.bytes.capacity() - self.bytes.len() < wanted {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        self.bytes.reserve_exact(wanted.max(CAPACITY.saturating_sub(self.bytes.len())));
        &mut self.bytes
    }

    /// The last `unread` bytes of the last record's application data.
    pub(super) fn plaintext(&self, unread: usize) -> &[u8] {
        let start = self.plaintext.end.saturating_sub(unread).max(self.plaintext.start);
        self.bytes.get(start..self.plaintext.end).unwrap_or_default()
    }

    /// Gives the memory back, if there is nothing in it but plaintext that was read.
    pub(super) fn release(&mut self) {
        if self.start >= self.bytes.len() {
            *self = Self::default();
        }
    }

    /// How many bytes of memory are held.
    #[cfg(test)]
    pub(super) fn capacity(&self) -> usize {
        self.bytes.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(bytes: &[u8]) -> Input {
        let mut input = Input::default();
        input.space().extend_from_slice(bytes);
        input
    }

    #[test]
    fn plaintext_stands_where_it_was_opened_and_is_read_from_its_front() {
        let mut input = input(b"hhhhhdatattnext");
        input.handled(&Received { consumed: 11, data: 5..9 });
        assert_eq!(input.plaintext(4), b"data");
        assert_eq!(input.plaintext(2), b"ta");
        assert_eq!(input.plaintext(0), b"");
        assert_eq!(input.unopened(), b"next");
        assert!(input.may_hold_record());
    }

    #[test]
    fn a_part_of_a_record_waits_for_more_and_then_has_room() {
        let mut input = input(&[7; CAPACITY]);
        input.handled(&Received { consumed: CAPACITY - 3, data: 0..0 });
        assert!(input.may_hold_record());
        input.handled(&Received { consumed: 0, data: 0..0 });
        assert!(!input.may_hold_record());
        let space = input.space();
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
        input.handled(&Received { consumed: 4, data: 0..0 });
        input.release();
        assert_eq!(input.capacity(), 0);
        assert!(!input.may_hold_record());
    }
}
