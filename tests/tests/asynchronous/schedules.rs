//! No wake is lost: programs that end under every schedule, and faults that are found.

use std::cell::RefCell;
use std::io::IoSlice;
use std::rc::Rc;

use tokio::io::{
    AsyncReadExt, AsyncWriteExt, ReadHalf, WriteHalf, copy_bidirectional, join as join_halves,
    split,
};

use crate::executor::{Stuck, Task, run};
use crate::pipe::{End, Manner, pair};
use crate::sides::{Configs, FrontDoor, Futures, Side, Tokio, name, pattern};

/// How much is sent: several records.
const MUCH: usize = 40_000;

/// How many bytes the pipes hold: less than the head of a record, less than a record, all.
const CAPACITIES: [usize; 3] = [3, 64, 1 << 20];

/// How many schedules each program runs under, over each pair of pipes.
const SCHEDULES: u64 = 8;

/// Runs a program under many schedules, all of which end.
fn ends_well(program: impl Fn(&Configs, [End; 2], u64) -> Result<(), Stuck>) {
    let configs = Configs::new();
    for manner in Manner::RIGHT {
        for capacity in CAPACITIES {
            for seed in 1..=SCHEDULES {
                let outcome = program(&configs, pair(capacity, manner), seed);
                assert_eq!(outcome, Ok(()), "{manner:?}, {capacity} bytes, seed {seed}");
            }
        }
    }
}

/// The halves of a stream whose tasks are done.
type Done<S> = Rc<RefCell<(Option<ReadHalf<S>>, Option<WriteHalf<S>>)>>;

/// Closes the stream, if both of its tasks are done.
async fn close_if_done<S: Side>(done: Done<S>) {
    let both = {
        let mut done = done.borrow_mut();
        let is_done = done.0.is_some() && done.1.is_some();
        is_done.then(|| (done.0.take().unwrap(), done.1.take().unwrap()))
    };
    if let Some((reader, writer)) = both {
        reader.unsplit(writer).close().await.unwrap();
    }
}

/// Each end has a task that reads and one that writes. The one that is done last closes.
fn two_tasks<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for stream in [D::client(configs, first), D::server(configs, second)] {
        let (mut reader, mut writer) = split(stream);
        let done = Done::<D::Stream>::default();
        let of_reader = Rc::clone(&done);
        tasks.push(Box::pin(async move {
            writer.write_all(&pattern(MUCH)).await.unwrap();
            writer.shutdown().await.unwrap();
            done.borrow_mut().1 = Some(writer);
            close_if_done(done).await;
        }));
        tasks.push(Box::pin(async move {
            let mut received = Vec::new();
            reader.read_to_end(&mut received).await.unwrap();
            assert!(received == pattern(MUCH));
            of_reader.borrow_mut().0 = Some(reader);
            close_if_done(of_reader).await;
        }));
    }
    run(tasks, seed)
}

#[test]
fn two_tasks_at_each_end_write_as_they_read() {
    ends_well(two_tasks::<Tokio>);
    ends_well(two_tasks::<Futures>);
}

/// One task at each end writes as it reads, and updates keys before.
fn one_task<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let streams = [D::client(configs, first), D::server(configs, second)];
    let tasks = streams.map(|mut stream| -> Task<'_> {
        Box::pin(async move {
            stream.update_key().await.unwrap();
            let (mut reader, mut writer) = split(stream);
            let mut received = Vec::new();
            let reading = async { reader.read_to_end(&mut received).await.unwrap() };
            let writing = async {
                writer.write_all(&pattern(MUCH)).await.unwrap();
                writer.shutdown().await.unwrap();
            };
            tokio::join!(reading, writing);
            assert!(received == pattern(MUCH));
            reader.unsplit(writer).close().await.unwrap();
        })
    });
    run(Vec::from(tasks), seed)
}

#[test]
fn one_task_at_each_end_writes_as_it_reads() {
    ends_well(one_task::<Tokio>);
    ends_well(one_task::<Futures>);
}

/// A relay between TLS and a plain pipe, by tokio's own means. The server answers when the request
/// has ended, so both half-closes are needed.
fn relay<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let [mut plain, mut server] = pair(64, Manner::Plain);
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::connect(configs, first).await.unwrap();
            client.write_all(&pattern(MUCH)).await.unwrap();
            client.shutdown().await.unwrap();
            let mut answer = Vec::new();
            client.read_to_end(&mut answer).await.unwrap();
            assert_eq!(answer.len(), MUCH + 1);
            client.close().await.unwrap();
        }),
        Box::pin(async move {
            let mut secured = D::accept(configs, second).await.unwrap();
            copy_bidirectional(&mut secured, &mut plain).await.unwrap();
            secured.close().await.unwrap();
        }),
        Box::pin(async move {
            let mut request = Vec::new();
            server.read_to_end(&mut request).await.unwrap();
            assert!(request == pattern(MUCH));
            request.push(1);
            server.write_all(&request).await.unwrap();
            AsyncWriteExt::shutdown(&mut server).await.unwrap();
        }),
    ];
    run(tasks, seed)
}

