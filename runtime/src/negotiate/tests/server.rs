//! A server against offers that suit it and others that do not.

use super::{offer, preferences, read, selection};
use crate::config::PskExchange;
use crate::error::Error;
use crate::identifiers::{CipherSuite, ExtensionType, HandshakeType, NamedGroup, SignatureScheme};
use crate::message::{Message, Writer};
use crate::negotiate::client::{Offer, client_hello};
use crate::negotiate::server::{EarlyDataChoice, Preferences, select};

#[test]
fn a_server_selects_by_its_own_preference_among_what_is_offered() {
    let selected = selection(&offer()).unwrap();
    assert_eq!(selected.suite, CipherSuite::Aes128GcmSha256);
    assert_eq!(selected.group, Some(NamedGroup::X25519));
    assert_eq!(selected.share, Some(vec![5; 32]));
    assert_eq!(selected.scheme, Some(SignatureScheme::EcdsaSecp256r1Sha256));
    assert_eq!(selected.application_protocol, Some(b"http/1.1".to_vec()));
    let name = read(&client_hello(&offer())).server_name.map(|name| name.to_owned());
    assert_eq!(name.as_ref().map(AsRef::as_ref), Some("example.org"));
    assert_eq!(*selected.session_id, [4; 32]);
    assert!(selected.tickets_wanted && !selected.groups_wanted);
    assert_eq!(selected.early_data, EarlyDataChoice::None);
    let early = selection(&Offer { early_data: true, ..offer() }).unwrap();
    assert_eq!(early.early_data, EarlyDataChoice::Rejected, "no session is looked at here");
}

#[test]
fn a_share_that_is_there_is_preferred_to_a_round_trip() {
    let mut offer = offer();
    offer.shares = vec![(NamedGroup::Secp384r1, vec![5; 97])];
    let selected = selection(&offer).unwrap();
    assert_eq!(selected.group, Some(NamedGroup::Secp384r1));
    assert!(selected.groups_wanted);
    offer.shares.clear();
    let selected = selection(&offer).unwrap();
    assert_eq!((selected.group, selected.share), (Some(NamedGroup::X25519), None));
}

#[test]
fn nothing_in_common_is_told_by_what_is_missing() {
    let with = |change: fn(&mut Offer)| {
        let mut offer = offer();
        change(&mut offer);
        selection(&offer).err()
    };
    let no_suite = with(|offer| offer.suites = [CipherSuite(0x1304)].into());
    assert_eq!(no_suite, Some(Error::NoCommonCipherSuite));
    let no_group = with(|offer| {
        offer.groups = [NamedGroup(0x11ec)].into();
        offer.shares.clear();
    });
    assert_eq!(no_group, Some(Error::NoCommonGroup));
    let no_scheme = with(|offer| offer.schemes = vec![SignatureScheme::RsaPkcs1Sha256].into());
    assert_eq!(no_scheme, Some(Error::NoCommonSignatureScheme));
    let no_protocol = with(|offer| offer.application_protocols = [b"smtp".to_vec()].into());
    assert_eq!(no_protocol, Some(Error::NoCommonApplicationProtocol));
}

#[test]
fn without_protocols_on_either_side_none_is_negotiated() {
    let mut offer = offer();
    let hello = client_hello(&offer);
    assert_eq!(select(&preferences(&[]), &read(&hello)).unwrap().application_protocol, None);
    offer.application_protocols = [].into();
    assert_eq!(selection(&offer).unwrap().application_protocol, None);
}

/// A ClientHello with these parts.
fn raw_hello(version: u16, compression: &[u8], block: Option<&[u8]>) -> Vec<u8> {
    let mut buffer = Vec::new();
    Writer::new(&mut buffer).handshake(HandshakeType::ClientHello, |body| {
        body.u16(version);
        body.bytes(&[3; 32]);
        body.vector8(|_| {});
        body.vector16(|suites| suites.u16(0x1301));
        body.vector8(|methods| methods.bytes(compression));
        if let Some(block) = block {
            body.vector16(|extensions| extensions.bytes(block));
        }
    });
    buffer
}

