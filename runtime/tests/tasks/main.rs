//! Connections whose calls are polled, by one task or by two, over pipes that hold less than a
//! record, under schedules that a seed chooses.
#![allow(missing_docs)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may panic")]

mod adapter;
#[path = "../common/mod.rs"]
mod common;
mod executor;
mod lent;

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use adapter::{Clock, TlsStream};
use common::Authority;
use executor::{Task, run};
use hyaline::driver::CLOSE_TIME;
use hyaline::pki_types::ServerName;
use hyaline::{Connection, Error};

/// How many bytes the pipes hold.
const CAPACITY: usize = 64;

/// How much is sent: several records.
const MUCH: usize = 40_000;

/// How many schedules each program runs under.
const SCHEDULES: u64 = 12;

/// A client and a server that have not begun, and their clock.
fn pair(authority: &Authority, loses_wakes: bool) -> (TlsStream, TlsStream, Clock) {
    let name = ServerName::try_from("localhost").unwrap();
    let client = Connection::client(Arc::new(authority.client()), name).unwrap();
    let server = Connection::server(Arc::new(authority.server())).unwrap();
    let ([first, second], clock) = adapter::connection(CAPACITY, loses_wakes);
    (TlsStream::new(client, first), TlsStream::new(server, second), clock)
}

/// Runs a program under many schedules, all of which end.
fn ends_well(program: impl Fn(&TlsStream, &TlsStream, &Clock, u64) -> bool) {
    let authority = Authority::new();
    for seed in 1..=SCHEDULES {
        let (client, server, clock) = pair(&authority, false);
        assert!(program(&client, &server, &clock, seed), "all wait for ever, seed {seed}");
    }
}

fn pattern(count: usize) -> Vec<u8> {
    (0..=250).cycle().take(count).collect()
}

fn reason(error: &std::io::Error) -> Error {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).unwrap().clone()
}

async fn write_all(stream: &TlsStream, mut data: &[u8]) {
    while !data.is_empty() {
        let count = stream.write(data).await.unwrap();
        data = &data[count..];
    }
}

/// Reads so much, which is to be the pattern.
async fn read_pattern(stream: &TlsStream, count: usize) {
    let mut received = vec![0; count];
    let mut filled = 0;
    while filled < count {
        let read = stream.read(&mut received[filled..]).await.unwrap();
        assert!(read > 0, "the end after {filled} bytes");
        filled += read;
    }
    assert!(received == pattern(count));
}

/// Polls once, and gives the future up.
async fn give_up<F: Future>(future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

/// Each end has a task that reads and one that writes, and both write as they read. The one that
/// is done last closes.
fn both_ways(client: &TlsStream, server: &TlsStream, clock: &Clock, seed: u64) -> bool {
    let done = [Cell::new(false), Cell::new(false)];
    let mut tasks: Vec<Task<'_>> = Vec::new();
    for (end, done) in [client, server].into_iter().zip(&done) {
        tasks.push(Box::pin(async move {
            write_all(end, &pattern(MUCH)).await;
            end.update_key().await.unwrap();
            write_all(end, &pattern(MUCH)).await;
            end.half_close().await.unwrap();
            if done.replace(true) {
                end.close().await.unwrap();
            }
        }));
        tasks.push(Box::pin(async move {
            read_pattern(end, MUCH).await;
            read_pattern(end, MUCH).await;
            assert_eq!(end.read(&mut [0]).await.unwrap(), 0);
            if done.replace(true) {
                end.close().await.unwrap();
            }
        }));
    }
    run(tasks, clock, seed)
}

#[test]
fn two_tasks_at_each_end_write_as_they_read() {
    ends_well(both_ways);
}

/// One task that polls a read and a write together.
#[test]
fn one_task_at_each_end_writes_as_it_reads() {
    ends_well(|client, server, clock, seed| {
        let tasks = [client, server].map(|end| -> Task<'_> {
            Box::pin(async move {
                {
                    let data = pattern(MUCH);
                    let mut writing = pin!(write_all(end, &data));
                    let mut reading = pin!(read_pattern(end, MUCH));
                    let mut done = [false; 2];
                    poll_fn(|context| {
                        done[0] = done[0] || reading.as_mut().poll(context).is_ready();
                        done[1] = done[1] || writing.as_mut().poll(context).is_ready();
                        if done == [true; 2] { Poll::Ready(()) } else { Poll::Pending }
                    })
                    .await;
                }
                end.close().await.unwrap();
            })
        });
        run(Vec::from(tasks), clock, seed)
    });
}

#[test]
fn a_wake_that_gets_lost_is_found() {
    let (client, server, clock) = pair(&Authority::new(), true);
    assert!(!both_ways(&client, &server, &clock, 1), "it goes on without its wakes");
}

