//! A server of several names: which certificate it shows to whom, and whom it refuses.

use std::sync::Arc;

use hyaline::crypto::{CryptoProvider, Ring};
use hyaline::{AlertDescription, Error, Identities, Identity, ServerConfig};
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};

use crate::peer::{self, Peer, full_provider, inner};
use crate::{both, client_config, client_of, reason, server};

pub(crate) fn identity(issued: &IssuedIdentity) -> Arc<Identity> {
    let key = Ring.load_key(&issued.key).unwrap();
    Arc::new(Identity::new(&Ring, issued.chain.clone(), key).unwrap())
}

/// A server of `shop.example` and of every name below `example.net`, with these.
fn two_names(authority: &Authority) -> (ServerConfig, [IssuedIdentity; 2]) {
    let issued = [
        authority.server_for(KeyKind::P256, &["shop.example"]),
        authority.server_for(KeyKind::Ed25519, &["*.example.net"]),
    ];
    let identities = issued
        .iter()
        .try_fold(Identities::new(), |all, issued| all.with_its_names(identity(issued)))
        .unwrap();
    let builder = ServerConfig::builder().with_no_client_auth();
    (builder.with_resolver(Arc::new(identities)), issued)
}

#[test]
fn each_client_gets_the_certificate_of_the_name_that_it_asks_for() {
    let authority = Authority::new();
    let (config, [shop, net]) = two_names(&authority);
    for (name, issued) in
        [("shop.example", &shop), ("a.example.net", &net), ("B.example.NET", &net)]
    {
        let theirs = peer::client_config(full_provider(), &authority, None);
        let (told, seen) = both(
            |socket| {
                let mut stream = server(config.clone(), socket);
                stream.handshake().unwrap();
                stream.connection().server_name().map(str::to_owned)
            },
            |socket| {
                let mut peer = Peer::client_of(theirs, name, socket);
                peer.handshake().unwrap();
                peer.connection.peer_certificates().map(<[_]>::to_vec)
            },
        );
        assert!(told.is_some_and(|told| told.eq_ignore_ascii_case(name)));
        assert_eq!(seen.as_ref(), Some(&issued.chain), "rustls asks for {name}");

        let ours = client_config(&authority);
        let ((), seen) = both(
            |socket| server(config.clone(), socket).handshake().unwrap(),
            |socket| {
                let mut stream = client_of(ours, name, socket);
                stream.handshake().unwrap();
                stream.connection().peer_certificates().to_vec()
            },
        );
        assert_eq!(seen, issued.chain, "ours asks for {name}");
    }
}

#[test]
fn who_asks_for_another_name_or_for_none_is_told_why_it_is_refused() {
    let authority = Authority::new();
    let (config, _) = two_names(&authority);
    let refused = |name: &str| Error::UnrecognizedName { name: name.into() };
    let nameless = Error::MissingExtension {
        message: hyaline::HandshakeType::ClientHello,
        extension: hyaline::ExtensionType::ServerName,
    };
    for (name, error, alert) in [
        ("localhost", refused("localhost"), rustls::AlertDescription::UnrecognisedName),
        ("127.0.0.1", nameless, rustls::AlertDescription::MissingExtension),
    ] {
        let theirs = peer::client_config(full_provider(), &authority, None);
        let (ours, theirs) = both(
            |socket| {
                let mut stream = server(config.clone(), socket);
                let error = stream.handshake().unwrap_err();
                assert_eq!(reason(&stream.close().unwrap_err()), reason(&error));
                reason(&error)
            },
            |socket| Peer::client_of(theirs, name, socket).handshake().unwrap_err(),
        );
        assert_eq!(ours, error);
        assert_eq!(inner(&theirs), Some(&rustls::Error::AlertReceived(alert)));

        let ours = client_config(&authority);
        let (_, told) = both(
            |socket| {
                let mut stream = server(config.clone(), socket);
                let error = stream.handshake().unwrap_err();
                let _ = stream.close();
                error
            },
            |socket| reason(&client_of(ours, name, socket).handshake().unwrap_err()),
        );
        assert_eq!(told, Error::PeerAlert(AlertDescription(alert.into())));
    }
}
