use rustls_pki_types::alg_id;

use super::*;
use crate::certificate::der;
use crate::certificate::pss_draft::{PssDraft, pkcs1, pkcs8, public_key, with_parameters};
use crate::certificate::rsassa_pss::UNRESTRICTED_KEY;
use crate::certificate::test_certificates::{
    ED25519_PKCS8, P256_SEC1, P384_SEC1, P521_PKCS8, RSA_PKCS1, RSA_PKCS8, RSA_SMALL,
    der as handed_over, private_key,
};
use crate::crypto::SigningKey as _;

fn load(pem: &str) -> Result<SigningKey, BadPrivateKey> {
    SigningKey::from_der(&private_key(pem))
}

#[test]
fn each_format_is_loaded_as_the_kind_of_key_that_it_holds() {
    for (pem, kind) in [
        (P256_SEC1, "SigningKey(ECDSA P-256)"),
        (P384_SEC1, "SigningKey(ECDSA P-384)"),
        (ED25519_PKCS8, "SigningKey(Ed25519)"),
        (RSA_PKCS1, "SigningKey(RSA)"),
        (RSA_PKCS8, "SigningKey(RSA)"),
    ] {
        assert_eq!(format!("{:?}", load(pem).unwrap()), kind);
    }
}

#[test]
fn a_sec1_key_that_does_not_name_its_curve_is_loaded_on_the_curve_that_it_fits() {
    for (algorithm, kind) in [
        (&rcgen::PKCS_ECDSA_P256_SHA256, "SigningKey(ECDSA P-256)"),
        (&rcgen::PKCS_ECDSA_P384_SHA384, "SigningKey(ECDSA P-384)"),
    ] {
        let pkcs8 = rcgen::KeyPair::generate_for(algorithm).unwrap().serialize_der();
        // ECPrivateKey without parameters is the innermost SEQUENCE; its version is 1.
        let version = pkcs8.windows(3).position(|bytes| bytes == [0x02, 1, 1]).unwrap();
        let header = if pkcs8.len() > 150 { 3 } else { 2 };
        let sec1 = pkcs8.get(version - header..).unwrap().to_vec();
        let key = PrivateKeyDer::Sec1(sec1.into());
        assert_eq!(format!("{:?}", SigningKey::from_der(&key).unwrap()), kind);
    }
}

#[test]
fn a_sec1_key_signs_as_the_same_key_in_pkcs8_does() {
    for (pem, curve, scheme) in [
        (P256_SEC1, EllipticCurve::P256, SignatureScheme::EcdsaSecp256r1Sha256),
        (P384_SEC1, EllipticCurve::P384, SignatureScheme::EcdsaSecp384r1Sha384),
    ] {
        let PrivateKeyDer::Sec1(sec1) = private_key(pem) else { panic!("not SEC1") };
        let pkcs8 = rcgen::KeyPair::try_from(sec1_as_pkcs8(&sec1, curve).as_slice()).unwrap();
        let public_key =
            SubjectPublicKeyInfoDer::from(rcgen::PublicKeyData::subject_public_key_info(&pkcs8));
        let signature = load(pem).unwrap().sign(scheme, b"message").unwrap();
        assert_eq!(verify_signature(scheme, &public_key, b"message", &signature), Ok(()));
        assert_eq!(
            verify_signature(scheme, &public_key, b"massage", &signature),
            Err(CryptoError::BadSignature)
        );
        assert_eq!(load(pem).unwrap().public_key_bits(), rcgen::PublicKeyData::der_bytes(&pkcs8));
    }
}

#[test]
fn a_key_that_cannot_sign_is_refused_with_the_reason() {
    let refusal = |key: &PrivateKeyDer<'_>| SigningKey::from_der(key).unwrap_err().reason;
    let small = refusal(&private_key(RSA_SMALL));
    assert_eq!(small, "it is an RSA key of less than 2048 bits");
    let mut torn = handed_over(&rcgen::KeyPair::generate().unwrap()).secret_der().to_vec();
    torn.pop();
    assert_eq!(refusal(&PrivateKeyDer::Pkcs8(torn.into())), "it is not well-formed");

    // The public half of another key.
    let [mut one, other] = [(); 2].map(|()| rcgen::KeyPair::generate().unwrap().serialize_der());
    let half = one.len() - 65;
    one.truncate(half);
    one.extend(other.get(half..).unwrap());
    assert_eq!(refusal(&PrivateKeyDer::Pkcs8(one.into())), "its parts contradict each other");
}

