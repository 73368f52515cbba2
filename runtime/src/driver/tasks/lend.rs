//! Reads without a copy.

use std::task::{Context, Poll, Waker, ready};

use super::{NO_RESULT, TaskTransport, Tasks};
use crate::Error;
use crate::connection::Call;
use crate::crypto::CryptoProvider;
use crate::driver::callers::Caller;

impl<T: TaskTransport, P: CryptoProvider> Tasks<T, P> {
    /// As [`poll_read`](Self::poll_read), but what there is of one record is lent where it was
    /// opened; nothing is the clean end. It stays unread until it is [consumed](Self::consume), and
    /// comes again with the next read of either kind.
    ///
    /// # Errors
    /// How else the stream ended.
    pub fn poll_lent(&mut self, context: &mut Context<'_>) -> Poll<Result<&[u8], Error>> {
        if !self.driver.lends_at_once() {
            ready!(self.poll_connected(Caller::Reader, context))?;
            self.start_receiving(Call::Read)?;
            ready!(self.poll_receiving(Caller::Reader, context));
            self.driver.take_lent().unwrap_or(Err(NO_RESULT))?;
        }
        Poll::Ready(Ok(self.driver.lent()))
    }

    /// Takes so many bytes of what is lent, or all of that.
    pub fn consume(&mut self, count: usize) {
        let had_room = self.has_room();
        self.driver.consume(count);
        if !had_room && self.has_room() {
            // A pending write did not receive, since there was no room for a record. Who reads does
            // not wait meanwhile.
            self.callers.wake_others(Caller::Reader, Waker::noop());
        }
    }

    /// Whether one more record of application data may be received.
    fn has_room(&self) -> bool {
        self.driver.connection().receiver.core.unread.has_room()
    }
}
