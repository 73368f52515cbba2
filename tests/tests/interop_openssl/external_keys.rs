//! External keys, with OpenSSL on the other side. OpenSSL knows them for SHA-256 by these options.

use std::io::{Read, Write};
use std::process::Command;
use std::sync::Arc;

use hyaline::blocking::Stream;
use hyaline::pki_types::ServerName;
use hyaline::{
    ClientConfig, Error, ExternalKey, NamedGroup, PskExchange, RootCertStore, ServerConfig,
};
use hyaline_tests::certificates::authority_and_server;
use hyaline_tests::peers::ends::serve;
use hyaline_tests::peers::openssl::{SServer, s_client};
use hyaline_tests::process::Process;
use hyaline_tests::sockets::{echo, patient, tiny_connection, tiny_listener};

use crate::ours::{example, listening};

const DIGITS: &str = "5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a5a";
const IDENTITY: &str = "sensor-7";

/// What OpenSSL needs on both sides.
const OPTIONS: [&str; 4] = ["-psk", DIGITS, "-psk_identity", IDENTITY];

fn key() -> ExternalKey {
    ExternalKey::new(IDENTITY.as_bytes(), &[0x5a; 32]).unwrap()
}

/// A client that trusts no certificate.
fn client(key: ExternalKey) -> ClientConfig {
    ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
        .with_external_key(key)
}

/// A connection to `openssl s_server -rev`.
fn stream(config: ClientConfig, port: u16) -> Stream {
    let name = ServerName::try_from("localhost").unwrap();
    patient(Stream::client(config, name, tiny_connection(port)).unwrap())
}

#[test]
fn a_client_proves_who_it_is_to_openssl_by_an_external_key() {
    let (_, identity) = authority_and_server();
    let ways: [&[&str]; 3] =
        [&[], &["-groups", "P-384"], &["-ciphersuites", "TLS_CHACHA20_POLY1305_SHA256"]];
    for arguments in ways {
        let server = SServer::start(&identity, &[&["-rev"][..], &OPTIONS, arguments].concat());
        let mut stream = stream(client(key()), server.port);
        stream.write_all(b"line\n").unwrap();
        let mut received = [0; 5];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(&received, b"enil\n");
        assert!(stream.connection().peer_certificates().is_empty());
        let negotiated = stream.connection().negotiated();
        let used = negotiated.external_key().map(ExternalKey::identity);
        assert_eq!(used, Some(IDENTITY.as_bytes()), "{arguments:?}");
        stream.close().unwrap();
    }
}

#[test]
fn with_an_external_key_no_exchange_is_needed_opposite_openssl_where_both_say_so() {
    let (authority, identity) = authority_and_server();
    let allowed = [&OPTIONS[..], &["-allow_no_dhe_kex"]].concat();
    let server = SServer::start(&identity, &[&["-rev"][..], &allowed].concat());
    let config = client(key()).with_psk_exchange(PskExchange::Omitted);
    let mut stream = stream(config, server.port);
    stream.write_all(b"line\n").unwrap();
    let mut received = [0; 5];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(&received, b"enil\n");
    assert!(stream.connection().negotiated().external_key().is_some());
    assert_eq!(stream.connection().group(), None);
    stream.close().unwrap();

    let config = ServerConfig::builder()
        .with_no_client_auth()
        .with_only_external_keys(Arc::new(vec![key()]))
        .with_psk_exchange(PskExchange::Omitted);
    let (port, serving) = serve(config, tiny_listener(), |stream| {
        echo(stream)?;
        assert!(stream.connection().negotiated().external_key().is_some());
        assert_eq!(stream.connection().group(), None);
        stream.close()
    });
    let mut client = s_client(&authority, port, &allowed);
    client.write(b"a line to echo\n");
    client.output.wait_for("a line to echo\n");
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    assert_eq!(serving.finish().status, 0);
}

#[test]
fn a_client_with_the_wrong_key_is_refused_by_openssl_and_told() {
    let (_, identity) = authority_and_server();
    let server = SServer::start(&identity, &[&["-rev"][..], &OPTIONS].concat());
    let wrong = ExternalKey::new(IDENTITY.as_bytes(), &[0x5b; 32]).unwrap();
    let error = stream(client(wrong), server.port).handshake().unwrap_err();
    let error = error.get_ref().and_then(|error| error.downcast_ref::<Error>());
    assert!(matches!(error, Some(Error::PeerAlert(_))), "{error:?}");
}

#[test]
fn openssl_proves_who_it_is_to_a_server_by_an_external_key() {
    let (authority, _) = authority_and_server();
    let keys = || Arc::new(vec![key()]);
    let plain = ServerConfig::builder().with_no_client_auth().with_only_external_keys(keys());
    let retrying = plain.clone().with_groups(&[NamedGroup::Secp384r1]).unwrap();
    for config in [plain, retrying] {
        let (port, serving) = serve(config, tiny_listener(), |stream| {
            echo(stream)?;
            assert!(stream.connection().negotiated().external_key().is_some());
            stream.close()
        });
        let mut client = s_client(&authority, port, &OPTIONS);
        client.write(b"a line to echo\n");
        client.output.wait_for("a line to echo\n");
        assert_eq!(client.finish(), 0, "{}", client.errors.text());
        assert!(client.output.text().contains("Reused, TLSv1.3"), "it calls every key so");
        let outcome = serving.finish();
        assert_eq!(outcome.status, 0, "{outcome:?}");
    }
}

#[test]
fn the_examples_need_no_certificate_with_a_key() {
    let arguments = ["--psk", DIGITS, "--psk-identity", IDENTITY];
    let (_server, port) = listening(Command::new(example("server")).args(arguments));
    let mut client = Process::start(
        Command::new(example("client")).args(arguments).arg(format!("localhost:{port}")),
    );
    client.write(b"line\n");
    client.output.wait_for("line\n");
    assert_eq!(client.finish(), 0, "{}", client.errors.text());
    assert!(client.errors.text().contains("by an external key"), "{}", client.errors.text());
}
