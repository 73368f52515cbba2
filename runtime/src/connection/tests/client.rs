//! What a client refuses in a server's handshake.

use super::*;
use crate::certificate::test_certificates::keys_of_every_kind;
use crate::{CertificateError, ExtensionType};

const SUITE: CipherSuite = CipherSuite::Aes128GcmSha256;

/// A client that has sent its ClientHello.
fn client() -> Victim {
    let mut client = Victim::client(World::new().client());
    client.transmit();
    client
}

#[test]
fn a_client_sends_no_name_that_is_none() {
    for (name, sent) in [
        ("localhost", Some("localhost")),
        ("example.org.", Some("example.org")),
        ("a_b.example", Some("a_b.example")),
        ("127.0.0.1", None),
        ("::1", None),
        ("0x7f000001", None),
    ] {
        let config = Arc::new(World::new().client());
        // What cannot even be asked for is not sent.
        let Ok(name) = ServerName::try_from(name) else {
            assert_eq!(sent, None, "{name}");
            continue;
        };
        let client = Victim::new(Connection::client(config, name.clone()).unwrap());
        let offered = client.offer().server_name.as_ref().map(AsRef::as_ref);
        assert_eq!(offered, sent, "{name:?}");
    }
}

/// Every message that a server may send, well-formed.
fn messages(client: &Victim) -> Vec<(HandshakeType, Vec<u8>)> {
    let world = World::new();
    let scheme = SignatureScheme::EcdsaSecp256r1Sha256.0.to_be_bytes();
    let verify = [&scheme[..], &[0, 2, 1, 1]].concat();
    let request = [&[0, 0, 8, 0, 13, 0, 4, 0, 2][..], &scheme].concat();
    vec![
        (HandshakeType::ServerHello, server_hello(client)),
        (HandshakeType::EncryptedExtensions, NO_EXTENSIONS.to_vec()),
        (HandshakeType::CertificateRequest, message(HandshakeType::CertificateRequest, &request)),
        (HandshakeType::Certificate, certificate(&world.server_chain())),
        (HandshakeType::CertificateVerify, message(HandshakeType::CertificateVerify, &verify)),
        (HandshakeType::Finished, message(HandshakeType::Finished, &[1; 32])),
        (HandshakeType::NewSessionTicket, TICKET.to_vec()),
        (HandshakeType::KeyUpdate, KEY_UPDATE.to_vec()),
        (HandshakeType::EndOfEarlyData, message(HandshakeType::EndOfEarlyData, &[])),
        (HandshakeType::ClientHello, crate::negotiate::client::client_hello(&super::offer())),
    ]
}

