//! Sessions that are resumed, with GnuTLS on the other side.

use std::io::{Read, Write};
use std::thread;

use hyaline::blocking::Stream;
use hyaline::{ClientConfig, NamedGroup};
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::sockets::{echo, patient, tiny_connection, tiny_listener};
use rustls_pki_types::ServerName;

use crate::gnutls::{GnutlsServer, SUITES, client, priority};

/// Has a line echoed, and tells whether a session was resumed.
fn echoed(config: &ClientConfig, port: u16) -> bool {
    let name = ServerName::try_from("localhost").unwrap();
    let stream = Stream::client(config.clone(), name, tiny_connection(port)).unwrap();
    let mut stream = patient(stream);
    stream.write_all(b"line\n").unwrap();
    let mut answer = [0; 5];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(answer, *b"line\n");
    let resumed = stream.connection().negotiated().is_resumed();
    stream.close().unwrap();
    resumed
}

#[test]
fn a_client_resumes_its_sessions_with_gnutls() {
    let (authority, identity) = authority_and_server();
    for (suite, _) in SUITES {
        // The second is asked for by a HelloRetryRequest.
        for group in ["X25519", "SECP384R1"] {
            let only = priority(Some(suite), &[group]);
            let server = GnutlsServer::without_client_certificates(&identity, &only);
            let config = Client::new(&authority).config();
            assert!(!echoed(&config, server.port), "{suite}, {group}");
            for _ in 0..2 {
                assert!(echoed(&config, server.port), "{suite}, {group}");
            }
        }
    }
}

#[test]
fn gnutls_resumes_its_sessions_with_a_server() {
    let (authority, identity) = authority_and_server();
    for (suite, _) in SUITES {
        for groups in [&[NamedGroup::X25519][..], &[NamedGroup::Secp384r1]] {
            let server = Server { groups, ..Server::new(identity.clone()) };
            let config = server.config();
            let listener = tiny_listener();
            let port = listener.local_addr().unwrap().port();
            let serving = thread::spawn(move || {
                [(); 2].map(|()| {
                    let (socket, _) = listener.accept().unwrap();
                    let mut stream = patient(Stream::server(config.clone(), socket).unwrap());
                    // Tickets come before the first data.
                    stream.write_all(b"hello\n").unwrap();
                    echo(&mut stream).unwrap();
                    let resumed = stream.connection().negotiated().is_resumed();
                    stream.close().unwrap();
                    resumed
                })
            });
            let also = ["--resume", "--waitresumption"];
            let mut client = client(&authority, port, &priority(Some(suite), &[]), &also);
            client.output.wait_for("*** This is a resumed session");
            client.output.wait_for("Simple Client Mode");
            client.write(b"a line to echo\n");
            client.output.wait_for("\na line to echo\n");
            assert_eq!(client.finish(), 0);
            assert_eq!(serving.join().unwrap(), [false, true], "{suite}, {groups:?}");
        }
    }
}
