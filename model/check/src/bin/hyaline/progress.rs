//! What a long exploration says of itself on a terminal.

use hyaline_check::search::explore::ExplorationProgress;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// A bar on standard error. Nothing is drawn where that is no terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// For so many explorations.
    pub(crate) fn new(explorations: usize) -> Self {
        let bar = ProgressBar::new(u64::try_from(explorations).unwrap_or(u64::MAX));
        let template = "{spinner} {bar:24} {pos}/{len}  {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// An exploration goes on.
    pub(crate) fn show(&self, progress: &ExplorationProgress) {
        let states = u64::try_from(progress.states).unwrap_or(u64::MAX);
        let milliseconds = progress.elapsed.as_millis().max(1);
        let rate = u128::from(states) * 1000 / milliseconds;
        let rate = u64::try_from(rate).unwrap_or(u64::MAX);
        let (states, rate) = (HumanCount(states), HumanCount(rate));
        self.bar.set_message(format!("{states} states, {rate} states/s, depth {}", progress.depth));
        self.bar.tick();
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
