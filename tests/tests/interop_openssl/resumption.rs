//! Sessions that are resumed, with OpenSSL on the other side.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use hyaline::crypto::Ring;
use hyaline::{NamedGroup, PskExchange, RememberedTickets, ServerConfig};
use hyaline_tests::certificates::{Authority, KeyKind, authority_and_server};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::{Client, Server, resumes, serve_two};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::peers::openssl::{SServer, s_client};
use hyaline_tests::process::Process;

use crate::ours::{example, example_server};

#[test]
fn a_client_resumes_its_sessions_with_openssl() {
    let (authority, identity) = authority_and_server();
    let ways: [&[&str]; 5] = [
        &[],
        // The server keeps the sessions.
        &["-no_ticket"],
        // A HelloRetryRequest comes first.
        &["-groups", "P-384"],
        &["-ciphersuites", "TLS_AES_256_GCM_SHA384"],
        &["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"],
    ];
    for arguments in ways {
        let server = SServer::start(&identity, &[&["-rev"][..], arguments].concat());
        let config = Client::new(&authority).config();
        assert!(!resumes(&config, server.port, b"enil\n"), "{arguments:?}");
        for _ in 0..2 {
            assert!(resumes(&config, server.port, b"enil\n"), "{arguments:?}");
        }
        assert!(!resumes(&config.without_resumption(), server.port, b"enil\n"), "{arguments:?}");
    }
    saw(Implementation::OpenSsl, As::Server, Feature::Resumed);
}

#[test]
fn a_client_resumes_without_an_exchange_with_openssl_where_both_say_so() {
    let (authority, identity) = authority_and_server();
    for allows in [true, false] {
        let allowed: &[&str] = if allows { &["-rev", "-allow_no_dhe_kex"] } else { &["-rev"] };
        let server = SServer::start(&identity, allowed);
        let config = Client::new(&authority).config();
        assert!(!resumes(&config, server.port, b"enil\n"));
        // A client that offers no other mode refuses a share beside the key.
        let config = config.with_psk_exchange(PskExchange::Omitted);
        for _ in 0..2 {
            assert_eq!(resumes(&config, server.port, b"enil\n"), allows);
        }
    }
}

#[test]
fn openssl_resumes_without_an_exchange_with_a_server_where_both_say_so() {
    let (authority, identity) = authority_and_server();
    for allows in [true, false] {
        let config = Server::new(identity.clone()).config();
        let (port, serving) = serve_two(config.with_psk_exchange(PskExchange::Omitted), b"");
        let session = file("");
        let allowed: &[&str] = if allows { &["-allow_no_dhe_kex"] } else { &[] };
        for session_is in ["-sess_out", "-sess_in"] {
            let own = [session_is, text(&session)];
            if session_is == "-sess_in" && !allows {
                continue;
            }
            let mut client = s_client(&authority, port, &[&own[..], allowed].concat());
            client.write(b"a line to echo\n");
            client.output.wait_for("a line to echo\n");
            assert_eq!(client.finish(), 0);
        }
        if !allows {
            // The server sent no ticket that this client could use.
            assert_eq!(std::fs::read(&session).unwrap(), b"");
            let mut client = s_client(&authority, port, &[]);
            client.write(b"a line to echo\n");
            client.output.wait_for("a line to echo\n");
            assert_eq!(client.finish(), 0);
        }
        assert_eq!(serving.join().unwrap(), [false, allows]);
    }
}

#[test]
fn a_client_that_has_shown_a_certificate_resumes_with_openssl() {
    let (authority, identity) = authority_and_server();
    let trusted = file(authority.pem());
    let arguments = ["-rev", "-Verify", "1", "-verify_return_error", "-CAfile", text(&trusted)];
    let server = SServer::start(&identity, &arguments);
    let own = Some(authority.client(KeyKind::P256));
    let config = Client { identity: own, ..Client::new(&authority) }.config();
    assert!(!resumes(&config, server.port, b"enil\n"));
    assert!(resumes(&config, server.port, b"enil\n"));
}

/// The example client has a line answered, and tells whether it has resumed.
fn example_resumes(authority: &Authority, sessions: &Path, port: u16, answer: &str) -> bool {
    let mut command = Command::new(example("client"));
    command.arg("--ca").arg(file(authority.pem())).arg("--resume").arg(sessions);
    let mut client = Process::start(command.arg(format!("localhost:{port}")));
    client.write(b"line\n");
    client.output.wait_for(answer);
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    client.errors.text().contains(", resumed")
}

#[test]
fn the_example_client_resumes_between_its_runs() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev"]);
    let sessions = file("");
    let told = [(); 3].map(|()| example_resumes(&authority, &sessions, server.port, "enil\n"));
    assert_eq!(told, [false, true, true]);
}

#[test]
fn the_example_client_resumes_with_the_example_server() {
    let (authority, identity) = authority_and_server();
    let (_server, port) = example_server(&[identity]);
    let sessions = file("");
    let told = [(); 2].map(|()| example_resumes(&authority, &sessions, port, "line\n"));
    assert_eq!(told, [false, true]);
}

#[test]
fn openssl_resumes_its_sessions_with_a_server() {
    let (authority, identity) = authority_and_server();
    let files = Files::new(&authority.client(KeyKind::P256));
    let certificate = ["-cert", text(&files.certificate), "-key", text(&files.key)];
    let open = Server::new(identity.clone()).config();
    let asks = Some((&authority, true));
    let strict = Server { asks, ..Server::new(identity.clone()) }.config();
    let retrying =
        Server { groups: &[NamedGroup::Secp384r1], ..Server::new(identity.clone()) }.config();
    let remembered = Arc::new(RememberedTickets::new(Ring, 8));
    let ways: [(ServerConfig, &[&str]); 5] = [
        (open.clone(), &[]),
        (open.clone().with_session_tickets(remembered), &[]),
        (retrying, &[]),
        (open, &["-ciphersuites", "TLS_AES_256_GCM_SHA384"]),
        (strict, &certificate),
    ];
    for (config, arguments) in ways {
        let (port, serving) = serve_two(config, b"");
        let session = file("");
        for (session_is, says) in [("-sess_out", "New, TLSv1.3"), ("-sess_in", "Reused, TLSv1.3")] {
            let mut client = s_client(
                &authority,
                port,
                &[&[session_is, text(&session)][..], arguments].concat(),
            );
            client.write(b"a line to echo\n");
            client.output.wait_for("a line to echo\n");
            client.output.wait_for(says);
            assert_eq!(client.finish(), 0);
        }
        assert_eq!(serving.join().unwrap(), [false, true], "{arguments:?}");
    }
    saw(Implementation::OpenSsl, As::Client, Feature::Resumed);
}
