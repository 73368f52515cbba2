//! Ends that are not in order: after a fatal alert of ours, and by a reset.

use std::os::fd::AsFd;
use std::time::Duration;

use super::input::Input;
use super::{Reader, Stream, Writer, transport};
use crate::connection::unread::Unread;
use crate::crypto::CryptoProvider;

/// How long [`Stream::close`] waits at most for the end of a peer to whom a fatal alert of ours has
/// gone: a stranger, perhaps, who never ends and would hold a thread.
///
/// It is as long as it is for the alert's sake: a socket that is closed while the peer still sends
/// is reset, and a reset destroys what is under way (`docs/hazards.md`). A second is several round
/// trips around the world, so that the alert arrives also if it has to be transmitted again.
pub const ALERT_TIME: Duration = Duration::from_secs(1);

/// How many bytes [`Stream::close`] throws away at most after a fatal alert of ours.
///
/// A peer that means well stops when the alert arrives. What it can have sent until then is what
/// our system lets it: a receive buffer, which on Linux begins with 128 KiB and grows with what is
/// read.
pub const ALERT_BYTES: usize = 1 << 20;

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Resets the connection and closes the socket: TCP's *abort* (RFC 9293 section 3.5.2). What
    /// was written and is under way is lost, what was received and not read is thrown away, nothing
    /// is sent but the RST, and nothing is waited for. The peer's calls fail with a reset.
    ///
    /// This is how a program says that what the peer has is not everything, where it has no alert
    /// to say it with: a relay passes a reset on so. To end in order, [`close`](Self::close).
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
        if let Some(socket) = self.wire.socket.take() {
            transport::reset(&socket);
        }
        self.wire.outbox.discard_everything();
        self.input = Input::default();
        self.connection.receiver.core.unread = Unread::default();
    }
}

impl<S: AsFd, P: CryptoProvider> Reader<S, P> {
    /// Resets the connection; as [`Stream::abort`], but for the socket, which stays open until both
    /// halves are dropped. A call of either half that waits fails.
    pub fn abort(&self) {
        transport::reset_shared(self.get_ref());
    }
}

impl<S: AsFd, P: CryptoProvider> Writer<S, P> {
    /// Resets the connection; as [`Reader::abort`].
    pub fn abort(&self) {
        transport::reset_shared(self.get_ref());
    }
}

#[cfg(test)]
mod tests;
