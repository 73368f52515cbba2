//! When a client offers early data, and when a server accepts them (RFC 9846 sections 4.3.10, 8).

use std::time::Duration;

use super::resumption::Returning;
use super::*;
use crate::connection::early_data::{MAXIMUM_SKIPPED_EARLY_DATA, skipped_early_data};
use crate::connection::handshake::ServerStage;
use crate::crypto::Transient;
use crate::crypto::hkdf::Label;
use crate::key_schedule::binder;
use crate::message::Message;
use crate::negotiate::server::EarlyDataChoice;
use crate::session::ClientSession;
use crate::{ExternalKey, RememberedTickets, StrikeMemory, Work};

/// What the tickets of these tests allow, in bytes.
pub(super) const ALLOWED: u32 = 1000;

pub(super) fn later(seconds: u64) -> UnixTime {
    UnixTime::since_unix_epoch(Duration::from_secs(now().as_secs() + seconds))
}

/// A register that has begun so many seconds ago.
pub(super) fn register(ago: u64) -> Arc<StrikeMemory> {
    let begun = Duration::from_secs(now().as_secs() - ago);
    Arc::new(StrikeMemory::new(9, UnixTime::since_unix_epoch(begun)))
}

/// Both configurations, where the server accepts early data; not connected yet.
pub(super) fn accepting() -> Returning {
    let both = Returning::new();
    let server = both.server.with_strike_register(register(1000));
    Returning { server: server.with_max_early_data(ALLOWED).unwrap(), ..both }
}

/// The same, and the client has tickets.
pub(super) fn met() -> Returning {
    let both = accepting();
    both.connect();
    both
}

/// A client that has begun at this time with so many bytes of early data.
pub(super) fn client_at(config: &ClientConfig, time: UnixTime, length: usize) -> Victim {
    let mut client = Victim::idle_client(config.clone());
    client.connection.offer_early_data(vec![7; length]).unwrap();
    client.connection.start(time, Call::Handshake, &mut client.outbox).unwrap();
    client
}

/// The ClientHello of such a client, in its record.
pub(super) fn hello_at(config: &ClientConfig, time: UnixTime, length: usize) -> Vec<u8> {
    records_of(&client_at(config, time, length).transmit())[0].to_vec()
}

/// Whether a client offers so many bytes of early data.
pub(super) fn offers(config: &ClientConfig, length: usize) -> bool {
    let hello = hello_at(config, now(), length);
    let Ok(Message::ClientHello(hello)) = Message::decode(&hello[5..]) else { panic!("no hello") };
    hello.early_data
}

/// A server that has selected parameters by this ClientHello at this time, and nothing more.
fn selected(config: &ServerConfig, hello: &[u8], time: UnixTime) -> (Victim, EarlyDataChoice) {
    let mut server = Victim::new(Connection::server(Arc::new(config.clone())).unwrap());
    server.connection.delegate_work();
    server.connection.start(now(), Call::Handshake, &mut server.outbox).unwrap();
    server.receive(hello);
    let Some(Work::Selection(work)) = server.connection.poll_work() else { panic!("no selection") };
    server.connection.handle_work(work.run(time), &mut server.outbox).unwrap();
    let handshake = server.connection.receiver.core.handshake.as_deref().unwrap();
    let Negotiation::Server(ServerStage::Agreeing { selection }) = &handshake.negotiation else {
        panic!("{:?}", server.connection.error())
    };
    let choice = selection.early_data;
    (server, choice)
}

/// Whether early data are accepted. If not they are rejected, and the session is resumed anyway.
pub(super) fn accepts(config: &ServerConfig, hello: &[u8], time: UnixTime) -> bool {
    let (server, choice) = selected(config, hello, time);
    assert!(server.connection.negotiated().is_resumed());
    match choice {
        EarlyDataChoice::Accepted { limit } => limit == ALLOWED,
        EarlyDataChoice::Rejected => false,
        EarlyDataChoice::None => panic!("none are offered"),
    }
}

