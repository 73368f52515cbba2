//! Sessions that are resumed (RFC 9846 sections 2.2, 4.3.11 and 4.7.1).

use std::time::Duration;

use super::*;
use crate::crypto::Secret;
use crate::message::NewSessionTicket;
use crate::session::{ClientSession, ReceivedTicket, SessionMemory};
use crate::{RememberedTickets, SessionTickets};

/// Both configurations, over and over: what one connection keeps the next may use.
pub(super) struct Returning {
    pub(super) client: ClientConfig,
    pub(super) server: ServerConfig,
}

impl Returning {
    pub(super) fn new() -> Self {
        let world = World::new();
        Self { client: world.client(), server: world.server() }
    }

    fn with_client_certificate() -> Self {
        let world = World::new();
        let client = ClientConfig::builder()
            .with_root_certificates(world.authority.roots())
            .with_client_auth_cert(world.client_chain(), der(&world.client_key))
            .unwrap();
        Self { client, server: world.server_that_requires() }
    }

    /// One connection, and the tickets that come with the first data.
    pub(super) fn connect(&self) -> Pair {
        let mut pair = Pair::with(self.client.clone(), self.server.clone());
        let data = pair.server.write(b"hello");
        pair.client.receive(&data);
        assert_eq!(pair.client.read, b"hello");
        pair
    }
}

pub(super) fn is_resumed(pair: &Pair) -> bool {
    let resumed = [&pair.client, &pair.server].map(|end| end.connection.negotiated().is_resumed());
    assert_eq!(resumed[0], resumed[1]);
    resumed[0]
}

/// The session that a client would resume next.
fn take(config: &ClientConfig) -> Option<ClientSession> {
    config.sessions().unwrap().take(&ServerName::try_from("localhost").unwrap())
}

fn keep(config: &ClientConfig, session: ClientSession) {
    config.sessions().unwrap().keep(&ServerName::try_from("localhost").unwrap(), session);
}

#[test]
fn a_client_that_comes_again_resumes_and_the_server_is_who_it_was() {
    let both = Returning::new();
    let first = both.connect();
    assert!(!is_resumed(&first));
    let certificates = first.client.connection.peer_certificates().to_vec();
    assert_eq!(certificates.len(), 1);
    for _ in 0..3 {
        let mut again = both.connect();
        assert!(is_resumed(&again));
        assert_eq!(again.client.connection.peer_certificates(), certificates);
        let data = again.client.write(b"and back");
        again.server.receive(&data);
        assert_eq!(again.server.read, b"and back");
    }
}

#[test]
fn a_client_keeps_who_it_has_proved_to_be() {
    let both = Returning::with_client_certificate();
    let first = both.connect();
    let certificates = first.server.connection.peer_certificates().to_vec();
    assert_eq!(certificates.len(), 1);
    let again = both.connect();
    assert!(is_resumed(&again));
    assert_eq!(again.server.connection.peer_certificates(), certificates);
}

#[test]
fn a_session_is_resumed_across_a_hello_retry_request() {
    let mut both = Returning::new();
    both.server = both.server.with_groups(&[NamedGroup::Secp384r1]).unwrap();
    assert!(!is_resumed(&both.connect()));
    assert!(is_resumed(&both.connect()));
    // A suite of another hash than the session's: it is not offered again, and not resumed.
    both.client = both.client.with_groups(&[NamedGroup::X25519, NamedGroup::Secp384r1]).unwrap();
    both.server = both.server.with_cipher_suites(&[CipherSuite::Aes256GcmSha384]).unwrap();
    assert!(!is_resumed(&both.connect()));
    assert!(is_resumed(&both.connect()));
}

#[test]
fn every_suite_resumes_and_one_of_another_hash_does_not() {
    for suite in [
        CipherSuite::Aes128GcmSha256,
        CipherSuite::Aes256GcmSha384,
        CipherSuite::ChaCha20Poly1305Sha256,
    ] {
        let mut both = Returning::new();
        both.server = both.server.with_cipher_suites(&[suite]).unwrap();
        assert!(!is_resumed(&both.connect()));
        let resumed = both.connect();
        assert!(is_resumed(&resumed));
        assert_eq!(resumed.client.connection.cipher_suite(), Some(suite));
    }
    let mut both = Returning::new();
    both.connect();
    both.server = both.server.with_cipher_suites(&[CipherSuite::Aes256GcmSha384]).unwrap();
    assert!(!is_resumed(&both.connect()));
    // The hash is the same; the suite need not be.
    let mut both = Returning::new();
    both.server = both.server.with_cipher_suites(&[CipherSuite::Aes128GcmSha256]).unwrap();
    both.connect();
    both.server = both.server.with_cipher_suites(&[CipherSuite::ChaCha20Poly1305Sha256]).unwrap();
    assert!(is_resumed(&both.connect()));
}

