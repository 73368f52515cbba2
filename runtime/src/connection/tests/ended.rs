//! What calls and events still do after an end has come: each row of the table that handles them
//! makes a difference.

use std::io::ErrorKind;

use super::*;

/// What the peer has sent that breaks the rules: an alert of half its length.
fn offence(peer: &mut Victim) -> Vec<u8> {
    peer.seal(ALERT, &[2])
}

#[test]
fn a_close_discards_what_is_unread_behind_the_peers_end_too() {
    let Pair { client: Victim { mut connection, mut outbox, .. }, mut server } = Pair::new();
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    connection.handle_input(now(), &mut server.seal(DATA, b"never read"), &mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Ok));
    connection.handle_fin(&mut outbox);
    assert_eq!(connection.unread(), 10);
    connection.start(now(), Call::Close, &mut outbox).unwrap();
    assert_eq!(connection.unread(), 0);
}

#[test]
fn a_close_notify_that_cannot_be_sealed_fails_the_connection() {
    let Victim { mut connection, mut outbox, .. } = Pair::new().client;
    connection.sender.core.forget_keys();
    connection.start(now(), Call::HalfClose, &mut outbox).unwrap();
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    assert!(connection.error().is_some(), "the peer cannot be told of our end");
    assert_eq!(connection.take_result(), Some(CallResult::Error));
}

#[test]
fn an_offence_that_came_before_a_reset_is_why_a_write_fails() {
    let Pair { client: Victim { mut connection, mut outbox, .. }, mut server } = Pair::new();
    assert_eq!(connection.start_write(now(), b"data", &mut outbox), Ok(4));
    connection.handle_transmit_error(ErrorKind::ConnectionReset, &mut outbox);
    assert_eq!(connection.take_result(), None, "what has arrived may say more");
    connection.handle_input(now(), &mut offence(&mut server), &mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Error));
    assert_eq!(connection.error().and_then(Error::alert), Some(Alert::DecodeError));
}

#[test]
fn a_call_that_fails_ends_although_its_alert_meets_a_reset() {
    let Pair { client: Victim { mut connection, mut outbox, .. }, mut server } = Pair::new();
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    connection.handle_input(now(), &mut offence(&mut server), &mut outbox);
    assert_eq!(connection.poll_operation(&mut outbox), Operation::Transmit);
    connection.handle_transmit_error(ErrorKind::BrokenPipe, &mut outbox);
    assert!(outbox.is_empty(), "nobody receives the alert");
    assert_eq!(connection.take_result(), Some(CallResult::Error));
}

#[test]
fn a_write_behind_a_reset_that_a_read_has_met_asks_nothing_of_the_transport() {
    let Victim { mut connection, mut outbox, .. } = Pair::new().client;
    connection.start(now(), Call::UpdateKey, &mut outbox).unwrap();
    connection.handle_blocked(Operation::Transmit);
    connection.poll_operation(&mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Ok), "its record waits");
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    connection.handle_receive_error(ErrorKind::ConnectionReset, &mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Reset));
    assert!(outbox.is_empty(), "nobody receives what waits");
    assert_eq!(connection.start_write(now(), b"data", &mut outbox), Ok(0));
    assert_eq!(connection.take_result(), Some(CallResult::Reset));
}

/// A kernel tells a transmitting call of a reset once; a receiving call finds a FIN behind it.
#[test]
fn a_fin_behind_a_reset_that_a_write_has_met_is_no_truncation() {
    let Victim { mut connection, mut outbox, .. } = Pair::new().client;
    assert_eq!(connection.start_write(now(), b"data", &mut outbox), Ok(4));
    connection.handle_transmit_error(ErrorKind::BrokenPipe, &mut outbox);
    connection.handle_fin(&mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Reset));
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    assert_eq!(connection.take_result(), Some(CallResult::Reset));
}
