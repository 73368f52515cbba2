//! What was opened is lent where it stands, until it is taken.

use super::*;
use crate::record::Content;

/// A connected pair, of which the server has sent these, each in a record.
fn sent(records: &[&[u8]]) -> Pair {
    let mut pair = connected();
    for record in records {
        send(&mut pair[1], record);
    }
    pair
}

fn send(driver: &mut Driver<End>, data: &[u8]) {
    driver.start_write(Now::read(), data).unwrap();
    advance(driver);
    assert_eq!(driver.take_write(), Some(Ok(data.len())));
}

fn read(driver: &mut Driver<End>) {
    driver.start(Now::read(), Call::Read).unwrap();
    advance(driver);
}

#[test]
fn a_record_is_taken_in_parts_from_its_place_and_no_more_than_it_has() {
    let [mut client, _server] = sent(&[b"first", b"second"]);
    read(&mut client);
    assert_eq!(client.take_lent(), Some(Ok(&b"first"[..])));
    let (place, memory) = (client.lent().as_ptr(), client.input.capacity());
    client.consume(2);
    assert_eq!(client.lent(), b"rst");
    assert_eq!((client.lent().as_ptr(), client.input.capacity()), (place.wrapping_add(2), memory));
    client.consume(usize::MAX);
    assert_eq!(client.lent(), b"", "the next record is another read's");
    client.consume(usize::MAX);
    read(&mut client);
    assert_eq!(client.take_lent(), Some(Ok(&b"second"[..])));
}

#[test]
fn what_a_read_has_left_is_lent_and_what_was_lent_is_read() {
    let [mut client, _server] = sent(&[b"record"]);
    let mut bytes = [0; 2];
    read(&mut client);
    assert_eq!(client.take_read(&mut bytes), Some(Ok(2)));
    assert_eq!((&bytes, client.lent()), (b"re", &b"cord"[..]));
    client.consume(1);
    read(&mut client);
    assert_eq!(client.take_read(&mut bytes), Some(Ok(2)));
    assert_eq!((&bytes, client.lent()), (b"or", &b"d"[..]));
    read(&mut client);
    assert_eq!(client.take_lent(), Some(Ok(&b"d"[..])));
    assert_eq!(client.unread(), 1);
}

#[test]
fn what_is_lent_stays_while_a_pending_write_receives() {
    let [mut client, mut server] = sent(&[b"first"]);
    read(&mut client);
    assert_eq!(client.take_lent(), Some(Ok(&b"first"[..])));
    client.consume(1);
    send(&mut server, b"second");
    send(&mut server, b"third");
    fault(&client, &[Fault::Fails(io::ErrorKind::WouldBlock)]);
    client.start_write(Now::read(), b"data").unwrap();
    assert!(matches!(client.advance(Now::read()), Progress::Waits(_)));
    assert_eq!((client.unread(), client.lent()), (4 + 6, &b"irst"[..]));
    client.consume(4);
    // There is room for one more.
    assert!(matches!(client.advance(Now::read()), Progress::Waits(_)));
    assert_eq!(client.unread(), 6 + 5);
}

#[test]
fn what_a_read_was_given_is_not_lent_before_somebody_has_asked() {
    let [mut client, _server] = sent(&[b"first"]);
    read(&mut client);
    assert_eq!(client.lent(), b"");
    client.consume(5);
    let mut bytes = [0; 9];
    assert_eq!(client.take_read(&mut bytes), Some(Ok(5)), "an end that is none");
}

#[test]
fn records_without_data_and_updates_of_keys_lend_nothing_and_end_nothing() {
    let [mut client, mut server] = sent(&[b"one"]);
    let Driver { connection, wire, .. } = &mut server;
    let sealer = &mut connection.sender.core.sealer;
    sealer.seal(&mut wire.outbox, Content::ApplicationData, &[]).unwrap();
    server.start(Now::read(), Call::UpdateKey).unwrap();
    advance(&mut server);
    assert_eq!(server.take_send_result(), Some(Ok(())));
    send(&mut server, b"two");
    server.start(Now::read(), Call::HalfClose).unwrap();
    advance(&mut server);
    for expected in [&b"one"[..], b"two", b"", b""] {
        read(&mut client);
        assert_eq!(client.take_lent(), Some(Ok(expected)));
        client.consume(expected.len());
    }
}

#[test]
fn an_end_out_of_order_comes_behind_what_is_lent_and_is_an_error() {
    let [mut client, mut server] = sent(&[b"all"]);
    let transport = server.abort().unwrap();
    SharedTransport::shutdown_write(&transport);
    read(&mut client);
    assert_eq!(client.take_lent(), Some(Ok(&b"all"[..])));
    client.consume(3);
    for _ in 0..2 {
        read(&mut client);
        assert_eq!(client.take_lent(), Some(Err(Error::Truncated)));
        assert_eq!(client.lent(), b"");
    }
}

#[test]
fn what_is_lent_is_gone_when_the_connection_is() {
    let [mut client, _server] = sent(&[b"data"]);
    read(&mut client);
    assert_eq!(client.take_lent(), Some(Ok(&b"data"[..])));
    client.abort();
    assert_eq!(client.lent(), b"");
    client.consume(4);
}

#[test]
fn a_half_gives_copies_and_takes_afterwards() {
    let [client, mut server] = sent(&[b"first", b"second"]);
    let wakes = [Counted(Arc::default()), Counted(Arc::default())];
    let halves = Halves::split(client, wakes).unwrap();
    let copy = || {
        let mut copy = b"> ".to_vec();
        halves.start_read().unwrap();
        assert_eq!(halves.poll_copy(&mut copy), Polled::Done(Ok(())));
        copy
    };
    assert_eq!(copy(), b"> first");
    halves.consume(2);
    assert_eq!(copy(), b"> rst");
    let mut byte = [0];
    halves.start_read().unwrap();
    assert_eq!((halves.poll_read(&mut byte), &byte), (Polled::Done(Ok(1)), b"r"));
    halves.consume(usize::MAX);
    assert_eq!(copy(), b"> second");

    // Whoever joins them finds what was not taken.
    halves.consume(3);
    let mut client = halves.join().unwrap();
    read(&mut client);
    assert_eq!(client.take_lent(), Some(Ok(&b"ond"[..])));
    client.consume(3);
    let wakes = [Counted(Arc::default()), Counted(Arc::default())];
    let halves = Halves::split(client, wakes).unwrap();
    server.start(Now::read(), Call::HalfClose).unwrap();
    advance(&mut server);
    let mut copy = Vec::new();
    for _ in 0..2 {
        halves.start_read().unwrap();
        assert_eq!((halves.poll_copy(&mut copy), copy.len()), (Polled::Done(Ok(())), 0));
    }
}
