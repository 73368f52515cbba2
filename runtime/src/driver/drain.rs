//! How long a close waits for the peer's end, and how much it throws away meanwhile.

use std::time::{Duration, Instant};

use super::Now;

/// How long a close waits for the peer's end, unless told otherwise.
pub const CLOSE_TIME: Duration = Duration::from_secs(10);

/// How many bytes a close receives and throws away while it waits for the peer's end, unless told
/// otherwise.
pub const CLOSE_BYTES: usize = 16 << 20;

/// How long a close waits at most for the end of a peer to whom a fatal alert of ours has gone: a
/// stranger, perhaps, who never ends and would hold a thread.
///
/// The time is for the alert's sake: a socket that is closed while the peer still sends is reset,
/// and a reset destroys what is under way (`docs/hazards.md`). A second is several round trips
/// around the world, so that the alert arrives also if it has to be transmitted again.
pub const ALERT_TIME: Duration = Duration::from_secs(1);

/// How many bytes a close throws away at most after a fatal alert of ours.
///
/// A peer that means well stops when the alert arrives. What it can have sent until then is what
/// our system lets it: a receive buffer, which on Linux begins with 128 KiB and grows with what is
/// read.
pub const ALERT_BYTES: usize = 1 << 20;

/// What a close may use up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Budget {
    pub(crate) time: Duration,
    pub(crate) bytes: usize,
}

impl Default for Budget {
    fn default() -> Self {
        Self { time: CLOSE_TIME, bytes: CLOSE_BYTES }
    }
}

/// What the pending close may still use up.
pub(super) struct Drain {
    /// When it is over. None: never.
    until: Option<Instant>,
    bytes: usize,
    /// The budget was made smaller, because a fatal alert of ours has gone out.
    is_narrowed: bool,
}

impl Drain {
    pub(super) fn new(now: Now, budget: Budget) -> Self {
        let Budget { time, bytes } = budget;
        Self { until: now.clock.checked_add(time), bytes, is_narrowed: false }
    }

    /// Gives less to a peer to whom a fatal alert of ours has gone.
    pub(super) fn narrow(&mut self, now: Now) {
        if !self.is_narrowed {
            self.is_narrowed = true;
            let until = now.clock.checked_add(ALERT_TIME);
            self.until = [self.until, until].into_iter().flatten().min();
            self.bytes = self.bytes.min(ALERT_BYTES);
        }
    }

    /// So many bytes were received.
    pub(super) const fn use_up(&mut self, count: usize) {
        self.bytes = self.bytes.saturating_sub(count);
    }

    pub(super) const fn until(&self) -> Option<Instant> {
        self.until
    }

    pub(super) const fn is_used_up(&self) -> bool {
        self.bytes == 0
    }

    pub(super) fn is_over(&self, now: Now) -> bool {
        self.is_used_up() || self.until.is_some_and(|until| until <= now.clock)
    }
}
