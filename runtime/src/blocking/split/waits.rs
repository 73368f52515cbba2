//! What a thread of a split stream waits on: its own wake, and the socket.

use std::io;
use std::sync::Mutex;
use std::time::Duration;

use crate::blocking::deadline::Direction;
use crate::blocking::system::{AsFd, Socket, ThreadWake};
use crate::connection::Interest;
use crate::driver::SharedTransport;

/// A shared transport for which threads can wait. The library has one, [`Socket`]; a test puts the
/// same calls on another, of which it chooses every schedule.
pub(super) trait Waits: SharedTransport {
    /// The transport's own time for waits in this direction, if it has one.
    fn time(&self, direction: Direction) -> Option<Duration>;

    /// Waits until the transport is ready for what is of interest, or `wake` was woken since it was
    /// last waited for, but no longer than `time`.
    fn wait(&self, interest: Interest, wake: &Self::Wake, time: Option<Duration>)
    -> io::Result<()>;
}

impl<S: AsFd> SharedTransport for Socket<S> {
    type Lock<V> = Mutex<V>;
    type Wake = ThreadWake;

    fn receive(&self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        self.receive_now(bytes)
    }

    fn transmit(&self, bytes: &[u8]) -> io::Result<usize> {
        self.transmit_now(bytes)
    }

    fn shutdown_write(&self) {
        self.end_writing();
    }
}

impl<S: AsFd> Waits for Socket<S> {
    fn time(&self, direction: Direction) -> Option<Duration> {
        Self::time(self, direction)
    }

    fn wait(
        &self,
        interest: Interest,
        wake: &ThreadWake,
        time: Option<Duration>,
    ) -> io::Result<()> {
        self.wait_or_wake(interest, wake, time)
    }
}