#[test]
fn nothing_is_resumed_after_the_certificate_or_the_roots_have_changed() {
    let mut both = Returning::new();
    both.connect();
    let other = World::new();
    let identity = Identity::load(&Ring, other.server_chain(), &der(&other.server_key)).unwrap();
    let server = ServerConfig::builder().with_no_client_auth().with_identity(identity);
    // The tickets are sealed under the same keys as before.
    let tickets = Arc::new(crate::SealedTickets::new(Ring));
    both.server = both.server.with_session_tickets(Arc::clone(&tickets) as _);
    both.connect();
    let client = ClientConfig::builder()
        .with_root_certificates(other.authority.roots())
        .with_no_client_auth();
    let sessions = Arc::new(SessionMemory::new(9));
    let moved = Returning {
        client: client.with_sessions(Arc::clone(&sessions) as _),
        server: server.with_session_tickets(tickets),
    };
    let session = take(&both.client).unwrap();
    keep(&moved.client, session);
    assert!(!is_resumed(&moved.connect()), "the client trusts others");
    assert!(is_resumed(&moved.connect()));

    // The server's certificate has changed, and the client does not know.
    let world = World::new();
    let mut both = Returning { client: world.client(), server: world.server() };
    let tickets = Arc::new(crate::SealedTickets::new(Ring));
    both.server = both.server.with_session_tickets(Arc::clone(&tickets) as _);
    both.connect();
    both.server = world.server().with_session_tickets(tickets);
    assert!(!is_resumed(&both.connect()), "the server shows another certificate");
}

#[test]
fn a_server_that_begins_to_ask_for_certificates_resumes_no_session_without() {
    let world = World::new();
    let tickets = Arc::new(crate::SealedTickets::new(Ring));
    let identity = Identity::load(&Ring, world.server_chain(), &der(&world.server_key)).unwrap();
    let [open, asking, strict] = [
        ServerConfig::builder().with_no_client_auth(),
        ServerConfig::builder().with_client_auth_requested(world.authority.roots()).unwrap(),
        ServerConfig::builder().with_client_auth_required(world.authority.roots()).unwrap(),
    ]
    .map(|builder| {
        let config = builder.with_identity(identity.clone());
        config.with_session_tickets(Arc::clone(&tickets) as _)
    });
    let known = ClientConfig::builder()
        .with_root_certificates(world.authority.roots())
        .with_client_auth_cert(world.client_chain(), der(&world.client_key))
        .unwrap();
    for before in [&open, &asking] {
        for client in [world.client(), known.clone()] {
            let mut both = Returning { client, server: before.clone() };
            let first = both.connect();
            let was_known = !first.server.connection.peer_certificates().is_empty();
            both.server = strict.clone();
            let mut client = Victim::client(both.client.clone());
            let mut server = Victim::server(both.server.clone());
            server.receive(&client.transmit());
            let resumed = server.connection.negotiated().is_resumed();
            assert_eq!(resumed, was_known, "who is known need not show it again");
        }
    }
}

#[test]
fn nothing_is_resumed_that_is_too_old() {
    let both = Returning::new();
    both.connect();
    let mut session = take(&both.client).unwrap();
    assert!(session.session.proof.good_until > now().as_secs());
    let day = Duration::from_secs(86_400);
    session.session.since =
        UnixTime::since_unix_epoch(Duration::from_secs(now().as_secs()).saturating_sub(day));
    while take(&both.client).is_some() {}
    keep(&both.client, session);
    assert!(!is_resumed(&both.connect()), "the ticket was good for half a day");
}

#[test]
fn another_name_or_protocol_is_another_session() {
    let mut both = Returning::new();
    both.client = both.client.with_alpn_protocols(["one", "two"]).unwrap();
    both.server = both.server.with_alpn_protocols(["one"]).unwrap();
    both.connect();
    both.server = both.server.with_alpn_protocols(["two"]).unwrap();
    let other = both.connect();
    assert!(!is_resumed(&other));
    assert_eq!(other.client.connection.application_protocol(), Some(&b"two"[..]));

    let both = Returning::new();
    both.connect();
    let session = take(&both.client).unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    both.client.sessions().unwrap().keep(&name, session);
    let mut client = Victim::new(Connection::client(Arc::new(both.client.clone()), name).unwrap());
    client.connection.start(now(), Call::Handshake, &mut client.outbox).unwrap();
    let mut server = Victim::server(both.server);
    let hello = client.transmit();
    server.receive(&hello);
    assert!(!server.connection.negotiated().is_resumed(), "no name is said");
}

#[test]
fn a_remembered_session_is_resumed_once() {
    let mut both = Returning::new();
    let tickets = Arc::new(RememberedTickets::new(Ring, 8));
    both.server = both.server.with_session_tickets(tickets).with_tickets(1).unwrap();
    both.connect();
    let session = take(&both.client).unwrap();
    let copy = ClientSession::from_bytes(session.to_bytes().as_bytes()).unwrap();
    keep(&both.client, session);
    assert!(is_resumed(&both.connect()));
    while take(&both.client).is_some() {}
    keep(&both.client, copy);
    assert!(!is_resumed(&both.connect()));
}

