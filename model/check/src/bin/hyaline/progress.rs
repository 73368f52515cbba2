//! What a long exploration says of itself, on standard error.

use std::sync::atomic::{AtomicUsize, Ordering};

pub(crate) use hyaline_protocol::progress::ExplorationBar as Bar;
use indicatif::ProgressBar;

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
