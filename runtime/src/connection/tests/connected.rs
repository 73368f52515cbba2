//! After the handshake.

use super::*;

/// The error of an endpoint that receives a handshake message after the handshake.
fn error_after_the_handshake(to_client: bool, message: HandshakeType) -> Error {
    match (to_client, message) {
        (true, HandshakeType::CertificateRequest) => Error::LateAuthentication,
        (false, HandshakeType::ClientHello) => Error::Renegotiation,
        (_, other) => Error::UnexpectedMessage(other),
    }
}

#[test]
fn no_message_of_the_handshake_may_come_after_it() {
    let world = World::new();
    let client = Victim::client(world.client());
    let block = [0, 13, 0, 4, 0, 2, 4, 3];
    let request = extensions(HandshakeType::CertificateRequest, &[1, 9], &block);
    let verify = message(HandshakeType::CertificateVerify, &[4, 3, 0, 1, 1]);
    let messages = [
        (HandshakeType::ClientHello, crate::negotiate::client::client_hello(&offer())),
        (HandshakeType::ServerHello, server_hello(&client)),
        (HandshakeType::EncryptedExtensions, NO_EXTENSIONS.to_vec()),
        (HandshakeType::CertificateRequest, request),
        (HandshakeType::Certificate, certificate(&world.client_chain())),
        (HandshakeType::CertificateVerify, verify),
        (HandshakeType::Finished, message(HandshakeType::Finished, &[1; 32])),
        (HandshakeType::EndOfEarlyData, message(HandshakeType::EndOfEarlyData, &[])),
    ];
    for (handshake_type, bytes) in messages {
        for to_client in [true, false] {
            let Pair { mut client, mut server } = Pair::new();
            let (from, to) =
                if to_client { (&mut server, &mut client) } else { (&mut client, &mut server) };
            let record = from.seal(MESSAGE, &bytes);
            let sent = to.receive(&record);
            to.assert_failed(&sent, &error_after_the_handshake(to_client, handshake_type));
            // The peer is told.
            let answer = to.transmit();
            from.receive(&answer);
            let alert = AlertDescription::from(Alert::UnexpectedMessage);
            assert_eq!(from.connection.error(), Some(&Error::PeerAlert(alert)));
        }
    }
}

#[test]
fn a_message_of_the_handshake_is_unexpected_after_it_however_badly_it_is_made() {
    // The ClientHello of a renegotiation in TLS 1.2.
    let body = [&[3, 3][..], &[1; 32], &[0, 0, 2, 0xc0, 0x2f, 1, 0]].concat();
    let mut messages = vec![(HandshakeType::ClientHello, body)];
    for number in [1, 2, 5, 8, 11, 13, 15, 20] {
        messages.push((HandshakeType(number), vec![7; usize::from(number != 5)]));
    }
    for (handshake_type, body) in messages {
        for to_client in [true, false] {
            let Pair { mut client, mut server } = Pair::new();
            let (from, to) =
                if to_client { (&mut server, &mut client) } else { (&mut client, &mut server) };
            let record = from.seal(MESSAGE, &message(handshake_type, &body));
            let sent = to.receive(&record);
            to.assert_failed(&sent, &error_after_the_handshake(to_client, handshake_type));
        }
    }
}

#[test]
fn tickets_are_for_clients_and_may_hold_extensions_that_nobody_knows() {
    let mut pair = Pair::new();
    let record = pair.client.seal(MESSAGE, &TICKET);
    let sent = pair.server.receive(&record);
    let error = Error::UnexpectedMessage(HandshakeType::NewSessionTicket);
    pair.server.assert_failed(&sent, &error);

    let mut pair = Pair::new();
    let front = [0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 9];
    let ticket = extensions(HandshakeType::NewSessionTicket, &front, &[0x5a, 0x5a, 0, 1, 7]);
    let record = pair.server.seal(MESSAGE, &ticket);
    pair.client.receive(&record);
    pair.client.assert_well();
}

#[test]
fn a_key_update_says_yes_or_no() {
    let mut pair = Pair::new();
    let record = pair.client.seal(MESSAGE, &[24, 0, 0, 1, 2]);
    let sent = pair.server.receive(&record);
    let (message, field) = (HandshakeType::KeyUpdate, "request_update");
    pair.server.assert_failed(&sent, &Error::IllegalValue { message, field });
}

