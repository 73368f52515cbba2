//! How much application data is opened and not yet taken by the application.

use hyaline_model::table::INBOX_RECORDS;

/// The lengths of the records that are unread, oldest first; zeros behind them. No record has more
/// than 2¹⁴ bytes of data (RFC 9846 section 5.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Unread {
    /// In bytes.
    lengths: [u16; INBOX_RECORDS as usize],
    /// How much of the oldest is given to a read that has its result, in bytes.
    given: u16,
}

impl Unread {
    /// Whether nothing is unread.
    #[inline]
    pub(crate) fn is_empty(&self) -> bool {
        self.records() == 0
    }

    /// Whether one more record may be opened before the application takes one.
    #[inline]
    pub(crate) fn has_room(&self) -> bool {
        self.records() < self.lengths.len()
    }

    /// How many records are unread, wholly or partly.
    #[inline]
    pub(crate) fn records(&self) -> usize {
        self.lengths.iter().filter(|length| **length > 0).count()
    }

    /// How many bytes are unread.
    #[inline]
    pub(crate) fn bytes(&self) -> usize {
        self.lengths.iter().copied().map(usize::from).sum()
    }

    /// One more record of application data, `length` bytes of it. The table lets none come for
    /// which there is no room.
    pub(crate) fn push(&mut self, length: usize) {
        if let Some(free) = self.lengths.iter_mut().find(|length| **length == 0) {
            *free = u16::try_from(length).unwrap_or(u16::MAX);
        }
    }

    /// A read is done: the oldest record is given to the application.
    pub(crate) fn give(&mut self) {
        let [oldest, ..] = self.lengths;
        self.given = oldest;
    }

    /// How many bytes were given to a read and are not taken: all that is left of their record.
    pub(crate) fn given(&self) -> usize {
        usize::from(self.given)
    }

    /// The application has taken so many bytes of what was given to it, or all of that.
    pub(crate) fn consume(&mut self, count: usize) {
        let taken = u16::try_from(count).unwrap_or(u16::MAX).min(self.given);
        self.given -= taken;
        let [oldest, ..] = &mut self.lengths;
        *oldest -= taken;
        // Stable, so that what is unread stays in order.
        self.lengths.sort_by_key(|length| *length == 0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_a_stated_number_of_records_whatever_their_length() {
        let mut unread = Unread::default();
        for number in 1..=usize::from(INBOX_RECORDS) {
            assert!(unread.has_room());
            unread.push(number * 100);
            assert_eq!(unread.records(), number);
        }
        assert!(!unread.has_room());
    }

    #[test]
    fn the_oldest_record_is_taken_first_and_makes_room_when_it_is_gone() {
        let mut unread = Unread::default();
        unread.push(10);
        unread.push(7);
        assert_eq!(unread.given(), 0);
        unread.give();
        assert_eq!(unread.given(), 10);
        unread.consume(9);
        assert_eq!((unread.records(), unread.bytes(), unread.has_room()), (2, 8, false));
        unread.consume(1);
        assert_eq!((unread.records(), unread.bytes(), unread.has_room()), (1, 7, true));
        assert_eq!(unread.given(), 0, "no read was given the next record");
        unread.push(5);
        unread.give();
        unread.consume(100);
        assert_eq!((unread.records(), unread.bytes()), (1, 5));
    }

    #[test]
    fn what_no_read_has_given_cannot_be_taken() {
        let mut unread = Unread::default();
        unread.push(3);
        unread.consume(3);
        assert_eq!(unread.bytes(), 3);
        unread.give();
        unread.consume(2);
        unread.consume(2);
        assert!(unread.is_empty());
    }
}
