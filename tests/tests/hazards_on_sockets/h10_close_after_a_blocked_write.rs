//! H10: a write finds no room, is given up at its deadline, and the program closes. close_notify
//! has to follow a record of which a part is gone; a library with room for one pending record
//! cannot send it, and the peer sees a truncated stream.

use std::io::Write;
use std::time::Duration;
use std::{fs, io};

use hyaline::blocking::Stream;
use hyaline_tests::sockets::{Buffers, PATIENCE, listener, pattern};

use crate::ours;
use crate::peer::{Peer, Wish, file, new_path};

const BUFFERS: Buffers = Buffers { receive: 1 << 14, send: 1 << 14 };

/// More than the connection holds.
const LENGTH: usize = 1 << 20;

#[test]
fn a_client_of_openssl_cannot_close_after_a_write_that_it_gave_up() {
    let (authority, identity) = ours::authority_and_server();
    let buffers = Some(BUFFERS);
    let identity = Some(&identity);
    let mut server = Peer::server(&Wish { buffers, identity, ..Wish::default() });
    let trust = Some(&authority);
    let mut client = Peer::client(server.port, &Wish { buffers, trust, ..Wish::default() });
    let (data, received) = (pattern(LENGTH), new_path());
    server.begin("handshake");
    assert_eq!(client.tell("handshake"), "ok");
    assert_eq!(server.answer(), "ok");
    let answer = client.tell(&format!("write_until_late {}", file(&data).display()));
    let accepted: usize = answer.parse().unwrap_or_else(|_| panic!("{answer}"));
    assert!(accepted < LENGTH);
    // Now there is all the room that it could wish for.
    server.begin(&format!("read {}", received.display()));
    let answer = client.tell("shut_down");
    assert!(answer.starts_with("SSLWantWriteError"), "the hazard is not there: {answer}");
    let answer = client.tell("shut_down");
    assert!(answer.contains("BAD_WRITE_RETRY"), "the hazard is not there: {answer}");
    assert_eq!(client.tell("close"), "ok");
    let end = server.answer();
    assert!(end.starts_with("SSLEOFError"), "{end}");
    assert!(data.starts_with(&fs::read(received).unwrap()));
}

/// Gives up a write, and closes; the peer reads all that was accepted, and the clean end.
#[track_caller]
fn gives_up_and_closes(mut stream: Stream, mut peer: Peer) {
    let (data, received) = (pattern(LENGTH), new_path());
    stream.set_write_timeout(Some(Duration::from_millis(100)));
    let mut accepted = 0;
    let error = loop {
        match stream.write(&data[accepted..]) {
            Ok(count) => accepted += count,
            Err(error) => break error,
        }
    };
    assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    assert!(stream.unsent() > 0 && accepted < LENGTH);
    peer.begin(&format!("read {}", received.display()));
    peer.begin("shut_down");
    stream.set_close_budget(PATIENCE, LENGTH);
    stream.close().unwrap();
    assert_eq!(peer.answer(), "clean end");
    assert_eq!(peer.answer(), "ok");
    assert!(fs::read(received).unwrap() == data[..accepted]);
}

#[test]
fn a_client_of_ours_can() {
    let (authority, identity) = ours::authority_and_server();
    let (buffers, identity) = (Some(BUFFERS), Some(&identity));
    let mut server = Peer::server(&Wish { buffers, identity, ..Wish::default() });
    server.begin("handshake");
    let mut client = ours::client(server.port, BUFFERS, &authority, None);
    client.handshake().unwrap();
    assert_eq!(server.answer(), "ok");
    gives_up_and_closes(client, server);
}

#[test]
fn a_server_of_ours_can() {
    let (authority, identity) = ours::authority_and_server();
    let listener = listener(BUFFERS);
    let (buffers, trust) = (Some(BUFFERS), Some(&authority));
    let port = listener.local_addr().unwrap().port();
    let mut client = Peer::client(port, &Wish { buffers, trust, ..Wish::default() });
    client.begin("handshake");
    let mut server = ours::server(&listener, identity, None);
    server.handshake().unwrap();
    assert_eq!(client.answer(), "ok");
    gives_up_and_closes(server, client);
}
