//! How long protected records may be (record_size_limit, RFC 8449).

use super::*;
use crate::message::{EncryptedExtensions, Message};
use crate::negotiate::client::client_hello;
use crate::record_size::RecordSizeLimit;
use crate::record_size::{GREATEST_SIZE_LIMIT, LEAST_SIZE_LIMIT};
use crate::{ConfigurationError, ExtensionType, HandshakeType};

/// Both configurations, with a limit where there is one.
fn both(client: Option<u16>, server: Option<u16>) -> (ClientConfig, ServerConfig) {
    let world = World::new();
    let (mut ours, mut theirs) = (world.client(), world.server());
    if let Some(limit) = client {
        ours = ours.with_record_size_limit(limit).unwrap();
    }
    if let Some(limit) = server {
        theirs = theirs.with_record_size_limit(limit).unwrap();
    }
    (ours, theirs)
}

#[test]
fn each_side_sends_what_the_other_receives_and_data_arrives_whole() {
    let data: Vec<u8> = (0..5000_u16).map(|number| number.to_be_bytes()[1]).collect();
    let default = usize::from(GREATEST_SIZE_LIMIT);
    // The limits of the client and of the server; then the longest record that the client may send,
    // and that the server may send.
    let ways = [
        (Some(1000), None, [default, 1000]),
        (Some(LEAST_SIZE_LIMIT), Some(200), [200, 64]),
        // A server sends the extension only in answer, so its limit is not told to a client that
        // sends none.
        (None, Some(200), [default, default]),
        (Some(GREATEST_SIZE_LIMIT), Some(GREATEST_SIZE_LIMIT), [default, default]),
    ];
    for (client, server, most) in ways {
        let (client, server) = both(client, server);
        let mut pair = Pair::with(client, server);
        let sent = pair.client.write(&data);
        let lengths = inner_lengths(&sent);
        assert_eq!(lengths.iter().max(), Some(&most[0].min(data.len() + 1)));
        pair.server.receive(&sent);
        assert_eq!(pair.server.read, data);
        let sent = pair.server.write(&data);
        let longest = *inner_lengths(&sent).iter().max().unwrap();
        assert!(longest <= most[1] && longest >= most[1].min(1000), "{longest} of {most:?}");
        pair.client.receive(&sent);
        assert_eq!(pair.client.read, data);
    }
}

#[test]
fn the_handshake_keeps_to_the_limit_too() {
    let (client, server) = both(Some(LEAST_SIZE_LIMIT), None);
    let mut server = Victim::server(server);
    let client = Victim::client(client);
    server.receive(client.outbox.bytes());
    // ServerHello and change_cipher_spec are not protected.
    let flight = server.transmit();
    let protected: Vec<usize> = records_of(&flight)
        .into_iter()
        .filter(|record| record[0] == 23)
        .flat_map(inner_lengths)
        .collect();
    assert!(protected.len() > 5, "{protected:?}");
    assert!(protected.iter().all(|length| *length <= usize::from(LEAST_SIZE_LIMIT)));
}

#[test]
fn a_record_beyond_our_limit_is_refused_and_one_at_it_is_not() {
    for (content, is_refused) in [(999, false), (1000, true)] {
        let (client, server) = both(Some(1000), None);
        let mut pair = Pair::with(client, server);
        pair.server.connection.sender.core.sealer.limit_size(RecordSizeLimit::PROTOCOL);
        let sent = pair.server.write(&vec![7; content]);
        pair.client.receive(&sent);
        let error = pair.client.connection.error().cloned();
        assert_eq!(error, is_refused.then_some(Error::RecordOverflow), "{content}");
    }
}

#[test]
fn a_server_refuses_a_record_beyond_its_limit_too_and_none_at_it() {
    for (content, is_refused) in [(999, false), (1000, true)] {
        let (client, server) = both(Some(1200), Some(1000));
        let mut pair = Pair::with(client, server);
        pair.client.connection.sender.core.sealer.limit_size(RecordSizeLimit::PROTOCOL);
        let sent = pair.client.write(&vec![7; content]);
        pair.server.receive(&sent);
        let error = pair.server.connection.error().cloned();
        assert_eq!(error, is_refused.then_some(Error::RecordOverflow), "{content}");
    }
}

#[test]
fn a_server_keeps_the_clients_second_flight_to_its_limit() {
    let world = World::new();
    let client = ClientConfig::builder()
        .with_root_certificates(world.authority.roots())
        .with_client_auth_cert(world.client_chain(), der(&world.client_key))
        .unwrap()
        .with_record_size_limit(1200)
        .unwrap();
    let server = world.server_that_requires().with_record_size_limit(LEAST_SIZE_LIMIT).unwrap();
    let mut server = Victim::server(server);
    let mut client = Victim::client(client);
    server.receive(&client.transmit());
    let flight = server.transmit();
    client.receive(&flight);
    let second = client.transmit();
    let protected = records_of(&second).into_iter().filter(|record| record[0] == 23);
    let lengths: Vec<usize> = protected.flat_map(inner_lengths).collect();
    assert!(lengths.len() > 5 && lengths.iter().all(|length| *length <= 64), "{lengths:?}");
    server.receive(&second);
    assert!(server.connection.is_connected(), "{:?}", server.connection.error());
}

#[test]
fn a_limit_too_small_is_refused_and_one_too_large_is_what_the_protocol_has() {
    for (limit, expected) in
        [(63, None), (64, Some(64)), (0x4001, Some(0x4001)), (0xffff, Some(0x4001))]
    {
        assert_eq!(RecordSizeLimit::asked(limit).map(RecordSizeLimit::number), expected);
    }
    let config = || World::new().client();
    let error = Error::Configuration(ConfigurationError::RecordSizeLimit);
    for limit in [63, 0x4002] {
        assert_eq!(config().with_record_size_limit(limit).unwrap_err(), error);
    }
    let mut hello =
        client_hello(&Offer { record_size_limit: RecordSizeLimit::asked(64), ..offer() });
    let place = hello.windows(6).position(|bytes| *bytes == [0, 28, 0, 2, 0, 64]).unwrap();
    hello[place + 5] = 63;
    let field = "record_size_limit";
    let refusal = Error::IllegalValue { message: HandshakeType::ClientHello, field };
    Victim::server(World::new().server()).assert_refuses_message(&hello, &refusal);
}

#[test]
fn an_answer_to_what_was_not_said_is_refused() {
    let mut answer = Vec::new();
    let limit = Some(RecordSizeLimit::PROTOCOL);
    EncryptedExtensions { record_size_limit: limit, ..Default::default() }
        .encode(None, &mut answer);
    let Ok(Message::EncryptedExtensions(answer)) = Message::decode(&answer) else {
        panic!("EncryptedExtensions")
    };
    let message = HandshakeType::EncryptedExtensions;
    let extension = ExtensionType::RecordSizeLimit;
    let refusal = Err(Error::UnsolicitedExtension { message, extension });
    assert_eq!(crate::negotiate::client::check_encrypted_extensions(&offer(), &answer), refusal);
}