#[test]
fn early_data_are_offered_all_or_none_as_the_session_allows() {
    let allowed = usize::try_from(ALLOWED).unwrap();
    for (length, expected) in [(0, false), (1, true), (allowed, true), (allowed + 1, false)] {
        assert_eq!(offers(&met().client, length), expected, "{length} bytes");
    }
    assert!(!offers(&accepting().client, 1), "there is no session");
    let both = Returning::new();
    both.connect();
    assert!(!offers(&both.client, 1), "its tickets allow none");
}

#[test]
fn early_data_are_offered_where_the_server_can_choose_what_the_session_had() {
    let suites = [CipherSuite::Aes128GcmSha256, CipherSuite::ChaCha20Poly1305Sha256];
    for suite in suites {
        let mut both = accepting();
        both.server = both.server.with_cipher_suites(&suites[..1]).unwrap();
        both.connect();
        let client = both.client.with_cipher_suites(&[suite]).unwrap();
        assert_eq!(offers(&client, 1), suite == suites[0], "the hash of both is the same");
    }
    for protocols in [&["two", "one"][..], &["two"], &[]] {
        let mut both = accepting();
        both.client = both.client.with_alpn_protocols(["one"]).unwrap();
        both.server = both.server.with_alpn_protocols(["one"]).unwrap();
        both.connect();
        let client = both.client.with_alpn_protocols(protocols.iter().copied()).unwrap();
        assert_eq!(offers(&client, 1), protocols.contains(&"one"));
    }
}

#[test]
fn no_early_data_are_offered_under_an_external_key() {
    let key = ExternalKey::new(b"a key", &[7; 32]).unwrap();
    let client = World::new().client().with_external_key(key);
    assert!(!offers(&client, 1));
}

#[test]
fn early_data_are_given_to_a_client_before_its_handshake() {
    let world = World::new();
    let misplaced = Err(Error::EarlyDataMisplaced);
    let mut client = Victim::client(world.client());
    assert_eq!(client.connection.offer_early_data(vec![1]), misplaced);
    client.connection.handle_deadline(&mut client.outbox);
    assert!(client.connection.is_idle());
    assert_eq!(client.connection.offer_early_data(vec![1]), misplaced, "the hello is sent");
    let mut server = Victim::new(Connection::server(Arc::new(world.server())).unwrap());
    assert_eq!(server.connection.offer_early_data(vec![1]), misplaced);
    let mut pair = Pair::new();
    assert_eq!(pair.client.connection.offer_early_data(vec![1]), misplaced);

    let mut client = Victim::idle_client(world.client());
    client.connection.delegate_work();
    client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
    client.connection.handle_deadline(&mut client.outbox);
    assert!(client.connection.is_idle());
    assert_eq!(client.connection.offer_early_data(vec![1]), misplaced, "the session is taken");
}

#[test]
fn a_server_accepts_the_early_data_of_a_hello_once() {
    let both = met();
    let hello = hello_at(&both.client, now(), 5);
    assert!(accepts(&both.server, &hello, now()));
    assert!(!accepts(&both.server, &hello, now()), "somebody sends it again");
    assert!(accepts(&both.server, &hello_at(&both.client, now(), 5), now()));
}

#[test]
fn early_data_that_come_too_early_or_too_late_are_rejected() {
    // The client tells an age that is less than the real one by up to two seconds.
    for (sent, received, expected) in [(61, 50, true), (61, 49, false), (61, 70, true)] {
        let both = met();
        let hello = hello_at(&both.client, later(sent), 5);
        assert_eq!(accepts(&both.server, &hello, later(received)), expected, "{received}");
    }
    let both = met();
    let hello = hello_at(&both.client, later(61), 5);
    assert!(!accepts(&both.server, &hello, later(71)));
    assert!(accepts(&both.server, &hello, later(70)), "what was rejected is not remembered");
}

