//! The example server outlives what it lacks: descriptors, readers of its lines, clients that
//! speak. Clients that are connected are served all the while.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Instant;

use hyaline::blocking::{CLOSE_TIME, Stream};
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::peers::ends::Client;
use hyaline_tests::peers::files::{Files, text};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{PATIENCE, exchange, pattern};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketFlags, SocketType, socket_with};
use rustix::pipe::fcntl_setpipe_size;
use rustix::process::{Resource, getrlimit, setrlimit};

use crate::ours::example;

/// How many clients connect and say nothing. More than the server has descriptors.
const FLOOD: usize = 2000;

/// A shell that limits the server, or closes its outputs, and then becomes it.
fn server(authority: &Authority, shell: &str, options: &[&str]) -> Command {
    let files = Files::new(&authority.server(KeyKind::P256));
    let mut command = Command::new("sh");
    command.arg("-c").arg(shell).arg(example("server"));
    command.args(["--cert", text(&files.certificate), "--key", text(&files.key)]);
    command.args(options).arg("127.0.0.1:0");
    command
}

/// The port that the server prints first.
fn port(line: &str) -> u16 {
    let port = line.lines().next().and_then(|line| line.rsplit(':').next()?.parse().ok());
    port.unwrap_or_else(|| panic!("no port in {line:?}"))
}

/// Whether the server still sends back what this client sends.
fn is_served(stream: &mut Stream) {
    let bytes = pattern(1 << 15);
    assert!(exchange(stream, &bytes, bytes.len()).unwrap() == bytes);
}

/// As many descriptors for this test as it may have.
fn raise_the_limit_of_descriptors() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    setrlimit(Resource::Nofile, limit).unwrap();
}

/// A connection that is there as soon as the server's queue has room.
fn begin_to_connect(port: u16) -> OwnedFd {
    let (family, kind) = (AddressFamily::INET, SocketType::STREAM);
    let socket = socket_with(family, kind, SocketFlags::NONBLOCK, None).unwrap();
    let address = SocketAddr::from(([127, 0, 0, 1], port));
    match rustix::net::connect(&socket, &address) {
        Ok(()) | Err(Errno::INPROGRESS) => socket,
        Err(error) => panic!("{error}"),
    }
}

/// Under a flood of clients that say nothing, those that are connected are served; after it, all
/// are.
fn outlives_a_flood(options: &[&str], complaint: &str) {
    raise_the_limit_of_descriptors();
    let authority = Authority::new();
    let shell = "ulimit -n 1024; exec \"$0\" \"$@\"";
    let server = Process::start(&mut server(&authority, shell, options));
    let port = port(&server.output.wait_for("\n"));
    let client = Client::new(&authority);
    let mut connected: Vec<_> = (0..3).map(|_| client.stream(port)).collect();
    connected.iter_mut().for_each(is_served);

    let flood: Vec<_> = (0..FLOOD).map(|_| begin_to_connect(port)).collect();
    server.errors.wait_for(complaint);
    connected.iter_mut().for_each(is_served);

    drop(flood);
    is_served(&mut client.stream(port));
    connected.iter_mut().for_each(is_served);
}

#[test]
fn a_flood_of_half_open_connections_leaves_the_others_served() {
    outlives_a_flood(&[], "512 connections at once: further ones wait");
}

#[test]
fn a_shortage_of_descriptors_leaves_the_others_served() {
    outlives_a_flood(&["--connections", "4000"], "Too many open files");
}

#[test]
fn a_client_that_says_nothing_makes_room_after_a_while() {
    let authority = Authority::new();
    let options = ["--connections", "1", "--handshake-time", "0.1", "--idle-time", "0.1"];
    let server = Process::start(&mut server(&authority, "exec \"$0\" \"$@\"", &options));
    let port = port(&server.output.wait_for("\n"));
    for beginning in [&b""[..], b"\x16\x03\x01\x40\x00\x01"] {
        let mut silent = TcpStream::connect(("127.0.0.1", port)).unwrap();
        silent.write_all(beginning).unwrap();
        is_served(&mut Client::new(&authority).stream(port));
        silent.set_read_timeout(Some(PATIENCE)).unwrap();
        // The end is an orderly one or, where we have sent something, a reset.
        let _ = silent.read_to_end(&mut Vec::new());
    }
    // The same for one that says nothing after its handshake.
    let mut silent = Client::new(&authority).stream(port);
    silent.handshake().unwrap();
    is_served(&mut Client::new(&authority).stream(port));
    assert_eq!(silent.read(&mut [0]).unwrap(), 0);
}

/// A server with pipes for its outputs that hold little.
fn piped(authority: &Authority) -> (Child, ChildStdout, ChildStderr, u16) {
    let mut command = server(authority, "exec \"$0\" \"$@\"", &["--mode", "echo"]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut output = child.stdout.take().unwrap();
    let errors = child.stderr.take().unwrap();
    fcntl_setpipe_size(&errors, 4096).unwrap();
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        let mut byte = [0];
        output.read_exact(&mut byte).unwrap();
        line.extend(byte);
    }
    let port = port(std::str::from_utf8(&line).unwrap());
    (child, output, errors, port)
}

/// Connections that each leave a line in the log: more than a pipe and the log hold.
fn fill_the_log(port: u16) {
    for _ in 0..1500 {
        drop(TcpStream::connect(("127.0.0.1", port)).unwrap());
    }
}

