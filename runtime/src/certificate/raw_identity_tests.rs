use rcgen::{KeyPair, PublicKeyData as _};
use rustls_pki_types::alg_id;

use super::*;
use crate::certificate::pss_draft::{PssDraft, pkcs1, pkcs8, public_key};
use crate::certificate::public_key::public_key_info;
use crate::certificate::rsassa_pss::UNRESTRICTED_KEY;
use crate::certificate::test_certificates::{
    Authority, RSA_SMALL, der, keys_of_every_kind, private_key, server_parameters,
};
use crate::crypto::{CryptoError, Ring};
use crate::message::limits::MAXIMUM_CERTIFICATE;

fn public(key: &KeyPair) -> SubjectPublicKeyInfoDer<'static> {
    key.subject_public_key_info().into()
}

#[test]
fn the_public_key_of_every_kind_of_private_key_is_known() {
    for key in keys_of_every_kind() {
        let identity = Identity::load_bare(&Ring, &der(&key)).unwrap();
        assert_eq!(identity.raw_public_key(), Some(&public(&key)));
        assert!(identity.chain().is_empty());
        assert_eq!(identity.certificate_types(), [CertificateType::RawPublicKey]);
    }
}

#[test]
fn a_key_that_does_not_belong_to_the_public_key_is_refused() {
    let (one, two) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let key = Ring.load_key(&der(&one)).unwrap();
    assert_eq!(
        Identity::of_raw_public_key(&Ring, public(&two), key).err(),
        Some(ConfigurationError::KeyDoesNotMatch)
    );
}

#[test]
fn a_public_key_that_no_peer_could_use_is_refused_with_the_reason() {
    let key = Ring.load_key(&der(&KeyPair::generate().unwrap())).unwrap();
    let refusal = |public_key: &[u8]| {
        let public_key = public_key.to_vec().into();
        match Identity::of_raw_public_key(&Ring, public_key, key.clone()) {
            Err(ConfigurationError::BadPublicKey { reason }) => reason.into_owned(),
            other => panic!("{other:?}"),
        }
    };
    assert!(refusal(b"no key").contains("no SubjectPublicKeyInfo"));
    let compressed = public_key_info(&alg_id::ECDSA_P256, &[2; 33]);
    assert!(refusal(&compressed).contains("compressed point"));
    let too_long = public_key_info(&alg_id::ED25519, &[7; MAXIMUM_CERTIFICATE]);
    assert_eq!(
        Identity::of_raw_public_key(&Ring, too_long, key.clone()).err(),
        Some(ConfigurationError::ChainTooLong)
    );
}

#[test]
fn a_private_key_that_cannot_be_loaded_is_told_with_the_reason() {
    let refusal = Identity::load_bare(&Ring, &private_key(RSA_SMALL)).err();
    let Some(ConfigurationError::BadPrivateKey { reason }) = refusal else { panic!("{refusal:?}") };
    assert!(reason.contains("less than 2048"), "{reason}");
}

/// A signer that does not know its public key.
#[derive(Debug)]
struct Secretive(Arc<dyn SigningKey>);

impl SigningKey for Secretive {
    fn schemes(&self) -> &[SignatureScheme] {
        self.0.schemes()
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        self.0.sign(scheme, message)
    }
}

#[test]
fn a_signer_need_not_know_its_public_key() {
    let key = KeyPair::generate().unwrap();
    let signer = Arc::new(Secretive(Ring.load_key(&der(&key)).unwrap()));
    assert_eq!(signer.public_key(), None);
    let identity = Identity::of_raw_public_key(&Ring, public(&key), signer).unwrap();
    assert_eq!(identity.raw_public_key(), Some(&public(&key)));
}

#[test]
fn signatures_of_a_raw_public_key_may_be_made_elsewhere() {
    let key = public(&KeyPair::generate().unwrap());
    let scheme = SignatureScheme::EcdsaSecp256r1Sha256;
    let identity = Identity::delegated_raw_public_key(key.clone(), &[scheme]).unwrap();
    assert_eq!((identity.raw_public_key(), identity.schemes()), (Some(&key), &[scheme][..]));
    let refusal = Identity::delegated_raw_public_key(key, &[]).err();
    assert!(matches!(refusal, Some(ConfigurationError::BadPrivateKey { .. })));
}

#[test]
fn a_certificate_may_be_shown_or_its_key() {
    let key = KeyPair::generate().unwrap();
    let chain = vec![Authority::new().sign(&server_parameters(), &key)];
    let certificate = Identity::load(&Ring, chain.clone(), &der(&key)).unwrap();
    assert_eq!(certificate.certificate_types(), [CertificateType::X509]);
    assert_eq!(certificate.raw_public_key(), None);
    let either = certificate.clone().or_raw_public_key();
    assert_eq!(either.certificate_types(), [CertificateType::RawPublicKey, CertificateType::X509]);
    assert_eq!((either.chain(), either.raw_public_key()), (&chain[..], Some(&public(&key))));
    // To a session it is the same, and another than the key alone.
    assert_eq!(certificate.distinction(), either.distinction());
    let alone = Identity::load_bare(&Ring, &der(&key)).unwrap();
    assert_ne!(alone.distinction(), either.distinction());
    assert_eq!(alone.clone().or_raw_public_key().distinction(), alone.distinction());
}

#[test]
fn nothing_is_attached_to_a_raw_public_key() {
    let identity = Identity::load_bare(&Ring, &der(&KeyPair::generate().unwrap())).unwrap();
    let timestamps = vec![0, 5, 0, 3, 1, 2, 3];
    let refusal = identity.clone().with_timestamps(timestamps).err();
    assert_eq!(refusal, Some(ConfigurationError::NoCertificate));
    let refusal = identity.with_staples(vec![vec![1]]).err();
    assert!(matches!(refusal, Some(ConfigurationError::BadStaple { .. })));
}

#[test]
fn a_key_for_rsassa_pss_only_is_shown_as_such_and_signs_as_it_may() {
    let restricted = PssDraft::of(2);
    // The salt is one that GnuTLS writes; so is the hash, without NULL.
    let gnutls = PssDraft { salt_length: 20, with_null: false, ..restricted }.algorithm();
    let restricted = restricted.algorithm();
    for (algorithm, schemes) in [(&*UNRESTRICTED_KEY, 3), (&*restricted, 1), (&*gnutls, 1)] {
        let identity = Identity::load_bare(&Ring, &pkcs8(algorithm, &pkcs1())).unwrap();
        assert_eq!(identity.raw_public_key().unwrap().as_ref(), public_key(algorithm));
        assert_eq!(identity.schemes().len(), schemes);
        let shown = identity.raw_public_key().unwrap().clone();
        let all = Ring.verification_schemes();
        let delegated = Identity::delegated_raw_public_key(shown, all).unwrap();
        assert_eq!(delegated.schemes().len(), schemes);
    }
    let other = [SignatureScheme::RsaPssRsaeSha256];
    let shown = public_key(&UNRESTRICTED_KEY).into();
    let refusal = Identity::delegated_raw_public_key(shown, &other).err();
    assert_eq!(refusal, Some(ConfigurationError::KeyDoesNotMatch));
}
