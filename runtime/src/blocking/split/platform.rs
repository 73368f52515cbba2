//! What the loops of a split stream need: locks, wakes and a socket. The library has one
//! platform, [`Socket`]; a test puts the same loops on another, of which it chooses every schedule.

use std::io::{self, Read, Write};
use std::ops::DerefMut;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::blocking::deadline::Direction;
use crate::blocking::transport::{self, Stopped};
use crate::connection::Interest;

/// A lock around one value.
pub(super) trait Lock<T> {
    fn new(value: T) -> Self;

    /// Waits for the other thread, which holds it for no wait of its own.
    fn acquire(&self) -> impl DerefMut<Target = T>;

    fn into_value(self) -> T;
}

/// Why a thread is woken. Only a platform that loses wakes on purpose asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cause {
    /// The writing thread's call is done, or waits for room no longer.
    Done,
    /// No read is pending, so that a pending write receives.
    ReaderIdle,
    /// The writing thread has left something unsent.
    Unsent,
    /// The sending half has a letter for the receiving one.
    Letter,
}

/// What ends a thread's wait, besides the socket.
pub(super) trait Wake {
    /// Ends the wait of the thread that this belongs to, or its next one.
    fn wake(&self, cause: Cause);
}

/// Locks, wakes and a socket. No transfer waits.
pub(super) trait Platform {
    type Lock<T>: Lock<T>;
    type Wake: Wake;

    /// Receives into the spare capacity of `bytes`, which must have some. 0 is a FIN.
    fn receive(&self, bytes: &mut Vec<u8>) -> Result<usize, Stopped>;

    /// Transmits a part of `bytes`.
    fn transmit(&self, bytes: &[u8]) -> Result<usize, Stopped>;

    /// Sends the FIN.
    fn shutdown_write(&self);

    /// The socket's own time for waits in this direction, if it has one.
    fn time(&self, direction: Direction) -> Option<Duration>;

    /// Waits until the socket is ready for what is of interest, or `wake` was woken since it was
    /// last waited for, but no longer than `time`.
    fn wait(
        &self,
        interest: Interest,
        wake: &Self::Wake,
        time: Option<Duration>,
    ) -> Result<(), Stopped>;
}

impl<T> Lock<T> for Mutex<T> {
    fn new(value: T) -> Self {
        Self::new(value)
    }

    // A thread that panicked was not between two steps of the table: the value is whole.
    fn acquire(&self) -> impl DerefMut<Target = T> {
        self.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn into_value(self) -> T {
        self.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A pair of descriptors: a byte into one ends a `poll` of the other.
pub(super) struct Descriptors {
    waker: UnixStream,
    sleeper: UnixStream,
}

impl Descriptors {
    pub(super) fn new() -> io::Result<Self> {
        let (waker, sleeper) = UnixStream::pair()?;
        waker.set_nonblocking(true)?;
        sleeper.set_nonblocking(true)?;
        Ok(Self { waker, sleeper })
    }

    /// Takes out what was put in.
    fn drain(&self) {
        let mut bytes = [0; 16];
        while matches!((&self.sleeper).read(&mut bytes), Ok(count) if count > 0) {}
    }
}

impl Wake for Descriptors {
    fn wake(&self, _: Cause) {
        // Where there is no room for another byte, there is one already.
        let _ = (&self.waker).write(&[0]);
    }
}

/// The platform of the library.
pub(super) struct Socket<S>(pub(super) S);

impl<S: AsFd> Platform for Socket<S> {
    type Lock<T> = Mutex<T>;
    type Wake = Descriptors;

    fn receive(&self, bytes: &mut Vec<u8>) -> Result<usize, Stopped> {
        transport::receive(&self.0, bytes)
    }

    fn transmit(&self, bytes: &[u8]) -> Result<usize, Stopped> {
        transport::transmit(&self.0, bytes)
    }

    fn shutdown_write(&self) {
        transport::shutdown_write(&self.0);
    }

    fn time(&self, direction: Direction) -> Option<Duration> {
        transport::time(&self.0, direction)
    }

    fn wait(
        &self,
        interest: Interest,
        wake: &Descriptors,
        time: Option<Duration>,
    ) -> Result<(), Stopped> {
        transport::wait_or_wake(&self.0, interest, &wake.sleeper, time)?;
        wake.drain();
        Ok(())
    }
}
