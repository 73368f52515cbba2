//! Padding of protected records (RFC 9846 section 5.4).

use super::lent::write_lent;
use super::*;
use crate::outbox::APPLICATION_ALLOWANCE;
use crate::record::MAX_CONTENT;
use crate::record_size::GREATEST_SIZE_LIMIT;

/// Both sides pad to multiples of so many bytes. There are no tickets.
fn padded(bytes: u16) -> Pair {
    let world = World::new();
    let client = world.client().with_record_padding(bytes).unwrap();
    let server = world.server().with_tickets(0).unwrap();
    Pair::with(client, server.with_record_padding(bytes).unwrap())
}

#[test]
fn every_length_is_a_multiple_and_data_arrives_as_it_was_written() {
    for multiple in [2_u16, 100, 512, 5000, GREATEST_SIZE_LIMIT] {
        let mut pair = padded(multiple);
        let multiple = usize::from(multiple);
        for length in [1, 2, 99, 100, 511, 512, 5000, 9998, MAX_CONTENT] {
            let data = vec![7; length];
            let sent = pair.client.write(&data);
            let longest = usize::from(GREATEST_SIZE_LIMIT);
            let lengths = inner_lengths(&sent);
            assert!(
                lengths.iter().all(|one| one.is_multiple_of(multiple) || *one == longest),
                "{lengths:?}"
            );
            pair.server.receive(&sent);
            assert_eq!(std::mem::take(&mut pair.server.read), data, "{length} of {multiple}");
            let lent = write_lent(&mut pair.server, &data);
            assert_eq!(inner_lengths(&lent), lengths, "lent memory is padded the same way");
            pair.client.receive(&lent);
            assert_eq!(std::mem::take(&mut pair.client.read), data, "{length} of {multiple}");
        }
    }
}

#[test]
fn handshakes_key_updates_and_alerts_are_padded_too() {
    let world = World::new();
    let config = world.server().with_record_padding(1000).unwrap();
    let mut server = Victim::server(config);
    let client = Victim::client(world.client());
    server.receive(client.outbox.bytes());
    let flight = server.transmit();
    let protected: Vec<&[u8]> =
        records_of(&flight).into_iter().filter(|record| record[0] == 23).collect();
    assert!(protected.len() > 2, "{protected:?}");
    for record in protected {
        assert!(inner_lengths(record)[0].is_multiple_of(1000));
    }

    let mut pair = padded(100);
    for call in [Call::UpdateKey, Call::HalfClose] {
        pair.client.end_read();
        pair.client.call(call);
        let sent = pair.client.transmit();
        assert_eq!(inner_lengths(&sent), [100], "{call:?}");
        pair.server.receive(&sent);
    }
    assert_eq!(pair.server.connection.error(), None);
}

#[test]
fn padding_stays_within_what_the_peer_receives() {
    let world = World::new();
    let client = world.client().with_record_size_limit(150).unwrap();
    let server = world.server().with_tickets(0).unwrap().with_record_padding(100).unwrap();
    let mut pair = Pair::with(client, server);
    let sent = pair.server.write(&[7; 249]);
    assert_eq!(inner_lengths(&sent), [150, 150]);
    pair.client.receive(&sent);
    assert_eq!(pair.client.read, [7; 249]);
}

#[test]
fn padding_counts_as_data_that_waits() {
    let mut pair = padded(4096);
    let mut accepted = 0;
    pair.client.end_read();
    loop {
        let connection = &mut pair.client.connection;
        let taken = connection.start_write(now(), &[7; 10], &mut pair.client.outbox).unwrap();
        connection.handle_send_deadline(&mut pair.client.outbox);
        connection.take_result();
        accepted += taken;
        if taken == 0 {
            break;
        }
    }
    let waiting = pair.client.outbox.bytes().len();
    assert!(waiting <= APPLICATION_ALLOWANCE, "{waiting}");
    assert!(waiting > APPLICATION_ALLOWANCE - 5000, "{waiting}");
    assert!(accepted > 0);
    assert!(pair.client.connection.reserve(10, &mut pair.client.outbox).is_none());
}

#[test]
fn lent_memory_is_padded_behind_other_records_too() {
    let world = World::new();
    let server = world.server().with_tickets(2).unwrap().with_record_padding(300).unwrap();
    let mut pair = Pair::with(world.client(), server);
    let sent = write_lent(&mut pair.server, b"data behind two tickets");
    assert_eq!(inner_lengths(&sent), [300, 300, 300]);
    pair.client.receive(&sent);
    assert_eq!(pair.client.read, b"data behind two tickets");
}
