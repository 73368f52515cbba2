//! What a server refuses in a client's handshake.

use super::*;
use crate::connection::early_data::MAXIMUM_SKIPPED_EARLY_DATA;
use crate::message::limits::MAXIMUM_CLIENT_HELLO;
use crate::message::{Message, SessionId};
use crate::negotiate::client::client_hello;
use crate::{CertificateError, ExtensionType};

fn server() -> Victim {
    Victim::server(World::new().server())
}

/// A server after its flight, which asks for no certificate.
fn waiting_for_finished() -> Victim {
    server_after_flight(World::new().server())
}

/// Refuses this as the first thing that arrives.
fn refuse_first(bytes: &[u8], error: &Error) {
    let mut server = server();
    let sent = server.receive(bytes);
    server.assert_failed(&sent, error);
}

fn refuse_hello(offer: &Offer, error: &Error) {
    server().assert_refuses_message(&client_hello(offer), error);
}

#[test]
fn other_protocols_get_a_clear_error() {
    for (bytes, name) in [
        (&b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"[..], "HTTP"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", "SSH"),
        (&[0x80, 0x2e, 1, 3, 1, 0, 0, 0, 0, 0, 0, 0], "SSL 2.0"),
    ] {
        refuse_first(bytes, &Error::NotTls { looks_like: name });
    }
    refuse_first(&[99, 3, 3, 0, 1, 0], &Error::UnknownContentType(ContentType(99)));
}

#[test]
fn a_client_of_an_older_version_is_told_so() {
    // TLS 1.2: no supported_versions.
    let body = [&[3, 3][..], &[1; 32], &[0, 0, 2, 0xc0, 0x2f, 1, 0]].concat();
    let hello = message(HandshakeType::ClientHello, &body);
    let error = Error::UnsupportedVersion { version: 0x0303 };
    assert_eq!(error.alert(), Some(Alert::ProtocolVersion));
    server().assert_refuses_message(&hello, &error);
}

#[test]
fn a_good_hello_is_answered_with_its_session_id_and_a_change_cipher_spec() {
    for session_id in [[2; 32].into(), SessionId::default()] {
        let compatible = !session_id.is_empty();
        let mut server = server();
        let offer = Offer { session_id, ..offer() };
        let sent = server.receive_message(&client_hello(&offer));
        let (content_type, hello) = &sent[0];
        assert_eq!(*content_type, ContentType::Handshake);
        let Ok(Message::ServerHello(hello)) = Message::decode(hello) else {
            panic!("a ServerHello")
        };
        assert_eq!(*hello.session_id, *session_id);
        let change = (ContentType::ChangeCipherSpec, vec![1]);
        assert_eq!(sent.iter().position(|sent| *sent == change), compatible.then_some(1));
    }
}

#[test]
fn unknown_values_and_grease_are_passed_over() {
    let offer = Offer {
        suites: [CipherSuite(0x0a0a), CipherSuite::Aes128GcmSha256].into(),
        groups: [NamedGroup(0x1a1a), NamedGroup::X25519].into(),
        shares: vec![(NamedGroup(0x1a1a), vec![0]), (NamedGroup::X25519, BASE_POINT.to_vec())],
        schemes: vec![SignatureScheme(0x2a2a), SignatureScheme::EcdsaSecp256r1Sha256].into(),
        application_protocols: [b"\x3a\x3a".to_vec()].into(),
        ..offer()
    };
    let mut server = server();
    server.receive_message(&with_extension(&offer, &[0x5a, 0x5a, 0, 3, 1, 2, 3]));
    server.assert_well();
    assert_eq!(server.connection.cipher_suite(), Some(CipherSuite::Aes128GcmSha256));
}

/// The ClientHello that makes an offer of two cipher suites, with one more extension.
pub(super) fn with_extension(offer: &Offer, extension: &[u8]) -> Vec<u8> {
    assert_eq!((offer.session_id.len(), offer.suites.len()), (32, 2));
    let mut hello = client_hello(offer);
    hello.extend(extension);
    let block = 4 + 2 + 32 + 1 + 32 + 2 + 4 + 2;
    for place in [2, block] {
        let before = u16::from_be_bytes([hello[place], hello[place + 1]]);
        let length = before + u16::try_from(extension.len()).unwrap();
        hello[place..place + 2].copy_from_slice(&length.to_be_bytes());
    }
    hello
}

