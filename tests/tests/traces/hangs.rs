//! Connections that stand: their logs tell where, and what is waited for.

use std::sync::Arc;
use std::thread;

use hyaline::blocking::Stream;
use hyaline::pki_types::UnixTime;
use hyaline::{Call, Connection, Outbox};
use hyaline_tests::sockets::{pair, patient};
use hyaline_tests::traces::{told, validated};

use crate::Configs;
use crate::ends::name;

/// What the checker tells of the end of a log of one end.
#[track_caller]
fn waits(text: &str) -> String {
    let validation = validated(&[text]);
    assert!(validation.is_behaviour(), "{}", told(&validation, text));
    let [end] = &validation.ends[..] else { panic!("one end") };
    end.position.waits.join("\n")
}

#[test]
fn a_read_that_stands_waits_for_a_record_of_the_peer() {
    let Configs { client, server, logs } = Configs::new();
    let (connected, accepted) = pair();
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut stream = patient(Stream::server(server, accepted).unwrap());
            stream.handshake().unwrap();
            std::io::Read::read(&mut stream, &mut [0; 4]).unwrap_err();
        });
        let mut stream = patient(Stream::client(client, name(), connected).unwrap());
        stream.handshake().unwrap();
        let reads = |text: &str| text.contains("\"event\":\"StartReceiving(Read)\"");
        while !reads(&logs[1].text()) {
            thread::yield_now();
        }
        let [of_client, of_server] = [logs[0].text(), logs[1].text()];
        let position = waits(&of_server);
        assert!(position.contains("The server's `Read`"), "{position}");
        assert!(position.contains("waits for a record of the peer"), "{position}");
        assert_eq!(waits(&of_client), "The client rests: no call is pending.");
        let validation = validated(&[&of_client, &of_server]);
        assert!(validation.is_behaviour() && validation.pairs[0].under_way.is_empty());
        // The rest is known: dropping the stream ends the reader's wait.
        drop(stream);
        reader.join().unwrap();
    });
}

#[test]
fn a_handshake_whose_flight_nobody_takes_waits_for_room() {
    let Configs { client, logs, .. } = Configs::new();
    let mut connection = Connection::client(Arc::new(client), name()).unwrap();
    let mut outbox = Outbox::new();
    connection.start(UnixTime::now(), Call::Handshake, &mut outbox).unwrap();
    let position = waits(&logs[0].text());
    assert!(
        position.contains("The client's `Handshake`, begun in line 2, waits for"),
        "{position}"
    );
    assert!(position.contains("a record of the peer or room to transmit what is sealed"));
}

#[test]
fn work_that_nobody_does_is_named() {
    let Configs { client, logs, .. } = Configs::new();
    let mut connection = Connection::client(Arc::new(client), name()).unwrap();
    connection.delegate_work();
    connection.start(UnixTime::now(), Call::Handshake, &mut Outbox::new()).unwrap();
    let position = waits(&logs[0].text());
    assert!(position.contains("The work `KeyShare` has begun, and has not ended."), "{position}");
    assert!(position.contains("waits for nothing of the transport"), "{position}");
}

#[test]
fn what_is_under_way_between_two_ends_is_told() {
    let Configs { client, server, logs } = Configs::new();
    let mut client = Connection::client(Arc::new(client), name()).unwrap();
    let mut server = Connection::server(Arc::new(server)).unwrap();
    let [mut one, mut other] = [Outbox::new(), Outbox::new()];
    client.start(UnixTime::now(), Call::Handshake, &mut one).unwrap();
    server.start(UnixTime::now(), Call::Handshake, &mut other).unwrap();
    let validation = validated(&[&logs[0].text(), &logs[1].text()]);
    assert!(validation.is_behaviour(), "{validation:?}");
    let [pair] = &validation.pairs[..] else { panic!("both ends") };
    let [line] = &pair.under_way[..] else { panic!("{pair:?}") };
    assert!(line.contains("The server has not received 1 thing"), "{line}");
    assert!(line.contains("`Send(ClientHello)`"), "{line}");
}
