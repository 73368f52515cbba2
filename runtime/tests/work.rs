//! Work that is left to whoever drives a connection: answered later, elsewhere, or never.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::panic, reason = "tests may panic")]

mod common;

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};

use common::{Authority, End, Pair, now};
use hyaline::crypto::{CryptoProvider, Ring, SigningKey};
use hyaline::{
    Alert, CallResult, CertificateError, ClientConfig, Error, Identity, NamedGroup, ServerConfig,
    ServerJudge, ShownServer, UnknownWork, Work,
};

/// A pair with certificates on both sides, whose work is left to the test.
fn pair(authority: &Authority) -> Pair {
    let client = ClientConfig::builder()
        .with_root_certificates(authority.roots.clone())
        .with_client_auth_cert(authority.chain.clone(), authority.key.clone_key())
        .unwrap();
    let server = ServerConfig::builder()
        .with_client_auth_required(authority.roots.clone())
        .unwrap()
        .with_single_cert(authority.chain.clone(), authority.key.clone_key())
        .unwrap()
        .with_groups(&[NamedGroup::Secp256r1])
        .unwrap();
    delegated(client, server)
}

fn delegated(client: ClientConfig, server: ServerConfig) -> Pair {
    let mut pair = Pair::new(client, server);
    pair.client.connection.delegate_work();
    pair.server.connection.delegate_work();
    pair
}

fn kind(work: &Work) -> &'static str {
    match work {
        Work::KeyShare(_) => "key share",
        Work::Agreement(_) => "agreement",
        Work::Selection(_) => "selection",
        Work::PathCheck(_) => "path check",
        Work::SignatureCheck(_) => "signature check",
        Work::CertificateChoice(_) => "certificate choice",
        Work::Signature(_) => "signature",
    }
}

const KINDS: [&str; 7] = [
    "agreement",
    "certificate choice",
    "key share",
    "path check",
    "selection",
    "signature",
    "signature check",
];

/// Does the work in another thread.
fn elsewhere(work: Work) -> hyaline::WorkDone {
    thread::spawn(move || work.run(now())).join().unwrap()
}

fn answer(end: &mut End, work: Work) {
    let done = elsewhere(work);
    end.connection.handle_work(done, &mut end.outbox).unwrap();
}

/// Runs the handshake until neither end has work, or `stop` says so of a piece of it, which is
/// given back with the end that has it: true for the client.
fn run_until(pair: &mut Pair, stop: impl Fn(bool, &Work) -> bool) -> Option<(bool, Work)> {
    for end in [&mut pair.client, &mut pair.server] {
        if end.connection.is_idle() {
            end.start(hyaline::Call::Handshake);
        }
    }
    loop {
        pair.run();
        let (is_client, work) = pair
            .client
            .work
            .pop()
            .map(|work| (true, work))
            .or_else(|| pair.server.work.pop().map(|work| (false, work)))?;
        if stop(is_client, &work) {
            return Some((is_client, work));
        }
        answer(if is_client { &mut pair.client } else { &mut pair.server }, work);
    }
}

#[test]
fn each_kind_of_work_can_be_done_in_another_thread() {
    let authority = Authority::new();
    let mut pair = pair(&authority);
    let seen = std::cell::RefCell::new(BTreeSet::new());
    let rest = run_until(&mut pair, |_, work| {
        seen.borrow_mut().insert(kind(work));
        false
    });
    assert!(rest.is_none());
    assert_eq!(pair.client.result, Some(CallResult::Ok), "{:?}", pair.client.connection);
    assert_eq!(pair.server.result, Some(CallResult::Ok), "{:?}", pair.server.connection);
    assert_eq!(seen.into_inner().into_iter().collect::<Vec<_>>(), KINDS);
    assert_eq!(pair.server.connection.peer_certificates(), authority.chain);
}

