//! Early data of whole handshakes: what becomes of them, and what goes behind them.

use super::connected::Kept;
use super::early_data::{ALLOWED, accepting, met};
use super::resumption::Returning;
use super::*;
use crate::{EarlyData, EarlyDataOutcome, SealedTickets};

/// The early data of these tests.
const EARLY: &[u8] = b"what may be said twice";

/// A client that has sent its first flight, with early data, and the server.
fn begun(both: &Returning, data: &[u8]) -> Pair {
    let mut client = Victim::idle_client(both.client.clone());
    client.connection.offer_early_data(data.to_vec()).unwrap();
    client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
    Pair { client, server: Victim::server(both.server.clone()) }
}

/// Clients whose early data a server rejects, in each way that there is.
fn rejecting() -> [(&'static str, Returning); 3] {
    let to = |change: fn(ServerConfig) -> ServerConfig| {
        let Returning { client, server } = met();
        Returning { client, server: change(server) }
    };
    [
        ("resumed", to(|server| server.with_max_early_data(0).unwrap())),
        (
            "not resumed",
            to(|server| server.with_session_tickets(Arc::new(SealedTickets::new(Ring)))),
        ),
        ("retried", to(|server| server.with_groups(&[NamedGroup::Secp384r1]).unwrap())),
    ]
}

/// The early data that have come, once.
fn taken(end: &mut Victim) -> Option<Vec<u8>> {
    end.connection.take_early_data().map(EarlyData::into_replayable_bytes)
}

/// What one side has transmitted and the other has not received.
#[derive(Default)]
struct Way(Vec<u8>);

impl Way {
    /// One byte more gets there, if one is under way.
    fn pass(&mut self, from: &mut Victim, to: &mut Victim) -> bool {
        if from.outbox.bytes().is_empty() {
            return false;
        }
        self.0.push(from.outbox.bytes()[0]);
        from.connection.handle_transmitted(1, &mut from.outbox);
        loop {
            if to.connection.is_idle() && to.connection.is_connected() {
                to.take_result();
                to.connection.start(now(), Call::Read, &mut to.outbox).unwrap();
            }
            let received = to.connection.handle_input(now(), &mut self.0, &mut to.outbox);
            if let Some(data) = self.0.get(received.data.clone()) {
                to.read.extend_from_slice(data);
                to.connection.consume(data.len());
            }
            self.0.drain(..received.consumed);
            if received.consumed == 0 {
                return true;
            }
        }
    }
}

/// Both exchange what they have to say, byte by byte in turn.
fn trickle(pair: &mut Pair) {
    let [mut there, mut back] = [Way::default(), Way::default()];
    let Pair { client, server } = pair;
    while there.pass(client, server) | back.pass(server, client) {}
}

/// Asserts that the handshake is complete, and that both sides can talk after it.
fn assert_connected(pair: &mut Pair) {
    for end in [&pair.client, &pair.server] {
        end.assert_well();
        assert!(end.connection.is_connected());
    }
    assert_eq!(pair.server.read, b"", "early data are nothing that is read");
    let ask = pair.client.write(b"and now");
    pair.server.receive(&ask);
    assert_eq!(pair.server.read, b"and now");
    let answer = pair.server.write(b"an answer");
    pair.client.receive(&answer);
    assert_eq!(pair.client.read, b"an answer");
}

#[test]
fn accepted_early_data_are_had_apart_from_what_is_read() {
    for exchange in [Pair::exchange, trickle] {
        for suite in [
            CipherSuite::Aes128GcmSha256,
            CipherSuite::Aes256GcmSha384,
            CipherSuite::ChaCha20Poly1305Sha256,
        ] {
            let mut both = accepting();
            both.server = both.server.with_cipher_suites(&[suite]).unwrap();
            both.connect();
            let mut pair = begun(&both, EARLY);
            exchange(&mut pair);
            assert_connected(&mut pair);
            assert_eq!(pair.client.connection.early_data_outcome(), EarlyDataOutcome::Accepted);
            assert_eq!(taken(&mut pair.server).as_deref(), Some(EARLY));
            assert_eq!(taken(&mut pair.server), None, "they are had once");
        }
    }
}

#[test]
fn rejected_early_data_reach_nobody_and_their_client_is_told() {
    for exchange in [Pair::exchange, trickle] {
        for (how, both) in rejecting() {
            let mut pair = begun(&both, EARLY);
            exchange(&mut pair);
            assert_connected(&mut pair);
            let outcome = pair.client.connection.early_data_outcome();
            assert_eq!(outcome, EarlyDataOutcome::Rejected, "{how}");
            assert_eq!(taken(&mut pair.server), None, "{how}");
            let is_resumed = pair.client.connection.negotiated().is_resumed();
            assert_eq!(is_resumed, how != "not resumed", "{how}");
        }
    }
}

#[test]
fn what_becomes_of_early_data_is_known_when_the_handshake_is_complete() {
    let mut ways = vec![(met(), EarlyDataOutcome::Accepted)];
    ways.extend(rejecting().map(|(_, both)| (both, EarlyDataOutcome::Rejected)));
    for (both, expected) in ways {
        let mut pair = begun(&both, EARLY);
        while !pair.client.connection.is_connected() {
            let so_far = pair.client.connection.early_data_outcome();
            assert!([EarlyDataOutcome::Unknown, EarlyDataOutcome::Rejected].contains(&so_far));
            let bytes = pair.client.transmit();
            pair.server.receive(&bytes);
            let bytes = pair.server.transmit();
            pair.client.receive(&bytes);
        }
        assert_eq!(pair.client.connection.early_data_outcome(), expected);
        assert_eq!(pair.server.connection.early_data_outcome(), EarlyDataOutcome::NotOffered);
    }
    let pair = met().connect();
    assert_eq!(pair.client.connection.early_data_outcome(), EarlyDataOutcome::NotOffered);
    let mut fresh = begun(&accepting(), EARLY);
    fresh.exchange();
    assert_connected(&mut fresh);
    assert_eq!(fresh.client.connection.early_data_outcome(), EarlyDataOutcome::NotOffered);
}

#[test]
fn early_data_may_be_taken_as_they_come() {
    let data = [7; 1000];
    let mut both = met();
    both.client = both.client.with_record_padding(1).unwrap();
    let mut pair = begun(&both, &data);
    let flight = pair.client.transmit();
    let records = records_of(&flight);
    let (last, front) = records.split_last().unwrap();
    pair.server.receive(&front.concat());
    assert_eq!(taken(&mut pair.server), None, "one record has all of them");
    pair.server.receive(last);
    assert!(!pair.server.connection.is_connected());
    assert_eq!(taken(&mut pair.server).as_deref(), Some(&data[..]));
    pair.exchange();
    assert_connected(&mut pair);
    assert_eq!(taken(&mut pair.server), None);
}

#[test]
fn early_data_of_several_records_are_whole() {
    let most = 50_000;
    let data: Vec<u8> = (0..most).map(|number: u32| (number % 251) as u8).collect();
    let mut both = accepting();
    both.server = both.server.with_max_early_data(most).unwrap();
    both.connect();
    for exchange in [Pair::exchange, trickle] {
        let mut pair = begun(&both, &data);
        assert!(records_of(pair.client.outbox.bytes()).len() > 4);
        exchange(&mut pair);
        assert_connected(&mut pair);
        assert!(taken(&mut pair.server).is_some_and(|taken| taken == data));
    }
}

/// The content types of these records.
fn kinds(bytes: &[u8]) -> Vec<ContentType> {
    records_of(bytes).iter().map(|record| ContentType(record[0])).collect()
}

/// The server answers when the client has transmitted the hello and a part of the rest, whose
/// length `sent` computes from that of the whole rest. All records that the client transmits are of
/// these types, in this order.
fn assert_order(both: &Returning, sent: fn(usize) -> usize, expected: &[ContentType]) {
    let mut pair = begun(both, EARLY);
    let hello = records_of(pair.client.outbox.bytes())[0].len();
    let sent = hello + sent(pair.client.outbox.bytes().len() - hello);
    let mut wire = pair.client.outbox.bytes()[..sent].to_vec();
    pair.client.connection.handle_transmitted(sent, &mut pair.client.outbox);
    pair.server.receive(&wire[..hello]);
    let flight = pair.server.transmit();
    pair.client.receive(&flight);
    wire.extend_from_slice(&pair.client.transmit());
    assert_eq!(kinds(&wire), expected, "{} bytes behind the hello", sent - hello);
    pair.server.receive(&wire[hello..]);
    pair.exchange();
    assert_connected(&mut pair);
}

#[test]
fn what_follows_early_data_goes_behind_those_that_are_half_transmitted() {
    const CLEAR: ContentType = ContentType::Handshake;
    const SEALED: ContentType = ContentType::ApplicationData;
    const CHANGE: ContentType = ContentType::ChangeCipherSpec;
    let cuts: [fn(usize) -> usize; 4] = [|_| 0, |_| 3, |rest| rest - 1, |rest| rest];
    for sent in cuts {
        // The hello, change_cipher_spec, early data, their end, Finished.
        assert_order(&met(), sent, &[CLEAR, CHANGE, SEALED, SEALED, SEALED]);
        let [resumed, forgotten, retried] = rejecting().map(|(_, both)| both);
        assert_order(&resumed, sent, &[CLEAR, CHANGE, SEALED, SEALED]);
        assert_order(&forgotten, sent, &[CLEAR, CHANGE, SEALED, SEALED]);
        // The second hello; its Finished is of a later flight.
        assert_order(&retried, sent, &[CLEAR, CHANGE, SEALED, CLEAR]);
    }
}

#[test]
fn nobody_sees_the_bytes_of_early_data_in_what_is_printed() {
    let mut both = met();
    both.client = both.client.with_record_padding(1).unwrap();
    let mut client = Victim::idle_client(both.client.clone());
    client.connection.offer_early_data(b"secret".to_vec()).unwrap();
    let shows = |end: &Victim| {
        let printed = format!("{:?} {:#?}", end.connection, end.connection);
        printed.contains("secret") || printed.contains("115, 101, 99")
    };
    assert!(!shows(&client));
    let mut pair = begun(&both, b"secret");
    pair.exchange();
    assert!(!shows(&pair.client) && !shows(&pair.server));
    assert_eq!(taken(&mut pair.server).as_deref(), Some(&b"secret"[..]));
}

#[test]
fn the_key_log_of_both_sides_has_the_secret_of_early_data() {
    let both = met();
    let logs = [(); 2].map(|()| Arc::new(Kept::default()));
    let logging = Returning {
        client: both.client.with_key_log(Arc::clone(&logs[0]) as _),
        server: both.server.with_key_log(Arc::clone(&logs[1]) as _),
    };
    begun(&logging, EARLY).exchange();
    let [ours, theirs] = logs.map(|log| {
        let mut lines = log.0.lock().unwrap().clone();
        lines.sort();
        lines
    });
    assert_eq!(ours, theirs);
    assert!(ours.iter().any(|(label, ..)| label == "CLIENT_EARLY_TRAFFIC_SECRET"));
}

#[test]
fn early_data_survive_a_split_into_halves() {
    let mut pair = begun(&met(), EARLY);
    pair.exchange();
    let Pair { mut client, mut server } = pair;
    client.take_result();
    server.take_result();
    let (client, _) = client.connection.split().expect("a connection at rest");
    assert_eq!(client.early_data_outcome(), EarlyDataOutcome::Accepted);
    let (mut server, _) = server.connection.split().expect("a connection at rest");
    let taken = server.take_early_data().map(EarlyData::into_replayable_bytes);
    assert_eq!(taken.as_deref(), Some(EARLY));
    assert!(server.take_early_data().is_none());
}

#[test]
fn a_client_may_send_as_much_as_its_ticket_allows_and_offers_no_more() {
    let most = usize::try_from(ALLOWED).unwrap();
    for (length, outcome) in
        [(most, EarlyDataOutcome::Accepted), (most + 1, EarlyDataOutcome::NotOffered)]
    {
        let mut pair = begun(&met(), &vec![7; length]);
        pair.exchange();
        assert_connected(&mut pair);
        assert_eq!(pair.client.connection.early_data_outcome(), outcome);
    }
}

#[test]
fn a_handshake_that_was_given_up_behind_early_data_leaves_nothing_to_a_later_read() {
    let mut pair = begun(&met(), EARLY);
    let flight = pair.client.transmit();
    pair.server.receive(&flight);
    answer_early(&mut pair.server);
    let flight = pair.server.transmit();
    let Pair { client: Victim { mut connection, mut outbox, .. }, .. } = pair;
    let mut input = flight;
    while !connection.is_connected() {
        let received = connection.handle_input(now(), &mut input, &mut outbox);
        input.drain(..received.consumed);
    }
    assert_eq!(connection.take_result(), None, "its second flight is not transmitted");
    connection.handle_deadline(&mut outbox);
    assert_eq!(connection.take_result(), Some(CallResult::TimedOut));
    connection.start(now(), Call::Read, &mut outbox).unwrap();
    connection.handle_transmit_error(std::io::ErrorKind::ConnectionReset, &mut outbox);
    assert_eq!(connection.take_result(), None, "what has arrived is received first");
    let received = connection.handle_input(now(), &mut input, &mut outbox);
    assert_eq!(&input[received.data], b"at once");
    connection.consume(b"at once".len());
    assert_eq!(connection.take_result(), Some(CallResult::Ok));
}

/// A server writes before its client has answered.
fn answer_early(server: &mut Victim) {
    assert_eq!(
        server.connection.start_write(now(), b"at once", &mut server.outbox),
        Ok(b"at once".len())
    );
}
