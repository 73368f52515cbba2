//! How much one key protects, and how often keys change.

use hyaline_model::table::Notice;

use super::*;
use crate::crypto::Suite;
use crate::record::{Epoch, MAX_GENERATION};

/// What a key of the suite that is negotiated may protect.
const LIMIT: u64 = Suite::Aes128GcmSha256.aead().record_limit();

/// Both ends as if the client had sealed so many records under its key.
fn after(records: u64) -> Pair {
    let mut pair = Pair::new();
    assert_eq!(pair.client.connection.cipher_suite(), Some(CipherSuite::Aes128GcmSha256));
    pair.client.connection.sender.core.sealer.set_sequence(records);
    pair.server.connection.receiver.core.opener.set_sequence(records);
    pair
}

/// The client has no update of its key left.
fn without_updates(pair: &mut Pair) {
    pair.client.connection.sender.core.sealer.set_epoch(Epoch::application(MAX_GENERATION));
}

#[test]
fn a_write_below_half_the_limit_updates_nothing() {
    let mut pair = after(LIMIT / 2 - 1);
    let mut opener = pair.server.connection.receiver.core.opener.clone();
    let written = open_all(&mut opener, &pair.client.write(b"data"));
    assert_eq!(written, [(ContentType::ApplicationData, b"data".to_vec())]);
}

#[test]
fn the_key_is_updated_before_the_data_at_half_the_limit() {
    let mut pair = after(LIMIT / 2);
    let bytes = pair.client.write(b"data");
    let mut opener = pair.server.connection.receiver.core.opener.clone();
    let update = (ContentType::Handshake, KEY_UPDATE.to_vec());
    assert_eq!(open_all(&mut opener, &bytes).first(), Some(&update));
    let answer = pair.server.receive(&bytes);
    assert_eq!(answer, [], "the peer is not asked for an update");
    assert_eq!(pair.server.read, b"data");
    // The new key goes on without another update: two records are sealed under it.
    let more = pair.client.write(b"more");
    pair.server.receive(&more);
    assert_eq!(pair.server.read, b"datamore");
    assert_eq!(pair.client.connection.sender.core.sealer.sequence(), 2);
}

#[test]
fn an_update_that_answers_the_peer_makes_the_key_new_as_well() {
    let mut pair = after(LIMIT / 2);
    let request = pair.server.seal(MESSAGE, &KEY_UPDATE_REQUEST);
    assert_eq!(pair.client.receive(&request), [], "the answer stands before the next data");
    let bytes = pair.client.write(b"data");
    let update = crate::record::EXPANSION + KEY_UPDATE.len();
    assert_eq!(bytes.len(), update + crate::record::EXPANSION + 4, "no second update");
}

#[test]
fn without_updates_the_key_goes_on_to_its_limit_and_the_direction_ends_in_order() {
    let mut pair = after(LIMIT - 18);
    without_updates(&mut pair);
    for data in [&b"one"[..], b"two"] {
        let bytes = pair.client.write(data);
        pair.server.receive(&bytes);
    }
    pair.client.end_read();
    let accepted =
        pair.client.connection.start_write(now(), b"three", &mut pair.client.outbox).unwrap();
    assert_eq!(accepted, 0);
    assert_eq!(pair.client.take_result(), Some(CallResult::Error));
    assert_eq!(pair.client.connection.error(), Some(&Error::KeyExhausted));
    let notices: Vec<Notice> =
        std::iter::from_fn(|| pair.client.connection.poll_notice()).collect();
    assert_eq!(notices.last(), Some(&Notice::KeyExhausted));

    // The peer has a clean end after all data, and can still send.
    let end = pair.client.transmit();
    pair.server.receive(&end);
    assert_eq!(pair.server.read, b"onetwo");
    assert_eq!(pair.server.call(Call::Read), Some(CallResult::EndOfStream));
    assert_eq!(pair.server.connection.error(), None);
    let answer = pair.server.write(b"answer");
    pair.client.receive(&answer);
    assert_eq!(pair.client.read, b"answer");
    assert!(pair.client.connection.sender.core.sealer.sequence() < LIMIT);
    // The error that the key is used up does not hide an alert that the peer sends later.
    let alert = pair.server.seal(ALERT, &[2, 80]);
    pair.client.receive(&alert);
    assert_eq!(pair.client.call(Call::Read), Some(CallResult::Alert));
    let told = Error::PeerAlert(Alert::InternalError.into());
    assert_eq!(pair.client.connection.error(), Some(&told));
}

