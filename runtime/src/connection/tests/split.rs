//! The halves of a connection that is split between two threads.

use super::*;

#[test]
fn an_alert_that_came_between_two_writes_is_told_by_the_close() {
    let Pair { client: Victim { connection, mut outbox, .. }, mut server } = Pair::new();
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    assert_eq!(sender.start_write(now(), b"data", &mut outbox), 4);

    // The pending write receives the alert; its own bytes go out before the halves exchange mail.
    let mut alert = server.seal(ALERT, &[2, 80]);
    assert!(receiver.wants_to_receive());
    receiver.handle_input(now(), &mut alert);
    let count = outbox.bytes().len();
    sender.handle_transmitted(now(), count, &mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::Ok));
    receiver.exchange(now(), &mut sender, &mut outbox);

    let mut connection = Connection::join(receiver, sender).expect("halves of one, at rest");
    connection.start(now(), Call::Close, &mut outbox);
    assert_eq!(connection.poll_ordered(), Some(Operation::ShutdownWrite));
    connection.handle_fin(now(), &mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Alert));
    let told = Error::PeerAlert(Alert::InternalError.into());
    assert_eq!(connection.error(), Some(&told));
}

#[test]
fn a_writing_half_that_met_a_reset_hears_of_the_alert_before_it_later() {
    let Pair { client: Victim { connection, mut outbox, .. }, mut server } = Pair::new();
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    assert_eq!(sender.start_write(now(), b"data", &mut outbox), 4);
    sender.handle_transmit_error(now(), std::io::ErrorKind::ConnectionReset, &mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::Reset));

    // What came before the reset is still received, and says why.
    let mut alert = server.seal(ALERT, &[2, 80]);
    receiver.start_read(now());
    receiver.handle_input(now(), &mut alert);
    receiver.exchange(now(), &mut sender, &mut outbox);
    assert_eq!(receiver.take_result(), Some(CallResult::Alert));
    assert_eq!(sender.start_write(now(), b"more", &mut outbox), 0);
    assert_eq!(sender.take_result(), Some(CallResult::Alert));
    let told = Error::PeerAlert(Alert::InternalError.into());
    assert_eq!(sender.connection().error(), Some(&told));
}

#[test]
fn both_halves_know_what_was_negotiated() {
    let Pair { client: Victim { connection, .. }, .. } = Pair::new();
    let suite = connection.cipher_suite();
    let (receiver, sender) = connection.split().expect("a connection at rest");
    assert!(suite.is_some());
    for half in [receiver.connection(), sender.connection()] {
        assert_eq!(half.cipher_suite(), suite);
        assert!(!half.peer_certificates().is_empty());
    }
}
