//! When a call ends at the latest.

use std::time::{Duration, Instant};

/// An absolute time at which a call ends.
#[derive(Clone, Copy)]
pub(super) struct Deadline(Option<Instant>);

impl Deadline {
    /// So long from now; never, without a time.
    pub(super) fn after(time: Option<Duration>) -> Self {
        Self(time.and_then(|time| Instant::now().checked_add(time)))
    }

    /// This, or so long from now if that is earlier.
    pub(super) fn or_after(self, time: Duration) -> Self {
        let other = Self::after(Some(time));
        Self(self.0.into_iter().chain(other.0).min())
    }

    /// How long a call may still take; nothing if that has no limit.
    pub(super) fn left(self) -> Option<Duration> {
        self.0.map(|until| until.saturating_duration_since(Instant::now()))
    }
}
