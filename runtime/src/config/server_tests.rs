use rcgen::KeyPair;

use super::*;
use crate::certificate::test_certificates::{Authority, der, server_parameters};

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
