use std::sync::Arc;

use rustls_pki_types::alg_id;

use super::*;
use crate::CertificateError;
use crate::certificate::draft::{identifier, integer, sequence, tagged};
use crate::certificate::pss_draft::{PssDraft, pkcs1, pkcs8, public_key, with_parameters};
use crate::certificate::signature::{Signed, unsupported, verify};
use crate::crypto::{CryptoProvider as _, Ring, SigningKey};

/// The schemes with the last number of their hash's identifier, and their signatures' algorithms.
const SCHEMES: [(SignatureScheme, u8, AlgorithmIdentifier); 3] = [
    (SignatureScheme::RsaPssPssSha256, 1, alg_id::RSA_PSS_SHA256),
    (SignatureScheme::RsaPssPssSha384, 2, alg_id::RSA_PSS_SHA384),
    (SignatureScheme::RsaPssPssSha512, 3, alg_id::RSA_PSS_SHA512),
];

#[test]
fn each_scheme_has_the_parameters_of_its_hash() {
    for (scheme, hash, algorithm) in SCHEMES {
        let draft = PssDraft::of(hash);
        assert_eq!(draft.algorithm(), algorithm.as_ref());
        assert_eq!(schemes(&draft.algorithm()), Ok(vec![scheme]));
        assert_eq!(signature_fault(&draft.algorithm()), None);
        assert!(is_scheme(scheme));
    }
    let all = SCHEMES.map(|(scheme, ..)| scheme).to_vec();
    assert_eq!(schemes(&UNRESTRICTED_KEY), Ok(all));
    assert!(!is_scheme(SignatureScheme::RsaPssRsaeSha256));
}

#[test]
fn a_hash_is_the_same_with_null_and_without() {
    for (scheme, hash, algorithm) in SCHEMES {
        let without_null = PssDraft { with_null: false, ..PssDraft::of(hash) }.algorithm();
        assert_ne!(without_null, algorithm.as_ref());
        assert!(are_same(&without_null, &algorithm));
        assert_eq!(schemes(&without_null), Ok(vec![scheme]));
        assert!(!are_same(&PssDraft::of(hash % 3 + 1).algorithm(), &algorithm));
    }
    // Another algorithm has no parameters of this kind, whatever stands there.
    assert!(!are_same(&alg_id::RSA_PKCS1_SHA256, &alg_id::RSA_PKCS1_SHA384));
}

#[test]
fn a_key_says_how_long_the_salt_is_at_least() {
    let draft = PssDraft::of(1);
    for (salt_length, usable) in [(0, true), (20, true), (32, true), (33, false), (127, false)] {
        let key = PssDraft { salt_length, ..draft }.algorithm();
        assert_eq!(allows(&key, &alg_id::RSA_PSS_SHA256), usable, "{salt_length}");
        let expected = match usable {
            true => Ok(vec![SignatureScheme::RsaPssPssSha256]),
            false => Err(Unusable::Salt),
        };
        assert_eq!(schemes(&key), expected, "{salt_length}");
    }
    // A signature has exactly the salt of its scheme.
    for salt_length in [20, 31, 33] {
        let signature = PssDraft { salt_length, ..draft }.algorithm();
        assert_eq!(signature_fault(&signature), Some(Unusable::Salt));
    }
}

#[test]
fn parameters_that_no_scheme_has_are_told_apart() {
    let draft = PssDraft::of(1);
    // SHA-224, and what OpenSSL 3.0 writes where only the hash of a key is asked for: the mask is
    // that of SHA-1 by default.
    let sha224 = PssDraft { hash: 4, mask_hash: 4, ..draft }.algorithm();
    let hash = sequence(&[&identifier(&[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1])]);
    let mixed = with_parameters(&sequence(&[&tagged(0xa0, &hash)]));
    let other_mask = PssDraft { mask_hash: 2, ..draft }.algorithm();
    let no_mgf1 = sequence(&[
        &tagged(0xa0, &hash),
        &tagged(0xa1, &sequence(&[&identifier(&[0x2a, 3, 4])])),
        &tagged(0xa2, &integer(32)),
    ]);
    // Another function than MGF1, of which the identifier of the hash is made.
    let hash_for_mask =
        sequence(&[&tagged(0xa0, &hash), &tagged(0xa1, &hash), &tagged(0xa2, &integer(32))]);
    let long_integer = sequence(&[&tagged(0xa2, &[2, 2, 0, 32])]);
    for (algorithm, unusable) in [
        (with_parameters(&hash_for_mask), Unusable::Mask),
        (with_parameters(&long_integer), Unusable::Encoding),
        (with_parameters(&[0x30, 0]), Unusable::WeakHash),
        (sha224, Unusable::Hash),
        (mixed, Unusable::Mask),
        (other_mask, Unusable::Mask),
        (with_parameters(&no_mgf1), Unusable::Mask),
        (with_parameters(&[0x05, 0]), Unusable::Encoding),
        (with_parameters(&[0x30, 2, 0xa0, 0]), Unusable::Encoding),
        ([draft.algorithm(), vec![0x05, 0]].concat(), Unusable::Encoding),
        (draft.with_trailer(2), Unusable::Encoding),
    ] {
        assert_eq!(schemes(&algorithm), Err(unusable), "{algorithm:02x?}");
        assert_eq!(signature_fault(&algorithm), Some(unusable), "{algorithm:02x?}");
        assert!(!allows(&algorithm, &alg_id::RSA_PSS_SHA256));
    }
    assert_eq!(schemes(&draft.with_trailer(1)), Ok(vec![SignatureScheme::RsaPssPssSha256]));
}

