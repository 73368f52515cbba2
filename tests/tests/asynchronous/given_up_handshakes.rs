//! `connect` and `accept` that are given up after so many polls, for every number of polls.

use hyaline::Error;
use tokio::io::AsyncReadExt;

use crate::cancellation::give_up_after;
use crate::executor::{Task, run};
use crate::pipe::{Manner, pair};
use crate::sides::{Configs, FrontDoor, Futures, Tokio, reason};

/// What the other end finds: that of its handshake, or of its first read.
async fn end_of<S: AsyncReadExt + Unpin>(handshake: std::io::Result<S>) -> Option<Error> {
    match handshake {
        Ok(mut stream) => stream.read(&mut [0]).await.err().map(|error| reason(&error)),
        Err(error) => Some(reason(&error)),
    }
}

/// A handshake that one end gives up: whether it did, and what the other one found.
fn give_up<D: FrontDoor>(
    configs: &Configs,
    is_client: bool,
    polls: usize,
) -> (bool, Option<Error>) {
    let [first, second] = pair(64, Manner::Plain);
    let (mut is_given_up, mut found) = (false, None);
    let (connecting, accepting) = (D::connect(configs, first), D::accept(configs, second));
    let tasks: Vec<Task<'_>> = if is_client {
        vec![
            Box::pin(async { is_given_up = give_up_after(polls, connecting).await.is_none() }),
            Box::pin(async { found = end_of(accepting.await).await }),
        ]
    } else {
        vec![
            Box::pin(async { is_given_up = give_up_after(polls, accepting).await.is_none() }),
            Box::pin(async { found = end_of(connecting.await).await }),
        ]
    };
    assert_eq!(run(tasks, 1), Ok(()), "{polls} polls");
    (is_given_up, found)
}

fn handshakes_are_given_up<D: FrontDoor>() {
    let configs = Configs::new();
    for is_client in [true, false] {
        let mut polls = 0;
        while let (true, found) = give_up::<D>(&configs, is_client, polls) {
            assert!(
                matches!(found, Some(Error::Truncated | Error::Reset)),
                "after {polls} polls: {found:?}"
            );
            polls += 1;
        }
        assert!(polls > 10, "the handshake is done after {polls} polls");
    }
}

#[test]
fn a_handshake_that_is_given_up_leaves_nobody_waiting() {
    handshakes_are_given_up::<Tokio>();
    handshakes_are_given_up::<Futures>();
}
