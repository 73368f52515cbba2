//! What bounds, ends or interrupts a wait over TCP does so here: the lines of `docs/waits.md`.
//! TCP is Linux's here.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod deaths;
mod shutdowns;
mod signals;
mod times;

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{OnceLock, mpsc};
use std::thread;
use std::time::Duration;

use hyaline::blocking::Stream;
use hyaline::{ClientConfig, Error, ServerConfig};
use hyaline_tests::certificates::{Authority, KeyKind};
use rustls_pki_types::ServerName;

/// The time that a call is given here. What is asked of a call is that it ends of itself, and not
/// before; how long after, is up to the machine.
const TIME: Duration = Duration::from_millis(100);

/// Configurations of a client and a server that trust each other.
fn configs() -> (ClientConfig, ServerConfig) {
    static CONFIGS: OnceLock<(ClientConfig, ServerConfig)> = OnceLock::new();
    let make = || {
        let authority = Authority::new();
        let identity = authority.server(KeyKind::P256);
        let client = ClientConfig::builder().with_root_certificates(authority.roots());
        let server = ServerConfig::builder().with_no_client_auth();
        let server = server.with_single_cert(identity.chain, identity.key).unwrap();
        (client.with_no_client_auth(), server)
    };
    CONFIGS.get_or_init(make).clone()
}

/// Two ends of one TCP connection, whose calls wait for ever.
fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let connected = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    (connected, listener.accept().unwrap().0)
}

/// Two ends of which neither has begun its handshake.
fn streams() -> (Stream, Stream) {
    let (ours, theirs) = sockets();
    let (client, server) = configs();
    let name = ServerName::try_from("localhost").unwrap();
    (Stream::client(client, name, ours).unwrap(), Stream::server(server, theirs).unwrap())
}

/// Two ends that have completed their handshake.
fn connected() -> (Stream, Stream) {
    let (mut ours, mut theirs) = streams();
    thread::scope(|scope| {
        let accepting = scope.spawn(|| theirs.handshake());
        ours.handshake().unwrap();
        accepting.join().unwrap().unwrap();
    });
    (ours, theirs)
}

fn socket_of(stream: &Stream) -> &TcpStream {
    stream.get_ref().unwrap()
}

/// The error of this library inside an error of a stream.
#[track_caller]
fn reason(error: &io::Error) -> Error {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).unwrap().clone()
}

/// Writes until a write fails: why.
fn write_on(stream: &mut impl Write) -> io::Error {
    loop {
        if let Err(error) = stream.write(&[7; 1 << 16]) {
            return error;
        }
    }
}

/// A program that reads on when its time is up, until a read fails for another reason.
fn read_on(stream: &mut impl Read) -> io::Result<usize> {
    loop {
        match stream.read(&mut [0; 64]) {
            Err(error)
                if matches!(error.kind(), io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock) => {}
            learned => return learned,
        }
    }
}

/// Runs a call on a thread of its own, sees that it still waits when its time would be over, and
/// does what is to end it.
fn while_it_waits<T: Send>(call: impl FnOnce() -> T + Send, then: impl FnOnce()) -> T {
    let (ended, end) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || ended.send(call()).unwrap());
        assert!(end.recv_timeout(2 * TIME).is_err(), "the call does not wait");
        then();
        end.recv().unwrap()
    })
}
