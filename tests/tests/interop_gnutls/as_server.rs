//! Our server and `gnutls-cli`.

use std::io::{self, Read, Write};
use std::sync::mpsc;

use hyaline::blocking::Stream;
use hyaline::{AlertDescription, Notice};
use hyaline_tests::cases::{
    OFFERED_PROTOCOLS, PREFERRED_PROTOCOL, refused_clients, servers_refused_by_peers,
};
use hyaline_tests::certificates::{Authority, KeyKind, authority_and_server};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::{Server, StreamOutcome};
use hyaline_tests::peers::files::{Files, text};
use hyaline_tests::sockets::{echo, echo_with_updates};

use crate::gnutls::{GROUPS, SUITES, UPDATES, client, priority};

/// Has a line echoed by `server`, and ends: GnuTLS first, and both cleanly.
#[track_caller]
pub(crate) fn talk(
    server: &Server<'_>,
    authority: &Authority,
    priority: &str,
    also: &[&str],
) -> StreamOutcome {
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
    saw(Implementation::GnuTls, As::Client, Feature::Full);
}

#[test]
fn gnutls_follows_a_hello_retry_request_of_a_server() {
    let (authority, identity) = authority_and_server();
    for (wanted, group) in GROUPS {
        let server = Server { groups: &[group], ..Server::new(identity.clone()) };
        for (first, _) in GROUPS.into_iter().filter(|first| first.0 != wanted) {
            let groups = priority(None, &[first, wanted]);
            let (port, serving) = server.start_library(echo);
            // Without the first option GnuTLS sends a share for a second group, too. With the
            // others it prints the messages.
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
    saw(Implementation::GnuTls, As::Client, Feature::HelloRetryRequest);
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
    saw(Implementation::GnuTls, As::Client, Feature::ClientCertificate);
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
    for case in refused_clients() {
        let files = case.identity.as_ref().map(Files::new);
        let arguments = files.as_ref().map(|files| {
            ["--x509certfile", text(&files.certificate), "--x509keyfile", text(&files.key)]
        });
        let asks = Some((&authority, case.required));
        let server = Server { asks, ..Server::new(identity.clone()) };
        let (port, serving) = server.start_library(echo);
        let arguments = arguments.as_ref().map_or(&[][..], |arguments| arguments);
        let client = client(&authority, port, &priority(None, &[]), arguments);
        client.output.wait_for(&format!("alert [{}]", case.alert.0));
        let outcome = serving.finish();
        assert_ne!(outcome.status, 0);
        assert!(outcome.told.contains(case.error), "{outcome:?}");
    }
}

#[test]
fn a_server_that_gnutls_refuses_learns_why() {
    let (authority, other) = (Authority::new(), Authority::new());
    for case in servers_refused_by_peers(&authority, &other) {
        let (port, serving) = Server::new(case.identity).start_library(echo);
        let arguments = ["--verify-hostname", case.host];
        let mut client = client(case.trusted, port, &priority(None, &[]), &arguments);
        assert_eq!(client.finish(), 1);
        let outcome = serving.finish();
        // GnuTLS sends the same alert for all of them.
        assert!(outcome.told.contains("the peer sent the alert bad_certificate"), "{outcome:?}");
    }
}

#[test]
fn gnutls_gets_the_protocol_that_a_server_prefers() {
    let (authority, identity) = authority_and_server();
    let all = priority(None, &[]);
    let server = Server { alpn: &[PREFERRED_PROTOCOL, "h2"], ..Server::new(identity) };
    for (offered, expected) in OFFERED_PROTOCOLS {
        let arguments: Vec<&str> = offered.iter().flat_map(|name| ["--alpn", name]).collect();
        match expected {
            Ok(_) => talk(&server, &authority, &all, &arguments).assert_agreed(expected),
            Err(alert) => {
                let (port, serving) = server.start_library(echo);
                let client = client(&authority, port, &all, &arguments);
                let alert = AlertDescription::from(alert);
                client.output.wait_for(&format!("alert [{}]", alert.0));
                let outcome = serving.finish();
                assert!(outcome.told.contains("application protocol"), "{outcome:?}");
            }
        }
    }
    saw(Implementation::GnuTls, As::Client, Feature::Alpn);
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
    saw(Implementation::GnuTls, As::Client, Feature::KeyUpdates);
}

#[test]
fn gnutls_receives_much_and_bytes_one_by_one() {
    let (authority, identity) = authority_and_server();
    let much = "a line of which there are many\n".repeat(1 << 16);
    let little: String = (0..100).map(|number| format!("{number}\n")).collect();
    let sent = format!("{much}{little}the last line\n");
    let first = much.len();
    let bytes = sent.clone().into_bytes();
    let work = move |stream: &mut Stream| {
        let (much, little) = bytes.split_at(first);
        stream.write_all(much)?;
        for byte in little {
            assert_eq!(stream.write(&[*byte])?, 1);
        }
        echo(stream)
    };
    let (port, serving) = Server::new(identity).start_library(work);
    let mut client = client(&authority, port, &priority(None, &[]), &[]);
    assert!(client.output.wait_for("the last line\n").contains(&sent));
    assert_eq!(client.finish(), 0);
    assert_eq!(serving.finish().status, 0);
    saw(Implementation::GnuTls, As::Client, Feature::Large);
    saw(Implementation::GnuTls, As::Client, Feature::Tiny);
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
    // GnuTLS leaves at once, and owes us its close_notify.
    assert!(serving.finish().told.contains("without close_notify"));
    saw(Implementation::GnuTls, As::Client, Feature::Truncation);
}