const VERSIONS: [u8; 9] = [0, 43, 0, 5, 4, 3, 4, 3, 3];
const SUPPORTED_GROUPS: [u8; 8] = [0, 10, 0, 4, 0, 2, 0, 29];
const SHARES: [u8; 11] = [0, 51, 0, 7, 0, 5, 0, 29, 0, 1, 9];
const ALGORITHMS: [u8; 8] = [0, 13, 0, 4, 0, 2, 8, 7];

fn refused(block: &[&[u8]]) -> Option<Error> {
    refused_by(&preferences(&[]), block)
}

fn refused_by(preferences: &Preferences<'_>, block: &[&[u8]]) -> Option<Error> {
    let hello = raw_hello(0x0303, &[0], Some(&block.concat()));
    match Message::decode(&hello) {
        Ok(Message::ClientHello(hello)) => select(preferences, &hello).err(),
        Ok(other) => panic!("{other:?}"),
        Err(error) => Some(error),
    }
}

#[test]
fn a_client_of_an_older_version_is_told_so_whatever_else_it_does() {
    let unsupported = |version| Err(Error::UnsupportedVersion { version });
    assert_eq!(Message::decode(&raw_hello(0x0303, &[1, 0], None)), unsupported(0x0303));
    assert_eq!(Message::decode(&raw_hello(0x0301, &[0], Some(&[]))), unsupported(0x0301));
    let versions = [0, 43, 0, 5, 4, 0x7a, 0x7a, 3, 3];
    assert_eq!(Message::decode(&raw_hello(0x0303, &[1, 0], Some(&versions))), unsupported(0x0303));
}

#[test]
fn the_legacy_fields_of_a_client_hello_are_checked() {
    let message = HandshakeType::ClientHello;
    let hello = raw_hello(0x0303, &[1, 0], Some(&VERSIONS));
    let field = "legacy_compression_methods";
    assert_eq!(Message::decode(&hello), Err(Error::IllegalValue { message, field }));
    let hello = raw_hello(0x0304, &[0], Some(&VERSIONS));
    assert_eq!(
        Message::decode(&hello),
        Err(Error::WrongLegacyVersion { message, version: 0x0304 })
    );
}

#[test]
fn every_mandatory_extension_of_a_client_hello_is_asked_for() {
    let message = HandshakeType::ClientHello;
    let missing = |extension| Some(Error::MissingExtension { message, extension });
    let all: [&[u8]; 4] = [&VERSIONS, &SUPPORTED_GROUPS, &SHARES, &ALGORITHMS];
    assert_eq!(refused(&all), None);
    assert_eq!(refused(&all[..3]), missing(ExtensionType::SignatureAlgorithms));
    assert_eq!(refused(&[all[0], all[2], all[3]]), missing(ExtensionType::SupportedGroups));
    assert_eq!(refused(&[all[0], all[1], all[3]]), missing(ExtensionType::KeyShare));
    let identity = [0, 41, 0, 44, 0, 7, 0, 1, 9, 0, 0, 0, 0, 0, 33, 32];
    let psk: &[u8] = &[&identity[..], &[0; 32]].concat();
    let block = [all[0], all[1], all[2], all[3], psk];
    assert_eq!(refused(&block), missing(ExtensionType::PskKeyExchangeModes));
    // Whoever resumes a session need not list algorithms for certificates.
    let modes: &[u8] = &[0, 45, 0, 2, 1, 1];
    assert_eq!(refused(&[all[0], all[1], all[2], modes, psk]), None);
}

#[test]
fn who_needs_no_exchange_may_leave_out_groups_and_shares_but_not_one_of_them() {
    let message = HandshakeType::ClientHello;
    let missing = |extension| Some(Error::MissingExtension { message, extension });
    let identity = [0, 41, 0, 44, 0, 7, 0, 1, 9, 0, 0, 0, 0, 0, 33, 32];
    let psk: &[u8] = &[&identity[..], &[0; 32]].concat();
    let modes: &[u8] = &[0, 45, 0, 2, 1, 0];
    let omits = Preferences { psk_exchange: PskExchange::Preferred, ..preferences(&[]) };
    assert_eq!(refused_by(&omits, &[&VERSIONS, modes, psk]), None);
    let only = refused_by(&omits, &[&VERSIONS, &SUPPORTED_GROUPS, modes, psk]);
    assert_eq!(only, missing(ExtensionType::KeyShare));
    let only = refused_by(&omits, &[&VERSIONS, &SHARES, modes, psk]);
    assert_eq!(only, missing(ExtensionType::SupportedGroups));
    // Not opposite a server that always exchanges keys, nor without a key.
    assert_eq!(refused(&[&VERSIONS, modes, psk]), missing(ExtensionType::SupportedGroups));
    let keyless = refused_by(&omits, &[&VERSIONS, modes, &ALGORITHMS]);
    assert_eq!(keyless, missing(ExtensionType::SupportedGroups));
}

