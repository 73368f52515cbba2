use rcgen::{KeyPair, PublicKeyData as _};

use super::*;
use crate::certificate::test_certificates::{Authority, client_parameters, der};
use crate::message::limits::MAXIMUM_APPLICATION_PROTOCOLS;
use crate::{ConfigurationError, RawPublicKeys};

fn config() -> ClientConfig {
    ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth()
}

fn refusal(result: Result<ClientConfig, Error>) -> ConfigurationError {
    match result {
        Err(Error::Configuration(error)) => error,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_client_offers_everything_unless_told_otherwise() {
    let config = config();
    assert_eq!(
        config.cipher_suites(),
        [
            CipherSuite::Aes128GcmSha256,
            CipherSuite::Aes256GcmSha384,
            CipherSuite::ChaCha20Poly1305Sha256
        ]
    );
    assert_eq!(
        config.groups(),
        [
            NamedGroup::X25519MlKem768,
            NamedGroup::X25519,
            NamedGroup::Secp256r1,
            NamedGroup::Secp384r1
        ]
    );
    assert!(config.alpn_protocols().is_empty());
    assert!(config.compatibility_mode());
    assert!(config.identity().is_none());
    assert!(config.key_log().is_none());
}

#[test]
fn a_choice_keeps_its_order() {
    let suites = [CipherSuite::ChaCha20Poly1305Sha256, CipherSuite::Aes128GcmSha256];
    let groups = [NamedGroup::Secp384r1, NamedGroup::X25519];
    let config = config().with_cipher_suites(&suites).unwrap().with_groups(&groups).unwrap();
    assert_eq!(config.cipher_suites(), suites);
    assert_eq!(config.groups(), groups);
}

#[test]
fn a_choice_of_nothing_or_of_the_unknown_or_of_one_thing_twice_is_refused() {
    let good = CipherSuite::Aes128GcmSha256;
    for bad in [&[][..], &[good, CipherSuite(0x1304)], &[good, good]] {
        assert_eq!(refusal(config().with_cipher_suites(bad)), ConfigurationError::CipherSuites);
    }
    let good = NamedGroup::X25519;
    for bad in [&[][..], &[good, NamedGroup(0x0019)], &[good, good]] {
        assert_eq!(refusal(config().with_groups(bad)), ConfigurationError::Groups);
    }
}

#[test]
fn a_protocols_name_has_1_to_255_bytes_and_all_together_have_a_limit() {
    let longest = [b'a'; 255];
    assert!(config().with_alpn_protocols([longest]).is_ok());
    for bad in [vec![], vec![b'a'; 256]] {
        assert_eq!(
            refusal(config().with_alpn_protocols([bad])),
            ConfigurationError::ApplicationProtocols
        );
    }
    let full = || std::iter::repeat_n(vec![b'a'; 255], MAXIMUM_APPLICATION_PROTOCOLS / 256);
    assert!(config().with_alpn_protocols(full()).is_ok());
    assert_eq!(
        refusal(config().with_alpn_protocols(full().chain([vec![b'c']]))),
        ConfigurationError::ApplicationProtocols
    );
}

#[test]
fn only_what_is_not_a_matter_of_course_is_listed() {
    const RAW: CertificateType = CertificateType::RawPublicKey;
    let key = KeyPair::generate().unwrap();
    let chain = vec![Authority::new().sign(&client_parameters(), &key)];
    let roots = || ClientConfig::builder().with_root_certificates(RootCertStore::empty());
    let keys = || ClientConfig::builder().with_raw_public_keys(RawPublicKeys::new());
    let listed = |config: &ClientConfig| {
        let BothSides { client, server } = config.certificate_types();
        (client, server)
    };
    let none: &[CertificateType] = &[];
    assert_eq!(listed(&roots().with_no_client_auth()), (none, none));
    let certified = roots().with_client_auth_cert(chain, der(&key)).unwrap();
    assert_eq!(listed(&certified), (none, none));
    let identity = Identity::clone(certified.identity().unwrap()).or_raw_public_key();
    let mut known = RawPublicKeys::new();
    known.add(key.subject_public_key_info().into()).unwrap();
    let both = roots().or_raw_public_keys(known).with_client_identity(identity);
    assert_eq!(
        listed(&both),
        (&[RAW, CertificateType::X509][..], &[RAW, CertificateType::X509][..])
    );
    // No server would be believed by a key, but by a certificate.
    let no_keys = roots().or_raw_public_keys(RawPublicKeys::new()).with_no_client_auth();
    assert_eq!(listed(&no_keys), (none, none));
    let raw = keys().with_raw_public_key(der(&key)).unwrap();
    assert_eq!(listed(&raw), (&[RAW][..], &[RAW][..]));
}

#[test]
fn a_client_certificate_needs_its_key() {
    let (key, other) = (KeyPair::generate().unwrap(), KeyPair::generate().unwrap());
    let chain = vec![Authority::new().sign(&client_parameters(), &key)];
    let builder = || ClientConfig::builder().with_root_certificates(RootCertStore::empty());

    let config = builder().with_client_auth_cert(chain.clone(), der(&key)).unwrap();
    assert_eq!(config.identity().unwrap().chain(), chain);
    assert_eq!(
        refusal(builder().with_client_auth_cert(chain, der(&other))),
        ConfigurationError::KeyDoesNotMatch
    );
}

#[test]
fn names_of_authorities_have_a_limit() {
    let roots = |count: u32| {
        let mut roots = crate::RootCertStore::empty();
        for number in 0..count {
            let mut parameters = rcgen::CertificateParams::default();
            let name = format!("{number:0300}");
            parameters.distinguished_name.push(rcgen::DnType::CommonName, name);
            let key = rcgen::KeyPair::generate().unwrap();
            roots.add(parameters.self_signed(&key).unwrap().der().clone()).unwrap();
        }
        ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()
    };
    let config = roots(40).with_authority_names().unwrap();
    assert_eq!(config.authorities().len(), 40);
    assert!(roots(60).with_authority_names().is_err());
}
