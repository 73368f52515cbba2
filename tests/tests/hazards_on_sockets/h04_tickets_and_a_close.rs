//! H04: a client writes everything, which its kernel takes, and closes without ever having read.
//! The server's tickets, unread when it closes or later still, make its kernel answer with a reset
//! and throw away what was on its way: the upload is lost, and nobody but the server learns of it.

use std::io::{Read, Write};
use std::{fs, thread};

use hyaline::Error;
use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::sockets::{Buffers, listener, pattern};

use crate::ours;
use crate::peer::{Peer, Wish, file, new_path};
use crate::stuck::wait_until_client_has_closed;

/// The client's kernel holds all of it, the server's nearly nothing of it.
const LENGTH: usize = 100_000;
const CLIENT: Buffers = Buffers { receive: 1 << 16, send: 1 << 18 };
const SERVER: Buffers = Buffers { receive: 1, send: 1 << 16 };

/// An OpenSSL server, with as many tickets as it sends when nobody asks for a number.
fn server(identity: &IssuedIdentity) -> Peer {
    Peer::server(&Wish { buffers: Some(SERVER), identity: Some(identity), ..Wish::default() })
}

fn client(port: u16, authority: &Authority) -> Peer {
    Peer::client(port, &Wish { buffers: Some(CLIENT), trust: Some(authority), ..Wish::default() })
}

#[test]
fn what_a_client_of_openssl_writes_before_it_closes_is_lost() {
    let (authority, identity) = ours::authority_and_server();
    let mut server = server(&identity);
    let mut client = client(server.port, &authority);
    let (sent, received) = (pattern(LENGTH), new_path());
    server.begin("handshake");
    assert_eq!(client.tell("handshake"), "ok");
    assert_eq!(server.answer(), "ok");
    // All of it is accepted, and the client's close reports no error.
    assert_eq!(client.tell(&format!("write {}", file(&sent).display())), "ok");
    assert_eq!(client.tell("close"), "ok");
    // Python calls some resets the end of the file.
    assert_ne!(server.tell(&format!("read {}", received.display())), "clean end");
    let received = fs::read(received).unwrap();
    assert!(received.len() < LENGTH, "all of it has arrived: the hazard is not there");
}

#[test]
fn what_a_client_of_ours_writes_before_it_closes_arrives() {
    let (authority, identity) = ours::authority_and_server();
    let mut server = server(&identity);
    let (sent, received) = (pattern(LENGTH), new_path());
    server.begin("handshake");
    let mut client = ours::client(server.port, CLIENT, &authority, None);
    client.write_all(&sent).unwrap();
    assert_eq!(server.answer(), "ok");
    thread::scope(|scope| {
        scope.spawn(|| client.close().unwrap());
        // Only then does the server read anything.
        wait_until_client_has_closed(server.port);
        assert_eq!(server.tell(&format!("read {}", received.display())), "clean end");
        assert_eq!(server.tell("shut_down"), "ok");
    });
    assert!(fs::read(received).unwrap() == sent);
}

#[test]
fn what_a_client_of_openssl_writes_to_a_server_of_ours_before_it_closes_arrives() {
    let (authority, identity) = ours::authority_and_server();
    let listener = listener(SERVER);
    let mut client = client(listener.local_addr().unwrap().port(), &authority);
    let sent = pattern(LENGTH);
    client.begin("handshake");
    let mut server = ours::server(&listener, identity, None);
    server.handshake().unwrap();
    assert_eq!(client.answer(), "ok");
    assert_eq!(client.tell(&format!("write {}", file(&sent).display())), "ok");
    assert_eq!(client.tell("close"), "ok");
    let mut received = Vec::new();
    // The server has closed as a program of OpenSSL's does that never waits: without close_notify.
    server.read_to_end(&mut received).unwrap_err();
    assert_eq!(server.error(), Some(&Error::Truncated));
    assert!(received == sent, "{} bytes", received.len());
}
