//! Early data, with GnuTLS on the other side.
//!
//! Not across a HelloRetryRequest: there GnuTLS 3.7 seals its second ClientHello with the keys of
//! early data, as a client, and expects it so, as a server.

use hyaline::EarlyDataOutcome;
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::early::{accepting, ask, serve_each};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::{file, text};

use crate::gnutls::{GnutlsServer, SUITES, client, priority};

#[test]
fn gnutls_accepts_the_early_data_of_a_client() {
    let (authority, identity) = authority_and_server();
    let accepts = ["--disable-client-cert", "--earlydata", "--maxearlydata", "16384"];
    for (suite, _) in SUITES {
        let only = priority(Some(suite), &["X25519"]);
        let server = GnutlsServer::start(&identity, &only, &accepts);
        let config = Client::new(&authority).config();
        let first = ask(&config, server.port, b"early\n", b"line\n");
        assert_eq!(first, (EarlyDataOutcome::NotOffered, false));
        for _ in 0..2 {
            let again = ask(&config, server.port, b"early\n", b"line\n");
            assert_eq!(again, (EarlyDataOutcome::Accepted, true), "{suite}");
        }
    }
    saw(Implementation::GnuTls, As::Server, Feature::EarlyDataAccepted);
}

#[test]
fn a_client_is_told_that_gnutls_rejects_its_early_data() {
    let (authority, identity) = authority_and_server();
    let accepts = ["--disable-client-cert", "--earlydata", "--maxearlydata", "16384"];
    let only = priority(None, &["X25519"]);
    for arguments in [&accepts[..], &accepts[..1]] {
        let server = GnutlsServer::start(&identity, &only, &accepts);
        let config = Client::new(&authority).config();
        let first = ask(&config, server.port, b"early\n", b"line\n");
        assert_eq!(first, (EarlyDataOutcome::NotOffered, false));
        // Another server does not know the session.
        let other = GnutlsServer::start(&identity, &only, arguments);
        let again = ask(&config, other.port, b"early\n", b"line\n");
        assert_eq!(again, (EarlyDataOutcome::Rejected, false), "{arguments:?}");
    }
    saw(Implementation::GnuTls, As::Server, Feature::EarlyDataRejected);
}

#[test]
fn a_server_accepts_the_early_data_of_gnutls_or_rejects_them() {
    let (authority, identity) = authority_and_server();
    let config = accepting(Server::new(identity).config(), 1 << 14);
    let none = config.clone().with_max_early_data(0).unwrap();
    let data = file("early\n");
    for (suite, _) in SUITES {
        let ways = [(config.clone(), Some(&b"early\n"[..])), (none.clone(), None)];
        for (second, expected) in ways {
            // GnuTLS waits for a ticket, so our server speaks first.
            let (port, serving) = serve_each([config.clone(), second], b"hello\n");
            let also = ["--resume", "--waitresumption", "--earlydata", text(&data)];
            let mut client = client(&authority, port, &priority(Some(suite), &[]), &also);
            client.output.wait_for("*** This is a resumed session");
            client.output.wait_for("Simple Client Mode");
            client.write(b"a line to echo\n");
            client.output.wait_for("\na line to echo\n");
            assert_eq!(client.finish(), 0);
            let [_, again] = serving.join().unwrap();
            assert!(again.resumed);
            assert_eq!(again.early_data.as_deref(), expected, "{suite}");
        }
    }
    saw(Implementation::GnuTls, As::Client, Feature::EarlyDataAccepted);
    saw(Implementation::GnuTls, As::Client, Feature::EarlyDataRejected);
}
