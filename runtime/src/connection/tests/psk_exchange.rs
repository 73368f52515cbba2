//! Whether keys are exchanged where there is a pre-shared key (RFC 9846 section 4.3.9).

use super::early_data::{client_at, met};
use super::resumption::Returning;
use super::*;
use crate::PskExchange::{Omitted, Preferred, Required};
use crate::{ExtensionType, ExternalKey, PskExchange, RootCertStore};

const ALL: [PskExchange; 3] = [Required, Preferred, Omitted];

/// Whether a client and a server with these settings use a key, and whether keys are exchanged.
fn expected(client: PskExchange, server: PskExchange) -> (bool, bool) {
    match (client, server) {
        (Required, Omitted) | (Omitted, Required) => (false, true),
        (Omitted, _) | (_, Omitted) => (true, false),
        _ => (true, true),
    }
}

/// Data goes both ways.
fn assert_talks(pair: &mut Pair) {
    let data = pair.client.write(b"question");
    pair.server.receive(&data);
    assert_eq!(pair.server.read, b"question");
    let data = pair.server.write(b"answer");
    pair.client.receive(&data);
    assert_eq!(pair.client.read, b"answer");
}

/// Whether both sides have exchanged keys.
fn exchanged(pair: &Pair) -> bool {
    let [client, server] = [&pair.client, &pair.server].map(|end| end.connection.group());
    assert_eq!(client, server);
    client.is_some()
}

#[test]
fn keys_are_exchanged_where_both_sides_can_and_left_out_where_both_say_so() {
    let both = Returning::new();
    for client in ALL {
        for server in ALL {
            both.connect();
            let mut pair = Pair::with(
                both.client.clone().with_psk_exchange(client),
                both.server.clone().with_psk_exchange(server),
            );
            let resumed = pair.client.connection.negotiated().is_resumed();
            let found = (resumed, exchanged(&pair));
            assert_eq!(found, expected(client, server), "{client:?}, {server:?}");
            assert_talks(&mut pair);
        }
    }
}

#[test]
fn sessions_follow_sessions_without_an_exchange() {
    let both = Returning::new();
    let both = Returning {
        client: both.client.with_psk_exchange(Omitted),
        server: both.server.with_psk_exchange(Preferred),
    };
    assert!(exchanged(&both.connect()), "there is no key yet");
    for _ in 0..5 {
        let pair = both.connect();
        assert!(pair.client.connection.negotiated().is_resumed() && !exchanged(&pair));
    }
}

#[test]
fn a_client_gets_tickets_that_it_can_use_and_no_others() {
    for client in ALL {
        for server in ALL {
            let both = Returning::new();
            let mut pair = Pair::with(
                both.client.with_psk_exchange(client),
                both.server.with_psk_exchange(server),
            );
            let records = records_of(&pair.server.write(b"data")).len();
            let (usable, _) = expected(client, server);
            assert_eq!(records, if usable { 3 } else { 1 }, "{client:?}, {server:?}");
        }
    }
}

fn key() -> ExternalKey {
    ExternalKey::new(b"sensor 7", &[0x5a; 32]).unwrap()
}

/// A client and a server with a key, and without certificates.
fn with_key(exchange: PskExchange) -> (ClientConfig, ServerConfig) {
    let client = ClientConfig::builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
        .with_external_key(key());
    let server = ServerConfig::builder()
        .with_no_client_auth()
        .with_only_external_keys(Arc::new(vec![key()]));
    (client.with_psk_exchange(exchange), server.with_psk_exchange(exchange))
}

#[test]
fn an_external_key_does_without_an_exchange_too() {
    for exchange in ALL {
        let (client, server) = with_key(exchange);
        let mut pair = Pair::with(client, server);
        assert_eq!(exchanged(&pair), exchange != Omitted);
        assert!(pair.server.connection.negotiated().external_key().is_some());
        assert_talks(&mut pair);
    }
}

