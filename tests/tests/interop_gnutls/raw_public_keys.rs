//! Raw public keys in place of certificates (RFC 7250), with GnuTLS on the other side.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

use hyaline::blocking::Stream;
use hyaline::pki_types::{PrivateKeyDer, ServerName, SubjectPublicKeyInfoDer};
use hyaline::{ClientConfig, RawPublicKeys, ServerConfig, pem};
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::peers::ends::{StreamOutcome, serve};
use hyaline_tests::peers::files::{file, text};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{echo, patient};
use hyaline_tests::traces::Traces;
use rcgen::KeyPair;

use crate::gnutls::{GnutlsServer, client_that_trusts, priority};

/// A key of a side that has no certificate, and its two files.
struct Owner {
    private_pem: String,
    public_pem: String,
    private: PathBuf,
    public: PathBuf,
}

impl Owner {
    fn new(kind: KeyKind) -> Self {
        let private_pem = Authority::new().server(kind).key_pem;
        let public_pem = KeyPair::from_pem(&private_pem).unwrap().public_key_pem();
        let (private, public) = (file(&private_pem), file(&public_pem));
        Self { private_pem, public_pem, private, public }
    }

    fn private_key(&self) -> PrivateKeyDer<'static> {
        pem::private_key(self.private_pem.as_bytes()).unwrap()
    }

    fn public_key(&self) -> SubjectPublicKeyInfoDer<'static> {
        pem::public_keys(self.public_pem.as_bytes()).unwrap().remove(0)
    }

    /// Trust in this key.
    fn trusted(&self) -> RawPublicKeys {
        let mut keys = RawPublicKeys::new();
        keys.add(self.public_key()).unwrap();
        keys
    }

    /// What GnuTLS is told to show.
    fn arguments(&self) -> [&str; 4] {
        ["--rawpkkeyfile", text(&self.private), "--rawpkfile", text(&self.public)]
    }

    /// The lines of the public key, as GnuTLS prints it too.
    fn lines(&self) -> &str {
        self.public_pem.lines().nth(1).unwrap()
    }
}

/// What GnuTLS is to show and take: raw public keys only.
fn raw_only() -> String {
    format!("{}:-CTYPE-ALL:+CTYPE-SRV-RAWPK:+CTYPE-CLI-RAWPK", priority(None, &[]))
}

/// Raw public keys beside certificates. GnuTLS lists certificates first.
fn raw_too() -> String {
    format!("{}:+CTYPE-SRV-RAWPK:+CTYPE-CLI-RAWPK", priority(None, &[]))
}

/// Has a line echoed by `gnutls-serv`, and gives our stream.
fn talk(config: ClientConfig, port: u16) -> Stream {
    let name = ServerName::try_from("localhost").unwrap();
    let socket = TcpStream::connect(("localhost", port)).unwrap();
    let config = config.with_row_log(Traces::new());
    let mut stream = patient(Stream::client(config, name, socket).unwrap());
    stream.write_all(b"line\n").unwrap();
    let mut line = [0; 5];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"line\n");
    stream
}

/// Serves one `gnutls-cli`, which has a line echoed.
fn serve_gnutls(config: ServerConfig, priority: &str, also: &[&str]) -> (StreamOutcome, Process) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, serving) = serve(config.with_row_log(Traces::new()), listener, echo);
    let arguments: Vec<&str> = ["--insecure", "--print-cert"].iter().chain(also).copied().collect();
    let mut client = client_that_trusts(None, port, priority, &arguments);
    client.output.wait_for("Simple Client Mode");
    client.write(b"a line to echo\n");
    client.output.wait_for("\na line to echo\n");
    assert_eq!(client.finish(), 0);
    (serving.finish(), client)
}

#[test]
fn a_client_believes_gnutls_by_every_kind_of_raw_public_key() {
    for kind in KeyKind::ALL {
        let owner = Owner::new(kind);
        for priority in [raw_only(), raw_too()] {
            let arguments = [&owner.arguments()[..], &["--disable-client-cert"]].concat();
            let server = GnutlsServer::start_with(&priority, &arguments);
            let config =
                ClientConfig::builder().with_raw_public_keys(owner.trusted()).with_no_client_auth();
            let mut stream = talk(config, server.port);
            let connection = stream.connection();
            assert_eq!(connection.peer_raw_public_key(), Some(&owner.public_key()), "{kind:?}");
            assert!(connection.peer_certificates().is_empty());
            stream.close().unwrap();
        }
    }
}

