//! A ClientHello that rustls encrypts, and our server opens (RFC 9849). rustls has it as a client.

use std::io::{Read, Write};
use std::sync::Arc;

use hyaline::{AlertDescription, EchKey, EchStatus, Error, Identities, NamedGroup, ServerConfig};
use hyaline_tests::certificates::{Authority, KeyKind};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use rustls::client::{EchConfig, EchGreaseConfig, EchMode};
use rustls::crypto::aws_lc_rs::hpke;
use rustls::internal::msgs::codec::Codec;
use rustls::{ClientConfig, Connection, HandshakeKind, PeerIncompatible};

use crate::names::identity;
use crate::peer::{Peer, SUITES, full_provider, inner, provider, roots};
use crate::{both, reason, server};

/// The name that is encrypted.
const SECRET: &str = "secret.example";

/// The name that everybody can read.
const PUBLIC: &str = "public.example";

/// RFC 9849 section 6.1.6: ech_required.
const REQUIRED: Error = Error::PeerAlert(AlertDescription(121));

/// A server of both names that has these keys.
fn both_names(authority: &Authority, keys: Vec<EchKey>) -> ServerConfig {
    let identities = [PUBLIC, SECRET].into_iter().fold(Identities::new(), |all, name| {
        all.with_its_names(identity(&authority.server_for(KeyKind::P256, &[name]))).unwrap()
    });
    let builder = ServerConfig::builder().with_no_client_auth();
    builder.with_resolver(Arc::new(identities)).with_ech_keys(keys).unwrap()
}

fn key(id: u8) -> EchKey {
    EchKey::generate(id, PUBLIC).unwrap()
}

/// What rustls does with the list of a server's configurations.
fn encrypted(list: &[u8]) -> EchMode {
    EchConfig::new(list.into(), hpke::ALL_SUPPORTED_SUITES).unwrap().into()
}

/// What rustls sends that looks as if it were encrypted for a server.
fn meaningless() -> EchMode {
    let suite = hpke::DH_KEM_X25519_HKDF_SHA256_AES_128;
    let (nobody, _) = rustls::crypto::hpke::Hpke::generate_key_pair(suite).unwrap();
    EchGreaseConfig::new(suite, nobody).into()
}

/// A client whose first share is of X25519.
fn client(authority: &Authority, mode: EchMode) -> ClientConfig {
    client_of(full_provider(), authority, mode)
}

fn client_of(
    provider: rustls::crypto::CryptoProvider,
    authority: &Authority,
    mode: EchMode,
) -> ClientConfig {
    ClientConfig::builder_with_provider(Arc::new(provider))
        .with_ech(mode)
        .unwrap()
        .with_root_certificates(roots(authority))
        .with_no_client_auth()
}

/// What rustls says of its encrypted ClientHello.
fn status(peer: &Peer) -> rustls::client::EchStatus {
    let Connection::Client(connection) = &peer.connection else { panic!("it is a client") };
    connection.ech_status()
}

/// A line goes there and back. What our server and rustls say of the encrypted ClientHello, and how
/// rustls calls the handshake.
fn complete(
    ours: &ServerConfig,
    theirs: &ClientConfig,
) -> (EchStatus, rustls::client::EchStatus, Option<HandshakeKind>) {
    let (ours, (theirs, kind)) = both(
        |socket| {
            let mut stream = server(ours.clone(), socket);
            stream.read_exact(&mut [0; 4]).unwrap();
            stream.write_all(b"line").unwrap();
            // rustls believes no certificate but that of the name that it wants.
            assert_eq!(stream.connection().server_name(), Some(SECRET));
            stream.connection().negotiated().ech()
        },
        |socket| {
            let mut peer = Peer::client_of(theirs.clone(), SECRET, socket);
            peer.write_all(b"line").unwrap();
            peer.read_exact(&mut [0; 4]).unwrap();
            (status(&peer), peer.connection.handshake_kind())
        },
    );
    (ours, theirs, kind)
}

/// The list of configurations with which our server rejects what rustls has encrypted; nothing
/// where it has sent none.
fn rejected(ours: &ServerConfig, theirs: &ClientConfig) -> Option<Vec<u8>> {
    let (told, error) = both(
        |socket| {
            let mut stream = server(ours.clone(), socket);
            // The client says so behind its Finished.
            let error = stream.read(&mut [0]).unwrap_err();
            let _ = stream.close();
            reason(&error)
        },
        |socket| {
            let mut peer = Peer::client_of(theirs.clone(), SECRET, socket);
            let error = peer.handshake().unwrap_err();
            assert_eq!(status(&peer), rustls::client::EchStatus::Rejected);
            error
        },
    );
    assert_eq!(told, REQUIRED);
    let Some(rustls::Error::PeerIncompatible(why)) = inner(&error) else { panic!("{error:?}") };
    let PeerIncompatible::ServerRejectedEncryptedClientHello(retry) = why else {
        panic!("{why:?}")
    };
    retry.as_ref().map(Codec::get_encoding)
}

