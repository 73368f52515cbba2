use rcgen::KeyPair;

use super::*;
use crate::certificate::draft::{
    ListDraft, any_extension, extension, identifier, integer, sequence, tagged, time,
};
use crate::certificate::test_certificates::noon;
use crate::crypto::{CryptoProvider as _, Ring};

fn key() -> KeyPair {
    KeyPair::generate().unwrap()
}

fn read(draft: &ListDraft) -> Result<RevocationList, BadRevocationList> {
    RevocationList::from_der(&draft.sign(&key()))
}

#[track_caller]
fn assert_refused(draft: &ListDraft, reason: &str) {
    let BadRevocationList(told) = read(draft).unwrap_err();
    assert!(told.contains(reason), "{told}");
}

#[test]
fn a_list_names_the_serial_numbers_of_its_entries() {
    let list = read(&ListDraft::of("root", &[&[7], &[0, 0x90], &[1, 2, 3]])).unwrap();
    assert!(list.names(&[7]) && list.names(&[0, 0x90]) && list.names(&[1, 2, 3]));
    assert!(!list.names(&[8]) && !list.names(&[1, 2]));
    assert_eq!((list.this_update, list.next_update), {
        let day = core::time::Duration::from_secs(43_200);
        let begins = |month| noon(2026, month, 1).as_secs() - day.as_secs();
        let at = |seconds| UnixTime::since_unix_epoch(core::time::Duration::from_secs(seconds));
        (at(begins(7)), at(begins(8)))
    });
    assert!(!read(&ListDraft::of("root", &[])).unwrap().names(&[7]));
}

#[test]
fn a_list_that_says_no_more_than_others_is_read() {
    let reason = sequence(&[&any_extension(&[0x55, 0x1d, 21], false, &[0x0a, 1, 1])]);
    let draft = ListDraft { entries: vec![(vec![7], reason)], ..ListDraft::of("root", &[]) }
        .with(any_extension(&[0x55, 0x1d, 20], false, &integer(5)))
        .with(any_extension(&[0x55, 0x1d, 35], false, &sequence(&[&tagged(0x80, b"hint")])));
    assert!(read(&draft).unwrap().names(&[7]));
}

#[test]
fn a_list_that_would_have_to_be_understood_is_refused_with_the_reason() {
    let good = || ListDraft::of("root", &[&[7]]);
    assert_refused(&ListDraft { version: Vec::new(), ..good() }, "version 2");
    assert_refused(&ListDraft { version: integer(2), ..good() }, "version 2");
    assert_refused(&ListDraft { next_update: Vec::new(), ..good() }, "nextUpdate");
    assert_refused(&ListDraft { this_update: Vec::new(), ..good() }, "nextUpdate");
    let other = sequence(&[rustls_pki_types::alg_id::ECDSA_SHA384.as_ref()]);
    assert_refused(&ListDraft { algorithm: other, ..good() }, "two algorithms");
    assert_refused(&good().with(extension(27, &integer(1))), "delta");
    assert_refused(&good().with(extension(99, &[5, 0])), "critical extension 2.5.29.99");
    let twice = any_extension(&[0x55, 0x1d, 20], false, &integer(5));
    assert_refused(&good().with(twice.clone()).with(twice), "2.5.29.20 stands twice");

    let entry = |extension: Vec<u8>| {
        let entries = vec![(vec![7], sequence(&[&extension]))];
        ListDraft { entries, ..good() }
    };
    assert_refused(&entry(extension(29, &sequence(&[]))), "indirect");
    assert_refused(&entry(extension(98, &[5, 0])), "critical extension 2.5.29.98");
    let removed = any_extension(&[0x55, 0x1d, 21], false, &[0x0a, 1, 8]);
    assert_refused(&entry(removed), "takes a certificate off");
}

