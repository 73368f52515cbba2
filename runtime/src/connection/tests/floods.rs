//! What is harmless once, and refused when it does not stop.

use super::*;
use crate::Flood;
use crate::connection::flood::{
    MAXIMUM_CANCELLATIONS, MAXIMUM_CHANGE_CIPHER_SPECS, MAXIMUM_EMPTY_RECORDS, MAXIMUM_KEY_UPDATES,
    MAXIMUM_TICKETS,
};

/// One of the harmless records from the server, which seals it.
fn harmless(pair: &mut Pair, flood: Flood) -> Vec<u8> {
    match flood {
        Flood::KeyUpdates => {
            let record = pair.server.seal(MESSAGE, &KEY_UPDATE);
            pair.server.connection.sender.core.advance_key().unwrap();
            record
        }
        Flood::Tickets => pair.server.seal(MESSAGE, &TICKET),
        Flood::EmptyRecords => pair.server.seal(DATA, b""),
        _ => pair.server.seal(ALERT, &[1, 90]),
    }
}

const FLOODS: [(Flood, u16); 4] = [
    (Flood::KeyUpdates, MAXIMUM_KEY_UPDATES),
    (Flood::Tickets, MAXIMUM_TICKETS),
    (Flood::EmptyRecords, MAXIMUM_EMPTY_RECORDS),
    (Flood::Alerts, MAXIMUM_CANCELLATIONS),
];

/// Exactly `most` of them are taken, and the next is refused.
fn assert_limit(pair: &mut Pair, flood: Flood, most: u16) {
    for _ in 0..most {
        let record = harmless(pair, flood);
        pair.client.receive(&record);
        pair.client.assert_well();
    }
    let record = harmless(pair, flood);
    let sent = pair.client.receive(&record);
    pair.client.assert_failed(&sent, &Error::TooMany(flood));
}

#[test]
fn each_has_its_limit() {
    for (flood, most) in FLOODS {
        assert_limit(&mut Pair::new(), flood, most);
    }
}

#[test]
fn received_data_is_progress() {
    for (flood, most) in FLOODS {
        let mut pair = Pair::new();
        for _ in 0..most {
            let record = harmless(&mut pair, flood);
            pair.client.receive(&record);
        }
        let record = pair.server.seal(DATA, b"data");
        pair.client.receive(&record);
        assert_limit(&mut pair, flood, most);
    }
}

#[test]
fn sent_data_says_nothing_of_what_the_peer_does() {
    for (flood, most) in FLOODS {
        let mut pair = Pair::new();
        for _ in 0..most {
            let record = harmless(&mut pair, flood);
            pair.client.receive(&record);
        }
        pair.client.write(b"data");
        assert_limit(&mut pair, flood, 0);
    }
}

#[test]
fn an_update_that_we_asked_for_is_no_flood() {
    let mut pair = Pair::new();
    for _ in 0..3 * MAXIMUM_KEY_UPDATES {
        pair.client.call(Call::UpdateKey);
        pair.client.transmit();
        let record = harmless(&mut pair, Flood::KeyUpdates);
        pair.client.receive(&record);
        pair.client.assert_well();
    }
    assert_limit(&mut pair, Flood::KeyUpdates, MAXIMUM_KEY_UPDATES);
}

#[test]
fn an_empty_record_is_no_progress() {
    let mut pair = Pair::new();
    for _ in 0..MAXIMUM_KEY_UPDATES {
        for flood in [Flood::EmptyRecords, Flood::KeyUpdates] {
            let record = harmless(&mut pair, flood);
            pair.client.receive(&record);
        }
    }
    pair.client.assert_well();
    assert_limit(&mut pair, Flood::KeyUpdates, 0);
}

#[test]
fn an_empty_record_carries_nothing_to_the_application() {
    let mut pair = Pair::new();
    pair.client.call(Call::Read);
    for _ in 0..3 {
        let record = harmless(&mut pair, Flood::EmptyRecords);
        pair.client.receive(&record);
        assert_eq!(pair.client.take_result(), None);
    }
    assert_eq!(pair.client.read, b"");
}

#[test]
fn change_cipher_specs_have_their_limit() {
    const CHANGE: [u8; 6] = [20, 3, 3, 0, 1, 1];
    let mut client = Victim::client(World::new().client());
    client.transmit();
    for _ in 0..MAXIMUM_CHANGE_CIPHER_SPECS {
        client.receive(&CHANGE);
        client.assert_well();
    }
    let sent = client.receive(&CHANGE);
    client.assert_failed(&sent, &Error::TooMany(Flood::ChangeCipherSpecs));
}

#[test]
fn cancellations_have_their_limit_in_the_handshake_too() {
    let mut client = client_with_keys(&World::new());
    for _ in 0..MAXIMUM_CANCELLATIONS {
        client.receive_content(ContentType::Alert, &[1, 90]);
        client.assert_well();
    }
    client.assert_refuses(ContentType::Alert, &[1, 90], &Error::TooMany(Flood::Alerts));
}
