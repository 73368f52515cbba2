//! Our client encrypts its ClientHello for a server in Go (RFC 9849 section 6), or sends what looks
//! alike and means nothing.

use hyaline::blocking::Stream;
use hyaline::{CertificateError, EchStatus, Error};
use hyaline_tests::certificates::KeyKind;
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use hyaline_tests::peers::ends::Client;
use hyaline_tests::sockets::reason;

use crate::ech::{GoServer, PUBLIC, SECRET, key};
use crate::{echo_a_line, end_both};

/// Both names have a certificate.
const BOTH: &[&str] = &[PUBLIC, SECRET];

/// What Go's server says of a client that wants to be understood, and knows that it was not.
const REQUIRED: &str = "failed: remote error: tls: encrypted client hello required";

/// The handshake is complete, a line goes there and back, and both directions end. What our client
/// says of its encrypted ClientHello.
#[track_caller]
fn completes(mut stream: Stream) -> EchStatus {
    echo_a_line(&mut stream);
    let status = stream.connection().negotiated().ech();
    end_both(stream);
    status
}

/// The error with which the handshake fails. The alert is sent.
#[track_caller]
fn failure(mut stream: Stream) -> Error {
    let error = stream.handshake().unwrap_err();
    let _ = stream.close();
    reason(&error)
}

#[test]
fn a_server_in_go_that_has_the_key_learns_the_encrypted_name() {
    let key = key(1);
    let mut go = GoServer::start(BOTH, &[&key], None);
    let config = go.client_for(&key);
    // The certificate is that of the encrypted name: another one would be refused.
    assert_eq!(completes(go.connect(&config)), EchStatus::Accepted);
    assert_eq!(go.program.answer(), format!("name {SECRET}, ech"));
    saw(Implementation::Go, As::Server, Feature::EncryptedHello);
}

#[test]
fn a_server_in_go_tries_each_of_its_keys() {
    let (first, second) = (key(7), key(7));
    let mut go = GoServer::start(BOTH, &[&first, &second], None);
    for key in [first, second] {
        let config = go.client_for(&key);
        assert_eq!(completes(go.connect(&config)), EchStatus::Accepted);
        assert_eq!(go.program.answer(), format!("name {SECRET}, ech"));
    }
}

#[test]
fn a_server_in_go_that_wants_another_share_reads_the_second_encrypted_hello() {
    let key = key(1);
    // Our client knows the group, and sends no share for it at first.
    let mut go = GoServer::start(BOTH, &[&key], Some("P-384"));
    let config = go.client_for(&key);
    assert_eq!(completes(go.connect(&config)), EchStatus::Accepted);
    assert_eq!(go.program.answer(), format!("name {SECRET}, ech, retried"));
}

#[test]
fn a_server_in_go_with_another_key_tells_the_client_which_one_to_take() {
    // The number of a configuration finds a key sooner, and proves nothing.
    for (groups, old) in [(None, 1), (None, 2), (Some("P-384"), 1)] {
        let (key, old) = (key(1), key(old));
        let mut go = GoServer::start(BOTH, &[&key], groups);
        let config = go.client_for(&old);
        let error = failure(go.connect(&config));
        assert_eq!(go.program.answer(), REQUIRED);
        let Error::EchRejected { retry: Some(retry) } = error else { panic!("{error:?}") };
        assert_eq!(retry.as_bytes(), key.config_list().as_bytes());

        let config = go.client().with_ech(&retry).unwrap();
        assert_eq!(completes(go.connect(&config)), EchStatus::Accepted);
        assert!(go.program.answer().starts_with(&format!("name {SECRET}, ech")));
    }
}

#[test]
fn a_server_in_go_without_keys_leaves_the_client_without_configurations() {
    let mut go = GoServer::start(BOTH, &[], None);
    let config = go.client_for(&key(1));
    assert_eq!(failure(go.connect(&config)), Error::EchRejected { retry: None });
    assert_eq!(go.program.answer(), REQUIRED);
}

#[test]
fn a_server_in_go_that_is_not_the_public_name_proves_no_rejection() {
    let key = key(1);
    let mut go = GoServer::start(&[SECRET], &[&key], None);
    let config = go.client_for(&self::key(1));
    let wrong = CertificateError::WrongName { expected: PUBLIC.into() };
    assert_eq!(failure(go.connect(&config)), Error::Certificate(wrong));
    let answer = go.program.answer();
    assert!(answer.starts_with("failed: remote error: tls: "), "{answer}");
    assert_ne!(answer, REQUIRED);
}

#[test]
fn a_session_is_resumed_inside_of_the_encrypted_hello() {
    let key = key(1);
    for groups in [None, Some("P-384")] {
        let mut go = GoServer::start(BOTH, &[&key], groups);
        let config = go.client_for(&key);
        for resumed in [false, true, true] {
            let mut stream = go.connect(&config);
            stream.handshake().unwrap();
            assert_eq!(stream.connection().negotiated().is_resumed(), resumed);
            assert_eq!(completes(stream), EchStatus::Accepted);
            assert_eq!(go.program.answer().contains("resumed"), resumed);
        }
    }
}

#[test]
fn a_client_that_is_rejected_resumes_nothing() {
    let key = key(1);
    let mut go = GoServer::start(BOTH, &[&key], None);
    let config = go.client_for(&key);
    assert_eq!(completes(go.connect(&config)), EchStatus::Accepted);
    assert_eq!(go.program.answer(), format!("name {SECRET}, ech"));
    // The server has the session, and proves by a certificate all the same who it is.
    let outdated = config.with_ech(&self::key(1).config_list()).unwrap();
    let error = failure(go.connect(&outdated));
    assert!(matches!(error, Error::EchRejected { retry: Some(_) }), "{error:?}");
    assert_eq!(go.program.answer(), REQUIRED);
}

#[test]
fn a_client_shows_its_certificate_inside_of_the_encrypted_hello() {
    let key = key(1);
    let mut go = GoServer::start(BOTH, &[&key], None);
    let identity = Some(go.authority.client(KeyKind::P256));
    let config = Client { identity, ..Client::new(&go.authority) }.config();
    let config = config.with_ech(&key.config_list()).unwrap();
    assert_eq!(completes(go.connect(&config)), EchStatus::Accepted);
    assert_eq!(go.program.answer(), format!("name {SECRET}, ech, certificate"));

    // A server that only is the public name does not get it.
    let outdated = config.with_ech(&self::key(1).config_list()).unwrap();
    let error = failure(go.connect(&outdated));
    assert!(matches!(error, Error::EchRejected { .. }), "{error:?}");
    assert_eq!(go.program.answer(), REQUIRED);
}

#[test]
fn a_server_in_go_passes_over_an_encrypted_hello_that_means_nothing() {
    let key = key(1);
    for keys in [&[][..], &[&key]] {
        for (groups, told) in [(None, ""), (Some("P-384"), ", retried")] {
            let mut go = GoServer::start(BOTH, keys, groups);
            let config = go.client().with_ech_grease(true);
            // A server with keys offers them, and the client, who wanted none, goes on.
            assert_eq!(completes(go.connect(&config)), EchStatus::Grease);
            assert_eq!(go.program.answer(), format!("name {SECRET}{told}"));
        }
    }
}
