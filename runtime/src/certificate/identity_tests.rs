use rcgen::KeyPair;
use rustls_pki_types::ServerName;

use super::*;
use crate::certificate::PeerKey;
use crate::certificate::draft::Draft;
use crate::certificate::pss_draft::{PssDraft, pkcs1, pkcs8, public_key as rsa_public_key};
use crate::certificate::rsassa_pss::UNRESTRICTED_KEY;
use crate::certificate::test_certificates::{
    Authority, RSA_PKCS1, der, keys_of_every_kind, noon, private_key, server_parameters,
};
use crate::crypto::Ring;
use crate::message::limits::{MAXIMUM_CERTIFICATE, MAXIMUM_CERTIFICATES};

/// A hash whose bytes are all this one.
fn hash(byte: u8) -> Digest {
    Digest::new(&[byte; 48]).unwrap()
}

/// An identity with `key`, and its public key as a client accepts it.
fn identity(key: &KeyPair) -> (Identity, PeerKey) {
    let authority = Authority::new();
    let chain = vec![authority.sign(&server_parameters(), key)];
    let identity = Identity::load(&Ring, chain, &der(key)).unwrap();
    let name = ServerName::try_from("localhost").unwrap();
    let peer = authority.trust().check_server(identity.chain(), &name, noon(2026, 7, 1)).unwrap();
    (identity, peer)
}

#[test]
fn a_certificate_verify_under_each_scheme_of_each_key_is_accepted() {
    let mut schemes = Vec::new();
    for key in keys_of_every_kind() {
        let (identity, peer) = identity(&key);
        for &scheme in identity.schemes() {
            schemes.push(scheme);
            let signature =
                identity.sign_certificate_verify(Signer::Server, &hash(7), scheme).unwrap();
            let check = |signer, hash: &Digest, signature: &[u8]| {
                peer.check_certificate_verify(&Ring, signer, hash, scheme, signature)
            };
            assert_eq!(check(Signer::Server, &hash(7), &signature), Ok(()), "{scheme}");

            let refused = Err(Error::BadSignature);
            assert_eq!(check(Signer::Client, &hash(7), &signature), refused, "{scheme}");
            assert_eq!(check(Signer::Server, &hash(8), &signature), refused, "{scheme}");
            assert_eq!(check(Signer::Server, &hash(7), &[]), refused, "{scheme}");
        }
    }
    assert_eq!(
        schemes,
        [
            SignatureScheme::EcdsaSecp256r1Sha256,
            SignatureScheme::EcdsaSecp384r1Sha384,
            SignatureScheme::Ed25519,
            SignatureScheme::RsaPssRsaeSha256,
            SignatureScheme::RsaPssRsaeSha384,
            SignatureScheme::RsaPssRsaeSha512,
        ]
    );
}

#[test]
fn a_scheme_that_does_not_suit_the_key_is_refused_on_both_sides() {
    // rsa_pkcs1_sha1, rsa_pkcs1_sha256 and ecdsa_sha1 are for certificates only.
    let for_certificates =
        [SignatureScheme(0x0201), SignatureScheme::RsaPkcs1Sha256, SignatureScheme(0x0203)];
    for key in keys_of_every_kind() {
        let (identity, peer) = identity(&key);
        let all = Ring.verification_schemes().iter().copied().chain(for_certificates);
        for scheme in all.filter(|scheme| !identity.schemes().contains(scheme)) {
            assert_eq!(
                identity.sign_certificate_verify(Signer::Server, &hash(7), scheme),
                Err(Error::NoCommonSignatureScheme)
            );
            assert_eq!(
                peer.check_certificate_verify(&Ring, Signer::Server, &hash(7), scheme, &[1; 64]),
                Err(Error::WrongSignatureScheme(scheme))
            );
        }
    }
}

#[test]
fn a_key_that_does_not_belong_to_the_certificate_is_refused() {
    let authority = Authority::new();
    for key in keys_of_every_kind() {
        let chain = vec![authority.sign(&server_parameters(), &key)];
        // One of another kind, and one of the same kind where we can make a second.
        let others = [
            KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap(),
            KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256).unwrap(),
            KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).unwrap(),
        ];
        for other in others {
            assert_eq!(
                Identity::load(&Ring, chain.clone(), &der(&other)).err(),
                Some(ConfigurationError::KeyDoesNotMatch)
            );
        }
    }
}

#[test]
fn an_rsa_key_in_either_format_belongs_to_the_same_certificate() {
    let [.., rsa] = keys_of_every_kind();
    let chain = vec![Authority::new().sign(&server_parameters(), &rsa)];
    assert!(Identity::load(&Ring, chain.clone(), &der(&rsa)).is_ok());
    assert!(Identity::load(&Ring, chain, &private_key(RSA_PKCS1)).is_ok());
}

/// A certificate of a server for the RSA key of the tests, with an AlgorithmIdentifier of these
/// contents.
fn rsa_chain(algorithm: &[u8]) -> Vec<CertificateDer<'static>> {
    let authority = KeyPair::generate().unwrap();
    let draft = Draft::of_server("root", &authority);
    vec![Draft { public_key: rsa_public_key(algorithm), ..draft }.sign(&authority)]
}

const PSS_SCHEMES: [SignatureScheme; 3] = [
    SignatureScheme::RsaPssPssSha256,
    SignatureScheme::RsaPssPssSha384,
    SignatureScheme::RsaPssPssSha512,
];

