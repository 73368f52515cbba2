//! Our client and `gnutls-serv`.

use std::io::{Read, Write};

use hyaline::{Alert, Error, Notice};
use hyaline_tests::cases::{
    OFFERED_PROTOCOLS, PREFERRED_PROTOCOL, SENT_TO_WHO_REFUSES, clients_refused_by_peers,
    refused_servers,
};
use hyaline_tests::certificates::{Authority, KeyKind, authority_and_server};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::{self, Client, StreamOutcome};
use hyaline_tests::peers::files::{file, text};
use hyaline_tests::sockets::reason;

use crate::gnutls::{GROUPS, GnutlsServer, SUITES, UPDATES, priority};

/// The conversation went well: a line came back, and then the clean end.
#[track_caller]
pub(crate) fn assert_went_well(outcome: &StreamOutcome) {
    assert_eq!(outcome.received, b"line\n", "{outcome:?}");
    assert_eq!(outcome.status, 0, "{outcome:?}");
}

#[test]
fn a_client_agrees_with_gnutls_on_every_suite_and_group() {
    let (authority, identity) = authority_and_server();
    let server = GnutlsServer::without_client_certificates(&identity, &priority(None, &[]));
    for suite in ends::SUITES {
        for (_, group) in GROUPS {
            let client = Client { suites: &[suite], groups: &[group], ..Client::new(&authority) };
            let outcome = client.talk(server.port, b"line\n");
            assert_went_well(&outcome);
            assert!(outcome.told.contains(&suite.to_string()), "{outcome:?}");
            assert!(outcome.told.contains(&group.to_string()), "{outcome:?}");
        }
    }
    saw(Implementation::GnuTls, As::Server, Feature::Full);
}

#[test]
fn a_client_gets_the_suite_that_gnutls_alone_accepts() {
    let (authority, identity) = authority_and_server();
    for (theirs, registered) in SUITES {
        let only = priority(Some(theirs), &[]);
        let server = GnutlsServer::without_client_certificates(&identity, &only);
        let outcome = Client::new(&authority).talk(server.port, b"line\n");
        assert_went_well(&outcome);
        assert!(outcome.told.contains(registered), "{outcome:?}");
        server.process.output.wait_for(&format!("- Cipher: {theirs}\n"));
    }
}

#[test]
fn a_client_follows_a_hello_retry_request_of_gnutls() {
    let (authority, identity) = authority_and_server();
    for (theirs, wanted) in GROUPS {
        let only = priority(None, &[theirs]);
        let server = GnutlsServer::without_client_certificates(&identity, &only);
        for (_, first) in GROUPS.into_iter().filter(|first| first.1 != wanted) {
            let client = Client { groups: &[first, wanted], ..Client::new(&authority) };
            let outcome = client.talk(server.port, b"line\n");
            assert_went_well(&outcome);
            assert!(outcome.told.contains(&wanted.to_string()), "{outcome:?}");
        }
    }
    saw(Implementation::GnuTls, As::Server, Feature::HelloRetryRequest);
}

#[test]
fn a_client_verifies_every_kind_of_key_of_gnutls() {
    let authority = Authority::new();
    for kind in KeyKind::ALL {
        let identity = authority.server(kind);
        let server = GnutlsServer::without_client_certificates(&identity, &priority(None, &[]));
        assert_went_well(&Client::new(&authority).talk(server.port, b"line\n"));
    }
}

#[test]
fn gnutls_verifies_every_kind_of_key_of_a_client() {
    let (authority, identity) = authority_and_server();
    let trusted = file(authority.pem());
    let arguments =
        ["--require-client-cert", "--verify-client-cert", "--x509cafile", text(&trusted)];
    let server = GnutlsServer::start(&identity, &priority(None, &[]), &arguments);
    for kind in KeyKind::ALL {
        let identity = Some(authority.client(kind));
        let client = Client { identity, ..Client::new(&authority) };
        assert_went_well(&client.talk(server.port, b"line\n"));
    }
    server.process.output.wait_for_times("The certificate is trusted", KeyKind::ALL.len());
    saw(Implementation::GnuTls, As::Server, Feature::ClientCertificate);
}

#[test]
fn a_client_that_gnutls_refuses_learns_why() {
    let (authority, identity) = authority_and_server();
    let trusted = file(authority.pem());
    let arguments =
        ["--require-client-cert", "--verify-client-cert", "--x509cafile", text(&trusted)];
    let server = GnutlsServer::start(&identity, &priority(None, &[]), &arguments);
    for (identity, alert) in clients_refused_by_peers() {
        // GnuTLS answers access_denied, whatever is wrong with a certificate.
        let alert = if identity.is_some() { Alert::AccessDenied.into() } else { alert };
        for input in SENT_TO_WHO_REFUSES {
            let client = Client { identity: identity.clone(), ..Client::new(&authority) };
            let outcome = client.talk(server.port, input);
            assert_eq!(outcome.status, 5, "{} bytes, {outcome:?}", input.len());
            assert!(outcome.told.contains(&alert.to_string()), "{outcome:?}");
        }
    }
}

