//! When a connection may be handed over, and that it goes on where it may not.
//! `tests/tests/hand_over.rs` shows that a program can protect records with what is handed over.

use super::early_data::{client_at, met};
use super::*;
use crate::Unrest;

/// Hands over an end that does not rest, and gives it back.
fn refuse(end: Victim, reason: &Unrest) -> Victim {
    let Victim { connection, outbox, .. } = end;
    let refused = connection.hand_over(&outbox).unwrap_err();
    assert_eq!(refused.reason(), reason);
    let mut end = Victim::new(*refused.into_inner());
    end.outbox = outbox;
    end
}

fn hand_over(end: Victim) {
    assert!(end.connection.hand_over(&end.outbox).is_ok());
}

#[test]
fn a_connection_is_not_handed_over_before_its_handshake_is_complete() {
    let client = client_before_finished(&World::new());
    let mut client = refuse(client, &Unrest::NotConnected);
    client.receive_message(&client.good_finished());
    assert_eq!(client.take_result(), Some(CallResult::Ok));
    let mut client = refuse(client, &Unrest::Unsent);
    client.transmit();
    hand_over(client);
}

#[test]
fn a_connection_with_a_pending_call_is_not_handed_over() {
    let Pair { mut client, mut server } = Pair::new();
    client.end_read();
    client.connection.start(now(), Call::Read, &mut client.outbox).unwrap();
    let mut client = refuse(client, &Unrest::CallPending);
    client.receive(&server.write(b"data"));
    assert_eq!(client.take_result(), Some(CallResult::Ok));
    assert_eq!(client.read, b"data");
    client.end_read();
    hand_over(client);
}

#[test]
fn what_is_sealed_is_transmitted_first() {
    let Pair { mut client, mut server } = Pair::new();
    client.end_read();
    client.connection.start(now(), Call::UpdateKey, &mut client.outbox).unwrap();
    client.connection.handle_blocked(Operation::Transmit);
    client.take_result();
    let mut client = refuse(client, &Unrest::Unsent);
    server.receive(&client.transmit());
    server.assert_well();
    hand_over(client);
}

#[test]
fn what_is_opened_is_taken_first() {
    let Pair { mut client, mut server } = Pair::new();
    let mut record = server.write(b"data");
    client.end_read();
    client.connection.start(now(), Call::Read, &mut client.outbox).unwrap();
    client.connection.handle_input(now(), &mut record, &mut client.outbox);
    assert_eq!(client.take_result(), Some(CallResult::Ok));
    let mut client = refuse(client, &Unrest::Unread);
    client.connection.consume(4);
    hand_over(client);
}

#[test]
fn a_message_that_has_begun_comes_whole_first() {
    let Pair { mut client, mut server } = Pair::new();
    let (begin, end) = TICKET.split_at(5);
    let record = server.seal(MESSAGE, begin);
    client.receive(&record);
    client.end_read();
    let mut client = refuse(client, &Unrest::Unopened);
    let record = server.seal(MESSAGE, end);
    client.receive(&record);
    client.assert_well();
    client.end_read();
    hand_over(client);
}

#[test]
fn a_key_update_that_is_owed_is_sent_first() {
    let Pair { mut client, mut server } = Pair::new();
    let record = server.seal(MESSAGE, &KEY_UPDATE_REQUEST);
    client.receive(&record);
    client.end_read();
    let mut client = refuse(client, &Unrest::KeyUpdateOwed);
    server.receive(&client.write(b"data"));
    assert_eq!(server.read, b"data");
    hand_over(client);
}

#[test]
fn what_has_ended_is_not_handed_over_nor_one_direction_without_the_other() {
    let Pair { mut client, mut server } = Pair::new();
    client.call(Call::HalfClose);
    server.receive(&client.transmit());
    server.end_read();
    refuse(client, &Unrest::Ended);
    refuse(server, &Unrest::Ended);

    let Pair { client, mut server } = Pair::new();
    let record = server.seal(ALERT, &[2, 40]);
    let mut client = client;
    client.receive(&record);
    refuse(client, &Unrest::Ended);
}

#[test]
fn early_data_are_taken_first() {
    let both = met();
    let client = client_at(&both.client, now(), 8);
    let mut pair = Pair { client, server: Victim::server(both.server.clone()) };
    pair.exchange();
    let Pair { mut server, .. } = pair;
    server.take_result();
    server.end_read();
    let mut server = refuse(server, &Unrest::Unread);
    let early_data = server.connection.take_early_data().unwrap();
    assert_eq!(early_data.into_replayable_bytes(), [7; 8]);
    hand_over(server);
}
