//! Reads that look before they take, beside other calls.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::task::{Poll, Waker};

use super::*;

/// What one task tells another, once.
#[derive(Default)]
struct Told {
    is_told: Cell<bool>,
    waiting: RefCell<Option<Waker>>,
}

impl Told {
    fn tell(&self) {
        self.is_told.set(true);
        self.waiting.take().into_iter().for_each(Waker::wake);
    }

    async fn wait(&self) {
        poll_fn(|context| {
            if self.is_told.get() {
                return Poll::Ready(());
            }
            *self.waiting.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

/// Lets other tasks go on until this is so.
async fn until(is_so: impl Fn() -> bool) {
    poll_fn(|context| {
        if is_so() {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Gives other tasks a turn.
async fn pass() {
    let has_passed = Cell::new(false);
    until(|| has_passed.replace(true)).await;
}

/// How long a record is of which the pipes hold a part only.
const RECORD: usize = 100;

#[test]
fn a_write_that_waits_receives_again_when_what_was_lent_is_taken() {
    // The server reads when it has written four records. Two are unread at the client, and its
    // write can receive no more until somebody takes one: by then that write waits.
    ends_well(|client, server, clock, seed| {
        let is_written = Told::default();
        run(
            vec![
                Box::pin(async {
                    write_all(client, &pattern(MUCH)).await;
                    client.flush().await.unwrap();
                    is_written.tell();
                }),
                Box::pin(async {
                    assert_eq!(client.lent().await.unwrap(), pattern(RECORD));
                    until(|| client.tasks().driver().unread() == 2 * RECORD).await;
                    assert_eq!(client.lent().await.unwrap(), pattern(RECORD));
                    client.tasks().consume(RECORD - 1);
                    client.tasks().consume(1);
                    is_written.wait().await;
                    for _ in 0..3 {
                        read_pattern(client, RECORD).await;
                    }
                    client.close().await.unwrap();
                }),
                Box::pin(async {
                    for _ in 0..4 {
                        write_all(server, &pattern(RECORD)).await;
                    }
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
fn what_a_read_was_given_after_it_was_given_up_is_lent_by_the_next() {
    ends_well(|client, server, clock, seed| {
        let is_given_up = Told::default();
        run(
            vec![
                Box::pin(async {
                    client.handshake().await.unwrap();
                    assert!(give_up(client.lent()).await.is_none());
                    is_given_up.tell();
                    // Another call receives what the read waits for.
                    while client.tasks().driver().unread() == 0 {
                        client.update_key().await.unwrap();
                        pass().await;
                    }
                    // Nobody has seen it, so nobody can have taken it.
                    client.tasks().consume(RECORD);
                    assert_eq!(client.lent().await.unwrap(), pattern(RECORD));
                    client.tasks().consume(RECORD);
                    assert_eq!(client.lent().await.unwrap(), b"");
                    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
                    client.close().await.unwrap();
                }),
                Box::pin(async {
                    server.handshake().await.unwrap();
                    is_given_up.wait().await;
                    write_all(server, &pattern(RECORD)).await;
                    server.close().await.unwrap();
                }),
            ],
            clock,
            seed,
        )
    });
}
