//! Our two ends, each in two ways: through the library, and through the examples. A test that goes
//! both ways says the same of both.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyaline::blocking::Stream;
use hyaline::{CipherSuite, ClientConfig, Error, NamedGroup, ServerConfig};
use hyaline_tests::certificates::{Authority, Identity};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{echo, patient, wait};
use rustls_pki_types::ServerName;

/// How a test reaches our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Library,
    Example,
}

impl Way {
    pub(crate) const BOTH: [Self; 2] = [Self::Library, Self::Example];
}

/// The suites, as their names and as ours.
pub(crate) const SUITES: [CipherSuite; 3] = [
    CipherSuite::Aes128GcmSha256,
    CipherSuite::Aes256GcmSha384,
    CipherSuite::ChaCha20Poly1305Sha256,
];

/// The groups, as OpenSSL names them and as ours.
pub(crate) const GROUPS: [(&str, NamedGroup); 3] = [
    ("X25519", NamedGroup::X25519),
    ("P-256", NamedGroup::Secp256r1),
    ("P-384", NamedGroup::Secp384r1),
];

/// The examples, built when the first test needs one, beside this test's own program.
pub(crate) fn example(name: &str) -> PathBuf {
    static DIRECTORY: OnceLock<PathBuf> = OnceLock::new();
    let directory = DIRECTORY.get_or_init(|| {
        let program = std::env::current_exe().unwrap();
        // target/debug/deps/program
        let profile = program.ancestors().nth(2).unwrap();
        let status = Command::new(env!("CARGO"))
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .args(["build", "--quiet", "--locked", "-p", "hyaline"])
            .args(["--example", "client", "--example", "server"])
            .args(["--example", "certificates", "--target-dir"])
            .arg(profile.parent().unwrap())
            .status()
            .unwrap();
        assert!(status.success(), "the examples do not build");
        profile.join("examples")
    });
    directory.join(name)
}

/// A file of this run with this content.
pub(crate) fn file(content: impl AsRef<[u8]>) -> PathBuf {
    static FILES: AtomicUsize = AtomicUsize::new(0);
    let number = FILES.fetch_add(1, Ordering::Relaxed);
    let name = format!("openssl-{}-{number}", std::process::id());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path
}

/// An identity as two files.
pub(crate) struct Files {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl Files {
    pub(crate) fn new(identity: &Identity) -> Self {
        Self { certificate: file(&identity.certificate_pem), key: file(&identity.key_pem) }
    }
}

/// How one of our sides ended, and what it told.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// What it received.
    pub(crate) received: Vec<u8>,
    /// The example's exit status, or what it would be.
    pub(crate) status: i32,
    /// What was negotiated, and the error's text if it failed.
    pub(crate) told: String,
}

/// Our client, as it is to be.
pub(crate) struct Client<'a> {
    pub(crate) authority: &'a Authority,
    pub(crate) host: &'a str,
    pub(crate) identity: Option<Identity>,
    pub(crate) alpn: &'a [&'a str],
    pub(crate) groups: &'a [(&'a str, NamedGroup)],
    pub(crate) suites: &'a [CipherSuite],
}

impl<'a> Client<'a> {
    /// A client that wants to talk to `localhost`.
    pub(crate) fn new(authority: &'a Authority) -> Self {
        let host = "localhost";
        Self { authority, host, identity: None, alpn: &[], groups: &[], suites: &[] }
    }

    /// Sends `input`, half-closes, and receives until the end.
    pub(crate) fn run(&self, way: Way, port: u16, input: &[u8]) -> Outcome {
        match way {
            Way::Library => self.run_library(port, input),
            Way::Example => {
                let mut process = self.start_example(port);
                let mut standard_input = process.take_input();
                thread::scope(|scope| {
                    scope.spawn(move || standard_input.write_all(input));
                    process.output.all();
                });
                let status = process.finish();
                let received = process.output.all();
                Outcome { received, status, told: process.errors.text() }
            }
        }
    }

