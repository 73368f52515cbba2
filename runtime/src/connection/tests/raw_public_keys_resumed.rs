//! Sessions of sides that were believed by their raw public keys (RFC 7250).

use super::early_data::{ALLOWED, register};
use super::raw_public_keys::{meet, public, seen, trusting};
use super::resumption::{Returning, is_resumed};
use super::*;
use crate::message::{AgreedTypes, Message};
use crate::{CertificateError, CertificateType, EarlyData};

#[test]
fn a_session_is_resumed_with_the_key_with_which_it_began() {
    let world = World::new();
    let both = world.raw_on_both_sides();
    assert!(!is_resumed(&both.connect()));
    for _ in 0..3 {
        let again = both.connect();
        assert!(is_resumed(&again));
        assert_eq!(seen(&again.client), (Some(&public(&world.server_key)), 0));
        assert_eq!(seen(&again.server), (Some(&public(&world.client_key)), 0));
    }
}

#[test]
fn in_a_session_that_is_resumed_the_servers_type_is_told_and_no_client_is_asked() {
    let both = World::new().raw_on_both_sides();
    for resumed in [false, true] {
        let mut client = Victim::client(both.client.clone());
        let mut server = Victim::server(both.server.clone());
        server.receive(&client.transmit());
        assert_eq!(server.connection.negotiated().is_resumed(), resumed);
        // ServerHello, change_cipher_spec, EncryptedExtensions.
        let flight = server.transmit();
        let records = records_of(&flight);
        client.receive(&[records[0], records[1]].concat());
        let mut opener = client.connection.receiver.core.opener.clone();
        let extensions = &open_all(&mut opener, records[2])[0].1;
        let Ok(Message::EncryptedExtensions(found)) = Message::decode(extensions) else {
            panic!("{extensions:?}")
        };
        let raw = Some(CertificateType::RawPublicKey);
        let expected = AgreedTypes { client: raw.filter(|_| !resumed), server: raw };
        assert_eq!(found.certificate_types, expected);
        client.receive(&records[2..].concat());
        server.receive(&client.transmit());
        let data = server.write(b"tickets come before it");
        client.receive(&data);
    }
}

#[test]
fn nothing_is_resumed_after_the_keys_have_changed() {
    let (world, other) = (World::new(), World::new());
    let tickets = Arc::new(crate::SealedTickets::new(Ring));
    let mut both = world.raw_on_both_sides();
    both.server = both.server.with_session_tickets(Arc::clone(&tickets) as _);
    let sessions = Arc::new(crate::SessionMemory::new(9));
    both.client = both.client.with_sessions(Arc::clone(&sessions) as _);

    // The client trusts other keys now, or also another one.
    for keys in [&[&other.server_key, &world.server_key][..], &[&world.server_key]] {
        both.connect();
        let client = ClientConfig::builder()
            .with_raw_public_keys(trusting(keys))
            .with_raw_public_key(der(&world.client_key))
            .unwrap()
            .with_sessions(Arc::clone(&sessions) as _);
        let changed = Returning { client, server: both.server.clone() };
        assert_eq!(is_resumed(&changed.connect()), keys.len() == 1);
        while take(&both.client) {}
    }
    // The client shows another key, or the server does.
    for (of_client, of_server) in [(&other, &world), (&world, &other)] {
        both.connect();
        let client = ClientConfig::builder()
            .with_raw_public_keys(trusting(&[&world.server_key, &other.server_key]))
            .with_raw_public_key(der(&of_client.client_key))
            .unwrap();
        let client_keys = trusting(&[&world.client_key, &other.client_key]);
        let server = ServerConfig::builder().with_raw_public_keys_required(client_keys).unwrap();
        let changed = Returning {
            client: client.with_sessions(Arc::clone(&sessions) as _),
            server: of_server.with_raw_key(server).with_session_tickets(Arc::clone(&tickets) as _),
        };
        assert!(!is_resumed(&changed.connect()));
        assert!(is_resumed(&changed.connect()));
        while take(&both.client) {}
    }
}

fn take(config: &ClientConfig) -> bool {
    let name = ServerName::try_from("localhost").unwrap();
    config.sessions().unwrap().take(&name).is_some()
}

#[test]
fn a_ticket_is_not_honoured_once_its_client_is_no_longer_trusted() {
    let (world, other) = (World::new(), World::new());
    let tickets = Arc::new(crate::SealedTickets::new(Ring));
    let mut both = world.raw_on_both_sides();
    both.server = both.server.with_session_tickets(Arc::clone(&tickets) as _);
    both.connect();
    let keys = trusting(&[&other.client_key]);
    let builder = ServerConfig::builder().with_raw_public_keys_required(keys).unwrap();
    let server = world.with_raw_key(builder).with_session_tickets(tickets);
    let [_, refusal] = meet(both.client.clone(), server);
    assert_eq!(refusal, Some(CertificateError::UnknownPublicKey.into()));
}

#[test]
fn a_server_that_begins_to_insist_on_a_key_resumes_no_session_without_one() {
    let world = World::new();
    let tickets = Arc::new(crate::SealedTickets::new(Ring));
    let keys = trusting(&[&world.client_key]);
    let asking = ServerConfig::builder().with_raw_public_keys_requested(keys.clone()).unwrap();
    let strict = ServerConfig::builder().with_raw_public_keys_required(keys).unwrap();
    let [asking, strict] = [asking, strict]
        .map(|builder| world.with_raw_key(builder).with_session_tickets(Arc::clone(&tickets) as _));
    let known = world.raw_on_both_sides().client;
    for (client, is_known) in [(world.raw_client(), false), (known, true)] {
        Returning { client: client.clone(), server: asking.clone() }.connect();
        let mut pair =
            Pair { client: Victim::client(client), server: Victim::server(strict.clone()) };
        pair.exchange();
        assert_eq!(pair.server.connection.negotiated().is_resumed(), is_known);
        assert_eq!(pair.server.connection.is_connected(), is_known);
    }
}

#[test]
fn early_data_go_to_a_server_that_was_believed_by_its_key() {
    let mut both = World::new().raw_on_both_sides();
    both.server = both.server.with_strike_register(register(1000));
    both.server = both.server.with_max_early_data(ALLOWED).unwrap();
    both.connect();
    let mut client = Victim::idle_client(both.client.clone());
    client.connection.offer_early_data(b"early".to_vec()).unwrap();
    client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
    let mut pair = Pair { client, server: Victim::server(both.server.clone()) };
    pair.exchange();
    assert!(is_resumed(&pair));
    let taken = pair.server.connection.take_early_data().map(EarlyData::into_replayable_bytes);
    assert_eq!(taken.as_deref(), Some(&b"early"[..]));
}
