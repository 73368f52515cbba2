//! Reading of a half by looking first: the data of one record are copied, and stay unread until
//! they are taken.

use std::io::{self, BufRead};

use super::Reader;
use crate::blocking::deadline::{Deadline, Direction};
use crate::blocking::system::AsFd;
use crate::crypto::CryptoProvider;

/// What a read was given and has not taken: a copy, since the [`Writer`](super::Writer) receives
/// into the memory where it was opened. No more than one record.
#[derive(Default)]
pub(super) struct Copied {
    bytes: Vec<u8>,
    /// How many of them are taken.
    taken: usize,
}

impl Copied {
    fn left(&self) -> &[u8] {
        self.bytes.get(self.taken..).unwrap_or_default()
    }

    /// Takes so many bytes, or all that are left: how many. The memory goes with the last one.
    fn take(&mut self, count: usize) -> usize {
        let count = count.min(self.left().len());
        self.taken += count;
        if self.left().is_empty() {
            *self = Self::default();
        }
        count
    }

    /// Another read takes what this is a copy of.
    pub(super) fn forget(&mut self) {
        *self = Self::default();
    }
}

impl<S: AsFd, P: CryptoProvider> BufRead for Reader<S, P> {
    /// As [`Stream`](crate::blocking::Stream)'s, but a copy is lent: the other thread may receive
    /// meanwhile, into the memory where the data were opened. They stay unread until they are
    /// [consumed](BufRead::consume), and are there after
    /// [`Stream::join`](crate::blocking::Stream::join) too.
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.copied.left().is_empty() {
            let deadline = Deadline::of_call(self.allowed, Direction::Receive);
            let mut bytes = Vec::new();
            deadline.tell(self.calls().copy(&mut bytes, deadline))?;
            self.copied = Copied { bytes, taken: 0 };
        }
        Ok(self.copied.left())
    }

    /// Takes so many bytes of what is lent, or all of that.
    fn consume(&mut self, count: usize) {
        match self.copied.take(count) {
            0 => {}
            taken => self.shared.consume(taken),
        }
    }
}
