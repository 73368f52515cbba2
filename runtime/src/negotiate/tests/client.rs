//! A client against servers that answer rightly and wrongly.

use std::time::Duration;

use hyaline_model::Alert;
use rustls_pki_types::UnixTime;

use super::{SUITES, offer, read, retry_of, selection};
use crate::crypto::Suite;
use crate::error::Error;
use crate::identifiers::{CipherSuite, ExtensionType, HandshakeType, NamedGroup, SignatureScheme};
use crate::message::{
    AgreedTypes, Certificate, CertificateVerify, EncryptedExtensions, HelloRetryRequest, KeyShare,
    ServerHello, Wanted,
};
use crate::negotiate::client::*;
use crate::negotiate::server::{check_certificate, check_second_client_hello};
use crate::session::tests::session;

fn share_of(group: NamedGroup) -> KeyShare<'static> {
    KeyShare { group, public_key: &[6; 32] }
}

#[test]
fn a_server_hello_keeps_to_the_offer() {
    let offer = offer();
    let suite = CipherSuite::Aes256GcmSha384;
    let share = share_of(NamedGroup::X25519);
    let good = ServerHello {
        random: &[1; 32],
        session_id: &[4; 32],
        suite,
        share: Some(share),
        selected_identity: None,
    };
    let chosen = check_server_hello(&offer, &good, true).unwrap();
    assert_eq!(
        (chosen.suite, chosen.group, chosen.public_key),
        (suite, Some(share.group), &[6; 32][..])
    );
    let bad = ServerHello { session_id: &[], ..good.clone() };
    assert_eq!(check_server_hello(&offer, &bad, true), Err(Error::SessionIdNotEchoed));
    let suite = CipherSuite(0x1304);
    let bad = ServerHello { suite, ..good.clone() };
    assert_eq!(check_server_hello(&offer, &bad, true), Err(Error::WrongCipherSuite(suite)));
    // Supported, but without a share.
    let bad = ServerHello { share: Some(share_of(NamedGroup::Secp256r1)), ..good };
    assert_eq!(
        check_server_hello(&offer, &bad, true),
        Err(Error::WrongGroup(NamedGroup::Secp256r1))
    );
}

#[test]
fn a_hello_retry_request_asks_for_something_new() {
    let offer = offer();
    let wrong = |group| Err(Error::WrongGroup(group));
    let check = |request: &HelloRetryRequest<'_>| check_hello_retry_request(&offer, request);
    let suite = CipherSuite::Aes128GcmSha256;
    let group = Some(NamedGroup::Secp256r1);
    let retry = Retry { suite, group, cookie: None };
    assert_eq!(check(&retry_of(NamedGroup::Secp256r1)), Ok(retry));
    assert_eq!(check(&retry_of(NamedGroup::X25519)), wrong(NamedGroup::X25519));
    assert_eq!(check(&retry_of(NamedGroup(0x19))), wrong(NamedGroup(0x19)));
    let nothing = HelloRetryRequest { group: None, ..retry_of(NamedGroup::X25519) };
    assert_eq!(check(&nothing), Err(Error::RetryWithoutChange));
    let cookie = HelloRetryRequest { cookie: Some(&[1]), ..nothing };
    let retry = Retry { suite, group: None, cookie: Some(vec![1]) };
    assert_eq!(check(&cookie), Ok(retry));
}

