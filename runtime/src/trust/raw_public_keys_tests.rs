use rcgen::{KeyPair, PublicKeyData as _};

use super::*;
use crate::certificate::test_certificates::{Authority, noon, server_parameters};
use crate::crypto::Ring;

fn public(key: &KeyPair) -> SubjectPublicKeyInfoDer<'static> {
    key.subject_public_key_info().into()
}

fn keys(of: &[&KeyPair]) -> Arc<RawPublicKeys> {
    let mut keys = RawPublicKeys::new();
    for key in of {
        keys.add(public(key)).unwrap();
    }
    Arc::new(keys)
}

fn generate() -> KeyPair {
    KeyPair::generate().unwrap()
}

#[test]
fn what_is_no_public_key_is_not_added_and_a_key_counts_once() {
    let mut keys = RawPublicKeys::new();
    let key = public(&generate());
    let longer = [&key[..], &[0]].concat();
    let certificate = Authority::new().sign(&server_parameters(), &generate()).as_ref().to_vec();
    for bad in [&b""[..], b"no key", &[0x30, 0], &longer, &key[1..], &certificate] {
        let error = keys.add(SubjectPublicKeyInfoDer::from(bad)).unwrap_err();
        let is_told =
            matches!(error, Error::Configuration(ConfigurationError::BadPublicKey { .. }));
        assert!(is_told, "{error}");
    }
    assert!(keys.is_empty());
    for _ in 0..2 {
        keys.add(key.clone()).unwrap();
    }
    assert_eq!(keys.len(), 1);
    assert_eq!(format!("{keys:?}"), "RawPublicKeys(1 keys)");
}

#[test]
fn without_keys_nobody_is_believed() {
    let trust = KnownKeys::new(Arc::default(), None, &Ring);
    let refusal = trust.judge_raw_public_key(&public(&generate())).map(|_| ());
    assert_eq!(refusal, Err(CertificateError::UnknownPublicKey));
}

#[test]
fn roots_believe_no_raw_public_key() {
    let trust = Authority::new().trust();
    assert_eq!(trust.certificate_types(), [CertificateType::X509]);
    let refusal = trust.judge_raw_public_key(&public(&generate())).map(|_| ());
    let certificate_type = CertificateType::RawPublicKey;
    assert_eq!(refusal, Err(CertificateError::UnsupportedType { certificate_type }));
}

#[test]
fn keys_alone_believe_no_certificate_and_keys_beside_roots_believe_theirs() {
    let authority = Authority::new();
    let key = generate();
    let chain = [authority.sign(&server_parameters(), &key)];
    let name = ServerName::try_from("localhost").unwrap();
    let now = noon(2026, 7, 1);
    let alone = KnownKeys::new(keys(&[&key]), None, &Ring);
    let certificate_type = CertificateType::X509;
    let unsupported = CertificateError::UnsupportedType { certificate_type };
    assert_eq!(alone.certificate_types(), [CertificateType::RawPublicKey]);
    assert_eq!(alone.check_server(&chain, &name, now).err(), Some(unsupported.clone()));
    assert_eq!(alone.check_client(&chain, now).err(), Some(unsupported.clone()));

    let both = KnownKeys::new(keys(&[&key]), Some(authority.trust()), &Ring);
    assert_eq!(both.certificate_types(), [CertificateType::RawPublicKey, CertificateType::X509]);
    assert!(both.check_server(&chain, &name, now).is_ok());
    assert!(both.judge_raw_public_key(&public(&key)).is_ok());
    assert_eq!(both.names(), authority.trust().names());
    assert!(alone.names().is_empty());
    let other = ServerName::try_from("elsewhere.example").unwrap();
    let refusal = both.check_server(&chain, &other, now).err();
    assert!(matches!(refusal, Some(CertificateError::WrongName { .. })), "as without the keys");

    // Keys beside keys are believed as well, and no certificate.
    let (one, two) = (generate(), generate());
    let first = KnownKeys::new(keys(&[&one]), None, &Ring);
    let twice = KnownKeys::new(keys(&[&two]), Some(Arc::new(first)), &Ring);
    assert_eq!(twice.certificate_types(), [CertificateType::RawPublicKey]);
    assert!(twice.judge_raw_public_key(&public(&one)).is_ok());
    assert!(twice.judge_raw_public_key(&public(&two)).is_ok());
    assert_eq!(
        twice.judge_raw_public_key(&public(&key)).err(),
        Some(CertificateError::UnknownPublicKey)
    );
    assert_eq!(twice.check_client(&chain, now).err(), Some(unsupported));
}

#[test]
fn trust_in_other_keys_or_beside_other_roots_is_another_trust() {
    let (one, two) = (generate(), generate());
    let authority = Authority::new();
    let alone = |of: &[&KeyPair]| KnownKeys::new(keys(of), None, &Ring).fingerprint().unwrap();
    let beside = |of: &[&KeyPair]| {
        KnownKeys::new(keys(of), Some(authority.trust()), &Ring).fingerprint().unwrap()
    };
    assert_eq!(alone(&[&one, &two]), alone(&[&two, &one]), "no key comes first");
    let stapling = KnownKeys::new(keys(&[&one]), Some(authority.trust()), &Ring)
        .with_staples(Staples::Required)
        .fingerprint()
        .unwrap();
    let all = [
        alone(&[]),
        alone(&[&one]),
        alone(&[&two]),
        alone(&[&one, &two]),
        beside(&[]),
        beside(&[&one]),
        stapling,
        authority.trust().fingerprint().unwrap(),
        Authority::new().trust().fingerprint().unwrap(),
    ];
    let different: BTreeSet<_> = all.iter().collect();
    assert_eq!(different.len(), all.len());
}

#[test]
fn what_is_asked_of_certificates_is_asked_of_those_beside_the_keys() {
    let key = generate();
    let both = KnownKeys::new(keys(&[&key]), Some(Authority::new().trust()), &Ring);
    assert_eq!(both.with_staples(Staples::Required).staples(), Staples::Required);
    let alone = KnownKeys::new(keys(&[&key]), None, &Ring);
    assert_eq!(alone.with_staples(Staples::Required).staples(), Staples::Unasked);
    let listed = both.with_revocation_lists(Arc::new(RevocationLists::new()));
    assert_ne!(listed.fingerprint(), both.fingerprint());
    assert!(listed.judge_raw_public_key(&public(&key)).is_ok(), "a key is on no list");
}
