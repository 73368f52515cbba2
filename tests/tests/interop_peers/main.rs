//! This library with the TLS of other languages, with a recent OpenSSL, curl and Chromium: in both
//! roles where there are two, through one list of cases; and the page that says what was seen.
//!
//! A program that is missing is a failure: `.ci/run` installs what is needed.
#![cfg(all(unix, feature = "peers"))]
#![allow(clippy::unwrap_used, clippy::panic, reason = "all of this is tests")]

mod chromium;
mod curl;
mod ech;
mod ech_client;
mod ech_examples;
mod ech_server;
mod http;
mod page;
mod program;

use std::io::{Read, Write};

use hyaline::blocking::Stream;
use hyaline::{Error, NamedGroup, Notice};
use hyaline_tests::cases::PREFERRED_PROTOCOL;

use hyaline_tests::interop::{As, Feature, Implementation, features, saw};
use hyaline_tests::sockets::{exchange, pattern, reason};

use crate::program::{Peer, Wish};

/// A group for which no client here sends a share at first.
const LATER: &[NamedGroup] = &[NamedGroup::Secp384r1];

/// A line goes there and back.
fn echo_a_line(stream: &mut Stream) {
    stream.write_all(b"a line\n").unwrap();
    let mut line = [0; 7];
    stream.read_exact(&mut line).unwrap();
    assert_eq!(&line, b"a line\n");
}

/// Ends both directions cleanly.
fn end_both(mut stream: Stream) {
    stream.half_close().unwrap();
    assert_eq!(stream.read(&mut [0]).unwrap(), 0);
    stream.close().unwrap();
}

/// Ends both directions cleanly; returns the peer's line, which complains of nothing.
fn end(stream: Stream, peer: &mut Peer) -> String {
    end_both(stream);
    peer.is_content()
}

fn full(peer: &mut Peer) {
    let mut stream = peer.meet("echo", &peer.ours(&Wish::default()));
    echo_a_line(&mut stream);
    assert!(!stream.connection().negotiated().is_resumed());
    end(stream, peer);
}

fn resumed(peer: &mut Peer) {
    let ours = peer.ours(&Wish::default());
    for expected in [false, true, true] {
        let mut stream = peer.meet("echo", &ours);
        echo_a_line(&mut stream);
        assert_eq!(stream.connection().negotiated().is_resumed(), expected);
        end(stream, peer);
    }
}

fn retried(peer: &mut Peer) {
    // The client sends a share for a group that it likes more; a server of this group alone wants
    // another.
    let mut picky = match peer.end {
        As::Server => Some(Peer::start(peer.who, peer.end, Some("P-384"))),
        As::Client => None,
    };
    let groups = if peer.end == As::Client { LATER } else { &[] };
    let peer = picky.as_mut().unwrap_or(peer);
    let ours = peer.ours(&Wish { groups, ..Wish::default() });
    let mut stream = peer.meet("echo", &ours);
    assert_eq!(stream.connection().group(), Some(NamedGroup::Secp384r1));
    assert!(ours.is_retried(), "{}", ours.log.text());
    echo_a_line(&mut stream);
    end(stream, peer);
}

fn hybrid(peer: &mut Peer) {
    let mut stream = peer.meet("echo", &peer.ours(&Wish::default()));
    assert_eq!(stream.connection().group(), Some(NamedGroup::X25519MlKem768));
    echo_a_line(&mut stream);
    end(stream, peer);
}

fn client_certificate(peer: &mut Peer) {
    let ours = peer.ours(&Wish { certificate: true, ..Wish::default() });
    let mut stream = peer.meet("echo", &ours);
    echo_a_line(&mut stream);
    assert!(!stream.connection().peer_certificates().is_empty());
    assert_eq!(end(stream, peer), "ok certificate");
}

fn key_updates(peer: &mut Peer) {
    const ROUNDS: usize = 5;
    let mut stream = peer.meet("echo", &peer.ours(&Wish::default()));
    let mut updates = 0;
    for _ in 0..ROUNDS {
        stream.update_key().unwrap();
        echo_a_line(&mut stream);
        let notices = std::iter::from_fn(|| stream.poll_notice());
        updates += notices.filter(|notice| *notice == Notice::PeerKeyUpdated).count();
    }
    assert_eq!(updates, ROUNDS);
    end(stream, peer);
}