#[test]
fn an_extension_twice_or_in_the_wrong_message_is_illegal() {
    let message = HandshakeType::ClientHello;
    let extension = ExtensionType::PskKeyExchangeModes;
    let hello = with_extension(&offer(), &[0, 45, 0, 2, 1, 1]);
    server().assert_refuses_message(&hello, &Error::DuplicateExtension { message, extension });
    let extension = ExtensionType::OidFilters;
    let hello = with_extension(&offer(), &[0, 48, 0, 2, 0, 0]);
    server().assert_refuses_message(&hello, &Error::MisplacedExtension { message, extension });
    // The pre-shared key comes last.
    let hello = with_extension(&offer(), &[0, 41, 0, 0, 0x5a, 0x5a, 0, 0]);
    let field = "pre_shared_key";
    server().assert_refuses_message(&hello, &Error::IllegalValue { message, field });
}

#[test]
fn early_data_that_nobody_accepts_is_passed_over_within_its_limit() {
    let hello = with_extension(&offer(), &[0, 42, 0, 0]);
    let early = plain(ContentType::ApplicationData, &[7; 1000]);
    let mut server = server();
    server.receive_message(&hello);
    server.transmit();
    server.receive(&early);
    server.receive_message(&server.good_finished());
    server.assert_well();
    assert!(server.connection.is_connected());

    // As many whole records as there is allowance for, and then one more.
    let mut server = self::server();
    server.receive_message(&hello);
    server.transmit();
    for _ in 0..MAXIMUM_SKIPPED_EARLY_DATA / 1000 {
        server.receive(&early);
        server.assert_well();
    }
    let sent = server.receive(&early);
    server.assert_failed(&sent, &Error::TooMuchEarlyData { limit: MAXIMUM_SKIPPED_EARLY_DATA });
}

#[test]
fn the_early_data_that_servers_commonly_allow_is_passed_over_in_records_of_any_size() {
    // 2^14 bytes, and what protects them.
    for content in [100, 1000, 1 << 14] {
        let mut server = server();
        server.receive_message(&with_extension(&offer(), &[0, 42, 0, 0]));
        server.transmit();
        for _ in 0..(1_usize << 14).div_ceil(content) {
            server.receive(&plain(ContentType::ApplicationData, &vec![7; content + 17]));
        }
        server.receive_message(&server.good_finished());
        server.assert_well();
        assert!(server.connection.is_connected());
    }
}

#[test]
fn early_data_before_a_retry_is_passed_over_until_the_second_hello() {
    let early = plain(ContentType::ApplicationData, &[7; 1000]);
    let retried = || {
        let config = World::new().server().with_groups(&[NamedGroup::Secp256r1]).unwrap();
        let mut server = Victim::server(config);
        server.receive_message(&with_extension(&offer(), &[0, 42, 0, 0]));
        server.transmit();
        server
    };
    let mut server = retried();
    for _ in 0..MAXIMUM_SKIPPED_EARLY_DATA / 1000 {
        server.receive(&early);
        server.assert_well();
    }
    let sent = server.receive(&early);
    server.assert_failed(&sent, &Error::TooMuchEarlyData { limit: MAXIMUM_SKIPPED_EARLY_DATA });

    let mut server = retried();
    server.receive(&early);
    let share = Ring.start_exchange(NamedGroup::Secp256r1).unwrap();
    let share = crate::crypto::KeyExchange::share(&share).to_vec();
    let second = Offer { shares: vec![(NamedGroup::Secp256r1, share)], ..offer() };
    server.receive_message(&client_hello(&second));
    server.assert_well();
    server.transmit();
    let sent = server.receive(&early);
    server.assert_failed(&sent, &Error::BadRecordMac);
}

/// A ClientHello as long as its syntax allows: padding fills its extensions, suites and compression
/// methods.
fn longest_hello() -> Vec<u8> {
    let hello = client_hello(&offer());
    let suites_at = 4 + 2 + 32 + 1 + 32;
    let (extensions, known) = (&hello[suites_at + 10..], &hello[suites_at + 2..suites_at + 6]);
    let mut body = hello[4..suites_at].to_vec();
    body.extend(0xfffe_u16.to_be_bytes());
    body.extend(known);
    body.extend([0x1a; 0xfffe - 4]);
    body.extend([1, 0]);
    body.extend(0xffff_u16.to_be_bytes());
    body.extend(extensions);
    let padding = 0xffff - extensions.len() - 4;
    body.extend([0, 21]);
    body.extend(u16::try_from(padding).unwrap().to_be_bytes());
    body.resize(body.len() + padding, 0);
    message(HandshakeType::ClientHello, &body)
}