#[test]
fn a_key_for_rsassa_pss_only_signs_as_it_and_its_certificate_allow() {
    let [sha256, sha384, sha512] = [1, 2, 3].map(|hash| PssDraft::of(hash).algorithm());
    let any: &[u8] = &UNRESTRICTED_KEY;
    let in_pkcs8 = |algorithm: &[u8]| pkcs8(algorithm, &pkcs1());
    for (certificate, key, schemes) in [
        (any, in_pkcs8(any), &PSS_SCHEMES[..]),
        (any, in_pkcs8(&sha384), &PSS_SCHEMES[1..2]),
        (&sha512, in_pkcs8(any), &PSS_SCHEMES[2..]),
        (&sha256, in_pkcs8(&sha256), &PSS_SCHEMES[..1]),
        // PKCS#1 does not say for what a key is; the certificate does.
        (any, private_key(RSA_PKCS1), &PSS_SCHEMES[..]),
        (&sha384, private_key(RSA_PKCS1), &PSS_SCHEMES[1..2]),
    ] {
        let identity = Identity::load(&Ring, rsa_chain(certificate), &key).unwrap();
        assert_eq!(identity.schemes(), schemes);
        let peer = PeerKey::of(&identity.chain()[0]).unwrap();
        let check = |scheme, signature: &[u8]| {
            peer.check_certificate_verify(&Ring, Signer::Client, &hash(7), scheme, signature)
        };
        for scheme in PSS_SCHEMES {
            let signature = identity.sign_certificate_verify(Signer::Client, &hash(7), scheme);
            if schemes.contains(&scheme) {
                assert_eq!(check(scheme, &signature.unwrap()), Ok(()), "{scheme}");
                assert_eq!(check(scheme, &[1; 256]), Err(Error::BadSignature), "{scheme}");
            } else {
                assert_eq!(signature, Err(Error::NoCommonSignatureScheme), "{scheme}");
            }
        }
    }
}

#[test]
fn an_rsa_key_of_another_kind_does_not_belong_to_the_certificate() {
    let [sha256, sha384] = [1, 2].map(|hash| PssDraft::of(hash).algorithm());
    let any_use: &[u8] = &rustls_pki_types::alg_id::RSA_ENCRYPTION;
    let refused = Some(ConfigurationError::KeyDoesNotMatch);
    for (certificate, key) in [
        (any_use, &*UNRESTRICTED_KEY),
        (&UNRESTRICTED_KEY, any_use),
        (&sha256, any_use),
        (&sha256, &sha384),
    ] {
        let private = pkcs8(key, &pkcs1());
        let chain = rsa_chain(certificate);
        assert_eq!(Identity::load(&Ring, chain.clone(), &private).err(), refused);
        // Nor do the schemes of a key that somebody else has.
        let key = Ring.load_key(&private).unwrap();
        assert_eq!(Identity::delegated(chain, key.schemes()).err(), refused);
    }
    let all = Ring.verification_schemes();
    let delegated = Identity::delegated(rsa_chain(&sha384), all).unwrap();
    assert_eq!(delegated.schemes(), &PSS_SCHEMES[1..2]);
    let delegated = Identity::delegated(rsa_chain(any_use), all).unwrap();
    assert!(!delegated.schemes().iter().any(|scheme| PSS_SCHEMES.contains(scheme)));
}

#[test]
fn a_certificate_whose_parameters_allow_no_scheme_is_told_with_the_reason() {
    let mixed = PssDraft { mask_hash: 2, ..PssDraft::of(1) }.algorithm();
    let key = pkcs8(&UNRESTRICTED_KEY, &pkcs1());
    let refusal = Identity::load(&Ring, rsa_chain(&mixed), &key).unwrap_err();
    let unusable = ConfigurationError::UnusableCertificate(CertificateError::UnsupportedKey {
        reason: "an RSA key for RSASSA-PSS whose mask is not that of MGF1 with the hash of its \
                 signatures",
    });
    assert_eq!(refusal, unusable);
}

#[test]
fn a_chain_that_cannot_be_sent_is_refused() {
    let authority = Authority::new();
    let key = KeyPair::generate().unwrap();
    let own = authority.sign(&server_parameters(), &key);
    let refusal = |chain| Identity::load(&Ring, chain, &der(&key)).err();

    assert_eq!(refusal(vec![]), Some(ConfigurationError::NoCertificate));
    let garbage = CertificateDer::from(&[0x30, 0x00][..]);
    assert_eq!(refusal(vec![garbage]), Some(ConfigurationError::BadCertificate));

    let mut chain = vec![own.clone()];
    chain.resize(MAXIMUM_CERTIFICATES, authority.certificate());
    assert_eq!(refusal(chain.clone()), None);
    chain.push(authority.certificate());
    assert_eq!(refusal(chain), Some(ConfigurationError::ChainTooLong));

    let huge = CertificateDer::from(vec![0; MAXIMUM_CERTIFICATE]);
    assert_eq!(refusal(vec![own, huge]), Some(ConfigurationError::ChainTooLong));
}

#[test]
fn the_private_key_does_not_show() {
    let key = KeyPair::generate().unwrap();
    let shown = format!("{:?}", identity(&key).0);
    assert_eq!(shown, "Identity { certificates: 1, key: SigningKey(ECDSA P-256) }");
}
