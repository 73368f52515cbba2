//! Servers that a judge of the program's own accepts or refuses, in the place of roots.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::resumption::{Returning, is_resumed};
use super::*;
use crate::session::SessionMemory;
use crate::{CertificateError, ConfigurationError, RevocationLists, ServerJudge, ShownServer};

/// A judge, and how often it was asked.
#[derive(Debug)]
struct Counting {
    verdict: Result<(), CertificateError>,
    distinction: Option<&'static [u8]>,
    asked: AtomicUsize,
}

impl Counting {
    fn new(distinction: Option<&'static [u8]>) -> Arc<Self> {
        Arc::new(Self { verdict: Ok(()), distinction, asked: AtomicUsize::new(0) })
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn client(self: &Arc<Self>) -> ClientConfig {
        ClientConfig::builder().with_judge(Arc::clone(self) as _).with_no_client_auth()
    }
}

impl ServerJudge for Counting {
    fn judge(&self, server: &ShownServer<'_>) -> Result<(), CertificateError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        assert_eq!((server.time(), server.chain().len()), (now(), 1));
        self.verdict.clone()
    }

    fn distinction(&self) -> Option<&[u8]> {
        self.distinction
    }
}

/// What becomes of a handshake of these two.
fn meet(client: ClientConfig, server: ServerConfig) -> [Option<Error>; 2] {
    let mut pair = Pair { client: Victim::client(client), server: Victim::server(server) };
    pair.exchange();
    [&pair.client, &pair.server].map(|end| end.connection.error().cloned())
}

#[test]
fn a_server_is_told_why_a_judge_has_refused_it() {
    let world = World::new();
    assert_eq!(meet(Counting::new(None).client(), world.server()), [None, None]);
    let expired = CertificateError::Expired { time: now(), not_after: noon(2026, 6, 1) };
    for (refusal, alert) in [
        (CertificateError::UnknownIssuer, Alert::UnknownCa),
        (CertificateError::Revoked, Alert::CertificateRevoked),
        (CertificateError::AccessDenied, Alert::AccessDenied),
        (CertificateError::Refused { reason: "of a bad day".into() }, Alert::CertificateUnknown),
        (expired, Alert::CertificateExpired),
    ] {
        let verdict = Err(refusal.clone());
        let judge = Counting { verdict, distinction: None, asked: AtomicUsize::new(0) };
        let [client, server] = meet(Arc::new(judge).client(), world.server());
        let client = client.unwrap();
        assert_eq!(client, Error::Certificate(refusal));
        assert_eq!(client.alert(), Some(alert));
        assert!(matches!(server, Some(Error::PeerAlert(told)) if told == alert.into()));
    }
}

#[test]
fn a_server_proves_that_it_owns_the_key_whatever_a_judge_says() {
    let world = World::new();
    let mut identity =
        Identity::load(&Ring, world.server_chain(), &der(&world.server_key)).unwrap();
    identity.key = Ring.load_key(&der(&world.client_key)).unwrap();
    let server = ServerConfig::builder().with_no_client_auth().with_identity(identity);
    let judge = Counting::new(None);
    let [client, _] = meet(judge.client(), server);
    assert_eq!(client, Some(Error::BadSignature));
    assert_eq!(judge.asked(), 1);
}

#[test]
fn a_session_is_resumed_under_the_judge_that_has_accepted_its_server() {
    let judge = Counting::new(Some(b"the same"));
    let both = Returning { client: judge.client(), server: World::new().server() };
    let first = both.connect();
    let certificates = first.client.connection.peer_certificates().to_vec();
    assert!(!is_resumed(&first) && certificates.len() == 1);
    for _ in 0..2 {
        let again = both.connect();
        assert!(is_resumed(&again));
        assert_eq!(again.client.connection.peer_certificates(), certificates);
    }
    assert_eq!(judge.asked(), 1, "who resumes asks nobody");
}

#[test]
fn nothing_is_resumed_under_another_judge_nor_under_one_without_a_distinction() {
    let sessions = Arc::new(SessionMemory::new(9));
    let server = World::new().server();
    let with = |judge: &Arc<Counting>| Returning {
        client: judge.client().with_sessions(Arc::clone(&sessions) as _),
        server: server.clone(),
    };
    let [one, same, other] =
        [b"one", b"one", b"two"].map(|distinction| Counting::new(Some(distinction)));
    assert!(!is_resumed(&with(&one).connect()));
    assert!(is_resumed(&with(&same).connect()), "it accepts whom the other accepts");
    assert!(!is_resumed(&with(&other).connect()));
    assert_eq!([one.asked(), same.asked(), other.asked()], [1, 0, 1]);
    let without = Counting::new(None);
    for connections in 1..4 {
        assert!(!is_resumed(&with(&without).connect()));
        assert_eq!(without.asked(), connections);
    }
}

#[test]
fn no_client_begins_whose_revocation_lists_nobody_would_look_at() {
    let name = || ServerName::try_from("localhost").unwrap();
    let config = Counting::new(None).client();
    assert!(Connection::client(Arc::new(config.clone()), name()).is_ok());
    let config = config.with_revocation_lists(RevocationLists::new());
    let refusal = Connection::client(Arc::new(config), name()).err();
    let unused = Error::Configuration(ConfigurationError::UnusedRevocationLists);
    assert_eq!(refusal, Some(unused));
}