#[test]
fn while_work_is_outstanding_no_record_is_opened() {
    let authority = Authority::new();
    let mut pair = pair(&authority);
    let (is_client, work) = run_until(&mut pair, |_, work| kind(work) == "path check").unwrap();
    assert!(is_client);
    let interest = pair.client.connection.interest(&mut pair.client.outbox);
    assert!(!interest.receive);
    let mut record = [23, 3, 3, 0, 1, 0];
    let received = pair.client.connection.handle_input(now(), &mut record, &mut pair.client.outbox);
    assert_eq!(received.consumed, 0);
    answer(&mut pair.client, work);
    assert_eq!(pair.client.connection.error(), None);
}

#[test]
fn the_transport_may_end_while_any_work_is_outstanding() {
    let authority = Authority::new();
    for reset in [false, true] {
        for is_client in [false, true] {
            for kind_of_work in KINDS {
                let mut pair = pair(&authority);
                let stopped = run_until(&mut pair, |client, work| {
                    client == is_client && kind(work) == kind_of_work
                });
                // The choices are each of one side.
                let Some((_, work)) = stopped else {
                    assert!(
                        ["selection", "certificate choice", "key share"].contains(&kind_of_work)
                    );
                    continue;
                };
                let end = if is_client { &mut pair.client } else { &mut pair.server };
                let (connection, outbox) = (&mut end.connection, &mut end.outbox);
                if reset {
                    connection.handle_receive_error(ErrorKind::ConnectionReset, outbox);
                } else {
                    connection.handle_fin(outbox);
                }
                let expected = if reset { Error::Reset } else { Error::Truncated };
                let result = connection.take_result();
                assert_ne!(result, Some(CallResult::Ok), "{kind_of_work}");
                // The answer comes too late, and changes nothing.
                let done = elsewhere(work);
                assert_eq!(connection.handle_work(done, outbox), Ok(()), "{kind_of_work}");
                pair.run();
                let end = if is_client { &pair.client } else { &pair.server };
                assert!(!end.connection.is_connected());
                assert_eq!(end.connection.error(), Some(&expected), "{kind_of_work}");
            }
        }
    }
}

#[test]
fn work_that_could_not_be_done_ends_the_handshake_and_the_peer_is_told() {
    let authority = Authority::new();
    let mut failed = 0;
    for is_client in [false, true] {
        for kind_of_work in KINDS {
            let mut pair = pair(&authority);
            let is_wanted =
                |client: bool, work: &Work| client == is_client && kind(work) == kind_of_work;
            // The choices are each of one side.
            let Some((_, work)) = run_until(&mut pair, is_wanted) else { continue };
            let end = if is_client { &mut pair.client } else { &mut pair.server };
            end.connection.handle_work(work.failed(), &mut end.outbox).unwrap();
            drop(work);
            run_until(&mut pair, |_, _| false);
            // A client whose handshake has returned learns it where it reads.
            let peer = if is_client { &mut pair.server } else { &mut pair.client };
            if peer.connection.is_idle() {
                peer.start(hyaline::Call::Read);
                pair.run();
            }
            let [own, peer] = match is_client {
                true => [&pair.client, &pair.server],
                false => [&pair.server, &pair.client],
            };
            assert_eq!(own.connection.error(), Some(&Error::WorkFailed), "{kind_of_work}");
            let told = Error::PeerAlert(Alert::InternalError.into());
            assert_eq!(peer.connection.error(), Some(&told), "{kind_of_work}");
            failed += 1;
        }
    }
    assert_eq!(failed, 11);
}

#[test]
fn the_answer_to_another_connections_work_is_refused() {
    let authority = Authority::new();
    let (mut one, mut other) = (pair(&authority), pair(&authority));
    let stop = |_: bool, work: &Work| kind(work) == "path check";
    let (_, of_one) = run_until(&mut one, stop).unwrap();
    let (_, of_other) = run_until(&mut other, stop).unwrap();
    let done = elsewhere(of_other);
    let client = &mut one.client;
    let refused = client.connection.handle_work(done, &mut client.outbox);
    assert_eq!(refused, Err(UnknownWork));
    answer(client, of_one);
    assert_eq!(client.connection.error(), None);
}

