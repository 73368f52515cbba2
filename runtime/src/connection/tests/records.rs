//! The record layer's rules, and how messages lie in records.

use super::*;
use crate::message::limits;

/// A server that waits for the client's Finished, under the handshake's keys.
fn server() -> Victim {
    server_after_flight(World::new().server())
}

/// A server after a complete handshake.
fn connected() -> Victim {
    let mut server = server();
    server.receive_message(&server.good_finished());
    assert!(server.connection.is_connected());
    server.transmit();
    server
}

/// Refuses a protected record with this inner plaintext, padding included.
fn refuse_inner(inner: &[u8], error: &Error) {
    let mut server = connected();
    // Whoever seals puts the content type last; here that is the last byte of the inner plaintext.
    let (last, content) = inner.split_last().expect("a plaintext");
    let record = server.connection.forge(ContentType(*last), content);
    let sent = server.receive(&record);
    server.assert_failed(&sent, error);
}

#[test]
fn an_inner_plaintext_has_a_content_type_that_may_be_protected() {
    refuse_inner(&[0; 30], &Error::MissingContentType);
    refuse_inner(&[0], &Error::MissingContentType);
    refuse_inner(&[1, 24], &Error::UnknownContentType(ContentType(24)));
    for content_type in [ContentType::Handshake, ContentType::Alert] {
        let empty = Error::EmptyFragment(content_type);
        refuse_inner(&[content_type.0], &empty);
        // The padding is no content.
        refuse_inner(&[content_type.0, 0, 0, 0], &empty);
    }
}

#[test]
fn a_protected_change_cipher_spec_is_refused() {
    let mut server = connected();
    // Padded, so that whoever forges does not take it for one in the clear.
    let record = server.connection.forge(ContentType(0), &[1, 20]);
    let sent = server.receive(&record);
    server.assert_failed(&sent, &Error::BadChangeCipherSpec);
}

#[test]
fn a_record_is_within_the_limits_of_its_header_and_of_its_content() {
    let mut server = connected();
    let [high, low] = u16::try_from(crate::record::MAX_PROTECTED_BODY + 1).unwrap().to_be_bytes();
    let sent = server.receive(&[23, 3, 3, high, low]);
    server.assert_failed(&sent, &Error::RecordOverflow);

    let longest = vec![7; crate::record::MAX_CONTENT];
    let mut server = connected();
    server.receive_content(ContentType::ApplicationData, &longest);
    server.assert_well();
    assert_eq!(server.read, longest);
    let padded = [&longest[..], &[23]].concat();
    let record = server.connection.forge(ContentType(0), &padded);
    let sent = server.receive(&record);
    server.assert_failed(&sent, &Error::RecordOverflow);

    let mut server = Victim::server(World::new().server());
    let [high, low] = u16::try_from(crate::record::MAX_CONTENT + 1).unwrap().to_be_bytes();
    let sent = server.receive(&[22, 3, 3, high, low]);
    server.assert_failed(&sent, &Error::RecordOverflow);
}

#[test]
fn a_record_that_was_touched_does_not_open() {
    for position in [1, 2, 5, 20] {
        let mut server = connected();
        let mut record = server.connection.forge(ContentType::ApplicationData, b"some data");
        record[position] ^= 1;
        let sent = server.receive(&record);
        server.assert_failed(&sent, &Error::BadRecordMac);
    }
}

#[test]
fn the_version_of_a_record_in_the_clear_says_nothing() {
    let hello = crate::negotiate::client::client_hello(&offer());
    for version in [[3, 1], [0, 0], [9, 9]] {
        let mut record = plain(ContentType::Handshake, &hello);
        record[1..3].copy_from_slice(&version);
        let mut server = Victim::server(World::new().server());
        server.receive(&record);
        server.assert_well();
    }
}

#[test]
fn an_alert_has_a_record_of_its_own() {
    for (alert, length) in [(&[1][..], 1), (&[1, 0, 1, 0], 4), (&[2, 40, 0], 3)] {
        connected().assert_refuses(ContentType::Alert, alert, &Error::MalformedAlert { length });
    }
}

#[test]
fn any_unknown_alert_is_fatal_and_the_level_means_nothing() {
    for (level, number) in [(1, 50), (2, 50), (1, 200), (7, 1)] {
        let mut server = connected();
        assert_eq!(server.receive_content(ContentType::Alert, &[level, number]), []);
        let told = Error::PeerAlert(AlertDescription(number));
        assert_eq!(server.connection.error(), Some(&told));
        assert_eq!(server.call(Call::Read), Some(CallResult::Alert));
        assert_eq!(server.call(Call::Flush), Some(CallResult::Ok));
        assert_eq!(server.connection.start_write(now(), b"1", &mut server.outbox), Ok(0));
        assert_eq!(server.take_result(), Some(CallResult::Alert));
    }
    for level in [1, 2, 7] {
        let mut server = connected();
        server.receive_content(ContentType::Alert, &[level, 0]);
        assert_eq!(server.connection.error(), None);
        assert_eq!(server.call(Call::Read), Some(CallResult::EndOfStream));
    }
}

