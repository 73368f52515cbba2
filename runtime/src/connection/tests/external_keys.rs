//! Keys that both sides have by other means (RFC 9846 section 4.3.11, RFC 9258).

use std::sync::Arc;

use super::resumption::Returning;
use super::*;
use crate::crypto::HashAlgorithm;
use crate::message::Message;
use crate::{ConfigurationError, ExternalKey, RootCertStore};

const KEY: [u8; 32] = [0x5a; 32];

fn key() -> ExternalKey {
    ExternalKey::new(b"sensor 7", &KEY).unwrap()
}

/// A client that trusts no certificate.
fn client(key: ExternalKey) -> ClientConfig {
    ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
        .with_external_key(key)
}

/// A server that has no certificate.
fn server(key: ExternalKey) -> ServerConfig {
    ServerConfig::builder().with_no_client_auth().with_only_external_keys(Arc::new(vec![key]))
}

fn assert_connects(client: ClientConfig, server: ServerConfig) {
    let mut pair = Pair::with(client, server);
    let data = pair.client.write(b"reading");
    pair.server.receive(&data);
    assert_eq!(pair.server.read, b"reading");
    let data = pair.server.write(b"thanks");
    pair.client.receive(&data);
    assert_eq!(pair.client.read, b"thanks");
    for end in [&pair.client, &pair.server] {
        let negotiated = end.connection.negotiated();
        assert!(!negotiated.is_resumed());
        assert!(negotiated.peer_certificates().is_empty());
        assert!(negotiated.external_key().is_some());
    }
}

#[test]
fn two_sides_with_a_key_need_no_certificate() {
    assert_connects(client(key()), server(key()));
    for hash in [HashAlgorithm::Sha256, HashAlgorithm::Sha384] {
        let plain = ExternalKey::with_hash(b"sensor 7", &KEY, hash).unwrap();
        assert_connects(client(plain.clone()), server(plain));
        let imported = ExternalKey::imported(&Ring, b"sensor 7", &KEY, b"field", hash).unwrap();
        assert_connects(client(imported.clone()), server(imported));
    }
}

#[test]
fn the_cipher_suite_is_one_for_the_key_whatever_is_preferred() {
    let preferred = [CipherSuite::Aes256GcmSha384, CipherSuite::ChaCha20Poly1305Sha256];
    let server = server(key()).with_cipher_suites(&preferred).unwrap();
    let pair = Pair::with(client(key()), server.clone());
    let chosen = pair.client.connection.cipher_suite();
    assert_eq!(chosen, Some(CipherSuite::ChaCha20Poly1305Sha256));
    // Across a HelloRetryRequest, too.
    let server = server.with_groups(&[NamedGroup::Secp384r1]).unwrap();
    assert_connects(client(key()), server);
}

#[test]
fn a_client_whose_suites_are_not_for_the_key_is_told_before_it_says_anything() {
    let config = client(key()).with_cipher_suites(&[CipherSuite::Aes256GcmSha384]).unwrap();
    let victim = Victim::client(config);
    let expected = Error::Configuration(ConfigurationError::CipherSuites);
    assert_eq!(victim.connection.error(), Some(&expected));
}

#[test]
fn a_key_counts_before_certificates_and_without_one_known_certificates_count() {
    let world = World::new();
    let other = ExternalKey::new(b"sensor 8", &KEY).unwrap();
    let with_key = |key| world.client().with_external_key(key);
    let server = world.server().with_external_keys(Arc::new(vec![key()]));
    assert_connects(with_key(key()), server.clone());
    // Another identity, or no key at all.
    for client in [with_key(other), world.client()] {
        let pair = Pair::with(client, server.clone());
        assert_eq!(pair.client.connection.peer_certificates().len(), 1);
        assert!(pair.client.connection.negotiated().external_key().is_none());
        assert!(pair.server.connection.negotiated().external_key().is_none());
    }
}

#[test]
fn a_client_with_a_key_needs_no_certificate_of_its_own() {
    let world = World::new();
    let server = world.server_that_requires().with_external_keys(Arc::new(vec![key()]));
    assert_connects(client(key()), server);
}

#[test]
fn a_connection_by_an_external_key_leaves_no_session() {
    let world = World::new();
    let both = Returning {
        client: world.client().with_external_key(key()),
        server: world.server().with_external_keys(Arc::new(vec![key()])),
    };
    for _ in 0..2 {
        let pair = both.connect();
        assert!(!pair.client.connection.negotiated().is_resumed());
        assert!(pair.client.connection.negotiated().external_key().is_some());
    }
}

/// The first ClientHello of a client, as one handshake message.
fn hello_of(config: ClientConfig) -> Vec<u8> {
    let client = Victim::client(config);
    let record = client.outbox.bytes();
    record[5..].to_vec()
}

#[test]
fn a_key_that_is_no_ticket_has_no_age() {
    let hello = hello_of(client(key()));
    let Ok(Message::ClientHello(hello)) = Message::decode(&hello) else { panic!("a ClientHello") };
    let offered: Vec<_> = hello.pre_shared_key.expect("a key").iter().map(|(psk, _)| psk).collect();
    assert_eq!(offered.len(), 1);
    assert_eq!((offered[0].identity, offered[0].obfuscated_ticket_age), (&b"sensor 7"[..], 0));
}

#[test]
fn who_has_the_identity_and_not_the_key_is_refused() {
    let wrong = ExternalKey::new(b"sensor 7", &[0x5b; 32]).unwrap();
    Victim::server(server(key()))
        .assert_refuses_message(&hello_of(client(wrong)), &Error::BadBinder);
    // A key of the other kind makes another binder.
    let imported = ExternalKey::imported(&Ring, b"x", &KEY, b"", HashAlgorithm::Sha256).unwrap();
    let plain = ExternalKey::new(imported.identity(), &KEY).unwrap();
    let hello = hello_of(client(plain));
    Victim::server(server(imported)).assert_refuses_message(&hello, &Error::BadBinder);
}

#[test]
fn a_server_without_a_certificate_refuses_who_has_no_key_of_its_own() {
    let stranger = ExternalKey::new(b"stranger", &KEY).unwrap();
    let hello = hello_of(client(stranger));
    Victim::server(server(key())).assert_refuses_message(&hello, &Error::NoKnownKey);
    let hello = hello_of(World::new().client());
    Victim::server(server(key())).assert_refuses_message(&hello, &Error::NoKnownKey);
}
