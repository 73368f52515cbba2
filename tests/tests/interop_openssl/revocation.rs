//! Certificates that an authority has revoked, by the lists that OpenSSL writes.

use hyaline_tests::certificates::{Authority, KeyKind, authority_and_server};
use hyaline_tests::peers::ends::{Client, Server};
use hyaline_tests::peers::files::{Files, file, text};
use hyaline_tests::peers::openssl::{SServer, revocation_list, s_client};
use hyaline_tests::process::Process;
use std::process::Command;

use crate::ours::{ClientExample, ServerExample, Way, example};

#[test]
fn a_client_refuses_a_server_that_openssls_list_names_and_no_other() {
    let (authority, identity) = authority_and_server();
    let server = SServer::start(&identity, &["-rev"]);
    let empty = revocation_list(&authority, &[]);
    let other = revocation_list(&authority, &[&authority.client(KeyKind::P256)]);
    let naming = revocation_list(&authority, &[&identity]);
    for way in Way::BOTH {
        for list in [&empty, &other] {
            let client = Client { revocation_lists: Some(list), ..Client::new(&authority) };
            let outcome = client.run(way, server.port, b"line\n");
            assert_eq!((outcome.status, &*outcome.received), (0, &b"enil\n"[..]), "{outcome:?}");
        }
        let client = Client { revocation_lists: Some(&naming), ..Client::new(&authority) };
        let outcome = client.run(way, server.port, b"line\n");
        assert_eq!(outcome.status, 1, "{outcome:?}");
        assert!(outcome.told.contains("has been revoked"), "{outcome:?}");
    }
    // The server is told.
    server.process.errors.wait_for("alert certificate revoked");
}

#[test]
fn a_server_refuses_a_client_that_openssls_list_names_and_no_other() {
    let (authority, identity) = authority_and_server();
    let [revoked, good] = [(); 2].map(|()| authority.client(KeyKind::P256));
    let list = revocation_list(&authority, &[&revoked]);
    for way in Way::BOTH {
        for (client, status) in [(&revoked, 1), (&good, 0)] {
            let server = Server {
                asks: Some((&authority, true)),
                revocation_lists: Some(&list),
                ..Server::new(identity.clone())
            };
            let (port, serving) = server.start(way);
            let files = Files::new(client);
            let arguments = ["-cert", text(&files.certificate), "-key", text(&files.key)];
            let mut client = s_client(&authority, port, &arguments);
            if status == 0 {
                client.write(b"a line to echo\n");
                client.output.wait_for("a line to echo\n");
                assert_eq!(client.finish(), 0);
            } else {
                client.errors.wait_for("alert certificate revoked");
            }
            let outcome = serving.finish();
            assert_eq!(outcome.status, status, "{outcome:?}");
            assert_eq!(outcome.told.contains("has been revoked"), status == 1, "{outcome:?}");
        }
    }
}

#[test]
fn a_file_without_a_list_or_with_a_damaged_one_is_told() {
    let authority = Authority::new();
    let list = std::fs::read_to_string(revocation_list(&authority, &[])).unwrap();
    let damaged = list.replace("MII", "M!I").replace("-----END", "=-----END");
    for (content, reason) in [
        (authority.pem().into_bytes(), "no PEM section"),
        (damaged.into_bytes(), "damaged"),
        (vec![0x30, 0x00], "not a well-formed revocation list"),
    ] {
        let path = file(content);
        let mut command = Command::new(example("client"));
        command.arg("--ca").arg(file(authority.pem())).arg("--crl").arg(&path);
        let mut process = Process::start(command.arg("localhost:1"));
        assert_eq!(process.finish(), 1);
        let told = process.errors.text();
        assert!(told.contains(text(&path)) && told.contains(reason), "{told}");
    }
}
