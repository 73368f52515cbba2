//! Our server and `openssl s_client`.

use std::io::Write;
use std::thread;

use hyaline::AlertDescription;
use hyaline::blocking::Stream;
use hyaline_tests::cases::{
    OFFERED_PROTOCOLS, PREFERRED_PROTOCOL, refused_clients, servers_refused_by_peers,
};
use hyaline_tests::certificates::{Authority, KeyKind, authority_and_server};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::{SUITES, Server, StreamOutcome};
use hyaline_tests::peers::files::{Files, text};
use hyaline_tests::peers::openssl::s_client;
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{echo, echo_with_updates, pattern, tiny_listener};

use crate::ours::{GROUPS, ServerExample, Way};

/// Has a line echoed by `server`, and ends.
#[track_caller]
pub(crate) fn talk(
    server: &Server<'_>,
    way: Way,
    authority: &Authority,
    arguments: &[&str],
) -> StreamOutcome {
    let (port, serving) = server.start(way);
    let mut client = s_client(authority, port, arguments);
    client.write(b"a line to echo\n");
    client.output.wait_for("a line to echo\n");
    assert_eq!(client.finish(), 0);
    let outcome = serving.finish();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    outcome
}

#[test]
fn a_server_agrees_with_openssl_on_every_suite_and_group() {
    let (authority, identity) = authority_and_server();
    for way in Way::BOTH {
        for suite in SUITES {
            for (name, group) in GROUPS {
                let suite = suite.to_string();
                let arguments = ["-ciphersuites", &suite, "-groups", name];
                let server = Server::new(identity.clone());
                let outcome = talk(&server, way, &authority, &arguments);
                assert!(outcome.told.contains(&suite), "{outcome:?}");
                assert!(outcome.told.contains(&group.to_string()), "{outcome:?}");
            }
        }
    }
    saw(Implementation::OpenSsl, As::Client, Feature::Full);
}

#[test]
fn openssl_follows_a_hello_retry_request_of_a_server() {
    let (authority, identity) = authority_and_server();
    for (wanted, group) in GROUPS {
        let server = Server { groups: &[group], ..Server::new(identity.clone()) };
        for (first, _) in GROUPS.into_iter().filter(|first| first.0 != wanted) {
            let groups = format!("{first}:{wanted}");
            let outcome = talk(&server, Way::Library, &authority, &["-groups", &groups]);
            assert!(outcome.told.contains(&group.to_string()), "{outcome:?}");
        }
    }
    // The example takes any group that it knows; the first here is one that it does not.
    let server = Server::new(identity);
    let outcome = talk(&server, Way::Example, &authority, &["-groups", "X448:P-384"]);
    assert!(outcome.told.contains("secp384r1"), "{outcome:?}");
    saw(Implementation::OpenSsl, As::Client, Feature::HelloRetryRequest);
}

#[test]
fn openssl_verifies_every_scheme_of_a_server() {
    let authority = Authority::new();
    for (schemes, kind) in [
        // The authority signs with P-256.
        ("ECDSA+SHA256", KeyKind::P256),
        ("ECDSA+SHA384:ECDSA+SHA256", KeyKind::P384),
        ("ed25519:ECDSA+SHA256", KeyKind::Ed25519),
        ("RSA-PSS+SHA256:ECDSA+SHA256", KeyKind::Rsa),
        ("RSA-PSS+SHA384:ECDSA+SHA256", KeyKind::Rsa),
        ("RSA-PSS+SHA512:ECDSA+SHA256", KeyKind::Rsa),
    ] {
        for way in Way::BOTH {
            let server = Server::new(authority.server(kind));
            talk(&server, way, &authority, &["-sigalgs", schemes]);
        }
    }
}

#[test]
fn a_server_verifies_every_kind_of_key_of_openssl() {
    let (authority, identity) = authority_and_server();
    for way in Way::BOTH {
        for kind in KeyKind::ALL {
            for required in [false, true] {
                let files = Files::new(&authority.client(kind));
                let arguments = ["-cert", text(&files.certificate), "-key", text(&files.key)];
                let asks = Some((&authority, required));
                let server = Server { asks, ..Server::new(identity.clone()) };
                talk(&server, way, &authority, &arguments);
            }
        }
    }
    saw(Implementation::OpenSsl, As::Client, Feature::ClientCertificate);
}

