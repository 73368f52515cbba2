//! Workers that take their time: other tasks, and other threads.

mod ends;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::thread::{self, ThreadId};
use std::time::Duration;

use hyaline::pki_types::UnixTime;
use hyaline::{AsyncWorker, ClientConfig, NamedGroup, ServerConfig, Work, WorkDone, WorkFuture};
use hyaline_tests::certificates::{KeyKind, authority_and_server};
use tokio::sync::{mpsc, oneshot};

use crate::executor::{Stuck, Task, run};
use crate::pipe::{End, Manner, pair};
use crate::sides::{Configs, FrontDoor, Futures, Side, Tokio};

/// How many schedules each program runs under.
const SCHEDULES: u64 = 6;

/// A client and a server that both have certificates and want to see the other's, and agree on a
/// group at the second attempt: every kind of work comes.
fn both_certified() -> Configs {
    let (authority, identity) = authority_and_server();
    let own = authority.client(KeyKind::P256);
    let client = ClientConfig::builder()
        .with_root_certificates(authority.roots())
        .with_client_auth_cert(own.chain, own.key)
        .unwrap();
    let server = ServerConfig::builder()
        .with_client_auth_required(authority.roots())
        .unwrap()
        .with_single_cert(identity.chain, identity.key)
        .unwrap()
        .with_groups(&[NamedGroup::Secp256r1])
        .unwrap();
    Configs { authority, client: Arc::new(client), server: Arc::new(server) }
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

/// The kinds of a client's work, and of a server's.
const KINDS: [&[&str]; 2] = [
    &["key share", "agreement", "path check", "signature check", "certificate choice", "signature"],
    &["agreement", "selection", "path check", "signature check", "signature"],
];

/// A worker that this function is.
struct By<F>(F);

impl<F> fmt::Debug for By<F> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("By")
    }
}

impl<F: Fn(Work) -> WorkFuture + Send + Sync + 'static> AsyncWorker for By<F> {
    fn answer(&self, work: Work) -> WorkFuture {
        (self.0)(work)
    }
}

fn here(work: Work) -> WorkFuture {
    at_once(work.run(UnixTime::now()))
}

fn at_once(done: WorkDone) -> WorkFuture {
    Box::pin(std::future::ready(done))
}

/// A worker that has this done with work of a kind, and does all other here.
fn for_kind(
    wanted: &'static str,
    answer: impl Fn(Work) -> WorkFuture + Send + Sync + 'static,
) -> Arc<dyn AsyncWorker> {
    Arc::new(By(move |work: Work| if kind(&work) == wanted { answer(work) } else { here(work) }))
}

type Desk = mpsc::UnboundedSender<(Work, oneshot::Sender<WorkDone>)>;

/// A worker that puts all work on the desk of another task.
fn on_desk(desk: Desk) -> Arc<dyn AsyncWorker> {
    Arc::new(By(move |work: Work| -> WorkFuture {
        let failed = work.failed();
        let (reply, answer) = oneshot::channel();
        let sent = desk.send((work, reply));
        Box::pin(async move {
            sent.ok();
            answer.await.unwrap_or(failed)
        })
    }))
}

/// Both sides' work is done by a third task: which kinds there were.
fn by_another_task<D: FrontDoor>(
    configs: &Configs,
    [first, second]: [End; 2],
    is_late: bool,
    seed: u64,
) -> Result<BTreeSet<&'static str>, Stuck> {
    let (desk, mut orders) = mpsc::unbounded_channel();
    let (of_client, of_server) = (on_desk(desk.clone()), on_desk(desk));
    let mut kinds = BTreeSet::new();
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::connect_by(configs, of_client, first).await.unwrap();
            client.close().await.unwrap();
        }),
        Box::pin(async {
            let server = match is_late {
                true => D::accept_late_by(configs, of_server, second).await,
                false => D::accept_by(configs, of_server, second).await,
            };
            server.unwrap().close().await.unwrap();
        }),
        Box::pin(async {
            while let Some((work, reply)) = orders.recv().await {
                tokio::task::yield_now().await;
                kinds.insert(kind(&work));
                let taken = reply.send(work.run(UnixTime::now()));
                assert!(taken.is_ok(), "nobody waits for the answer");
            }
        }),
    ];
    run(tasks, seed)?;
    Ok(kinds)
}

fn work_is_done_by_another_task<D: FrontDoor>() {
    let configs = both_certified();
    let all = BTreeSet::from_iter(KINDS.concat());
    for is_late in [false, true] {
        for manner in Manner::RIGHT {
            for capacity in [3, 64, 1 << 20] {
                for seed in 1..=SCHEDULES {
                    let ends = pair(capacity, manner);
                    let kinds = by_another_task::<D>(&configs, ends, is_late, seed).unwrap();
                    assert_eq!(kinds, all, "{manner:?}, {capacity} bytes, seed {seed}");
                }
            }
        }
    }
}

#[test]
fn a_handshake_waits_for_another_task_that_does_its_work_under_every_schedule() {
    work_is_done_by_another_task::<Tokio>();
    work_is_done_by_another_task::<Futures>();
}

fn by_threads<D: FrontDoor>() {
    let configs = both_certified();
    let [first, second] = pair(64, Manner::Plain);
    let threads = Arc::<Mutex<Vec<ThreadId>>>::default();
    let note =
        |threads: &Mutex<Vec<ThreadId>>| threads.lock().unwrap().push(thread::current().id());
    let of_pool = Arc::clone(&threads);
    let pool = for_kind("path check", move |work| {
        let (failed, threads) = (work.failed(), Arc::clone(&of_pool));
        let judged = tokio::task::spawn_blocking(move || {
            note(&threads);
            work.run(UnixTime::now())
        });
        Box::pin(async move { judged.await.unwrap_or(failed) })
    });
    let of_signer = Arc::clone(&threads);
    let signer = for_kind("signature", move |work| {
        let (reply, answer) = oneshot::channel();
        let (failed, threads) = (work.failed(), Arc::clone(&of_signer));
        thread::spawn(move || {
            note(&threads);
            drop(reply.send(work.run(UnixTime::now())));
        });
        Box::pin(async move { answer.await.unwrap_or(failed) })
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let shaken = runtime.block_on(async {
        let client = async { D::connect_by(&configs, pool, first).await?.close().await };
        let server = async { D::accept_by(&configs, signer, second).await?.close().await };
        let both = async { tokio::try_join!(client, server) };
        tokio::time::timeout(Duration::from_secs(60), both).await
    });
    shaken.unwrap().unwrap();
    let threads = threads.lock().unwrap();
    assert_eq!(threads.len(), 2);
    assert!(threads.iter().all(|thread| *thread != thread::current().id()));
}

#[test]
fn other_threads_sign_and_judge_while_the_runtime_goes_on() {
    by_threads::<Tokio>();
    by_threads::<Futures>();
}
