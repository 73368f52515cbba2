//! Programs of other languages, each one end of many connections.
//!
//! A server prints its port first. Each line of the input is work on one connection, which a server
//! accepts and a client makes: `echo` sends back what comes, `late` sends it back behind the peer's
//! end, and both end cleanly then; `cut` receives something and closes the socket, without
//! close_notify. Each is answered by a line: `ok`, `ok certificate` when the other end has shown
//! one, or what went wrong. The last argument, where there is one, is the only group.

use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, OnceLock};

use hyaline::blocking::Stream;
use hyaline::{ClientConfig, NamedGroup, ServerConfig};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};
use hyaline_tests::interop::{As, Implementation};
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::{Files, file};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{patient, wait};
use hyaline_tests::traces::Traces;
use rustls_pki_types::ServerName;

/// The directory of the packages that `.ci/run` installs beside what is built.
fn packages(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join(name);
    assert!(path.is_dir(), "{} is missing: `.ci/run` installs it", path.display());
    path
}

fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop_peers/programs").join(name)
}

/// A program in Go, built once, by its file and the place that keeps where it is.
pub(crate) fn built(name: &str, place: &'static OnceLock<PathBuf>) -> &'static Path {
    place.get_or_init(|| {
        let go = packages("go").join("go");
        let program = format!("interop-{}", name.replace('.', "-"));
        let program = Path::new(env!("CARGO_TARGET_TMPDIR")).join(program);
        let mut command = Command::new(go.join("bin/go"));
        command.env("GOROOT", &go).env("GOCACHE", packages("go-cache"));
        command.env("GOTOOLCHAIN", "local");
        command.arg("build").arg("-o").arg(&program).arg(source(name));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        program
    })
}

fn command(who: Implementation) -> Command {
    static GO: OnceLock<PathBuf> = OnceLock::new();
    let script = |interpreter: &str, name: &str| {
        let mut command = Command::new(interpreter);
        command.arg(source(name));
        command
    };
    match who {
        Implementation::Python => script("python3", "peer.py"),
        Implementation::RecentOpenSsl => {
            let mut command = script("python3", "openssl.py");
            command.env("PYTHONPATH", packages("pyopenssl"));
            command
        }
        Implementation::Node => script("node", "peer.mjs"),
        Implementation::Java => script("java", "Peer.java"),
        Implementation::Go => Command::new(built("peer.go", &GO)),
        other => panic!("{other:?} is no program of a language"),
    }
}

/// How our end is to be.
#[derive(Default)]
pub(crate) struct Wish<'a> {
    pub(crate) groups: &'a [NamedGroup],
    pub(crate) alpn: &'a [&'a str],
    /// Whether the client shows a certificate.
    pub(crate) certificate: bool,
}

/// Our end, for either role.
pub(crate) struct Ours {
    client: ClientConfig,
    server: ServerConfig,
    /// The rows that its connections take.
    pub(crate) log: Arc<Traces>,
}

impl Ours {
    /// Whether a HelloRetryRequest was sent or received.
    pub(crate) fn is_retried(&self) -> bool {
        is_retried(&self.log)
    }
}

/// Whether one of these connections has sent or received a HelloRetryRequest.
pub(crate) fn is_retried(log: &Traces) -> bool {
    let text = log.text();
    ["HelloRetryRequest", "ShareMissing"].iter().any(|event| text.contains(event))
}

/// A program that answers each line of its input by one.
pub(crate) struct Answering {
    process: Process,
    answered: usize,
}

impl Answering {
    /// Starts it.
    #[track_caller]
    pub(crate) fn start(command: &mut Command) -> Self {
        Self { process: Process::start(command), answered: 0 }
    }

    /// Tells it a line.
    #[track_caller]
    pub(crate) fn tell(&mut self, line: &str) {
        self.process.write(format!("{line}\n").as_bytes());
    }