#[test]
fn gnutls_gets_the_raw_public_key_of_a_client() {
    let owner = Owner::new(KeyKind::P256);
    for kind in KeyKind::ALL {
        let own = Owner::new(kind);
        let arguments = [&owner.arguments()[..], &["--require-client-cert"]].concat();
        let server = GnutlsServer::start_with(&raw_only(), &arguments);
        let config = ClientConfig::builder()
            .with_raw_public_keys(owner.trusted())
            .with_raw_public_key(own.private_key())
            .unwrap();
        talk(config, server.port).close().unwrap();
        server.process.output.wait_for("Certificate type: Raw Public Key");
        server.process.output.wait_for(own.lines());
    }
}

#[test]
fn a_client_resumes_its_sessions_with_gnutls_that_it_believes_by_its_key() {
    let owner = Owner::new(KeyKind::P256);
    let arguments = [&owner.arguments()[..], &["--disable-client-cert"]].concat();
    let server = GnutlsServer::start_with(&raw_only(), &arguments);
    let config =
        ClientConfig::builder().with_raw_public_keys(owner.trusted()).with_no_client_auth();
    for resumed in [false, true] {
        let mut stream = talk(config.clone(), server.port);
        let connection = stream.connection();
        assert_eq!(connection.negotiated().is_resumed(), resumed);
        assert_eq!(connection.peer_raw_public_key(), Some(&owner.public_key()));
        stream.close().unwrap();
    }
}

#[test]
fn a_gnutls_with_another_key_is_refused() {
    let (owner, other) = (Owner::new(KeyKind::P256), Owner::new(KeyKind::P256));
    let arguments = [&owner.arguments()[..], &["--disable-client-cert"]].concat();
    let server = GnutlsServer::start_with(&raw_only(), &arguments);
    let config =
        ClientConfig::builder().with_raw_public_keys(other.trusted()).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let socket = TcpStream::connect(("localhost", server.port)).unwrap();
    let mut stream = patient(Stream::client(config, name, socket).unwrap());
    let error = stream.handshake().unwrap_err().to_string();
    assert!(error.contains("none of those that are trusted"), "{error}");
    drop(stream);
    // certificate_unknown.
    server.process.output.wait_for("alert '46'");
}

#[test]
fn gnutls_gets_every_kind_of_raw_public_key_of_a_server() {
    for kind in KeyKind::ALL {
        let own = Owner::new(kind);
        for priority in [raw_only(), raw_too()] {
            let builder = ServerConfig::builder().with_no_client_auth();
            let config = builder.with_raw_public_key(own.private_key()).unwrap();
            let (outcome, client) = serve_gnutls(config, &priority, &[]);
            assert_eq!(outcome.status, 0, "{outcome:?}");
            client.output.wait_for("Got 1 Raw public-key(s)");
            client.output.wait_for(own.lines());
        }
    }
}

#[test]
fn a_server_believes_gnutls_by_every_kind_of_raw_public_key() {
    let own = Owner::new(KeyKind::P256);
    for kind in KeyKind::ALL {
        let owner = Owner::new(kind);
        for priority in [raw_only(), raw_too()] {
            let config = ServerConfig::builder()
                .with_raw_public_keys_required(owner.trusted())
                .unwrap()
                .with_raw_public_key(own.private_key())
                .unwrap();
            let (outcome, client) = serve_gnutls(config, &priority, &owner.arguments());
            assert_eq!(outcome.status, 0, "{outcome:?}");
            client.output.wait_for("Successfully sent 1 certificate(s) to server");
        }
    }
}

#[test]
fn a_gnutls_that_takes_no_raw_public_key_is_told_so() {
    let own = Owner::new(KeyKind::P256);
    let builder = ServerConfig::builder().with_no_client_auth();
    let config = builder.with_raw_public_key(own.private_key()).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, serving) = serve(config, listener, echo);
    let client = client_that_trusts(None, port, &priority(None, &[]), &["--insecure"]);
    // unsupported_certificate.
    client.output.wait_for("alert [43]");
    assert!(serving.finish().told.contains("server_certificate_type"));
}
