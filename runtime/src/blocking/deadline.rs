//! When a call ends at the latest.

use std::io;
use std::time::{Duration, Instant};

use crate::Error;

/// Which of the socket's two times bounds a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// `SO_RCVTIMEO`, for calls that wait for the peer.
    Receive,
    /// `SO_SNDTIMEO`, for calls that wait for room.
    Send,
}

/// An absolute time at which a call ends.
#[derive(Clone, Copy)]
pub(super) struct Deadline(Until);

#[derive(Clone, Copy)]
enum Until {
    Never,
    /// The time was given to the stream.
    Given(Instant),
    /// The stream was given no time, and the socket has not been asked for its own.
    Unasked(Direction),
    /// The time is the socket's own.
    Socket(Instant),
}

impl Deadline {
    /// So long from now; never, without a time.
    pub(super) fn after(time: Option<Duration>) -> Self {
        let instant = time.and_then(|time| Instant::now().checked_add(time));
        Self(instant.map_or(Until::Never, Until::Given))
    }

    /// The deadline of a call: so long from now, or without a time what the socket says when the
    /// call has to wait. A call that need not wait asks nothing.
    pub(super) fn of_call(given: Option<Duration>, direction: Direction) -> Self {
        if given.is_some() { Self::after(given) } else { Self(Until::Unasked(direction)) }
    }

    /// Asks the socket for its own time, where that counts. It counts from now, as TCP's does from
    /// the moment at which a call begins to wait.
    pub(super) fn ask(&mut self, time_of: impl FnOnce(Direction) -> Option<Duration>) {
        if let Until::Unasked(direction) = self.0 {
            let instant = time_of(direction).and_then(|time| Instant::now().checked_add(time));
            self.0 = instant.map_or(Until::Never, Until::Socket);
        }
    }

    /// This, or so long from now if that is earlier.
    pub(super) fn or_after(self, time: Duration) -> Self {
        self.or(Self::after(Some(time)))
    }

    /// The earlier one of two, both asked.
    pub(super) fn or(self, other: Self) -> Self {
        match (self.instant(), other.instant()) {
            (Some(own), Some(others)) if others < own => other,
            (None, Some(_)) => other,
            _ => self,
        }
    }

    /// How long a call that has to wait may still take; nothing if that has no limit.
    pub(super) fn left(
        &mut self,
        time_of: impl FnOnce(Direction) -> Option<Duration>,
    ) -> Option<Duration> {
        self.ask(time_of);
        self.instant().map(|until| until.saturating_duration_since(Instant::now()))
    }

    /// Whether it has passed.
    pub(super) fn is_over(self) -> bool {
        self.instant().is_some_and(|until| until <= Instant::now())
    }

    /// What a call says that has this deadline. Of the socket's own time TCP says `WouldBlock`, and
    /// so does a program's loop that was written for it expect.
    pub(super) fn tell<T>(self, result: Result<T, Error>) -> io::Result<T> {
        match (result, self.0) {
            (Err(Error::Timeout), Until::Unasked(_) | Until::Socket(_)) => {
                Err(io::Error::new(io::ErrorKind::WouldBlock, Error::Timeout))
            }
            (result, _) => Ok(result?),
        }
    }

    fn instant(self) -> Option<Instant> {
        match self.0 {
            Until::Given(instant) | Until::Socket(instant) => Some(instant),
            Until::Never | Until::Unasked(_) => None,
        }
    }
}
