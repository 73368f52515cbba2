//! Writing into memory that the outbox lends.

use super::*;
use crate::crypto::Suite;
use crate::outbox::APPLICATION_ALLOWANCE;

/// Writes by way of lent memory.
pub(super) fn write_lent(end: &mut Victim, data: &[u8]) -> Vec<u8> {
    end.end_read();
    let mut lent = end.connection.reserve(data.len(), &mut end.outbox).expect("room");
    lent.body().copy_from_slice(data);
    assert_eq!(lent.start_write(now(), data.len()), Ok(data.len()));
    let bytes = end.transmit();
    assert_eq!(end.take_result(), Some(CallResult::Ok));
    bytes
}

#[test]
fn what_is_written_there_arrives_as_if_it_were_copied() {
    let mut pair = Pair::new();
    for data in [&b"first"[..], &[7; crate::record::MAX_CONTENT], b"last"] {
        let bytes = write_lent(&mut pair.client, data);
        assert_eq!(bytes.len(), crate::record::EXPANSION + data.len());
        pair.server.receive(&bytes);
        assert_eq!(std::mem::take(&mut pair.server.read), data);
    }
}

#[test]
fn only_the_part_that_is_named_is_sent() {
    let mut pair = Pair::new();
    pair.client.end_read();
    let mut lent = pair.client.connection.reserve(100, &mut pair.client.outbox).expect("room");
    assert_eq!(lent.body().len(), 100);
    lent.body()[..4].copy_from_slice(b"part");
    assert_eq!(lent.start_write(now(), 4), Ok(4));
    let bytes = pair.client.transmit();
    pair.server.receive(&bytes);
    assert_eq!(pair.server.read, b"part");
}

#[test]
fn tickets_that_are_owed_come_before_it() {
    let world = World::new();
    let mut pair = Pair::with(world.client(), world.server().with_tickets(2).unwrap());
    let mut opener = pair.client.connection.receiver.core.opener.clone();
    let bytes = write_lent(&mut pair.server, b"data behind two tickets");
    let records = open_all(&mut opener, &bytes);
    let types: Vec<ContentType> = records.iter().map(|(content_type, _)| *content_type).collect();
    assert_eq!(
        types,
        [ContentType::Handshake, ContentType::Handshake, ContentType::ApplicationData]
    );
    pair.client.receive(&bytes);
    assert_eq!(pair.client.read, b"data behind two tickets");
}

#[test]
fn a_key_update_that_is_due_comes_before_it() {
    let mut pair = Pair::new();
    let due = Suite::Aes128GcmSha256.aead().record_limit() / 2;
    pair.client.connection.sender.core.sealer.set_sequence(due);
    pair.server.connection.receiver.core.opener.set_sequence(due);
    let bytes = write_lent(&mut pair.client, b"under the new key");
    pair.server.receive(&bytes);
    assert_eq!(pair.server.read, b"under the new key");
    assert_eq!(pair.client.connection.sender.core.sealer.sequence(), 1);
}

#[test]
fn nothing_is_lent_where_there_is_no_room() {
    let mut pair = Pair::new();
    let data = vec![7; APPLICATION_ALLOWANCE];
    pair.client.end_read();
    pair.client.connection.start_write(now(), &data, &mut pair.client.outbox).unwrap();
    assert!(pair.client.connection.reserve(1, &mut pair.client.outbox).is_none());
    assert!(pair.client.connection.reserve(0, &mut pair.client.outbox).is_none());
}

#[test]
fn what_is_dropped_or_may_not_be_sent_leaves_nothing() {
    let mut pair = Pair::new();
    pair.client.end_read();
    let mut lent = pair.client.connection.reserve(4, &mut pair.client.outbox).expect("room");
    lent.body().copy_from_slice(b"gone");
    drop(lent);
    assert_eq!(pair.client.transmit(), b"");
    let bytes = pair.client.write(b"after it");
    pair.server.receive(&bytes);
    assert_eq!(pair.server.read, b"after it");

    pair.client.call(Call::HalfClose);
    pair.client.transmit();
    pair.client.end_read();
    let mut lent = pair.client.connection.reserve(4, &mut pair.client.outbox).expect("room");
    lent.body().copy_from_slice(b"late");
    assert_eq!(lent.start_write(now(), 4), Err(Error::WriteAfterClose));
    assert_eq!(pair.client.take_result(), None);
    assert_eq!(pair.client.transmit(), b"");

    let mut early = Victim::idle_client(World::new().client());
    let mut lent = early.connection.reserve(4, &mut early.outbox).expect("room");
    lent.body().copy_from_slice(b"soon");
    assert_eq!(lent.start_write(now(), 4), Err(Error::NotConnected));
    assert_eq!(early.transmit(), b"");
}
