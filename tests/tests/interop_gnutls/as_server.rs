//! Our server and `gnutls-cli`.

use std::io::{self, Read, Write};
use std::sync::mpsc;

use hyaline::Notice;
use hyaline::blocking::Stream;
use hyaline_tests::certificates::{Authority, Identity, KeyKind};
use hyaline_tests::peers::ends::{Outcome, Server};
use hyaline_tests::peers::files::{Files, text};
use hyaline_tests::sockets::echo;

use crate::gnutls::{GROUPS, SUITES, UPDATES, client, priority};

fn authority_and_server() -> (Authority, Identity) {
    let authority = Authority::new();
    let identity = authority.server(KeyKind::P256);
    (authority, identity)
}

/// Has a line echoed by `server`, and ends: GnuTLS first, and both cleanly.
#[track_caller]
fn talk(server: &Server<'_>, authority: &Authority, priority: &str, also: &[&str]) -> Outcome {
    let (port, serving) = server.start_library(echo);
    let mut client = client(authority, port, priority, also);
    client.output.wait_for("Simple Client Mode");
    client.write(b"a line to echo\n");
    client.output.wait_for("\na line to echo\n");
    assert_eq!(client.finish(), 0);
    let outcome = serving.finish();
    assert_eq!(outcome.status, 0, "{outcome:?}");
    outcome
}

#[test]
fn a_server_agrees_with_gnutls_on_every_suite_and_group() {
    let (authority, identity) = authority_and_server();
    for (suite, registered) in SUITES {
        for (theirs, group) in GROUPS {
            let server = Server::new(identity.clone());
            let only = priority(Some(suite), &[theirs]);
            let outcome = talk(&server, &authority, &only, &[]);
            assert!(outcome.told.contains(registered), "{outcome:?}");
            assert!(outcome.told.contains(&group.to_string()), "{outcome:?}");
        }
    }
}

#[test]
fn gnutls_follows_a_hello_retry_request_of_a_server() {
    let (authority, identity) = authority_and_server();
    for (wanted, group) in GROUPS {
        let server = Server { groups: &[group], ..Server::new(identity.clone()) };
        for (first, _) in GROUPS.into_iter().filter(|first| first.0 != wanted) {
            let groups = priority(None, &[first, wanted]);
            let (port, serving) = server.start_library(echo);
            // Otherwise it sends a share for a second group too; and it is to tell of messages.
            let also = ["--single-key-share", "--debug", "4"];
            let mut client = client(&authority, port, &groups, &also);
            client.errors.wait_for("HELLO RETRY REQUEST (1025) was received");
            client.write(b"a line to echo\n");
            client.output.wait_for("\na line to echo\n");
            assert_eq!(client.finish(), 0);
            let outcome = serving.finish();
            assert_eq!(outcome.status, 0, "{outcome:?}");
            assert!(outcome.told.contains(&group.to_string()), "{outcome:?}");
        }
    }
}

#[test]
fn gnutls_verifies_every_kind_of_key_of_a_server() {
    let authority = Authority::new();
    for kind in KeyKind::ALL {
        let server = Server::new(authority.server(kind));
        talk(&server, &authority, &priority(None, &[]), &[]);
    }
}

#[test]
fn a_server_verifies_every_kind_of_key_of_gnutls() {
    let (authority, identity) = authority_and_server();
    for kind in KeyKind::ALL {
        let files = Files::new(&authority.client(kind));
        let arguments =
            ["--x509certfile", text(&files.certificate), "--x509keyfile", text(&files.key)];
        for required in [false, true] {
            let asks = Some((&authority, required));
            let server = Server { asks, ..Server::new(identity.clone()) };
            talk(&server, &authority, &priority(None, &[]), &arguments);
        }
    }
}

#[test]
fn a_server_may_ask_and_gnutls_may_have_nothing() {
    let (authority, identity) = authority_and_server();
    let server = Server { asks: Some((&authority, false)), ..Server::new(identity) };
    talk(&server, &authority, &priority(None, &[]), &[]);
}

#[test]
fn gnutls_learns_why_a_server_refuses_it() {
    let (authority, identity) = authority_and_server();
    let files = Files::new(&Authority::new().client(KeyKind::P256));
    let stranger = ["--x509certfile", text(&files.certificate), "--x509keyfile", text(&files.key)];
    for (required, arguments, error, alert) in [
        (true, &[][..], "the client sent none", "alert [116]"),
        (true, &stranger, "no path leads", "alert [48]"),
        (false, &stranger, "no path leads", "alert [48]"),
    ] {
        let asks = Some((&authority, required));
        let server = Server { asks, ..Server::new(identity.clone()) };
        let (port, serving) = server.start_library(echo);
        let client = client(&authority, port, &priority(None, &[]), arguments);
        client.output.wait_for(alert);
        let outcome = serving.finish();
        assert_ne!(outcome.status, 0);
        assert!(outcome.told.contains(error), "{outcome:?}");
    }
}