#[test]
fn gnutls_may_ask_and_a_client_may_have_nothing() {
    let (authority, identity) = authority_and_server();
    let trusted = file(authority.pem());
    let arguments = ["--x509cafile", text(&trusted)];
    let server = GnutlsServer::start(&identity, &priority(None, &[]), &arguments);
    assert_went_well(&Client::new(&authority).talk(server.port, b"line\n"));
}

#[test]
fn a_client_gets_the_protocol_that_gnutls_chooses() {
    let (authority, identity) = authority_and_server();
    let arguments = ["--disable-client-cert", "--alpn", PREFERRED_PROTOCOL, "--alpn-fatal"];
    let server = GnutlsServer::start(&identity, &priority(None, &[]), &arguments);
    for (alpn, expected) in OFFERED_PROTOCOLS {
        let outcome = Client { alpn, ..Client::new(&authority) }.talk(server.port, b"line\n");
        outcome.assert_agreed(expected);
        if expected.is_ok() {
            assert_went_well(&outcome);
        }
    }
    saw(Implementation::GnuTls, As::Server, Feature::Alpn);
}

#[test]
fn a_server_that_is_not_accepted_is_told_why() {
    let authority = Authority::new();
    for case in refused_servers(&authority) {
        let all = priority(None, &[]);
        let server = GnutlsServer::without_client_certificates(&case.identity, &all);
        let client = Client { host: case.host, ..Client::new(&authority) };
        let outcome = client.talk(server.port, b"line\n");
        assert_eq!(outcome.status, 1, "{outcome:?}");
        assert!(outcome.told.contains(case.error), "{outcome:?}");
        server.process.output.wait_for(&format!("alert '{}'", case.alert.0));
    }
}

#[test]
fn a_client_updates_its_keys_and_asks_for_those_of_gnutls() {
    let (authority, identity) = authority_and_server();
    let server = GnutlsServer::without_client_certificates(&identity, &priority(None, &[]));
    let mut stream = Client::new(&authority).stream(server.port);
    stream.handshake().unwrap();
    let mut updates = 0;
    for round in 0..UPDATES {
        let line = format!("line {round} among updates\n");
        stream.update_key().unwrap();
        stream.write_all(line.as_bytes()).unwrap();
        let mut received = vec![0; line.len()];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(received, line.as_bytes());
        while let Some(notice) = stream.poll_notice() {
            updates += usize::from(notice == Notice::PeerKeyUpdated);
        }
    }
    assert_eq!(updates, UPDATES);
    stream.close().unwrap();
    saw(Implementation::GnuTls, As::Server, Feature::KeyUpdates);
}

#[test]
fn much_comes_back_while_it_is_sent() {
    let (authority, identity) = authority_and_server();
    let server = GnutlsServer::without_client_certificates(&identity, &priority(None, &[]));
    // GnuTLS answers line by line.
    let sent = b"a line of which there are many\n".repeat(1 << 16);
    let outcome = Client::new(&authority).talk(server.port, &sent);
    assert!(outcome.received == sent, "{} bytes", outcome.received.len());
    assert_eq!(outcome.status, 0);
    saw(Implementation::GnuTls, As::Server, Feature::Large);
    saw(Implementation::GnuTls, As::Server, Feature::HalfClose);
}

#[test]
fn bytes_written_one_by_one_arrive_in_order() {
    let (authority, identity) = authority_and_server();
    let server = GnutlsServer::without_client_certificates(&identity, &priority(None, &[]));
    let mut stream = Client::new(&authority).stream(server.port);
    let sent: String = (0..100).map(|number| format!("{number}\n")).collect();
    for byte in sent.bytes() {
        assert_eq!(stream.write(&[byte]).unwrap(), 1);
    }
    let mut received = vec![0; sent.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(String::from_utf8_lossy(&received), sent);
    stream.close().unwrap();
    saw(Implementation::GnuTls, As::Server, Feature::Tiny);
}

#[test]
fn a_gnutls_that_is_killed_is_told_from_one_that_ends() {
    let (authority, identity) = authority_and_server();
    let server = GnutlsServer::without_client_certificates(&identity, &priority(None, &[]));
    let mut stream = Client::new(&authority).stream(server.port);
    stream.write_all(b"line\n").unwrap();
    stream.read_exact(&mut [0; 5]).unwrap();
    drop(server);
    assert_eq!(reason(&stream.read(&mut [0]).unwrap_err()), Error::Truncated);
    saw(Implementation::GnuTls, As::Server, Feature::Truncation);
}

#[test]
fn gnutls_that_ends_first_ends_cleanly() {
    let (authority, identity) = authority_and_server();
    let arguments = ["--disable-client-cert", "--http"];
    let server = GnutlsServer::start(&identity, &priority(None, &[]), &arguments);
    let mut stream = Client::new(&authority).stream(server.port);
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").unwrap();
    let mut page = String::new();
    // That this succeeds says that close_notify came.
    stream.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.0 200 OK\r\n"), "{page}");
    assert_eq!(stream.error(), None);
    stream.close().unwrap();
}
