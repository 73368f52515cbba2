use rustls_pki_types::alg_id;

use super::*;
use crate::certificate::der;
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
