//! A way to let somebody read the traffic: for debugging only.

use core::fmt;
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use zeroize::Zeroizing;

/// Receives the secrets of every connection, so that a tool like Wireshark can decrypt a capture.
///
/// Whoever gets them can read and forge the whole connection. No environment variable turns this
/// on: only the program can.
///
/// The labels are those of the `SSLKEYLOGFILE` format (RFC 9850), such as
/// `CLIENT_HANDSHAKE_TRAFFIC_SECRET`. A line of such a file is the label, `client_random` in
/// hexadecimal and `secret` in hexadecimal, with a space between them.
///
/// [`KeyLogFile`] writes such a file.
pub trait KeyLog: Send + Sync {
    /// Takes one secret. `client_random` tells the connections apart.
    fn log(&self, label: &str, client_random: &[u8; 32], secret: &[u8]);
}

/// Appends the secrets of connections to a file in the `SSLKEYLOGFILE` format (RFC 9850), which
/// Wireshark and others read.
///
/// The library reads no environment. A program that wants to go by the variable of that name says
/// so, and everybody who can set its environment can then read its traffic:
///
/// ```
/// use std::sync::Arc;
///
/// use hyaline::{ClientConfig, KeyLogFile, RootCertStore};
///
/// # fn main() -> std::io::Result<()> {
/// let mut config = ClientConfig::builder()
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth();
/// if let Some(path) = std::env::var_os("SSLKEYLOGFILE") {
///     config = config.with_key_log(Arc::new(KeyLogFile::open(path)?));
/// }
/// # drop(config);
/// # Ok(())
/// # }
/// ```
pub struct KeyLogFile {
    file: Mutex<File>,
}

impl KeyLogFile {
    /// Opens the file, or makes one that only its owner may read (on Unix).
    ///
    /// # Errors
    ///
    /// Those of the file system.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        Ok(Self { file: Mutex::new(options.open(path)?) })
    }
}

impl KeyLog for KeyLogFile {
    /// A line that cannot be written is lost: no connection fails for it.
    fn log(&self, label: &str, client_random: &[u8; 32], secret: &[u8]) {
        let mut line = Zeroizing::new(String::with_capacity(256));
        line.push_str(label);
        for bytes in [&client_random[..], secret] {
            line.push(' ');
            for byte in bytes {
                // Writing to a text does not fail.
                let _ = write!(line, "{byte:02x}");
            }
        }
        line.push('\n');
        // One write per line, so that lines of several connections do not mix.
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = file.write_all(line.as_bytes());
    }
}

impl fmt::Debug for KeyLogFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("KeyLogFile").finish_non_exhaustive()
    }
}
