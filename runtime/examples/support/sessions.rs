//! Sessions in a file, so that a later run resumes what an earlier one has begun.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use hyaline::{ClientSession, ClientSessions};
use rustls_pki_types::ServerName;
use zeroize::Zeroizing;

/// How many sessions the file holds.
const MOST: usize = 64;

/// One session a line, the newest last: the server's name, and the session in hexadecimal digits.
///
/// The file is as secret as a private key: who reads it can take this client's place. It is made
/// for its owner alone.
#[derive(Debug)]
pub(crate) struct SessionFile {
    path: PathBuf,
    /// One connection changes the file at a time.
    changing: Mutex<()>,
}

impl SessionFile {
    /// The file is made when there is something to keep.
    ///
    /// # Errors
    /// There is one, and it cannot be read.
    pub(crate) fn open(path: PathBuf) -> io::Result<Self> {
        let sessions = Self { path, changing: Mutex::new(()) };
        sessions.lines().map(|_| sessions)
    }

    fn lines(&self) -> io::Result<Vec<Zeroizing<String>>> {
        let mut text = Zeroizing::new(String::new());
        match File::open(&self.path) {
            Ok(mut file) => file.read_to_string(&mut text)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => 0,
            Err(error) => return Err(error),
        };
        Ok(text.lines().map(|line| Zeroizing::new(line.to_owned())).collect())
    }

    fn change(&self, change: impl FnOnce(&mut Vec<Zeroizing<String>>)) -> io::Result<()> {
        let _changing = self.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut lines = self.lines()?;
        let before = lines.len();
        change(&mut lines);
        if lines.is_empty() && before == 0 {
            return Ok(());
        }
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&self.path)?;
        lines.iter().try_for_each(|line| writeln!(file, "{}", line.as_str()))
    }

    /// What cannot be kept is said, and the connection goes on.
    fn say(&self, outcome: io::Result<()>) {
        if let Err(error) = outcome {
            let _ = writeln!(io::stderr(), "client: {}: {error}", self.path.display());
        }
    }
}

impl ClientSessions for SessionFile {
    fn keep(&self, server: &ServerName<'_>, session: ClientSession) {
        let bytes = session.to_bytes();
        let mut line = Zeroizing::new(format!("{} ", server.to_str()));
        for byte in bytes.as_bytes() {
            *line += &format!("{byte:02x}");
        }
        self.say(self.change(|lines| {
            lines.push(line);
            let surplus = lines.len().saturating_sub(MOST);
            lines.drain(..surplus);
        }));
    }

    fn take(&self, server: &ServerName<'_>) -> Option<ClientSession> {
        let front = format!("{} ", server.to_str());
        let mut taken = None;
        self.say(self.change(|lines| {
            let newest = lines.iter().rposition(|line| line.starts_with(&front));
            taken = newest.map(|place| lines.remove(place));
        }));
        let line = taken?;
        let bytes = Zeroizing::new(from_hexadecimal(line.strip_prefix(&front)?)?);
        ClientSession::from_bytes(&bytes)
    }
}

fn from_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let (pairs, []) = digits.as_ref()?.as_chunks::<2>() else { return None };
    Some(pairs.iter().map(|[high, low]| high << 4 | low).collect())
}
