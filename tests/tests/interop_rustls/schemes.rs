//! Every signature scheme of CertificateVerify, made by either side (RFC 9846 section 4.5.2).

use std::io::{Read, Write};
use std::sync::Arc;

use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use rustls::SignatureScheme;
use rustls::crypto::CryptoProvider;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::{CertifiedKey, Signer, SigningKey};

use crate::peer::{Asks, Peer, full_provider};
use crate::{both, client, client_config, peer, server};

/// Every scheme, with the kind of key that makes it.
const SCHEMES: [(SignatureScheme, KeyKind); 6] = [
    (SignatureScheme::ECDSA_NISTP256_SHA256, KeyKind::P256),
    (SignatureScheme::ECDSA_NISTP384_SHA384, KeyKind::P384),
    (SignatureScheme::ED25519, KeyKind::Ed25519),
    (SignatureScheme::RSA_PSS_SHA256, KeyKind::Rsa),
    (SignatureScheme::RSA_PSS_SHA384, KeyKind::Rsa),
    (SignatureScheme::RSA_PSS_SHA512, KeyKind::Rsa),
];

/// A key of rustls that signs under one scheme only.
#[derive(Debug)]
struct OnlyUnder {
    scheme: SignatureScheme,
    key: Arc<dyn SigningKey>,
}

impl SigningKey for OnlyUnder {
    fn choose_scheme(&self, offered: &[SignatureScheme]) -> Option<Box<dyn Signer>> {
        if !offered.contains(&self.scheme) {
            return None;
        }
        self.key.choose_scheme(&[self.scheme])
    }

    fn algorithm(&self) -> rustls::SignatureAlgorithm {
        self.key.algorithm()
    }
}

/// Presents one certificate.
#[derive(Debug)]
struct Presents(Arc<CertifiedKey>);

impl ResolvesServerCert for Presents {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(&self.0))
    }
}

fn under(scheme: SignatureScheme, identity: IssuedIdentity) -> Arc<CertifiedKey> {
    let key = rustls::crypto::ring::sign::any_supported_type(&identity.key).unwrap();
    let key = Arc::new(OnlyUnder { scheme, key });
    Arc::new(CertifiedKey::new(identity.chain, key))
}

/// rustls with but one scheme for CertificateVerify.
fn accepting(scheme: SignatureScheme) -> CryptoProvider {
    let mut provider = full_provider();
    let algorithms = &mut provider.signature_verification_algorithms;
    let mapping: Vec<_> =
        algorithms.mapping.iter().filter(|(name, _)| *name == scheme).copied().collect();
    assert_eq!(mapping.len(), 1, "{scheme:?}");
    algorithms.mapping = mapping.leak();
    provider
}

#[test]
fn a_client_verifies_every_scheme_of_rustls() {
    let authority = Authority::new();
    for (scheme, kind) in SCHEMES {
        let identity = authority.server(kind);
        let mut config = peer::server_config(full_provider(), &Asks::No, identity.clone());
        config.cert_resolver = Arc::new(Presents(under(scheme, identity)));
        both(
            |socket| client(client_config(&authority), socket).write_all(b"1").unwrap(),
            |socket| Peer::server(config, socket).read_exact(&mut [0]).unwrap(),
        );
    }
}

#[test]
fn rustls_verifies_every_scheme_of_a_server() {
    let authority = Authority::new();
    for (scheme, kind) in SCHEMES {
        let config = crate::server_config(authority.server(kind));
        // The authority signs with P-256, so that must be accepted in certificates.
        let theirs = peer::client_config(accepting(scheme), &authority, None);
        both(
            |socket| server(config, socket).write_all(b"1").unwrap(),
            |socket| Peer::client(theirs, socket).read_exact(&mut [0]).unwrap(),
        );
    }
}

#[test]
fn rustls_verifies_every_kind_of_key_of_a_client() {
    let authority = Authority::new();
    for kind in KeyKind::ALL {
        let identity = authority.client(kind);
        let ours = hyaline::ClientConfig::builder()
            .with_root_certificates(authority.roots())
            .with_client_auth_cert(identity.chain.clone(), identity.key)
            .unwrap();
        let asks = Asks::Requires(&authority);
        let config = peer::server_config(full_provider(), &asks, authority.server(kind));
        both(
            |socket| client(ours, socket).write_all(b"1").unwrap(),
            |socket| {
                let mut peer = Peer::server(config, socket);
                peer.read_exact(&mut [0]).unwrap();
                assert_eq!(peer.connection.peer_certificates(), Some(&identity.chain[..]));
            },
        );
    }
    saw(Implementation::Rustls, As::Server, Feature::ClientCertificate);
}

#[test]
fn a_server_verifies_every_kind_of_key_of_rustls() {
    let authority = Authority::new();
    for kind in KeyKind::ALL {
        let IssuedIdentity { chain, key, .. } = authority.server(kind);
        let ours = hyaline::ServerConfig::builder()
            .with_client_auth_required(authority.roots())
            .unwrap()
            .with_single_cert(chain, key)
            .unwrap();
        let identity = authority.client(kind);
        let chain = identity.chain.clone();
        let config = peer::client_config(full_provider(), &authority, Some(identity));
        both(
            |socket| {
                let mut stream = server(ours, socket);
                stream.read_exact(&mut [0]).unwrap();
                assert_eq!(stream.connection().peer_certificates(), chain);
            },
            |socket| Peer::client(config, socket).write_all(b"1").unwrap(),
        );
    }
    saw(Implementation::Rustls, As::Client, Feature::ClientCertificate);
}
