//! GnuTLS's command line, as the other end.

use std::net::TcpListener;
use std::process::Command;

use hyaline::NamedGroup;
use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::process::Process;

/// The suites, as GnuTLS names them and as they are registered.
pub(crate) const SUITES: [(&str, &str); 3] = [
    ("AES-128-GCM", "TLS_AES_128_GCM_SHA256"),
    ("AES-256-GCM", "TLS_AES_256_GCM_SHA384"),
    ("CHACHA20-POLY1305", "TLS_CHACHA20_POLY1305_SHA256"),
];

/// The groups, as GnuTLS names them and as ours.
pub(crate) const GROUPS: [(&str, NamedGroup); 3] = [
    ("X25519", NamedGroup::X25519),
    ("SECP256R1", NamedGroup::Secp256r1),
    ("SECP384R1", NamedGroup::Secp384r1),
];

/// What GnuTLS is to offer or accept: this suite, and these groups in order of preference; all of
/// them when none is named.
pub(crate) fn priority(suite: Option<&str>, groups: &[&str]) -> String {
    let mut text = "NORMAL:-VERS-ALL:+VERS-TLS1.3".to_owned();
    if let Some(suite) = suite {
        text += &format!(":-CIPHER-ALL:+{suite}");
    }
    if !groups.is_empty() {
        text += ":-GROUP-ALL";
    }
    for group in groups {
        text += &format!(":+GROUP-{group}");
    }
    text
}

/// As many updates of keys as GnuTLS allows a peer within a second.
pub(crate) const UPDATES: usize = 8;

/// How often another port is tried when somebody took the last one first.
const TRIES: usize = 20;

/// `gnutls-serv`.
pub(crate) struct GnutlsServer {
    pub(crate) process: Process,
    pub(crate) port: u16,
}

impl GnutlsServer {
    /// A server that has this certificate.
    #[track_caller]
    pub(crate) fn start(identity: &IssuedIdentity, priority: &str, arguments: &[&str]) -> Self {
        let files = Files::new(identity);
        let own = ["--x509certfile", text(&files.certificate), "--x509keyfile", text(&files.key)];
        Self::start_with(priority, &[&own, arguments].concat())
    }

    /// The server echoes lines unless `--http` is among the arguments. It listens on a port that
    /// was free a moment ago, since GnuTLS cannot say which one the system gave it.
    #[track_caller]
    pub(crate) fn start_with(priority: &str, arguments: &[&str]) -> Self {
        for _ in 0..TRIES {
            let free = TcpListener::bind("127.0.0.1:0").unwrap();
            let port = free.local_addr().unwrap().port();
            drop(free);
            // Without `stdbuf` its output would wait in a buffer of its own.
            let mut command = Command::new("stdbuf");
            command.args(["-oL", "gnutls-serv", "--priority", priority]);
            command.args((!arguments.contains(&"--http")).then_some("--echo"));
            command.args(["--port", &port.to_string()]).args(arguments);
            let process = Process::start(&mut command);
            // GnuTLS listens on IPv4 first, and tells of a failure on the same stream.
            let told = process.errors.wait_until(|bytes| bytes.contains(&b'\n'));
            if String::from_utf8_lossy(&told).contains("...done") {
                return Self { process, port };
            }
        }
        panic!("gnutls-serv gets no port");
    }

    /// A server that asks no client who it is.
    #[track_caller]
    pub(crate) fn without_client_certificates(identity: &IssuedIdentity, priority: &str) -> Self {
        Self::start(identity, priority, &["--disable-client-cert"])
    }
}

/// `gnutls-cli`, which trusts `authority` and wants to talk to `localhost`. Once the handshake is
/// complete it sends what it reads, and prints what it receives.
#[track_caller]
pub(crate) fn client(
    authority: &Authority,
    port: u16,
    priority: &str,
    arguments: &[&str],
) -> Process {
    client_that_trusts(Some(authority), port, priority, arguments)
}

/// The same, which may trust nobody.
#[track_caller]
pub(crate) fn client_that_trusts(
    authority: Option<&Authority>,
    port: u16,
    priority: &str,
    arguments: &[&str],
) -> Process {
    let mut command = Command::new("stdbuf");
    command.args(["-oL", "gnutls-cli", "--port", &port.to_string(), "--priority", priority]);
    if let Some(authority) = authority {
        command.arg("--x509cafile").arg(file(authority.pem()));
    }
    command.args(arguments).arg("localhost");
    Process::start(&mut command)
}
