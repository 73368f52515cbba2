//! Both sides of the negotiation, against each other and against what they must refuse.

use std::sync::Arc;

use proptest::prelude::*;
use rustls_pki_types::DnsName;

use super::certificate_types::{ServersTypes, TakenTypes};
use super::client::{Offer, client_hello};
use super::offer::OfferedSession;
use super::server::{Preferences, Selection, select};
use crate::config::{Compressions, PskExchange};
use crate::crypto::HashAlgorithm;
use crate::error::Error;
use crate::identifiers::{CertificateType, CipherSuite, NamedGroup, SignatureScheme};
use crate::message::{BothSides, ClientHello, HelloRetryRequest, Message, SessionId, Wanted};
use crate::record_size::RecordSizeLimit;

mod certificate_types;
mod client;
mod server;

const SUITES: [CipherSuite; 3] = [
    CipherSuite::Aes128GcmSha256,
    CipherSuite::Aes256GcmSha384,
    CipherSuite::ChaCha20Poly1305Sha256,
];
const GROUPS: [NamedGroup; 3] = [NamedGroup::X25519, NamedGroup::Secp256r1, NamedGroup::Secp384r1];
const SCHEMES: [SignatureScheme; 2] =
    [SignatureScheme::EcdsaSecp256r1Sha256, SignatureScheme::Ed25519];
/// The lists of types of certificates that a client may send; none where it is empty.
const TYPES: [&[CertificateType]; 4] = [
    &[],
    &[CertificateType::RawPublicKey],
    &[CertificateType::RawPublicKey, CertificateType::X509],
    &[CertificateType::X509, CertificateType::RawPublicKey],
];

/// The list that has come.
fn types(list: Option<&[u8]>) -> &'static [CertificateType] {
    let numbers = list.unwrap_or_default().iter().copied();
    let is_it = |list: &&[CertificateType]| list.iter().map(|one| one.0).eq(numbers.clone());
    TYPES.into_iter().find(is_it).unwrap()
}

fn offer() -> Offer {
    Offer {
        random: [3; 32],
        session_id: [4; 32].into(),
        suites: SUITES.into(),
        groups: GROUPS.into(),
        shares: vec![(NamedGroup::X25519, vec![5; 32])],
        schemes: SCHEMES.to_vec().into(),
        certificate_schemes: vec![],
        application_protocols: [b"h2".to_vec(), b"http/1.1".to_vec()].into(),
        server_name: DnsName::try_from("example.org".to_owned()).ok(),
        cookie: None,
        has_ech: false,
        record_size_limit: None,
        wanted: Wanted::default(),
        authorities: [].into(),
        compressions: Compressions::default(),
        certificate_types: BothSides::default(),
        tickets: true,
        retried: None,
        session: None,
        early_data: false,
        grease: None,
        psk_exchange: PskExchange::Required,
    }
}

/// The list with one more.
fn with<T: Copy>(list: &[T], more: T) -> Arc<[T]> {
    list.iter().copied().chain([more]).collect()
}

/// A server that shows a certificate, and asks clients for none.
const CERTIFICATES: ServersTypes =
    ServersTypes { shown: &[CertificateType::X509], taken: TakenTypes::None };

fn preferences(protocols: &[Vec<u8>]) -> Preferences<'_> {
    Preferences {
        suites: &SUITES,
        groups: &GROUPS,
        schemes: &SCHEMES,
        certificate_types: CERTIFICATES,
        application_protocols: protocols,
        key_hash: None,
        psk_exchange: PskExchange::Required,
    }
}

fn read(bytes: &[u8]) -> ClientHello<'_> {
    match Message::decode(bytes) {
        Ok(Message::ClientHello(hello)) => hello,
        other => panic!("{other:?}"),
    }
}

fn selection(offer: &Offer) -> Result<Selection, Error> {
    select(&preferences(&[b"http/1.1".to_vec()]), &read(&client_hello(offer)))
}

fn retry_of(group: NamedGroup) -> HelloRetryRequest<'static> {
    let suite = CipherSuite::Aes128GcmSha256;
    HelloRetryRequest {
        session_id: &[4; 32],
        suite,
        group: Some(group),
        cookie: None,
        ech_confirmation: None,
    }
}