#[test]
fn one_task_echoes_what_two_tasks_send_and_read() {
    ends_well(|client, server, clock, seed| {
        run(
            vec![
                Box::pin(async {
                    write_all(client, &pattern(MUCH)).await;
                    client.half_close().await.unwrap();
                }),
                Box::pin(async {
                    read_pattern(client, MUCH).await;
                    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
                }),
                Box::pin(async {
                    let mut bytes = [0; 3000];
                    loop {
                        match server.read(&mut bytes).await.unwrap() {
                            0 => break,
                            count => write_all(server, &bytes[..count]).await,
                        }
                    }
                    server.close().await.unwrap();
                }),
            ],
            clock,
            seed,
        )
    });
}

#[test]
fn a_pending_write_receives_while_nobody_reads() {
    // The server's request to update keys, and its data, stand before the client's full pipe.
    ends_well(|client, server, clock, seed| {
        run(
            vec![
                Box::pin(async {
                    write_all(client, &pattern(MUCH)).await;
                    read_pattern(client, 100).await;
                    client.close().await.unwrap();
                }),
                Box::pin(async {
                    server.update_key().await.unwrap();
                    write_all(server, &pattern(100)).await;
                    read_pattern(server, MUCH).await;
                    server.close().await.unwrap();
                }),
            ],
            clock,
            seed,
        )
    });
}

#[test]
fn calls_that_are_given_up_lose_nothing() {
    ends_well(|client, server, clock, seed| {
        run(
            vec![
                Box::pin(async {
                    while give_up(client.handshake()).await.is_none() {
                        client.flush().await.unwrap();
                        client.handshake().await.unwrap();
                    }
                    let data = pattern(MUCH);
                    let mut sent = 0;
                    let mut given_up = 0;
                    while sent < MUCH {
                        match give_up(client.write(&data[sent..MUCH.min(sent + 500)])).await {
                            Some(count) => sent += count.unwrap(),
                            None => {
                                given_up += 1;
                                assert!(give_up(client.read(&mut [0])).await.is_none());
                                // Waits for what the write left, by another call.
                                client.flush().await.unwrap();
                            }
                        }
                    }
                    assert!(given_up > 0);
                    // The read that was given up goes on.
                    read_pattern(client, 10).await;
                    while give_up(client.close()).await.is_none() {
                        client.close().await.unwrap();
                    }
                }),
                Box::pin(async {
                    while give_up(server.handshake()).await.is_none() {
                        server.handshake().await.unwrap();
                    }
                    read_pattern(server, MUCH).await;
                    write_all(server, &pattern(10)).await;
                    server.close().await.unwrap();
                }),
            ],
            clock,
            seed,
        )
    });
}

#[test]
fn a_close_ends_when_its_time_is_over() {
    let (client, server, clock) = pair(&Authority::new(), false);
    let shaken = run(
        vec![
            Box::pin(async { client.handshake().await.unwrap() }),
            Box::pin(async { server.handshake().await.unwrap() }),
        ],
        &clock,
        1,
    );
    assert!(shaken);
    let begun = clock.now();
    // The server is there, and does nothing.
    let closing: Task<'_> = Box::pin(async {
        let error = client.close().await.unwrap_err();
        assert_eq!(reason(&error), Error::CloseBudgetExpired);
    });
    assert!(run(vec![closing], &clock, 1));
    assert!(client.tasks().driver().transport().is_none());
    assert_eq!(clock.elapsed(begun), CLOSE_TIME);
    assert!(CLOSE_TIME > Duration::ZERO);
    let closed: Task<'_> = Box::pin(async {
        client.close().await.unwrap();
        assert_eq!(reason(&client.read(&mut [0]).await.unwrap_err()), Error::Closed);
        assert_eq!(reason(&client.write(&[0]).await.unwrap_err()), Error::Closed);
    });
    assert!(run(vec![closed], &clock, 1));
}

#[test]
fn an_abort_ends_what_is_pending_on_both_sides() {
    ends_well(|client, server, clock, seed| {
        let waits = Cell::new(false);
        run(
            vec![
                Box::pin(async {
                    client.handshake().await.unwrap();
                    let mut byte = [0];
                    let mut reading = pin!(client.read(&mut byte));
                    let error = poll_fn(|context| {
                        let polled = reading.as_mut().poll(context);
                        waits.set(true);
                        polled
                    })
                    .await;
                    assert_eq!(reason(&error.unwrap_err()), Error::Reset);
                }),
                Box::pin(async {
                    poll_fn(|context| {
                        if waits.get() {
                            return Poll::Ready(());
                        }
                        context.waker().wake_by_ref();
                        Poll::Pending
                    })
                    .await;
                    client.tasks().abort();
                }),
                Box::pin(async {
                    assert!(server.read(&mut [0]).await.is_err());
                }),
            ],
            clock,
            seed,
        )
    });
}

#[test]
fn what_was_wrong_with_a_call_is_told() {
    ends_well(|client, server, clock, seed| {
        run(
            vec![
                Box::pin(async {
                    client.half_close().await.unwrap();
                    let error = client.write(b"late").await.unwrap_err();
                    assert_eq!(reason(&error), Error::WriteAfterClose);
                    client.half_close().await.unwrap();
                }),
                Box::pin(async { server.handshake().await.unwrap() }),
            ],
            clock,
            seed,
        )
    });
}