#[test]
fn the_peers_alert_reaches_a_writing_half_whose_key_is_used_up() {
    let mut pair = after(LIMIT);
    without_updates(&mut pair);
    pair.client.end_read();
    let Pair { client: Victim { connection, mut outbox, .. }, mut server } = pair;
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    assert_eq!(sender.start_write(b"no more", &mut outbox), Ok(0));
    assert_eq!(sender.take_result(), Some(CallResult::Error));
    assert_eq!(sender.error(), Some(&Error::KeyExhausted));

    let mut alert = server.seal(ALERT, &[2, 80]);
    receiver.start_read().unwrap();
    receiver.handle_input(now(), &mut alert);
    receiver.exchange(&mut sender, &mut outbox);
    assert_eq!(receiver.take_result(), Some(CallResult::Alert));
    assert_eq!(sender.start_write(b"what then", &mut outbox), Ok(0));
    assert_eq!(sender.take_result(), Some(CallResult::Alert));
    let told = Error::PeerAlert(Alert::InternalError.into());
    assert_eq!(sender.error(), Some(&told));
    assert_eq!(receiver.error(), Some(&told));
}

#[test]
fn one_long_write_stops_at_the_limit() {
    let mut pair = after(LIMIT - 18);
    without_updates(&mut pair);
    let data = vec![7; 40_000];
    pair.client.end_read();
    let accepted =
        pair.client.connection.start_write(now(), &data, &mut pair.client.outbox).unwrap();
    assert_eq!(accepted, 2 * crate::record::MAX_CONTENT);
}

#[test]
fn without_updates_a_request_of_the_peers_is_ignored_and_ours_is_not_made() {
    let mut pair = after(0);
    without_updates(&mut pair);
    let request = pair.server.seal(MESSAGE, &KEY_UPDATE_REQUEST);
    assert_eq!(pair.client.receive(&request), []);
    pair.client.assert_well();
    assert_eq!(pair.client.call(Call::UpdateKey), Some(CallResult::Ok));
    assert_eq!(pair.client.transmit(), b"");
    let bytes = pair.client.write(b"data");
    pair.server.receive(&bytes);
    assert_eq!(pair.server.read, b"data");
}

#[test]
fn the_last_update_is_made_and_no_further_one() {
    let mut pair = after(LIMIT / 2);
    let last = Epoch::application(MAX_GENERATION - 1);
    pair.client.connection.sender.core.sealer.set_epoch(last);
    let bytes = pair.client.write(b"data");
    pair.server.receive(&bytes);
    assert_eq!(pair.server.read, b"data");
    assert_eq!(
        pair.client.connection.sender.core.sealer.epoch(),
        Epoch::application(MAX_GENERATION)
    );
    assert_eq!(pair.client.call(Call::UpdateKey), Some(CallResult::Ok));
    assert_eq!(pair.client.transmit(), b"");
}

#[test]
fn what_a_peer_may_protect_is_its_own_affair() {
    let mut pair = after(LIMIT + 5);
    let record = pair.client.seal(DATA, b"beyond the limit");
    pair.server.receive(&record);
    pair.server.assert_well();
    assert_eq!(pair.server.read, b"beyond the limit");
}

#[test]
fn a_sequence_number_that_would_wrap_closes_the_connection() {
    let mut pair = after(u64::MAX - 1);
    let record = pair.client.seal(DATA, b"the last");
    pair.server.receive(&record);
    assert_eq!(pair.server.read, b"the last");
    pair.server.assert_well();
    assert_eq!(Error::KeyExhausted.alert(), Some(Alert::InternalError));
    // No record can be sealed for it; what it holds does not matter.
    let sent = pair.server.receive(&plain(ContentType::ApplicationData, &[0; 32]));
    pair.server.assert_failed(&sent, &Error::KeyExhausted);
}
