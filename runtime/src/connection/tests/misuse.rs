//! Calls that may not be made say why, and change nothing.

use super::*;

/// Begins each of these calls, and expects this error.
fn refuse(connection: &mut Connection, outbox: &mut Outbox, calls: &[Call], error: &Error) {
    for call in calls {
        assert_eq!(connection.start(now(), *call, outbox).as_ref(), Err(error), "{call:?}");
    }
}

#[test]
fn a_second_call_in_a_place_that_is_taken_changes_nothing() {
    let Pair { client: Victim { mut connection, mut outbox, .. }, mut server } = Pair::new();
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    let taken = [Call::Read, Call::Close, Call::Handshake];
    refuse(&mut connection, &mut outbox, &taken, &Error::CallPending);
    assert!(outbox.is_empty(), "no close_notify");
    assert_eq!(connection.take_result(), None);
    let mut data = server.seal(Content::ApplicationData, b"data");
    connection.handle_input(now(), &mut data, &mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Ok), "the first read goes on");

    assert_eq!(connection.start_write(now(), b"data", &mut outbox), Ok(4));
    let sealed = outbox.bytes().len();
    assert_eq!(connection.start_write(now(), b"more", &mut outbox), Err(Error::CallPending));
    let taken = [Call::Flush, Call::HalfClose, Call::UpdateKey, Call::Close, Call::Handshake];
    refuse(&mut connection, &mut outbox, &taken, &Error::CallPending);
    let mut lent = connection.reserve(4, &mut outbox).expect("room");
    lent.body().copy_from_slice(b"lent");
    assert_eq!(lent.start_write(now(), 4), Err(Error::CallPending));
    assert_eq!(outbox.bytes().len(), sealed, "nothing more was sealed");
    connection.handle_transmitted(sealed, &mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Ok), "the first write goes on");
}

#[test]
fn a_handshake_and_a_close_have_both_places() {
    let world = World::new();
    let Victim { mut connection, mut outbox, .. } = Victim::client(world.client());
    let taken = [Call::Handshake, Call::Read, Call::Close];
    refuse(&mut connection, &mut outbox, &taken, &Error::CallPending);

    let Victim { mut connection, mut outbox, .. } = Pair::new().client;
    connection.start(now(), Call::Close, &mut outbox).unwrap();
    refuse(&mut connection, &mut outbox, &Call::ALL, &Error::CallPending);
    assert_eq!(connection.start_write(now(), b"late", &mut outbox), Err(Error::CallPending));
}

#[test]
fn data_and_keys_need_a_handshake_first() {
    let world = World::new();
    for mut early in [
        Victim::idle_client(world.client()),
        Victim::new(Connection::server(Arc::new(world.server())).unwrap()),
        Victim::client(world.client()),
    ] {
        let is_idle = early.connection.is_idle();
        let sealed = early.outbox.bytes().len();
        let Victim { connection, outbox, .. } = &mut early;
        refuse(connection, outbox, &[Call::UpdateKey], &Error::NotConnected);
        if is_idle {
            refuse(connection, outbox, &[Call::Read], &Error::NotConnected);
        }
        assert_eq!(connection.start_write(now(), b"early", outbox), Err(Error::NotConnected));
        assert_eq!(connection.is_idle(), is_idle);
        assert_eq!(outbox.bytes().len(), sealed);
        assert_eq!(connection.error(), None);
        assert_eq!(connection.take_result(), None);
    }
}

#[test]
fn nothing_is_written_after_a_half_close() {
    let mut end = Pair::new().client;
    assert_eq!(end.call(Call::HalfClose), Some(CallResult::Ok));
    end.transmit();
    end.end_read();
    let Victim { connection, outbox, .. } = &mut end;
    assert_eq!(connection.start_write(now(), b"late", outbox), Err(Error::WriteAfterClose));
    // These change nothing, and are no mistake.
    for harmless in [Call::HalfClose, Call::UpdateKey, Call::Flush] {
        assert_eq!(end.call(harmless), Some(CallResult::Ok), "{harmless:?}");
    }
    assert!(end.outbox.is_empty());
    assert_eq!(end.connection.error(), None);
}

