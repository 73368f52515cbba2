//! The examples at work, with curl and with each other.
#![forbid(unsafe_code)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

use std::fs;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::peers::ends::Client;
use hyaline_tests::peers::files::{Files, file};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::pattern;

/// A server among the examples, which is told nothing but who it is and a free port.
struct Server {
    process: Process,
    port: String,
    ca: PathBuf,
}

impl Server {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let authority = Authority::new();
        let files = Files::new(&authority.server(KeyKind::P256));
        let mut command = Command::new(program);
        command.arg("--cert").arg(files.certificate).arg("--key").arg(files.key);
        let process = Process::start(command.args(arguments).arg("127.0.0.1:0"));
        let told = process.output.wait_until(|text| text.contains(&b'\n'));
        let told = String::from_utf8(told).unwrap();
        let (_, port) = told.trim_end().rsplit_once(':').unwrap();
        Self { process, port: port.to_owned(), ca: file(authority.pem()) }
    }

    fn page(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// What curl has of it.
    fn curl(&self, arguments: &[&str]) -> String {
        let mut command = Command::new("curl");
        command.args(["--silent", "--show-error", "--fail", "--tlsv1.3", "--max-time", "60"]);
        text_of(command.arg("--cacert").arg(&self.ca).args(arguments).output().unwrap())
    }

    /// What a client among the examples has of it.
    fn client(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(program).arg("--ca").arg(&self.ca).args(arguments).output().unwrap()
    }
}

fn text_of(output: Output) -> String {
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {complaint}", output.status);
    String::from_utf8(output.stdout).unwrap()
}

/// How curl tells of the version of HTTP behind each page.
const VERSION: [&str; 2] = ["--write-out", "%{http_version}\n"];

#[test]
fn curl_speaks_both_versions_of_http_with_the_server_of_hyper() {
    let server = Server::start(env!("CARGO_BIN_EXE_https_server"), &[]);
    let page = server.page("/");
    for (wish, answer) in [
        ("--http1.1", "hello over HTTP/1.1\n1.1\n"),
        ("--http2", "hello over HTTP/2.0\n2\n"),
        // One connection for both pages.
        ("--no-keepalive", "hello over HTTP/2.0\n2\nhello over HTTP/2.0\n2\n"),
    ] {
        let mut arguments = Vec::from(VERSION);
        arguments.extend([wish, &page]);
        arguments.extend((wish == "--no-keepalive").then_some(page.as_str()));
        assert_eq!(server.curl(&arguments), answer);
    }
}

#[test]
fn curl_posts_much_and_gets_it_back() {
    let server = Server::start(env!("CARGO_BIN_EXE_https_server"), &[]);
    let much = "0123456789".repeat(300_000);
    let body = format!("@{}", file(&much).display());
    for wish in ["--http1.1", "--http2"] {
        let page = server.page("/");
        assert!(server.curl(&[wish, "--data-binary", &body, &page]) == much, "{wish}");
    }
}

#[test]
fn the_client_of_hyper_speaks_both_versions_of_http() {
    let server = Server::start(env!("CARGO_BIN_EXE_https_server"), &[]);
    let (client, page) = (env!("CARGO_BIN_EXE_https_client"), server.page("/"));
    assert_eq!(text_of(server.client(client, &[&page])), "hello over HTTP/2.0\n");
    assert_eq!(text_of(server.client(client, &["--http1", &page])), "hello over HTTP/1.1\n");
}

#[test]
fn the_client_of_hyper_says_whom_it_does_not_trust() {
    let mut server = Server::start(env!("CARGO_BIN_EXE_https_server"), &[]);
    server.ca = file(Authority::new().pem());
    let output = server.client(env!("CARGO_BIN_EXE_https_client"), &[&server.page("/")]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("UnknownIssuer"), "{output:?}");
}

#[test]
fn curl_talks_to_axum() {
    let server = Server::start(env!("CARGO_BIN_EXE_axum_server"), &[]);
    for wish in ["--http1.1", "--http2"] {
        let pages = [server.page("/"), server.page("/names/curl")];
        let answers = server.curl(&[wish, &pages[0], &pages[1]]);
        assert_eq!(answers, "hello from axum\nhello curl\n", "{wish}");
        let echo = server.page("/echo");
        assert_eq!(server.curl(&[wish, "--data", "body", &echo]), "body", "{wish}");
    }
}

