//! Streams as buffers: lines, copies, and calls of either kind that are given up.

use std::future::poll_fn;
use std::io;
use std::pin::Pin;

use hyaline::Error;
use tokio::io::{AsyncBufRead, AsyncBufReadExt, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_buf};

use crate::cancellation::give_up_after;
use crate::executor::{Numbers, Stuck, Task, run};
use crate::pipe::{End, Manner, pair};
use crate::sides::{Configs, FrontDoor, Futures, Side, Tokio, pattern, reason};

/// How much is sent: several records.
const MUCH: usize = 40_000;

/// How many bytes the pipes hold: less than the head of a record, less than a record, all.
const CAPACITIES: [usize; 3] = [3, 64, 1 << 20];

/// How many schedules each program runs under, over each pair of pipes.
const SCHEDULES: u64 = 8;

type Program = fn(&Configs, [End; 2], u64) -> Result<(), Stuck>;

/// Runs a program through both front doors under many schedules, all of which end.
fn end_well(programs: [Program; 2]) {
    let configs = Configs::new();
    for program in programs {
        for manner in Manner::RIGHT {
            for capacity in CAPACITIES {
                for seed in 1..=SCHEDULES {
                    let outcome = program(&configs, pair(capacity, manner), seed);
                    assert_eq!(outcome, Ok(()), "{manner:?}, {capacity} bytes, seed {seed}");
                }
            }
        }
    }
}

/// Questions by the line, each of which is answered in full before the next is read.
fn dialogue<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    const QUESTIONS: [usize; 6] = [0, 1, 30, 0, 5_000, 20_000];
    let [first, second] = ends;
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::client(configs, first);
            let mut answer = Vec::new();
            for length in QUESTIONS {
                let question = [vec![b'?'; length], b"\n".to_vec()].concat();
                client.write_all(&question).await.unwrap();
                client.flush().await.unwrap();
                answer.clear();
                client.read_until(b'\n', &mut answer).await.unwrap();
                assert!(answer == question, "{} of {length} bytes", answer.len());
            }
            // Two at once are one after the other.
            client.write_all(b"one\ntwo\n").await.unwrap();
            let mut answers = client.lines();
            assert_eq!(answers.next_line().await.unwrap().as_deref(), Some("one"));
            assert_eq!(answers.next_line().await.unwrap().as_deref(), Some("two"));
            answers.into_inner().close().await.unwrap();
        }),
        Box::pin(async {
            let mut server = D::server(configs, second);
            let mut line = String::new();
            while server.read_line(&mut line).await.unwrap() > 0 {
                server.write_all(line.as_bytes()).await.unwrap();
                server.flush().await.unwrap();
                line.clear();
            }
            assert_eq!(server.fill_buf().await.unwrap(), b"");
            server.close().await.unwrap();
        }),
    ];
    run(tasks, seed)
}

#[test]
fn lines_are_answered_one_by_one_under_every_schedule() {
    end_well([dialogue::<Tokio>, dialogue::<Futures>]);
}

/// What a stream lends goes into a plain pipe by tokio's own means.
fn copied<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let [mut plain, mut sink] = pair(64, Manner::Plain);
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::client(configs, first);
            client.write_all(&pattern(MUCH)).await.unwrap();
            client.close().await.unwrap();
        }),
        Box::pin(async move {
            let mut server = D::accept(configs, second).await.unwrap();
            assert_eq!(copy_buf(&mut server, &mut plain).await.unwrap(), 40_000);
            AsyncWriteExt::shutdown(&mut plain).await.unwrap();
            server.close().await.unwrap();
        }),
        Box::pin(async move {
            let mut received = Vec::new();
            AsyncReadExt::read_to_end(&mut sink, &mut received).await.unwrap();
            assert!(received == pattern(MUCH));
        }),
    ];
    run(tasks, seed)
}

#[test]
fn a_copy_of_tokios_takes_what_is_lent() {
    end_well([copied::<Tokio>, copied::<Futures>]);
}

/// Lends, and takes a part of it, and now and then reads instead: calls of both kinds are given up,
/// and what was lent before a call that is given up is left where it was.
async fn take_in_parts<S: Side>(stream: &mut S, numbers: &mut Numbers) -> Vec<u8> {
    let mut taken = Vec::new();
    let mut bytes = [0; 700];
    loop {
        let (polls, most) = (numbers.below(4), 1 + numbers.below(700));
        if numbers.below(3) == 0 {
            match give_up_after(polls, stream.read(&mut bytes[..most])).await {
                Some(read) => match read.unwrap() {
                    0 => return taken,
                    count => taken.extend_from_slice(&bytes[..count]),
                },
                None => stream.flush().await.unwrap(),
            }
            continue;
        }
        let Some(lent) = give_up_after(polls, stream.fill_buf()).await else { continue };
        let lent = lent.unwrap();
        if lent.is_empty() {
            return taken;
        }
        if numbers.below(4) == 0 {
            // It comes again.
            continue;
        }
        taken.extend_from_slice(&lent[..lent.len().min(most)]);
        // More than was lent is not taken, even with the next record there.
        stream.consume(most);
    }
}

