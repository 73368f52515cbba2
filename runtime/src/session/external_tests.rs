use super::*;
use crate::crypto::Ring;

const KEY: [u8; 32] = [0x5a; 32];

fn refusal<T: fmt::Debug>(result: Result<T, Error>) -> bool {
    result.unwrap_err() == Error::Configuration(ConfigurationError::ExternalKey)
}

#[test]
fn a_key_is_long_enough_and_has_an_identity() {
    assert!(ExternalKey::new(b"one", &KEY[..SHORTEST_KEY]).is_ok());
    assert!(refusal(ExternalKey::new(b"one", &KEY[..SHORTEST_KEY - 1])));
    assert!(refusal(ExternalKey::new(b"", &KEY)));
    assert!(ExternalKey::new(&[1; MAXIMUM_TICKET], &KEY).is_ok());
    assert!(refusal(ExternalKey::new(&[1; MAXIMUM_TICKET + 1], &KEY)));
    let imported = |identity: &[u8], key: &[u8], context: &[u8]| {
        ExternalKey::imported(&Ring, identity, key, context, HashAlgorithm::Sha256)
    };
    assert!(imported(&[1; MAXIMUM_TICKET - 9], &KEY, b"c").is_ok());
    assert!(refusal(imported(&[1; MAXIMUM_TICKET - 8], &KEY, b"c")));
    assert!(refusal(imported(b"one", &KEY, &[1; 1 << 16])));
    assert!(refusal(imported(b"", &KEY, b"")));
    assert!(refusal(imported(b"one", &KEY[1..16], b"")));
}

#[test]
fn an_imported_key_has_the_identity_and_the_key_of_rfc_9258() {
    let of = |hash| ExternalKey::imported(&Ring, b"id", &KEY, b"ctx", hash).unwrap();
    let key = of(HashAlgorithm::Sha384);
    assert_eq!(key.identity(), b"\0\x02id\0\x03ctx\x03\x04\0\x02");
    assert_eq!((key.hash(), key.binder()), (HashAlgorithm::Sha384, Label::IMPORTED_BINDER));
    assert_eq!(key.session().key.as_bytes().len(), 48);
    assert_eq!(of(HashAlgorithm::Sha256).identity().last(), Some(&1));

    // The same step by step, as RFC 5869 has HKDF.
    let hmac = |key: &[u8], data: &[&[u8]]| {
        let mut tag = [0; 32];
        Ring.hmac(HashAlgorithm::Sha256, key, data, &mut tag).unwrap();
        tag
    };
    let extracted = hmac(&[0; 32], &[&KEY]);
    let context = Ring.hash(HashAlgorithm::Sha256, key.identity()).unwrap();
    let info = [&[0, 48, 17][..], b"tls13 derived psk", &[32], context.as_bytes()].concat();
    let first = hmac(&extracted, &[&info, &[1]]);
    let second = hmac(&extracted, &[&first, &info, &[2]]);
    assert_eq!(key.session().key.as_bytes(), [&first[..], &second[..16]].concat());
}

#[test]
fn a_list_finds_a_key_by_its_whole_identity_and_shows_no_key() {
    let of = |name: &str| ExternalKey::new(name.as_bytes(), &KEY).unwrap();
    let keys = vec![of("sensor 7"), of("sensor 77")];
    assert_eq!(keys.find(b"sensor 77").unwrap().identity(), b"sensor 77");
    assert!(keys.find(b"sensor").is_none());
    let shown = format!("{keys:?}");
    assert!(shown.contains("sensor 7") && !shown.contains("90") && !shown.contains("5a"));
}
