//! A way to see which rows of the table a connection takes: for whoever looks for a hang.

use core::fmt;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use crate::connection::RowLine;

/// Receives a line for each row of the table that a connection takes.
///
/// The lines of a connection are a trace: `hyaline validate` says whether it is a behaviour of the
/// model, and where each end stands when it ends. There is no secret in it and no application
/// data, but it shows when a connection did what.
///
/// A line is an object of JSON, which `to_string` gives. [`RowLogFile`] writes such lines to a
/// file.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use hyaline::{ClientConfig, RootCertStore, RowLine, RowLog};
///
/// #[derive(Default)]
/// struct Kept(Mutex<Vec<String>>);
///
/// impl RowLog for Kept {
///     fn log(&self, line: &RowLine<'_>) {
///         if let Ok(mut lines) = self.0.lock() {
///             lines.push(line.to_string());
///         }
///     }
/// }
///
/// let kept = Arc::new(Kept::default());
/// let config = ClientConfig::builder()
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth()
///     .with_row_log(kept.clone());
/// # drop(config);
/// ```
pub trait RowLog: Send + Sync {
    /// Takes one line. The connection waits as long as this takes, which is to be short.
    ///
    /// Where the halves of a connection have two owners, their lines may come at once, and not in
    /// their order. The number of each says where it belongs.
    fn log(&self, line: &RowLine<'_>);
}

/// Appends the rows of connections to a file, a line of JSON for each.
///
/// A file is for one process: connections are told apart by a number that begins anew in each. No
/// connection waits for a reader, and none fails where the file cannot be written: what is lost is
/// [counted](Self::lost), and the next line that can be written says how much it was.
///
/// ```
/// use std::sync::Arc;
///
/// use hyaline::{ClientConfig, RootCertStore, RowLogFile};
///
/// # fn main() -> std::io::Result<()> {
/// # let path = std::env::temp_dir().join(format!("hyaline-rows-{}", std::process::id()));
/// let log = Arc::new(RowLogFile::open(&path)?);
/// let config = ClientConfig::builder()
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth()
///     .with_row_log(log.clone());
/// # drop(config);
/// assert_eq!(log.lost(), 0);
/// # std::fs::remove_file(path)
/// # }
/// ```
pub struct RowLogFile {
    state: Mutex<Appended>,
}

struct Appended {
    file: File,
    /// How many lines could not be written.
    lost: u64,
    /// How many of them no line of the file tells of yet.
    untold: u64,
}

impl RowLogFile {
    /// Opens the file, or makes one that only its owner may read (on Unix).
    ///
    /// # Errors
    ///
    /// Those of the file system; on Unix also a pipe that nobody reads.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            use std::os::unix::fs::OpenOptionsExt;

            // A pipe that is full loses lines: no connection waits for whoever reads it.
            let no_wait = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
            options.mode(0o600).custom_flags(no_wait);
        }
        let state = Appended { file: options.open(path)?, lost: 0, untold: 0 };
        Ok(Self { state: Mutex::new(state) })
    }

    /// How many lines could not be written.
    #[must_use]
    pub fn lost(&self) -> u64 {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).lost
    }
}

impl RowLog for RowLogFile {
    /// A line that cannot be written is lost: no connection fails for it.
    fn log(&self, line: &RowLine<'_>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match state.untold {
            0 => format!("{line}\n"),
            // The file may end in a part of a line that was lost, so a new line begins first.
            lost => format!("\n{{\"lost\":{lost}}}\n{line}\n"),
        };
        // One write per line, so that lines of several connections do not mix.
        match state.file.write_all(text.as_bytes()) {
            Ok(()) => state.untold = 0,
            Err(_) => {
                state.untold = state.untold.saturating_add(1);
                state.lost = state.lost.saturating_add(1);
            }
        }
    }
}

impl fmt::Debug for RowLogFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("RowLogFile").finish_non_exhaustive()
    }
}