/// A connected client at rest, and what its server writes a minute later, with its tickets.
pub(super) fn late_tickets(both: &Returning) -> (Victim, Vec<u8>) {
    let Pair { mut client, mut server } = Pair::with(both.client.clone(), both.server.clone());
    server.end_read();
    server.connection.start_write(later(60), b"late", &mut server.outbox).unwrap();
    client.end_read();
    (client, server.transmit())
}

#[test]
fn a_ticket_that_is_issued_late_is_as_old_to_its_server_as_to_its_client() {
    let both = accepting();
    let (mut client, mut late) = late_tickets(&both);
    client.connection.start(later(60), Call::Read, &mut client.outbox).unwrap();
    for _ in records_of(&late.clone()) {
        let received = client.connection.handle_input(later(60), &mut late, &mut client.outbox);
        late.drain(..received.consumed);
    }
    assert!(late.is_empty());
    let hello = hello_at(&both.client, later(90), 5);
    assert!(accepts(&both.server, &hello, later(90)));
}

#[test]
fn a_server_that_has_begun_anew_rejects_what_it_may_have_accepted_before() {
    let both = met();
    let restarted = both.server.clone().with_strike_register(register(0));
    assert!(!accepts(&restarted, &hello_at(&both.client, now(), 5), now()));
    assert!(accepts(&restarted, &hello_at(&both.client, later(12), 5), later(12)));
}

#[test]
fn a_full_register_has_early_data_rejected() {
    let both = met();
    let none = Arc::new(StrikeMemory::new(0, UnixTime::since_unix_epoch(Duration::ZERO)));
    let full = both.server.clone().with_strike_register(none);
    assert!(!accepts(&full, &hello_at(&both.client, now(), 5), now()));
}

#[test]
fn a_server_accepts_no_more_than_it_is_configured_to() {
    for (most, expected) in [(ALLOWED + 1, true), (ALLOWED - 1, false), (0, false)] {
        let both = met();
        let server = both.server.clone().with_max_early_data(most).unwrap();
        let hello = hello_at(&both.client, now(), 5);
        assert_eq!(accepts(&server, &hello, now()), expected, "{most}");
    }
}

#[test]
fn early_data_of_another_suite_or_protocol_are_rejected() {
    let mut both = accepting();
    both.server = both.server.with_cipher_suites(&[CipherSuite::Aes128GcmSha256]).unwrap();
    both.connect();
    let other = [CipherSuite::ChaCha20Poly1305Sha256];
    let server = both.server.clone().with_cipher_suites(&other).unwrap();
    assert!(!accepts(&server, &hello_at(&both.client, now(), 5), now()));

    let mut both = accepting();
    both.client = both.client.with_alpn_protocols(["one", "two"]).unwrap();
    both.server = both.server.with_alpn_protocols(["one"]).unwrap();
    both.connect();
    let server = both.server.with_alpn_protocols(["two"]).unwrap();
    let (server, choice) = selected(&server, &hello_at(&both.client, now(), 5), now());
    assert!(!server.connection.negotiated().is_resumed());
    assert_eq!(choice, EarlyDataChoice::Rejected);
}

#[test]
fn a_remembered_ticket_allows_early_data_once() {
    let mut both = accepting();
    both.server = both.server.with_session_tickets(Arc::new(RememberedTickets::new(Ring, 9)));
    both.connect();
    let hello = hello_at(&both.client, now(), 5);
    assert!(accepts(&both.server, &hello, now()));
    let (server, choice) = selected(&both.server, &hello, now());
    assert!(!server.connection.negotiated().is_resumed());
    assert_eq!(choice, EarlyDataChoice::Rejected);
}