#[test]
fn a_hello_as_long_as_its_syntax_allows_is_answered() {
    let hello = longest_hello();
    // Only "null" may be among the compression methods, so that theirs is shorter by 254 bytes.
    assert_eq!(hello.len(), 4 + MAXIMUM_CLIENT_HELLO - 254);
    let mut server = Victim::server(World::new().server());
    for part in hello.chunks(1 << 14) {
        server.receive_message(part);
    }
    server.assert_well();
}

#[test]
fn nothing_in_common_is_a_handshake_failure() {
    let suites = [CipherSuite(0x1304)].into();
    refuse_hello(&Offer { suites, ..offer() }, &Error::NoCommonCipherSuite);
    let groups = [NamedGroup(0x0019)].into();
    let none = Vec::new();
    refuse_hello(&Offer { groups, shares: none, ..offer() }, &Error::NoCommonGroup);
    let schemes = vec![SignatureScheme::RsaPkcs1Sha256, SignatureScheme(0x0201)].into();
    refuse_hello(&Offer { schemes, ..offer() }, &Error::NoCommonSignatureScheme);
}

#[test]
fn no_common_application_protocol_has_its_own_alert() {
    let config = World::new().server().with_alpn_protocols(["h2"]).unwrap();
    let offer = Offer { application_protocols: [b"smtp".to_vec()].into(), ..offer() };
    Victim::server(config)
        .assert_refuses_message(&client_hello(&offer), &Error::NoCommonApplicationProtocol);
}

#[test]
fn bad_key_shares_are_illegal() {
    for (group, public_key) in [
        (NamedGroup::X25519, vec![0; 32]),
        (NamedGroup::X25519, vec![1; 33]),
        (NamedGroup::Secp256r1, vec![4; 65]),
        (NamedGroup::Secp256r1, vec![4; 64]),
    ] {
        let shares = vec![(group, public_key)];
        refuse_hello(&Offer { shares, ..offer() }, &Error::BadKeyShare(group));
    }
}

#[test]
fn the_hello_that_leads_on_ends_its_record_because_keys_change_behind_it() {
    let bytes = [&client_hello(&offer())[..], &[20]].concat();
    server().assert_refuses_message(&bytes, &Error::MessageSpansKeyChange);
}

/// A server that has asked for a share of P-256, and the offer of the second ClientHello.
fn after_retry() -> (Victim, Offer) {
    let config = World::new().server().with_groups(&[NamedGroup::Secp256r1]).unwrap();
    let mut server = Victim::server(config);
    server.receive_message(&client_hello(&offer()));
    server.assert_well();
    server.transmit();
    let share = Ring.start_exchange(NamedGroup::Secp256r1).unwrap();
    let share = crate::crypto::KeyExchange::share(&share).to_vec();
    (server, Offer { shares: vec![(NamedGroup::Secp256r1, share)], ..offer() })
}

#[test]
fn the_second_hello_is_the_first_with_the_share_that_was_asked_for() {
    let (mut server, second) = after_retry();
    server.receive_message(&client_hello(&second));
    server.assert_well();
    assert_eq!(server.connection.group(), Some(NamedGroup::Secp256r1));

    let refuse = |change: &dyn Fn(&mut Offer), field| {
        let (server, mut second) = after_retry();
        change(&mut second);
        server.assert_refuses_message(&client_hello(&second), &Error::ClientHelloChanged { field });
    };
    refuse(&|offer| offer.shares = super::offer().shares, "key_share");
    refuse(&|offer| offer.shares.extend(super::offer().shares), "key_share");
    refuse(&|offer| offer.random = [9; 32], "random");
    refuse(&|offer| offer.session_id = [9; 32].into(), "legacy_session_id");
    refuse(&|offer| Arc::make_mut(&mut offer.suites).reverse(), "cipher_suites");
    refuse(&|offer| Arc::make_mut(&mut offer.groups).reverse(), "supported_groups");
    refuse(&|offer| offer.cookie = Some(vec![1]), "cookie");

    let (server, mut second) = after_retry();
    second.shares.clear();
    server.assert_refuses_message(&client_hello(&second), &Error::RequestedShareMissing);
}

