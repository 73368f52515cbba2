//! How connections end.

use hyaline_model::table::Notice;

use super::*;
use crate::connection::core::NOTICES_AT_MOST;

#[test]
fn a_client_learns_that_it_has_a_ticket() {
    let Pair { mut client, mut server } = Pair::new();
    let ticket = [4, 0, 0, 14, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9, 0, 0];
    let record = server.seal(MESSAGE, &ticket);
    client.receive(&record);
    client.assert_well();
    let notices: Vec<Notice> = std::iter::from_fn(|| client.connection.poll_notice()).collect();
    assert_eq!(notices.last(), Some(&Notice::TicketReceived));
}

#[test]
fn a_reset_behind_the_peers_end_is_the_end_that_a_close_waits_for() {
    let Pair { mut client, mut server } = Pair::new();
    let close_notify = server.seal(ALERT, &[1, 0]);
    client.receive(&close_notify);
    client.end_read();
    client.connection.start(now(), Call::Close, &mut client.outbox).unwrap();
    client.transmit();
    let Victim { mut connection, mut outbox, .. } = client;
    connection.handle_receive_error(std::io::ErrorKind::ConnectionReset, &mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Ok));
}

#[test]
fn a_handshake_that_cannot_be_answered_keeps_nothing_to_transmit() {
    let Victim { mut connection, mut outbox, .. } = Victim::client(World::new().client());
    assert!(!outbox.bytes().is_empty(), "a ClientHello");
    connection.handle_transmit_error(std::io::ErrorKind::BrokenPipe, &mut outbox);
    assert!(outbox.bytes().is_empty());
    assert_eq!(connection.take_result(), None, "what has arrived is still received");
    connection.handle_fin(&mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Reset));
}

#[test]
fn a_close_in_the_handshake_hears_no_more_of_it() {
    let mut client = Victim::client(World::new().client());
    client.connection.handle_deadline(&mut client.outbox);
    assert_eq!(client.connection.take_result(), Some(CallResult::TimedOut));
    client.connection.start(now(), Call::Close, &mut client.outbox).unwrap();
    client.transmit();
    let Victim { mut connection, mut outbox, .. } = client;
    // These bytes are no record of any protocol.
    connection.handle_input(now(), &mut [0xff; 64], &mut outbox);
    connection.handle_fin(&mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Ok));
    assert_eq!(connection.error(), None);
}

#[test]
fn the_oldest_notice_gives_way() {
    let mut pair = Pair::new();
    while pair.client.connection.poll_notice().is_some() {}
    pair.client.connection.receiver.core.state.notify(Notice::PeerKeyUpdated);
    for _ in 0..NOTICES_AT_MOST {
        pair.client.connection.receiver.core.state.notify(Notice::TicketReceived);
    }
    let left: Vec<_> = std::iter::from_fn(|| pair.client.connection.poll_notice()).collect();
    assert_eq!(left, [Notice::TicketReceived; NOTICES_AT_MOST as usize]);
}

#[test]
fn a_budget_that_expires_hides_no_alert_and_no_offence() {
    let alert = (&[2, 80][..], CallResult::Alert);
    let offence = (&[2][..], CallResult::Error);
    for (content, result) in [alert, offence] {
        let Pair { client: Victim { mut connection, mut outbox, .. }, mut server } = Pair::new();
        connection.start(now(), Call::Close, &mut outbox).unwrap();
        connection.handle_input(now(), &mut server.seal(ALERT, content), &mut outbox);
        connection.handle_budget_expired(&mut outbox);
        assert_eq!(connection.take_result(), Some(result));
    }
}

#[test]
fn a_flush_waits_for_what_a_call_without_room_has_left() {
    for call in [Call::UpdateKey, Call::HalfClose] {
        let Victim { mut connection, mut outbox, .. } = Pair::new().client;
        connection.start(now(), call, &mut outbox).unwrap();
        assert_eq!(connection.poll_operation(&mut outbox), Operation::Transmit);
        connection.handle_blocked(Operation::Transmit);
        connection.poll_operation(&mut outbox);
        assert_eq!(connection.take_result(), Some(CallResult::Ok), "it did not wait");
        connection.start(now(), Call::Flush, &mut outbox).unwrap();
        assert_eq!(connection.take_result(), None);
        let count = outbox.bytes().len();
        connection.handle_transmitted(count, &mut outbox);
        assert_eq!(connection.take_result(), Some(CallResult::Ok), "{call:?}");
    }
}