#[test]
fn a_server_may_ask_and_openssl_may_have_nothing() {
    let (authority, identity) = authority_and_server();
    for way in Way::BOTH {
        let server = Server { asks: Some((&authority, false)), ..Server::new(identity.clone()) };
        talk(&server, way, &authority, &[]);
    }
}

/// The server fails, and so does the client, with this alert.
#[track_caller]
pub(crate) fn fails(
    serving: (u16, crate::ours::Serving),
    mut client: Process,
    error: &str,
    alert: AlertDescription,
) {
    let (_, serving) = serving;
    let outcome = serving.finish();
    assert_ne!(outcome.status, 0);
    assert!(outcome.told.contains(error), "{outcome:?}");
    // At the end of its input it would leave, and perhaps before it has read the alert.
    client.errors.wait_for(&format!("alert number {}", alert.0));
    client.finish();
}

#[test]
fn openssl_learns_why_a_server_refuses_it() {
    let (authority, identity) = authority_and_server();
    for way in Way::BOTH {
        for case in refused_clients() {
            let files = case.identity.as_ref().map(Files::new);
            let arguments = files
                .as_ref()
                .map(|files| ["-cert", text(&files.certificate), "-key", text(&files.key)]);
            let asks = Some((&authority, case.required));
            let serving = Server { asks, ..Server::new(identity.clone()) }.start(way);
            let arguments = arguments.as_ref().map_or(&[][..], |arguments| arguments);
            let mut client = s_client(&authority, serving.0, arguments);
            client.write(b"a line that the server has still to receive\n");
            fails(serving, client, case.error, case.alert);
        }
    }
}

#[test]
fn a_server_that_openssl_refuses_learns_why() {
    let (authority, other) = (Authority::new(), Authority::new());
    for case in servers_refused_by_peers(&authority, &other) {
        for way in Way::BOTH {
            let (port, serving) = Server::new(case.identity.clone()).start(way);
            let mut client = s_client(case.trusted, port, &["-verify_hostname", case.host]);
            assert_eq!(client.finish(), 1);
            let outcome = serving.finish();
            assert!(outcome.told.contains(&case.alert.to_string()), "{outcome:?}");
        }
    }
}

#[test]
fn openssl_gets_the_protocol_that_a_server_prefers() {
    let (authority, identity) = authority_and_server();
    let server = Server { alpn: &[PREFERRED_PROTOCOL, "h2"], ..Server::new(identity) };
    for way in Way::BOTH {
        for (offered, expected) in OFFERED_PROTOCOLS {
            let offered = offered.join(",");
            let arguments = ["-alpn", &offered];
            let arguments = if offered.is_empty() { &[] } else { &arguments[..] };
            match expected {
                Ok(_) => talk(&server, way, &authority, arguments).assert_agreed(expected),
                Err(alert) => {
                    let serving = server.start(way);
                    let client = s_client(&authority, serving.0, arguments);
                    fails(serving, client, "application protocol", alert.into());
                }
            }
        }
    }
    saw(Implementation::OpenSsl, As::Client, Feature::Alpn);
}

#[test]
fn openssl_updates_its_keys_and_asks_for_ours() {
    let (authority, identity) = authority_and_server();
    for way in Way::BOTH {
        let (port, serving) = Server::new(identity.clone()).start(way);
        let mut client = s_client(&authority, port, &[]);
        for round in 0..6 {
            // `K` asks for an update in return, `k` does not.
            client.write(if round % 2 == 0 { b"K\n" } else { b"k\n" });
            client.errors.wait_for(&"KEYUPDATE\n".repeat(round + 1));
            let line = format!("line {round} after an update\n");
            client.write(line.as_bytes());
            client.output.wait_for(&line);
        }
        assert_eq!(client.finish(), 0);
        assert_eq!(serving.finish().status, 0);
    }
}

#[test]
fn a_server_updates_its_keys_and_asks_for_those_of_openssl() {
    let (authority, identity) = authority_and_server();
    let (port, serving) = Server::new(identity).start_library(echo_with_updates);
    let mut client = s_client(&authority, port, &[]);
    for round in 0..10 {
        let line = format!("line {round} among updates\n");
        client.write(line.as_bytes());
        client.output.wait_for(&line);
    }
    assert_eq!(client.finish(), 0);
    assert_eq!(serving.finish().status, 0);
    saw(Implementation::OpenSsl, As::Client, Feature::KeyUpdates);
}

