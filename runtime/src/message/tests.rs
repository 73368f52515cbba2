//! What is written is read back; what is not well-formed is refused, and nothing panics.

use proptest::prelude::*;

use super::server_hello::RETRY_RANDOM;
use super::*;
use crate::config::Compressions;
use crate::error::CertificateError;
use crate::identifiers::{
    CertificateType, CipherSuite, ExtensionType, NamedGroup, SignatureScheme,
};
use crate::negotiate::client::client_hello;
use crate::negotiate::tests::offers;

fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..=most)
}

fn some_bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 1..=most)
}

fn schemes() -> impl Strategy<Value = Vec<SignatureScheme>> {
    prop::collection::vec(any::<u16>().prop_map(SignatureScheme), 1..20)
}

pub(super) fn encoded(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut buffer = Vec::new();
    write(&mut buffer);
    buffer
}

proptest! {
    #[test]
    fn a_server_hello_is_read_as_it_was_written(
        random in any::<[u8; 32]>(),
        session_id in bytes(32),
        (suite, group, public_key) in (any::<u16>(), any::<u16>(), some_bytes(200)),
        selected_identity in any::<Option<u16>>(),
    ) {
        prop_assume!(random != RETRY_RANDOM);
        let share = Some(KeyShare { group: NamedGroup(group), public_key: &public_key });
        let suite = CipherSuite(suite);
        let (random, session_id) = (&random, &session_id);
        let written = ServerHello { random, session_id, suite, share, selected_identity };
        let buffer = encoded(|buffer| written.encode(buffer));
        prop_assert_eq!(Message::decode(&buffer), Ok(Message::ServerHello(written)));
    }

    #[test]
    fn a_hello_retry_request_is_read_as_it_was_written(
        session_id in bytes(32),
        suite in any::<u16>(),
        group in any::<Option<u16>>(),
        cookie in prop::option::of(some_bytes(300)),
        ech_confirmation in any::<Option<[u8; 8]>>(),
    ) {
        let written = HelloRetryRequest {
            session_id: &session_id,
            suite: CipherSuite(suite),
            group: group.map(NamedGroup),
            cookie: cookie.as_deref(),
            ech_confirmation,
        };
        let buffer = encoded(|buffer| written.encode(buffer));
        prop_assert_eq!(Message::decode(&buffer), Ok(Message::HelloRetryRequest(written)));
    }

    #[test]
    fn encrypted_extensions_are_read_as_they_were_written(
        protocol in prop::option::of(some_bytes(255)),
        groups in prop::option::of(prop::collection::vec(any::<u16>().prop_map(NamedGroup), 1..9)),
        (named, early_data) in any::<(bool, bool)>(),
        retry_configs in prop::option::of(bytes(300)),
    ) {
        let types = AgreedTypes { client: None, server: Some(CertificateType::RawPublicKey) };
        let buffer = encoded(|buffer| {
            EncryptedExtensions {
                server_name: named,
                application_protocol: protocol.as_deref(),
                early_data,
                certificate_types: types,
                retry_configs: retry_configs.as_deref(),
                ..EncryptedExtensions::default()
            }
            .encode(groups.as_deref(), buffer);
        });
        let Ok(Message::EncryptedExtensions(read)) = Message::decode(&buffer) else {
            return Err(TestCaseError::fail("not read"));
        };
        prop_assert_eq!(read.application_protocol, protocol.as_deref());
        prop_assert_eq!(read.groups.map(|list| list.iter().collect::<Vec<_>>()), groups);
        prop_assert_eq!(read.server_name, named);
        prop_assert_eq!(read.retry_configs, retry_configs.as_deref());
        prop_assert_eq!((read.early_data, read.certificate_types), (early_data, types));
    }

    #[test]
    fn a_certificate_request_is_read_as_it_was_written(
        (first, second) in (schemes(), prop::option::of(schemes())),
        (staples, timestamps) in any::<(bool, bool)>(),
    ) {
        let certificates = second.clone().unwrap_or_default();
        let wanted = Wanted { staples, timestamps };
        let none = Compressions::default();
        let buffer = encoded(|buffer| {
            CertificateRequest::encode(&first, &certificates, wanted, &[], &none, None, buffer);
        });
        let Ok(Message::CertificateRequest(read)) = Message::decode(&buffer) else {
            return Err(TestCaseError::fail("not read"));
        };
        prop_assert!(read.context.is_empty());
        prop_assert_eq!(read.wanted, wanted);
        prop_assert_eq!(read.schemes.iter().collect::<Vec<_>>(), first);
        let read = read.certificate_schemes.map(|list| list.iter().collect::<Vec<_>>());
        prop_assert_eq!(read, second);
    }

    #[test]
    fn a_certificate_is_read_as_it_was_written(
        chain in prop::collection::vec((some_bytes(500), prop::option::of(some_bytes(99))), 0..5),
    ) {
        let entries = chain.iter().map(|(certificate, staple)| {
            Entry { staple: staple.as_deref(), ..Entry::bare(certificate) }
        });
        let buffer = encoded(|buffer| Certificate::encode(entries.clone(), buffer));
        let read = Message::decode(&buffer);
        let Ok(Message::Certificate(read)) = read else { panic!("{read:?}") };
        prop_assert_eq!(read.context, b"");
        prop_assert_eq!(read.chain.is_empty(), chain.is_empty());
        prop_assert!(read.chain.entries().eq(entries));
    }

    #[test]
    fn a_certificate_verify_is_read_as_it_was_written(
        scheme in any::<u16>(),
        signature in bytes(600),
    ) {
        let scheme = SignatureScheme(scheme);
        let written = CertificateVerify { scheme, signature: &signature };
        let buffer = encoded(|buffer| written.encode(buffer));
        prop_assert_eq!(Message::decode(&buffer), Ok(Message::CertificateVerify(written)));
    }

    #[test]
    fn a_finished_is_read_as_it_was_written(verify_data in bytes(64)) {
        let written = Finished { verify_data: &verify_data };
        let buffer = encoded(|buffer| written.encode(buffer));
        prop_assert_eq!(Message::decode(&buffer), Ok(Message::Finished(written)));
        prop_assert!(written.of_length(verify_data.len()).is_ok());
        prop_assert!(written.of_length(verify_data.len() + 1).is_err());
    }

    #[test]
    fn a_new_session_ticket_is_read_as_it_was_written(
        (lifetime, age_add) in any::<(u32, u32)>(),
        (nonce, ticket) in (bytes(255), some_bytes(500)),
        early_data in prop_oneof![Just(0), any::<u32>()],
    ) {
        let (nonce, ticket) = (&nonce, &ticket);
        let written = NewSessionTicket { lifetime, age_add, nonce, ticket, early_data };
        let buffer = encoded(|buffer| written.encode(None, buffer));
        prop_assert_eq!(Message::decode(&buffer), Ok(Message::NewSessionTicket(written)));
    }

    #[test]
    fn a_key_update_is_read_as_it_was_written(requested in any::<bool>()) {
        let written = KeyUpdate { requested };
        let buffer = encoded(|buffer| written.encode(buffer));
        prop_assert_eq!(Message::decode(&buffer), Ok(Message::KeyUpdate(written)));
    }

    #[test]
    fn no_bytes_at_all_make_the_decoder_panic(kind in 0u8..26, body in bytes(200)) {
        let length = u8::try_from(body.len()).unwrap();
        let message = [&[kind, 0, 0, length][..], &body].concat();
        let _ = Message::decode(&message);
        let _ = Message::decode(&body);
        let _ = decode_alert(&body);
    }

    #[test]
    fn a_valid_message_with_flipped_bits_is_read_or_refused_without_a_panic(
        offer in offers(),
        sample in any::<prop::sample::Index>(),
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut samples = samples();
        samples.push(client_hello(&offer));
        let mut message = sample.get(&samples).clone();
        for (place, bits) in flips {
            let place = place.index(message.len());
            message[place] ^= bits;
        }
        if let Err(error) = Message::decode(&message) {
            // For whatever is refused, the peer is told an alert.
            prop_assert!(error.alert().is_some());
            prop_assert!(!error.to_string().is_empty());
        }
    }

    #[test]
    fn a_message_that_lost_its_end_is_refused(
        offer in offers(),
        sample in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut samples = samples();
        samples.push(client_hello(&offer));
        let whole = sample.get(&samples);
        prop_assert!(Message::decode(whole).is_ok());
        let cut = &whole[..cut.index(whole.len())];
        prop_assert!(Message::decode(cut).is_err());
        // With a length that fits, so that the body is looked at; a Finished may have any length.
        if let Some((header, body)) = cut.split_at_checked(HEADER_LENGTH)
            && header[0] != HandshakeType::Finished.0
        {
            prop_assert!(Message::decode(&framed(header[0], body)).is_err());
        }
    }
}

