//! OCSP responses that OpenSSL makes, shows and reads.

use hyaline::Staples;
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::text;
use hyaline_tests::peers::openssl::{SServer, s_client, status_response};

use crate::ours::{ClientExample, ServerExample, Way};

#[test]
fn a_client_judges_a_server_by_the_response_that_openssl_shows() {
    let (authority, identity) = authority_and_server();
    let [good, bad] =
        [false, true].map(|is_revoked| status_response(&authority, &identity, is_revoked));
    let server = |arguments: &[&str]| SServer::start(&identity, arguments);
    let good = server(&["-rev", "-status_file", text(&good)]);
    let bad = server(&["-rev", "-status_file", text(&bad)]);
    let bare = server(&["-rev"]);
    for way in Way::BOTH {
        let run = |staples, server: &SServer| {
            Client { staples, ..Client::new(&authority) }.run(way, server.port, b"line\n")
        };
        for outcome in
            [run(Staples::Required, &good), run(Staples::Asked, &bare), run(Staples::Unasked, &bad)]
        {
            assert_eq!((outcome.status, &*outcome.received), (0, &b"enil\n"[..]), "{outcome:?}");
        }
        let revoked = run(Staples::Asked, &bad);
        assert!(revoked.status == 1 && revoked.told.contains("been revoked"), "{revoked:?}");
        let missed = run(Staples::Required, &bare);
        assert!(missed.status == 1 && missed.told.contains("came without"), "{missed:?}");
    }
    bad.process.errors.wait_for("alert certificate revoked");
}

#[test]
fn openssl_reads_the_response_that_a_server_shows() {
    let (authority, identity) = authority_and_server();
    let response = status_response(&authority, &identity, false);
    for way in Way::BOTH {
        for (staple, told) in
            [(Some(&*response), "Cert Status: good"), (None, "OCSP response: no response sent")]
        {
            let server = Server { staple, ..Server::new(identity.clone()) };
            let (port, serving) = server.start(way);
            let mut client = s_client(&authority, port, &["-status"]);
            client.output.wait_for(told);
            client.write(b"a line to echo\n");
            client.output.wait_for("a line to echo\n");
            assert_eq!(client.finish(), 0);
            assert_eq!(serving.finish().status, 0);
        }
    }
}
