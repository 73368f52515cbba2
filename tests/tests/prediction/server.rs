//! A server of some library, which does what it is told with one connection.
//!
//! Each line of the input is a command, each line of the output what came of one: `ok`, or what
//! went wrong. `handshake` accepts and shakes hands; `read` reads to the end, and says how many
//! bytes and then `end`, or what went wrong; `write` and `duplex` have a number behind them, of
//! bytes that are written, or read and written at the same time; `close` closes as programs of that
//! library do.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Duration;

use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::peers::files::{Files, file};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{Buffers, listener};

use crate::rustls_server;
use crate::threads::Threads;

/// The library of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Library {
    OpenSsl,
    Python,
    Node,
    GnuTls,
    Rustls,
    Java,
    Go,
}

impl Library {
    pub(crate) const ALL: [Self; 7] =
        [Self::OpenSsl, Self::Python, Self::Node, Self::GnuTls, Self::Rustls, Self::Java, Self::Go];

    /// Its name on the page, and that of its profile.
    pub(crate) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Self::OpenSsl => ("OpenSSL 3.5+", "openssl"),
            Self::Python => ("Python", "python"),
            // Node's TLS is OpenSSL's, so Node has OpenSSL's profile.
            Self::Node => ("Node", "openssl"),
            Self::GnuTls => ("GnuTLS", "gnutls"),
            Self::Rustls => ("rustls", "rustls"),
            Self::Java => ("Java", "java"),
            Self::Go => ("Go", "go"),
        }
    }
}

/// The directory of the packages that `.ci/run` installs beside what is built.
fn packages(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join(name);
    assert!(path.is_dir(), "{} is missing: `.ci/run` installs it", path.display());
    path
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/prediction/programs").join(name)
}

#[track_caller]
fn succeed(command: &mut Command) {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// The program in Go, built once.
fn built() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let go = packages("go").join("go");
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prediction-server-go");
        let mut command = Command::new(go.join("bin/go"));
        command.env("GOROOT", &go).env("GOCACHE", packages("go-cache"));
        command.env("GOTOOLCHAIN", "local");
        succeed(command.arg("build").arg("-o").arg(&program).arg(source("server.go")));
        program
    })
}

/// The program in Java, compiled once: where its classes are.
fn compiled() -> &'static Path {
    static CLASSES: OnceLock<PathBuf> = OnceLock::new();
    CLASSES.get_or_init(|| {
        let classes = Path::new(env!("CARGO_TARGET_TMPDIR")).join("prediction-server-java");
        succeed(Command::new("javac").arg("-d").arg(&classes).arg(source("Server.java")));
        classes
    })
}

/// Listens with these buffers, and becomes this program.
fn listening(buffers: Buffers, program: &[&Path]) -> Command {
    let mut command = Command::new("python3");
    command.arg(source("listen.py"));
    command.arg(buffers.receive.to_string()).arg(buffers.send.to_string()).args(program);
    command
}

fn python(buffers: Buffers, module: &str) -> Command {
    let (script, module) = (source("server.py"), Path::new(module));
    let mut command = listening(buffers, &[Path::new("python3"), &script, module]);
    command.env("PYTHONPATH", packages("pyopenssl"));
    command
}

fn command(library: Library, buffers: Buffers) -> Command {
    match library {
        Library::OpenSsl => python(buffers, "openssl"),
        Library::Python => python(buffers, "standard"),
        Library::GnuTls => python(buffers, "gnutls"),
        Library::Node => listening(buffers, &[Path::new("node"), &source("server.mjs")]),
        Library::Go => listening(buffers, &[built()]),
        Library::Java => {
            let mut command = Command::new("java");
            // So that its sockets are in the same table as the others.
            command.arg("-Djava.net.preferIPv4Stack=true");
            command.arg("-classpath").arg(compiled()).arg("Server");
            command.arg(buffers.receive.to_string()).arg(buffers.send.to_string());
            command
        }
        Library::Rustls => panic!("rustls is in this process"),
    }
}

/// How a server is to be.
pub(crate) struct Wish<'a> {
    pub(crate) buffers: Buffers,
    pub(crate) identity: &'a IssuedIdentity,
    /// Whose certificates it accepts; it requires one then.
    pub(crate) trust: Option<&'a Authority>,
}

/// What carries the commands out.
enum Worker {
    Process(Process),
    /// A thread, and what it has said.
    Thread(Sender<String>, Receiver<String>),
}

/// A server of some library.
pub(crate) struct Server {
    worker: Worker,
    pub(crate) port: u16,
    answered: usize,
}

impl Server {
    #[track_caller]
    pub(crate) fn start(library: Library, wish: &Wish<'_>) -> Self {
        if library == Library::Rustls {
            let listener = listener(wish.buffers);
            let port = listener.local_addr().unwrap().port();
            let config = rustls_server::config(wish);
            let (tell, told) = channel();
            let (answer, answers) = channel();
            let work = move || rustls_server::work(&listener, config, &told, &answer);
            thread::Builder::new().name(format!("server {port}")).spawn(work).unwrap();
            return Self { worker: Worker::Thread(tell, answers), port, answered: 0 };
        }
        let files = Files::new(wish.identity);
        let mut command = command(library, wish.buffers);
        command.arg(files.certificate).arg(files.key);
        command.arg(wish.trust.map_or_else(|| "-".into(), |authority| file(authority.pem())));
        let worker = Worker::Process(Process::start(&mut command));
        let mut server = Self { worker, port: 0, answered: 0 };
        let line = server.answer();
        server.port = line.parse().unwrap_or_else(|_| panic!("{library:?}: {line:?} is no port"));
        server
    }

    /// Its threads.
    pub(crate) fn threads(&self) -> Threads {
        match &self.worker {
            Worker::Process(process) => Threads::of(process.id()),
            Worker::Thread(..) => Threads::named(&format!("server {}", self.port)),
        }
    }

    /// Begins a command.
    pub(crate) fn begin(&mut self, command: &str) {
        match &mut self.worker {
            Worker::Process(process) => process.write(format!("{command}\n").as_bytes()),
            Worker::Thread(tell, _) => tell.send(command.to_owned()).unwrap(),
        }
    }

    /// What came of the oldest command that has no answer; nothing when it has none for so long.
    #[track_caller]
    pub(crate) fn answer_within(&mut self, time: Duration) -> Option<String> {
        let answered = self.answered;
        let line = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            text.split_inclusive('\n').nth(answered)?.strip_suffix('\n').map(str::to_owned)
        };
        let answer = match &self.worker {
            Worker::Process(process) => {
                let told = process.output.wait_for_so_long(time, |bytes| line(bytes).is_some());
                let told = told.ok()?;
                line(&told).unwrap_or_else(|| panic!("it has ended: {}", process.errors.text()))
            }
            Worker::Thread(_, answers) => answers.recv_timeout(time).ok()?,
        };
        self.answered += 1;
        Some(answer)
    }

    /// As [`answer_within`](Self::answer_within), where there has to be an answer.
    #[track_caller]
    pub(crate) fn answer(&mut self) -> String {
        self.answer_within(hyaline_tests::sockets::PATIENCE).unwrap_or_else(|| panic!("no answer"))
    }

    /// Has a command done: what came of it.
    #[track_caller]
    pub(crate) fn tell(&mut self, command: &str) -> String {
        self.begin(command);
        self.answer()
    }
}
