//! Sessions that are resumed, with GnuTLS on the other side.

use hyaline::NamedGroup;
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::{Client, Server, resumes, serve_two};

use crate::gnutls::{GnutlsServer, SUITES, client, priority};

#[test]
fn a_client_resumes_its_sessions_with_gnutls() {
    let (authority, identity) = authority_and_server();
    for (suite, _) in SUITES {
        // The second is asked for by a HelloRetryRequest.
        for group in ["X25519", "SECP384R1"] {
            let only = priority(Some(suite), &[group]);
            let server = GnutlsServer::without_client_certificates(&identity, &only);
            let config = Client::new(&authority).config();
            assert!(!resumes(&config, server.port, b"line\n"), "{suite}, {group}");
            for _ in 0..2 {
                assert!(resumes(&config, server.port, b"line\n"), "{suite}, {group}");
            }
        }
    }
    saw(Implementation::GnuTls, As::Server, Feature::Resumed);
}

#[test]
fn gnutls_resumes_its_sessions_with_a_server() {
    let (authority, identity) = authority_and_server();
    for (suite, _) in SUITES {
        for groups in [&[NamedGroup::X25519][..], &[NamedGroup::Secp384r1]] {
            let server = Server { groups, ..Server::new(identity.clone()) };
            // GnuTLS waits for a ticket, so our server speaks first.
            let (port, serving) = serve_two(server.config(), b"hello\n");
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
    saw(Implementation::GnuTls, As::Client, Feature::Resumed);
}