    /// Its next line.
    #[track_caller]
    pub(crate) fn answer(&mut self) -> String {
        let answered = self.answered;
        let line = |bytes: &[u8]| {
            let text = String::from_utf8_lossy(bytes);
            text.split_inclusive('\n').nth(answered)?.strip_suffix('\n').map(str::to_owned)
        };
        let told = self.process.output.wait_until(|bytes| line(bytes).is_some());
        self.answered += 1;
        line(&told).unwrap_or_else(|| panic!("it has ended: {}", self.process.errors.text()))
    }

    /// Its next line, which is the port on which it listens.
    #[track_caller]
    pub(crate) fn port(&mut self) -> u16 {
        let line = self.answer();
        line.parse().unwrap_or_else(|_| panic!("{line:?} is no port"))
    }
}

/// How the other end is reached.
enum Door {
    /// The other end listens on this port.
    Port(u16),
    /// The other end connects to this listener.
    Listener(TcpListener),
}

/// A program of another language, as one end.
pub(crate) struct Peer {
    pub(crate) who: Implementation,
    pub(crate) end: As,
    program: Answering,
    door: Door,
    authority: Authority,
    identity: IssuedIdentity,
}

impl Peer {
    /// Starts it.
    #[track_caller]
    pub(crate) fn start(who: Implementation, end: As, group: Option<&str>) -> Self {
        let authority = Authority::new();
        let [server, client] = [authority.server(KeyKind::P256), authority.client(KeyKind::P256)];
        let (theirs, identity) = match end {
            As::Server => (server, client),
            As::Client => (client, server),
        };
        let mut command = command(who);
        let listener = (end == As::Client).then(|| TcpListener::bind("127.0.0.1:0").unwrap());
        match &listener {
            None => command.arg("server"),
            Some(listener) => {
                let port = listener.local_addr().unwrap().port();
                command.args(["client", &port.to_string()])
            }
        };
        let files = Files::new(&theirs);
        command.arg(file(authority.pem())).arg(files.certificate).arg(files.key).args(group);
        let mut program = Answering::start(&mut command);
        let door = match listener {
            Some(listener) => Door::Listener(listener),
            None => Door::Port(program.port()),
        };
        Self { who, end, program, door, authority, identity }
    }

    /// Our end, as it is to be.
    pub(crate) fn ours(&self, wish: &Wish<'_>) -> Ours {
        let (groups, alpn) = (wish.groups, wish.alpn);
        let log = Traces::new();
        let identity = (wish.certificate && self.end == As::Server).then(|| self.identity.clone());
        let client = Client { identity, groups, alpn, ..Client::new(&self.authority) };
        let asks = wish.certificate.then_some((&self.authority, true));
        let server = Server { asks, groups, alpn, ..Server::new(self.identity.clone()) };
        let client = client.config().with_row_log(log.clone());
        let server = server.config().with_row_log(log.clone());
        Ours { client, server, log }
    }

    /// Has it work on one connection, which this is: its handshake is complete.
    #[track_caller]
    pub(crate) fn meet(&mut self, work: &str, ours: &Ours) -> Stream {
        self.program.tell(work);
        let stream = match &self.door {
            Door::Port(port) => {
                let socket = TcpStream::connect(("127.0.0.1", *port)).unwrap();
                let name = ServerName::try_from("localhost").unwrap();
                Stream::client(ours.client.clone(), name, socket)
            }
            Door::Listener(listener) => {
                wait(listener, true, false).unwrap();
                Stream::server(ours.server.clone(), listener.accept().unwrap().0)
            }
        };
        let mut stream = patient(stream.unwrap());
        stream.handshake().unwrap();
        stream
    }

    /// Checks that the peer complains of nothing, and returns its next line.
    #[track_caller]
    pub(crate) fn is_content(&mut self) -> String {
        let answer = self.program.answer();
        assert!(answer.starts_with("ok"), "{answer}");
        answer
    }
}
