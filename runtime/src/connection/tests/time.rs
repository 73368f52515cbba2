//! What a connection does with the time that it is told.

use super::early_data::{accepting, accepts, hello_at, late_tickets, later};
use super::*;
use crate::CertificateError;

/// Receives all of these records at this time, or those before a failure.
fn receive_at(end: &mut Victim, mut bytes: Vec<u8>, time: UnixTime) {
    while !bytes.is_empty() && end.connection.error().is_none() {
        let received = end.connection.handle_input(time, &mut bytes, &mut end.outbox);
        assert_ne!(received.consumed, 0, "nobody reads");
        bytes.drain(..received.consumed);
    }
}

#[test]
fn a_path_is_judged_by_the_time_that_came_with_what_was_received() {
    let (long_before, long_after) = (noon(1999, 7, 1), noon(2099, 7, 1));
    for (begun, received) in [(now(), now()), (long_before, now()), (now(), long_after)] {
        let world = World::new();
        let mut client = Victim::idle_client(world.client());
        client.connection.start(begun, Call::Handshake, &mut client.outbox).unwrap();
        let mut server = Victim::server(world.server());
        server.receive(&client.transmit());
        receive_at(&mut client, server.transmit(), received);
        match client.connection.error() {
            Some(Error::Certificate(CertificateError::Expired { time, .. })) => {
                assert_eq!((*time, received), (long_after, long_after));
            }
            error => assert_eq!((error, received), (None, now())),
        }
    }
}

#[test]
fn a_ticket_that_comes_late_to_a_half_is_as_old_to_it_as_to_its_server() {
    let both = accepting();
    let (mut client, mut late) = late_tickets(&both);
    let (mut receiver, mut sender) = client.connection.split().expect("a connection at rest");
    receiver.start_read().unwrap();
    while !late.is_empty() {
        let received = receiver.handle_input(later(60), &mut late);
        late.drain(..received.consumed);
        receiver.exchange(&mut sender, &mut client.outbox);
    }
    let hello = hello_at(&both.client, later(90), 5);
    assert!(accepts(&both.server, &hello, later(90)));
}

#[test]
fn tickets_of_a_half_are_of_the_time_that_the_other_half_was_told() {
    let both = accepting();
    let Pair { mut client, mut server } = Pair::with(both.client.clone(), both.server.clone());
    server.end_read();
    let mut question = client.write(b"question");
    let (mut receiver, mut sender) = server.connection.split().expect("a connection at rest");
    receiver.start_read().unwrap();
    receiver.handle_input(later(60), &mut question);
    receiver.exchange(&mut sender, &mut server.outbox);
    assert_eq!(sender.start_write(b"answer", &mut server.outbox), Ok(6));
    let answer = server.outbox.bytes().to_vec();
    client.connection.start(later(60), Call::Read, &mut client.outbox).unwrap();
    receive_at(&mut client, answer, later(60));
    let hello = hello_at(&both.client, later(90), 5);
    assert!(accepts(&both.server, &hello, later(90)));
}
