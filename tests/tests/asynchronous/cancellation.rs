//! Calls that are given up in every state, and what the calls after them find.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::executor::{Numbers, Stuck, Task, run};
use crate::pipe::{End, Manner, pair};
use crate::sides::{Configs, FrontDoor, Futures, Side, Tokio, pattern, reason};
use hyaline::Error;

/// How much is sent each way: several records.
const MUCH: usize = 40_000;

const SCHEDULES: u64 = 40;

/// Polls a future that often at least, and gives it up when it is pending then.
pub(crate) async fn give_up_after<F: Future>(polls: usize, future: F) -> Option<F::Output> {
    let mut future = pin!(future);
    let mut left = polls;
    poll_fn(|context| match future.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Some(output)),
        Poll::Pending if left == 0 => Poll::Ready(None),
        Poll::Pending => {
            left -= 1;
            Poll::Pending
        }
    })
    .await
}

/// What gives calls up, and how often it did.
struct Impatient {
    numbers: Numbers,
    given_up: usize,
}

impl Impatient {
    fn new(seed: u64) -> Self {
        Self { numbers: Numbers::new(seed), given_up: 0 }
    }

    async fn call<F: Future>(&mut self, future: F) -> Option<F::Output> {
        let output = give_up_after(self.numbers.below(4), future).await;
        self.given_up += usize::from(output.is_none());
        output
    }

    /// Makes a call again and again, until it is done.
    async fn insist<T>(&mut self, mut call: impl AsyncFnMut() -> T) -> T {
        loop {
            if let Some(output) = self.call(call()).await {
                return output;
            }
        }
    }

    /// Some other call, whatever becomes of it.
    async fn distract<S: Side>(&mut self, stream: &mut S) {
        match self.numbers.below(4) {
            0 => {
                self.call(stream.flush()).await;
            }
            1 => {
                self.call(stream.update_key()).await;
            }
            2 => {
                self.call(stream.handshake()).await;
            }
            _ => {}
        }
    }

    async fn send<S: Side>(&mut self, stream: &mut S) {
        let data = pattern(MUCH);
        let mut sent = 0;
        while sent < MUCH {
            let end = MUCH.min(sent + 1 + self.numbers.below(3000));
            match self.call(stream.write(&data[sent..end])).await {
                Some(count) => sent += count.unwrap(),
                None => self.distract(stream).await,
            }
        }
        self.insist(async || stream.shutdown().await.unwrap()).await;
    }

    async fn receive<S: Side>(&mut self, stream: &mut S) {
        let mut received = Vec::new();
        let mut bytes = [0; 3000];
        loop {
            match self.call(stream.read(&mut bytes)).await {
                Some(count) => match count.unwrap() {
                    0 => break,
                    count => received.extend_from_slice(&bytes[..count]),
                },
                None => self.distract(stream).await,
            }
        }
        assert!(received == pattern(MUCH));
    }
}

fn impatient<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let (mut client, mut impatient) = (D::client(configs, first), Impatient::new(seed));
            impatient.insist(async || client.handshake().await.unwrap()).await;
            impatient.send(&mut client).await;
            impatient.receive(&mut client).await;
            impatient.insist(async || client.close().await.unwrap()).await;
            assert!(impatient.given_up > 10, "it gave up {} calls", impatient.given_up);
        }),
        Box::pin(async {
            let (mut server, mut impatient) = (D::server(configs, second), Impatient::new(!seed));
            impatient.receive(&mut server).await;
            impatient.send(&mut server).await;
            impatient.insist(async || server.close().await.unwrap()).await;
        }),
    ];
    run(tasks, seed)
}

#[test]
fn calls_that_are_given_up_lose_nothing() {
    let configs = Configs::new();
    for seed in 1..=SCHEDULES {
        for manner in Manner::RIGHT {
            let outcome = impatient::<Tokio>(&configs, pair(64, manner), seed);
            assert_eq!(outcome, Ok(()), "tokio, {manner:?}, seed {seed}");
            let outcome = impatient::<Futures>(&configs, pair(64, manner), seed);
            assert_eq!(outcome, Ok(()), "futures, {manner:?}, seed {seed}");
        }
    }
}

#[test]
fn a_half_close_does_not_wait_for_a_flush_that_was_given_up() {
    let configs = Configs::new();
    let [first, second] = pair(64, Manner::Plain);
    let (mut client, mut server) =
        (Tokio::client(&configs, first), Tokio::server(&configs, second));
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            assert_eq!(client.write(&[1; 1000]).await.unwrap(), 1000);
            assert!(give_up_after(0, client.flush()).await.is_none());
            // The pipe has no room, and the server does not read.
            assert!(give_up_after(0, client.update_key()).await.is_some());
            assert!(give_up_after(0, client.flush()).await.is_none());
            assert!(give_up_after(0, client.half_close()).await.is_some());
            assert!(client.unsent() > 1000 - 64);
        }),
        Box::pin(async { server.handshake().await.unwrap() }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
}

/// The client's close is given up after so many polls, and the stream dropped: whether it was not
/// done by then, and what the server found behind the data.
fn dropped_close<D: FrontDoor>(configs: &Configs, polls: usize) -> (bool, Result<usize, Error>) {
    let [first, second] = pair(64, Manner::Plain);
    let (mut is_given_up, mut end) = (false, Ok(1));
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::connect(configs, first).await.unwrap();
            client.write_all(&[7; 500]).await.unwrap();
            client.flush().await.unwrap();
            is_given_up = give_up_after(polls, client.close()).await.is_none();
        }),
        Box::pin(async {
            let mut server = D::accept(configs, second).await.unwrap();
            let mut received = [0; 500];
            server.read_exact(&mut received).await.unwrap();
            assert_eq!(received, [7; 500]);
            end = server.read(&mut received).await.map_err(|error| reason(&error));
            // The server may be told that the client is gone.
            let _ = server.close().await;
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()), "{polls} polls");
    (is_given_up, end)
}

fn closes_are_dropped<D: FrontDoor>() {
    let configs = Configs::new();
    let mut polls = 0;
    loop {
        let (is_given_up, end) = dropped_close::<D>(&configs, polls);
        assert!(
            matches!(end, Ok(0) | Err(Error::Truncated | Error::Reset)),
            "{polls} polls: {end:?}"
        );
        if !is_given_up {
            assert_eq!(end, Ok(0));
            break;
        }
        polls += 1;
    }
    assert!(polls > 0, "a close that is never pending");
}

#[test]
fn a_stream_that_is_dropped_in_its_close_leaves_nobody_waiting() {
    closes_are_dropped::<Tokio>();
    closes_are_dropped::<Futures>();
}