fn in_parts<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    let [first, second] = ends;
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::client(configs, first);
            let mut numbers = Numbers::new(seed);
            let data = pattern(MUCH);
            let mut sent = 0;
            while sent < MUCH {
                let end = MUCH.min(sent + 1 + numbers.below(3000));
                sent += client.write(&data[sent..end]).await.unwrap();
                if numbers.below(4) == 0 {
                    client.update_key().await.unwrap();
                }
            }
            client.close().await.unwrap();
        }),
        Box::pin(async {
            let mut server = D::server(configs, second);
            let taken = take_in_parts(&mut server, &mut Numbers::new(!seed)).await;
            assert!(taken == pattern(MUCH), "{} bytes", taken.len());
            server.close().await.unwrap();
        }),
    ];
    run(tasks, seed)
}

#[test]
fn what_is_taken_in_parts_by_calls_of_both_kinds_is_complete_and_in_order() {
    end_well([in_parts::<Tokio>, in_parts::<Futures>]);
}

/// What the server finds behind a part of a line, when the client ends in this way.
fn found_behind_a_part<D: FrontDoor>(is_clean: bool) -> (Vec<u8>, io::Result<usize>) {
    let configs = Configs::new();
    let [first, second] = pair(64, Manner::Plain);
    let (mut line, mut found) = (Vec::new(), Ok(0));
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = D::connect(&configs, first).await.unwrap();
            client.write_all(b"a part").await.unwrap();
            client.flush().await.unwrap();
            if is_clean {
                client.close().await.unwrap();
            }
        }),
        Box::pin(async {
            let mut server = D::accept(&configs, second).await.unwrap();
            found = server.read_until(b'\n', &mut line).await;
            let again = server.fill_buf().await.map(<[u8]>::len);
            assert_eq!(again.is_ok(), is_clean);
            // Where the client is gone, it says so.
            let _ = server.close().await;
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
    (line, found)
}

#[test]
fn a_line_that_was_cut_off_is_no_line() {
    for found in [found_behind_a_part::<Tokio>, found_behind_a_part::<Futures>] {
        let (line, whole) = found(true);
        assert_eq!((line.as_slice(), whole.unwrap()), (&b"a part"[..], 6));
        let (line, cut) = found(false);
        assert_eq!(line, b"a part");
        let error = cut.unwrap_err();
        assert_eq!(
            (error.kind(), reason(&error)),
            (io::ErrorKind::UnexpectedEof, Error::Truncated)
        );
    }
}

/// Two tasks share a stream behind a lock: one writes, the other looks at a record and takes it
/// when a second one is unread too. The peer writes four before it reads.
#[allow(clippy::await_holding_refcell_ref, reason = "the other task is done by then")]
fn shared<D: FrontDoor>(configs: &Configs, ends: [End; 2], seed: u64) -> Result<(), Stuck> {
    const RECORD: usize = 100;
    let [first, second] = ends;
    let client = std::cell::RefCell::new(D::client(configs, first));
    let is_written = tokio::sync::Notify::new();
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let data = pattern(MUCH);
            let mut sent = 0;
            while sent < MUCH {
                let rest = &data[sent..];
                sent += poll_fn(|context| {
                    Pin::new(&mut *client.borrow_mut()).poll_write(context, rest)
                })
                .await
                .unwrap();
            }
            poll_fn(|context| Pin::new(&mut *client.borrow_mut()).poll_flush(context))
                .await
                .unwrap();
            is_written.notify_one();
        }),
        Box::pin(async {
            let look = async || {
                poll_fn(|context| {
                    let mut client = client.borrow_mut();
                    let polled = Pin::new(&mut *client).poll_fill_buf(context);
                    polled.map_ok(<[u8]>::to_vec)
                })
                .await
            };
            assert_eq!(look().await.unwrap(), pattern(RECORD));
            while client.borrow().unread() < 2 * RECORD {
                tokio::task::yield_now().await;
            }
            assert_eq!(look().await.unwrap(), pattern(RECORD));
            Pin::new(&mut *client.borrow_mut()).consume(RECORD);
            is_written.notified().await;
            let mut rest = Vec::new();
            while rest.len() < 3 * RECORD {
                let lent = look().await.unwrap();
                Pin::new(&mut *client.borrow_mut()).consume(lent.len());
                rest.extend(lent);
            }
            assert!(rest == [pattern(RECORD), pattern(RECORD), pattern(RECORD)].concat());
            client.borrow_mut().close().await.unwrap();
        }),
        Box::pin(async {
            let mut server = D::server(configs, second);
            for _ in 0..4 {
                server.write_all(&pattern(RECORD)).await.unwrap();
            }
            let mut received = vec![0; MUCH];
            server.read_exact(&mut received).await.unwrap();
            assert!(received == pattern(MUCH));
            server.close().await.unwrap();
        }),
    ];
    run(tasks, seed)
}

#[test]
fn a_write_that_waits_receives_again_when_what_was_lent_is_taken() {
    let configs = Configs::new();
    for manner in Manner::RIGHT {
        for capacity in [3, 64] {
            for seed in 1..=SCHEDULES {
                for program in [shared::<Tokio>, shared::<Futures>] {
                    let outcome = program(&configs, pair(capacity, manner), seed);
                    assert_eq!(outcome, Ok(()), "{manner:?}, {capacity} bytes, seed {seed}");
                }
            }
        }
    }
}
