//! Whether a server is harmed, as it is seen on real sockets.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::queues::{OBSERVATION, Queues, are_full, ends, wait_until_server_is_blocked};
use hyaline_tests::sockets::{Buffers, PATIENCE};
use rustix::io::ioctl_fionread;
use rustls::{AlertDescription, Error};

use crate::client::Client;
use crate::server::{Library, Server, Wish};
use crate::threads::Threads;

/// More than a connection with the smallest buffers holds.
const MORE_THAN_LITTLE: usize = 1 << 15;

/// More than a connection with buffers of [`MIDDLING`] holds, in whole records.
const MUCH: usize = 1 << 20;

const MIDDLING: Buffers = Buffers { receive: 1 << 16, send: 1 << 16 };

/// What a sender's kernel with [`TO_SEND`] holds all of, and a receiver's with [`TO_RECEIVE`]
/// little of; in whole records.
const HELD: usize = 6 << 14;

const TO_SEND: Buffers = Buffers { receive: 1 << 16, send: 1 << 18 };
const TO_RECEIVE: Buffers = Buffers { receive: 1 << 13, send: 1 << 16 };

/// A state in `/proc/net/tcp`.
const ESTABLISHED: &str = "01";

/// Whether a server of this library is harmed by this hazard.
pub(crate) fn is_harmed(hazard: &str, library: Library) -> bool {
    match hazard {
        "H01" => handshake_is_stuck_behind_its_tickets(library),
        "H02" => {
            assert!(!duplex_is_stuck(library, false), "{library:?} is stuck without a request");
            duplex_is_stuck(library, true)
        }
        "H04" => upload_is_lost(library),
        "H05" => alert_is_lost(library),
        "H06" => {
            assert!(!answer_is_lost(library, false), "{library:?} loses it without a request");
            answer_is_lost(library, true)
        }
        _ => panic!("{hazard} is not among them"),
    }
}

/// Whether the work of this server's client does not end, because both ends wait for room.
#[track_caller]
fn is_stuck(server: &Server, work: impl FnOnce() + Send + 'static) -> bool {
    let (tell, told) = channel();
    let name = format!("client {}", server.port);
    let client = Threads::named(&name);
    let client_works = move || {
        work();
        tell.send(())
    };
    thread::Builder::new().name(name).spawn(client_works).unwrap();
    let look = || (client.are_asleep() && server.threads().are_asleep(), ends(server.port));
    let began = Instant::now();
    loop {
        let before = look();
        match told.recv_timeout(OBSERVATION) {
            Ok(()) => return false,
            Err(RecvTimeoutError::Disconnected) => panic!("the client failed"),
            Err(RecvTimeoutError::Timeout) => {}
        }
        // Bytes that were still on their way would have changed what was seen. Both ends are full,
        // and neither reads.
        if before.0 && are_full(&before.1) && before == look() {
            return true;
        }
        assert!(began.elapsed() < PATIENCE, "neither done nor stuck: {before:?}");
    }
}

/// H01: the client only writes, while the server's handshake sends as many tickets as that library
/// lets a program ask for.
fn handshake_is_stuck_behind_its_tickets(library: Library) -> bool {
    let authority = Authority::new();
    let identity = &authority.server(KeyKind::P256);
    let wish = Wish { buffers: Buffers::SMALLEST, identity, trust: None };
    let mut server = Server::start(library, &wish);
    server.begin("handshake");
    server.begin("read");
    let mut client = Client::connect(server.port, Buffers::SMALLEST, &authority, None);
    let socket = client.socket().try_clone().unwrap();
    let stuck = is_stuck(&server, move || _ = client.write(MORE_THAN_LITTLE));
    let _ = socket.shutdown(std::net::Shutdown::Both);
    stuck
}

