//! What a long exploration says of itself, on standard error.

use std::io::Write;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hyaline_check::search::explore::ExplorationProgress;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// How often a line is written where standard error is no terminal, as in CI.
const BETWEEN_LINES: Duration = Duration::from_secs(30);

/// A bar on standard error; where that is no terminal, now and then a line.
pub(crate) struct Bar {
    bar: ProgressBar,
    /// When a line was written last, or the bar was made.
    told: Mutex<Instant>,
}

impl Bar {
    /// A bar for so many explorations.
    pub(crate) fn new(explorations: usize) -> Self {
        let bar = ProgressBar::new(u64::try_from(explorations).unwrap_or(u64::MAX));
        let template = "{spinner} {bar:24} {pos}/{len}  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, told: Mutex::new(Instant::now()) }
    }

    /// An exploration goes on.
    pub(crate) fn show(&self, progress: &ExplorationProgress) {
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
    pub(crate) fn advance(&self) {
        self.bar.inc(1);
    }

    /// Does something while the bar is away.
    pub(crate) fn suspend<T>(&self, action: impl FnOnce() -> T) -> T {
        self.bar.suspend(action)
    }

    /// All have ended.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}

/// Does `work` for each of these, on so many threads, behind a bar that counts them.
pub(crate) fn for_all<T: Sync>(all: &[T], threads: u16, work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    let bar = ProgressBar::new(u64::try_from(all.len()).unwrap_or(u64::MAX));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(one);
                    bar.inc(1);
                }
            });
        }
    });
    bar.finish_and_clear();
}
