//! What the system's verifier says of servers, what these are told, and what is resumed.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]
#![cfg(not(target_os = "android"))]

mod common;

use std::sync::Arc;

use common::{Authority, DAY, accepts, connect, refusal};
use hyaline::pki_types::CertificateDer;
use hyaline::{Alert, CertificateError, ClientConfig, ServerConfig, SessionMemory};
use hyaline_platform_verifier::{PlatformError, PlatformVerifier};
use rcgen::ExtendedKeyUsagePurpose;

#[tokio::test]
async fn a_server_is_accepted_under_a_root_of_the_programs_own_and_under_no_other() {
    let (ours, theirs) = (Authority::new("ours"), Authority::new("theirs"));
    let client = ours.client();
    assert!(accepts(&client, &ours.server(), "localhost").await);
    let unknown = (CertificateError::UnknownIssuer, Alert::UnknownCa);
    assert_eq!(refusal(&client, &theirs.server(), "localhost").await, unknown);
}

#[tokio::test]
async fn a_server_is_accepted_by_the_names_and_addresses_of_its_certificate() {
    let authority = Authority::new("ours");
    let (client, server) = (authority.client(), authority.server());
    assert!(accepts(&client, &server, "127.0.0.1").await);
    for other in ["elsewhere.example", "127.0.0.2", "::1"] {
        let wrong = CertificateError::WrongName { expected: other.into() };
        assert_eq!(refusal(&client, &server, other).await, (wrong, Alert::BadCertificate));
    }
}

#[tokio::test]
async fn a_server_is_accepted_in_the_time_of_its_certificate() {
    let authority = Authority::new("ours");
    let client = authority.client();
    let expired = authority.server_with(|contents| {
        contents.not_after = contents.not_before + DAY / 2;
    });
    let (refused, alert) = refusal(&client, &expired, "localhost").await;
    let CertificateError::Expired { time, not_after } = refused else { panic!("{refused:?}") };
    assert!(time > not_after && alert == Alert::CertificateExpired);

    let too_early = authority.server_with(|contents| contents.not_before += 2 * DAY);
    let (refused, alert) = refusal(&client, &too_early, "localhost").await;
    let CertificateError::NotYetValid { time, not_before } = refused else { panic!("{refused:?}") };
    assert!(time < not_before && alert == Alert::CertificateExpired);
}

#[tokio::test]
async fn a_certificate_for_clients_is_none_for_a_server() {
    let authority = Authority::new("ours");
    let server = authority.server_with(|contents| {
        contents.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
    });
    let wrong = (CertificateError::WrongPurpose, Alert::UnsupportedCertificate);
    assert_eq!(refusal(&authority.client(), &server, "localhost").await, wrong);
}

#[test]
fn what_is_no_certificate_is_no_extra_root() {
    let broken = CertificateDer::from(&b"not a certificate"[..]);
    let error = PlatformVerifier::with_extra_roots([broken]).err();
    assert_eq!(error, Some(PlatformError::BadRoot));
}

/// Whether a connection is resumed; what the client sees of the server is the same anyway.
async fn is_resumed(client: &ClientConfig, server: &ServerConfig) -> bool {
    let [called, accepted] = connect(client, server, "localhost").await.map(Result::unwrap);
    assert_eq!(called.connection().peer_certificates().len(), 1);
    let resumed = [&called, &accepted].map(|end| end.connection().negotiated().is_resumed());
    assert_eq!(resumed[0], resumed[1]);
    resumed[0]
}

#[tokio::test]
async fn a_session_is_resumed_under_the_verifier_that_has_accepted_its_server_and_no_other() {
    let authority = Authority::new("ours");
    let server = authority.server();
    let sessions = Arc::new(SessionMemory::new(9));
    let made = || authority.client().with_sessions(Arc::clone(&sessions) as _);
    let first = made();
    assert!(!is_resumed(&first, &server).await);
    assert!(is_resumed(&first, &server).await);
    assert!(is_resumed(&first.clone(), &server).await, "it is the same verifier");
    assert!(!is_resumed(&made(), &server).await, "nobody knows whether it accepts the same");
}

#[tokio::test]
async fn one_verifier_serves_many_configurations() {
    let authority = Authority::new("ours");
    let verifier = PlatformVerifier::with_extra_roots([authority.root.clone()]).unwrap();
    let verifier = Arc::new(verifier);
    let sessions = Arc::new(SessionMemory::new(9));
    let made = || {
        let config =
            ClientConfig::builder().with_judge(Arc::clone(&verifier) as _).with_no_client_auth();
        config.with_sessions(Arc::clone(&sessions) as _)
    };
    let server = authority.server();
    assert!(!is_resumed(&made(), &server).await);
    assert!(is_resumed(&made(), &server).await);
}
