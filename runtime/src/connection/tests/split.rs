//! The halves of a connection that is split between two threads.

use super::*;

#[test]
fn an_alert_that_came_between_two_writes_is_told_by_the_close() {
    let Pair { client: Victim { connection, mut outbox, .. }, mut server } = Pair::new();
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    assert_eq!(sender.start_write(b"data", &mut outbox), Ok(4));

    // The pending write receives the alert; its own bytes go out before the halves exchange mail.
    let mut alert = server.seal(ALERT, &[2, 80]);
    assert!(receiver.wants_to_receive());
    receiver.handle_input(now(), &mut alert);
    let count = outbox.bytes().len();
    sender.handle_transmitted(count, &mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::Ok));
    receiver.exchange(&mut sender, &mut outbox);

    let mut connection = Connection::join(receiver, sender).expect("halves of one, at rest");
    connection.start(now(), Call::Close, &mut outbox).unwrap();
    assert_eq!(connection.poll_ordered(), Some(Operation::ShutdownWrite));
    connection.handle_fin(&mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Alert));
    let told = Error::PeerAlert(Alert::InternalError.into());
    assert_eq!(connection.error(), Some(&told));
}

#[test]
fn a_write_that_meets_a_reset_tells_the_alert_that_came_before_it() {
    let Pair { client: Victim { connection, mut outbox, .. }, mut server } = Pair::new();
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    assert_eq!(sender.start_write(b"data", &mut outbox), Ok(4));
    sender.handle_transmit_error(std::io::ErrorKind::ConnectionReset, &mut outbox);
    receiver.exchange(&mut sender, &mut outbox);
    assert_eq!(sender.take_result(), None, "what had arrived may say why");

    // What came before the reset is still received, and says why.
    let mut alert = server.seal(ALERT, &[2, 80]);
    assert!(receiver.wants_to_receive());
    receiver.handle_input(now(), &mut alert);
    receiver.exchange(&mut sender, &mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::Alert));
    let told = Error::PeerAlert(Alert::InternalError.into());
    assert_eq!(sender.error(), Some(&told));
}

#[test]
fn what_was_negotiated_is_known_while_the_halves_are_apart() {
    let Pair { client: Victim { connection, .. }, .. } = Pair::new();
    let suite = connection.negotiated().cipher_suite();
    let (receiver, _sender) = connection.split().expect("a connection at rest");
    assert!(suite.is_some());
    assert_eq!(receiver.negotiated().cipher_suite(), suite);
    assert!(!receiver.negotiated().peer_certificates().is_empty());
}

#[test]
fn a_read_and_a_write_may_be_pending_at_once() {
    let Pair { client: Victim { mut connection, mut outbox, .. }, mut server } = Pair::new();
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    assert_eq!(connection.start_write(now(), b"data", &mut outbox), Ok(4));
    let interest = connection.interest(&mut outbox);
    assert!(interest.receive && interest.transmit);
    let count = outbox.bytes().len();
    connection.handle_transmitted(count, &mut outbox);
    assert_eq!(connection.take_send_result(), Some(CallResult::Ok));
    assert_eq!(connection.take_receive_result(), None);
    let mut data = server.seal(Content::ApplicationData, b"answer");
    connection.handle_input(now(), &mut data, &mut outbox);
    assert_eq!(connection.take_receive_result(), Some(CallResult::Ok));
}
