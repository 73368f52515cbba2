//! Writing without a copy: the application fills memory of the outbox, and it is sealed there.

use rustls_pki_types::UnixTime;

use super::Connection;
use super::sending::Offered;
use crate::Error;
use crate::crypto::CryptoProvider;
use crate::outbox::Outbox;

/// Memory of the outbox, lent for the content of one record of application data.
///
/// [`start_write`](Self::start_write) makes a record of it. Dropped without that, it leaves none.
pub struct Lent<'c, P: CryptoProvider> {
    connection: &'c mut Connection<P>,
    outbox: &'c mut Outbox,
    length: usize,
}

impl<P: CryptoProvider> Connection<P> {
    /// Lends the place of one record's application data, at most `most` bytes, to be filled there
    /// and then written. None when the outbox has no room for application data now.
    pub fn reserve<'c>(&'c mut self, most: usize, outbox: &'c mut Outbox) -> Option<Lent<'c, P>> {
        let room = self.sender.core.sealer.content_within(outbox.application_room());
        let length = most.min(room);
        (length > 0).then_some(Lent { connection: self, outbox, length })
    }
}

impl<P: CryptoProvider> Lent<'_, P> {
    /// The lent bytes. What they hold at first is unspecified.
    pub fn body(&mut self) -> &mut [u8] {
        let padding = self.connection.sender.core.sealer.padding_of(self.length);
        self.outbox.lend(self.length, padding)
    }

    /// Starts a write of the first `length` bytes of the body, as
    /// [`Connection::start_write`] does with bytes that are copied, and returns how many it takes:
    /// all, or none if no data may be sent. More than was lent counts as all of that.
    ///
    /// Tickets, which are of this time, and key updates that are due are sealed before it; only
    /// then is the body moved.
    ///
    /// # Errors
    /// As [`Connection::start_write`].
    pub fn start_write(self, now: UnixTime, length: usize) -> Result<usize, Error> {
        let length = length.min(self.length);
        self.connection.write(now, Offered::Lent(length), self.outbox)
    }
}

impl<P: CryptoProvider> Drop for Lent<'_, P> {
    fn drop(&mut self) {
        self.outbox.take_displaced();
    }
}

impl<P: CryptoProvider> std::fmt::Debug for Lent<'_, P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Lent").field("length", &self.length).finish_non_exhaustive()
    }
}
