//! What is agreed on: cipher suite, group, application protocol.

use std::io::{Read, Write};

use hyaline::{AlertDescription, CipherSuite, Error, NamedGroup};
use hyaline_tests::cases::{OFFERED_PROTOCOLS, PREFERRED_PROTOCOL};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use rustls::HandshakeKind;

use crate::peer::{Asks, Peer, SUITES, full_provider, inner, provider};
use crate::{authority_and_server, both, client, client_config, peer, reason, server};

const GROUPS: [NamedGroup; 3] = [NamedGroup::X25519, NamedGroup::Secp256r1, NamedGroup::Secp384r1];

fn theirs(group: NamedGroup) -> rustls::NamedGroup {
    rustls::NamedGroup::from(group.0)
}

/// Writes `question`, and returns the answer.
fn ask(stream: &mut (impl Read + Write)) -> String {
    stream.write_all(b"question").unwrap();
    let mut answer = [0; 6];
    stream.read_exact(&mut answer).unwrap();
    String::from_utf8(answer.to_vec()).unwrap()
}

fn answer(stream: &mut (impl Read + Write)) -> String {
    let mut question = [0; 8];
    stream.read_exact(&mut question).unwrap();
    stream.write_all(b"answer").unwrap();
    String::from_utf8(question.to_vec()).unwrap()
}

#[test]
fn a_client_agrees_with_rustls_on_every_suite_and_group() {
    let (authority, identity) = authority_and_server();
    for suite in SUITES {
        for group in GROUPS {
            let suite = CipherSuite(suite.suite().into());
            let ours = client_config(&authority)
                .with_cipher_suites(&[suite])
                .unwrap()
                .with_groups(&[group])
                .unwrap();
            let config = peer::server_config(full_provider(), &Asks::No, identity.clone());
            both(
                |socket| {
                    let mut stream = client(ours, socket);
                    assert_eq!(ask(&mut stream), "answer");
                    assert_eq!(stream.connection().cipher_suite(), Some(suite));
                    assert_eq!(stream.connection().group(), Some(group));
                    stream.close().unwrap();
                },
                |socket| {
                    let mut peer = Peer::server(config, socket);
                    assert_eq!(answer(&mut peer), "question");
                    assert_eq!(peer.connection.handshake_kind(), Some(HandshakeKind::Full));
                    assert_eq!(peer.read(&mut [0]).unwrap(), 0);
                },
            );
        }
    }
    saw(Implementation::Rustls, As::Server, Feature::Full);
}

#[test]
fn a_server_agrees_with_rustls_on_every_suite_and_group() {
    let (authority, identity) = authority_and_server();
    for suite in SUITES {
        for group in GROUPS {
            let ours = crate::server_config(identity.clone());
            let provider = provider(&[suite], &[theirs(group)]);
            let config = peer::client_config(provider, &authority, None);
            both(
                |socket| {
                    let mut stream = server(ours, socket);
                    assert_eq!(answer(&mut stream), "question");
                    let suite = CipherSuite(suite.suite().into());
                    assert_eq!(stream.connection().cipher_suite(), Some(suite));
                    assert_eq!(stream.connection().group(), Some(group));
                    assert_eq!(stream.connection().server_name(), Some("localhost"));
                    stream.close().unwrap();
                },
                |socket| {
                    let mut peer = Peer::client(config, socket);
                    assert_eq!(ask(&mut peer), "answer");
                    assert_eq!(peer.connection.handshake_kind(), Some(HandshakeKind::Full));
                    assert_eq!(peer.read(&mut [0]).unwrap(), 0);
                },
            );
        }
    }
    saw(Implementation::Rustls, As::Client, Feature::Full);
}

/// Pairs of different groups: the one for which a share comes first, and the one that is wanted.
fn retries() -> impl Iterator<Item = (NamedGroup, NamedGroup)> {
    let pairs = GROUPS.into_iter().flat_map(|first| GROUPS.map(|wanted| (first, wanted)));
    pairs.filter(|(first, wanted)| first != wanted)
}

#[test]
fn a_client_follows_a_hello_retry_request_of_rustls() {
    let (authority, identity) = authority_and_server();
    for suite in SUITES {
        for (first, wanted) in retries() {
            let ours = client_config(&authority).with_groups(&[first, wanted]).unwrap();
            let provider = provider(&[suite], &[theirs(wanted)]);
            let config = peer::server_config(provider, &Asks::No, identity.clone());
            both(
                |socket| {
                    let mut stream = client(ours, socket);
                    assert_eq!(ask(&mut stream), "answer");
                    assert_eq!(stream.connection().group(), Some(wanted));
                },
                |socket| {
                    let mut peer = Peer::server(config, socket);
                    assert_eq!(answer(&mut peer), "question");
                    let kind = peer.connection.handshake_kind();
                    assert_eq!(kind, Some(HandshakeKind::FullWithHelloRetryRequest));
                },
            );
        }
    }
    saw(Implementation::Rustls, As::Server, Feature::HelloRetryRequest);
}

#[test]
fn rustls_follows_a_hello_retry_request_of_a_server() {
    let (authority, identity) = authority_and_server();
    for suite in SUITES {
        for (first, wanted) in retries() {
            let ours = crate::server_config(identity.clone()).with_groups(&[wanted]).unwrap();
            let provider = provider(&[suite], &[theirs(first), theirs(wanted)]);
            let config = peer::client_config(provider, &authority, None);
            both(
                |socket| {
                    let mut stream = server(ours, socket);
                    assert_eq!(answer(&mut stream), "question");
                    assert_eq!(stream.connection().group(), Some(wanted));
                },
                |socket| {
                    let mut peer = Peer::client(config, socket);
                    assert_eq!(ask(&mut peer), "answer");
                    let kind = peer.connection.handshake_kind();
                    assert_eq!(kind, Some(HandshakeKind::FullWithHelloRetryRequest));
                },
            );
        }
    }
    saw(Implementation::Rustls, As::Client, Feature::HelloRetryRequest);
}