#[test]
fn a_relay_of_tokios_keeps_half_closes() {
    ends_well(relay::<Tokio>);
    ends_well(relay::<Futures>);
}

/// A head and a body by one write, again and again.
fn vectored<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    const BODIES: [usize; 5] = [0, 1, 100, 16_384, 30_000];
    let [first, second] = ends;
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::client(configs, first);
            for length in BODIES {
                let message = [b"head".to_vec(), pattern(length)].concat();
                let mut sent = 0;
                while sent < message.len() {
                    let middle = sent.max(4);
                    let slices = [&message[sent..middle], &[], &message[middle..]];
                    let slices = slices.map(IoSlice::new);
                    sent += client.write_slices(&slices).await.unwrap();
                    assert!(sent > 4 || length == 0, "the head travels alone");
                }
            }
            client.close().await.unwrap();
        }),
        Box::pin(async {
            let mut server = D::server(configs, second);
            let mut received = Vec::new();
            server.read_to_end(&mut received).await.unwrap();
            let whole = BODIES.map(|length| [b"head".to_vec(), pattern(length)].concat());
            assert!(received == whole.concat());
            server.close().await.unwrap();
        }),
    ];
    run(tasks, seed)
}

#[test]
fn a_vectored_write_has_head_and_body_travel_together() {
    ends_well(vectored::<Tokio>);
    ends_well(vectored::<Futures>);
}

/// TLS over TLS: the inner stream is a transport that is shut down lazily.
fn nested(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let exchange = async |mut stream: hyaline::tokio::Stream<_>| {
        stream.write_all(&pattern(1000)).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut received = Vec::new();
        stream.read_to_end(&mut received).await.unwrap();
        assert!(received == pattern(1000));
        stream.close().await.unwrap();
    };
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut outer = Tokio::connect(configs, first).await.unwrap();
            outer.set_close_on_shutdown(true);
            let inner = hyaline::tokio::Connector::from(configs.client.clone());
            exchange(inner.connect(name(), outer).await.unwrap()).await;
        }),
        Box::pin(async {
            let mut outer = Tokio::accept(configs, second).await.unwrap();
            outer.set_close_on_shutdown(true);
            let inner = hyaline::tokio::Acceptor::from(configs.server.clone());
            exchange(inner.accept(outer).await.unwrap()).await;
        }),
    ];
    run(tasks, seed)
}

#[test]
fn a_stream_carries_another() {
    ends_well(nested);
}

/// One task of tokio's that joins two streams of ours: a request and its answer, unbuffered.
fn ping_pong<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::connect(configs, first).await.unwrap();
            for round in 0..20 {
                client.write_all(&[round; 200]).await.unwrap();
                client.flush().await.unwrap();
                let mut answer = [0; 200];
                client.read_exact(&mut answer).await.unwrap();
                assert_eq!(answer, [round; 200]);
                client.update_key().await.unwrap();
            }
            client.close().await.unwrap();
        }),
        Box::pin(async {
            let server = D::accept(configs, second).await.unwrap();
            let mut both = join_halves(tokio::io::empty(), server);
            let server = both.writer_mut();
            let mut request = [0; 200];
            while server.read_exact(&mut request).await.is_ok() {
                server.write_all(&request).await.unwrap();
                server.flush().await.unwrap();
            }
            server.close().await.unwrap();
        }),
    ];
    run(tasks, seed)
}

#[test]
fn requests_and_answers_alternate_with_flushes() {
    ends_well(ping_pong::<Tokio>);
    ends_well(ping_pong::<Futures>);
}

/// The client writes and flushes; the server reads as much.
fn one_way<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let (mut client, mut server) = (D::client(configs, first), D::server(configs, second));
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            client.write_all(&pattern(MUCH)).await.unwrap();
            client.flush().await.unwrap();
        }),
        Box::pin(async { assert!(server.read_exact(&mut vec![0; MUCH]).await.is_ok()) }),
    ];
    run(tasks, seed)
}

#[test]
fn a_wake_that_gets_lost_is_found() {
    let configs = Configs::new();
    let program = one_way::<Tokio>;
    for manner in [Manner::ForgetsRoom, Manner::ForgetsBytes, Manner::ForgetsFlush] {
        // Without spurious polls, which would make up for some of the lost wakes.
        let seeds = (1..=SCHEDULES).filter(|seed| !seed.is_multiple_of(2));
        for seed in seeds {
            assert_eq!(program(&configs, pair(64, Manner::Plain), seed), Ok(()));
            let outcome = program(&configs, pair(64, manner), seed);
            assert_eq!(outcome, Err(Stuck), "{manner:?}, seed {seed}: it goes on without wakes");
        }
    }
}