#[test]
fn a_second_client_hello_is_what_was_asked_for() {
    let mut second = Offer { early_data: true, ..offer() };
    let first = client_hello(&second);
    let request = retry_of(NamedGroup::Secp256r1);
    let retry = check_hello_retry_request(&second, &request).unwrap();
    second.retry(retry, Some(vec![8; 65]));
    let bytes = client_hello(&second);
    assert!(read(&first).early_data && !read(&bytes).early_data);
    let check = |second: &[u8]| {
        check_second_client_hello(&read(&first), &read(second), NamedGroup::Secp256r1)
    };
    assert_eq!(check(&bytes), Ok(()));
    assert_eq!(selection(&second).unwrap().share, Some(vec![8; 65]));

    let changed = |field| Err(Error::ClientHelloChanged { field });
    let wanted = Wanted { staples: true, timestamps: false };
    let asking = Offer { wanted, ..second.clone() };
    assert_eq!(check(&client_hello(&asking)), changed("status_request"));
    assert_eq!(check(&first), changed("early_data"));
    let other = Offer { shares: offer().shares, ..second.clone() };
    assert_eq!(check(&client_hello(&other)), changed("key_share"));
    let other = Offer { random: [9; 32], ..second.clone() };
    assert_eq!(check(&client_hello(&other)), changed("random"));
    let other = Offer { suites: SUITES[..2].into(), ..second.clone() };
    assert_eq!(check(&client_hello(&other)), changed("cipher_suites"));
    let other = Offer { cookie: Some(vec![1]), ..second.clone() };
    assert_eq!(check(&client_hello(&other)), changed("cookie"));
    let two = vec![(NamedGroup::Secp256r1, vec![8; 65]), (NamedGroup::X25519, vec![9; 32])];
    let other = Offer { shares: two, ..second.clone() };
    assert_eq!(check(&client_hello(&other)), changed("key_share"));
    // None at all is for the table to refuse.
    let other = Offer { shares: Vec::new(), ..second.clone() };
    assert_eq!(check(&client_hello(&other)), Ok(()));
    assert_eq!(selection(&other).unwrap().share, None);

    // The ServerHello has to keep to what the retry has settled.
    let suite = CipherSuite::Aes256GcmSha384;
    let share = share_of(NamedGroup::Secp256r1);
    let hello = ServerHello {
        random: &[1; 32],
        session_id: &[4; 32],
        suite,
        share: Some(share),
        selected_identity: None,
    };
    assert_eq!(check_server_hello(&second, &hello, true), Err(Error::WrongCipherSuite(suite)));
    let share = share_of(NamedGroup::X25519);
    let hello = ServerHello { suite: request.suite, share: Some(share), ..hello };
    assert_eq!(check_server_hello(&second, &hello, true), Err(Error::WrongGroup(share.group)));
}

#[test]
fn encrypted_extensions_answer_only_what_was_asked() {
    let mut offer = offer();
    let message = HandshakeType::EncryptedExtensions;
    let unsolicited = |extension| Err(Error::UnsolicitedExtension { message, extension });
    let answer = EncryptedExtensions {
        server_name: true,
        groups: None,
        application_protocol: Some(b"h2"),
        record_size_limit: None,
        early_data: false,
        certificate_types: AgreedTypes::default(),
        retry_configs: None,
    };
    assert_eq!(check_encrypted_extensions(&offer, &answer), Ok(Some(&b"h2"[..])));
    let accepting = EncryptedExtensions { early_data: true, ..answer.clone() };
    assert_eq!(check_encrypted_extensions(&offer, &accepting), Ok(Some(&b"h2"[..])), "a row says");
    let other = EncryptedExtensions { application_protocol: Some(b"h3"), ..answer.clone() };
    assert_eq!(check_encrypted_extensions(&offer, &other), Err(Error::WrongApplicationProtocol));
    offer.application_protocols = [].into();
    let alpn = ExtensionType::ApplicationLayerProtocolNegotiation;
    assert_eq!(check_encrypted_extensions(&offer, &answer), unsolicited(alpn));
    offer.server_name = None;
    let name = ExtensionType::ServerName;
    assert_eq!(check_encrypted_extensions(&offer, &answer), unsolicited(name));
}

#[test]
fn early_data_are_accepted_for_the_session_whose_parameters_are_chosen() {
    let now = UnixTime::since_unix_epoch(Duration::from_secs(1000));
    let session = session(now);
    let (suite, protocol) = (Some(session.suite), Some(&b"h2"[..]));
    let mismatch = |field| Err(Error::EarlyDataMismatch { field });
    let check = check_early_data;
    assert_eq!(check(Some(&session), suite, protocol), Ok(()));
    assert_eq!(check(None, suite, protocol), Ok(()), "a row says");
    let other = Some(Suite::ChaCha20Poly1305Sha256);
    assert_eq!(check(Some(&session), other, protocol), mismatch("cipher_suite"));
    for other in [None, Some(&b"h3"[..])] {
        assert_eq!(check(Some(&session), suite, other), mismatch("application_protocol"));
    }
    assert_eq!(
        Error::EarlyDataMismatch { field: "cipher_suite" }.alert(),
        Some(Alert::IllegalParameter)
    );
}

#[test]
fn a_certificate_has_no_context_and_the_signature_is_as_the_client_listed() {
    let context = Certificate::decode(&[1, 7, 0, 0, 0]).unwrap();
    assert!(matches!(
        check_certificate(&context, Wanted::default()),
        Err(Error::IllegalValue { .. })
    ));
    let signed = |scheme| CertificateVerify { scheme, signature: &[] };
    let listed = [SignatureScheme::Ed25519, SignatureScheme::RsaPkcs1Sha256];
    assert_eq!(check_signature_scheme(&listed, &signed(listed[0])), Ok(()));
    for wrong in [SignatureScheme::RsaPssRsaeSha256, SignatureScheme::RsaPkcs1Sha256] {
        let refused = check_signature_scheme(&listed, &signed(wrong));
        assert_eq!(refused, Err(Error::WrongSignatureScheme(wrong)));
    }
}