#[test]
fn a_client_or_a_server_that_resumes_nothing_does_not() {
    let mut both = Returning::new();
    both.client = both.client.without_resumption();
    assert!(!is_resumed(&both.connect()));
    assert!(!is_resumed(&both.connect()));
    let mut both = Returning::new();
    both.server = both.server.with_tickets(0).unwrap();
    assert!(!is_resumed(&both.connect()));
    assert!(!is_resumed(&both.connect()));
    assert!(take(&both.client).is_none());
}

#[test]
fn no_nonce_is_long_and_no_two_tickets_of_a_connection_are_alike() {
    let mut both = Returning::new();
    both.server = both.server.with_tickets(8).unwrap();
    both.connect();
    let sessions: Vec<ClientSession> = std::iter::from_fn(|| take(&both.client)).collect();
    assert_eq!(sessions.len(), 4, "a client keeps a few");
    let keys: std::collections::BTreeSet<_> =
        sessions.iter().map(|one| one.session.key.as_bytes().to_vec()).collect();
    assert_eq!(keys.len(), 4);
}

#[test]
fn a_client_keeps_a_few_tickets_of_some_length() {
    let both = Returning::new();
    let mut pair = both.connect();
    while take(&both.client).is_some() {}
    let mut number = 0;
    let mut send = |lifetime, length| {
        number += 1;
        let ticket = vec![7; length];
        let mut bytes = Vec::new();
        let (nonce, ticket) = (&[number], &ticket);
        NewSessionTicket { lifetime, age_add: 0, nonce, ticket, early_data: 0 }
            .encode(None, &mut bytes);
        let content = Content::Handshake(HandshakeType::NewSessionTicket);
        let record = pair.server.seal(content, &bytes);
        pair.client.receive(&record);
        pair.client.assert_well();
        take(&both.client).is_some()
    };
    assert!(!send(0, 32), "its lifetime is 0");
    assert!(!send(100, 0x3f01), "it is too long");
    assert!(send(100, 0x3f00));
    // Two have come with the first data.
    let kept = (0..9).filter(|_| send(100, 32)).count();
    assert_eq!(kept + 1 + 2, 8);
}

/// Tickets of so many bytes, of a store that resumes nothing.
#[derive(Debug)]
struct Long(usize);

impl SessionTickets for Long {
    fn lifetime(&self) -> u32 {
        100
    }

    fn issue(&self, _: UnixTime, _: &[u8]) -> Option<Vec<u8>> {
        Some(vec![7; self.0])
    }

    fn redeem(&self, _: UnixTime, _: &[u8]) -> Option<Secret> {
        None
    }
}

#[test]
fn no_ticket_is_so_long_that_its_message_is_cut() {
    for (length, kept) in [(0, 0), (1, 2), (0x3f00, 2), (0x3f01, 0), (0x1_0000, 0)] {
        let mut both = Returning::new();
        both.server = both.server.with_session_tickets(Arc::new(Long(length)));
        let pair = both.connect();
        let found = std::iter::from_fn(|| take(&both.client)).count();
        assert_eq!(found, kept, "{length} bytes");
        assert!(pair.client.connection.error().is_none());
    }
}

#[test]
fn a_ticket_is_good_for_seven_days_at_most() {
    let (lifetime, ticket) = (u32::MAX, &[1]);
    let message = NewSessionTicket { lifetime, age_add: 0, nonce: &[], ticket, early_data: 0 };
    assert_eq!(ReceivedTicket::from(&message).lifetime, 604_800);
    let tickets = crate::SealedTickets::new(Ring).with_lifetime(u32::MAX);
    assert_eq!(crate::SessionTickets::lifetime(&tickets), 604_800);
    let tickets = RememberedTickets::new(Ring, 1).with_lifetime(u32::MAX);
    assert_eq!(crate::SessionTickets::lifetime(&tickets), 604_800);
}

#[test]
fn nothing_is_said_of_the_name_where_a_session_is_resumed() {
    let world = World::new();
    let identity = Identity::load(&Ring, world.server_chain(), &der(&world.server_key)).unwrap();
    let identities = crate::Identities::new().with("localhost", identity).unwrap();
    let server = ServerConfig::builder().with_no_client_auth().with_resolver(Arc::new(identities));
    let both = Returning { client: world.client(), server };
    for resumes in [false, true] {
        let mut server = Victim::server(both.server.clone());
        let mut client = Victim::client(both.client.clone());
        server.receive(&client.transmit());
        assert_eq!(server.connection.negotiated().is_resumed(), resumes);
        // ServerHello, change_cipher_spec, EncryptedExtensions.
        let flight = server.transmit();
        let records = records_of(&flight);
        client.receive(&[records[0], records[1]].concat());
        let mut opener = client.connection.receiver.core.opener.clone();
        let extensions = &open_all(&mut opener, records[2])[0].1;
        let says_name = [0, 0, 0, 0];
        assert_eq!(extensions[6..].starts_with(&says_name), !resumes, "{extensions:?}");
        client.receive(&records[2..].concat());
        server.receive(&client.transmit());
        let data = server.write(b"tickets come before it");
        client.receive(&data);
    }
}