#[test]
fn without_a_common_group_there_is_no_exchange_or_no_connection() {
    for exchange in ALL {
        let (client, server) = with_key(exchange);
        let client = client.with_groups(&[NamedGroup::X25519]).unwrap();
        let server = server.with_groups(&[NamedGroup::Secp384r1]).unwrap();
        if exchange == Required {
            let hello = Victim::client(client).transmit();
            let mut victim = Victim::server(server);
            let sent = victim.receive(&hello);
            victim.assert_failed(&sent, &Error::NoCommonGroup);
        } else {
            let mut pair = Pair::with(client, server);
            assert!(!exchanged(&pair));
            assert_talks(&mut pair);
        }
    }
}

#[test]
fn a_key_that_is_not_used_makes_up_for_no_group() {
    let world = World::new();
    let client = world.client().with_groups(&[NamedGroup::X25519]).unwrap();
    let client = client.with_external_key(key()).with_psk_exchange(Preferred);
    let server = world.server().with_groups(&[NamedGroup::Secp384r1]).unwrap();
    let mut victim = Victim::server(server.with_psk_exchange(Preferred));
    let sent = victim.receive(&Victim::client(client).transmit());
    victim.assert_failed(&sent, &Error::NoCommonGroup);
}

#[test]
fn a_share_is_asked_for_only_where_keys_are_exchanged() {
    for (exchange, group) in [
        (Required, Some(NamedGroup::Secp384r1)),
        (Preferred, Some(NamedGroup::Secp384r1)),
        (Omitted, None),
    ] {
        let (client, server) = with_key(exchange);
        let server = server.with_groups(&[NamedGroup::Secp384r1]).unwrap();
        let mut client = Victim::client(client);
        let mut server = Victim::server(server);
        server.receive(&client.transmit());
        let flight = server.transmit();
        client.receive(&flight);
        let retried = client.connection.group().is_none() && !client.connection.is_connected();
        assert_eq!(retried, group.is_some(), "{exchange:?}");
        let mut pair = Pair { client, server };
        pair.exchange();
        assert_eq!(pair.server.connection.group(), group);
        assert!(pair.server.connection.is_connected());
    }
}

#[test]
fn early_data_go_without_an_exchange_too() {
    let both = met();
    let client = both.client.clone().with_psk_exchange(Omitted);
    let server = both.server.clone().with_psk_exchange(Preferred);
    let mut pair = Pair { client: client_at(&client, now(), 8), server: Victim::server(server) };
    pair.exchange();
    assert!(!exchanged(&pair));
    let early_data = pair.server.connection.take_early_data().unwrap();
    assert_eq!(early_data.into_replayable_bytes(), [7; 8]);
    pair.server.take_result();
    pair.client.take_result();
    assert_talks(&mut pair);
}

/// A client that offers a key, and the ServerHello that chooses it, with a share or without.
fn chosen(exchange: PskExchange, has_share: bool) -> (Victim, Vec<u8>) {
    let (config, _) = with_key(exchange);
    let client = Victim::client(config);
    let share = KeyShare { group: NamedGroup::X25519, public_key: &BASE_POINT };
    let mut hello = Vec::new();
    ServerHello {
        random: &[7; 32],
        session_id: &client.offer().session_id,
        suite: CipherSuite::Aes128GcmSha256,
        share: has_share.then_some(share),
        selected_identity: Some(0),
    }
    .encode(&mut hello);
    (client, hello)
}

#[test]
fn a_server_keeps_to_the_modes_that_were_offered() {
    let message = HandshakeType::ServerHello;
    let extension = ExtensionType::KeyShare;
    let (client, hello) = chosen(Required, false);
    client.assert_refuses_message(&hello, &Error::MissingExtension { message, extension });
    let (client, hello) = chosen(Omitted, true);
    let field = "key_share";
    client.assert_refuses_message(&hello, &Error::IllegalValue { message, field });
    for has_share in [true, false] {
        let (mut client, hello) = chosen(Preferred, has_share);
        client.receive_message(&hello);
        client.assert_well();
    }
}