/// A ClientHello with early data that offers this session behind other tickets.
fn behind(others: &[&[u8]], session: &ClientSession) -> Vec<u8> {
    let hash = session.session.suite.hash();
    let length = |bytes: &[u8]| u16::try_from(bytes.len()).unwrap().to_be_bytes();
    let age = session.session.obfuscated_age(now()).to_be_bytes();
    let tickets = others.iter().copied().chain([&*session.ticket]);
    let identity = |ticket: &[u8]| [&length(ticket)[..], ticket, &age].concat();
    let identities: Vec<u8> = tickets.flat_map(identity).collect();
    let one = [&[u8::try_from(hash.length()).unwrap()][..], &vec![0; hash.length()]].concat();
    let binders = one.repeat(others.len() + 1);
    let contents = [&length(&identities)[..], &identities, &length(&binders), &binders].concat();
    let block = [&[0, 42, 0, 0, 0, 41][..], &length(&contents), &contents].concat();
    let server_name = rustls_pki_types::DnsName::try_from("localhost".to_owned()).ok();
    let mut hello = super::server::with_extension(&Offer { server_name, ..offer() }, &block);
    let covered = Ring.hash(hash, &hello[..hello.len() - 2 - binders.len()]).unwrap();
    let key = (Label::RESUMPTION_BINDER, &session.session.key);
    let place = hello.len() - hash.length();
    hello[place..].copy_from_slice(binder(&Ring, hash, key, &covered).unwrap().as_bytes());
    plain(ContentType::Handshake, &hello)
}

#[test]
fn early_data_are_accepted_under_the_first_key_that_is_offered_only() {
    let both = met();
    let name = ServerName::try_from("localhost").unwrap();
    let session = both.client.sessions().unwrap().take(&name).unwrap();
    assert!(!accepts(&both.server, &behind(&[b"nobody's"], &session), now()));
    assert!(accepts(&both.server, &behind(&[], &session), now()));
}

#[test]
fn a_server_that_asks_for_another_hello_accepts_no_early_data() {
    let both = met();
    let server = both.server.clone().with_groups(&[NamedGroup::Secp384r1]).unwrap();
    let mut client = client_at(&both.client, now(), 5);
    let mut server = Victim::server(server);
    server.receive(&client.transmit());
    client.receive(&server.transmit());
    assert!(!client.offer().early_data, "the second has none");
    server.receive(&client.transmit());
    server.assert_well();
    assert!(server.connection.negotiated().is_resumed());
}

#[test]
fn both_sides_derive_the_same_secret_of_early_data() {
    for suite in [CipherSuite::Aes128GcmSha256, CipherSuite::Aes256GcmSha384] {
        let mut both = accepting();
        both.server = both.server.with_cipher_suites(&[suite]).unwrap();
        both.connect();
        let mut client = client_at(&both.client, now(), 5);
        let (server, choice) = selected(&both.server, &client.transmit(), now());
        assert_eq!(choice, EarlyDataChoice::Accepted { limit: ALLOWED });
        let [ours, theirs] = [&client, &server].map(|end| {
            let mut room = Transient::new();
            let handshake = end.connection.receiver.core.handshake.as_deref().unwrap();
            handshake.early_secret(&Ring, &mut room).unwrap().as_bytes().to_vec()
        });
        assert_eq!(ours, theirs);
    }
}

#[test]
fn as_much_early_data_is_passed_over_as_tickets_allow() {
    let most = 1 << 20;
    let mut both = accepting();
    both.server = both.server.with_max_early_data(most).unwrap();
    let early = plain(ContentType::ApplicationData, &[7; 1 << 14]);
    let hello = super::server::with_extension(&offer(), &[0, 42, 0, 0]);
    let mut server = Victim::server(both.server);
    server.receive_message(&hello);
    server.transmit();
    for _ in 0..most >> 14 {
        server.receive(&early);
        server.assert_well();
    }
    server.receive_message(&server.good_finished());
    server.assert_well();
    assert!(server.connection.is_connected());
    assert_eq!(skipped_early_data(0), MAXIMUM_SKIPPED_EARLY_DATA);
    assert!(skipped_early_data(most) > usize::try_from(most).unwrap());
}

#[test]
fn early_data_show_their_length_and_nothing_else() {
    let early = crate::EarlyData::new(vec![7; 3]);
    assert_eq!(format!("{early:?}"), "EarlyData { length: 3, .. }");
    assert!(early.len() == 3 && !early.is_empty());
    assert_eq!(early.into_replayable_bytes(), [7; 3]);
}