#[test]
fn a_flush_of_a_writing_half_waits_for_what_a_call_without_room_has_left() {
    for call in [SenderCall::UpdateKey, SenderCall::HalfClose] {
        let Victim { connection, mut outbox, .. } = Pair::new().client;
        let (_, mut sender) = connection.split().expect("a connection at rest");
        sender.start(call, &mut outbox).unwrap();
        sender.handle_blocked(&mut outbox);
        assert_eq!(sender.take_result(), Some(CallResult::Ok), "it did not wait");
        sender.start(SenderCall::Flush, &mut outbox).unwrap();
        assert_eq!(sender.take_result(), None);
        let count = outbox.bytes().len();
        sender.handle_transmitted(count, &mut outbox);
        assert_eq!(sender.take_result(), Some(CallResult::Ok), "{call:?}");
    }
}

#[test]
fn a_flush_waits_for_what_a_write_has_left_at_its_deadline() {
    let Victim { mut connection, mut outbox, .. } = Pair::new().client;
    assert_eq!(connection.start_write(now(), b"data", &mut outbox), Ok(4));
    connection.handle_deadline(&mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::TimedOut));
    connection.start(now(), Call::Flush, &mut outbox).unwrap();
    assert_eq!(connection.take_result(), None);
    let count = outbox.bytes().len();
    connection.handle_transmitted(count, &mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Ok));
}

#[test]
fn a_flush_of_a_writing_half_waits_for_what_a_write_has_left_at_its_deadline() {
    let Victim { connection, mut outbox, .. } = Pair::new().client;
    let (_, mut sender) = connection.split().expect("a connection at rest");
    assert_eq!(sender.start_write(b"data", &mut outbox), Ok(4));
    sender.handle_deadline(&mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::TimedOut));
    sender.start(SenderCall::Flush, &mut outbox).unwrap();
    assert_eq!(sender.take_result(), None);
    let count = outbox.bytes().len();
    sender.handle_transmitted(count, &mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::Ok));
}

#[test]
fn a_write_of_a_half_that_fails_waits_for_no_room_for_its_alert() {
    let Pair { client: Victim { connection, mut outbox, .. }, mut server } = Pair::new();
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    assert_eq!(sender.start_write(b"data", &mut outbox), Ok(4));
    receiver.handle_input(now(), &mut server.seal(ALERT, &[2]));
    receiver.exchange(&mut sender, &mut outbox);
    assert_eq!(sender.take_result(), None, "its alert is transmitted first");
    sender.handle_blocked(&mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::Error));
}

#[test]
fn a_call_that_fails_waits_for_no_room_for_its_alert() {
    let Pair { client: Victim { mut connection, mut outbox, .. }, mut server } = Pair::new();
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    connection.handle_input(now(), &mut server.seal(ALERT, &[2]), &mut outbox);
    assert_eq!(connection.poll_operation(&mut outbox), Operation::Transmit);
    connection.handle_blocked(Operation::Transmit);
    connection.poll_operation(&mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Error));
}

#[test]
fn deadlines_end_the_calls_of_halves() {
    let Victim { connection, mut outbox, .. } = Pair::new().client;
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    receiver.start_read().unwrap();
    receiver.handle_deadline();
    assert_eq!(receiver.take_result(), Some(CallResult::TimedOut));
    assert_eq!(sender.start_write(b"data", &mut outbox), Ok(4));
    sender.handle_deadline(&mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::TimedOut));
    assert!(!outbox.bytes().is_empty(), "what was accepted is sent later");
}

#[test]
fn the_fin_behind_our_close_notify_leaves_when_the_peers_direction_has_ended() {
    let Pair { mut client, mut server } = Pair::new();
    client.end_read();
    client.connection.start(now(), Call::HalfClose, &mut client.outbox).unwrap();
    client.transmit();
    assert_eq!(client.connection.poll_ordered(), None);
    let close_notify = server.seal(ALERT, &[1, 0]);
    client.receive(&close_notify);
    assert_eq!(client.connection.poll_ordered(), Some(Operation::ShutdownWrite));
    assert_eq!(client.connection.poll_ordered(), None);
}

#[test]
fn the_fin_behind_our_close_notify_leaves_with_it_where_the_peers_direction_has_ended_before() {
    let Pair { mut client, mut server } = Pair::new();
    let close_notify = server.seal(ALERT, &[1, 0]);
    client.receive(&close_notify);
    client.end_read();
    client.connection.start(now(), Call::HalfClose, &mut client.outbox).unwrap();
    assert_eq!(client.connection.poll_ordered(), None, "close_notify stands before it");
    client.transmit();
    assert_eq!(client.connection.poll_ordered(), Some(Operation::ShutdownWrite));
}