#[test]
fn what_is_no_list_is_refused_wherever_it_is_cut() {
    let bytes = ListDraft::of("root", &[&[7]]).sign(&key());
    for length in 0..bytes.len() {
        assert!(RevocationList::from_der(&bytes[..length]).is_err(), "{length}");
    }
    let more = [&bytes[..], &[0]].concat();
    assert!(RevocationList::from_der(&more).is_err());
    assert_refused(&ListDraft { this_update: time("2026"), ..ListDraft::of("root", &[]) }, "DER");
}

#[test]
fn no_byte_that_is_changed_makes_it_panic_or_its_signature_good() {
    let key = key();
    let good = ListDraft::of("root", &[&[7]]).sign(&key);
    let spki = key_of(&key);
    for place in 0..good.len() {
        let mut bytes = good.to_vec();
        bytes[place] ^= 0x21;
        if let Ok(list) = RevocationList::from_der(&bytes) {
            assert!(!list.verify(Ring.path_algorithms(), &spki), "{place}");
        }
    }
}

/// The contents of its SubjectPublicKeyInfo.
fn key_of(key: &KeyPair) -> Vec<u8> {
    use rcgen::PublicKeyData as _;
    der::only(&key.subject_public_key_info(), der::SEQUENCE).unwrap().to_vec()
}

#[test]
fn the_signature_is_that_of_the_issuers_key_and_verified_once() {
    let (own, other) = (key(), key());
    let list = RevocationList::from_der(&ListDraft::of("root", &[]).sign(&own)).unwrap();
    let [own, other] = [own, other].map(|key| key_of(&key));
    assert!(!list.verify(Ring.path_algorithms(), &other));
    assert!(!list.is_verified_with(&own));
    assert!(list.verify(Ring.path_algorithms(), &own));
    assert!(list.is_verified_with(&own) && !list.is_verified_with(&other));
}

/// The DistributionPointName of these names.
fn point(names: &[&[u8]]) -> Vec<u8> {
    let names: Vec<_> = names.iter().flat_map(|name| tagged(0x86, name)).collect();
    tagged(0xa0, &tagged(0xa0, &names))
}

#[test]
fn a_list_is_about_the_kind_and_the_point_that_it_says() {
    let scope = |contents: &[u8]| {
        let list = read(&ListDraft::of("root", &[]).with(extension(28, &sequence(&[contents]))));
        list.unwrap().scope
    };
    let yes = [0xff];
    let (users, authorities) = (scope(&tagged(0x81, &yes)), scope(&tagged(0x82, &yes)));
    assert!(users.covers(false, None) && !users.covers(true, None));
    assert!(authorities.covers(true, None) && !authorities.covers(false, None));

    let first = scope(&point(&[b"http://one/", b"ldap://one"]));
    let at = |name: &[u8]| sequence(&[&point(&[name])]);
    assert!(first.covers(false, Some(&at(b"http://one/"))));
    assert!(first.covers(true, Some(&[at(b"http://two/"), at(b"ldap://one")].concat())));
    assert!(!first.covers(false, Some(&at(b"http://two/"))));
    assert!(!first.covers(false, None));
    // Of some reasons, or of another issuer.
    for more in [tagged(0x81, &[0, 0x80]), tagged(0xa2, &[])] {
        let point = sequence(&[&point(&[b"http://one/"]), &more]);
        assert!(!first.covers(false, Some(&point)));
    }
}

#[test]
fn a_list_of_another_scope_is_refused_with_the_reason() {
    let with =
        |contents: &[u8]| ListDraft::of("root", &[]).with(extension(28, &sequence(&[contents])));
    assert_refused(&with(&tagged(0x83, &[0, 0x80])), "some reasons");
    assert_refused(&with(&tagged(0x84, &[0xff])), "indirect");
    assert_refused(&with(&tagged(0x85, &[0xff])), "attribute");
    assert_refused(&with(&tagged(0xa0, &tagged(0xa1, &[]))), "part of one");
    assert_refused(&with(&[tagged(0x81, &[0xff]), tagged(0x82, &[0xff])].concat()), "two kinds");
    assert_refused(&with(&identifier(&[0x2a])), "DER");
}
