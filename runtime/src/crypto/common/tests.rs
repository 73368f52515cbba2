use rustls_pki_types::alg_id;

use super::*;
use crate::certificate::der;
use crate::crypto::tests::{bad_shares_are_refused, both_ends_agree, unknown_groups_are_refused};
use crate::crypto::{AeadKey as _, KeyExchange as _, X25519_BASE_POINT};
use crate::ech::hpke::tests as hpke;
use crate::key_schedule::tests::bytes;

#[test]
fn both_ends_agree_on_the_shared_secret() {
    both_ends_agree(&Provider, &Provider);
}

#[test]
fn shares_of_the_wrong_length_and_all_zero_ones_are_refused() {
    bad_shares_are_refused(&Provider);
}

#[test]
fn a_private_key_that_is_kept_exchanges_keys_too() {
    // RFC 7748 section 6.1.
    let key = |hexadecimal| bytes(hexadecimal).try_into().unwrap();
    let own = key("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
    let peer = key("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    let public: [u8; 32] = key("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
    let shared: [u8; 32] = key("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    assert_eq!(Provider.x25519(&own, &X25519_BASE_POINT).unwrap().as_bytes(), public);
    assert_eq!(Provider.x25519(&own, &peer).unwrap().as_bytes(), shared);
    let begun = Provider.start_exchange(NamedGroup::X25519).unwrap();
    let kept = Provider.x25519(&own, begun.share().try_into().unwrap()).unwrap();
    assert_eq!(begun.complete(&public).unwrap().as_bytes(), kept.as_bytes());
}

#[test]
fn a_point_of_low_order_leads_to_no_secret() {
    // RFC 7748 section 6.1 asks for this check. Of the orders 1, 2, 4 and 8.
    for point in [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
        "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    ] {
        let refusal = Provider.x25519(&[7; 32], &bytes(point).try_into().unwrap()).err();
        assert_eq!(refusal, Some(CryptoError::BadPublicShare), "{point}");
    }
}

#[test]
fn hybrid_public_key_encryption_is_that_of_rfc_9180() {
    hpke::the_examples_of_the_rfc_are_opened(&Provider);
    hpke::what_is_sealed_is_opened_in_its_order(&Provider);
    hpke::what_was_changed_is_refused_and_does_not_count(&Provider);
    hpke::keys_that_are_no_keys_are_refused(&Provider);
}

#[test]
fn keys_are_exchanged_in_known_groups_only() {
    unknown_groups_are_refused(&Provider);
}

#[test]
fn a_point_off_the_curve_is_refused() {
    let curves = Provider.groups().iter().filter(|group| group.name().unwrap().starts_with("secp"));
    for group in curves.copied() {
        let exchange = Provider.start_exchange(group).expect("a supported group");
        let mut point = exchange.share().to_vec();
        *point.last_mut().expect("not empty") ^= 1;
        let result = exchange.complete(&point);
        assert_eq!(result.expect_err("not a point"), CryptoError::BadPublicShare);
    }
}

#[test]
fn of_the_forms_of_a_share_that_libraries_know_tls_has_one() {
    let curves =
        [(NamedGroup::Secp256r1, alg_id::ECDSA_P256), (NamedGroup::Secp384r1, alg_id::ECDSA_P384)];
    for (group, algorithm) in curves {
        let share = Provider.start_exchange(group).unwrap().share().to_vec();
        assert!(Provider.exchange(group, &share).is_ok());
        let (half, sign) = (share.len() / 2, share[share.len() - 1] & 1);
        let compressed = [&[2 + sign], &share[1..=half]].concat();
        let hybrid = [&[6 + sign], &share[1..]].concat();
        for form in [compressed, hybrid, described(algorithm.as_ref(), &share)] {
            let refusal = Provider.exchange(group, &form).err();
            assert_eq!(refusal, Some(CryptoError::BadPublicShare), "{group}: {form:02x?}");
        }
    }
    // The identifier id-X25519 (RFC 8410 section 3).
    let x25519 = [der::OBJECT_IDENTIFIER, 3, 0x2b, 0x65, 0x6e];
    let share = Provider.start_exchange(NamedGroup::X25519).unwrap().share().to_vec();
    let refusal = Provider.exchange(NamedGroup::X25519, &described(&x25519, &share)).err();
    assert_eq!(refusal, Some(CryptoError::BadPublicShare));
}

/// A SubjectPublicKeyInfo with this very key in it.
fn described(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    let algorithm = der::element(der::SEQUENCE, &[algorithm]);
    let bits = der::element(der::BIT_STRING, &[&[0], key]);
    der::element(der::SEQUENCE, &[&algorithm, &bits]).to_vec()
}

#[test]
fn randomness_differs_from_call_to_call() {
    let (mut first, mut second) = ([0; 32], [0; 32]);
    Provider.fill(&mut first).expect("the system has randomness");
    Provider.fill(&mut second).expect("the system has randomness");
    assert_ne!(first, second);
}

#[test]
fn an_aead_key_opens_what_it_sealed_and_nothing_else() {
    for suite in Provider.suites() {
        let aead = suite.aead();
        let bytes = vec![9; aead.key_length()];
        assert_eq!(Provider.aead_key(aead, &bytes[1..]).err(), Some(CryptoError::BadKeyLength));
        let key = Provider.aead_key(aead, &bytes).expect("the right length");
        let mut text = *b"plaintext";
        let tag = key.seal([1; NONCE_LENGTH], b"header", &mut text).expect("short");
        assert_ne!(&text, b"plaintext");
        let sealed = [&text[..], &tag].concat();
        let open = |nonce, header: &[u8], change: usize| {
            let mut sealed = sealed.clone();
            if let Some(byte) = sealed.get_mut(change) {
                *byte ^= 1;
            }
            key.open(nonce, header, &mut sealed).map(|text| text.to_vec())
        };
        let nowhere = usize::MAX;
        assert_eq!(open([1; NONCE_LENGTH], b"header", nowhere), Ok(b"plaintext".to_vec()));
        assert_eq!(open([2; NONCE_LENGTH], b"header", nowhere), Err(CryptoError::BadTag));
        assert_eq!(open([1; NONCE_LENGTH], b"heading", nowhere), Err(CryptoError::BadTag));
        assert_eq!(open([1; NONCE_LENGTH], b"header", 0), Err(CryptoError::BadTag));
        assert_eq!(open([1; NONCE_LENGTH], b"header", sealed.len() - 1), Err(CryptoError::BadTag));
        assert_eq!(key.open([1; NONCE_LENGTH], b"", &mut [0; 15]), Err(CryptoError::BadTag));
    }
}

#[test]
fn hmac_is_that_of_rfc_4231() {
    // RFC 4231, test case 2.
    let hmac = |tag: &mut [u8]| {
        Provider.hmac(HashAlgorithm::Sha256, b"Jefe", &[b"what do ya want ", b"for nothing?"], tag)
    };
    let mut tag = [0; 32];
    assert_eq!(hmac(&mut tag), Ok(()));
    let expected = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
    assert_eq!(format!("{:?}", Digest::new(&tag).unwrap()), expected);
    let mut first = [0; 12];
    assert_eq!(hmac(&mut first), Ok(()));
    assert_eq!(first, tag[..12]);
    assert_eq!(hmac(&mut [0; 33]), Err(CryptoError::TooLong));
    let verify = |message: &[u8], tag: &[u8]| {
        Provider.verify_hmac(HashAlgorithm::Sha256, b"Jefe", message, tag)
    };
    assert_eq!(verify(b"what do ya want for nothing?", &tag), Ok(()));
    assert_eq!(verify(b"what do ya want?", &tag), Err(CryptoError::BadTag));
    assert_eq!(verify(b"what do ya want for nothing?", &[]), Err(CryptoError::BadTag));
}