#[test]
fn every_message_out_of_its_turn_is_unexpected() {
    let hello = client_hello(&offer());
    let client = Victim::client(World::new().client());
    let block = [0, 13, 0, 4, 0, 2, 4, 3];
    let mut retry = Vec::new();
    crate::message::HelloRetryRequest {
        session_id: &[],
        suite: CipherSuite::Aes128GcmSha256,
        group: None,
        cookie: Some(b"c"),
        ech_confirmation: None,
    }
    .encode(&mut retry);
    for (handshake_type, bytes) in [
        (HandshakeType::ClientHello, hello),
        (HandshakeType::ServerHello, server_hello(&client)),
        (HandshakeType::ServerHello, retry),
        (HandshakeType::EncryptedExtensions, NO_EXTENSIONS.to_vec()),
        (
            HandshakeType::CertificateRequest,
            extensions(HandshakeType::CertificateRequest, &[0], &block),
        ),
        (HandshakeType::Certificate, certificate(&World::new().client_chain())),
        (HandshakeType::EndOfEarlyData, message(HandshakeType::EndOfEarlyData, &[])),
        (HandshakeType::KeyUpdate, KEY_UPDATE.to_vec()),
        (HandshakeType::NewSessionTicket, TICKET.to_vec()),
    ] {
        let error = Error::UnexpectedMessage(handshake_type);
        waiting_for_finished().assert_refuses_message(&bytes, &error);
        if handshake_type != HandshakeType::ClientHello {
            server().assert_refuses_message(&bytes, &error);
        }
    }
}

#[test]
fn a_second_hello_of_an_older_version_is_unexpected_as_any_is() {
    let body = [&[3, 3][..], &[1; 32], &[0, 0, 2, 0xc0, 0x2f, 1, 0]].concat();
    let hello = message(HandshakeType::ClientHello, &body);
    let error = Error::UnexpectedMessage(HandshakeType::ClientHello);
    waiting_for_finished().assert_refuses_message(&hello, &error);
}

#[test]
fn a_handshake_type_that_tls_1_3_does_not_have_is_unexpected() {
    for number in [0, 3, 12, 14, 16, 21, 254] {
        let handshake_type = HandshakeType(number);
        server().assert_refuses_message(
            &message(handshake_type, &[]),
            &Error::UnknownHandshakeType(handshake_type),
        );
    }
}

#[test]
fn the_finished_ends_its_record_and_is_right() {
    for behind in [&KEY_UPDATE[..], &KEY_UPDATE[..2]] {
        let server = waiting_for_finished();
        let record = [&server.good_finished()[..], behind].concat();
        server.assert_refuses_message(&record, &Error::MessageSpansKeyChange);
    }
    let wrong = message(HandshakeType::Finished, &[1; 32]);
    waiting_for_finished().assert_refuses_message(&wrong, &Error::BadFinished);
    let mut server = waiting_for_finished();
    server.receive_message(&server.good_finished());
    assert!(server.connection.is_connected());
}

#[test]
fn an_alert_in_plaintext_counts_until_the_client_shows_that_it_has_keys() {
    let alert = plain(ContentType::Alert, &[2, 40]);
    let mut server = waiting_for_finished();
    assert_eq!(server.receive(&alert), []);
    let told = AlertDescription::from(Alert::HandshakeFailure);
    assert_eq!(server.connection.error(), Some(&Error::PeerAlert(told)));

    let mut server = server_after_flight(World::new().server_that_requires());
    server.receive_message(&certificate(&World::new().client_chain())[..4]);
    let sent = server.receive(&alert);
    server.assert_failed(&sent, &Error::UnprotectedRecord(ContentType::Alert));
}

#[test]
fn a_required_certificate_must_come() {
    let error = Error::Certificate(CertificateError::NoClientCertificate);
    assert_eq!(error.alert(), Some(Alert::CertificateRequired));
    server_after_flight(World::new().server_that_requires())
        .assert_refuses_message(&certificate(&[]), &error);
}

#[test]
fn a_clients_certificate_has_no_context_and_no_unsolicited_extension() {
    let world = World::new();
    let message = HandshakeType::Certificate;
    let field = "certificate_request_context";
    server_after_flight(world.server_that_requires()).assert_refuses_message(
        &super::message(message, &[1, 9, 0, 0, 0]),
        &Error::IllegalValue { message, field },
    );
    // One entry of one byte, with status_request.
    let entry = [0, 0, 1, 0x30, 0, 4, 0, 5, 0, 0];
    let body = [&[0, 0, 0, 10][..], &entry].concat();
    let extension = ExtensionType::StatusRequest;
    server_after_flight(world.server_that_requires()).assert_refuses_message(
        &super::message(message, &body),
        &Error::UnsolicitedExtension { message, extension },
    );
}
