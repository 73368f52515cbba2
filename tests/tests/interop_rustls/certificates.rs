//! Certificates that are absent or not accepted: the right alert on the wire, and the right error
//! in hand, at both ends.

use std::io::{self, Read, Write};

use hyaline::{AlertDescription, CertificateError, ClientConfig, Error, ServerConfig};
use hyaline_tests::certificates::{Authority, Identity, KeyKind};
use rustls::AlertDescription as TheirAlert;

use crate::peer::{Asks, Peer, full_provider, inner};
use crate::{both, client, client_config, client_of, peer, reason, server, server_config};

/// Reads until the stream ends, and says how.
fn end(stream: &mut impl Read) -> io::Error {
    stream.read_to_end(&mut Vec::new()).unwrap_err()
}

/// Our client's error, and the alert that rustls received, when this server is not accepted.
fn refused_server(identity: Identity, name: &'static str) -> (Error, TheirAlert) {
    let authority = Authority::new();
    // Issued by `authority`, unless the test brought its own.
    refused_by(&authority, identity, name)
}

fn refused_by(
    authority: &Authority,
    identity: Identity,
    name: &'static str,
) -> (Error, TheirAlert) {
    let config = peer::server_config(full_provider(), &Asks::No, identity);
    let (ours, theirs) = both(
        |socket| {
            let mut stream = client_of(client_config(authority), name, socket);
            let error = stream.handshake().unwrap_err();
            assert_eq!(stream.error(), Some(&reason(&error)));
            // Every later call says the same.
            assert_eq!(reason(&stream.write(b"1").unwrap_err()), reason(&error));
            assert_eq!(reason(&stream.read(&mut [0]).unwrap_err()), reason(&error));
            assert_eq!(reason(&stream.close().unwrap_err()), reason(&error));
            reason(&error)
        },
        |socket| {
            let mut peer = Peer::server(config, socket);
            peer.handshake().err().unwrap_or_else(|| end(&mut peer))
        },
    );
    match inner(&theirs) {
        Some(rustls::Error::AlertReceived(alert)) => (ours, *alert),
        other => panic!("{other:?}, {theirs:?}"),
    }
}

#[test]
fn a_server_of_an_unknown_authority_is_refused() {
    let identity = Authority::new().server(KeyKind::P256);
    let (error, alert) = refused_server(identity, "localhost");
    assert_eq!(error, Error::Certificate(CertificateError::UnknownIssuer));
    assert_eq!(alert, TheirAlert::UnknownCA);
}

#[test]
fn a_server_whose_certificate_has_expired_is_refused() {
    let authority = Authority::new();
    let (error, alert) = refused_by(&authority, authority.expired_server(), "localhost");
    assert!(matches!(error, Error::Certificate(CertificateError::Expired { .. })), "{error:?}");
    assert_eq!(alert, TheirAlert::CertificateExpired);
}

#[test]
fn a_server_of_another_name_or_address_is_refused() {
    let authority = Authority::new();
    for name in ["elsewhere.example", "192.0.2.1"] {
        let identity = authority.server(KeyKind::P256);
        let (error, alert) = refused_by(&authority, identity, name);
        let expected = CertificateError::WrongName { expected: name.into() };
        assert_eq!(error, Error::Certificate(expected));
        assert_eq!(alert, TheirAlert::BadCertificate);
    }
}

#[test]
fn a_server_is_accepted_by_its_address() {
    let authority = Authority::new();
    let identity = authority.server(KeyKind::P256);
    let config = peer::server_config(full_provider(), &Asks::No, identity);
    both(
        |socket| {
            let mut stream = client_of(client_config(&authority), "127.0.0.1", socket);
            stream.write_all(b"1").unwrap();
        },
        |socket| {
            let mut peer = Peer::server(config, socket);
            peer.read_exact(&mut [0]).unwrap();
            let rustls::Connection::Server(connection) = &peer.connection else { return };
            // RFC 6066 section 3: an address is not sent.
            assert_eq!(connection.server_name(), None);
        },
    );
}

/// Our server's error, and the error of rustls, when rustls does not accept our server.
fn refused_by_rustls(identity: Identity, name: &'static str, trusted: &Authority) -> Error {
    let theirs = peer::client_config(full_provider(), trusted, None);
    let (ours, _) = both(
        |socket| {
            let mut stream = server(server_config(identity), socket);
            let error = stream.handshake().unwrap_err();
            // The alert is what a write and a read are told, too.
            assert_eq!(reason(&stream.write(b"1").unwrap_err()), reason(&error));
            assert_eq!(reason(&end(&mut stream)), reason(&error));
            assert_eq!(reason(&stream.close().unwrap_err()), reason(&error));
            reason(&error)
        },
        |socket| Peer::client_of(theirs, name, socket).handshake().unwrap_err(),
    );
    ours
}

fn alert(alert: TheirAlert) -> Error {
    Error::PeerAlert(AlertDescription(alert.into()))
}

#[test]
fn a_server_that_rustls_refuses_learns_why() {
    let (authority, other) = (Authority::new(), Authority::new());
    let good = authority.server(KeyKind::P256);
    let expired = authority.expired_server();
    let expect = |found, expected| assert_eq!(found, alert(expected));
    expect(refused_by_rustls(good.clone(), "localhost", &other), TheirAlert::UnknownCA);
    expect(refused_by_rustls(good, "elsewhere.example", &authority), TheirAlert::BadCertificate);
    expect(refused_by_rustls(expired, "localhost", &authority), TheirAlert::CertificateExpired);
}