#[test]
fn a_key_on_p521_signs_where_the_library_knows_the_curve() {
    let scheme = SignatureScheme::EcdsaSecp521r1Sha512;
    if !LOADABLE.curves.contains(&EllipticCurve::P521) {
        let reason = load(P521_PKCS8).unwrap_err().reason;
        assert_eq!(reason, "its elliptic curve is none of P-256, P-384");
        assert!(!verification::SCHEMES.contains(&scheme));
        return;
    }
    assert!(verification::SCHEMES.contains(&scheme));
    let key = load(P521_PKCS8).unwrap();
    assert_eq!(format!("{key:?}"), "SigningKey(ECDSA P-521)");
    assert_eq!(key.schemes(), [scheme]);
    let signature = key.sign(scheme, b"message").unwrap();
    let algorithm = der::element(der::SEQUENCE, &[alg_id::ECDSA_P521.as_ref()]);
    let bits = der::element(der::BIT_STRING, &[&[0], key.public_key_bits()]);
    let public_key = der::element(der::SEQUENCE, &[&algorithm, &bits]).to_vec();
    let check = |message: &[u8]| {
        verify_signature(scheme, &public_key.as_slice().into(), message, &signature)
    };
    assert_eq!(check(b"message"), Ok(()));
    assert_eq!(check(b"massage"), Err(CryptoError::BadSignature));
}

/// The schemes for RSA keys: of the kind rsaEncryption, and for RSASSA-PSS only.
const RSA_SCHEMES: [(SignatureScheme, SignatureScheme); 3] = [
    (SignatureScheme::RsaPssRsaeSha256, SignatureScheme::RsaPssPssSha256),
    (SignatureScheme::RsaPssRsaeSha384, SignatureScheme::RsaPssPssSha384),
    (SignatureScheme::RsaPssRsaeSha512, SignatureScheme::RsaPssPssSha512),
];

#[test]
fn a_key_for_rsassa_pss_only_signs_as_its_parameters_allow() {
    let [(_, sha256), (_, sha384), (_, sha512)] = RSA_SCHEMES;
    let [first, second, third] = [1, 2, 3].map(PssDraft::of);
    let gnutls = PssDraft { salt_length: 20, with_null: false, ..second };
    for (algorithm, schemes) in [
        (with_parameters(&[]), vec![sha256, sha384, sha512]),
        (first.algorithm(), vec![sha256]),
        (gnutls.algorithm(), vec![sha384]),
        (third.algorithm(), vec![sha512]),
    ] {
        let key = SigningKey::from_der(&pkcs8(&algorithm, &pkcs1())).unwrap();
        assert_eq!(format!("{key:?}"), "SigningKey(RSASSA-PSS)");
        assert_eq!(key.schemes(), schemes);
        let public_key = public_key(&algorithm);
        let check = |scheme, message: &[u8], signature: &[u8]| {
            verify_signature(scheme, &public_key.as_slice().into(), message, signature)
        };
        for scheme in [sha256, sha384, sha512] {
            if schemes.contains(&scheme) {
                let signature = key.sign(scheme, b"message").unwrap();
                assert_eq!(check(scheme, b"message", &signature), Ok(()), "{scheme}");
                let wrong = Err(CryptoError::BadSignature);
                assert_eq!(check(scheme, b"massage", &signature), wrong, "{scheme}");
            } else {
                let unsupported = Err(CryptoError::UnsupportedScheme);
                assert_eq!(key.sign(scheme, b"message"), unsupported.map(|()| vec![]));
                assert_eq!(check(scheme, b"message", &[1; 256]), unsupported, "{scheme}");
            }
        }
    }
}

