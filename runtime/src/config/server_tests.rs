use rcgen::KeyPair;
use rustls_pki_types::UnixTime;

use super::super::early_data::MAXIMUM_EARLY_DATA;
use super::*;
use crate::certificate::test_certificates::{Authority, der, server_parameters};
use crate::config::ServerConfigWithClientAuth;
use crate::session::StrikeMemory;
use crate::{RawPublicKeys, RootCertStore};

fn with_certificate(
    builder: ServerConfigWithClientAuth,
    authority: &Authority,
) -> Result<ServerConfig, Error> {
    let key = KeyPair::generate().unwrap();
    let chain = vec![authority.sign(&server_parameters(), &key)];
    builder.with_single_cert(chain, der(&key))
}

#[test]
fn a_server_asks_for_a_clients_certificate_only_when_told_to() {
    let authority = Authority::new();
    let builder = ServerConfig::builder;
    let config = with_certificate(builder().with_no_client_auth(), &authority).unwrap();
    assert!(matches!(config.client_auth(), ClientAuth::None));

    let requested = builder().with_client_auth_requested(authority.roots()).unwrap();
    let config = with_certificate(requested, &authority).unwrap();
    assert!(matches!(config.client_auth(), ClientAuth::Request(_)));

    let required = builder().with_client_auth_required(authority.roots()).unwrap();
    let config = with_certificate(required, &authority).unwrap();
    assert!(matches!(config.client_auth(), ClientAuth::Require(_)));
}

#[test]
fn a_server_that_asks_for_certificates_needs_roots() {
    let no_roots = Error::Configuration(ConfigurationError::NoRoots);
    let builder = ServerConfig::builder;
    assert_eq!(
        builder().with_client_auth_requested(RootCertStore::empty()).err(),
        Some(no_roots.clone())
    );
    assert_eq!(builder().with_client_auth_required(RootCertStore::empty()).err(), Some(no_roots));
}

#[test]
fn a_server_that_asks_for_raw_public_keys_needs_some() {
    let authority = Authority::new();
    let builder = ServerConfig::builder;
    let none = RawPublicKeys::new;
    let refused = Some(Error::Configuration(ConfigurationError::NoRawPublicKeys));
    assert_eq!(builder().with_raw_public_keys_requested(none()).err(), refused);
    assert_eq!(builder().with_raw_public_keys_required(none()).err(), refused);
    let asking = || builder().with_client_auth_requested(authority.roots()).unwrap();
    assert_eq!(asking().or_raw_public_keys(none()).err(), refused);
    let mut keys = RawPublicKeys::new();
    let key = rcgen::PublicKeyData::subject_public_key_info(&KeyPair::generate().unwrap());
    keys.add(key.into()).unwrap();
    let no_roots = Some(Error::Configuration(ConfigurationError::NoRoots));
    let silent = builder().with_no_client_auth();
    assert_eq!(silent.or_raw_public_keys(keys.clone()).err(), no_roots);

    // Of certificates nothing is asked where only keys are taken.
    let strict = builder().with_raw_public_keys_required(keys.clone()).unwrap();
    let strict = with_certificate(strict, &authority).unwrap();
    assert_eq!(strict.clone().with_staples(Staples::Asked).err(), no_roots);
    assert_eq!(strict.clone().with_revocation_lists(RevocationLists::new()).err(), no_roots);
    assert_eq!(strict.with_authority_names().err(), no_roots);
    let both = asking().or_raw_public_keys(keys).unwrap();
    let both = with_certificate(both, &authority).unwrap();
    let both = both.with_staples(Staples::Asked).unwrap().with_authority_names().unwrap();
    assert_eq!(both.authorities().len(), 1);
}

#[test]
fn a_server_accepts_no_early_data_or_as_much_as_it_is_told_up_to_its_limit() {
    let authority = Authority::new();
    let config =
        with_certificate(ServerConfig::builder().with_no_client_auth(), &authority).unwrap();
    assert_eq!(config.max_early_data(), 0);
    let most = MAXIMUM_EARLY_DATA;
    let accepting = config.clone().with_max_early_data(most).unwrap();
    assert_eq!(accepting.max_early_data(), most);
    assert!(accepting.strike_register(b"any").is_some(), "none is accepted twice");
    assert_eq!(
        config.with_max_early_data(most + 1).err(),
        Some(Error::Configuration(ConfigurationError::TooMuchEarlyData { limit: most }))
    );
}

#[test]
fn a_register_is_the_configured_one_whichever_is_said_first() {
    let authority = Authority::new();
    let register = Arc::new(StrikeMemory::new(7, UnixTime::now()));
    let config =
        with_certificate(ServerConfig::builder().with_no_client_auth(), &authority).unwrap();
    let first = config.clone().with_strike_register(Arc::clone(&register) as _);
    let last = config.with_max_early_data(9).unwrap().with_strike_register(register);
    for config in [first.with_max_early_data(9).unwrap(), last] {
        assert!(format!("{:?}", config.strike_register(b"any")).contains("most: 7"));
    }
}

#[test]
fn a_server_whose_clients_all_have_external_keys_accepts_no_early_data() {
    let keys = Arc::new(vec![ExternalKey::new(b"one", &[7; 32]).unwrap()]);
    let config = ServerConfig::builder().with_no_client_auth().with_only_external_keys(keys);
    assert!(config.clone().with_max_early_data(0).is_ok());
    assert_eq!(
        config.with_max_early_data(1).err(),
        Some(Error::Configuration(ConfigurationError::EarlyDataWithoutTickets))
    );
}

#[test]
fn a_server_sends_two_tickets_or_as_many_as_it_is_told_up_to_8() {
    let authority = Authority::new();
    let config =
        with_certificate(ServerConfig::builder().with_no_client_auth(), &authority).unwrap();
    assert_eq!(config.tickets(), 2);
    assert_eq!(config.clone().with_tickets(2).unwrap().tickets(), 2);
    assert_eq!(config.clone().with_tickets(8).unwrap().tickets(), 8);
    assert_eq!(
        config.with_tickets(9).err(),
        Some(Error::Configuration(ConfigurationError::TooManyTickets { limit: 8 }))
    );
}