/// The key of the tests, which signs for any algorithm.
fn signer() -> Arc<dyn SigningKey> {
    Ring.load_key(&pkcs8(&UNRESTRICTED_KEY, &pkcs1())).unwrap()
}

/// Verifies what the key of the tests has signed under this scheme, as a certificate is verified
/// that says so of its signature, under a key that says so of itself.
fn verified(scheme: SignatureScheme, signature: &[u8], key: &[u8]) -> Result<(), CertificateError> {
    let message = b"the signed part of a certificate";
    let made = signer().sign(scheme, message).unwrap();
    let signed = Signed { message, algorithm: signature, signature: &made };
    let key = public_key(key);
    verify(Ring.path_algorithms(), der::only(&key, der::SEQUENCE).unwrap(), &signed)
}

#[test]
fn a_certificate_is_verified_whose_issuers_key_is_for_rsassa_pss_only() {
    let any: &[u8] = &UNRESTRICTED_KEY;
    for (scheme, hash, algorithm) in SCHEMES {
        let without_null = PssDraft { with_null: false, ..PssDraft::of(hash) }.algorithm();
        for signature in [algorithm.as_ref(), &without_null] {
            for key in [any, &algorithm, &without_null] {
                assert_eq!(verified(scheme, signature, key), Ok(()), "{scheme}");
                let (other, ..) = SCHEMES[usize::from(hash % 3)];
                let refused = Err(CertificateError::BadSignature);
                assert_eq!(verified(other, signature, key), refused, "{scheme}");
            }
            // A key of the kind rsaEncryption makes them as well.
            assert_eq!(verified(scheme, signature, &alg_id::RSA_ENCRYPTION), Ok(()), "{scheme}");
        }
    }
}

#[test]
fn the_parameters_of_a_certificates_signature_are_those_of_its_issuers_key() {
    let scheme = SignatureScheme::RsaPssPssSha256;
    let own = PssDraft::of(1);
    for key in [PssDraft { salt_length: 20, ..own }, PssDraft::of(2)] {
        let refused = Err(CertificateError::ParametersDiffer);
        assert_eq!(verified(scheme, &own.algorithm(), &key.algorithm()), refused);
    }
    // Where the key itself is of no use, that is told.
    for (key, part) in [
        (PssDraft { salt_length: 33, ..own }, "salt that is longer"),
        (PssDraft { mask_hash: 2, ..own }, "mask"),
        (PssDraft { hash: 4, ..own }, "another hash"),
    ] {
        let refusal = verified(scheme, &own.algorithm(), &key.algorithm()).unwrap_err();
        let CertificateError::UnsupportedKey { reason } = refusal else { panic!("{refusal}") };
        assert!(reason.contains(part), "{reason}");
    }
}

#[test]
fn a_key_for_rsassa_pss_only_signs_nothing_else() {
    let refused = Err(CertificateError::UnsupportedAlgorithm);
    let scheme = SignatureScheme::RsaPssPssSha256;
    for key in [UNRESTRICTED_KEY, alg_id::RSA_PSS_SHA256] {
        assert_eq!(verified(scheme, &alg_id::RSA_PKCS1_SHA256, &key), refused);
    }
}

#[test]
fn a_signature_with_parameters_that_no_scheme_has_is_told_by_them() {
    let own = PssDraft::of(1);
    for (signature, part) in [
        // What OpenSSL writes where it is not asked for another salt: the longest that there is.
        (PssDraft { salt_length: 0x7f, ..own }, "not as long as the hash"),
        (PssDraft { mask_hash: 2, ..own }, "mask"),
        (PssDraft { hash: 4, ..own }, "another hash"),
    ] {
        for key in [UNRESTRICTED_KEY, alg_id::RSA_ENCRYPTION] {
            let scheme = SignatureScheme::RsaPssPssSha256;
            let refusal = verified(scheme, &signature.algorithm(), &key).unwrap_err();
            assert_eq!(refusal, unsupported(&signature.algorithm()));
            let text = refusal.to_string();
            assert!(text.contains("RSASSA-PSS") && text.contains(part), "{text}");
        }
    }
}
