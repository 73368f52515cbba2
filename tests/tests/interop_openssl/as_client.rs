//! Our client and `openssl s_server`.

use std::io::{Read, Write};

use hyaline::blocking::Stream;
use hyaline::{ClientConfig, Notice};
use hyaline_tests::cases::{
    OFFERED_PROTOCOLS, PREFERRED_PROTOCOL, SENT_TO_WHO_REFUSES, clients_refused_by_peers,
    refused_servers,
};
use hyaline_tests::certificates::{Authority, KeyKind, authority_and_server};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::{Client, SUITES, StreamOutcome};
use hyaline_tests::peers::files::{file, text};
use hyaline_tests::peers::openssl::SServer;
use hyaline_tests::sockets::{exchange, patient, tiny_connection};
use rustls_pki_types::ServerName;

use crate::ours::{ClientExample, GROUPS, Way};

/// The conversation went well: a line came back in reverse, and then the clean end.
#[track_caller]
pub(crate) fn assert_went_well(outcome: &StreamOutcome) {
    assert_eq!(outcome.received, b"enil\n", "{outcome:?}");
    assert_eq!(outcome.status, 0, "{outcome:?}");
}

#[test]
fn a_client_agrees_with_openssl_on_every_suite_and_group() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev"]);
    for way in Way::BOTH {
        for suite in SUITES {
            for group in GROUPS {
                let client =
                    Client { suites: &[suite], groups: &[group.1], ..Client::new(&authority) };
                let outcome = client.run(way, server.port, b"line\n");
                assert_went_well(&outcome);
                assert!(outcome.told.contains(&suite.to_string()), "{outcome:?}");
                assert!(outcome.told.contains(&group.1.to_string()), "{outcome:?}");
            }
        }
    }
    saw(Implementation::OpenSsl, As::Server, Feature::Full);
}

#[test]
fn a_client_follows_a_hello_retry_request_of_openssl() {
    let (authority, identity) = authority_and_server();
    for wanted in GROUPS {
        let server = SServer::start(&identity, &["-rev", "-groups", wanted.0]);
        for way in Way::BOTH {
            for first in GROUPS.into_iter().filter(|first| *first != wanted) {
                let client = Client { groups: &[first.1, wanted.1], ..Client::new(&authority) };
                let outcome = client.run(way, server.port, b"line\n");
                assert_went_well(&outcome);
                assert!(outcome.told.contains(&wanted.1.to_string()), "{outcome:?}");
            }
        }
    }
    saw(Implementation::OpenSsl, As::Server, Feature::HelloRetryRequest);
}

#[test]
fn a_client_verifies_every_scheme_of_openssl() {
    let authority = Authority::new();
    for (scheme, kind) in [
        ("ECDSA+SHA256", KeyKind::P256),
        ("ECDSA+SHA384", KeyKind::P384),
        ("ed25519", KeyKind::Ed25519),
        ("RSA-PSS+SHA256", KeyKind::Rsa),
        ("RSA-PSS+SHA384", KeyKind::Rsa),
        ("RSA-PSS+SHA512", KeyKind::Rsa),
    ] {
        let server = SServer::start(&authority.server(kind), &["-rev", "-sigalgs", scheme]);
        for way in Way::BOTH {
            assert_went_well(&Client::new(&authority).run(way, server.port, b"line\n"));
        }
    }
}

#[test]
fn openssl_verifies_every_kind_of_key_of_a_client() {
    let authority = Authority::new();
    let trusted = file(authority.pem());
    let identity = authority.server(KeyKind::P256);
    let arguments = ["-rev", "-Verify", "1", "-verify_return_error", "-CAfile", text(&trusted)];
    let server = SServer::start(&identity, &arguments);
    for way in Way::BOTH {
        for kind in KeyKind::ALL {
            let identity = Some(authority.client(kind));
            let client = Client { identity, ..Client::new(&authority) };
            assert_went_well(&client.run(way, server.port, b"line\n"));
        }
    }
    // OpenSSL prints the certificates that it was shown.
    server.process.errors.wait_for("Peer certificate: CN = Hyaline test");
    saw(Implementation::OpenSsl, As::Server, Feature::ClientCertificate);
}