/// OpenSSL sends so many bytes and gets them back at the same time.
#[track_caller]
fn exchanges(authority: &Authority, port: u16, length: usize) {
    let sent = pattern(length);
    let mut client = s_client(authority, port, &["-quiet", "-nocommands"]);
    let mut input = client.take_input();
    thread::scope(|scope| {
        // The input stays open until everything is back: its end would end the client.
        let writing = scope.spawn(|| input.write_all(&sent).map(|()| input));
        let back = client.output.wait_until(|bytes| bytes.len() >= length);
        assert!(back == sent, "{} bytes", back.len());
        drop(writing.join().unwrap().unwrap());
    });
}

#[test]
fn sixty_four_mebibytes_come_back_while_they_are_sent() {
    let (authority, identity) = authority_and_server();
    for way in Way::BOTH {
        let (port, _serving) = Server::new(identity.clone()).start(way);
        exchanges(&authority, port, 64 << 20);
    }
    saw(Implementation::OpenSsl, As::Client, Feature::Large);
}

#[test]
fn the_smallest_socket_buffers_are_enough() {
    let (authority, identity) = authority_and_server();
    let (port, _serving) = Server::new(identity).serve(tiny_listener(), echo);
    exchanges(&authority, port, 1 << 15);
}

#[test]
fn bytes_written_one_by_one_arrive_in_order() {
    let (authority, identity) = authority_and_server();
    let text: String = (0..500).map(|number| format!("{number}\n")).collect();
    let bytes = text.clone().into_bytes();
    let one_by_one = move |stream: &mut Stream| {
        for byte in bytes {
            assert_eq!(stream.write(&[byte])?, 1);
        }
        stream.half_close()?;
        echo(stream)
    };
    let (port, serving) = Server::new(identity).start_library(one_by_one);
    let mut client = s_client(&authority, port, &["-quiet"]);
    assert_eq!(String::from_utf8_lossy(&client.output.all()), text);
    client.finish();
    assert_eq!(serving.finish().status, 0);
    saw(Implementation::OpenSsl, As::Client, Feature::Tiny);
}

#[test]
fn the_example_sinks_and_says_how_the_stream_ended() {
    let (authority, identity) = authority_and_server();
    let (port, serving) = Server::new(identity.clone()).start_example("sink");
    let crate::ours::Serving::Example(mut server) = serving else { unreachable!() };
    let mut client = s_client(&authority, port, &[]);
    client.output.wait_for("---\n");
    client.write(b"eight b\n");
    assert_eq!(client.finish(), 0);
    server.output.wait_for("received 8 bytes; clean end\n");
    assert_eq!(server.finish(), 0);

    let (port, serving) = Server::new(identity).start_example("sink");
    let crate::ours::Serving::Example(mut server) = serving else { unreachable!() };
    let mut client = s_client(&authority, port, &[]);
    client.write(b"eight b\n");
    client.output.wait_for("Verify return code");
    server.errors.wait_for("x25519");
    drop(client);
    server.output.wait_for("bytes; truncated\n");
    assert_eq!(server.finish(), 1);
    saw(Implementation::OpenSsl, As::Client, Feature::Truncation);
}

#[test]
fn the_example_answers_http_and_closes() {
    let (authority, identity) = authority_and_server();
    let (port, serving) = Server::new(identity).start_example("http");
    let mut client = s_client(&authority, port, &["-quiet"]);
    client.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let page = client.output.text();
    assert!(page.starts_with("HTTP/1.1 200 OK\r\n"), "{page}");
    assert!(page.ends_with(", x25519, for localhost\n"), "{page}");
    client.finish();
    assert_eq!(serving.finish().status, 0);
}

#[test]
fn the_example_sends_until_nobody_listens() {
    let (authority, identity) = authority_and_server();
    let (port, serving) = Server::new(identity).start_example("source");
    let client = s_client(&authority, port, &["-quiet"]);
    let flood = client.output.wait_until(|bytes| bytes.len() > 1 << 20);
    assert!(flood.starts_with(b"0\n1\n2\n3\n"));
    drop(client);
    let outcome = serving.finish();
    assert_eq!(outcome.status, 1);
    assert!(outcome.told.contains("reset"), "{outcome:?}");
}