#[test]
fn a_message_in_pieces_is_joined_and_nothing_comes_between_them() {
    for cut in [1, 3, 4] {
        let mut server = connected();
        server.receive_message(&KEY_UPDATE[..cut]);
        server.receive_message(&KEY_UPDATE[cut..]);
        server.assert_well();
        server.receive_content(ContentType::ApplicationData, b"under the next key");
        assert_eq!(server.read, b"under the next key");
    }
    for (content_type, content) in [
        (ContentType::ApplicationData, &b"data"[..]),
        (ContentType::ApplicationData, b""),
        // A close_notify between the parts of a handshake message.
        (ContentType::Alert, &[1, 0]),
        (ContentType::Alert, &[1, 90]),
    ] {
        let mut server = connected();
        server.receive_message(&KEY_UPDATE[..3]);
        server.assert_refuses(content_type, content, &Error::Interleaved(content_type));
    }
}

#[test]
fn a_change_cipher_spec_between_the_parts_of_a_message_is_dropped() {
    const CHANGE: [u8; 6] = [20, 3, 3, 0, 1, 1];
    let mut server = server();
    let finished = server.good_finished();
    let (last, parts) = finished.split_last().unwrap();
    for part in parts.chunks(2) {
        server.receive_message(part);
        server.receive(&CHANGE);
        server.assert_well();
    }
    server.receive_message(&[*last]);
    server.assert_well();
    assert!(server.connection.is_connected());

    // In the clear too.
    let mut client = Victim::client(World::new().client());
    let hello = server_hello(&client);
    client.receive_message(&hello[..40]);
    client.receive(&CHANGE);
    client.receive_message(&hello[40..]);
    client.assert_well();
}

#[test]
fn an_error_alert_counts_where_a_message_was_cut_off() {
    for (level, number) in [(2, 40), (1, 50), (2, 200)] {
        let mut server = connected();
        server.receive_message(&KEY_UPDATE[..3]);
        assert_eq!(server.receive_content(ContentType::Alert, &[level, number]), []);
        let told = Error::PeerAlert(AlertDescription(number));
        assert_eq!(server.connection.error(), Some(&told));
        assert_eq!(server.call(Call::Read), Some(CallResult::Alert));
    }
    // Before there are keys, too.
    let mut client = Victim::client(World::new().client());
    client.transmit();
    client.receive(&plain(ContentType::Handshake, &server_hello(&client)[..7]));
    assert_eq!(client.receive(&plain(ContentType::Alert, &[2, 40])), []);
    let told = Error::PeerAlert(Alert::HandshakeFailure.into());
    assert_eq!(client.connection.error(), Some(&told));
}

#[test]
fn a_key_update_ends_its_record() {
    for behind in [&KEY_UPDATE[..], &KEY_UPDATE[..1]] {
        let record = [&KEY_UPDATE_REQUEST[..], behind].concat();
        connected().assert_refuses_message(&record, &Error::MessageSpansKeyChange);
    }
    let mut pair = Pair::new();
    let record = pair.server.seal(MESSAGE, &[&KEY_UPDATE[..], &TICKET].concat());
    let sent = pair.client.receive(&record);
    pair.client.assert_failed(&sent, &Error::MessageSpansKeyChange);
    // With the KeyUpdate last, no key changes before the record's end.
    let mut pair = Pair::new();
    let record = pair.server.seal(MESSAGE, &[&TICKET[..], &KEY_UPDATE].concat());
    pair.client.receive(&record);
    pair.client.assert_well();
}

#[test]
fn a_length_over_its_types_limit_is_refused_when_the_header_is_there() {
    for number in [1, 2, 4, 5, 8, 11, 13, 15, 20, 24, 25] {
        let message = HandshakeType(number);
        let limit = limits::limit(message).expect("a type on the wire");
        let [_, high, middle, low] = u32::try_from(limit + 1).unwrap().to_be_bytes();
        let error = Error::MessageTooLong { message, length: limit + 1, limit };
        // Only the limit of a Certificate is our own: its syntax would allow more.
        let told = match message {
            HandshakeType::Certificate | HandshakeType::CompressedCertificate => {
                Alert::CertificateUnknown
            }
            _ => Alert::DecodeError,
        };
        assert_eq!(error.alert(), Some(told));
        connected().assert_refuses_message(&[number, high, middle, low], &error);
    }
}

#[test]
fn a_change_cipher_spec_is_the_byte_one() {
    for body in [&[2][..], &[], &[1, 1]] {
        let mut server = server();
        let sent = server.receive(&plain(ContentType::ChangeCipherSpec, body));
        server.assert_failed(&sent, &Error::BadChangeCipherSpec);
    }
}

#[test]
fn a_change_cipher_spec_comes_between_the_first_hello_and_the_finished_only() {
    const CHANGE: [u8; 6] = [20, 3, 3, 0, 1, 1];
    let error = Error::UnexpectedRecord(ContentType::ChangeCipherSpec);
    // Too early. A client receives nothing before its ClientHello is sent.
    let mut victim = Victim::server(World::new().server());
    let sent = victim.receive(&CHANGE);
    victim.assert_failed(&sent, &error);
    // In time.
    let mut victim = Victim::client(World::new().client());
    victim.receive(&CHANGE);
    victim.assert_well();
    let mut victim = client_before_finished(&World::new());
    victim.receive(&CHANGE);
    victim.assert_well();
    let mut victim = server();
    victim.receive(&CHANGE);
    victim.receive_message(&victim.good_finished());
    victim.assert_well();
    // Too late, on either side.
    victim.transmit();
    let sent = victim.receive(&CHANGE);
    victim.assert_failed(&sent, &error);
    let mut victim = client_before_finished(&World::new());
    victim.receive_message(&victim.good_finished());
    victim.transmit();
    let sent = victim.receive(&CHANGE);
    victim.assert_failed(&sent, &error);
}