#[test]
fn a_truncated_peer_does_not_hide_what_is_wrong_with_a_write() {
    let mut end = Pair::new().client;
    assert_eq!(end.call(Call::HalfClose), Some(CallResult::Ok));
    end.transmit();
    let Victim { connection, outbox, .. } = &mut end;
    connection.start(now(), Call::Read, outbox).unwrap();
    connection.handle_fin(outbox);
    assert_eq!(connection.take_result(), Some(CallResult::Truncated));
    assert_eq!(connection.start_write(now(), b"late", outbox), Err(Error::WriteAfterClose));
}

#[test]
fn a_handshake_that_was_cancelled_cannot_be_made() {
    let mut end = Victim::idle_client(World::new().client());
    assert_eq!(end.call(Call::HalfClose), Some(CallResult::Ok));
    let Victim { connection, outbox, .. } = &mut end;
    refuse(connection, outbox, &[Call::Handshake], &Error::WriteAfterClose);
    assert_eq!(connection.take_result(), None);
}

#[test]
fn a_closed_connection_refuses_every_call() {
    // The connection ends in order, by an alert of the peer's, and by an offence of the peer's.
    for content in [None, Some(&[2, 80][..]), Some(&[2])] {
        let Pair { client: Victim { mut connection, mut outbox, .. }, mut server } = Pair::new();
        connection.start(now(), Call::Close, &mut outbox).unwrap();
        if let Some(content) = content {
            connection.handle_input(now(), &mut server.seal(ALERT, content), &mut outbox);
        }
        connection.handle_budget_expired(&mut outbox);
        assert!(connection.take_result().is_some());
        let told = connection.error().cloned();
        refuse(&mut connection, &mut outbox, &Call::ALL, &Error::Closed);
        assert_eq!(connection.start_write(now(), b"late", &mut outbox), Err(Error::Closed));
        assert_eq!(connection.take_result(), None);
        assert_eq!(connection.error().cloned(), told);
    }
}

#[test]
fn the_halves_of_a_connection_refuse_the_same() {
    let Pair { client: Victim { connection, mut outbox, .. }, .. } = Pair::new();
    let (mut receiver, mut sender) = connection.split().expect("a connection at rest");
    receiver.start_read().unwrap();
    assert_eq!(receiver.start_read(), Err(Error::CallPending));
    assert_eq!(receiver.take_result(), None);

    assert_eq!(sender.start_write(b"data", &mut outbox), Ok(4));
    let sealed = outbox.bytes().len();
    for control in [SenderCall::Flush, SenderCall::HalfClose, SenderCall::UpdateKey] {
        assert_eq!(sender.start(control, &mut outbox), Err(Error::CallPending), "{control:?}");
    }
    assert_eq!(sender.start_write(b"more", &mut outbox), Err(Error::CallPending));
    assert_eq!(outbox.bytes().len(), sealed);
    sender.handle_transmitted(sealed, &mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::Ok));

    sender.start(SenderCall::HalfClose, &mut outbox).unwrap();
    let sealed = outbox.bytes().len();
    sender.handle_transmitted(sealed, &mut outbox);
    assert_eq!(sender.take_result(), Some(CallResult::Ok));
    assert_eq!(sender.start_write(b"late", &mut outbox), Err(Error::WriteAfterClose));
    for harmless in [SenderCall::HalfClose, SenderCall::UpdateKey, SenderCall::Flush] {
        assert_eq!(sender.start(harmless, &mut outbox), Ok(()), "{harmless:?}");
        assert_eq!(sender.take_result(), Some(CallResult::Ok), "{harmless:?}");
    }
    assert!(outbox.is_empty());
}

#[test]
fn a_result_that_nobody_took_is_not_that_of_the_next_call() {
    let Pair { client: Victim { mut connection, mut outbox, .. }, .. } = Pair::new();
    assert_eq!(connection.start(now(), Call::Flush, &mut outbox), Ok(()));
    assert_eq!(connection.start_write(now(), b"data", &mut outbox), Ok(4));
    assert_eq!(connection.take_result(), None, "the write is pending");
}

#[test]
fn each_refusal_says_what_was_wrong() {
    let refusals = [Error::CallPending, Error::NotConnected, Error::WriteAfterClose, Error::Closed];
    let texts: std::collections::BTreeSet<_> = refusals.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), refusals.len());
    assert!(refusals.iter().all(|error| error.alert().is_none()), "the peer is not told");
}
