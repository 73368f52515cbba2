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
use hyaline::blocking::Stream;
use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::queues::{OBSERVATION, are_full, ends, wait_until_server_is_blocked};
use hyaline_tests::sockets::{Buffers, PATIENCE, connection, exchange, listener, pattern};
use rustls::crypto::ring;
use rustls::{ClientConfig, ClientConnection, RootCertStore};
use rustls_pki_types::ServerName;

use crate::ours;
use crate::peer::{Peer, file, program};

const BUFFERS: Buffers = Buffers { receive: 1 << 16, send: 1 << 16 };

/// How much each end writes: more than the connection holds.
const LENGTH: usize = 4 << 20;

/// How much a split stream of ours writes at once: one record.
const PIECE: usize = 1 << 14;

/// The length of a protected record that holds a KeyUpdate: the message, its type and the tag.
const KEY_UPDATE: u16 = 5 + 1 + 16;

/// What the program of Java's answers.
const WRITER_WAITS: &str = "the writer is with the system";
const READER_WAITS: &str = "the reader waits for a lock of the writer";
const DONE: &str = "both are done";

/// A client that is half-duplex, as many a protocol is: it writes all it has, and then reads.
struct HalfDuplex {
    connection: ClientConnection,
    socket: TcpStream,
    /// All that was received, as it was on the wire.
    received: Vec<u8>,
}

/// Its socket.
struct Tap<'a> {
    socket: &'a TcpStream,
    received: &'a mut Vec<u8>,
}

impl Read for Tap<'_> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.socket.read(bytes)?;
        self.received.extend_from_slice(&bytes[..count]);
        Ok(count)
    }
}

impl Write for Tap<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.socket.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl HalfDuplex {
    fn connect(port: u16, authority: &Authority) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate()).unwrap();
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder.with_safe_default_protocol_versions().unwrap();
        let config = builder.with_root_certificates(roots).with_no_client_auth();
        let name = ServerName::try_from("localhost").unwrap();
        let mut connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let socket = self::connection(port, BUFFERS);
        socket.set_read_timeout(Some(PATIENCE)).unwrap();
        let mut received = Vec::new();
        let mut tap = Tap { socket: &socket, received: &mut received };
        connection.complete_io(&mut tap).unwrap();
        Self { connection, socket, received }
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
            let mut tap = Tap { socket: &self.socket, received: &mut self.received };
            let count = self.connection.read_tls(&mut tap).unwrap();
            assert!(count > 0, "the end after {} bytes", received.len());
            let state = self.connection.process_new_packets().unwrap();
            let begin = received.len();
            received.resize(begin + state.plaintext_bytes_to_read(), 0);
            self.connection.reader().read_exact(&mut received[begin..]).unwrap();
        }
        received
    }

    /// How many records were received that are as long as a KeyUpdate's. A write in whole pieces
    /// makes none.
    fn key_updates(&self) -> usize {
        let mut rest = self.received.as_slice();
        let mut found = 0;
        while let [_, _, _, high, low, after @ ..] = rest {
            let length = u16::from_be_bytes([*high, *low]);
            found += usize::from(length == KEY_UPDATE);
            rest = after.get(usize::from(length)..).unwrap_or_default();
        }
        found
    }
}

/// A server of Java's, which reads and writes so much, on two threads.
fn java(identity: &IssuedIdentity) -> Peer {
    let mut command = Command::new("java");
    // So that its sockets are in the same table as the others.
    command.arg("-Djava.net.preferIPv4Stack=true").arg(program("Server.java"));
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

/// Our split server writes `data` on one thread and reads as much on another; then it closes.
fn serve_split(stream: Stream, data: &[u8]) -> Vec<u8> {
    let (mut reader, mut writer) = stream.split().unwrap();
    thread::scope(|scope| {
        let reading = scope.spawn(move || {
            let mut received = vec![0; LENGTH];
            reader.read_exact(&mut received).unwrap();
            let notices: Vec<_> = std::iter::from_fn(|| reader.poll_notice()).collect();
            assert!(notices.contains(&Notice::PeerKeyUpdated), "{notices:?}");
            (reader, received)
        });
        for piece in data.chunks(PIECE) {
            writer.write_all(piece).unwrap();
        }
        let (reader, received) = reading.join().unwrap();
        Stream::join(reader, writer).unwrap().close().unwrap();
        received
    })
}

#[test]
fn a_split_stream_of_ours_is_not_stuck_when_it_is_asked_while_it_writes() {
    let (authority, identity) = ours::authority_and_server();
    let listener = listener(BUFFERS);
    let port = listener.local_addr().unwrap().port();
    let data = pattern(LENGTH);
    thread::scope(|scope| {
        let serving = scope.spawn(|| serve_split(ours::server(&listener, identity, None), &data));
        let mut client = HalfDuplex::connect(port, &authority);
        wait_until_server_is_blocked(&client.socket);
        client.ask();
        client.write(&data).unwrap();
        assert!(client.read() == data);
        assert_eq!(client.key_updates(), 1, "it was answered");
        client.connection.send_close_notify();
        client.transmit().unwrap();
        client.socket.shutdown(Shutdown::Write).unwrap();
        assert!(serving.join().unwrap() == data);
    });
}
