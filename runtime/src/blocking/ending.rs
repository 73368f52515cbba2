//! Ends that are not in order: by a reset. What a close does after a fatal alert of ours is the
//! driver's (`driver/drain.rs`), and is tested here.

use super::system::AsFd;
use super::{Reader, Stream, Writer};
use crate::crypto::CryptoProvider;

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Resets the connection and closes the socket: TCP's *abort* (RFC 9293 section 3.5.2). What
    /// was written and is under way is lost, what was received and not read is thrown away, nothing
    /// is sent but the RST, and nothing is waited for. The peer's calls fail with a reset.
    ///
    /// By a reset a program tells its peer that the data are not complete, where it has no alert to
    /// say so. A relay passes a reset on in this way. To end in order, [`close`](Self::close).
    ///
    /// Where a duplicate of the socket's descriptor is open, the RST leaves at once on Linux, and
    /// on other systems when the last descriptor is closed.
    ///
    /// ```no_run
    /// # use std::io;
    /// # use hyaline::blocking::Stream;
    /// # fn relay(from: io::Result<usize>, mut to: Stream) -> io::Result<()> {
    /// match from {
    ///     Err(error) if error.kind() == io::ErrorKind::ConnectionReset => to.abort(),
    ///     _ => to.close()?,
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn abort(&mut self) {
        if let Some(socket) = self.driver.abort() {
            socket.reset();
        }
    }
}

impl<S: AsFd, P: CryptoProvider> Reader<S, P> {
    /// Resets the connection; as [`Stream::abort`], but for the socket, which stays open until both
    /// halves are dropped. A call of either half that waits fails.
    pub fn abort(&self) {
        self.reset_connection();
    }
}

impl<S: AsFd, P: CryptoProvider> Writer<S, P> {
    /// Resets the connection; as [`Reader::abort`].
    pub fn abort(&self) {
        self.reset_connection();
    }
}

#[cfg(test)]
mod tests;
