//! What comes with certificates: OCSP responses and timestamps, where they are asked for.

use super::*;
use crate::certificate::test_certificates::response;
use crate::{CertificateError, Staples, Work};

/// A SignedCertificateTimestampList of one timestamp of three bytes.
const TIMESTAMPS: [u8; 7] = [0, 5, 0, 3, 1, 2, 3];

impl World {
    fn identity(&self, server: bool) -> Identity {
        let (chain, key) = match server {
            true => (self.server_chain(), &self.server_key),
            false => (self.client_chain(), &self.client_key),
        };
        Identity::load(&Ring, chain, &der(key)).unwrap()
    }

    /// With a response that says whether it is good.
    fn stapled(&self, server: bool, is_good: bool) -> Identity {
        let identity = self.identity(server);
        let staple = response(&self.authority, &identity.chain()[0], is_good);
        identity.with_staples(vec![staple]).unwrap().with_timestamps(TIMESTAMPS.into()).unwrap()
    }

    /// What becomes of a handshake of these two.
    fn meet(&self, client: ClientConfig, server: ServerConfig) -> [Option<Error>; 2] {
        let mut pair = Pair { client: Victim::client(client), server: Victim::server(server) };
        pair.exchange();
        [&pair.client, &pair.server].map(|end| end.connection.error().cloned())
    }

    fn server_with(&self, identity: Identity) -> ServerConfig {
        ServerConfig::builder().with_no_client_auth().with_identity(identity)
    }

    /// A server that asks clients for responses.
    fn server_that_asks(&self, staples: Staples) -> ServerConfig {
        self.server_that_requires().with_staples(staples).unwrap()
    }

    fn client_with(&self, identity: Identity) -> ClientConfig {
        let builder = ClientConfig::builder().with_root_certificates(self.authority.roots());
        builder.with_client_identity(identity)
    }
}

fn refused(error: CertificateError) -> Option<Error> {
    Some(Error::Certificate(error))
}

#[test]
fn a_client_that_asks_gets_the_response_and_judges_by_it() {
    let world = World::new();
    let meet = |staples, identity| {
        let [client, server] =
            world.meet(world.client().with_staples(staples), world.server_with(identity));
        assert_eq!(client.is_some(), server.is_some());
        client
    };
    let (good, bad) = (world.stapled(true, true), world.stapled(true, false));
    let bare = world.identity(true);
    assert_eq!(meet(Staples::Required, good.clone()), None);
    assert_eq!(meet(Staples::Asked, bare.clone()), None);
    assert_eq!(meet(Staples::Required, bare), refused(CertificateError::NoStaple));
    assert_eq!(meet(Staples::Asked, bad.clone()), refused(CertificateError::Revoked));
    // A client that does not ask gets no response.
    assert_eq!(meet(Staples::Unasked, bad), None);
}

#[test]
fn a_server_that_asks_gets_the_response_and_judges_by_it() {
    let world = World::new();
    let meet = |staples, identity| {
        let [client, server] =
            world.meet(world.client_with(identity), world.server_that_asks(staples));
        assert_eq!(client.is_some(), server.is_some());
        server
    };
    let (good, bad) = (world.stapled(false, true), world.stapled(false, false));
    let bare = world.identity(false);
    assert_eq!(meet(Staples::Required, good), None);
    assert_eq!(meet(Staples::Asked, bare.clone()), None);
    assert_eq!(meet(Staples::Required, bare), refused(CertificateError::NoStaple));
    assert_eq!(meet(Staples::Asked, bad.clone()), refused(CertificateError::Revoked));
    assert_eq!(meet(Staples::Unasked, bad), None);
}

#[test]
fn a_server_asks_for_responses_only_where_it_asks_for_certificates() {
    let world = World::new();
    assert!(world.server().with_staples(Staples::Asked).is_err());
}

#[test]
fn what_is_attached_is_handed_to_a_judgement_of_the_programs_own() {
    let world = World::new();
    let identity = world.stapled(true, true);
    let config = world.client().with_staples(Staples::Asked).with_timestamps(true);
    let mut client = Victim::client(config);
    client.transmit();
    client.receive(&plain(ContentType::Handshake, &server_hello(&client)));
    client.receive_message(&NO_EXTENSIONS);
    client.connection.delegate_work();
    let mut bytes = Vec::new();
    let wanted = Wanted { staples: true, timestamps: true };
    Certificate::encode(identity.entries(wanted), &mut bytes);
    client.receive_message(&bytes);

    let Some(Work::PathCheck(check)) = client.connection.poll_work() else { panic!("a path") };
    assert_eq!(check.timestamps(), Some(&TIMESTAMPS[..]));
    let staple = identity.attached[0].staple.as_deref();
    assert!(staple.is_some());
    assert_eq!(check.staples().collect::<Vec<_>>(), [staple]);
    client.connection.handle_work(check.run(now()), &mut client.outbox).unwrap();
    client.assert_well();
}

#[test]
fn what_is_no_response_is_not_shown_nor_more_of_them_than_certificates() {
    let world = World::new();
    let identity = || world.identity(true);
    let good = response(&world.authority, &identity().chain()[0], true);
    for bad in [vec![b"no response".to_vec()], vec![good.clone(), good.clone()]] {
        let refusal = identity().with_staples(bad).unwrap_err();
        assert!(matches!(refusal, crate::ConfigurationError::BadStaple { .. }), "{refusal}");
    }
    assert!(identity().with_staples(vec![Vec::new()]).is_ok());
    let refusal = identity().with_timestamps(vec![0, 0]).unwrap_err();
    assert_eq!(refusal, crate::ConfigurationError::BadTimestamps);
}

#[test]
fn each_side_tells_under_whom_certificates_are_wanted() {
    let world = World::new();
    let name = world.authority.roots().names();
    let [name] = &name[..] else { panic!("one root") };
    assert!(world.identity(false).is_under(name) && world.identity(true).is_under(name));
    let other = Identity::load(&Ring, world.server_chain(), &der(&world.server_key)).unwrap();
    assert!(!other.is_under(b"no name") && !other.is_under(&[0x30, 0]));
    assert!(world.server().with_authority_names().is_err(), "it asks for no certificates");

    let server = world.server_that_requires().with_authority_names().unwrap();
    let mut client = Victim::client(world.client_with(world.identity(false)));
    let mut server = Victim::server(server);
    server.receive(&client.transmit());
    client.connection.delegate_work();
    let mut flight = server.transmit();
    // One record after the other, until the certificate is to be chosen.
    let seen = loop {
        let received =
            client.connection.handle_input(now(), &mut flight, &mut client.outbox).consumed;
        flight.drain(..received);
        match client.connection.poll_work() {
            Some(Work::CertificateChoice(choice)) => {
                break choice.authorities().map(<[u8]>::to_vec).collect::<Vec<_>>();
            }
            Some(work) => {
                let done = work.run(now());
                client.connection.handle_work(done, &mut client.outbox).unwrap();
            }
            None => assert!(received > 0, "{:?}", client.connection),
        }
    };
    assert_eq!(seen, std::slice::from_ref(name));

    let mut hello = Vec::new();
    let config = world.client().with_authority_names().unwrap();
    let asking = Offer { authorities: config.authorities().into(), ..offer() };
    crate::negotiate::client::write_client_hello(&asking, None, &mut hello);
    let message = crate::message::Message::decode(&hello).unwrap();
    let crate::message::Message::ClientHello(hello) = message else { panic!("a hello") };
    let offer = crate::config::ClientOffer::new(hello);
    assert_eq!(offer.authorities().collect::<Vec<_>>(), [&name[..]]);
}
