//! However the bytes of a connection are cut, the same rows are taken: the byte stream into pieces
//! that the transport hands over, and handshake messages into records.

use std::sync::LazyLock;

use hyaline_model::table::{Machine, Role, Row};
use hyaline_replay::{Call, CallResult, ContentType, Operation};
use proptest::prelude::*;

use crate::mutants::conversation::{Conversation, Plan};
use crate::mutants::end::{Begins, End, Plain};

/// One conversation of each plan.
static CONVERSATIONS: LazyLock<Vec<Conversation>> =
    LazyLock::new(|| Plan::ALL.into_iter().map(Conversation::hold).collect());

/// What one end made of what it received.
#[derive(Debug, PartialEq, Eq)]
struct Taken {
    /// The rows of all machines but those whose rows count what the transport handed over.
    rows: Vec<u16>,
    results: Vec<CallResult>,
    /// The bytes that it transmitted: these follow from the rows and the keys.
    transmitted: Vec<u8>,
    data: usize,
}

/// An end that receives what was received in a conversation, by the same calls.
struct Listener {
    end: End,
    rows: Vec<&'static Row>,
    transmitted: Vec<u8>,
    data: usize,
}

impl Listener {
    fn new(conversation: &Conversation, role: Role) -> Self {
        let mut end = conversation.beginning(role);
        end.begin(Begins::Call(Call::Handshake));
        Self { end, rows: Vec::new(), transmitted: Vec::new(), data: 0 }
    }

    /// Goes on until it wants to receive; a call that ends is followed by a read. False behind the
    /// end of the stream.
    fn get_to_receive(&mut self) -> bool {
        for _ in 0..4 {
            let transmitted = &mut self.transmitted;
            let wants = self.end.drive(&mut |bytes| transmitted.extend_from_slice(bytes));
            self.rows.extend(self.end.take_rows());
            if wants {
                return true;
            }
            if self.end.results.contains(&CallResult::EndOfStream) {
                return false;
            }
            self.end.begin(Begins::Call(Call::Read));
        }
        false
    }

    /// Hands over what has arrived, and returns how much of it is done with.
    fn receive(&mut self, input: &mut [u8]) -> usize {
        let received = self.end.receive(input).expect("data comes after the handshake");
        let data = self.end.take_data();
        self.data += data;
        self.rows.extend(self.end.take_rows());
        received
    }

    fn taken(mut self) -> Taken {
        self.get_to_receive();
        let of_transfers = [Machine::Receiver, Machine::Sender, Machine::Report];
        let rows = self.rows.iter().filter(|row| !of_transfers.contains(&row.machine));
        Taken {
            rows: rows.map(|row| row.number).collect(),
            results: self.end.results,
            transmitted: self.transmitted,
            data: self.data,
        }
    }
}

/// What one end makes of the stream, handed over in pieces that end at these places.
fn listen(conversation: &Conversation, role: Role, cuts: &[usize]) -> Taken {
    let stream: Vec<u8> =
        conversation.received_by(role).flat_map(|delivery| delivery.record.clone()).collect();
    let mut ends: Vec<usize> = cuts.iter().map(|cut| cut % (stream.len() + 1)).collect();
    ends.push(stream.len());
    ends.sort_unstable();
    let mut listener = Listener::new(conversation, role);
    let mut arrived = Vec::new();
    let mut begin = 0;
    for end in ends {
        arrived.extend_from_slice(&stream[begin..end]);
        begin = end;
        while listener.get_to_receive() {
            let consumed = listener.receive(&mut arrived);
            arrived.drain(..consumed);
            if consumed == 0 {
                listener.end.connection.handle_blocked(Operation::Receive);
                break;
            }
        }
        listener
            .end
            .connection
            .handle_ready(hyaline_replay::Readiness { receive: true, transmit: true });
    }
    assert!(arrived.is_empty(), "{} bytes are left", arrived.len());
    listener.taken()
}

/// What one end makes of the same contents in other records: the messages of one epoch are joined
/// and then cut at these places. Keys change only between records, so a message behind which they
/// do is the last of its record.
fn listen_to_records(conversation: &Conversation, role: Role, cuts: &[usize]) -> Taken {
    let received: Vec<&Plain> =
        conversation.received_by(role).map(|delivery| &delivery.plain).collect();
    let mut cuts = cuts.iter().copied().cycle();
    let mut listener = Listener::new(conversation, role);
    let mut deliver = |plain: &Plain| {
        assert!(listener.get_to_receive());
        let mut record = listener.end.connection.forge(plain.content_type, &plain.content);
        assert_eq!(listener.receive(&mut record), record.len());
    };
    let mut joined: Vec<u8> = Vec::new();
    for (index, plain) in received.iter().enumerate() {
        if plain.content_type != ContentType::Handshake {
            deliver(plain);
            continue;
        }
        joined.extend_from_slice(&plain.content);
        let goes_on =
            received.get(index + 1).is_some_and(|next| next.content_type == ContentType::Handshake);
        if goes_on && !changes_keys(plain, role) {
            continue;
        }
        while !joined.is_empty() {
            let length = 1 + cuts.next().unwrap_or(usize::MAX - 1) % joined.len();
            let content = joined.drain(..length).collect();
            deliver(&Plain { content_type: ContentType::Handshake, content });
        }
    }
    listener.taken()
}

/// Whether the receiver's reading keys change behind this message: ServerHello, EndOfEarlyData,
/// Finished and KeyUpdate; and behind the last ClientHello, when the server's flight is sent.
fn changes_keys(plain: &Plain, receiver: Role) -> bool {
    const CLIENT_HELLO: u8 = 1;
    const SERVER_HELLO: u8 = 2;
    const END_OF_EARLY_DATA: u8 = 5;
    const FINISHED: u8 = 20;
    const KEY_UPDATE: u8 = 24;
    let kind = plain.content.first().copied();
    kind.is_some_and(|kind| {
        [SERVER_HELLO, END_OF_EARLY_DATA, FINISHED, KEY_UPDATE].contains(&kind)
            || (receiver == Role::Server && kind == CLIENT_HELLO)
    })
}

fn roles() -> impl Strategy<Value = Role> {
    prop::sample::select(vec![Role::Client, Role::Server])
}

fn conversations() -> impl Strategy<Value = usize> {
    0..Plan::ALL.len()
}

/// Few places, many, and every byte for itself.
fn cuts() -> impl Strategy<Value = Vec<usize>> {
    prop_oneof![
        prop::collection::vec(any::<usize>(), 0..8),
        prop::collection::vec(any::<usize>(), 0..400),
        Just((0..20_000).collect()),
    ]
}

fn configuration() -> ProptestConfig {
    ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(configuration())]

    #[test]
    fn any_split_of_the_byte_stream_takes_the_same_rows(
        plan in conversations(),
        role in roles(),
        cuts in cuts(),
    ) {
        let conversation = &CONVERSATIONS[plan];
        let whole = listen(conversation, role, &[]);
        prop_assert!(whole.results.contains(&CallResult::Ok) && whole.data > 0);
        prop_assert_eq!(listen(conversation, role, &cuts), whole);
    }

    #[test]
    fn any_split_of_handshake_messages_into_records_takes_the_same_rows(
        plan in conversations(),
        role in roles(),
        cuts in prop_oneof![
            Just(vec![0]),
            prop::collection::vec(0..64_usize, 1..40),
            prop::collection::vec(any::<usize>(), 1..40),
        ],
    ) {
        let conversation = &CONVERSATIONS[plan];
        let whole = listen(conversation, role, &[]);
        prop_assert_eq!(listen_to_records(conversation, role, &cuts), whole);
    }
}