const ACCEPTED: (EchStatus, rustls::client::EchStatus) =
    (EchStatus::Accepted, rustls::client::EchStatus::Accepted);

#[test]
fn a_server_learns_the_name_that_rustls_encrypts() {
    let authority = Authority::new();
    // Two have the same number, so that it does not say which key it is.
    let keys = [key(7), key(7), key(8)];
    let lists = keys.each_ref().map(EchKey::config_list);
    let ours = both_names(&authority, keys.into());
    for list in lists {
        let theirs = client(&authority, encrypted(list.as_bytes()));
        let (our_status, their_status, kind) = complete(&ours, &theirs);
        assert_eq!((our_status, their_status), ACCEPTED);
        assert_eq!(kind, Some(HandshakeKind::Full));
    }
    saw(Implementation::Rustls, As::Client, Feature::EncryptedHello);
}

#[test]
fn a_server_learns_the_name_that_rustls_encrypts_by_every_suite() {
    let (authority, key) = (Authority::new(), key(1));
    let list = key.config_list();
    let ours = both_names(&authority, vec![key]);
    for suite in SUITES {
        let provider = provider(&[suite], &[rustls::NamedGroup::X25519]);
        let theirs = client_of(provider, &authority, encrypted(list.as_bytes()));
        let (our_status, their_status, _) = complete(&ours, &theirs);
        assert_eq!((our_status, their_status), ACCEPTED);
    }
}

#[test]
fn a_server_that_wants_another_share_reads_the_second_encrypted_hello_of_rustls() {
    let (authority, key) = (Authority::new(), key(1));
    let theirs = client(&authority, encrypted(key.config_list().as_bytes()));
    let ours = both_names(&authority, vec![key]);
    let ours = ours.with_groups(&[NamedGroup::Secp384r1]).unwrap();
    let (our_status, their_status, kind) = complete(&ours, &theirs);
    assert_eq!((our_status, their_status), ACCEPTED);
    assert_eq!(kind, Some(HandshakeKind::FullWithHelloRetryRequest));
}

#[test]
fn rustls_resumes_its_session_inside_of_the_encrypted_hello() {
    let (authority, key) = (Authority::new(), key(1));
    let theirs = client(&authority, encrypted(key.config_list().as_bytes()));
    let ours = both_names(&authority, vec![key]);
    for expected in [HandshakeKind::Full, HandshakeKind::Resumed, HandshakeKind::Resumed] {
        let (our_status, their_status, kind) = complete(&ours, &theirs);
        assert_eq!((our_status, their_status), ACCEPTED);
        assert_eq!(kind, Some(expected));
    }
}

#[test]
fn a_server_with_another_key_tells_rustls_which_one_to_take() {
    for (groups, old) in [(false, 1), (false, 2), (true, 1)] {
        let (authority, old, key) = (Authority::new(), key(old), key(1));
        let list = key.config_list();
        let mut ours = both_names(&authority, vec![key]);
        if groups {
            ours = ours.with_groups(&[NamedGroup::Secp384r1]).unwrap();
        }
        let theirs = client(&authority, encrypted(old.config_list().as_bytes()));
        let retry = rejected(&ours, &theirs).unwrap();
        assert_eq!(retry, list.as_bytes());
        let theirs = client(&authority, encrypted(&retry));
        let (our_status, their_status, _) = complete(&ours, &theirs);
        assert_eq!((our_status, their_status), ACCEPTED);
    }
}

#[test]
fn a_server_without_keys_leaves_rustls_without_configurations() {
    let authority = Authority::new();
    let theirs = client(&authority, encrypted(key(1).config_list().as_bytes()));
    assert_eq!(rejected(&both_names(&authority, Vec::new()), &theirs), None);
}

#[test]
fn a_server_passes_over_an_encrypted_hello_of_rustls_that_means_nothing() {
    let authority = Authority::new();
    let theirs = client(&authority, meaningless());
    for keys in [vec![], vec![key(1)]] {
        let ours = both_names(&authority, keys);
        let (our_status, their_status, _) = complete(&ours, &theirs);
        assert_ne!(our_status, EchStatus::Accepted);
        assert_eq!(their_status, rustls::client::EchStatus::Grease);
    }
}
