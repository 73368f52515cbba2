//! What a thread of a split stream waits on: its own wake, and the socket.

use std::io;
use std::os::fd::AsFd;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::fd::OwnedFd;
use std::sync::Mutex;
use std::time::Duration;

#[cfg(any(target_os = "linux", target_os = "android"))]
use rustix::event::{EventfdFlags, eventfd};

use crate::blocking::deadline::Direction;
use crate::blocking::transport::{self, Socket};
use crate::connection::Interest;
use crate::driver::{Cause, SharedTransport, Wake};

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

/// A descriptor that ends a `poll` of another thread: a counter of the system's.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(in crate::blocking) struct Descriptors {
    counter: OwnedFd,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl Descriptors {
    pub(super) fn new() -> io::Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        Ok(Self { counter: eventfd(0, flags)? })
    }

    fn sleeper(&self) -> &impl AsFd {
        &self.counter
    }

    fn put(&self) {
        // Where there is no room for another one, the thread is woken already.
        let _ = rustix::io::write(&self.counter, &1_u64.to_ne_bytes());
    }

    fn drain(&self) {
        let _ = rustix::io::read(&self.counter, &mut [0; size_of::<u64>()]);
    }
}

/// A pair of descriptors: a byte into one ends a `poll` of the other.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(in crate::blocking) struct Descriptors {
    waker: std::os::unix::net::UnixStream,
    sleeper: std::os::unix::net::UnixStream,
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl Descriptors {
    pub(super) fn new() -> io::Result<Self> {
        let (waker, sleeper) = std::os::unix::net::UnixStream::pair()?;
        waker.set_nonblocking(true)?;
        sleeper.set_nonblocking(true)?;
        Ok(Self { waker, sleeper })
    }

    fn sleeper(&self) -> &impl AsFd {
        &self.sleeper
    }

    fn put(&self) {
        // Where there is no room for another byte, there is one already.
        let _ = io::Write::write(&mut &self.waker, &[0]);
    }

    /// Takes out what was put in.
    fn drain(&self) {
        let mut bytes = [0; 16];
        while matches!(io::Read::read(&mut &self.sleeper, &mut bytes), Ok(count) if count > 0) {}
    }
}

impl Wake for Descriptors {
    fn wake(&self, _: Cause) {
        self.put();
    }
}

impl<S: AsFd> SharedTransport for Socket<S> {
    type Lock<V> = Mutex<V>;
    type Wake = Descriptors;

    fn receive(&self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        transport::receive(&self.0, bytes)
    }

    fn transmit(&self, bytes: &[u8]) -> io::Result<usize> {
        transport::transmit(&self.0, bytes)
    }

    fn shutdown_write(&self) {
        transport::shutdown_write(&self.0);
    }
}

impl<S: AsFd> Waits for Socket<S> {
    fn time(&self, direction: Direction) -> Option<Duration> {
        transport::time(&self.0, direction)
    }

    fn wait(
        &self,
        interest: Interest,
        wake: &Descriptors,
        time: Option<Duration>,
    ) -> io::Result<()> {
        transport::wait_or_wake(&self.0, interest, wake.sleeper(), time)?;
        wake.drain();
        Ok(())
    }
}