fn alpn(peer: &mut Peer) {
    let wish = Wish { alpn: &["h2", PREFERRED_PROTOCOL], ..Wish::default() };
    let stream = peer.meet("echo", &peer.ours(&wish));
    let agreed = stream.connection().application_protocol();
    assert_eq!(agreed, Some(PREFERRED_PROTOCOL.as_bytes()));
    end(stream, peer);
}

fn large(peer: &mut Peer) {
    let mut stream = peer.meet("echo", &peer.ours(&Wish::default()));
    let much = pattern(1 << 20);
    assert!(exchange(&mut stream, &much, much.len()).unwrap() == much);
    end(stream, peer);
}

fn tiny(peer: &mut Peer) {
    let mut stream = peer.meet("echo", &peer.ours(&Wish::default()));
    let little = pattern(200);
    for byte in &little {
        assert_eq!(stream.write(&[*byte]).unwrap(), 1);
    }
    let mut back = vec![0; little.len()];
    stream.read_exact(&mut back).unwrap();
    assert_eq!(back, little);
    end(stream, peer);
}

fn half_close(peer: &mut Peer) {
    let mut stream = peer.meet("late", &peer.ours(&Wish::default()));
    let sent = pattern(100_000);
    stream.write_all(&sent).unwrap();
    stream.half_close().unwrap();
    let mut received = Vec::new();
    stream.read_to_end(&mut received).unwrap();
    assert!(received == sent, "{} bytes", received.len());
    stream.close().unwrap();
    peer.is_content();
}

fn truncation(peer: &mut Peer) {
    let mut stream = peer.meet("cut", &peer.ours(&Wish::default()));
    stream.write_all(b"a line\n").unwrap();
    let error = stream.read(&mut [0]).unwrap_err();
    assert_eq!(reason(&error), Error::Truncated);
    let _ = stream.close();
    peer.is_content();
}

/// Sees all that there is to see of this end.
fn see(who: Implementation, end: As) {
    let mut peer = Peer::start(who, end, None);
    // What needs keys of its own is seen by `ech_client` and `ech_server`.
    for what in features(who, end).filter(|what| *what != Feature::EncryptedHello) {
        // Says which case it was, should one fail.
        println!("{who:?} {end:?} {what:?}");
        let case = match what {
            Feature::Full => full,
            Feature::Resumed => resumed,
            Feature::HelloRetryRequest => retried,
            Feature::Hybrid => hybrid,
            Feature::ClientCertificate => client_certificate,
            Feature::KeyUpdates => key_updates,
            Feature::Alpn => alpn,
            Feature::Large => large,
            Feature::Tiny => tiny,
            Feature::HalfClose => half_close,
            Feature::Truncation => truncation,
            Feature::EarlyDataAccepted | Feature::EarlyDataRejected => {
                panic!("no program here has early data")
            }
            Feature::EncryptedHello | Feature::CompressedCertificate => {
                panic!("another test sees it")
            }
        };
        case(&mut peer);
        saw(who, end, what);
    }
}

#[test]
fn a_client_and_a_recent_openssl_agree_on_all_that_both_have() {
    see(Implementation::RecentOpenSsl, As::Server);
}

#[test]
fn a_server_and_a_recent_openssl_agree_on_all_that_both_have() {
    see(Implementation::RecentOpenSsl, As::Client);
}

#[test]
fn a_client_and_python_agree_on_all_that_both_have() {
    see(Implementation::Python, As::Server);
}

#[test]
fn a_server_and_python_agree_on_all_that_both_have() {
    see(Implementation::Python, As::Client);
}

#[test]
fn a_client_and_node_agree_on_all_that_both_have() {
    see(Implementation::Node, As::Server);
}

#[test]
fn a_server_and_node_agree_on_all_that_both_have() {
    see(Implementation::Node, As::Client);
}

#[test]
fn a_client_and_java_agree_on_all_that_both_have() {
    see(Implementation::Java, As::Server);
}

#[test]
fn a_server_and_java_agree_on_all_that_both_have() {
    see(Implementation::Java, As::Client);
}

#[test]
fn a_client_and_go_agree_on_all_that_both_have() {
    see(Implementation::Go, As::Server);
}

#[test]
fn a_server_and_go_agree_on_all_that_both_have() {
    see(Implementation::Go, As::Client);
}