#[test]
fn after_a_key_update_the_old_key_opens_nothing() {
    let mut pair = Pair::new();
    let update = pair.client.seal(MESSAGE, &KEY_UPDATE);
    let data = pair.client.seal(DATA, b"under the old key");
    pair.server.receive(&update);
    pair.server.assert_well();
    let sent = pair.server.receive(&data);
    pair.server.assert_failed(&sent, &Error::BadRecordMac);
}

#[test]
fn several_requests_draw_one_reply_before_the_next_data() {
    let mut pair = Pair::new();
    for _ in 0..5 {
        let record = pair.client.seal(MESSAGE, &KEY_UPDATE_REQUEST);
        pair.client.connection.sender.core.advance_key().unwrap();
        pair.server.receive(&record);
    }
    pair.server.assert_well();
    assert_eq!(pair.server.transmit(), b"", "there is no next data yet");
    let sent = pair.server.write(b"data");
    let mut mirror = pair.client.connection.receiver.core.opener.clone();
    let update = (ContentType::Handshake, KEY_UPDATE.to_vec());
    assert_eq!(open_all(&mut mirror, &sent).first(), Some(&update));
    assert_eq!(pair.client.receive(&sent), []);
    assert_eq!(pair.client.read, b"data");
    let more = pair.server.write(b"more");
    assert_eq!(more.len(), crate::record::EXPANSION + 4, "no second reply");
}

#[test]
fn a_request_is_made_again_only_when_it_was_answered() {
    let mut pair = Pair::new();
    assert_eq!(pair.client.call(Call::UpdateKey), Some(CallResult::Ok));
    let asked = pair.client.transmit();
    assert_eq!(pair.client.call(Call::UpdateKey), Some(CallResult::Ok));
    assert_eq!(pair.client.transmit(), b"", "one request is outstanding");
    pair.server.receive(&asked);
    let answered = pair.server.write(b"data");
    pair.client.receive(&answered);
    assert_eq!(pair.client.call(Call::UpdateKey), Some(CallResult::Ok));
    assert!(!pair.client.transmit().is_empty());
}

#[test]
fn user_canceled_changes_nothing_and_close_notify_ends_in_order() {
    let mut pair = Pair::new();
    for (record, ends) in [
        (pair.client.seal(ALERT, &[1, 90]), false),
        (pair.client.seal(DATA, b"last words"), false),
        (pair.client.seal(ALERT, &[1, 0]), true),
        (pair.client.seal(DATA, b"ignored"), true),
    ] {
        assert_eq!(pair.server.receive(&record), []);
        assert_eq!(pair.server.connection.error(), None);
        assert_eq!(pair.server.connection.is_reading(), !ends);
    }
    assert_eq!(pair.server.read, b"last words");
    assert_eq!(pair.server.call(Call::Read), Some(CallResult::EndOfStream));
    // Our own direction goes on.
    let answer = pair.server.write(b"answer");
    pair.client.receive(&answer);
    assert_eq!(pair.client.read, b"answer");
}

#[test]
fn an_offence_after_our_own_close_notify_is_known_here_and_draws_no_alert() {
    let mut pair = Pair::new();
    assert_eq!(pair.server.call(Call::HalfClose), Some(CallResult::Ok));
    pair.server.transmit();
    let record = pair.client.seal(MESSAGE, &message(HandshakeType::Finished, &[1; 32]));
    assert_eq!(pair.server.receive(&record), []);
    let error = Error::UnexpectedMessage(HandshakeType::Finished);
    assert_eq!(pair.server.connection.error(), Some(&error));
    assert_eq!(pair.server.call(Call::Read), Some(CallResult::Error));
}

#[test]
fn after_a_fatal_alert_nothing_is_sent_or_received() {
    let mut pair = Pair::new();
    let record = pair.client.seal(MESSAGE, &message(HandshakeType::Finished, &[1; 32]));
    pair.server.receive(&record);
    pair.server.transmit();
    let data = pair.client.seal(DATA, b"too late");
    assert_eq!(pair.server.receive(&data), []);
    assert_eq!(pair.server.read, b"");
    pair.server.end_read();
    assert_eq!(pair.server.connection.start_write(now(), b"data", &mut pair.server.outbox), Ok(0));
    assert_eq!(pair.server.take_result(), Some(CallResult::Error));
    assert_eq!(pair.server.transmit(), b"");
}