#[test]
fn the_echo_client_gets_back_what_it_sends() {
    let server = Server::start(env!("CARGO_BIN_EXE_echo_server"), &[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_echo_client"));
    command.arg("--ca").arg(&server.ca).arg(format!("localhost:{}", server.port));
    let mut client = Process::start(&mut command);
    let (sent, mut input) = (pattern(3_000_000), client.take_input());
    let received = thread::scope(|scope| {
        let sent = &sent;
        scope.spawn(move || input.write_all(sent).unwrap());
        client.output.all()
    });
    assert!(received == sent);
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    server.process.errors.wait_for(&format!("{} bytes", sent.len()));
}

#[test]
fn a_server_whose_key_is_with_a_service_greets_by_the_line() {
    let server = Server::start(env!("CARGO_BIN_EXE_signing_server"), &[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_echo_client"));
    command.arg("--ca").arg(&server.ca).arg(format!("localhost:{}", server.port));
    let mut client = Process::start(&mut command);
    client.take_input().write_all(b"one\ntwo").unwrap();
    assert_eq!(client.output.all(), b"hello, one\nhello, two");
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    server.process.errors.wait_for("2 lines");
}

#[test]
fn the_relay_keeps_half_closes() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let to = listener.local_addr().unwrap().to_string();
    let server = Server::start(env!("CARGO_BIN_EXE_relay"), &["--to", &to]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_echo_client"));
    command.arg("--ca").arg(&server.ca).arg(format!("localhost:{}", server.port));
    let mut client = Process::start(&mut command);
    client.write(b"all of it");
    drop(client.take_input());
    let (mut plain, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    plain.read_to_end(&mut request).unwrap();
    // It answers when the request has ended.
    plain.write_all(b"an answer").unwrap();
    plain.shutdown(Shutdown::Write).unwrap();
    assert_eq!((request.as_slice(), client.finish()), (&b"all of it"[..], 0));
    assert_eq!(client.output.text(), "an answer");
}

#[test]
fn a_shortage_of_descriptors_ends_no_server() {
    for program in [
        env!("CARGO_BIN_EXE_https_server"),
        env!("CARGO_BIN_EXE_axum_server"),
        env!("CARGO_BIN_EXE_echo_server"),
        env!("CARGO_BIN_EXE_grpc_server"),
    ] {
        let authority = Authority::new();
        let files = Files::new(&authority.server(KeyKind::P256));
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n 32 && exec \"$0\" \"$@\"", program]);
        command.arg("--cert").arg(files.certificate).arg("--key").arg(files.key);
        let server = Process::start(command.arg("127.0.0.1:0"));
        let told = server.output.wait_for("\n");
        let port: u16 = told.trim_end().rsplit(':').next().unwrap().parse().unwrap();
        // They say nothing, and there are more of them than descriptors.
        let silent: Vec<_> =
            (0..64).map(|_| TcpStream::connect(("127.0.0.1", port)).unwrap()).collect();
        server.errors.wait_for("Too many open files");
        drop(silent);
        let mut stream = Client::new(&authority).stream(port);
        stream.handshake().unwrap();
    }
}

#[test]
fn the_client_of_tonic_asks_the_server_of_tonic_for_its_health() {
    let server = Server::start(env!("CARGO_BIN_EXE_grpc_server"), &[]);
    let ask = |service: &str| {
        let target = format!("localhost:{}", server.port);
        server.client(env!("CARGO_BIN_EXE_grpc_client"), &[&target, service])
    };
    assert_eq!(text_of(ask("")), "SERVING\n");
    assert_eq!(text_of(ask("hyaline.examples.Greeter")), "NOT_SERVING\n");
    let unknown = ask("nobody");
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("NotFound"), "{unknown:?}");
}

#[test]
fn a_client_that_says_nothing_is_let_go() {
    for program in [
        env!("CARGO_BIN_EXE_https_server"),
        env!("CARGO_BIN_EXE_axum_server"),
        env!("CARGO_BIN_EXE_echo_server"),
        env!("CARGO_BIN_EXE_grpc_server"),
    ]
    .map(|program| Server::start(program, &[]))
    .map(|server| {
        thread::spawn(move || {
            let mut silent = TcpStream::connect(format!("127.0.0.1:{}", server.port)).unwrap();
            silent.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
            // An end or a reset, and no timeout.
            let end = silent.read(&mut [0]).map_err(|error| error.kind());
            assert!(matches!(end, Ok(0) | Err(ErrorKind::ConnectionReset)), "{end:?}");
            server.process.errors.wait_for("deadline has elapsed");
        })
    }) {
        program.join().unwrap();
    }
}

#[test]
fn every_example_is_in_a_test() {
    let own = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/curl.rs")).unwrap();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(own.contains(&format!("CARGO_BIN_EXE_{name}")), "{name}");
    }
}