#[test]
fn a_scheme_for_one_kind_of_rsa_key_is_none_for_the_other() {
    // Both have the same numbers, and a signature is right under either.
    let of_any_use = load(RSA_PKCS8).unwrap();
    let for_pss = SigningKey::from_der(&pkcs8(&UNRESTRICTED_KEY, &pkcs1())).unwrap();
    let [any_public, pss_public] = [alg_id::RSA_ENCRYPTION, UNRESTRICTED_KEY].map(|algorithm| {
        let public_key = public_key(&algorithm);
        move |scheme, signature: &[u8]| {
            verify_signature(scheme, &public_key.as_slice().into(), b"message", signature)
        }
    });
    for (rsae, pss) in RSA_SCHEMES {
        let unsupported = Err(CryptoError::UnsupportedScheme);
        for signature in [of_any_use.sign(rsae, b"message"), for_pss.sign(pss, b"message")] {
            let signature = signature.unwrap();
            assert_eq!(any_public(rsae, &signature), Ok(()));
            assert_eq!(pss_public(pss, &signature), Ok(()));
            assert_eq!(any_public(pss, &signature), unsupported);
            assert_eq!(pss_public(rsae, &signature), unsupported);
        }
        assert_eq!(of_any_use.sign(pss, b"message"), Err(CryptoError::UnsupportedScheme));
        assert_eq!(for_pss.sign(rsae, b"message"), Err(CryptoError::UnsupportedScheme));
    }
}

#[test]
fn a_key_for_rsassa_pss_only_that_cannot_sign_is_refused_with_the_reason() {
    let refusal =
        |key: &PrivateKeyDer<'_>| SigningKey::from_der(key).unwrap_err().reason.into_owned();
    let PrivateKeyDer::Pkcs8(small) = private_key(RSA_SMALL) else { panic!("not PKCS#8") };
    let small = small.secret_pkcs8_der();
    // The RSAPrivateKey stands last, and begins with its version.
    let start = small.windows(4).position(|bytes| bytes == [0x02, 1, 0, 0x02]).unwrap() - 4;
    let small = pkcs8(&UNRESTRICTED_KEY, small.get(start..).unwrap());
    assert_eq!(refusal(&small), "it is an RSA key of less than 2048 bits");
    // The parts of the sound key, but for one byte of the last.
    let mut forged = pkcs1();
    *forged.last_mut().unwrap() ^= 1;
    let contradiction = "its parts contradict each other";
    assert_eq!(refusal(&pkcs8(&UNRESTRICTED_KEY, &forged)), contradiction);
    let mixed = PssDraft { mask_hash: 2, ..PssDraft::of(1) }.algorithm();
    assert!(refusal(&pkcs8(&mixed, &pkcs1())).starts_with("it is an RSA key for RSASSA-PSS whose"));
    assert_eq!(refusal(&pkcs8(&UNRESTRICTED_KEY, &[])), "it is not well-formed");
}

#[test]
fn a_compressed_point_verifies_nothing() {
    let key = load(P256_SEC1).unwrap();
    let scheme = SignatureScheme::EcdsaSecp256r1Sha256;
    let signature = key.sign(scheme, b"message").unwrap();
    let algorithm = der::element(der::SEQUENCE, &[alg_id::ECDSA_P256.as_ref()]);
    let check = |point: &[u8]| {
        let bits = der::element(der::BIT_STRING, &[&[0], point]);
        let described = der::element(der::SEQUENCE, &[&algorithm, &bits]).to_vec();
        verify_signature(scheme, &described.as_slice().into(), b"message", &signature)
    };
    let point = key.public_key_bits();
    assert_eq!(check(point), Ok(()));
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    assert_eq!(check(&compressed), Err(CryptoError::BadSignature));
    for algorithm in verification::PATH_ALGORITHMS {
        if algorithm.public_key_alg_id() == alg_id::ECDSA_P256 {
            assert!(algorithm.verify_signature(&compressed, b"message", &signature).is_err());
        }
    }
}

#[test]
fn a_public_key_that_cannot_be_read_verifies_nothing() {
    let garbage = SubjectPublicKeyInfoDer::from(&[0x30, 0][..]);
    assert_eq!(
        verify_signature(SignatureScheme::Ed25519, &garbage, b"message", &[0; 64]),
        Err(CryptoError::BadPublicKey)
    );
}
