//! Sessions that are resumed, with rustls on the other side.

use std::io::{Read, Write};

use hyaline::NamedGroup;
use hyaline_tests::certificates::{KeyKind, authority_and_server};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use rustls::HandshakeKind;

use crate::peer::{self, Asks, Peer, SUITES, full_provider, provider};
use crate::{both, client, client_config, server, server_config};

/// One connection of our client to rustls; how rustls calls its handshake, and ours.
fn to_rustls(ours: &hyaline::ClientConfig, theirs: &rustls::ServerConfig) -> Option<HandshakeKind> {
    let (resumed, kind) = both(
        |socket| {
            let mut stream = client(ours.clone(), socket);
            stream.write_all(b"1").unwrap();
            stream.read_exact(&mut [0]).unwrap();
            assert_eq!(stream.connection().peer_certificates().len(), 1);
            stream.connection().negotiated().is_resumed()
        },
        |socket| {
            let mut peer = Peer::server(theirs.clone(), socket);
            peer.read_exact(&mut [0]).unwrap();
            peer.write_all(b"1").unwrap();
            peer.connection.handshake_kind()
        },
    );
    assert_eq!(resumed, kind == Some(HandshakeKind::Resumed));
    kind
}

/// One connection of rustls to our server; how rustls calls its handshake, and ours.
fn from_rustls(
    ours: &hyaline::ServerConfig,
    theirs: &rustls::ClientConfig,
) -> Option<HandshakeKind> {
    let (resumed, kind) = both(
        |socket| {
            let mut stream = server(ours.clone(), socket);
            stream.read_exact(&mut [0]).unwrap();
            stream.write_all(b"1").unwrap();
            stream.connection().negotiated().is_resumed()
        },
        |socket| {
            let mut peer = Peer::client(theirs.clone(), socket);
            peer.write_all(b"1").unwrap();
            peer.read_exact(&mut [0]).unwrap();
            peer.connection.handshake_kind()
        },
    );
    assert_eq!(resumed, kind == Some(HandshakeKind::Resumed));
    kind
}

#[test]
fn a_client_resumes_its_sessions_with_rustls_by_every_suite() {
    let (authority, identity) = authority_and_server();
    for suite in SUITES {
        // The sessions are in the tickets, or the server keeps them.
        for sealed in [false, true] {
            let provider = provider(&[suite], &[rustls::NamedGroup::X25519]);
            let mut theirs = peer::server_config(provider, &Asks::No, identity.clone());
            if sealed {
                theirs.ticketer = rustls::crypto::ring::Ticketer::new().unwrap();
            }
            let ours = client_config(&authority);
            let ours = ours.with_groups(&[NamedGroup::X25519]).unwrap();
            assert_eq!(to_rustls(&ours, &theirs), Some(HandshakeKind::Full));
            for _ in 0..2 {
                assert_eq!(to_rustls(&ours, &theirs), Some(HandshakeKind::Resumed));
            }
        }
    }
    saw(Implementation::Rustls, As::Server, Feature::Resumed);
}

#[test]
fn rustls_resumes_its_sessions_with_a_server_by_every_suite() {
    let (authority, identity) = authority_and_server();
    for suite in SUITES {
        let provider = provider(&[suite], &[rustls::NamedGroup::X25519]);
        let theirs = peer::client_config(provider, &authority, None);
        let ours = server_config(identity.clone());
        assert_eq!(from_rustls(&ours, &theirs), Some(HandshakeKind::Full));
        for _ in 0..2 {
            assert_eq!(from_rustls(&ours, &theirs), Some(HandshakeKind::Resumed));
        }
        let none = ours.with_tickets(0).unwrap();
        from_rustls(&none, &theirs);
        let forgetful = server_config(identity.clone());
        assert_eq!(from_rustls(&forgetful, &theirs), Some(HandshakeKind::Full));
    }
    saw(Implementation::Rustls, As::Client, Feature::Resumed);
}

#[test]
fn sessions_of_clients_with_certificates_are_resumed_both_ways() {
    let (authority, identity) = authority_and_server();
    let own = authority.client(KeyKind::P256);
    let theirs = peer::client_config(full_provider(), &authority, Some(own.clone()));
    let ours = hyaline::ServerConfig::builder()
        .with_client_auth_required(authority.roots())
        .unwrap()
        .with_single_cert(identity.chain.clone(), identity.key.clone_key())
        .unwrap();
    assert_eq!(from_rustls(&ours, &theirs), Some(HandshakeKind::Full));
    assert_eq!(from_rustls(&ours, &theirs), Some(HandshakeKind::Resumed));

    let theirs = peer::server_config(full_provider(), &Asks::Requires(&authority), identity);
    let ours = hyaline::ClientConfig::builder()
        .with_root_certificates(authority.roots())
        .with_client_auth_cert(own.chain, own.key)
        .unwrap()
        .with_groups(&[NamedGroup::X25519])
        .unwrap();
    assert_eq!(to_rustls(&ours, &theirs), Some(HandshakeKind::Full));
    assert_eq!(to_rustls(&ours, &theirs), Some(HandshakeKind::Resumed));
}