prop_compose! {
    pub(crate) fn offers()(
        random in any::<[u8; 32]>(),
        session_id in prop::collection::vec(any::<u8>(), 0..=32),
        suites in prop::collection::vec(any::<u16>().prop_map(CipherSuite), 1..9),
        groups in prop::collection::btree_set(any::<u16>().prop_map(NamedGroup), 1..9),
        key in prop::collection::vec(any::<u8>(), 1..99),
        shared in any::<prop::sample::Index>(),
        schemes in prop::collection::vec(any::<u16>().prop_map(SignatureScheme), 1..9),
        certificate_schemes in prop::collection::vec(any::<u16>().prop_map(SignatureScheme), 0..9),
        application_protocols in
            prop::collection::vec(prop::collection::vec(any::<u8>(), 1..=255), 0..4),
        server_name in prop::option::of("[a-z]{1,20}(\\.[a-z]{1,20}){1,3}"),
        cookie in prop::option::of(prop::collection::vec(any::<u8>(), 1..99)),
        (staples, timestamps) in any::<(bool, bool)>(),
        size_limit in prop_oneof![Just(0), any::<u16>()],
        (client, server) in (prop::sample::select(&TYPES[..]), prop::sample::select(&TYPES[..])),
        (tickets, early_data) in any::<(bool, bool)>(),
        session in prop::option::of((
            prop::collection::vec(any::<u8>(), 1..300),
            any::<u32>(),
            prop_oneof![Just(HashAlgorithm::Sha256), Just(HashAlgorithm::Sha384)],
        )),
    ) -> Offer {
        let groups: Vec<NamedGroup> = groups.into_iter().collect();
        let shares = groups.iter().take(shared.index(groups.len() + 1));
        Offer {
            has_ech: false,
            random,
            session_id: SessionId::new(&session_id).unwrap(),
            suites: suites.into(),
            shares: shares.map(|group| (*group, key.clone())).collect(),
            groups: groups.into(),
            schemes: schemes.into(),
            certificate_schemes,
            application_protocols: application_protocols.into(),
            server_name: server_name.and_then(|name| DnsName::try_from(name).ok()),
            cookie,
            record_size_limit: RecordSizeLimit::asked(size_limit),
            wanted: Wanted { staples, timestamps },
            authorities: [].into(),
        compressions: Compressions::default(),
        certificate_types: BothSides { client, server },
            tickets: tickets || session.is_some(),
            retried: None,
            early_data: early_data && session.is_some(),
            session: session.map(|(ticket, obfuscated_age, hash)| OfferedSession {
                ticket: ticket.into(),
                obfuscated_age,
                hash,
            }),
            grease: None,
            psk_exchange: PskExchange::Required,
        }
    }
}

proptest! {
    #[test]
    fn a_client_hello_is_read_as_it_was_written(offer in offers()) {
        let bytes = client_hello(&offer);
        let hello = read(&bytes);
        let shares = hello.shares.map(|shares| {
            shares.iter().map(|share| (share.group, share.public_key.to_vec())).collect()
        });
        let protocols: Option<Arc<[Vec<u8>]>> =
            hello.application_protocols.map(|names| names.iter().map(<[u8]>::to_vec).collect());
        let certificate_schemes = hello.certificate_schemes.map(|list| list.iter().collect());
        prop_assert!(hello.psk_key_exchange_modes.is_none_or(|modes| modes == [1]));
        let session = hello.pre_shared_key.and_then(|offered| offered.iter().next()).map(
            |(psk, binder)| OfferedSession {
                ticket: psk.identity.into(),
                obfuscated_age: psk.obfuscated_ticket_age,
                hash: match binder.len() {
                    32 => HashAlgorithm::Sha256,
                    _ => HashAlgorithm::Sha384,
                },
            },
        );
        let found = Offer {
            random: *hello.random,
            session_id: SessionId::new(hello.session_id).unwrap(),
            suites: hello.suites.iter().collect(),
            groups: hello.groups.map(|list| list.iter().collect()).unwrap_or_else(|| [].into()),
            shares: shares.unwrap_or_default(),
            schemes: hello.schemes.map(|list| list.iter().collect()).unwrap_or_default(),
            certificate_schemes: certificate_schemes.unwrap_or_default(),
            application_protocols: protocols.unwrap_or_default(),
            server_name: hello.server_name.map(|name| name.to_owned()),
            cookie: hello.cookie.map(<[u8]>::to_vec),
            has_ech: false,
            record_size_limit: hello.record_size_limit,
            wanted: hello.wanted,
            authorities: [].into(),
        compressions: Compressions::default(),
        certificate_types: BothSides {
                client: types(hello.certificate_types.client),
                server: types(hello.certificate_types.server),
            },
            tickets: hello.psk_key_exchange_modes.is_some(),
            retried: None,
            session,
            early_data: hello.early_data,
            grease: None,
            psk_exchange: PskExchange::Required,
        };
        prop_assert_eq!(found, offer);
    }

    #[test]
    fn what_a_server_selects_from_any_offer_is_in_it(mut offer in offers(), known in 0usize..8) {
        // Random numbers are never ours; mix some of ours in.
        if known & 1 != 0 { offer.suites = with(&offer.suites, SUITES[2]); }
        if known & 2 != 0 { offer.groups = with(&offer.groups, GROUPS[1]); }
        if known & 4 != 0 { offer.schemes.to_mut().push(SCHEMES[1]); }
        if let Ok(selection) = select(&preferences(&[]), &read(&client_hello(&offer))) {
            prop_assert!(offer.suites.contains(&selection.suite));
            let group = selection.group.unwrap();
            prop_assert!(offer.groups.contains(&group));
            let is_listed = |scheme| offer.schemes.contains(&scheme);
            prop_assert!(selection.scheme.map_or(offer.session.is_some(), is_listed));
            let share = offer.shares.iter().find(|share| share.0 == group);
            prop_assert_eq!(selection.share, share.map(|share| share.1.clone()));
        } else {
            let listed = offer.certificate_types.server;
            let takes_it = listed.is_empty() || listed.contains(&CertificateType::X509);
            prop_assert!(known != 7 || !takes_it);
        }
    }
}
