//! Our two ends, each in two ways: through the library, and through the examples. A test that goes
//! both ways says the same of both.

use std::io::Write;
use std::process::Command;
use std::thread;

use hyaline::{NamedGroup, Staples};
pub(crate) use hyaline_tests::built::example;
use hyaline_tests::certificates::IssuedIdentity;
use hyaline_tests::peers::ends::{self, Client, Server, StreamOutcome};
use hyaline_tests::peers::files::{Files, file};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::echo;

/// How a test reaches our side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Library,
    Example,
}

impl Way {
    pub(crate) const BOTH: [Self; 2] = [Self::Library, Self::Example];
}

/// The groups, as OpenSSL names them and as ours.
pub(crate) const GROUPS: [(&str, NamedGroup); 3] = [
    ("X25519", NamedGroup::X25519),
    ("P-256", NamedGroup::Secp256r1),
    ("P-384", NamedGroup::Secp384r1),
];

/// The example server with these identities, and the port that it has chosen.
pub(crate) fn example_server(identities: &[IssuedIdentity]) -> (Process, u16) {
    let mut command = Command::new(example("server"));
    for files in identities.iter().map(Files::new) {
        command.arg("--cert").arg(files.certificate).arg("--key").arg(files.key);
    }
    listening(&mut command)
}

/// The example server by this command, which names no address, and the port that it has chosen.
pub(crate) fn listening(command: &mut Command) -> (Process, u16) {
    let server = Process::start(command.arg("127.0.0.1:0"));
    let line = server.output.wait_for("\n");
    let port = line.trim_end().rsplit(':').next().unwrap().parse().unwrap();
    (server, port)
}

/// Our client, both ways.
pub(crate) trait ClientExample {
    /// Sends `input`, half-closes, and receives until the end.
    fn run(&self, way: Way, port: u16, input: &[u8]) -> StreamOutcome;

    /// The example, with its input open.
    fn start_example(&self, port: u16) -> Process;
}

impl ClientExample for Client<'_> {
    fn run(&self, way: Way, port: u16, input: &[u8]) -> StreamOutcome {
        match way {
            Way::Library => self.talk(port, input),
            Way::Example => {
                let mut process = self.start_example(port);
                let mut standard_input = process.take_input();
                thread::scope(|scope| {
                    scope.spawn(move || standard_input.write_all(input));
                    process.output.all();
                });
                let status = process.finish();
                let received = process.output.all();
                StreamOutcome { received, status, told: process.errors.text() }
            }
        }
    }

    fn start_example(&self, port: u16) -> Process {
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
            let names: Vec<_> = self.groups.iter().map(ToString::to_string).collect();
            command.args(["--groups", &names.join(",")]);
        }
        if !self.suites.is_empty() {
            let names: Vec<_> = self.suites.iter().map(ToString::to_string).collect();
            command.args(["--suites", &names.join(",")]);
        }
        if let Some(path) = self.revocation_lists {
            command.arg("--crl").arg(path);
        }
        match self.staples {
            Staples::Unasked => {}
            Staples::Asked => _ = command.args(["--ocsp", "request"]),
            Staples::Required => _ = command.args(["--ocsp", "require"]),
        }
        command.arg(format!("{}:{port}", self.host));
        Process::start(&mut command)
    }
}

/// Our server at work, on its one connection.
pub(crate) enum Serving {
    Library(ends::Serving),
    Example(Process),
}

impl Serving {
    /// Waits for its end.
    pub(crate) fn finish(self) -> StreamOutcome {
        match self {
            Self::Library(serving) => serving.finish(),
            Self::Example(mut process) => {
                let status = process.finish();
                StreamOutcome { received: Vec::new(), status, told: process.errors.text() }
            }
        }
    }
}

/// Our server, both ways.
pub(crate) trait ServerExample {
    /// Echoes what one connection sends, on the port that it gives.
    fn start(&self, way: Way) -> (u16, Serving);

    /// The example, in this mode.
    fn start_example(&self, mode: &str) -> (u16, Serving);
}

impl ServerExample for Server<'_> {
    fn start(&self, way: Way) -> (u16, Serving) {
        match way {
            Way::Library => {
                let (port, serving) = self.start_library(echo);
                (port, Serving::Library(serving))
            }
            Way::Example => self.start_example("echo"),
        }
    }

    fn start_example(&self, mode: &str) -> (u16, Serving) {
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
        if let Some(path) = self.revocation_lists {
            command.arg("--crl").arg(path);
        }
        if let Some(path) = self.staple {
            command.arg("--ocsp").arg(path);
        }
        command.arg("127.0.0.1:0");
        let process = Process::start(&mut command);
        let line = process.output.wait_for("\n");
        let port = line.trim_end().rsplit(':').next().and_then(|port| port.parse().ok());
        (port.unwrap_or_else(|| panic!("no port in {line:?}")), Serving::Example(process))
    }
}
