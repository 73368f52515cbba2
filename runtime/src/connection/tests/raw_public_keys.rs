//! Raw public keys in place of certificates (RFC 7250), of either side.

use rustls_pki_types::SubjectPublicKeyInfoDer;

use super::resumption::Returning;
use super::*;
use crate::config::ServerConfigWithClientAuth;
use crate::{CertificateError, CertificateType, ExtensionType, RawPublicKeys, Work};

/// The public key to this one.
pub(super) fn public(key: &KeyPair) -> SubjectPublicKeyInfoDer<'static> {
    rcgen::PublicKeyData::subject_public_key_info(key).into()
}

/// Trust in these keys.
pub(super) fn trusting(keys: &[&KeyPair]) -> RawPublicKeys {
    let mut trusted = RawPublicKeys::new();
    for key in keys {
        trusted.add(public(key)).unwrap();
    }
    assert_eq!(trusted.len(), keys.len());
    trusted
}

impl World {
    /// A client that believes the server's raw public key, and nothing else.
    pub(super) fn raw_client(&self) -> ClientConfig {
        ClientConfig::builder()
            .with_raw_public_keys(trusting(&[&self.server_key]))
            .with_no_client_auth()
    }

    /// A server that shows its raw public key, and nothing else.
    pub(super) fn raw_server(&self) -> ServerConfig {
        self.with_raw_key(ServerConfig::builder().with_no_client_auth())
    }

    pub(super) fn with_raw_key(&self, builder: ServerConfigWithClientAuth) -> ServerConfig {
        builder.with_raw_public_key(der(&self.server_key)).unwrap()
    }

    /// Both sides show raw public keys, and nothing else.
    pub(super) fn raw_on_both_sides(&self) -> Returning {
        let client = ClientConfig::builder()
            .with_raw_public_keys(trusting(&[&self.server_key]))
            .with_raw_public_key(der(&self.client_key))
            .unwrap();
        let builder =
            ServerConfig::builder().with_raw_public_keys_required(trusting(&[&self.client_key]));
        Returning { client, server: self.with_raw_key(builder.unwrap()) }
    }

    /// An identity that can show both.
    fn either(&self, server: bool) -> Identity {
        let (chain, key) = match server {
            true => (self.server_chain(), &self.server_key),
            false => (self.client_chain(), &self.client_key),
        };
        Identity::load(&Ring, chain, &der(key)).unwrap().or_raw_public_key()
    }
}

/// What this end has seen of its peer.
pub(super) fn seen(end: &Victim) -> (Option<&SubjectPublicKeyInfoDer<'static>>, usize) {
    let connection = &end.connection;
    let key = connection.peer_raw_public_key();
    assert_eq!(key, connection.negotiated().peer_raw_public_key());
    (key, connection.peer_certificates().len())
}

/// Why each end has failed, if it has.
pub(super) fn meet(client: ClientConfig, server: ServerConfig) -> [Option<Error>; 2] {
    let mut pair = Pair { client: Victim::client(client), server: Victim::server(server) };
    pair.exchange();
    [&pair.client, &pair.server].map(|end| end.connection.error().cloned())
}

#[test]
fn a_server_without_a_certificate_is_believed_by_its_key() {
    let world = World::new();
    let mut pair = Pair::with(world.raw_client(), world.raw_server());
    assert_eq!(seen(&pair.client), (Some(&public(&world.server_key)), 0));
    assert_eq!(seen(&pair.server), (None, 0));
    let data = pair.client.write(b"to nobody but the owner of the key");
    pair.server.receive(&data);
    assert_eq!(pair.server.read, b"to nobody but the owner of the key");
}

#[test]
fn both_sides_may_be_believed_by_their_keys() {
    let world = World::new();
    let both = world.raw_on_both_sides();
    let pair = Pair::with(both.client, both.server);
    assert_eq!(seen(&pair.client), (Some(&public(&world.server_key)), 0));
    assert_eq!(seen(&pair.server), (Some(&public(&world.client_key)), 0));
}

#[test]
fn every_kind_of_key_is_shown_without_a_certificate() {
    for key in crate::certificate::test_certificates::keys_of_every_kind() {
        let world = World::with_server_key(key);
        let pair = Pair::with(world.raw_client(), world.raw_server());
        assert_eq!(seen(&pair.client), (Some(&public(&world.server_key)), 0));
    }
}

#[test]
fn a_key_is_believed_whatever_name_the_server_is_called_by() {
    let world = World::new();
    let config = Arc::new(world.raw_client());
    for name in ["localhost", "elsewhere.example", "127.0.0.1"] {
        let name = ServerName::try_from(name).unwrap();
        let mut client = Victim::new(Connection::client(Arc::clone(&config), name).unwrap());
        client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
        let mut pair = Pair { client, server: Victim::server(world.raw_server()) };
        pair.exchange();
        assert!(pair.client.connection.is_connected());
    }
}

#[test]
fn who_takes_both_gets_what_the_other_side_has() {
    let world = World::new();
    let keys = || trusting(&[&world.server_key]);
    let builder = || ClientConfig::builder().with_root_certificates(world.authority.roots());
    let either = || builder().or_raw_public_keys(keys()).with_no_client_auth();
    let raw = (Some(public(&world.server_key)), 0);
    let certificate = (None, 1);
    let showing_either =
        || ServerConfig::builder().with_no_client_auth().with_identity(world.either(true));
    for (client, server, expected) in [
        (either(), world.raw_server(), &raw),
        (either(), world.server(), &certificate),
        (either(), showing_either(), &raw),
        (world.raw_client(), showing_either(), &raw),
        (world.client(), showing_either(), &certificate),
    ] {
        let pair = Pair::with(client, server);
        let (key, certificates) = seen(&pair.client);
        assert_eq!((key.cloned(), certificates), *expected);
    }
}

