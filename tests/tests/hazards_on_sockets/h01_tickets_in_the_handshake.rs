//! H01: a server sends its tickets as the end of its handshake, and reads nothing before they are
//! gone; the client only writes, as it well may. Where the tickets are more than the connection
//! holds, both wait for room for ever.

use std::fs;
use std::io::{Read, Write};

use hyaline::Notice;
use hyaline_tests::sockets::{Buffers, pattern, tiny_listener};

use crate::ours;
use crate::peer::{Peer, Wish, file, new_path};
use crate::stuck::assert_stuck;

/// More tickets than a connection with the smallest buffers holds.
const TICKETS: usize = 50;

/// More bytes than it holds.
const LENGTH: usize = 1 << 16;

const BUFFERS: Option<Buffers> = Some(Buffers::SMALLEST);

#[test]
fn a_client_of_openssl_that_only_writes_is_stuck() {
    let (authority, identity) = ours::authority_and_server();
    let (identity, tickets) = (Some(&identity), Some(TICKETS));
    let mut server = Peer::server(&Wish { buffers: BUFFERS, identity, tickets, trust: None });
    let trust = Some(&authority);
    let mut client =
        Peer::client(server.port, &Wish { buffers: BUFFERS, trust, ..Wish::default() });
    server.begin("handshake");
    assert_eq!(client.tell("handshake"), "ok");
    client.begin(&format!("write {}", file(pattern(LENGTH)).display()));
    assert_stuck(&server, &client);
}

#[test]
fn a_client_of_ours_that_only_writes_is_not() {
    let (authority, identity) = ours::authority_and_server();
    let (identity, tickets) = (Some(&identity), Some(TICKETS));
    let mut server = Peer::server(&Wish { buffers: BUFFERS, identity, tickets, trust: None });
    let (sent, received) = (pattern(LENGTH), new_path());
    server.begin("handshake");
    server.begin(&format!("read {}", received.display()));
    server.begin("shut_down");
    let mut client = ours::client(server.port, Buffers::SMALLEST, &authority, None);
    client.write_all(&sent).unwrap();
    client.close().unwrap();
    assert_eq!(server.answer(), "ok");
    assert_eq!(server.answer(), "clean end");
    assert_eq!(server.answer(), "ok");
    assert!(fs::read(received).unwrap() == sent);
    // All its tickets have left the server, or its handshake would not be complete.
    let mut notices = std::iter::from_fn(|| client.poll_notice());
    assert!(notices.any(|notice| notice == Notice::TicketReceived));
}

#[test]
fn a_server_of_ours_leaves_a_client_of_openssl_that_only_writes_unharmed() {
    let (authority, identity) = ours::authority_and_server();
    let listener = tiny_listener();
    let port = listener.local_addr().unwrap().port();
    let trust = Some(&authority);
    let mut client = Peer::client(port, &Wish { buffers: BUFFERS, trust, ..Wish::default() });
    let sent = pattern(LENGTH);
    client.begin("handshake");
    client.begin(&format!("write {}", file(&sent).display()));
    client.begin("shut_down");
    let mut server = ours::server(&listener, identity, None);
    let mut received = Vec::new();
    server.read_to_end(&mut received).unwrap();
    server.close().unwrap();
    assert!(received == sent);
    for _ in 0..3 {
        assert_eq!(client.answer(), "ok");
    }
}
