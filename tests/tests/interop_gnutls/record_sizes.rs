//! How long records may be (record_size_limit, RFC 8449), in both roles. GnuTLS keeps to the limit
//! of the other side, and refuses a record that is longer than its own.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use hyaline::blocking::Stream;
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::peers::ends::{Client, Server, serve};
use hyaline_tests::sockets::{echo, patient};
use rustls_pki_types::ServerName;

use crate::gnutls::{GnutlsServer, client, priority};

/// A line that is several records of 512 bytes.
fn line() -> Vec<u8> {
    [&[b'x'; 3000][..], b"\n"].concat()
}

#[test]
fn a_server_sends_gnutls_no_longer_records_than_it_receives() {
    let authority = Authority::new();
    let config = Server::new(authority.server(KeyKind::P256)).config();
    let config = config.with_record_size_limit(600).unwrap();
    let (port, serving) = serve(config, TcpListener::bind("127.0.0.1:0").unwrap(), |stream| {
        stream.write_all(&line())?;
        echo(stream).and_then(|()| stream.close())
    });
    let mut client = client(&authority, port, &priority(None, &[]), &["--recordsize", "512"]);
    client.output.wait_for(&String::from_utf8(line()).unwrap());
    client.write(b"a line to echo\n");
    client.output.wait_for("\na line to echo\n");
    assert_eq!(client.finish(), 0);
    let outcome = serving.finish();
    assert_eq!(outcome.status, 0, "{outcome:?}");
}

#[test]
fn gnutls_sends_a_client_no_longer_records_than_it_receives() {
    let authority = Authority::new();
    let arguments = ["--disable-client-cert", "--recordsize", "600"];
    let server =
        GnutlsServer::start(&authority.server(KeyKind::P256), &priority(None, &[]), &arguments);
    let config = Client::new(&authority).config().with_record_size_limit(512).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let socket = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    let mut stream = patient(Stream::client(config, name, socket).unwrap());
    let line = line();
    stream.write_all(&line).unwrap();
    let mut received = vec![0; line.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(received, line);
    stream.close().unwrap();
}