#[test]
fn lines_that_nobody_reads_hold_up_no_connection() {
    let authority = Authority::new();
    let (mut server, output, mut errors, port) = piped(&authority);
    let mut connected = Client::new(&authority).stream(port);
    is_served(&mut connected);
    fill_the_log(port);
    is_served(&mut connected);
    is_served(&mut Client::new(&authority).stream(port));
    // A reader that comes late learns that lines are missing.
    let mut lines = Vec::new();
    let is_told = |lines: &[u8]| String::from_utf8_lossy(lines).contains("lines were lost");
    while !is_told(&lines) {
        let mut bytes = [0; 4096];
        let count = errors.read(&mut bytes).unwrap();
        assert!(count > 0, "the server has ended");
        lines.extend(bytes.iter().take(count));
        drop(TcpStream::connect(("127.0.0.1", port)).unwrap());
    }
    drop(output);
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn outputs_that_are_closed_end_no_connection() {
    let authority = Authority::new();
    let (mut server, output, errors, port) = piped(&authority);
    let mut connected = Client::new(&authority).stream(port);
    is_served(&mut connected);
    drop((output, errors));
    fill_the_log(port);
    is_served(&mut connected);
    is_served(&mut Client::new(&authority).stream(port));
    server.kill().unwrap();
    server.wait().unwrap();
}

#[test]
fn a_client_that_leaves_without_a_word_has_lost_nothing() {
    let authority = Authority::new();
    let server = Process::start(&mut server(&authority, "exec \"$0\" \"$@\"", &[]));
    let port = port(&server.output.wait_for("\n"));
    drop(TcpStream::connect(("127.0.0.1", port)).unwrap());
    let told = server.errors.wait_for("left without a word\n");
    assert!(!told.contains("truncated") && !told.contains("reset"), "{told}");
}

#[test]
fn the_log_names_the_certificate_of_a_client() {
    let authority = Authority::new();
    let trust = hyaline_tests::peers::files::file(authority.pem());
    let options = ["--client-ca", text(&trust)];
    let server = Process::start(&mut server(&authority, "exec \"$0\" \"$@\"", &options));
    let port = port(&server.output.wait_for("\n"));
    let identity = authority.client(KeyKind::P256);
    let certificate = Files::new(&identity).certificate;
    let arguments = ["x509", "-noout", "-fingerprint", "-sha256", "-in", text(&certificate)];
    let print = Process::start(Command::new("openssl").args(arguments)).output.text();
    let (_, print) = print.trim_end().split_once('=').unwrap();
    is_served(&mut Client { identity: Some(identity), ..Client::new(&authority) }.stream(port));
    server.errors.wait_for(&format!("certificate SHA-256 {print}\n"));
}

/// How many threads this process has.
fn threads(process: &Process) -> usize {
    std::fs::read_dir(format!("/proc/{}/task", process.id())).unwrap().count()
}

#[test]
fn strangers_get_an_alert_and_keep_no_thread() {
    const STRANGERS: usize = 300;
    let authority = Authority::new();
    let server = Process::start(&mut server(&authority, "exec \"$0\" \"$@\"", &[]));
    let port = port(&server.output.wait_for("\n"));
    let before = threads(&server);
    let began = Instant::now();
    let strangers: Vec<_> = (0..STRANGERS)
        .map(|_| {
            let mut stranger = TcpStream::connect(("127.0.0.1", port)).unwrap();
            stranger.set_read_timeout(Some(PATIENCE)).unwrap();
            stranger.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
            let mut alert = [0; 7];
            stranger.read_exact(&mut alert).unwrap();
            assert_eq!(alert[0], 21, "{alert:?}");
            stranger
        })
        .collect();
    // The strangers say nothing more, and do not leave.
    while threads(&server) > before {
        assert!(began.elapsed() < CLOSE_TIME, "they are waited for as if they had been friends");
        thread::yield_now();
    }
    assert_eq!(strangers.len(), STRANGERS);
}

#[test]
fn http_is_answered_to_get_and_to_head_however_the_request_is_cut() {
    let authority = Authority::new();
    let options = ["--mode", "http", "--alpn", "http/1.1"];
    let server = Process::start(&mut server(&authority, "exec \"$0\" \"$@\"", &options));
    let port = port(&server.output.wait_for("\n"));
    let answer = |request: &str, part: usize| {
        let mut stream = Client::new(&authority).stream(port);
        for part in request.as_bytes().chunks(part) {
            stream.write_all(part).unwrap();
        }
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    };
    for part in [1, 2, 3, 4, 1000] {
        let page = answer("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", part);
        let head = answer("HEAD / HTTP/1.1\r\nHost: localhost\r\n\r\n", part);
        let (start, body) = page.split_once("\r\n\r\n").unwrap();
        assert!(start.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
        assert!(body.starts_with("Hello"), "{page}");
        assert_eq!(head, format!("{start}\r\n\r\n"));
    }
    let refused = answer("POST / HTTP/1.1\r\n\r\n", 1000);
    assert!(refused.starts_with("HTTP/1.1 405 ") && refused.contains("Allow: GET, HEAD"));
    let endless = answer(&"x".repeat(1 << 15), 1 << 14);
    assert!(endless.starts_with("HTTP/1.1 431 "), "{endless}");
}
