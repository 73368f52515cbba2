//! Reading without a copy: what a read was given is lent where it was opened, until it is taken.

use hyaline_model::table::CallResult;

use super::{Driver, Transport, outcome};
use crate::Error;
use crate::crypto::CryptoProvider;

impl<T: Transport, P: CryptoProvider> Driver<T, P> {
    /// The result of a read that was pending, in place of [`take_read`](Self::take_read): what it
    /// was given of one record, where that was opened, and nothing for the clean end, the peer's
    /// close_notify. None while it is pending.
    ///
    /// It stays unread until it is [consumed](Self::consume). The next read is given what is left.
    pub fn take_lent(&mut self) -> Option<Result<&[u8], Error>> {
        let result = self.connection.take_receive_result()?;
        if result != CallResult::EndOfStream
            && let Err(error) = outcome(result, self.connection.error())
        {
            return Some(Err(error));
        }
        Some(Ok(self.lent()))
    }

    /// What the last read was given and nobody has taken. Nothing where no read was given
    /// anything, or nobody has asked what became of it.
    pub fn lent(&mut self) -> &[u8] {
        let given = self.given();
        self.input.plaintext(self.connection.unread()).get(..given).unwrap_or_default()
    }

    /// Takes so many bytes of what is [lent](Self::lent), or all of that. Behind the last one of
    /// its record there is room for a record more, so that a pending write may receive: advance it.
    pub fn consume(&mut self, count: usize) {
        self.connection.consume(count.min(self.given()));
    }

    /// Whether a read has nothing to do but to be given what is lent already. Where records are
    /// unsent, a read is made all the same: other calls that are pending are carried on with it.
    pub(crate) fn lends_at_once(&self) -> bool {
        self.given() > 0 && self.wire.outbox.is_empty()
    }

    fn given(&self) -> usize {
        // A result that nobody has asked for says that something was given, or that all has ended.
        if self.has_receive_result() { 0 } else { self.connection.receiver.core.unread.given() }
    }
}
