//! Joins handshake messages that lie across records, and parts those that share one (RFC 9846
//! section 5.1).

use std::borrow::Cow;

use crate::error::Error;
use crate::identifiers::{ContentType, HandshakeType};
use crate::message::{HEADER_LENGTH, limits, u24};

/// The content of one handshake record, as far as it is not taken yet.
#[derive(Clone, Debug)]
pub(crate) struct Fragment<'b> {
    rest: &'b [u8],
}

impl<'b> Fragment<'b> {
    /// # Errors
    /// The content is empty, which section 5.1 forbids.
    pub(crate) fn new(content: &'b [u8]) -> Result<Self, Error> {
        if content.is_empty() {
            return Err(Error::EmptyFragment(ContentType::Handshake));
        }
        Ok(Self { rest: content })
    }

    /// What is not taken.
    pub(crate) const fn rest(&self) -> &'b [u8] {
        self.rest
    }
}

/// Holds the beginning of a handshake message until the rest of it has arrived.
///
/// Memory grows with the bytes that arrive, never by the length that a header claims, and a header
/// that claims more than its type's limit is refused when its four bytes are there. A message that
/// lies in one record is not copied.
#[derive(Clone, Debug, Default)]
pub(crate) struct Joiner {
    /// The beginning of a message: a part of its header, or its header and a part of its body.
    /// At most the longest of the limits, and a header.
    pub(crate) held: Vec<u8>,
    /// Bytes of the current record behind the message taken last.
    behind: usize,
}

impl Joiner {
    /// The next whole message, with its header, from what is held and the record's content. None if
    /// the record has no more whole message: what is left of the record is held then.
    ///
    /// Borrows from the record if it can, and never from the joiner.
    ///
    /// # Errors
    /// The header names an unknown type, or a length over the type's limit
    /// (`message::limits`).
    pub(crate) fn next<'b>(
        &mut self,
        fragment: &mut Fragment<'b>,
    ) -> Result<Option<Cow<'b, [u8]>>, Error> {
        let message = self.take(fragment);
        self.behind = fragment.rest.len();
        message
    }

    fn take<'b>(&mut self, fragment: &mut Fragment<'b>) -> Result<Option<Cow<'b, [u8]>>, Error> {
        if self.held.is_empty() {
            if let Some(length) = whole_length(fragment.rest)?
                && let Some((message, rest)) = fragment.rest.split_at_checked(length)
            {
                fragment.rest = rest;
                return Ok(Some(Cow::Borrowed(message)));
            }
            // The header of what is left has been checked above, as far as it is there.
            self.hold(fragment, fragment.rest.len());
            return Ok(None);
        }
        self.hold(fragment, HEADER_LENGTH.saturating_sub(self.held.len()));
        let Some(length) = whole_length(&self.held)? else {
            return Ok(None);
        };
        self.hold(fragment, length.saturating_sub(self.held.len()));
        if self.held.len() < length {
            return Ok(None);
        }
        Ok(Some(Cow::Owned(core::mem::take(&mut self.held))))
    }

    /// Moves at most `most` bytes from the record into what is held.
    fn hold(&mut self, fragment: &mut Fragment<'_>, most: usize) {
        let (taken, rest) = fragment.rest.split_at(most.min(fragment.rest.len()));
        self.held.extend_from_slice(taken);
        fragment.rest = rest;
    }

    /// Whether a message has begun and not ended: no record of another type may come now.
    pub(crate) fn is_partial(&self) -> bool {
        !self.held.is_empty()
    }

    /// Whether the message taken last ended where its record ends. Only then may keys change after
    /// it (RFC 9846 section 5.1).
    pub(crate) fn is_aligned(&self) -> bool {
        self.held.is_empty() && self.behind == 0
    }
}

