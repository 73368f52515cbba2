//! H34: a client asks for new keys, writes everything, which its kernel takes, and closes. A server
//! that answers the request from a read, though its program writes nothing, draws a reset from the
//! kernel of a client that is gone, and that reset throws away what was on its way.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::Arc;
use std::thread;

use hyaline::ServerConfig;
use hyaline::blocking::Stream;
use hyaline_tests::certificates::{Authority, IssuedIdentity};
use hyaline_tests::sockets::{Buffers, connection, listener, patient, pattern};
use rustls::crypto::ring;
use rustls::{ClientConnection, RootCertStore};
use rustls_pki_types::ServerName;

use crate::ours;
use crate::peer::{Peer, file, program};
use crate::stuck::wait_until_client_has_closed;

/// The client's kernel holds all of it, the server's nearly nothing of it.
const LENGTH: usize = 100_000;
const CLIENT: Buffers = Buffers { receive: 1 << 16, send: 1 << 18 };
const SERVER: Buffers = Buffers { receive: 1, send: 1 << 16 };

/// Shakes hands, receives so many tickets, perhaps asks for new keys, writes, and is gone.
fn write_and_close(port: u16, authority: &Authority, tickets: u32, asks: bool) {
    let mut roots = RootCertStore::empty();
    roots.add(authority.certificate()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider);
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let config = builder.with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut client = ClientConnection::new(Arc::new(config), name).unwrap();
    client.set_buffer_limit(None);
    let mut socket = connection(port, CLIENT);
    while client.is_handshaking() || client.tls13_tickets_received() < tickets {
        client.complete_io(&mut socket).unwrap();
        client.process_new_packets().unwrap();
    }
    if asks {
        client.refresh_traffic_keys().unwrap();
    }
    client.writer().write_all(&pattern(LENGTH)).unwrap();
    client.send_close_notify();
    while client.wants_write() {
        client.write_tls(&mut socket).unwrap();
    }
}

/// A server of Java's, which sends one ticket.
fn java(identity: &IssuedIdentity) -> Peer {
    let mut command = Command::new("java");
    // So that its sockets are in the same table as the others.
    command.arg("-Djava.net.preferIPv4Stack=true").arg(program("Server.java"));
    command.arg(file(&identity.certificate_pem)).arg(file(&identity.key_pem));
    command.arg(SERVER.receive.to_string()).arg(SERVER.send.to_string());
    Peer::start(command)
}

/// A server of ours, which sends none.
fn our_server(socket: TcpStream, identity: IssuedIdentity) -> Stream {
    let builder = ServerConfig::builder().with_no_client_auth();
    let config = builder.with_single_cert(identity.chain, identity.key).unwrap();
    patient(Stream::server(config, socket).unwrap())
}

#[test]
fn what_a_client_writes_that_asks_java_for_new_keys_and_closes_is_lost() {
    let (authority, identity) = ours::authority_and_server();
    let mut java = java(&identity);
    write_and_close(java.port, &authority, 1, true);
    assert_eq!(java.answer(), "connected");
    wait_until_client_has_closed(java.port);
    assert_eq!(java.tell("read"), "error", "the hazard is not there");
}

#[test]
fn what_a_client_writes_that_asks_java_for_nothing_and_closes_arrives() {
    let (authority, identity) = ours::authority_and_server();
    let mut java = java(&identity);
    write_and_close(java.port, &authority, 1, false);
    assert_eq!(java.answer(), "connected");
    wait_until_client_has_closed(java.port);
    assert_eq!(java.tell("read"), LENGTH.to_string());
}

#[test]
fn what_a_client_writes_that_asks_us_for_new_keys_and_closes_arrives() {
    let (authority, identity) = ours::authority_and_server();
    let listener = listener(SERVER);
    let port = listener.local_addr().unwrap().port();
    thread::scope(|scope| {
        let client = scope.spawn(|| write_and_close(port, &authority, 0, true));
        let mut server = our_server(listener.accept().unwrap().0, identity);
        server.handshake().unwrap();
        client.join().unwrap();
        wait_until_client_has_closed(port);
        let mut received = Vec::new();
        server.read_to_end(&mut received).unwrap();
        assert!(received == pattern(LENGTH), "{} bytes", received.len());
    });
}