#[test]
fn every_message_out_of_its_turn_is_unexpected() {
    use HandshakeType as Type;
    /// How to get there, and what may come there.
    type Stage = (fn(&World) -> Victim, &'static [HandshakeType]);
    let world = World::new();
    let stages: [Stage; 5] = [
        (|_| client(), &[Type::ServerHello]),
        (client_with_keys, &[Type::EncryptedExtensions]),
        (client_before_certificate, &[Type::CertificateRequest, Type::Certificate]),
        (client_before_signature, &[Type::CertificateVerify]),
        (client_before_finished, &[Type::Finished]),
    ];
    for (reach, in_turn) in stages {
        // They are made for another client: a message that may not come is refused for coming,
        // whatever is in it.
        for (handshake_type, message) in messages(&client()) {
            let victim = reach(&world);
            if !in_turn.contains(&handshake_type) {
                victim.assert_refuses_message(&message, &Error::UnexpectedMessage(handshake_type));
            }
        }
    }
}

#[test]
fn the_server_hello_ends_its_record_because_keys_change_behind_it() {
    for behind in [&NO_EXTENSIONS[..], &NO_EXTENSIONS[..3]] {
        let client = client();
        let record = [&server_hello(&client)[..], behind].concat();
        client.assert_refuses_message(&record, &Error::MessageSpansKeyChange);
    }
}

#[test]
fn the_finished_ends_its_record_because_keys_change_behind_it() {
    for behind in [&TICKET[..], &TICKET[..1]] {
        let client = client_before_finished(&World::new());
        let record = [&client.good_finished()[..], behind].concat();
        client.assert_refuses_message(&record, &Error::MessageSpansKeyChange);
    }
    let mut client = client_before_finished(&World::new());
    client.receive_message(&client.good_finished());
    assert!(client.connection.is_connected());
}

#[test]
fn messages_before_it_may_share_its_record() {
    let world = World::new();
    let mut client = client_with_keys(&world);
    let both = [&NO_EXTENSIONS[..], &certificate(&world.server_chain())].concat();
    client.receive_message(&both);
    client.assert_well();
}

#[test]
fn a_wrong_finished_is_a_decrypt_error_and_one_of_the_wrong_length_a_decode_error() {
    let wrong = message(HandshakeType::Finished, &[1; 32]);
    client_before_finished(&World::new()).assert_refuses_message(&wrong, &Error::BadFinished);
    for length in [31, 33, 48] {
        let wrong = message(HandshakeType::Finished, &vec![1; length]);
        let message = HandshakeType::Finished;
        client_before_finished(&World::new())
            .assert_refuses_message(&wrong, &Error::Malformed { message, field: "verify_data" });
    }
}

#[test]
fn bad_key_shares_are_illegal() {
    let mut off_curve = vec![4; 65];
    off_curve[64] = 5;
    for (group, public_key) in [
        (NamedGroup::X25519, vec![0; 32]),
        (NamedGroup::X25519, vec![9; 31]),
        (NamedGroup::Secp256r1, off_curve),
        (NamedGroup::Secp256r1, vec![0; 65]),
    ] {
        let config = World::new().client().with_groups(&[group]).unwrap();
        let mut client = Victim::client(config);
        client.transmit();
        let hello = server_hello_with(&client, SUITE, group, &public_key);
        client.assert_refuses_message(&hello, &Error::BadKeyShare(group));
    }
}

#[test]
fn the_legacy_fields_of_a_server_hello_are_checked() {
    let wrong = Error::WrongLegacyVersion { message: HandshakeType::ServerHello, version: 0x0304 };
    refuse_changed(|hello| hello[5] = 4, &wrong);
    let field = "legacy_compression_method";
    let compressed = Error::IllegalValue { message: HandshakeType::ServerHello, field };
    refuse_changed(|hello| hello[4 + 2 + 32 + 1 + 32 + 2] = 1, &compressed);
}

/// Refuses a good ServerHello after this change.
fn refuse_changed(change: impl Fn(&mut Vec<u8>), error: &Error) {
    let client = client();
    let mut hello = server_hello(&client);
    change(&mut hello);
    client.assert_refuses_message(&hello, error);
}

#[test]
fn a_server_of_another_protocol_is_named() {
    let mut client = client();
    let sent = client.receive(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    client.assert_failed(&sent, &Error::NotTls { looks_like: "HTTP" });
}

#[test]
fn a_server_of_tls_1_2_is_told_so_and_a_downgraded_one_is_illegal() {
    // A ServerHello of TLS 1.2 has none of our extensions.
    let old = |ending: &[u8; 8]| {
        let body = [&[3, 3][..], &[7; 24], ending, &[0, 0x13, 0x01, 0]].concat();
        message(HandshakeType::ServerHello, &body)
    };
    let version = 0x0303;
    client().assert_refuses_message(&old(&[7; 8]), &Error::UnsupportedVersion { version });
    client().assert_refuses_message(&old(b"DOWNGRD\x01"), &Error::Downgrade);
    client().assert_refuses_message(&old(b"DOWNGRD\x00"), &Error::Downgrade);
}

#[test]
fn extensions_in_answers_are_those_that_were_asked_for_once_and_in_their_place() {
    let in_extensions = |block: &[u8], error: &Error| {
        let message = extensions(HandshakeType::EncryptedExtensions, &[], block);
        client_with_keys(&World::new()).assert_refuses_message(&message, error);
    };
    let message = HandshakeType::EncryptedExtensions;
    let unsolicited = |extension| Error::UnsolicitedExtension { message, extension };
    // Unknown, known and never asked for, and known and not asked for by this client.
    in_extensions(&[0x5a, 0x5a, 0, 0], &unsolicited(ExtensionType(0x5a5a)));
    in_extensions(&[0, 42, 0, 0], &unsolicited(ExtensionType::EarlyData));
    let alpn = ExtensionType::ApplicationLayerProtocolNegotiation;
    in_extensions(&[0, 16, 0, 5, 0, 3, 2, b'h', b'2'], &unsolicited(alpn));
    // In the wrong message.
    let extension = ExtensionType::KeyShare;
    in_extensions(&[0, 51, 0, 0], &Error::MisplacedExtension { message, extension });
    // Twice.
    let extension = ExtensionType::ServerName;
    let twice = [0, 0, 0, 0, 0, 0, 0, 0];
    in_extensions(&twice, &Error::DuplicateExtension { message, extension });
    // With something behind it.
    let field = "extension_data";
    in_extensions(&[0, 0, 0, 1, 7], &Error::Malformed { message, field });
}

#[test]
fn a_certificate_with_an_extension_that_was_not_asked_for_is_refused() {
    let world = World::new();
    let mut bytes = certificate(&world.server_chain());
    // status_request in the last entry, and the four lengths around it.
    bytes.extend([0, 5, 0, 0]);
    let end = bytes.len();
    bytes[end - 5] += 4;
    for length in [3, 7] {
        bytes[length] += 4;
    }
    let (message, extension) = (HandshakeType::Certificate, ExtensionType::StatusRequest);
    client_before_certificate(&world)
        .assert_refuses_message(&bytes, &Error::UnsolicitedExtension { message, extension });
}

#[test]
fn requests_may_hold_extensions_that_nobody_knows() {
    let world = World::new();
    let scheme = SignatureScheme::EcdsaSecp256r1Sha256.0.to_be_bytes();
    let known = [&[0, 13, 0, 4, 0, 2][..], &scheme].concat();
    let block = [&[0x5a, 0x5a, 0, 1, 7][..], &known, &[0x6a, 0x6a, 0, 0]].concat();
    let mut client = client_before_certificate(&world);
    client.receive_message(&extensions(HandshakeType::CertificateRequest, &[0], &block));
    client.receive_message(&certificate(&world.server_chain()));
    client.assert_well();
}

#[test]
fn a_certificate_request_names_schemes_and_has_no_context() {
    let message = HandshakeType::CertificateRequest;
    let world = World::new();
    let extension = ExtensionType::SignatureAlgorithms;
    client_before_certificate(&world).assert_refuses_message(
        &extensions(message, &[0], &[]),
        &Error::MissingExtension { message, extension },
    );
    let field = "certificate_request_context";
    let block = [0, 13, 0, 4, 0, 2, 4, 3];
    client_before_certificate(&world).assert_refuses_message(
        &extensions(message, &[1, 9], &block),
        &Error::IllegalValue { message, field },
    );
}

#[test]
fn a_server_shows_a_certificate() {
    let error = Error::Certificate(CertificateError::NoServerCertificate);
    client_before_certificate(&World::new()).assert_refuses_message(&certificate(&[]), &error);
    assert_eq!(error.alert(), Some(Alert::DecodeError));
}

#[test]
fn a_certificate_of_an_unknown_issuer_is_refused() {
    let stranger = World::new();
    let error = Error::Certificate(CertificateError::UnknownIssuer);
    let mut client = client_before_certificate(&World::new());
    let sent = client.receive_message(&certificate(&stranger.server_chain()));
    // Both authorities have one name, so that the signature is what betrays it.
    let found = client.connection.error().expect("refused").clone();
    assert!([error, Error::Certificate(CertificateError::BadSignature)].contains(&found));
    client.assert_failed(&sent, &found);
}

#[test]
fn certificate_verify_keeps_to_schemes_for_it_that_suit_the_key() {
    // rsa_pkcs1_sha256, rsa_pkcs1_sha1, ecdsa_sha1, and one that nobody knows.
    for scheme in [0x0401, 0x0201, 0x0203, 0x5a5a].map(SignatureScheme) {
        let body = [&scheme.0.to_be_bytes()[..], &[0, 1, 1]].concat();
        let verify = message(HandshakeType::CertificateVerify, &body);
        client_before_signature(&World::new())
            .assert_refuses_message(&verify, &Error::WrongSignatureScheme(scheme));
    }
}

#[test]
fn an_ecdsa_scheme_is_tied_to_its_curve() {
    let [_, p384, ..] = keys_of_every_kind();
    for (key, scheme) in [
        (KeyPair::generate().unwrap(), SignatureScheme::EcdsaSecp384r1Sha384),
        (p384, SignatureScheme::EcdsaSecp256r1Sha256),
    ] {
        let body = [&scheme.0.to_be_bytes()[..], &[0, 1, 1]].concat();
        let verify = message(HandshakeType::CertificateVerify, &body);
        client_before_signature(&World::with_server_key(key))
            .assert_refuses_message(&verify, &Error::WrongSignatureScheme(scheme));
    }
}

#[test]
fn a_signature_of_another_key_or_of_another_handshake_is_refused() {
    let world = World::new();
    let other = World::new();
    let identity = Identity::load(&Ring, other.server_chain(), &der(&other.server_key)).unwrap();
    let client = client_before_signature(&world);
    let verify = client.good_certificate_verify(&identity, identity.schemes()[0]);
    client.assert_refuses_message(&verify, &Error::BadSignature);

    let identity = Identity::load(&Ring, world.server_chain(), &der(&world.server_key)).unwrap();
    let another = client_before_signature(&world);
    let verify = another.good_certificate_verify(&identity, identity.schemes()[0]);
    client_before_signature(&world).assert_refuses_message(&verify, &Error::BadSignature);
}

#[test]
fn nothing_but_protected_records_may_come_once_there_are_keys() {
    for (content_type, content) in [
        (ContentType::Handshake, &NO_EXTENSIONS[..]),
        // A server accepts an alert in the clear here, because its client may have no keys yet. A
        // client does not.
        (ContentType::Alert, &[2, 40]),
    ] {
        let mut client = client_with_keys(&World::new());
        let sent = client.receive(&plain(content_type, content));
        client.assert_failed(&sent, &Error::UnprotectedRecord(content_type));
    }
}

#[test]
fn application_data_before_the_finished_is_unexpected() {
    let error = Error::UnexpectedRecord(ContentType::ApplicationData);
    client().assert_refuses(ContentType::ApplicationData, b"early", &error);
    let error = Error::ApplicationDataBeforeFinished;
    for content in [&b"early"[..], b""] {
        client_before_finished(&World::new()).assert_refuses(
            ContentType::ApplicationData,
            content,
            &error,
        );
    }
}

#[test]
fn an_alert_before_keys_is_taken_as_it_is() {
    let mut client = client();
    let sent = client.receive(&plain(ContentType::Alert, &[2, 40]));
    assert_eq!(sent, [], "nothing answers an alert");
    let alert = AlertDescription::from(Alert::HandshakeFailure);
    assert_eq!(client.connection.error(), Some(&Error::PeerAlert(alert)));
    assert_eq!(client.take_result(), Some(CallResult::Alert));
}

#[test]
fn a_cancelled_handshake_ends_with_the_close_notify_behind_it() {
    let mut client = client_with_keys(&World::new());
    assert_eq!(client.receive_content(ContentType::Alert, &[1, 90]), []);
    client.assert_well();
    assert_eq!(client.take_result(), None);
    assert_eq!(client.receive_content(ContentType::Alert, &[1, 0]), []);
    assert_eq!(client.take_result(), Some(CallResult::EndOfStream));
}
