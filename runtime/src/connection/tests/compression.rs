//! Certificates that come compressed (RFC 8879).

use super::*;
use crate::{CertificateCompression, CertificateError};

/// Takes away the zeros at the end: a test sees easily what that makes of a message.
#[derive(Debug)]
struct WithoutZeros(u16);

impl CertificateCompression for WithoutZeros {
    fn algorithm(&self) -> u16 {
        self.0
    }

    fn compress(&self, message: &[u8]) -> Option<Vec<u8>> {
        let zeros = message.iter().rev().take_while(|byte| **byte == 0).count();
        Some(message[..message.len() - zeros].to_vec())
    }

    fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>> {
        let mut message = compressed.to_vec();
        message.resize(length.max(compressed.len()), 0);
        Some(message)
    }
}

fn ways(numbers: &[u16]) -> Vec<Arc<dyn CertificateCompression>> {
    let way = |number: &u16| Arc::new(WithoutZeros(*number)) as Arc<dyn CertificateCompression>;
    numbers.iter().map(way).collect()
}

/// A client that takes certificates compressed by algorithm 9, and waits for the server's.
fn client(world: &World) -> Victim {
    let mut client = Victim::client(world.client().with_certificate_compression(ways(&[9])));
    client.transmit();
    client.receive(&plain(ContentType::Handshake, &server_hello(&client)));
    client.receive_message(&NO_EXTENSIONS);
    client.assert_well();
    client
}

/// A Certificate message as a CompressedCertificate that claims this length.
fn compressed(algorithm: u16, length: usize, certificate: &[u8]) -> Vec<u8> {
    let body = &certificate[4..];
    let three = |number: usize| number.to_be_bytes()[5..].to_vec();
    let front = [&algorithm.to_be_bytes()[..], &three(length), &three(body.len())].concat();
    message(HandshakeType::CompressedCertificate, &[&front, body].concat())
}

#[test]
fn a_compressed_certificate_is_the_certificate_that_it_holds() {
    let world = World::new();
    let chain = world.server_chain();
    let good = certificate(&chain);
    let mut client = client(&world);
    client.receive_message(&compressed(9, good.len() - 4, &good));
    client.assert_well();
    let identity = Identity::load(&Ring, chain.clone(), &der(&world.server_key)).unwrap();
    let scheme = identity.schemes()[0];
    // The transcript covers the message as it came, compressed.
    client.receive_message(&client.good_certificate_verify(&identity, scheme));
    client.receive_message(&client.good_finished());
    assert!(client.connection.is_connected());
    assert_eq!(client.connection.peer_certificates(), chain);
}

#[test]
fn a_compressed_certificate_may_hold_a_raw_public_key() {
    let world = World::new();
    let key = super::raw_public_keys::public(&world.server_key);
    let mut bytes = Vec::new();
    Certificate::encode([Entry::bare(&key)].into_iter(), &mut bytes);
    let config = world.raw_client().with_certificate_compression(ways(&[9]));
    let mut client = Victim::client(config);
    client.transmit();
    client.receive(&plain(ContentType::Handshake, &server_hello(&client)));
    client.receive_message(&extensions(HandshakeType::EncryptedExtensions, &[], &[0, 20, 0, 1, 2]));
    client.receive_message(&compressed(9, bytes.len() - 4, &bytes));
    client.assert_well();
    let own = Ring.load_key(&der(&world.server_key)).unwrap();
    let identity = Identity::of_raw_public_key(&Ring, key.clone(), own).unwrap();
    client.receive_message(&client.good_certificate_verify(&identity, identity.schemes()[0]));
    client.receive_message(&client.good_finished());
    assert_eq!(client.connection.peer_raw_public_key(), Some(&key));
}