/// One of each message.
fn samples() -> Vec<Vec<u8>> {
    let share = KeyShare { group: NamedGroup::X25519, public_key: &[5; 32] };
    let suite = CipherSuite::Aes128GcmSha256;
    let hello = ServerHello {
        random: &[7; 32],
        session_id: &[1; 32],
        suite,
        share: Some(share),
        selected_identity: None,
    };
    let group = Some(NamedGroup::Secp256r1);
    let retry = HelloRetryRequest {
        session_id: &[],
        suite,
        group,
        cookie: Some(&[1, 2]),
        ech_confirmation: None,
    };
    let (nonce, ticket) = (&[0], &[9; 40]);
    let ticket = NewSessionTicket { lifetime: 7200, age_add: 1, nonce, ticket, early_data: 9 };
    let wanted = Wanted { staples: true, timestamps: true };
    let none = Compressions::default();
    let certificates = [[1; 90], [2; 90]];
    let attached =
        Entry { staple: Some(&[5; 9]), timestamps: Some(&[0, 3, 0, 1, 7]), ..Entry::bare(&[3]) };
    let entries = certificates.iter().map(|data| Entry::bare(data)).chain([attached]);
    let scheme = SignatureScheme::Ed25519;
    let schemes = [scheme, SignatureScheme::RsaPssRsaeSha256];
    vec![
        encoded(|buffer| hello.encode(buffer)),
        encoded(|buffer| retry.encode(buffer)),
        encoded(|buffer| {
            let protocol = Some(&b"h2"[..]);
            let named = EncryptedExtensions { server_name: true, ..Default::default() };
            EncryptedExtensions { application_protocol: protocol, early_data: true, ..named }
                .encode(Some(&[NamedGroup::X25519]), buffer);
        }),
        encoded(|buffer| {
            CertificateRequest::encode(&schemes, &schemes, wanted, &[], &none, None, buffer)
        }),
        encoded(|buffer| Certificate::encode(entries.clone(), buffer)),
        encoded(|buffer| CertificateVerify { scheme, signature: &[3; 64] }.encode(buffer)),
        encoded(|buffer| Finished { verify_data: &[4; 32] }.encode(buffer)),
        encoded(|buffer| ticket.encode(None, buffer)),
        encoded(|buffer| KeyUpdate { requested: true }.encode(buffer)),
        encoded(encode_end_of_early_data),
    ]
}