#[test]
fn a_server_that_gnutls_refuses_learns_why() {
    let (authority, other) = (Authority::new(), Authority::new());
    let good = authority.server(KeyKind::P256);
    let elsewhere = ["--verify-hostname", "elsewhere.example"];
    for (identity, trusted, arguments) in [
        (good.clone(), &other, &[][..]),
        (authority.expired_server(), &authority, &[]),
        (good, &authority, &elsewhere),
    ] {
        let (port, serving) = Server::new(identity).start_library(echo);
        let mut client = client(trusted, port, &priority(None, &[]), arguments);
        assert_eq!(client.finish(), 1);
        let outcome = serving.finish();
        // It says the same of all of them.
        assert!(outcome.told.contains("the peer sent the alert bad_certificate"), "{outcome:?}");
    }
}

#[test]
fn gnutls_gets_the_protocol_that_a_server_prefers() {
    let (authority, identity) = authority_and_server();
    let all = priority(None, &[]);
    let server = Server { alpn: &["http/1.1", "h2"], ..Server::new(identity) };
    let outcome = talk(&server, &authority, &all, &["--alpn", "h2", "--alpn", "http/1.1"]);
    assert!(outcome.told.contains("ALPN http/1.1"), "{outcome:?}");
    let outcome = talk(&server, &authority, &all, &[]);
    assert!(!outcome.told.contains("ALPN"), "{outcome:?}");

    let (port, serving) = server.start_library(echo);
    let client = client(&authority, port, &all, &["--alpn", "spdy/3"]);
    client.output.wait_for("alert [120]");
    let outcome = serving.finish();
    assert!(outcome.told.contains("application protocol"), "{outcome:?}");
}

/// Echoes, and tells of every notice.
fn echo_and_tell(stream: &mut Stream, told: &mpsc::Sender<Notice>) -> io::Result<()> {
    let mut bytes = [0; 1000];
    loop {
        let count = stream.read(&mut bytes)?;
        while let Some(notice) = stream.poll_notice() {
            told.send(notice).map_err(io::Error::other)?;
        }
        if count == 0 {
            return Ok(());
        }
        stream.write_all(&bytes[..count])?;
    }
}

#[test]
fn gnutls_updates_its_keys_and_asks_for_ours() {
    let (authority, identity) = authority_and_server();
    let (sender, notices) = mpsc::channel();
    let (port, serving) =
        Server::new(identity).start_library(move |stream| echo_and_tell(stream, &sender));
    let mut client = client(&authority, port, &priority(None, &[]), &["--inline-commands"]);
    client.output.wait_for("Simple Client Mode");
    client.write(b"a line before any update\n");
    client.output.wait_for("a line before any update\n");
    for round in 1..=UPDATES {
        client.write(b"^rekey^\n");
        client.output.wait_for_times("Rekey was completed", round);
        let line = format!("line {round} after an update\n");
        client.write(line.as_bytes());
        client.output.wait_for(&line);
    }
    assert_eq!(client.finish(), 0);
    assert_eq!(serving.finish().status, 0);
    let updates = notices.iter().filter(|notice| *notice == Notice::PeerKeyUpdated).count();
    assert_eq!(updates, UPDATES);
}

/// Echoes, and asks for new keys before each answer.
fn echo_with_updates(stream: &mut Stream) -> io::Result<()> {
    let mut bytes = [0; 1000];
    loop {
        let count = stream.read(&mut bytes)?;
        if count == 0 {
            return Ok(());
        }
        stream.update_key()?;
        stream.write_all(&bytes[..count])?;
    }
}

#[test]
fn a_server_updates_its_keys_and_asks_for_those_of_gnutls() {
    let (authority, identity) = authority_and_server();
    let (port, serving) = Server::new(identity).start_library(echo_with_updates);
    let mut client = client(&authority, port, &priority(None, &[]), &[]);
    client.output.wait_for("Simple Client Mode");
    for round in 0..UPDATES {
        let line = format!("line {round} among updates\n");
        client.write(line.as_bytes());
        client.output.wait_for(&line);
    }
    assert_eq!(client.finish(), 0);
    assert_eq!(serving.finish().status, 0);
}

#[test]
fn gnutls_is_told_that_a_server_has_ended() {
    let (authority, identity) = authority_and_server();
    let farewell = |stream: &mut Stream| {
        stream.write_all(b"a line and no more\n")?;
        stream.half_close()?;
        echo(stream)
    };
    let (port, serving) = Server::new(identity).start_library(farewell);
    let mut client = client(&authority, port, &priority(None, &[]), &[]);
    client.output.wait_for("a line and no more\n");
    client.output.wait_for("Peer has closed the GnuTLS connection");
    assert_eq!(client.finish(), 0);
    // It leaves at once, and owes us its close_notify.
    assert!(serving.finish().told.contains("without close_notify"));
}