#[test]
fn a_client_that_openssl_refuses_learns_why() {
    let (authority, identity) = authority_and_server();
    let trusted = file(authority.pem());
    let arguments = ["-rev", "-Verify", "1", "-verify_return_error", "-CAfile", text(&trusted)];
    let server = SServer::start(&identity, &arguments);
    for way in Way::BOTH {
        for (identity, alert) in clients_refused_by_peers() {
            for input in SENT_TO_WHO_REFUSES {
                let client = Client { identity: identity.clone(), ..Client::new(&authority) };
                let outcome = client.run(way, server.port, input);
                assert_eq!(outcome.status, 5, "{way:?}, {} bytes, {outcome:?}", input.len());
                assert!(outcome.told.contains(&alert.to_string()), "{outcome:?}");
            }
        }
    }
}

#[test]
fn openssl_may_ask_and_a_client_may_have_nothing() {
    let (authority, identity) = authority_and_server();
    let trusted = file(authority.pem());
    let server = SServer::start(&identity, &["-rev", "-verify", "1", "-CAfile", text(&trusted)]);
    for way in Way::BOTH {
        assert_went_well(&Client::new(&authority).run(way, server.port, b"line\n"));
    }
}

#[test]
fn a_client_gets_the_protocol_that_openssl_chooses() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev", "-alpn", PREFERRED_PROTOCOL]);
    for way in Way::BOTH {
        for (alpn, expected) in OFFERED_PROTOCOLS {
            let outcome =
                Client { alpn, ..Client::new(&authority) }.run(way, server.port, b"line\n");
            outcome.assert_agreed(expected);
            if expected.is_ok() {
                assert_went_well(&outcome);
            }
        }
    }
    saw(Implementation::OpenSsl, As::Server, Feature::Alpn);
}

#[test]
fn a_server_that_is_not_accepted_is_told_why() {
    let authority = Authority::new();
    for case in refused_servers(&authority) {
        for way in Way::BOTH {
            let server = SServer::start(&case.identity, &["-rev"]);
            let client = Client { host: case.host, ..Client::new(&authority) };
            let outcome = client.run(way, server.port, b"line\n");
            assert_eq!(outcome.status, 1, "{outcome:?}");
            assert!(outcome.told.contains(case.error), "{outcome:?}");
            server.process.errors.wait_for(&format!("alert number {}", case.alert.0));
        }
    }
}

/// Has OpenSSL update its keys: `K` asks for an update in return, `k` does not.
const UPDATES: [&[u8]; 6] = [b"K\n", b"k\n", b"K\n", b"K\n", b"k\n", b"k\n"];

#[test]
fn openssl_updates_its_keys_and_asks_for_ours() {
    let (authority, identity) = authority_and_server();
    let mut server = SServer::start(&identity, &[]);
    let mut stream = Client::new(&authority).stream(server.port);
    // Commands that come before its handshake is complete are lost.
    stream.write_all(b"hello\n").unwrap();
    server.process.output.wait_for("hello\n");
    let mut updates = 0;
    for (round, update) in UPDATES.into_iter().enumerate() {
        server.process.command(update);
        let line = format!("line {round}\n");
        server.process.write(line.as_bytes());
        let mut received = vec![0; line.len()];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(received, line.as_bytes());
        while let Some(notice) = stream.poll_notice() {
            updates += usize::from(notice == Notice::PeerKeyUpdated);
        }
        let answer = format!("answer {round}\n");
        stream.write_all(answer.as_bytes()).unwrap();
        server.process.output.wait_for(&answer);
    }
    assert_eq!(updates, UPDATES.len());
    stream.close().unwrap();
}