pub(super) fn framed(kind: u8, body: &[u8]) -> Vec<u8> {
    encoded(|buffer| {
        Writer::new(buffer).handshake(HandshakeType(kind), |writer| writer.bytes(body));
    })
}

#[test]
fn a_chain_is_as_long_as_the_limit_and_no_longer() {
    let chain = |count: usize| {
        encoded(|buffer| {
            Certificate::encode(std::iter::repeat_n(Entry::bare(&[1]), count), buffer);
        })
    };
    assert!(Message::decode(&chain(limits::MAXIMUM_CERTIFICATES)).is_ok());
    assert_eq!(
        Message::decode(&chain(limits::MAXIMUM_CERTIFICATES + 1)),
        Err(Error::Certificate(CertificateError::TooMany { limit: 32 }))
    );
    assert!(limits::chain_fits([1_000; 32].into_iter()));
    assert!(!limits::chain_fits([1_000; 33].into_iter()));
    assert!(!limits::chain_fits([limits::MAXIMUM_CERTIFICATE].into_iter()));
}

#[test]
fn a_certificate_request_lists_schemes_and_may_hold_what_nobody_knows() {
    let message = HandshakeType::CertificateRequest;
    let unknown = [0x2a, 0x2a, 0, 1, 0];
    let schemes = [0, 13, 0, 4, 0, 2, 8, 7];
    let block = [&unknown[..], &schemes].concat();
    let body = |block: &[u8]| {
        let length = u8::try_from(block.len()).unwrap();
        framed(13, &[&[0, 0, length][..], block].concat())
    };
    assert!(Message::decode(&body(&block)).is_ok());
    let extension = ExtensionType::SignatureAlgorithms;
    let missing = Err(Error::MissingExtension { message, extension });
    assert_eq!(Message::decode(&body(&unknown)), missing);
}

#[test]
fn a_key_update_says_zero_or_one() {
    let message = HandshakeType::KeyUpdate;
    let illegal = Err(Error::IllegalValue { message, field: "request_update" });
    assert_eq!(Message::decode(&[24, 0, 0, 1, 2]), illegal);
    let malformed = Err(Error::Malformed { message, field: "request_update" });
    assert_eq!(Message::decode(&[24, 0, 0, 0]), malformed);
    assert_eq!(Message::decode(&[24, 0, 0, 2, 0, 0]), malformed);
}

#[test]
fn application_protocols_have_names_and_stay_within_the_limit() {
    let fit = |names: &[Vec<u8>]| limits::application_protocols_fit(names);
    assert!(fit(&[b"h2".to_vec(), vec![1; 255]]));
    assert!(!fit(&[vec![]]));
    assert!(!fit(&[vec![1; 256]]));
    assert!(fit(&vec![vec![1; 255]; 16]));
    assert!(!fit(&vec![vec![1; 255]; 17]));
}