#[test]
fn a_server_that_takes_both_gets_what_the_client_has() {
    let world = World::new();
    let builder = || {
        ServerConfig::builder()
            .with_client_auth_required(world.authority.roots())
            .unwrap()
            .or_raw_public_keys(trusting(&[&world.client_key]))
            .unwrap()
    };
    let client = || ClientConfig::builder().with_root_certificates(world.authority.roots());
    let certificate = Identity::load(&Ring, world.client_chain(), &der(&world.client_key)).unwrap();
    let raw = client().with_raw_public_key(der(&world.client_key)).unwrap();
    for (client, expected) in [
        (raw, (Some(public(&world.client_key)), 0)),
        (client().with_client_identity(world.either(false)), (Some(public(&world.client_key)), 0)),
        (client().with_client_identity(certificate), (None, 1)),
    ] {
        let server = builder().with_single_cert(world.server_chain(), der(&world.server_key));
        let pair = Pair::with(client, server.unwrap());
        let (key, certificates) = seen(&pair.server);
        assert_eq!((key.cloned(), certificates), expected);
    }
}

#[test]
fn a_server_that_asks_does_without_a_key_and_one_that_insists_does_not() {
    let world = World::new();
    let keys = || trusting(&[&world.client_key]);
    let requested = ServerConfig::builder().with_raw_public_keys_requested(keys()).unwrap();
    let required = ServerConfig::builder().with_raw_public_keys_required(keys()).unwrap();
    let [requested, required] = [requested, required].map(|builder| world.with_raw_key(builder));
    let pair = Pair::with(world.raw_client(), requested);
    assert_eq!(seen(&pair.server), (None, 0));
    let extension = ExtensionType::ClientCertificateType;
    let refusal = Error::NoCommonCertificateType { extension };
    let [client, server] = meet(world.raw_client(), required);
    assert_eq!(server, Some(refusal));
    let alert = AlertDescription::from(Alert::UnsupportedCertificate);
    assert_eq!(client, Some(Error::PeerAlert(alert)));
}

#[test]
fn a_client_with_a_key_shows_nothing_where_a_certificate_is_asked_for() {
    let world = World::new();
    let server = ServerConfig::builder()
        .with_client_auth_requested(world.authority.roots())
        .unwrap()
        .with_single_cert(world.server_chain(), der(&world.server_key))
        .unwrap();
    let client = ClientConfig::builder()
        .with_root_certificates(world.authority.roots())
        .with_raw_public_key(der(&world.client_key))
        .unwrap();
    let pair = Pair::with(client, server);
    assert_eq!(seen(&pair.server), (None, 0));
}

#[test]
fn one_name_may_have_a_certificate_and_a_key() {
    let world = World::new();
    let raw = Ring.load_key(&der(&world.server_key)).unwrap();
    let raw = Identity::of_raw_public_key(&Ring, public(&world.server_key), raw).unwrap();
    let certificate = Identity::load(&Ring, world.server_chain(), &der(&world.server_key)).unwrap();
    let identities = crate::Identities::new()
        .with("localhost", certificate)
        .unwrap()
        .with("localhost", raw.clone())
        .unwrap();
    assert!(crate::Identities::new().with_its_names(raw).is_err(), "there is no name in a key");
    let identities = Arc::new(identities);
    for (client, expected) in [(world.client(), 1), (world.raw_client(), 0)] {
        let builder = ServerConfig::builder().with_no_client_auth();
        let pair = Pair::with(client, builder.with_resolver(Arc::clone(&identities) as _));
        assert_eq!(seen(&pair.client).1, expected);
    }
}

#[test]
fn whoever_judges_by_itself_sees_the_key_and_chooses_what_is_asked_for() {
    let world = World::new();
    let both = world.raw_on_both_sides();
    for verdict in [Ok(()), Err(CertificateError::AccessDenied)] {
        let mut client = Victim::client(both.client.clone());
        let mut server = Victim::server(both.server.clone());
        server.receive(&client.transmit());
        client.connection.delegate_work();
        let mut flight = server.transmit();
        let mut judged = false;
        let mut chosen = false;
        while !flight.is_empty() && client.connection.error().is_none() {
            let input = client.connection.handle_input(now(), &mut flight, &mut client.outbox);
            flight.drain(..input.consumed);
            while let Some(work) = client.connection.poll_work() {
                let done = match work {
                    Work::PathCheck(check) => {
                        judged = true;
                        assert!(check.chain().is_empty());
                        assert_eq!(check.raw_public_key(), Some(&public(&world.server_key)));
                        check.judged(verdict.clone())
                    }
                    Work::CertificateChoice(choice) => {
                        chosen = true;
                        assert_eq!(choice.certificate_type(), CertificateType::RawPublicKey);
                        let (chain, key) = (world.client_chain(), der(&world.client_key));
                        let certificate = Identity::load(&Ring, chain, &key).unwrap();
                        // What was not asked for is not shown.
                        choice.run_with(Some(Arc::new(certificate)))
                    }
                    work => work.run(now()),
                };
                client.connection.handle_work(done, &mut client.outbox).unwrap();
            }
        }
        assert!(judged && chosen == verdict.is_ok());
        match verdict {
            Ok(()) => {
                server.receive(&client.transmit());
                let missing = Error::Certificate(CertificateError::NoClientCertificate);
                assert_eq!(server.connection.error(), Some(&missing));
            }
            Err(error) => assert_eq!(client.connection.error(), Some(&error.into())),
        }
    }
}
