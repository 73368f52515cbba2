//! What two threads or tasks need that have a half each: locks, wakes, and a transport that both
//! may use.

use std::io;
use std::ops::DerefMut;
use std::sync::{Mutex, PoisonError};

/// A lock around one value. [`Mutex`] is one.
pub trait Lock<V> {
    /// The value, not locked.
    fn new(value: V) -> Self;

    /// Waits for the other caller, which never waits for anything else while it holds the lock.
    fn acquire(&self) -> impl DerefMut<Target = V>;

    /// The value, for its only owner.
    fn into_value(self) -> V;
}

impl<V> Lock<V> for Mutex<V> {
    fn new(value: V) -> Self {
        Self::new(value)
    }

    // A thread that panicked was not between two steps of the table: the value is whole.
    fn acquire(&self) -> impl DerefMut<Target = V> {
        self.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn into_value(self) -> V {
        self.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why a caller is woken. Whoever waits need not know: the next step finds out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// The call of the writing half is done, or waits for room no longer.
    Done,
    /// No read is pending, so that a pending write receives.
    ReaderIdle,
    /// The writing half has left something unsent.
    Unsent,
    /// The sending half has a letter for the receiving one.
    Letter,
}

/// What ends a caller's wait, besides the transport.
pub trait Wake {
    /// Ends the wait of the caller that this belongs to; or its next one, where it does not wait
    /// yet: a wake must not get lost.
    fn wake(&self, cause: Cause);
}

/// A [`Transport`](super::Transport) that two callers share, with their locks and wakes. No
/// transfer waits, and each method means what it means there.
pub trait SharedTransport {
    /// How the halves are locked, such as by a [`Mutex`].
    type Lock<V>: Lock<V>;
    /// How a caller is woken.
    type Wake: Wake;

    /// Receives into the spare capacity of `bytes`, which has some: how many bytes; 0 is a FIN.
    ///
    /// # Errors
    /// Those of the transport.
    fn receive(&self, bytes: &mut Vec<u8>) -> io::Result<usize>;

    /// Transmits a part of `bytes`: how many of them, and never none.
    ///
    /// # Errors
    /// Those of the transport.
    fn transmit(&self, bytes: &[u8]) -> io::Result<usize>;

    /// Ends our direction behind what was transmitted.
    fn shutdown_write(&self);
}