    /// The example, with its input open.
    pub(crate) fn start_example(&self, port: u16) -> Process {
        let mut command = Command::new(example("client"));
        command.arg("--ca").arg(file(self.authority.pem()));
        for name in self.alpn {
            command.args(["--alpn", name]);
        }
        if let Some(identity) = &self.identity {
            let files = Files::new(identity);
            command.arg("--cert").arg(files.certificate).arg("--key").arg(files.key);
        }
        if !self.groups.is_empty() {
            let names: Vec<_> = self.groups.iter().map(|group| group.0).collect();
            command.args(["--groups", &names.join(",")]);
        }
        if !self.suites.is_empty() {
            let names: Vec<_> = self.suites.iter().map(ToString::to_string).collect();
            command.args(["--suites", &names.join(",")]);
        }
        command.arg(format!("{}:{port}", self.host));
        Process::start(&mut command)
    }

    /// A stream of the library.
    pub(crate) fn stream(&self, port: u16) -> Stream {
        let builder = ClientConfig::builder().with_root_certificates(self.authority.roots());
        let mut config = match self.identity.clone() {
            Some(identity) => builder.with_client_auth_cert(identity.chain, identity.key).unwrap(),
            None => builder.with_no_client_auth(),
        };
        config = config.with_alpn_protocols(self.alpn.iter().copied()).unwrap();
        if !self.groups.is_empty() {
            let groups: Vec<_> = self.groups.iter().map(|group| group.1).collect();
            config = config.with_groups(&groups).unwrap();
        }
        if !self.suites.is_empty() {
            config = config.with_cipher_suites(self.suites).unwrap();
        }
        let name = ServerName::try_from(self.host.to_owned()).unwrap();
        let socket = TcpStream::connect((self.host, port)).unwrap();
        patient(Stream::client(config, name, socket).unwrap())
    }

    fn run_library(&self, port: u16, input: &[u8]) -> Outcome {
        let mut stream = self.stream(port);
        let mut received = Vec::new();
        let result = converse(&mut stream, input, &mut received);
        let outcome = outcome(&stream, received, result);
        let _ = stream.close();
        outcome
    }
}

/// What the example would say.
fn outcome(stream: &Stream, received: Vec<u8>, result: io::Result<()>) -> Outcome {
    let connection = stream.connection();
    let mut told = format!("{:?}, {:?}", connection.cipher_suite(), connection.group());
    if let Some(protocol) = connection.application_protocol() {
        told += &format!(", ALPN {}", protocol.escape_ascii());
    }
    let mut status = 0;
    if let Err(error) = result {
        status = match error.get_ref().and_then(|inner| inner.downcast_ref()) {
            Some(Error::Truncated) => 3,
            Some(Error::Reset) => 4,
            Some(Error::PeerAlert(_)) => 5,
            _ => 1,
        };
        told += &format!("; {error}");
    }
    Outcome { received, status, told }
}

/// Sends `input` and half-closes; meanwhile receives until the end.
fn converse(stream: &mut Stream, input: &[u8], received: &mut Vec<u8>) -> io::Result<()> {
    stream.handshake()?;
    let timeouts = |stream: &mut Stream| {
        stream.set_read_timeout(Some(Duration::ZERO));
        stream.set_write_timeout(Some(Duration::ZERO));
    };
    timeouts(stream);
    let is_timeout = |error: &io::Error| error.kind() == io::ErrorKind::TimedOut;
    let mut rest = input;
    let mut half_closed = false;
    let mut bytes = vec![0; 1 << 14];
    loop {
        while !rest.is_empty() {
            match stream.write(rest) {
                Ok(count) => rest = rest.get(count..).unwrap_or_default(),
                Err(error) if is_timeout(&error) => break,
                Err(error) => return Err(error),
            }
        }
        if rest.is_empty() && !half_closed {
            stream.half_close()?;
            half_closed = true;
        }
        loop {
            match stream.read(&mut bytes) {
                Ok(0) => return Ok(()),
                Ok(count) => received.extend_from_slice(&bytes[..count]),
                Err(error) if is_timeout(&error) => break,
                Err(error) => return Err(error),
            }
        }
        let Some(socket) = stream.get_ref() else { return Ok(()) };
        wait(socket, true, !rest.is_empty() || stream.unsent() > 0)?;
    }
}

