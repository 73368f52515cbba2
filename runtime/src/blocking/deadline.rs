//! When a call ends at the latest.

use std::io;
use std::time::{Duration, Instant};

use super::system::OUT_OF_TIME;
use crate::Error;

/// Which of the socket's two times bounds a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// `SO_RCVTIMEO`, for calls that wait for the peer.
    Receive,
    /// `SO_SNDTIMEO`, for calls that wait for room.
    Send,
}

/// What the program has set for the waits of the calls of one direction.
#[derive(Clone, Copy, Default)]
pub(super) struct Patience {
    /// How long one may take; without this, as long as the socket says.
    pub(super) time: Option<Duration>,
    /// A signal ends its wait.
    pub(super) is_interruptible: bool,
}

/// An absolute time at which a call ends.
#[derive(Clone, Copy)]
pub(super) struct Deadline {
    until: Until,
    is_interruptible: bool,
}

#[derive(Clone, Copy)]
enum Until {
    Never,
    /// The time was given to the stream.
    Given(Instant),
    /// The stream was given no time, and the socket has not been asked for its own.
    Unasked(Direction),
    /// The time is the socket's own.
    Socket(Instant),
    /// A signal came at this time.
    Interrupted(Instant),
}

impl Deadline {
    /// So long from now; never, without a time.
    pub(super) fn after(time: Option<Duration>) -> Self {
        let instant = time.and_then(|time| Instant::now().checked_add(time));
        let until = instant.map_or(Until::Never, Until::Given);
        Self { until, is_interruptible: false }
    }

    /// The deadline of a call: so long from now, or without a time what the socket says when the
    /// call has to wait. A call that need not wait asks nothing.
    pub(super) fn of_call(allowed: Patience, direction: Direction) -> Self {
        let Patience { time, is_interruptible } = allowed;
        let Self { until, .. } = Self::after(time);
        let until = if time.is_some() { until } else { Until::Unasked(direction) };
        Self { until, is_interruptible }
    }

    /// A signal has interrupted a wait of the call. It ends the call, if the program allows that.
    pub(super) fn interrupt(&mut self) {
        if self.is_interruptible {
            self.until = Until::Interrupted(Instant::now());
        }
    }

    /// Asks the socket for its own time, where the stream was given none. It counts from now, as
    /// TCP's does from the moment at which a call begins to wait.
    pub(super) fn ask(&mut self, time_of: impl FnOnce(Direction) -> Option<Duration>) {
        if let Until::Unasked(direction) = self.until {
            let instant = time_of(direction).and_then(|time| Instant::now().checked_add(time));
            self.until = instant.map_or(Until::Never, Until::Socket);
        }
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

    /// What a call with this deadline returns. Where the socket's own time has run out it is of the
    /// kind that it has over TCP, because loops that were written for TCP expect that.
    pub(super) fn tell<T>(self, result: Result<T, Error>) -> io::Result<T> {
        match (self.reason(result), self.until) {
            (Err(Error::Timeout), Until::Unasked(_) | Until::Socket(_)) => {
                Err(io::Error::new(OUT_OF_TIME, Error::Timeout))
            }
            (result, _) => Ok(result?),
        }
    }

    /// What ended a call that has this deadline: its time, or a signal.
    pub(super) fn reason<T>(self, result: Result<T, Error>) -> Result<T, Error> {
        match (result, self.until) {
            (Err(Error::Timeout), Until::Interrupted(_)) => Err(Error::Interrupted),
            (result, _) => result,
        }
    }

    fn instant(self) -> Option<Instant> {
        match self.until {
            Until::Given(instant) | Until::Socket(instant) | Until::Interrupted(instant) => {
                Some(instant)
            }
            Until::Never | Until::Unasked(_) => None,
        }
    }
}
