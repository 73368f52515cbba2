//! Work that is never answered, that fails, or that is answered by mistake.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyaline::pki_types::UnixTime;
use hyaline::{Alert, AsyncWorker, CertificateError, Error, Work, WorkDone};
use tokio::io::AsyncReadExt;
use tokio::time::timeout;

use super::{By, KINDS, at_once, both_certified, for_kind, here};
use crate::executor::{Task, run};
use crate::pipe::{Manner, pair};
use crate::sides::{FrontDoor, Futures, Tokio, reason};

/// How long a handshake is waited for. No real time passes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Says that it was dropped.
struct Dropped(Arc<AtomicBool>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// A worker that never answers work of this kind, and what says that it has been given up.
fn never(wanted: &'static str) -> (Arc<dyn AsyncWorker>, Arc<AtomicBool>) {
    let is_dropped = Arc::<AtomicBool>::default();
    let flag = Arc::clone(&is_dropped);
    let worker = for_kind(wanted, move |_| {
        let dropped = Dropped(Arc::clone(&flag));
        Box::pin(async move {
            let _dropped = dropped;
            std::future::pending().await
        })
    });
    (worker, is_dropped)
}

/// A side whose worker never answers is given up: what its peer finds.
fn given_up<D: FrontDoor>(is_client: bool, wanted: &'static str) -> Error {
    let configs = both_certified();
    let [first, second] = pair(1 << 20, Manner::Plain);
    let (worker, is_dropped) = never(wanted);
    let (mut found, mut is_given_up) = (None, false);
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let handshake: Task<'_> = match is_client {
                true => Box::pin(async {
                    drop(D::connect_by(&configs, worker, first).await);
                }),
                false => Box::pin(async {
                    drop(D::accept_by(&configs, worker, first).await);
                }),
            };
            assert!(timeout(PATIENCE, handshake).await.is_err());
            is_given_up = is_dropped.load(Ordering::Acquire);
        }),
        Box::pin(async {
            let peer = match is_client {
                true => D::accept(&configs, second).await,
                false => D::connect(&configs, second).await,
            };
            found = match peer {
                Ok(mut peer) => peer.read(&mut [0]).await.err(),
                Err(error) => Some(error),
            };
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
    assert!(is_given_up, "the work was not dropped with the handshake");
    reason(&found.unwrap())
}

#[test]
fn a_handshake_that_is_given_up_drops_the_work_that_is_under_way() {
    for is_client in [true, false] {
        for wanted in ["path check", "signature"] {
            for given_up in [given_up::<Tokio>, given_up::<Futures>] {
                let found = given_up(is_client, wanted);
                assert!(matches!(found, Error::Truncated | Error::Reset), "{wanted}: {found:?}");
            }
        }
    }
}

#[test]
fn an_abort_drops_the_work_that_is_under_way_and_a_close_waits_for_none() {
    let configs = both_certified();
    for aborts in [true, false] {
        let [first, second] = pair(1 << 20, Manner::Plain);
        let (worker, is_dropped) = never("signature");
        let mut server = Tokio::server(&configs, second);
        server.delegate_work_to(worker);
        let tasks: Vec<Task<'_>> = vec![
            Box::pin(async { assert!(Tokio::connect(&configs, first).await.is_err()) }),
            Box::pin(async {
                assert!(timeout(PATIENCE, server.handshake()).await.is_err());
                assert!(!is_dropped.load(Ordering::Acquire), "it goes on with the next call");
                if aborts {
                    assert!(server.abort().is_some());
                    assert!(is_dropped.load(Ordering::Acquire));
                } else {
                    assert!(server.close().await.is_ok());
                }
                drop(server);
                assert!(is_dropped.load(Ordering::Acquire));
            }),
        ];
        assert_eq!(run(tasks, 1), Ok(()), "aborts: {aborts}");
    }
}

/// What each side is told where this worker does the work of one: that side first.
fn told<D: FrontDoor>(is_client: bool, worker: Arc<dyn AsyncWorker>) -> [Option<Error>; 2] {
    let configs = both_certified();
    let [first, second] = pair(64, Manner::Plain);
    let (mut own, mut peer) = (None, None);
    let error = |done: io::Result<()>| done.err().map(|error| reason(&error));
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            own = error(match is_client {
                true => D::connect_by(&configs, worker, first).await.map(drop),
                false => D::accept_by(&configs, worker, first).await.map(drop),
            });
        }),
        Box::pin(async {
            let shaken = match is_client {
                true => D::accept(&configs, second).await,
                false => D::connect(&configs, second).await,
            };
            peer = error(match shaken {
                // A client is done before its certificate is judged.
                Ok(mut stream) => stream.read(&mut [0]).await.map(drop),
                Err(error) => Err(error),
            });
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
    [own, peer]
}

fn failures_are_told<D: FrontDoor>() {
    let internal = Some(Error::PeerAlert(Alert::InternalError.into()));
    for (is_client, kinds) in [(true, KINDS[0]), (false, KINDS[1])] {
        for wanted in kinds {
            let worker = for_kind(wanted, |work| at_once(work.failed()));
            let expected = [Some(Error::WorkFailed), internal.clone()];
            assert_eq!(told::<D>(is_client, worker), expected, "{wanted}, client: {is_client}");
        }
        let unsigned = for_kind("signature", |work| match work {
            Work::Signature(request) => at_once(request.signed(None)),
            work => here(work),
        });
        let expected = [Some(Error::SigningFailed), internal.clone()];
        assert_eq!(told::<D>(is_client, unsigned), expected);
        let revoked = for_kind("path check", |work| match work {
            Work::PathCheck(check) => at_once(check.judged(Err(CertificateError::Revoked))),
            work => here(work),
        });
        let expected = [
            Some(Error::Certificate(CertificateError::Revoked)),
            Some(Error::PeerAlert(Alert::CertificateRevoked.into())),
        ];
        assert_eq!(told::<D>(is_client, revoked), expected);
    }
}

#[test]
fn a_worker_that_fails_ends_the_handshake_with_its_reason_and_the_peer_is_told() {
    failures_are_told::<Tokio>();
    failures_are_told::<Futures>();
}

/// A worker that answers work by the answer to the work before it.
fn mistaken() -> impl FnMut(Work) -> WorkDone + Send + Sync + 'static {
    let mut before = None;
    move |work| {
        let failed = work.failed();
        let done = work.run(UnixTime::now());
        match before.replace(failed) {
            Some(other) => other,
            None => done,
        }
    }
}

#[test]
fn an_answer_to_other_work_ends_the_handshake_and_the_peer_is_told() {
    let expected = Error::Internal("an answer to other work");
    for is_client in [true, false] {
        let worker = Mutex::new(mistaken());
        let worker = Arc::new(By(move |work: Work| at_once((*worker.lock().unwrap())(work))));
        let [own, peer] = told::<Tokio>(is_client, worker);
        assert_eq!(own, Some(expected.clone()));
        assert_eq!(peer, Some(Error::PeerAlert(Alert::InternalError.into())));
    }
    // One that answers at once is not waited for either.
    let configs = both_certified();
    let [first, second] = pair(64, Manner::Plain);
    let (mut client, mut server) =
        (Tokio::client(&configs, first), Tokio::server(&configs, second));
    client.delegate_work(mistaken());
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            assert_eq!(reason(&client.handshake().await.unwrap_err()), expected);
            assert_eq!(reason(&client.close().await.unwrap_err()), expected);
        }),
        Box::pin(async {
            let error = server.handshake().await.unwrap_err();
            assert_eq!(reason(&error), Error::PeerAlert(Alert::InternalError.into()));
            drop(server);
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
}