#[test]
fn a_signature_may_be_made_by_whoever_holds_the_key() {
    let authority = Authority::new();
    let key: Arc<dyn SigningKey> = Ring.load_key(&authority.key).unwrap();
    let identity = Identity::delegated(authority.chain.clone(), key.schemes()).unwrap();
    for works in [true, false] {
        let server = ServerConfig::builder().with_no_client_auth().with_identity(identity.clone());
        let mut pair = delegated(authority.client(), server);
        let is_request = |_: bool, work: &Work| kind(work) == "signature";
        let (_, work) = run_until(&mut pair, is_request).unwrap();
        let Work::Signature(request) = work else { panic!("not a signature") };
        assert_eq!(request.chain(), authority.chain);
        let signature = key.sign(request.scheme(), &request.message()).unwrap();
        let done = request.signed(works.then_some(signature));
        let server = &mut pair.server;
        server.connection.handle_work(done, &mut server.outbox).unwrap();
        run_until(&mut pair, |_, _| false);
        assert_eq!(pair.client.connection.is_connected(), works);
        let error = (!works).then_some(&Error::SigningFailed);
        assert_eq!(pair.server.connection.error(), error);
    }
}

#[test]
fn a_path_may_be_judged_by_other_means() {
    let (authority, stranger) = (Authority::new(), Authority::new());
    for verdict in [Ok(()), Err(CertificateError::Revoked)] {
        // The client would not trust this server.
        let mut pair = delegated(stranger.client(), authority.server());
        let is_check = |_: bool, work: &Work| kind(work) == "path check";
        let (_, work) = run_until(&mut pair, is_check).unwrap();
        let Work::PathCheck(check) = work else { panic!("not a path check") };
        assert_eq!(check.chain(), authority.chain);
        assert!(check.server_name().is_some());
        let done = check.judged(verdict.clone());
        let client = &mut pair.client;
        client.connection.handle_work(done, &mut client.outbox).unwrap();
        run_until(&mut pair, |_, _| false);
        assert_eq!(pair.client.connection.is_connected(), verdict.is_ok());
        let error = verdict.err().map(Error::from);
        assert_eq!(pair.client.connection.error(), error.as_ref());
    }
}

#[test]
fn a_server_may_choose_its_certificate_by_the_name_that_it_is_called() {
    let (configured, other) = (Authority::new(), Authority::new());
    let key = Ring.load_key(&other.key).unwrap();
    let identity = Arc::new(Identity::new(&Ring, other.chain.clone(), key).unwrap());
    let mut pair = delegated(other.client(), configured.server());
    let is_choice = |_: bool, work: &Work| kind(work) == "selection";
    let (_, work) = run_until(&mut pair, is_choice).unwrap();
    let Work::Selection(choice) = work else { panic!("not a selection") };
    assert_eq!(choice.server_name(), Some("localhost"));
    let done = choice.run_with(identity, now());
    let server = &mut pair.server;
    server.connection.handle_work(done, &mut server.outbox).unwrap();
    run_until(&mut pair, |_, _| false);
    assert!(pair.client.connection.is_connected());
    assert_eq!(pair.client.connection.peer_certificates(), other.chain);
}

/// Accepts everybody, and keeps on which thread it was asked.
#[derive(Debug, Default)]
struct Whereabouts(Mutex<Option<ThreadId>>);

impl ServerJudge for Whereabouts {
    fn judge(&self, _: &ShownServer<'_>) -> Result<(), CertificateError> {
        *self.0.lock().unwrap() = Some(thread::current().id());
        Ok(())
    }
}

#[test]
fn a_judge_is_asked_on_the_thread_that_does_the_work() {
    let authority = Authority::new();
    let judge = Arc::new(Whereabouts::default());
    let client = ClientConfig::builder().with_judge(Arc::clone(&judge) as _).with_no_client_auth();
    let here = thread::current().id();
    let asked_on = || judge.0.lock().unwrap().take();

    let mut pair = delegated(client.clone(), authority.server());
    run_until(&mut pair, |_, _| false);
    assert!(pair.client.connection.is_connected());
    assert!(asked_on().is_some_and(|thread| thread != here));

    let mut pair = Pair::new(client, authority.server());
    pair.handshake();
    assert!(pair.client.connection.is_connected());
    assert_eq!(asked_on(), Some(here), "nobody else does it");
}
