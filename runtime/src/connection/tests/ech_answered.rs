//! Answers to an encrypted ClientHello that are refused (RFC 9849).

use super::ech::{key, server_with};
use super::*;
use crate::EchStatus;
use crate::connection::ech::{Confirms, confirmation};
use crate::identifiers::ExtensionType;
use crate::message::{HelloRetryRequest, SessionId};
use crate::transcript::Transcript;

/// A client that has sent an encrypted ClientHello.
fn client() -> Victim {
    let world = World::new();
    let mut client = Victim::client(world.client().with_ech(&key(1).config_list()).unwrap());
    client.transmit();
    client
}

/// A HelloRetryRequest that says what a server says that has read the ClientHello.
fn confirming_retry(client: &Victim) -> Vec<u8> {
    let suite = CipherSuite::Aes128GcmSha256;
    let session_id: SessionId = client.offer().session_id;
    let request = |ech_confirmation| {
        let mut bytes = Vec::new();
        HelloRetryRequest {
            session_id: &session_id,
            suite,
            group: Some(NamedGroup::Secp384r1),
            cookie: None,
            ech_confirmation: Some(ech_confirmation),
        }
        .encode(&mut bytes);
        bytes
    };
    let handshake = client.connection.receiver.core.handshake.as_deref().unwrap();
    let hash = crate::crypto::HashAlgorithm::Sha256;
    let mut transcript = Transcript::new();
    transcript.start(&Ring, hash);
    transcript.absorb(handshake.last_hello()).unwrap();
    transcript.start_retry(&Ring, hash).unwrap();
    let (confirms, random) = (Confirms::HelloRetryRequest, &client.offer().random);
    let zeroed = request([0; 8]);
    request(confirmation(&Ring, &transcript, hash, random, confirms, &zeroed).unwrap())
}

#[test]
fn what_was_confirmed_is_confirmed_again() {
    let mut client = client();
    let request = confirming_retry(&client);
    client.receive_message(&request);
    client.assert_well();
    let hello =
        server_hello_with(&client, CipherSuite::Aes128GcmSha256, NamedGroup::Secp384r1, &[4; 97]);
    let (message, field) = (HandshakeType::ServerHello, "random");
    client.assert_refuses_message(&hello, &Error::IllegalValue { message, field });
}

/// A ServerHello for this client.
fn server_hello_that(client: &Victim, selected_identity: Option<u16>) -> Vec<u8> {
    let mut hello = Vec::new();
    let share = KeyShare { group: NamedGroup::X25519, public_key: &BASE_POINT };
    let session_id = client.offer().session_id;
    ServerHello {
        random: &[7; 32],
        session_id: &session_id,
        suite: CipherSuite::Aes128GcmSha256,
        share: Some(share),
        selected_identity,
    }
    .encode(&mut hello);
    hello
}

#[test]
fn a_server_that_has_not_read_it_cannot_resume() {
    let key = key(1);
    let list = key.config_list();
    let world = World::new();
    let client = world.client().with_ech(&list).unwrap();
    let server = server_with(&world, vec![key]);
    let server = server.with_cipher_suites(&[CipherSuite::Aes128GcmSha256]).unwrap();
    let mut pair = Pair::with(client.clone(), server);
    let data = pair.server.write(b"hello");
    pair.client.receive(&data);

    let mut client = Victim::client(client);
    client.transmit();
    assert!(client.offer().session.is_some());
    let hello = server_hello_that(&client, Some(0));
    let (message, field) = (HandshakeType::ServerHello, "selected_identity");
    client.assert_refuses_message(&hello, &Error::IllegalValue { message, field });
}

#[test]
fn a_request_with_other_bytes_has_not_read_it() {
    let mut client = client();
    let mut request = confirming_retry(&client);
    *request.last_mut().unwrap() ^= 1;
    client.receive_message(&request);
    client.assert_well();
    assert_eq!(client.connection.negotiated().ech(), EchStatus::Rejected);
    let offer = client.offer();
    let public_name = "public.example".try_into().unwrap();
    assert_eq!((&offer.server_name, &offer.session), (&Some(public_name), &None));
}

#[test]
fn configurations_are_taken_from_whom_they_were_asked_of() {
    let list = |configs: &[u8]| {
        let contents = [&[0xfe, 0x0d, 0, u8::try_from(configs.len()).unwrap()], configs].concat();
        let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
        message(HandshakeType::EncryptedExtensions, &[&length[..], &contents].concat())
    };
    let (message, extension) =
        (HandshakeType::EncryptedExtensions, ExtensionType::EncryptedClientHello);
    // Nothing was encrypted.
    let unsolicited = Error::UnsolicitedExtension { message, extension };
    client_with_keys(&World::new())
        .assert_refuses_message(&list(key(1).config_list().as_bytes()), &unsolicited);
    // It was read.
    let mut accepted = client();
    let mut hello = server_hello_that(&accepted, None);
    let handshake = accepted.connection.receiver.core.handshake.as_deref().unwrap();
    let hash = crate::crypto::HashAlgorithm::Sha256;
    let mut transcript = Transcript::new();
    transcript.start(&Ring, hash);
    transcript.absorb(handshake.last_hello()).unwrap();
    let (confirms, random) = (Confirms::ServerHello, &accepted.offer().random);
    let right = confirmation(&Ring, &transcript, hash, random, confirms, &hello).unwrap();
    let place = confirms.place(&hello).unwrap();
    hello[place].copy_from_slice(&right);
    accepted.receive_message(&hello);
    accepted.assert_well();
    assert_eq!(accepted.connection.negotiated().ech(), EchStatus::Accepted);
    accepted.assert_refuses_message(&list(key(1).config_list().as_bytes()), &unsolicited);
    // Something was, and what is told is no list.
    let mut rejected = client();
    rejected.receive_message(&server_hello(&rejected));
    let malformed = Error::Malformed { message, field: "retry_configs" };
    rejected.assert_refuses_message(&list(&[0, 9, 9]), &malformed);
}

#[test]
fn a_request_that_confirms_what_was_not_encrypted_is_refused() {
    let mut client = Victim::client(World::new().client());
    client.transmit();
    let mut request = Vec::new();
    let session_id = client.offer().session_id;
    HelloRetryRequest {
        session_id: &session_id,
        suite: CipherSuite::Aes128GcmSha256,
        group: Some(NamedGroup::Secp384r1),
        cookie: None,
        ech_confirmation: Some([7; 8]),
    }
    .encode(&mut request);
    let (message, extension) = (HandshakeType::ServerHello, ExtensionType::EncryptedClientHello);
    client.assert_refuses_message(&request, &Error::UnsolicitedExtension { message, extension });
}
