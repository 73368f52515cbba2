//! What a server writes before its handshake is complete, in answer to early data (RFC 9846 section
//! 4.5.3).

use hyaline_model::table::Notice;

use super::early_data::met;
use super::resumption::Returning;
use super::*;
use crate::EarlyData;
use crate::crypto::Suite;

const REQUEST: &[u8] = b"a request that may be made twice";
const ANSWER: &[u8] = b"an answer to whoever holds the key";

/// A client and a server that has received its first flight, with early data, and has transmitted
/// its own.
fn asked(both: &Returning) -> (Pair, Vec<u8>) {
    let mut client = Victim::idle_client(both.client.clone());
    client.connection.offer_early_data(REQUEST.to_vec()).unwrap();
    client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
    let mut server = Victim::server(both.server.clone());
    assert!(!server.connection.accepts_answer(), "nobody has asked");
    let first = client.transmit();
    server.receive(&first);
    let flight = server.transmit();
    (Pair { client, server }, flight)
}

fn answer(server: &mut Victim) {
    let taken = server.connection.take_early_data().map(EarlyData::into_replayable_bytes);
    assert_eq!(taken.as_deref(), Some(REQUEST));
    let accepted = server.connection.start_write(now(), ANSWER, &mut server.outbox).unwrap();
    assert_eq!(accepted, ANSWER.len());
}

/// The client has the rest of its handshake delivered, and both are connected.
fn complete(pair: &mut Pair) {
    let second = pair.client.transmit();
    pair.server.receive(&second);
    for end in [&pair.client, &pair.server] {
        end.assert_well();
        assert!(end.connection.is_connected());
        assert!(!end.connection.accepts_answer());
    }
}

#[test]
fn an_answer_to_early_data_arrives_before_the_client_has_said_anything_else() {
    let (mut pair, mut flight) = asked(&met());
    assert!(pair.server.connection.accepts_answer());
    answer(&mut pair.server);
    flight.extend(pair.server.transmit());
    let (_, sender) = pair.server.connection.halves_mut();
    assert_eq!(sender.take_result(), Some(CallResult::Ok), "the transport has it");
    assert!(!pair.server.connection.is_connected());
    // One flight there and one back: nothing of the client's second flight has left.
    pair.client.receive(&flight);
    assert_eq!(pair.client.read, ANSWER);
    complete(&mut pair);
}

#[test]
fn an_answer_that_comes_record_by_record_is_read_behind_the_handshake() {
    let (mut pair, mut flight) = asked(&met());
    answer(&mut pair.server);
    flight.extend(pair.server.transmit());
    for record in records_of(&flight) {
        assert_eq!(pair.client.read, b"", "it is behind everything else");
        pair.client.receive(record);
    }
    assert_eq!(pair.client.read, ANSWER);
    complete(&mut pair);
}

#[test]
fn a_server_that_has_answered_hands_out_no_ticket() {
    let both = met();
    let (mut pair, mut flight) = asked(&both);
    answer(&mut pair.server);
    let answered = pair.server.transmit();
    assert_eq!(records_of(&answered).len(), 1, "no ticket stands before the clients Finished");
    flight.extend(answered);
    pair.client.receive(&flight);
    complete(&mut pair);
    let later = pair.server.write(b"more");
    assert_eq!(records_of(&later).len(), 1, "nor behind data, where there is no room for it");
    assert!(pair.server.connection.sender.core.resumption.is_none(), "nothing is kept for one");
    pair.client.receive(&later);
    assert_eq!(pair.client.read, [ANSWER, b"more"].concat());
}

#[test]
fn a_server_that_has_not_answered_hands_out_its_tickets() {
    let (mut pair, flight) = asked(&met());
    pair.client.receive(&flight);
    complete(&mut pair);
    let later = pair.server.write(b"more");
    assert!(records_of(&later).len() > 1, "they stand before the first data");
}

#[test]
fn without_accepted_early_data_nothing_is_written_before_the_handshake_is_complete() {
    let rejecting = || met().server.with_max_early_data(0).unwrap();
    for (data, server) in [(REQUEST, rejecting()), (b"", met().server)] {
        let mut client = Victim::idle_client(met().client);
        client.connection.offer_early_data(data.to_vec()).unwrap();
        client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
        let mut server = Victim::server(server);
        server.receive(&client.transmit());
        assert!(!server.connection.accepts_answer());
        let refused = server.connection.start_write(now(), ANSWER, &mut server.outbox);
        assert_eq!(refused, Err(Error::NotConnected));
    }
}

#[test]
fn a_server_that_ends_between_its_answer_and_the_clients_finished_says_so() {
    let (mut pair, mut flight) = asked(&met());
    answer(&mut pair.server);
    flight.extend(pair.server.transmit());
    pair.server.connection.handle_receive_deadline(&mut pair.server.outbox);
    pair.server.take_result();
    pair.server.connection.start(now(), Call::HalfClose, &mut pair.server.outbox).unwrap();
    flight.extend(pair.server.transmit());
    pair.client.receive(&flight);
    assert_eq!(pair.client.read, ANSWER);
    assert!(!pair.client.connection.is_reading(), "user_canceled and close_notify have come");
    assert_eq!(pair.client.connection.error(), None);
}

#[test]
fn a_client_whose_finished_is_wrong_has_its_answer_and_nothing_more() {
    let (mut pair, mut flight) = asked(&met());
    answer(&mut pair.server);
    flight.extend(pair.server.transmit());
    pair.client.receive(&flight);
    let second = pair.client.transmit();
    let records = records_of(&second);
    let [behind @ .., _finished] = &*records else { panic!("a flight") };
    pair.server.receive(&behind.concat());
    let sent = pair
        .server
        .receive_message(&[20, 0, 0, 32].iter().copied().chain([7; 32]).collect::<Vec<u8>>());
    pair.server.assert_failed(&sent, &Error::BadFinished);
}

#[test]
fn a_key_that_answers_have_used_up_ends_the_connection_in_order() {
    let (mut pair, _) = asked(&met());
    let limit = Suite::Aes128GcmSha256.aead().record_limit();
    pair.server.connection.sender.core.sealer.set_sequence(limit);
    let accepted = pair.server.connection.start_write(now(), ANSWER, &mut pair.server.outbox);
    assert_eq!(accepted, Ok(0));
    assert_eq!(records_of(&pair.server.transmit()).len(), 2, "user_canceled and close_notify");
    let (_, sender) = pair.server.connection.halves_mut();
    assert_eq!(sender.take_result(), Some(CallResult::Error));
    assert_eq!(pair.server.connection.poll_notice(), Some(Notice::KeyExhausted));
}
