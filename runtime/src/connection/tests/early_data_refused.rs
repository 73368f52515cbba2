//! What a server refuses that has accepted early data, and a client that has sent them.

use super::early_data::{ALLOWED, client_at, met};
use super::resumption::Returning;
use super::*;
use crate::connection::flood::MAXIMUM_EMPTY_RECORDS;
use crate::{ExtensionType, Flood};

const END: [u8; 4] = [5, 0, 0, 0];

/// A client that has sent so many bytes of early data, and the server that accepts them.
fn begun(both: &Returning, length: usize) -> Pair {
    let client = client_at(&both.client, now(), length);
    Pair { client, server: Victim::server(both.server.clone()) }
}

/// A server that has accepted early data, of which these many bytes have come.
fn arriving(length: usize) -> Victim {
    let mut pair = begun(&met(), length);
    let bytes = pair.client.transmit();
    pair.server.receive(&bytes);
    pair.server.assert_well();
    pair.server.transmit();
    pair.server
}

fn unexpected(message: HandshakeType) -> Error {
    Error::UnexpectedMessage(message)
}

#[test]
fn one_byte_more_than_the_ticket_allows_is_refused() {
    let most = usize::try_from(ALLOWED).unwrap();
    let error = Error::EarlyDataTooLong { limit: most };
    assert_eq!(error.alert(), Some(Alert::UnexpectedMessage));
    let mut server = arriving(most - 1);
    server.receive_content(ContentType::ApplicationData, &[7]);
    server.assert_well();
    server.assert_refuses(ContentType::ApplicationData, &[7], &error);
    arriving(1).assert_refuses(ContentType::ApplicationData, &vec![7; most], &error);
}

#[test]
fn empty_records_are_early_data_too_as_long_as_they_stop() {
    let mut server = arriving(1);
    for _ in 0..MAXIMUM_EMPTY_RECORDS {
        server.receive_content(ContentType::ApplicationData, b"");
        server.assert_well();
    }
    let error = Error::TooMany(Flood::EmptyRecords);
    server.assert_refuses(ContentType::ApplicationData, b"", &error);
}

#[test]
fn accepted_early_data_under_other_keys_are_no_rejected_ones() {
    let mut server = arriving(1);
    let sent = server.receive(&plain(ContentType::ApplicationData, &[7; 40]));
    server.assert_failed(&sent, &Error::BadRecordMac);
}

#[test]
fn nothing_but_their_end_follows_early_data() {
    let server = arriving(1);
    let finished = server.good_finished();
    server.assert_refuses_message(&finished, &unexpected(HandshakeType::Finished));
    arriving(1).assert_refuses_message(&KEY_UPDATE, &unexpected(HandshakeType::KeyUpdate));
    let certificate = [11, 0, 0, 4, 0, 0, 0, 0];
    arriving(1).assert_refuses_message(&certificate, &unexpected(HandshakeType::Certificate));
}

#[test]
fn the_end_of_early_data_is_not_left_out() {
    let mut pair = begun(&met(), 5);
    let bytes = pair.client.transmit();
    pair.server.receive(&bytes);
    let flight = pair.server.transmit();
    pair.client.receive(&flight);
    let answer = pair.client.transmit();
    let records = records_of(&answer);
    let [_end, finished] = records[..] else { panic!("{} records", records.len()) };
    let sent = pair.server.receive(finished);
    pair.server.assert_failed(&sent, &Error::BadRecordMac);
}

#[test]
fn the_end_of_early_data_ends_its_record() {
    let server = arriving(1);
    let both = [&END[..], &server.good_finished()].concat();
    server.assert_refuses_message(&both, &Error::MessageSpansKeyChange);
    arriving(1).assert_refuses_message(&[&END[..], &[20]].concat(), &Error::MessageSpansKeyChange);
}

#[test]
fn an_end_of_early_data_with_a_body_is_refused() {
    let message = HandshakeType::EndOfEarlyData;
    let mut server = arriving(1);
    let sent = server.receive_message(&[5, 0, 0, 1, 0]);
    let error = server.connection.error().cloned().expect("an error");
    assert_eq!(error.alert(), Some(Alert::DecodeError), "{message}: {error}");
    server.assert_failed(&sent, &error);
}

