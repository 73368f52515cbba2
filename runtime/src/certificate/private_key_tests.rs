use rcgen::KeyPair;
use rustls_pki_types::PrivateSec1KeyDer;

use super::*;
use crate::certificate::Identity;
use crate::certificate::draft::{identifier, sequence, tagged};
use crate::certificate::pss_draft::pkcs8;
use crate::certificate::rsassa_pss::UNRESTRICTED_KEY;
use crate::certificate::test_certificates::{
    Authority, P521_PKCS8, der, private_key, server_parameters,
};
use crate::crypto::{CryptoProvider as _, Ring};
use crate::{CertificateError, ConfigurationError};

/// An RSAPrivateKey as far as it is read here.
fn rsa(version: u8, modulus: &[u8], exponent: &[u8]) -> PrivateKeyDer<'static> {
    let number = |bytes: &[u8]| der::element(der::INTEGER, &[&[0], bytes]).to_vec();
    let rest = [number(&[1]), number(&[1])].concat();
    let key = sequence(&[&[2, 1, version], &number(modulus), &number(exponent), &rest]);
    PrivateKeyDer::Pkcs1(key.into())
}

#[test]
fn the_fault_of_an_rsa_key_is_established_before_it_is_told() {
    // One for RSASSA-PSS only has the same reasons.
    let told = |key: &PrivateKeyDer<'_>| {
        let PrivateKeyDer::Pkcs1(pkcs1) = key else { panic!("not PKCS#1") };
        let for_pss = pkcs8(&UNRESTRICTED_KEY, pkcs1.secret_pkcs1_der());
        let [reason, other] = [key, &for_pss].map(|key| Ring.load_key(key).unwrap_err().reason);
        assert_eq!(reason, other);
        reason
    };
    assert!(told(&rsa(0, &[0xff; 128], &[1, 0, 1])).contains("less than 2048"));
    assert!(told(&rsa(0, &[0x7f; 256], &[1, 0, 1])).contains("less than 2048"));
    assert!(told(&rsa(0, &[0xff; 513], &[1, 0, 1])).contains("more than 4096"));
    assert!(told(&rsa(0, &[0xff; 256], &[3])).contains("exponent is below 65537"));
    assert!(told(&rsa(0, &[0xff; 256], &[0x80, 0, 0, 0, 1])).contains("exponent has more than 33"));
    assert!(told(&rsa(0, &[0xff; 320], &[1, 0, 1])).contains("not a multiple of 1024"));
    assert!(told(&rsa(1, &[0xff; 256], &[1, 0, 1])).contains("more than two primes"));
    // Where the key shows no fault, the message blames no property of it.
    let sound = rsa(0, &[0xff; 256], &[1, 0, 1]);
    assert!(!told(&sound).contains("RSA"));
}

/// The number and the point of a P-256 or P-384 key.
fn halves(key: &KeyPair) -> (Vec<u8>, Vec<u8>) {
    let der = der(key);
    let Ok(Found::EllipticCurve(found)) = read(&der) else { panic!("no elliptic curve") };
    (found.number.to_vec(), found.point.unwrap().to_vec())
}

/// An ECPrivateKey of these parts, in SEC1 and in PKCS#8.
fn both_formats(
    curve: EllipticCurve,
    number: &[u8],
    point: Option<&[u8]>,
) -> [PrivateKeyDer<'static>; 2] {
    let point = point.map(|point| tagged(0xa1, &der::element(der::BIT_STRING, &[&[0], point])));
    let algorithm = curve.identifier();
    let mut parameters = Reader::new(algorithm.as_ref());
    parameters.any().unwrap();
    let name = parameters.any().unwrap().whole;
    let sec1 = sequence(&[
        &[2, 1, 1],
        &tagged(der::OCTET_STRING, number),
        &tagged(0xa0, name),
        &point.unwrap_or_default(),
    ]);
    let pkcs8 = sec1_as_pkcs8(&PrivateSec1KeyDer::from(sec1.clone()), curve);
    [PrivateKeyDer::Sec1(sec1.into()), PrivateKeyDer::Pkcs8(pkcs8.to_vec().into())]
}

fn load(certified: &KeyPair, key: &PrivateKeyDer<'_>) -> Result<(), ConfigurationError> {
    let chain = vec![Authority::new().sign(&server_parameters(), certified)];
    Identity::load(&Ring, chain, key).map(|_| ())
}