/// A client's configuration with this certificate.
fn client_with(authority: &Authority, identity: Option<Identity>) -> ClientConfig {
    let builder = ClientConfig::builder().with_root_certificates(authority.roots());
    match identity {
        Some(identity) => builder.with_client_auth_cert(identity.chain, identity.key).unwrap(),
        None => builder.with_no_client_auth(),
    }
}

#[test]
fn rustls_may_ask_and_a_client_may_have_nothing() {
    let authority = Authority::new();
    for identity in [None, Some(authority.client(KeyKind::P256))] {
        let chain = identity.as_ref().map(|identity| identity.chain.clone());
        let identity_of_server = authority.server(KeyKind::P256);
        let config =
            peer::server_config(full_provider(), &Asks::For(&authority), identity_of_server);
        both(
            |socket| client(client_with(&authority, identity), socket).write_all(b"1").unwrap(),
            |socket| {
                let mut peer = Peer::server(config, socket);
                peer.read_exact(&mut [0]).unwrap();
                assert_eq!(peer.connection.peer_certificates(), chain.as_deref());
            },
        );
    }
}

/// What our client learns by reading, and by writing, when rustls refuses its certificate.
fn refused_client(identity: Option<Identity>) -> Error {
    let authority = Authority::new();
    let identity_of_server = authority.server(KeyKind::P256);
    let config =
        |identity| peer::server_config(full_provider(), &Asks::Requires(&authority), identity);
    let refuse = |socket| {
        let mut peer = Peer::server(config(identity_of_server.clone()), socket);
        peer.handshake().unwrap_err();
    };
    let (by_reading, ()) = both(
        |socket| {
            let mut stream = client(client_with(&authority, identity.clone()), socket);
            stream.handshake().unwrap();
            reason(&end(&mut stream))
        },
        refuse,
    );
    // A server that closes at once kills what the client writes; the alert is what counts.
    let (by_writing, ()) = both(
        |socket| {
            let mut stream = client(client_with(&authority, identity.clone()), socket);
            loop {
                if let Err(error) = stream.write_all(&[0; 1 << 14]) {
                    break reason(&error);
                }
            }
        },
        refuse,
    );
    assert_eq!(by_reading, by_writing);
    by_reading
}

#[test]
fn a_client_that_rustls_refuses_learns_why_even_if_it_only_writes() {
    let stranger = Authority::new().client(KeyKind::P256);
    assert_eq!(refused_client(Some(stranger)), alert(TheirAlert::UnknownCA));
    assert_eq!(refused_client(None), alert(TheirAlert::CertificateRequired));
}

/// A server's configuration that asks for a certificate.
fn server_that_asks(authority: &Authority, requires: bool) -> ServerConfig {
    let builder = ServerConfig::builder();
    let builder = if requires {
        builder.with_client_auth_required(authority.roots()).unwrap()
    } else {
        builder.with_client_auth_requested(authority.roots()).unwrap()
    };
    let Identity { chain, key, .. } = authority.server(KeyKind::P256);
    builder.with_single_cert(chain, key).unwrap()
}

#[test]
fn a_server_may_ask_and_rustls_may_have_nothing() {
    let authority = Authority::new();
    for identity in [None, Some(authority.client(KeyKind::P256))] {
        let chain = identity.as_ref().map(|identity| identity.chain.clone()).unwrap_or_default();
        let config = peer::client_config(full_provider(), &authority, identity);
        both(
            |socket| {
                let mut stream = server(server_that_asks(&authority, false), socket);
                stream.read_exact(&mut [0]).unwrap();
                assert_eq!(stream.connection().peer_certificates(), chain);
            },
            |socket| Peer::client(config, socket).write_all(b"1").unwrap(),
        );
    }
}

#[test]
fn rustls_learns_why_a_server_refuses_it() {
    let authority = Authority::new();
    let stranger = Authority::new().client(KeyKind::P256);
    for (identity, requires, error, alert) in [
        (None, true, CertificateError::NoClientCertificate, TheirAlert::CertificateRequired),
        (Some(stranger.clone()), true, CertificateError::UnknownIssuer, TheirAlert::UnknownCA),
        (Some(stranger), false, CertificateError::UnknownIssuer, TheirAlert::UnknownCA),
    ] {
        let config = peer::client_config(full_provider(), &authority, identity);
        let (ours, theirs) = both(
            |socket| {
                let mut stream = server(server_that_asks(&authority, requires), socket);
                let error = stream.handshake().unwrap_err();
                assert_eq!(reason(&stream.close().unwrap_err()), reason(&error));
                reason(&error)
            },
            |socket| {
                let mut peer = Peer::client(config, socket);
                peer.handshake().unwrap();
                // What the server has still to receive must not destroy its alert.
                peer.write_all(&[0; 1000]).unwrap();
                end(&mut peer)
            },
        );
        assert_eq!(ours, Error::Certificate(error));
        assert_eq!(inner(&theirs), Some(&rustls::Error::AlertReceived(alert)));
    }
}
