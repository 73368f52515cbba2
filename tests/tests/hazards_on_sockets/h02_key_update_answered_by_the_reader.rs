//! H02: a program writes on one thread and reads on another; the peer asks for a key update, and
//! writes much before it reads. A library that answers from its reading thread, and for that needs
//! the lock under which its writing thread waits for room, reads no more: the peer cannot write, so
//! it never reads, and there never is room.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::Command;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::thread;
use std::time::Instant;

use hyaline::Notice;
use hyaline_tests::certificates::{Authority, Identity};
use hyaline_tests::sockets::{Buffers, PATIENCE, connection, exchange, listener, pattern};
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use rustls_pki_types::ServerName;

use crate::ours;
use crate::peer::{Peer, file, program};
use crate::stuck::{OBSERVATION, are_full, ends, wait_until_server_is_blocked};

const BUFFERS: Buffers = Buffers { receive: 1 << 16, send: 1 << 16 };

/// How much each end writes: more than the connection holds.
const LENGTH: usize = 4 << 20;

/// What the program of Java's answers.
const WRITER_WAITS: &str = "the writer is with the system";
const READER_WAITS: &str = "the reader waits for a lock of the writer";
const DONE: &str = "both are done";

/// A client that is half-duplex, as many a protocol is: it writes all it has, and then reads.
struct HalfDuplex {
    connection: ClientConnection,
    socket: TcpStream,
}

impl HalfDuplex {
    fn connect(port: u16, authority: &Authority) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate()).unwrap();
        let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut socket = self::connection(port, BUFFERS);
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        connection.complete_io(&mut socket).unwrap();
        Self { connection, socket }
    }

    /// Asks for a key update.
    fn ask(&mut self) {
        self.connection.refresh_traffic_keys().unwrap();
        self.transmit().unwrap();
    }

    fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let count = self.connection.writer().write(bytes)?;
            bytes = &bytes[count..];
            self.transmit()?;
        }
        Ok(())
    }

    fn transmit(&mut self) -> io::Result<()> {
        while self.connection.wants_write() {
            self.connection.write_tls(&mut self.socket)?;
        }
        Ok(())
    }

    fn read(&mut self) -> Vec<u8> {
        let mut received = Vec::new();
        while received.len() < LENGTH {
            let count = self.connection.read_tls(&mut self.socket).unwrap();
            assert!(count > 0, "the end after {} bytes", received.len());
            let state = self.connection.process_new_packets().unwrap();
            let begin = received.len();
            received.resize(begin + state.plaintext_bytes_to_read(), 0);
            self.connection.reader().read_exact(&mut received[begin..]).unwrap();
        }
        received
    }
}

/// A server of Java's, which reads and writes so much, on two threads.
fn java(identity: &Identity) -> Peer {
    let mut command = Command::new("java");
    // So that its sockets are in the same table as the others.
    command.arg("-Djava.net.preferIPv4Stack=true").arg(program("FullDuplex.java"));
    command.arg(file(&identity.certificate_pem)).arg(file(&identity.key_pem));
    for number in [BUFFERS.receive, BUFFERS.send, LENGTH] {
        command.arg(number.to_string());
    }
    Peer::start(command)
}

/// Waits until its threads do this.
#[track_caller]
fn wait_until_it_says(java: &mut Peer, wanted: &str) {
    let began = Instant::now();
    loop {
        let answer = java.tell("what do they do");
        if answer == wanted {
            return;
        }
        assert!(began.elapsed() < PATIENCE, "{answer}, and not: {wanted}");
    }
}

#[test]
fn java_is_stuck_when_it_is_asked_while_it_writes() {
    let (authority, identity) = ours::authority_and_server();
    let mut java = java(&identity);
    let mut client = HalfDuplex::connect(java.port, &authority);
    wait_until_server_is_blocked(&client.socket);
    wait_until_it_says(&mut java, WRITER_WAITS);
    client.ask();
    wait_until_it_says(&mut java, READER_WAITS);
    let socket = client.socket.try_clone().unwrap();
    let (tell, told) = channel();
    let writing = thread::spawn(move || tell.send(client.write(&pattern(LENGTH))));
    let began = Instant::now();
    loop {
        let before = ends(java.port);
        let still_writes = told.recv_timeout(OBSERVATION).is_err() && !writing.is_finished();
        assert!(still_writes, "the hazard is not there");
        // Of the client's program it is known that it reads only after it has written.
        if are_full(&before) && before == ends(java.port) {
            break;
        }
        assert!(began.elapsed() < PATIENCE, "neither done nor stuck: {before:?}");
    }
    assert_eq!(java.tell("what do they do"), READER_WAITS);
    socket.shutdown(Shutdown::Both).unwrap();
    writing.join().unwrap().unwrap();
}

#[test]
fn java_is_not_stuck_when_nobody_asks() {
    let (authority, identity) = ours::authority_and_server();
    let mut java = java(&identity);
    let mut client = HalfDuplex::connect(java.port, &authority);
    wait_until_server_is_blocked(&client.socket);
    wait_until_it_says(&mut java, WRITER_WAITS);
    client.write(&pattern(LENGTH)).unwrap();
    assert_eq!(client.read().len(), LENGTH);
    wait_until_it_says(&mut java, DONE);
}

#[test]
fn a_full_duplex_end_of_ours_is_not_stuck_when_it_is_asked_while_it_writes() {
    let (authority, identity) = ours::authority_and_server();
    let listener = listener(BUFFERS);
    let port = listener.local_addr().unwrap().port();
    let data = pattern(LENGTH);
    thread::scope(|scope| {
        let serving = scope.spawn(|| {
            let mut stream = ours::server(&listener, identity, None);
            let received = exchange(&mut stream, &data, LENGTH).unwrap();
            let notices: Vec<_> = std::iter::from_fn(|| stream.poll_notice()).collect();
            (received, notices)
        });
        let mut client = HalfDuplex::connect(port, &authority);
        wait_until_server_is_blocked(&client.socket);
        client.ask();
        client.write(&data).unwrap();
        assert!(client.read() == data);
        let (received, notices) = serving.join().unwrap();
        assert!(received == data);
        assert!(notices.contains(&Notice::PeerKeyUpdated), "{notices:?}");
    });
}
