//! What the front doors for async runtimes share: all but the traits of a runtime, which say how a
//! transport is polled.
//!
//! A runtime brings an [`AsyncIo`]. [`transport::PolledTransport`] makes of it what the
//! [driver](crate::driver) waits for, [`stream::TaskStream`] has the calls, and the macro
//! `front_door` makes the public types, which are the same for every runtime, with those of
//! `handshake_front_door` and `lazy_front_door`.

mod front_door;
pub(crate) mod handshake;
mod handshake_front_door;
mod lazy_front_door;
pub(crate) mod stream;
pub(crate) mod transport;

use std::future::Future;
use std::io;
use std::task::{Context, Poll};
use std::time::Instant;

pub(crate) use self::front_door::front_door;
pub(crate) use self::handshake_front_door::handshake_front_door;
pub(crate) use self::lazy_front_door::lazy_front_door;

/// A transport that is polled, and the clock of its runtime. A poll that is pending has the task of
/// its context woken later. The last task that has polled for receiving is woken, and the last one
/// that has polled for anything else.
pub(crate) trait AsyncIo: Unpin {
    /// Ready at its time.
    type Timer: Future + Unpin;

    /// Receives into the spare capacity of `bytes`, which has some: how many bytes; 0 is the end.
    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        bytes: &mut Vec<u8>,
    ) -> Poll<io::Result<usize>>;

    /// Takes a part of `bytes`, which are not empty.
    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>>;

    /// Passes on what was taken.
    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// Passes on what was taken, and then ends our direction.
    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>>;

    /// The time.
    fn time() -> Instant;

    /// A timer for this time.
    fn timer(until: Instant) -> Self::Timer;
}
