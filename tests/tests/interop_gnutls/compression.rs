//! Certificates that are compressed by zlib (RFC 8879), in both roles.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use hyaline::blocking::Stream;
use hyaline::zlib::Zlib;
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::sockets::{echo, patient};
use rustls_pki_types::ServerName;

use crate::gnutls::{GnutlsServer, client, priority};

/// How GnuTLS tells of the message.
const MESSAGE: &str = "COMPRESSED CERTIFICATE (25) was";

/// A certificate with many names, which repeat.
fn identity(authority: &Authority) -> IssuedIdentity {
    let names: Vec<_> = (0..50).map(|number| format!("host-{number}.example.org")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).chain(["localhost"]).collect();
    authority.server_for(KeyKind::P256, &names)
}

#[test]
fn gnutls_takes_a_certificate_that_a_server_compresses() {
    let authority = Authority::new();
    let config = Server::new(identity(&authority)).config();
    let config = config.with_certificate_compression(vec![Arc::new(Zlib)]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        let (socket, _) = listener.accept().unwrap();
        let mut stream = patient(Stream::server(config, socket).unwrap());
        echo(&mut stream).and_then(|()| stream.close())
    });
    let also = ["--compress-cert", "zlib", "--debug", "4"];
    let mut client = client(&authority, port, &priority(None, &[]), &also);
    client.errors.wait_for(&format!("{MESSAGE} received"));
    client.write(b"a line to echo\n");
    client.output.wait_for("\na line to echo\n");
    assert_eq!(client.finish(), 0);
    serving.join().unwrap().unwrap();
}

#[test]
fn a_client_takes_a_certificate_that_gnutls_compresses() {
    let authority = Authority::new();
    let identity = identity(&authority);
    let arguments = ["--disable-client-cert", "--compress-cert", "zlib", "--debug", "4"];
    let server = GnutlsServer::start(&identity, &priority(None, &[]), &arguments);
    let config = Client::new(&authority).config();
    let config = config.with_certificate_compression(vec![Arc::new(Zlib)]);
    let name = ServerName::try_from("localhost").unwrap();
    let socket = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let mut stream = patient(Stream::client(config, name, socket).unwrap());
    stream.write_all(b"line\n").unwrap();
    let mut line = [0; 5];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"line\n");
    assert_eq!(stream.connection().peer_certificates(), identity.chain);
    stream.close().unwrap();
    server.process.errors.wait_for(&format!("{MESSAGE} queued"));
}
