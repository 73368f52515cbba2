//! OpenSSL through Python's `ssl`, as either end: a process that does what it is told.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::Buffers;

/// The path of a new file of this run.
pub(crate) fn new_path() -> PathBuf {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let name = format!("hazards-{}-{number}", std::process::id());
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}

/// A new file with this content.
pub(crate) fn file(content: impl AsRef<[u8]>) -> PathBuf {
    let path = new_path();
    fs::write(&path, content).unwrap();
    path
}

/// A file of this test's directory.
pub(crate) fn program(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hazards_on_sockets").join(name)
}

/// How a peer is to be.
#[derive(Default)]
pub(crate) struct Wish<'a> {
    pub(crate) buffers: Option<Buffers>,
    pub(crate) identity: Option<&'a IssuedIdentity>,
    /// Whose certificates it accepts; a server that has this requires one.
    pub(crate) trust: Option<&'a Authority>,
    /// How many tickets a server sends; OpenSSL's own default without this.
    pub(crate) tickets: Option<usize>,
}

/// A process that takes commands, a line each, and answers each with a line.
pub(crate) struct Peer {
    process: Process,
    /// Where a server listens, and what a client has connected to.
    pub(crate) port: u16,
    answered: usize,
}

impl Peer {
    /// An OpenSSL server, which has yet to be told to accept.
    pub(crate) fn server(wish: &Wish<'_>) -> Self {
        Self::start(openssl("server", wish))
    }

    /// An OpenSSL client, which has connected.
    pub(crate) fn client(port: u16, wish: &Wish<'_>) -> Self {
        let mut command = openssl("client", wish);
        command.arg("--port").arg(port.to_string());
        Self::start(command)
    }

    /// A process whose first line is a port.
    #[track_caller]
    pub(crate) fn start(mut command: Command) -> Self {
        let mut peer = Self { process: Process::start(&mut command), port: 0, answered: 0 };
        let answer = peer.answer();
        peer.port = answer.parse().unwrap_or_else(|_| panic!("{answer:?} is no port"));
        peer
    }

    /// Begins a command.
    #[track_caller]
    pub(crate) fn begin(&mut self, command: &str) {
        self.process.write(format!("{command}\n").as_bytes());
    }

    /// Waits for the answer to the oldest command that has none.
    #[track_caller]
    pub(crate) fn answer(&mut self) -> String {
        let (answered, errors) = (self.answered, &self.process.errors);
        let text = self.process.output.wait_until(|bytes| line(bytes, answered).is_some());
        let answer = line(&text, answered)
            .unwrap_or_else(|| panic!("the peer has ended: {}", errors.text()));
        self.answered += 1;
        answer
    }

    /// Has a command done: its answer.
    #[track_caller]
    pub(crate) fn tell(&mut self, command: &str) -> String {
        self.begin(command);
        self.answer()
    }

    /// Whether no answer comes for so long.
    pub(crate) fn is_silent(&self, time: Duration) -> bool {
        let is_answered = |bytes: &[u8]| line(bytes, self.answered).is_some();
        self.process.output.wait_for_so_long(time, is_answered).is_err()
    }

    /// The number of the process.
    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }
}

/// The line with this index, if it is complete.
fn line(bytes: &[u8], index: usize) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    text.split_inclusive('\n').nth(index)?.strip_suffix('\n').map(str::to_owned)
}

fn openssl(role: &str, wish: &Wish<'_>) -> Command {
    let mut command = Command::new("python3");
    command.arg(program("peer.py")).arg(role);
    if let Some(buffers) = wish.buffers {
        command.arg("--receive-buffer").arg(buffers.receive.to_string());
        command.arg("--send-buffer").arg(buffers.send.to_string());
    }
    if let Some(identity) = wish.identity {
        command.arg("--certificate").arg(file(&identity.certificate_pem));
        command.arg("--key").arg(file(&identity.key_pem));
    }
    if let Some(authority) = wish.trust {
        command.arg("--trust").arg(file(authority.pem()));
    }
    if let Some(tickets) = wish.tickets {
        command.arg("--tickets").arg(tickets.to_string());
    }
    command
}