#[test]
fn an_exporter_gives_both_ends_the_same_and_nobody_else() {
    let mut early = Victim::client(World::new().client());
    early.transmit();
    let mut output = [0; 32];
    let refused = early.connection.export_keying_material(b"label", b"", &mut output);
    assert_eq!(refused, Err(Error::NotConnected));

    let export = |end: &Victim, label: &[u8], context: &[u8]| {
        let mut output = [0; 40];
        end.connection.export_keying_material(label, context, &mut output).unwrap();
        output
    };
    let (pair, other) = (Pair::new(), Pair::new());
    let ours = export(&pair.client, b"label", b"context");
    assert_eq!(ours, export(&pair.server, b"label", b"context"));
    assert_ne!(ours, export(&pair.client, b"label", b"other"));
    assert_ne!(ours, export(&pair.client, b"another", b"context"));
    assert_ne!(ours, export(&other.client, b"label", b"context"));
    let too_long = pair.client.connection.export_keying_material(&[b'x'; 250], b"", &mut output);
    assert!(matches!(too_long, Err(Error::Internal(_))));
}

#[test]
fn a_connection_that_has_failed_forgets_all_of_its_secrets() {
    let mut output = [0; 32];
    for told in [false, true] {
        let mut pair = Pair::new();
        let record = if told {
            pair.client.seal(ALERT, &[2, 80])
        } else {
            pair.client.seal(MESSAGE, &message(HandshakeType::Finished, &[1; 32]))
        };
        pair.server.receive(&record);
        let core = &pair.server.connection.receiver.core;
        assert_eq!(pair.server.connection.project().generations, [None, None]);
        assert!(core.exporter.is_none() && core.handshake.is_none());
        let refused = pair.server.connection.export_keying_material(b"label", b"", &mut output);
        assert_eq!(refused, Err(Error::NotConnected));
    }
}

#[test]
fn nothing_is_exported_before_the_peer_has_finished() {
    let mut server = server_after_flight(World::new().server());
    let mut output = [0; 32];
    let refused = server.connection.export_keying_material(b"label", b"", &mut output);
    assert_eq!(refused, Err(Error::NotConnected));
    server.receive_message(&server.good_finished());
    let exported = server.connection.export_keying_material(b"label", b"", &mut output);
    assert_eq!(exported, Ok(()));
}

/// Label, client_random, secret.
pub(super) type Line = (String, Vec<u8>, Vec<u8>);

/// A key log that keeps what it is given.
#[derive(Default)]
pub(super) struct Kept(pub(super) std::sync::Mutex<Vec<Line>>);

impl crate::KeyLog for Kept {
    fn log(&self, label: &str, client_random: &[u8; 32], secret: &[u8]) {
        let line = (label.to_owned(), client_random.to_vec(), secret.to_vec());
        self.0.lock().unwrap().push(line);
    }
}

#[test]
fn a_key_log_that_is_set_gets_the_same_secrets_on_both_sides() {
    let logs = [(); 2].map(|()| Arc::new(Kept::default()));
    let world = World::new();
    let [client, server] = &logs;
    Pair::with(
        world.client().with_key_log(client.clone()),
        world.server().with_key_log(server.clone()),
    );
    let lines = logs.map(|log| {
        let mut lines = log.0.lock().unwrap().clone();
        lines.sort();
        lines
    });
    assert_eq!(lines[0], lines[1]);
    let labels: Vec<&str> = lines[0].iter().map(|(label, ..)| label.as_str()).collect();
    assert_eq!(
        labels,
        [
            "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
            "CLIENT_TRAFFIC_SECRET_0",
            "EXPORTER_SECRET",
            "SERVER_HANDSHAKE_TRAFFIC_SECRET",
            "SERVER_TRAFFIC_SECRET_0",
        ]
    );
}

#[test]
fn what_a_pending_write_receives_is_taken_by_a_read_only() {
    let mut pair = Pair::new();
    let mut record = pair.server.write(b"data");
    let Victim { connection, outbox, .. } = &mut pair.client;
    connection.start_write(now(), b"pending", outbox).unwrap();
    assert_eq!(connection.handle_input(now(), &mut record, outbox).data.len(), 4);
    connection.consume(4);
    assert_eq!(connection.unread(), 4);
    connection.start(now(), Call::Read, outbox).unwrap();
    assert_eq!(connection.take_receive_result(), Some(CallResult::Ok));
    connection.consume(3);
    assert_eq!(connection.unread(), 1);
    connection.consume(2);
    assert_eq!(connection.unread(), 0);
}