#[test]
fn early_data_end_once() {
    let mut server = arriving(1);
    server.receive_message(&END);
    server.assert_well();
    server.assert_refuses_message(&END, &unexpected(HandshakeType::EndOfEarlyData));
}

#[test]
fn no_early_data_come_behind_their_end() {
    let mut server = arriving(1);
    server.receive_message(&END);
    server.assert_refuses(
        ContentType::ApplicationData,
        b"late",
        &Error::ApplicationDataBeforeFinished,
    );
}

#[test]
fn whoever_has_no_early_data_hears_of_no_end() {
    let error = unexpected(HandshakeType::EndOfEarlyData);
    server_after_flight(World::new().server()).assert_refuses_message(&END, &error);
    let both = met();
    let rejecting = both.server.clone().with_max_early_data(0).unwrap();
    let mut pair = begun(&Returning { server: rejecting, ..both }, 5);
    let hello = pair.client.transmit();
    pair.server.receive(&hello);
    pair.server.assert_refuses_message(&END, &error);
    client_with_keys(&World::new()).assert_refuses_message(&END, &error);
    let Pair { client, server } = met().connect();
    client.assert_refuses_message(&END, &error);
    server.assert_refuses_message(&END, &error);
}

#[test]
fn a_client_whose_early_data_come_may_fail_in_the_clear() {
    let mut pair = begun(&met(), 5);
    let hello = records_of(&pair.client.transmit())[0].to_vec();
    pair.server.receive(&hello);
    pair.server.transmit();
    pair.server.receive(&plain(ContentType::Alert, &[2, 80]));
    let told = Error::PeerAlert(Alert::InternalError.into());
    assert_eq!(pair.server.connection.error(), Some(&told));
}

#[test]
fn a_second_hello_offers_no_early_data() {
    let both = met();
    let server = both.server.clone().with_groups(&[NamedGroup::Secp384r1]).unwrap();
    let mut client = client_at(&both.client, now(), 5);
    let mut server = Victim::server(server);
    let flight = client.transmit();
    server.receive(&flight);
    let first = records_of(&flight)[0][5..].to_vec();
    server.transmit();
    let sent = server.receive(&plain(ContentType::Handshake, &first));
    let error = server.connection.error().cloned().expect("an error");
    assert_eq!(error.alert(), Some(Alert::IllegalParameter), "{error}");
    server.assert_failed(&sent, &error);
}

/// EncryptedExtensions that accept early data.
const ACCEPTING: [u8; 10] = [8, 0, 0, 6, 0, 4, 0, 42, 0, 0];

#[test]
fn a_server_accepts_early_data_with_the_key_that_protects_them() {
    let mut client = client_at(&met().client, now(), 5);
    client.transmit();
    client.receive(&plain(ContentType::Handshake, &server_hello(&client)));
    client.assert_well();
    let sent = client.receive_message(&ACCEPTING);
    let error = client.connection.error().cloned().expect("an error");
    assert_eq!(error.alert(), Some(Alert::IllegalParameter), "{error}");
    client.assert_failed(&sent, &error);
}

#[test]
fn a_server_accepts_what_was_offered_only() {
    let client = client_with_keys(&World::new());
    let extension = ExtensionType::EarlyData;
    let message = HandshakeType::EncryptedExtensions;
    client.assert_refuses_message(&ACCEPTING, &Error::UnsolicitedExtension { message, extension });
    // Offered, and rejected by a HelloRetryRequest.
    let both = met();
    let server = both.server.clone().with_groups(&[NamedGroup::Secp384r1]).unwrap();
    let mut pair = begun(&Returning { server, ..both }, 5);
    let hello = pair.client.transmit();
    pair.server.receive(&hello);
    let retry = pair.server.transmit();
    pair.client.receive(&retry);
    let hello = pair.client.transmit();
    pair.server.receive(&hello);
    let flight = pair.server.transmit();
    pair.client.receive(records_of(&flight)[0]);
    pair.client
        .assert_refuses_message(&ACCEPTING, &Error::UnsolicitedExtension { message, extension });
}