/// The length of the message that begins here, header included; nothing while its header is not
/// whole.
fn whole_length(begin: &[u8]) -> Result<Option<usize>, Error> {
    let Some(&[number, length @ ..]) = begin.first_chunk::<HEADER_LENGTH>() else {
        return Ok(None);
    };
    let message = HandshakeType(number);
    let limit = limits::limit(message).ok_or(Error::UnknownHandshakeType(message))?;
    let length = u24(length);
    if length > limit {
        return Err(Error::MessageTooLong { message, length, limit });
    }
    Ok(Some(HEADER_LENGTH.saturating_add(length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Types and bodies that the joiner accepts.
    fn messages() -> impl Strategy<Value = Vec<Vec<u8>>> {
        let types = prop::sample::select(vec![1u8, 2, 4, 8, 11, 13, 15]);
        let message =
            (types, prop::collection::vec(any::<u8>(), 0..300)).prop_map(|(kind, body)| {
                let length = u16::try_from(body.len()).unwrap().to_be_bytes();
                [&[kind, 0][..], &length, &body].concat()
            });
        prop::collection::vec(message, 1..6)
    }

    /// Feeds the stream in records cut at these places.
    fn join(stream: &[u8], cuts: &[usize]) -> (Vec<Vec<u8>>, Joiner) {
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
        cuts.extend([0, stream.len()]);
        cuts.sort_unstable();
        cuts.dedup();
        let mut joiner = Joiner::default();
        let mut joined = Vec::new();
        for ends in cuts.windows(2) {
            let mut fragment = Fragment::new(&stream[ends[0]..ends[1]]).unwrap();
            while let Some(message) = joiner.next(&mut fragment).unwrap() {
                joined.push(message.into_owned());
            }
        }
        (joined, joiner)
    }

    proptest! {
        #[test]
        fn however_the_stream_is_cut_the_messages_are_the_same(
            messages in messages(),
            cuts in prop::collection::vec(any::<usize>(), 0..40),
        ) {
            let (joined, joiner) = join(&messages.concat(), &cuts);
            prop_assert_eq!(joined, messages);
            prop_assert!(joiner.is_aligned() && !joiner.is_partial());
        }

        #[test]
        fn any_bytes_are_joined_or_refused_within_the_limit(
            records in prop::collection::vec(prop::collection::vec(any::<u8>(), 1..40), 1..20),
        ) {
            let mut joiner = Joiner::default();
            let most: usize = records.iter().map(Vec::len).sum();
            'records: for record in &records {
                let mut fragment = Fragment::new(record).unwrap();
                loop {
                    match joiner.next(&mut fragment) {
                        Ok(Some(_)) => {}
                        Ok(None) => break,
                        Err(_) => break 'records,
                    }
                }
                prop_assert!(joiner.held.len() <= most);
            }
        }
    }

    #[test]
    fn a_message_cut_at_every_byte_is_whole_again() {
        let message = [20, 0, 0, 3, 7, 8, 9];
        let (joined, _) = join(&message, &[1, 2, 3, 4, 5, 6]);
        assert_eq!(joined, [message.to_vec()]);
    }

    #[test]
    fn a_whole_message_is_borrowed_from_its_record() {
        let record = [24, 0, 0, 1, 0];
        let mut fragment = Fragment::new(&record).unwrap();
        let message = Joiner::default().next(&mut fragment).unwrap();
        assert!(matches!(message, Some(Cow::Borrowed(bytes)) if bytes == record));
    }

    #[test]
    fn bytes_behind_a_message_show_that_keys_may_not_change_there() {
        let mut joiner = Joiner::default();
        let record = [24, 0, 0, 1, 0, 24, 0];
        let mut fragment = Fragment::new(&record).unwrap();
        assert!(joiner.next(&mut fragment).unwrap().is_some());
        assert!(!joiner.is_aligned() && !joiner.is_partial());
        assert!(joiner.next(&mut fragment).unwrap().is_none());
        assert!(!joiner.is_aligned() && joiner.is_partial());
        let mut fragment = Fragment::new(&[0, 1, 0]).unwrap();
        assert!(joiner.next(&mut fragment).unwrap().is_some());
        assert!(joiner.is_aligned());
    }

    #[test]
    fn a_length_is_judged_by_the_header_alone_and_at_the_limit_exactly() {
        for kind in [1, 2, 4, 5, 8, 11, 13, 15, 20, 24, 25] {
            let message = HandshakeType(kind);
            let limit = limits::limit(message).unwrap();
            let header = |length: usize| {
                let [_, high, middle, low] = u32::try_from(length).unwrap().to_be_bytes();
                [kind, high, middle, low]
            };
            let mut joiner = Joiner::default();
            let within = header(limit);
            let whole = joiner.next(&mut Fragment::new(&within).unwrap()).unwrap();
            assert_eq!(whole.is_some(), limit == 0);
            assert!(joiner.held.capacity() < 64, "memory must not follow the claim");
            let beyond = header(limit + 1);
            let error = Joiner::default().next(&mut Fragment::new(&beyond).unwrap());
            assert_eq!(error, Err(Error::MessageTooLong { message, length: limit + 1, limit }));
        }
    }

    #[test]
    fn types_that_are_never_on_the_wire_are_refused() {
        for kind in [0, 3, 6, 254] {
            let record = [kind, 0, 0, 0];
            let error = Joiner::default().next(&mut Fragment::new(&record).unwrap());
            assert_eq!(error, Err(Error::UnknownHandshakeType(HandshakeType(kind))));
        }
    }

    #[test]
    fn an_empty_handshake_record_is_refused() {
        let error = Fragment::new(&[]).map(|_| ());
        assert_eq!(error, Err(Error::EmptyFragment(ContentType::Handshake)));
    }
}
