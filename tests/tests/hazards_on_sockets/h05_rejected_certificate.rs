//! H05: a server rejects the client's certificate when the client's handshake is complete already,
//! sends its alert and closes. What the client writes next draws a reset; its write fails with
//! that, and nobody learns why the server has closed.

use std::io::Write;
use std::thread;
use std::time::Instant;

use hyaline::blocking::CLOSE_BYTES;
use hyaline::{Alert, CertificateError, Error};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};
use hyaline_tests::sockets::{Buffers, PATIENCE, listener, pattern};

use crate::ours;
use crate::peer::{Peer, Wish, file, new_path};

const BUFFERS: Buffers = Buffers { receive: 1 << 16, send: 1 << 16 };

/// A request that is more than the connection holds.
const LENGTH: usize = 1 << 20;

/// What OpenSSL says when it has received the alert.
const ALERT: &str = "TLSV1_ALERT_UNKNOWN_CA";

/// A client's identity that no server here accepts.
fn stranger() -> IssuedIdentity {
    Authority::new().client(KeyKind::P256)
}

/// An OpenSSL server that requires a certificate of `authority`.
fn server(identity: &IssuedIdentity, authority: &Authority) -> Peer {
    Peer::server(&Wish {
        buffers: Some(BUFFERS),
        identity: Some(identity),
        trust: Some(authority),
        tickets: None,
    })
}

/// An OpenSSL client with a certificate that is not accepted.
fn client(port: u16, authority: &Authority) -> Peer {
    Peer::client(
        port,
        &Wish {
            buffers: Some(BUFFERS),
            identity: Some(&stranger()),
            trust: Some(authority),
            tickets: None,
        },
    )
}

/// The server rejects, and closes.
#[track_caller]
fn rejects(server: &mut Peer) {
    let answer = server.answer();
    assert!(answer.starts_with("SSLCertVerificationError"), "{answer}");
    assert_eq!(server.tell("close"), "ok");
}

#[test]
fn a_client_of_openssl_is_not_told_why_its_write_fails() {
    let (authority, identity) = ours::authority_and_server();
    let mut server = server(&identity, &authority);
    let mut client = client(server.port, &authority);
    server.begin("handshake");
    assert_eq!(client.tell("handshake"), "ok");
    rejects(&mut server);
    let write = format!("write {}", file(pattern(LENGTH)).display());
    let answers = std::iter::repeat_with(|| client.tell(&write));
    let error = answers.take(10).find(|answer| answer != "ok").unwrap();
    assert!(!error.contains("ALERT"), "the hazard is not there: {error}");
    let is_broken = ["BrokenPipeError", "ConnectionResetError", "SSLEOFError"]
        .iter()
        .any(|kind| error.starts_with(kind));
    assert!(is_broken, "{error}");
}

#[test]
fn a_client_of_ours_is_told_why_its_write_fails() {
    let (authority, identity) = ours::authority_and_server();
    let mut server = server(&identity, &authority);
    server.begin("handshake");
    let mut client = ours::client(server.port, BUFFERS, &authority, Some(stranger()));
    client.handshake().unwrap();
    rejects(&mut server);
    let began = Instant::now();
    let error = loop {
        match client.write(&[1; 1000]) {
            Ok(count) => assert!(count > 0 && began.elapsed() < PATIENCE, "no write fails"),
            Err(error) => break error,
        }
    };
    let reason = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    assert_eq!(reason, Some(&Error::PeerAlert(Alert::UnknownCa.into())));
}

#[test]
fn a_client_of_openssl_learns_why_a_server_of_ours_rejects_it() {
    let (authority, identity) = ours::authority_and_server();
    let listener = listener(BUFFERS);
    let mut client = client(listener.local_addr().unwrap().port(), &authority);
    client.begin("handshake");
    let mut server = ours::server(&listener, identity, Some(&authority));
    server.set_close_budget(PATIENCE, CLOSE_BYTES);
    server.handshake().unwrap_err();
    let reason = Error::Certificate(CertificateError::UnknownIssuer);
    assert_eq!(server.error(), Some(&reason));
    thread::scope(|scope| {
        scope.spawn(|| {
            let error = server.close().unwrap_err();
            let told = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
            assert_eq!(told, Some(&reason));
        });
        assert_eq!(client.answer(), "ok");
        // The server has sent its alert, and closes; the whole request goes out nevertheless.
        assert_eq!(client.tell(&format!("write {}", file(pattern(LENGTH)).display())), "ok");
        let end = client.tell(&format!("read {}", new_path().display()));
        assert!(end.contains(ALERT), "{end}");
        assert_eq!(client.tell("close"), "ok");
    });
}