#[test]
fn without_a_common_group_both_ends_learn_why() {
    let (authority, identity) = authority_and_server();
    let ours = crate::server_config(identity).with_groups(&[NamedGroup::Secp384r1]).unwrap();
    let provider = provider(&SUITES, &[rustls::NamedGroup::X25519]);
    let config = peer::client_config(provider, &authority, None);
    let (ours, theirs) = both(
        |socket| {
            let mut stream = server(ours, socket);
            let error = stream.handshake().unwrap_err();
            assert_eq!(reason(&stream.close().unwrap_err()), reason(&error));
            reason(&error)
        },
        |socket| Peer::client(config, socket).handshake().unwrap_err(),
    );
    assert_eq!(ours, Error::NoCommonGroup);
    let alert = rustls::AlertDescription::HandshakeFailure;
    assert_eq!(inner(&theirs), Some(&rustls::Error::AlertReceived(alert)));
}

#[test]
fn a_client_without_compatibility_mode_suits_rustls() {
    let (authority, identity) = authority_and_server();
    for wanted in [NamedGroup::X25519, NamedGroup::Secp384r1] {
        let ours = client_config(&authority).with_compatibility_mode(false);
        let provider = provider(&SUITES, &[theirs(wanted)]);
        let config = peer::server_config(provider, &Asks::No, identity.clone());
        let (ours, theirs) = both(
            |socket| ask(&mut client(ours, socket)),
            |socket| answer(&mut Peer::server(config, socket)),
        );
        assert_eq!((ours.as_str(), theirs.as_str()), ("answer", "question"));
    }
}

/// The offers that are not refused, and what they lead to.
fn agreed_protocols() -> impl Iterator<Item = (&'static [&'static str], Option<&'static str>)> {
    OFFERED_PROTOCOLS.into_iter().filter_map(|(offered, agreed)| Some((offered, agreed.ok()?)))
}

#[test]
fn a_client_gets_the_protocol_that_rustls_chooses() {
    let (authority, identity) = authority_and_server();
    for (offered, expected) in agreed_protocols() {
        let ours = client_config(&authority).with_alpn_protocols(offered.iter().copied()).unwrap();
        let mut config = peer::server_config(full_provider(), &Asks::No, identity.clone());
        config.alpn_protocols = vec![PREFERRED_PROTOCOL.into()];
        let (ours, theirs) = both(
            |socket| {
                let mut stream = client(ours, socket);
                assert_eq!(ask(&mut stream), "answer");
                stream.connection().application_protocol().map(<[u8]>::to_vec)
            },
            |socket| {
                let mut peer = Peer::server(config, socket);
                assert_eq!(answer(&mut peer), "question");
                peer.connection.alpn_protocol().map(<[u8]>::to_vec)
            },
        );
        assert_eq!(ours.as_deref(), expected.map(str::as_bytes));
        assert_eq!(ours, theirs);
    }
    saw(Implementation::Rustls, As::Server, Feature::Alpn);
}

#[test]
fn rustls_gets_the_protocol_that_a_server_prefers() {
    let (authority, identity) = authority_and_server();
    for (offered, expected) in agreed_protocols().chain([(&["h2"][..], Some("h2"))]) {
        let ours = crate::server_config(identity.clone())
            .with_alpn_protocols([PREFERRED_PROTOCOL, "h2"])
            .unwrap();
        let mut config = peer::client_config(full_provider(), &authority, None);
        config.alpn_protocols = offered.iter().map(|name| name.as_bytes().to_vec()).collect();
        let (ours, theirs) = both(
            |socket| {
                let mut stream = server(ours, socket);
                assert_eq!(answer(&mut stream), "question");
                stream.connection().application_protocol().map(<[u8]>::to_vec)
            },
            |socket| {
                let mut peer = Peer::client(config, socket);
                assert_eq!(ask(&mut peer), "answer");
                peer.connection.alpn_protocol().map(<[u8]>::to_vec)
            },
        );
        assert_eq!(ours.as_deref(), expected.map(str::as_bytes));
        assert_eq!(ours, theirs);
    }
    saw(Implementation::Rustls, As::Client, Feature::Alpn);
}

#[test]
fn without_a_common_protocol_both_ends_learn_why() {
    let (authority, identity) = authority_and_server();
    let alert = rustls::AlertDescription::NoApplicationProtocol;

    let ours = client_config(&authority).with_alpn_protocols(["h2"]).unwrap();
    let mut config = peer::server_config(full_provider(), &Asks::No, identity.clone());
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let (error, _) = both(
        |socket| reason(&client(ours, socket).handshake().unwrap_err()),
        |socket| Peer::server(config, socket).handshake().unwrap_err(),
    );
    assert_eq!(error, Error::PeerAlert(AlertDescription(alert.into())));

    let ours = crate::server_config(identity).with_alpn_protocols(["h2"]).unwrap();
    let mut config = peer::client_config(full_provider(), &authority, None);
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    let (ours, theirs) = both(
        |socket| {
            let mut stream = server(ours, socket);
            let error = stream.handshake().unwrap_err();
            assert_eq!(reason(&stream.close().unwrap_err()), reason(&error));
            reason(&error)
        },
        |socket| Peer::client(config, socket).handshake().unwrap_err(),
    );
    assert_eq!(ours, Error::NoCommonApplicationProtocol);
    assert_eq!(inner(&theirs), Some(&rustls::Error::AlertReceived(alert)));
}
