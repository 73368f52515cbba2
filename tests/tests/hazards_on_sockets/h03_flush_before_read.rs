//! H03: both ends write much, and read meanwhile; neither ever waits in a call. A library that
//! flushes its own output before it reads lets no end read once both directions are full, and full
//! they stay.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::queues::{OBSERVATION, are_full, ends};
use hyaline_tests::sockets::{Buffers, PATIENCE, connection, listener, pattern};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustls_0_22::{self as rustls, ClientConnection, RootCertStore, ServerConnection, StreamOwned};
use rustls_pki_types::ServerName;

use crate::ours;

const BUFFERS: Buffers = Buffers { receive: 1 << 14, send: 1 << 14 };

/// How much each end writes.
const LENGTH: usize = 4 << 20;

/// A stream whose calls do not wait.
trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// A program that writes all it has and reads as much, whichever is possible.
struct Program {
    stream: Box<dyn Stream>,
    rest: Vec<u8>,
    received: Vec<u8>,
    /// For `poll`.
    socket: TcpStream,
}

impl Program {
    fn new(stream: impl Stream + 'static, socket: &TcpStream) -> Self {
        let socket = socket.try_clone().unwrap();
        Self { stream: Box::new(stream), rest: pattern(LENGTH), received: Vec::new(), socket }
    }

    /// Writes once and reads once: whether that was of any use.
    fn take_turn(&mut self) -> bool {
        let written = unless_it_waits(self.stream.write(&self.rest));
        self.rest.drain(..written.unwrap_or(0));
        if self.rest.is_empty() {
            unless_it_waits(self.stream.flush());
        }
        let mut bytes = [0; 1 << 14];
        let most = bytes.len().min(LENGTH - self.received.len());
        let read = unless_it_waits(self.stream.read(&mut bytes[..most]));
        self.received.extend_from_slice(&bytes[..read.unwrap_or(0)]);
        written.is_some_and(|count| count > 0) || read.is_some_and(|count| count > 0)
    }

    /// Has received everything.
    fn is_done(&self) -> bool {
        self.received.len() == LENGTH
    }
}

#[track_caller]
fn unless_it_waits<T>(result: io::Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(error) => {
            let waits = [io::ErrorKind::WouldBlock, io::ErrorKind::TimedOut];
            assert!(waits.contains(&error.kind()), "{error}");
            None
        }
    }
}

/// Whether there is room at one of them within [`OBSERVATION`].
fn room_comes(programs: &[&mut Program; 2]) -> bool {
    let mut descriptors =
        programs.each_ref().map(|program| PollFd::new(&program.socket, PollFlags::OUT));
    let time = Timespec::try_from(OBSERVATION).unwrap();
    poll(&mut descriptors, Some(&time)).unwrap() > 0
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    Stuck,
}

/// Each program takes a turn: whether that was of any use.
fn take_turns(programs: &mut [&mut Program; 2]) -> bool {
    let [first, second] = programs.each_mut().map(|program| program.take_turn());
    first || second
}

/// Whether neither program could ever do anything again: both have unread bytes, which they do not
/// fetch, and no room.
fn are_stuck(programs: &mut [&mut Program; 2]) -> bool {
    let port = programs[1].socket.local_addr().unwrap().port();
    let before = ends(port);
    are_full(&before) && !room_comes(programs) && !take_turns(programs) && before == ends(port)
}

/// Both programs take turns until both have received everything, or are stuck.
#[track_caller]
fn converse(mut programs: [&mut Program; 2]) -> Outcome {
    let began = Instant::now();
    loop {
        if !take_turns(&mut programs) && are_stuck(&mut programs) {
            return Outcome::Stuck;
        }
        if programs.iter().all(|program| program.is_done()) {
            return Outcome::Done;
        }
        assert!(began.elapsed() < PATIENCE, "neither done nor stuck");
    }
}

/// The two sockets of a connection, the one that connected first.
fn sockets() -> (TcpStream, TcpStream) {
    let listener = listener(BUFFERS);
    let first = connection(listener.local_addr().unwrap().port(), BUFFERS);
    let (second, _) = listener.accept().unwrap();
    second.set_nodelay(true).unwrap();
    (first, second)
}

fn client_of_rustls(authority: &Authority, socket: TcpStream) -> Program {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate()).unwrap();
    let config = rustls::ClientConfig::builder().with_root_certificates(roots);
    let name = ServerName::try_from("localhost").unwrap();
    let config = Arc::new(config.with_no_client_auth());
    socket.set_nonblocking(true).unwrap();
    let for_poll = socket.try_clone().unwrap();
    let connection = ClientConnection::new(config, name).unwrap();
    Program::new(StreamOwned::new(connection, socket), &for_poll)
}

fn server_of_rustls(identity: IssuedIdentity, socket: TcpStream) -> Program {
    let config = rustls::ServerConfig::builder().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(identity.chain, identity.key).unwrap());
    socket.set_nonblocking(true).unwrap();
    let for_poll = socket.try_clone().unwrap();
    let connection = ServerConnection::new(config).unwrap();
    Program::new(StreamOwned::new(connection, socket), &for_poll)
}

/// Our stream, told not to wait.
fn unwaiting(mut stream: hyaline::blocking::Stream) -> Program {
    stream.set_read_timeout(Some(Duration::ZERO));
    stream.set_write_timeout(Some(Duration::ZERO));
    let socket = stream.get_ref().unwrap().try_clone().unwrap();
    Program::new(stream, &socket)
}

fn client_of_ours(authority: &Authority, socket: TcpStream) -> Program {
    unwaiting(ours::client_on(socket, authority, None))
}

fn server_of_ours(identity: IssuedIdentity, socket: TcpStream) -> Program {
    unwaiting(ours::server_on(socket, identity, None))
}

#[track_caller]
fn assert_all_arrives(mut client: Program, mut server: Program) {
    assert_eq!(converse([&mut client, &mut server]), Outcome::Done);
    let sent = pattern(LENGTH);
    assert!(client.received == sent && server.received == sent);
}

#[test]
fn two_ends_of_rustls_are_stuck() {
    let (authority, identity) = ours::authority_and_server();
    let (first, second) = sockets();
    let mut client = client_of_rustls(&authority, first);
    let mut server = server_of_rustls(identity, second);
    let outcome = converse([&mut client, &mut server]);
    assert_eq!(outcome, Outcome::Stuck, "the hazard is not there");
}

#[test]
fn a_client_of_ours_with_a_server_of_rustls_is_not() {
    let (authority, identity) = ours::authority_and_server();
    let (first, second) = sockets();
    assert_all_arrives(client_of_ours(&authority, first), server_of_rustls(identity, second));
}

#[test]
fn a_server_of_ours_with_a_client_of_rustls_is_not() {
    let (authority, identity) = ours::authority_and_server();
    let (first, second) = sockets();
    assert_all_arrives(client_of_rustls(&authority, first), server_of_ours(identity, second));
}

#[test]
fn two_ends_of_ours_are_not() {
    let (authority, identity) = ours::authority_and_server();
    let (first, second) = sockets();
    assert_all_arrives(client_of_ours(&authority, first), server_of_ours(identity, second));
}
