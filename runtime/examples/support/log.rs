//! Lines for somebody to read, whom no connection waits for.
//!
//! A thread of its own writes them. Where nobody reads, lines are lost and counted; where the
//! output is closed, they are gone. Neither ends the program nor holds up who logs.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

/// How many lines may wait to be written.
const WAITING_LINES: usize = 1024;

/// How long the end of the program waits for the lines that are left.
const FLUSH_TIME: Duration = Duration::from_secs(1);

/// One output, for any number of threads.
#[derive(Clone)]
pub(crate) struct Log {
    entries: SyncSender<Entry>,
    lost: Arc<AtomicU64>,
}

enum Entry {
    Line(String),
    /// Everything before it is to be written, and this told.
    Flush(SyncSender<()>),
}

impl Log {
    /// Writes to this output from now on.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub(crate) fn new(output: impl Write + Send + 'static) -> io::Result<Self> {
        let (entries, written) = sync_channel(WAITING_LINES);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        thread::Builder::new().spawn(move || write(output, &written, &counted))?;
        Ok(Self { entries, lost })
    }

    /// Has a line written, if there is room for one more.
    pub(crate) fn line(&self, mut line: String) {
        line.push('\n');
        if self.entries.try_send(Entry::Line(line)).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Waits until the lines so far are written, but not for long.
    pub(crate) fn flush(&self) {
        let (done, is_done) = sync_channel(1);
        if self.entries.try_send(Entry::Flush(done)).is_ok() {
            // One that takes longer has no reader.
            let _ = is_done.recv_timeout(FLUSH_TIME);
        }
    }
}

/// The thread. Nobody is there to be told of an output that fails.
fn write(mut output: impl Write, entries: &Receiver<Entry>, lost: &AtomicU64) {
    for entry in entries {
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let _ = output.write_all(format!("{lost} lines were lost: nobody read\n").as_bytes());
        }
        match entry {
            Entry::Line(line) => {
                let _ = output.write_all(line.as_bytes());
                let _ = output.flush();
            }
            Entry::Flush(done) => {
                let _ = done.send(());
            }
        }
    }
}