#[test]
fn a_key_without_its_public_half_gets_that_of_the_certificate() {
    for (algorithm, curve) in [
        (&rcgen::PKCS_ECDSA_P256_SHA256, EllipticCurve::P256),
        (&rcgen::PKCS_ECDSA_P384_SHA384, EllipticCurve::P384),
    ] {
        let [key, other] = [(); 2].map(|()| KeyPair::generate_for(algorithm).unwrap());
        let (number, point) = halves(&key);
        let compressed = [&[2 + (point[point.len() - 1] & 1)], &point[1..=number.len()]].concat();
        let longer = [&[0], number.as_slice()].concat();
        for (number, point) in [
            (&number, None),
            (&number, Some(compressed.as_slice())),
            (&longer, None),
            (&longer, Some(point.as_slice())),
        ] {
            for private in both_formats(curve, number, point) {
                assert_eq!(load(&key, &private), Ok(()), "{curve:?}");
                // Not that of another certificate.
                assert_eq!(load(&other, &private), Err(ConfigurationError::KeyDoesNotMatch));
            }
        }
        // A certificate of another kind completes nothing.
        let ed25519 = KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
        for private in both_formats(curve, &number, None) {
            let reason = "it does not contain its public key".into();
            assert_eq!(load(&ed25519, &private), Err(ConfigurationError::BadPrivateKey { reason }));
        }
    }
}

#[test]
fn a_number_without_its_leading_zeros_is_filled_up() {
    // One key in 256 has one; the number is short then, as some tools write it.
    let (key, number) = (0..20_000)
        .map(|_| KeyPair::generate().unwrap())
        .find_map(|key| {
            let (number, _) = halves(&key);
            (number[0] == 0).then_some((key, number))
        })
        .unwrap();
    for private in both_formats(EllipticCurve::P256, without_zeros(&number), None) {
        assert_eq!(load(&key, &private), Ok(()));
    }
}

#[test]
fn a_key_without_any_name_of_its_curve_lies_on_that_of_the_certificate() {
    for algorithm in [&rcgen::PKCS_ECDSA_P256_SHA256, &rcgen::PKCS_ECDSA_P384_SHA384] {
        let key = KeyPair::generate_for(algorithm).unwrap();
        let (number, _) = halves(&key);
        let sec1 = sequence(&[&[2, 1, 1], &tagged(der::OCTET_STRING, &number)]);
        assert_eq!(load(&key, &PrivateKeyDer::Sec1(sec1.into())), Ok(()));
    }
}

#[test]
fn another_curve_is_told_and_so_is_one_that_is_described() {
    let told = |key: &PrivateKeyDer<'_>| Ring.load_key(key).unwrap_err().reason;
    let p521 = told(&private_key(P521_PKCS8));
    assert_eq!(p521, "its elliptic curve is none of P-256, P-384");
    let described = sequence(&[
        &[2, 1, 1],
        &tagged(der::OCTET_STRING, &[1; 32]),
        &tagged(0xa0, &sequence(&[&[2, 1, 1]])),
    ]);
    assert!(told(&PrivateKeyDer::Sec1(described.into())).contains("in place of naming"));
    let ed448 = sequence(&[
        &[2, 1, 0],
        &sequence(&[&identifier(&[0x2b, 0x65, 0x71])]),
        &tagged(der::OCTET_STRING, &[4, 1, 1]),
    ]);
    let other_kind = "it is none of ECDSA P-256, ECDSA P-384, Ed25519 and RSA";
    assert_eq!(told(&PrivateKeyDer::Pkcs8(ed448.into())), other_kind);
    assert_eq!(told(&PrivateKeyDer::Pkcs8(vec![0x30, 0].into())), "it is not well-formed");
}

#[test]
fn a_certificate_that_no_peer_would_accept_is_told_with_the_reason() {
    use crate::certificate::draft::{Draft, any_extension, key_usage};

    let key = KeyPair::generate().unwrap();
    let refusal = |draft: &Draft| Identity::load(&Ring, vec![draft.sign(&key)], &der(&key)).err();
    let server = Draft::of_server("root", &key);
    assert_eq!(refusal(&server), None);
    let unusable = |refusal| Some(ConfigurationError::UnusableCertificate(refusal));
    let first = Draft { version: 0, extensions: Vec::new(), ..server.clone() };
    assert_eq!(refusal(&first), unusable(CertificateError::UnsupportedVersion { version: 1 }));
    assert!(refusal(&first).unwrap().to_string().contains("version 1"));
    let enciphers = server.clone().with(key_usage(0x20));
    assert_eq!(refusal(&enciphers), unusable(CertificateError::KeyMayNotSign));
    // Peers may know what we do not.
    let critical = server.clone().with(any_extension(&[0x2a, 3, 4], true, &[]));
    assert_eq!(refusal(&critical), None);
    // A compressed point in the certificate, whose private key is right.
    let (_, point) = halves(&key);
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    let public_key = sequence(&[
        &sequence(&[alg_id::ECDSA_P256.as_ref()]),
        &der::element(der::BIT_STRING, &[&[0], &compressed]),
    ]);
    let reason = "a compressed point of an elliptic curve";
    assert_eq!(
        refusal(&Draft { public_key, ..server }),
        unusable(CertificateError::UnsupportedKey { reason })
    );
}