#[test]
fn the_example_follows_the_key_updates_of_openssl() {
    let (authority, identity) = authority_and_server();
    let mut server = SServer::start(&identity, &[]);
    let mut client = Client::new(&authority).start_example(server.port);
    client.write(b"hello\n");
    server.process.output.wait_for("hello\n");
    for (round, update) in UPDATES.into_iter().enumerate() {
        server.process.command(update);
        let line = format!("line {round}\n");
        server.process.write(line.as_bytes());
        client.output.wait_for(&line);
        let answer = format!("answer {round}\n");
        client.write(answer.as_bytes());
        server.process.output.wait_for(&answer);
    }
}

#[test]
fn a_client_updates_its_keys_and_asks_for_those_of_openssl() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev"]);
    let mut stream = Client::new(&authority).stream(server.port);
    stream.handshake().unwrap();
    let mut updates = 0;
    for _ in 0..10 {
        stream.update_key().unwrap();
        stream.update_key().unwrap();
        stream.write_all(b"line\n").unwrap();
        let mut received = [0; 5];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(&received, b"enil\n");
        while let Some(notice) = stream.poll_notice() {
            updates += usize::from(notice == Notice::PeerKeyUpdated);
        }
    }
    // The second request of each round was absorbed, since the first was outstanding.
    assert_eq!(updates, 10);
    stream.close().unwrap();
    saw(Implementation::OpenSsl, As::Server, Feature::KeyUpdates);
}

/// So many bytes of lines, and what comes back.
fn lines(length: usize) -> (Vec<u8>, Vec<u8>) {
    let mut sent = Vec::new();
    let mut back = Vec::new();
    let mut number = 0_u64;
    while sent.len() < length {
        let line = format!("{number:0500}");
        number += 1;
        sent.extend(line.bytes().chain(*b"\n"));
        back.extend(line.bytes().rev().chain(*b"\n"));
    }
    (sent, back)
}

#[test]
fn sixty_four_mebibytes_come_back_while_they_are_sent() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev"]);
    let (sent, back) = lines(64 << 20);
    for way in Way::BOTH {
        let outcome = Client::new(&authority).run(way, server.port, &sent);
        assert!(outcome.received == back, "{} bytes", outcome.received.len());
        assert_eq!(outcome.status, 0);
    }
    saw(Implementation::OpenSsl, As::Server, Feature::Large);
    saw(Implementation::OpenSsl, As::Server, Feature::HalfClose);
}

#[test]
fn the_smallest_socket_buffers_are_enough() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev"]);
    let (sent, back) = lines(1 << 15);
    let socket = tiny_connection(server.port);
    let config =
        ClientConfig::builder().with_root_certificates(authority.roots()).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut stream = patient(Stream::client(config, name, socket).unwrap());
    assert!(exchange(&mut stream, &sent, back.len()).unwrap() == back);
    stream.close().unwrap();
}

#[test]
fn bytes_written_one_by_one_arrive_in_order() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev"]);
    let (sent, back) = lines(2000);
    // The library, and the example with an input that trickles.
    let mut stream = Client::new(&authority).stream(server.port);
    for byte in &sent {
        assert_eq!(stream.write(&[*byte]).unwrap(), 1);
    }
    let mut received = vec![0; back.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(received, back);
    stream.close().unwrap();

    let mut process = Client::new(&authority).start_example(server.port);
    for byte in &sent {
        process.write(&[*byte]);
    }
    assert_eq!(process.finish(), 0);
    assert_eq!(process.output.all(), back);
    saw(Implementation::OpenSsl, As::Server, Feature::Tiny);
}

#[test]
fn an_end_without_close_notify_is_told_from_a_clean_one() {
    let (authority, identity) = authority_and_server();
    let mut server = SServer::start(&identity, &[]);
    let mut process = Client::new(&authority).start_example(server.port);
    process.write(b"line\n");
    server.process.output.wait_for("line\n");
    // On `Q` OpenSSL closes the socket, and sends nothing before.
    server.process.write(b"Q\n");
    process.errors.wait_for("the stream ended without close_notify");
    assert_eq!(process.finish(), 3);
    saw(Implementation::OpenSsl, As::Server, Feature::Truncation);
}