/// Our server, as it is to be. It echoes.
pub(crate) struct Server<'a> {
    pub(crate) identity: Identity,
    /// Whose certificates clients must have, and whether they may have none.
    pub(crate) asks: Option<(&'a Authority, bool)>,
    pub(crate) alpn: &'a [&'a str],
    pub(crate) groups: &'a [NamedGroup],
}

/// Our server at work, on its one connection.
pub(crate) enum Serving {
    Library(JoinHandle<Outcome>),
    Example(Process),
}

impl Serving {
    /// Waits for its end.
    pub(crate) fn finish(self) -> Outcome {
        match self {
            Self::Library(thread) => thread.join().unwrap(),
            Self::Example(mut process) => {
                let status = process.finish();
                Outcome { received: Vec::new(), status, told: process.errors.text() }
            }
        }
    }
}

impl Server<'_> {
    pub(crate) fn new(identity: Identity) -> Self {
        Self { identity, asks: None, alpn: &[], groups: &[] }
    }

    /// Serves one connection on the port that it gives.
    pub(crate) fn start(&self, way: Way) -> (u16, Serving) {
        match way {
            Way::Library => self.start_library(echo),
            Way::Example => self.start_example("echo"),
        }
    }

    /// The example, in this mode.
    pub(crate) fn start_example(&self, mode: &str) -> (u16, Serving) {
        assert!(self.groups.is_empty(), "the example has no option for groups");
        let mut command = Command::new(example("server"));
        let files = Files::new(&self.identity);
        command.arg("--cert").arg(files.certificate).arg("--key").arg(files.key);
        command.args(["--once", "--mode", mode]);
        if let Some((authority, required)) = self.asks {
            command.arg("--client-ca").arg(file(authority.pem()));
            command.args(["--client-auth", if required { "require" } else { "request" }]);
        }
        for name in self.alpn {
            command.args(["--alpn", name]);
        }
        command.arg("127.0.0.1:0");
        let process = Process::start(&mut command);
        let line = process.output.wait_for("\n");
        let port = line.trim_end().rsplit(':').next().and_then(|port| port.parse().ok());
        (port.unwrap_or_else(|| panic!("no port in {line:?}")), Serving::Example(process))
    }

    /// The library, doing this.
    pub(crate) fn start_library(
        &self,
        work: impl FnOnce(&mut Stream) -> io::Result<()> + Send + 'static,
    ) -> (u16, Serving) {
        self.serve(TcpListener::bind("127.0.0.1:0").unwrap(), work)
    }

    /// The library, doing this with what this listener accepts.
    pub(crate) fn serve(
        &self,
        listener: TcpListener,
        work: impl FnOnce(&mut Stream) -> io::Result<()> + Send + 'static,
    ) -> (u16, Serving) {
        let builder = ServerConfig::builder();
        let builder = match self.asks {
            None => builder.with_no_client_auth(),
            Some((authority, true)) => {
                builder.with_client_auth_required(authority.roots()).unwrap()
            }
            Some((authority, false)) => {
                builder.with_client_auth_requested(authority.roots()).unwrap()
            }
        };
        let Identity { chain, key, .. } = self.identity.clone();
        let mut config = builder.with_single_cert(chain, key).unwrap();
        config = config.with_alpn_protocols(self.alpn.iter().copied()).unwrap();
        if !self.groups.is_empty() {
            config = config.with_groups(self.groups).unwrap();
        }
        let port = listener.local_addr().unwrap().port();
        let serving = thread::spawn(move || {
            let (socket, _) = listener.accept().unwrap();
            let mut stream = patient(Stream::server(config, socket).unwrap());
            let result = stream.handshake().and_then(|()| work(&mut stream));
            let outcome = outcome(&stream, Vec::new(), result);
            let _ = stream.close();
            outcome
        });
        (port, Serving::Library(serving))
    }
}