/// H02: the server reads and writes much at the same time; the client writes as much before it
/// reads, and may ask for new keys first.
fn duplex_is_stuck(library: Library, asks: bool) -> bool {
    let authority = Authority::new();
    let identity = &authority.server(KeyKind::P256);
    let mut server = Server::start(library, &Wish { buffers: MIDDLING, identity, trust: None });
    server.begin("handshake");
    server.begin(&format!("duplex {MUCH}"));
    let mut client = Client::connect(server.port, MIDDLING, &authority, None);
    let socket = client.socket().try_clone().unwrap();
    // On a busy machine the server may have more to do before it waits.
    loop {
        wait_until_server_is_blocked(&socket);
        if server.threads().are_asleep() {
            break;
        }
    }
    let stuck = is_stuck(&server, move || {
        if asks {
            client.ask_for_keys();
        }
        if client.write(MUCH).is_ok() {
            let (count, result) = client.read(MUCH);
            result.unwrap();
            assert_eq!(count, MUCH);
        }
    });
    let _ = socket.shutdown(std::net::Shutdown::Both);
    stuck
}

/// H04: the client writes what its kernel holds, and closes with tickets unread.
fn upload_is_lost(library: Library) -> bool {
    let authority = Authority::new();
    let identity = &authority.server(KeyKind::P256);
    let mut server = Server::start(library, &Wish { buffers: TO_RECEIVE, identity, trust: None });
    server.begin("handshake");
    let mut client = Client::connect(server.port, TO_SEND, &authority, None);
    assert_eq!(server.answer(), "ok");
    let began = Instant::now();
    while ioctl_fionread(client.socket()).unwrap() == 0 {
        assert!(began.elapsed() < PATIENCE, "there is no ticket");
        thread::yield_now();
    }
    client.write(HELD).unwrap();
    client.end();
    drop(client);
    // Until then a process that this one has just forked may hold a copy of the socket.
    let is_open = |end: &Queues| end.remote_port == server.port && end.state == ESTABLISHED;
    while ends(server.port).iter().any(is_open) {
        assert!(began.elapsed() < PATIENCE, "the client has not closed");
        thread::yield_now();
    }
    server.tell("read") != format!("{HELD} end")
}

/// H05: the client's certificate is not accepted; what it hears first is the alert, or not.
fn alert_is_lost(library: Library) -> bool {
    let authority = Authority::new();
    let (identity, trust) = (&authority.server(KeyKind::P256), Some(&authority));
    let mut server = Server::start(library, &Wish { buffers: MIDDLING, identity, trust });
    server.begin("handshake");
    let stranger = Authority::new().client(KeyKind::P256);
    let mut client = Client::connect(server.port, MIDDLING, &authority, Some(stranger));
    assert_ne!(server.answer(), "ok");
    server.begin("close");
    // The server may wait for the client's end.
    let _ = server.answer_within(OBSERVATION);
    if client.write(MUCH).is_err() {
        return true;
    }
    let error = client.read(usize::MAX).1.err();
    let error = error.as_ref().and_then(|error| error.get_ref()?.downcast_ref::<Error>());
    let alerts = [
        AlertDescription::UnknownCA,
        AlertDescription::BadCertificate,
        AlertDescription::CertificateUnknown,
        AlertDescription::AccessDenied,
    ];
    !alerts.iter().any(|alert| error == Some(&Error::AlertReceived(*alert)))
}

/// H06: the server writes what its kernel holds, and closes; the client may have asked for new keys
/// meanwhile. Then it reads.
fn answer_is_lost(library: Library, asks: bool) -> bool {
    let authority = Authority::new();
    let identity = &authority.server(KeyKind::P256);
    let mut server = Server::start(library, &Wish { buffers: TO_SEND, identity, trust: None });
    server.begin("handshake");
    let mut client = Client::connect(server.port, TO_RECEIVE, &authority, None);
    assert_eq!(server.answer(), "ok");
    if asks {
        client.ask_for_keys();
    }
    assert_eq!(server.tell(&format!("write {HELD}")), "ok");
    server.begin("close");
    // The server may wait for the client's end.
    let _ = server.answer_within(OBSERVATION);
    client.read(usize::MAX).0 < HELD
}