#[test]
fn what_does_not_hold_what_it_says_is_a_bad_certificate() {
    let world = World::new();
    let good = certificate(&world.server_chain());
    let length = good.len() - 4;
    let bad = Error::Certificate(CertificateError::BadCompression);
    assert_eq!(bad.alert(), Some(Alert::BadCertificate));
    client(&world).assert_refuses_message(&compressed(9, length - 1, &good), &bad);
    let message = HandshakeType::CompressedCertificate;
    let illegal = Error::IllegalValue { message, field: "algorithm" };
    client(&world).assert_refuses_message(&compressed(1, length, &good), &illegal);
    let malformed = Error::Malformed { message, field: "compressed_certificate_message" };
    client(&world).assert_refuses_message(&compressed(9, length, &[0; 4]), &malformed);
    let limit = crate::message::limits::MAXIMUM_CERTIFICATE;
    let message = HandshakeType::Certificate;
    let too_long = Error::MessageTooLong { message, length: limit + 1, limit };
    client(&world).assert_refuses_message(&compressed(9, limit + 1, &good), &too_long);
    // The Certificate message inside is read like any other.
    let context = compressed(9, 5, &[11, 0, 0, 5, 1, 7, 0, 0, 0]);
    let field = "certificate_request_context";
    client(&world).assert_refuses_message(&context, &Error::IllegalValue { message, field });
}

#[test]
fn nothing_comes_compressed_that_was_not_asked_for() {
    let world = World::new();
    let good = certificate(&world.server_chain());
    let message = compressed(9, good.len() - 4, &good);
    let unexpected = Error::UnexpectedMessage(HandshakeType::CompressedCertificate);
    for client in [client_before_certificate(&world), client_before_signature(&world)] {
        client.assert_refuses_message(&message, &unexpected);
    }
    server_after_flight(world.server_that_requires()).assert_refuses_message(&message, &unexpected);
}

/// How many bytes each side sends until the handshake is complete.
fn sizes(client: ClientConfig, server: ServerConfig) -> [usize; 2] {
    let mut pair = Pair { client: Victim::client(client), server: Victim::server(server) };
    let hello = pair.client.transmit();
    pair.server.receive(&hello);
    let to_client = pair.server.transmit();
    pair.client.receive(&to_client);
    let to_server = pair.client.transmit();
    pair.server.receive(&to_server);
    for end in [&pair.client, &pair.server] {
        assert_eq!(end.connection.error(), None);
        assert!(end.connection.is_connected());
    }
    [to_client.len(), to_server.len()]
}

#[test]
fn each_side_compresses_for_a_peer_that_takes_it() {
    let world = World::new();
    // Timestamps stand at the end of the message, and these end in zeros.
    let padded = |chain: Vec<CertificateDer<'static>>, key| {
        let identity = Identity::load(&Ring, chain, &der(key)).unwrap();
        let timestamps = [&[0x01, 0xf6, 0x01, 0xf4][..], &[0; 500]].concat();
        identity.with_timestamps(timestamps).unwrap()
    };
    let make = |of_client: &[u16], of_server: &[u16]| {
        let builder = ClientConfig::builder().with_root_certificates(world.authority.roots());
        let client = builder
            .with_client_identity(padded(world.client_chain(), &world.client_key))
            .with_timestamps(true)
            .with_certificate_compression(ways(of_client));
        let server = ServerConfig::builder()
            .with_client_auth_required(world.authority.roots())
            .unwrap()
            .with_identity(padded(world.server_chain(), &world.server_key))
            .with_certificate_compression(ways(of_server));
        sizes(client, server)
    };
    let [plain, _] = make(&[], &[]);
    assert!(plain > make(&[9], &[9])[0] + 400);
    assert!(plain > make(&[8, 9], &[7, 9])[0] + 400);
    for (of_client, of_server) in [(&[9][..], &[][..]), (&[], &[9]), (&[8], &[9])] {
        let [size, _] = make(of_client, of_server);
        assert!(size + 100 > plain, "{size} and {plain}");
    }
}
