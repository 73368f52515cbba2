//! How far an exploration is, and what a long one says of itself.

use std::time::Duration;
#[cfg(feature = "command")]
use std::time::Instant;

/// How far an exploration is.
#[derive(Clone, Copy, Debug)]
pub struct ExplorationProgress {
    /// Unique snapshots found.
    pub states: usize,
    /// Steps from the first snapshot so far.
    pub depth: usize,
    /// Since its beginning.
    pub elapsed: Duration,
}

/// A clock that runs from the moment at which it is made. Where the package is built without its
/// command, as for a browser, there may be no clock, and no time passes.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    #[cfg(feature = "command")]
    begun: Instant,
}

impl Stopwatch {
    /// A clock that runs from now on.
    pub fn started() -> Self {
        Self {
            #[cfg(feature = "command")]
            begun: Instant::now(),
        }
    }

    /// The time since it was made.
    pub fn elapsed(self) -> Duration {
        #[cfg(feature = "command")]
        let elapsed = self.begun.elapsed();
        #[cfg(not(feature = "command"))]
        let elapsed = Duration::ZERO;
        elapsed
    }
}

#[cfg(feature = "command")]
pub use self::bar::ExplorationBar;

/// What a long exploration says of itself, on standard error.
#[cfg(feature = "command")]
mod bar {
    use std::io::Write;
    use std::sync::{Mutex, PoisonError};
    use std::time::{Duration, Instant};

    use indicatif::{HumanCount, ProgressBar, ProgressStyle};

    use super::ExplorationProgress;

    /// How often a line is written where standard error is no terminal, as in CI.
    const BETWEEN_LINES: Duration = Duration::from_secs(30);

    /// A bar on standard error; where that is no terminal, now and then a line.
    pub struct ExplorationBar {
        bar: ProgressBar,
        /// When a line was written last, or the bar was made.
        told: Mutex<Instant>,
    }

    impl ExplorationBar {
        /// A bar for so many explorations.
        pub fn new(explorations: usize) -> Self {
            let bar = ProgressBar::new(u64::try_from(explorations).unwrap_or(u64::MAX));
            let template = "{spinner} {bar:24} {pos}/{len}  {wide_msg}";
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            Self { bar, told: Mutex::new(Instant::now()) }
        }

        /// An exploration goes on.
        pub fn show(&self, progress: &ExplorationProgress) {
            let states = u64::try_from(progress.states).unwrap_or(u64::MAX);
            let milliseconds = progress.elapsed.as_millis().max(1);
            let rate = u128::from(states) * 1000 / milliseconds;
            let rate = u64::try_from(rate).unwrap_or(u64::MAX);
            let (states, rate) = (HumanCount(states), HumanCount(rate));
            let words = format!("{states} states, {rate} states/s, depth {}", progress.depth);
            if self.bar.is_hidden() {
                self.tell(&words);
            }
            self.bar.set_message(words);
            self.bar.tick();
        }

        /// Writes a line, if the last one is long ago.
        fn tell(&self, words: &str) {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.elapsed() < BETWEEN_LINES {
                return;
            }
            *told = Instant::now();
            let (ended, all) = (self.bar.position(), self.bar.length().unwrap_or_default());
            // A line of progress that cannot be written is no reason to fail.
            let _ = writeln!(std::io::stderr(), "{ended} of {all} explorations; now {words}");
        }

        /// An exploration has ended.
        pub fn advance(&self) {
            self.bar.inc(1);
        }

        /// Does something while the bar is away.
        pub fn suspend<T>(&self, action: impl FnOnce() -> T) -> T {
            self.bar.suspend(action)
        }

        /// All have ended.
        pub fn clear(&self) {
            self.bar.finish_and_clear();
        }
    }
}
