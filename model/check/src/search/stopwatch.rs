//! How long an exploration takes.

use std::time::Duration;
#[cfg(feature = "command")]
use std::time::Instant;

/// A clock that runs from the moment at which it is made. Where the checker is built without its
/// command, there may be no clock, and no time passes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stopwatch {
    #[cfg(feature = "command")]
    begun: Instant,
}

impl Stopwatch {
    /// A clock that runs from now on.
    pub(super) fn started() -> Self {
        Self {
            #[cfg(feature = "command")]
            begun: Instant::now(),
        }
    }

    /// The time since it was made.
    pub(super) fn elapsed(self) -> Duration {
        #[cfg(feature = "command")]
        let elapsed = self.begun.elapsed();
        #[cfg(not(feature = "command"))]
        let elapsed = Duration::ZERO;
        elapsed
    }
}