#[test]
fn unknown_extensions_and_numbers_in_a_client_hello_are_ignored() {
    let grease: &[u8] = &[0x0a, 0x0a, 0, 3, 1, 2, 3];
    let groups: &[u8] = &[0, 10, 0, 6, 0, 4, 0x3a, 0x3a, 0, 29];
    let shares: &[u8] = &[0, 51, 0, 12, 0, 10, 0x3a, 0x3a, 0, 1, 0, 0, 29, 0, 1, 9];
    let versions: &[u8] = &[0, 43, 0, 5, 4, 0x4a, 0x4a, 3, 4];
    let algorithms: &[u8] = &[0, 13, 0, 6, 0, 4, 0x5a, 0x5a, 8, 7];
    let modes: &[u8] = &[0, 45, 0, 3, 2, 0x0b, 1];
    assert_eq!(refused(&[grease, versions, groups, shares, algorithms, modes]), None);
}

#[test]
fn the_pre_shared_key_comes_last_and_no_extension_out_of_place() {
    let message = HandshakeType::ClientHello;
    let psk: &[u8] = &[0, 41, 0, 0];
    let field = "pre_shared_key";
    assert_eq!(refused(&[psk, &VERSIONS]), Some(Error::IllegalValue { message, field }));
    let extension = ExtensionType::OidFilters;
    assert_eq!(
        refused(&[&VERSIONS, &[0, 48, 0, 2, 0, 0]]),
        Some(Error::MisplacedExtension { message, extension })
    );
}

#[test]
fn shares_are_for_supported_groups_and_one_for_each() {
    let illegal = Error::IllegalValue { message: HandshakeType::ClientHello, field: "key_share" };
    let groups: &[u8] = &[0, 10, 0, 4, 0, 2, 0, 23];
    assert_eq!(refused(&[&VERSIONS, groups, &SHARES]), Some(illegal.clone()));
    let twice: &[u8] = &[0, 51, 0, 12, 0, 10, 0, 29, 0, 1, 9, 0, 29, 0, 1, 9];
    assert_eq!(refused(&[&VERSIONS, &SUPPORTED_GROUPS, twice]), Some(illegal));
}

#[test]
fn what_is_no_host_name_is_as_if_it_had_not_come_and_two_names_are_illegal() {
    let name = |names: &[&[u8]]| {
        let mut list = Vec::new();
        for name in names {
            list.extend([0, 0, u8::try_from(name.len()).unwrap()]);
            list.extend(*name);
        }
        let length = u8::try_from(list.len()).unwrap();
        let block = [&[0, 0, 0, length + 2, 0, length][..], &list, &VERSIONS].concat();
        let hello = raw_hello(0x0303, &[0], Some(&block));
        match Message::decode(&hello) {
            Ok(Message::ClientHello(hello)) => {
                Ok(hello.server_name.map(|name| name.as_ref().to_owned()))
            }
            Ok(other) => panic!("{other:?}"),
            Err(error) => Err(error),
        }
    };
    let illegal =
        Err(Error::IllegalValue { message: HandshakeType::ClientHello, field: "server_name" });
    assert_eq!(name(&[b"localhost"]), Ok(Some("localhost".to_owned())));
    assert_eq!(name(&[b"localhost."]), Ok(Some("localhost".to_owned())));
    for no_name in ["127.0.0.1", "[::1]", "fe80::1%eth0", "127.0.0.1:4433", "0x7f000001"] {
        assert_eq!(name(&[no_name.as_bytes()]), Ok(None), "{no_name}");
    }
    for no_name in ["localhost:443", "*.example.com", "bücher.example", "a b"] {
        assert_eq!(name(&[no_name.as_bytes()]), Ok(None), "{no_name}");
    }
    assert_eq!(name(&[b"a.example", b"b.example"]), illegal);
    assert_eq!(name(&[b"\xff\0"]), Ok(None));
}
