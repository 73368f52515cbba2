//! Certificates that are absent or not accepted: the right alert on the wire, and the right error
//! in hand, at both ends.

use std::io::{self, Read, Write};

use hyaline::{AlertDescription, ClientConfig, Error, ServerConfig};
use hyaline_tests::cases::{
    clients_refused_by_peers, refused_clients, refused_servers, servers_refused_by_peers,
};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};

use crate::peer::{Asks, Peer, full_provider, inner};
use crate::{both, client, client_config, client_of, peer, reason, server, server_config};

/// Reads until the stream ends, and says how.
fn end(stream: &mut impl Read) -> io::Error {
    stream.read_to_end(&mut Vec::new()).unwrap_err()
}

#[test]
fn a_server_that_is_not_accepted_is_told_why() {
    let authority = Authority::new();
    for case in refused_servers(&authority) {
        let config = peer::server_config(full_provider(), &Asks::No, case.identity);
        let (ours, theirs) = both(
            |socket| {
                let mut stream = client_of(client_config(&authority), case.host, socket);
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
        assert!(matches!(ours, Error::Certificate(_)), "{ours:?}");
        assert!(ours.to_string().contains(case.error), "{ours}");
        assert_eq!(inner(&theirs), Some(&received(case.alert)));
    }
}

/// The error of rustls when it receives this alert.
fn received(alert: AlertDescription) -> rustls::Error {
    rustls::Error::AlertReceived(alert.0.into())
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
fn refused_by_rustls(identity: IssuedIdentity, name: &'static str, trusted: &Authority) -> Error {
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

#[test]
fn a_server_that_rustls_refuses_learns_why() {
    let (authority, other) = (Authority::new(), Authority::new());
    for case in servers_refused_by_peers(&authority, &other) {
        let error = refused_by_rustls(case.identity, case.host, case.trusted);
        assert_eq!(error, Error::PeerAlert(case.alert));
    }
}

/// A client's configuration with this certificate.
fn client_with(authority: &Authority, identity: Option<IssuedIdentity>) -> ClientConfig {
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
fn refused_client(identity: Option<IssuedIdentity>) -> Error {
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
    for (identity, alert) in clients_refused_by_peers() {
        assert_eq!(refused_client(identity), Error::PeerAlert(alert));
    }
}

/// A server's configuration that asks for a certificate.
fn server_that_asks(authority: &Authority, requires: bool) -> ServerConfig {
    let builder = ServerConfig::builder();
    let builder = if requires {
        builder.with_client_auth_required(authority.roots()).unwrap()
    } else {
        builder.with_client_auth_requested(authority.roots()).unwrap()
    };
    let IssuedIdentity { chain, key, .. } = authority.server(KeyKind::P256);
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
    for case in refused_clients() {
        let config = peer::client_config(full_provider(), &authority, case.identity);
        let (ours, theirs) = both(
            |socket| {
                let mut stream = server(server_that_asks(&authority, case.required), socket);
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
        assert!(matches!(ours, Error::Certificate(_)), "{ours:?}");
        assert!(ours.to_string().contains(case.error), "{ours}");
        assert_eq!(inner(&theirs), Some(&received(case.alert)));
    }
}
