//! Early data through both front doors, over pipes that hold less than they are.

use std::sync::Arc;

use hyaline::{EarlyData, EarlyDataOutcome, ServerConfig};
use hyaline_tests::early::{accepting, young_register};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::executor::{Stuck, Task, run};
use crate::pipe::{End, Manner, pair};
use crate::sides::{Configs, FrontDoor, Futures, Side, Tokio, pattern};

/// How much early data there are: several records.
const MUCH: usize = 40_000;

/// How many schedules each program runs under.
const SCHEDULES: u64 = 8;

/// A client sends early data, asks by a line, and reads the same line; what became of the former.
fn program<D: FrontDoor>(
    configs: &Configs,
    [first, second]: [End; 2],
    seed: u64,
) -> Result<(EarlyDataOutcome, Option<Vec<u8>>), Stuck> {
    let mut client = D::client(configs, first);
    let mut server = D::server(configs, second);
    let (mut outcome, mut taken) = (EarlyDataOutcome::Unknown, None);
    client.offer_early_data(pattern(MUCH)).unwrap();
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            client.handshake().await.unwrap();
            outcome = client.early_data_outcome();
            client.write_all(b"line").await.unwrap();
            client.read_exact(&mut [0; 4]).await.unwrap();
            client.close().await.unwrap();
        }),
        Box::pin(async {
            server.handshake().await.unwrap();
            taken = server.take_early_data().map(EarlyData::into_replayable_bytes);
            let mut line = [0; 4];
            server.read_exact(&mut line).await.unwrap();
            assert_eq!(&line, b"line", "early data are nothing that is read");
            server.write_all(&line).await.unwrap();
            server.close().await.unwrap();
        }),
    ];
    run(tasks, seed)?;
    Ok((outcome, taken))
}

/// The program of a client that has a ticket, with another server than that which has issued it.
fn ends_so<D: FrontDoor>(
    second: fn(ServerConfig) -> ServerConfig,
    outcome: EarlyDataOutcome,
    taken: Option<&[u8]>,
) {
    for manner in Manner::RIGHT {
        for capacity in [3, 64, 1 << 20] {
            for seed in 1..=SCHEDULES {
                let mut configs = Configs::new();
                let server = ServerConfig::clone(&configs.server);
                let server = accepting(server, u32::try_from(MUCH).unwrap());
                configs.server = Arc::new(server.clone());
                let met = program::<D>(&configs, pair(1 << 20, manner), seed);
                assert_eq!(met, Ok((EarlyDataOutcome::NotOffered, None)));
                configs.server = Arc::new(second(server));
                let ended = program::<D>(&configs, pair(capacity, manner), seed);
                let expected = Ok((outcome, taken.map(<[u8]>::to_vec)));
                assert!(ended == expected, "{manner:?}, {capacity} bytes, seed {seed}");
            }
        }
    }
}

#[test]
fn streams_have_early_data_accepted_under_every_schedule() {
    let data = pattern(MUCH);
    ends_so::<Tokio>(|server| server, EarlyDataOutcome::Accepted, Some(&data));
    ends_so::<Futures>(|server| server, EarlyDataOutcome::Accepted, Some(&data));
}

#[test]
fn streams_have_early_data_rejected_and_go_on_under_every_schedule() {
    let young = |server: ServerConfig| server.with_strike_register(young_register());
    ends_so::<Tokio>(young, EarlyDataOutcome::Rejected, None);
    ends_so::<Futures>(young, EarlyDataOutcome::Rejected, None);
}

/// A server takes early data as they come, and answers when it has all, whose number it knows;
/// whether its handshake was still pending then.
fn answers<D: FrontDoor>(
    configs: &Configs,
    [first, second]: [End; 2],
    seed: u64,
) -> Result<bool, Stuck> {
    let mut client = D::client(configs, first);
    let mut server = D::server(configs, second);
    let mut is_early = false;
    client.offer_early_data(pattern(MUCH)).unwrap();
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            client.handshake().await.unwrap();
            let mut answer = [0; 6];
            client.read_exact(&mut answer).await.unwrap();
            assert_eq!(&answer, b"answer");
            client.close().await.unwrap();
        }),
        Box::pin(async {
            let mut taken = Vec::new();
            while let Some(data) = server.early_data().await.unwrap() {
                taken.extend(data.into_replayable_bytes());
                if taken.len() == MUCH {
                    is_early = !server.is_connected();
                    server.write_all(b"answer").await.unwrap();
                    server.flush().await.unwrap();
                }
            }
            assert!(server.is_connected());
            assert!(taken == pattern(MUCH));
            assert_eq!(server.read(&mut [0; 1]).await.unwrap(), 0);
            server.close().await.unwrap();
        }),
    ];
    run(tasks, seed)?;
    Ok(is_early)
}

fn answers_under_every_schedule<D: FrontDoor>() {
    let mut early = 0;
    for manner in Manner::RIGHT {
        for capacity in [3, 64, 1 << 20] {
            for seed in 1..=SCHEDULES {
                let mut configs = Configs::new();
                let server = ServerConfig::clone(&configs.server);
                configs.server = Arc::new(accepting(server, u32::try_from(MUCH).unwrap()));
                program::<D>(&configs, pair(1 << 20, manner), seed).unwrap();
                let ended = answers::<D>(&configs, pair(capacity, manner), seed);
                let is_early = ended.unwrap_or_else(|stuck| {
                    panic!("{manner:?}, {capacity} bytes, seed {seed}: {stuck:?}")
                });
                early += usize::from(is_early);
            }
        }
    }
    assert!(early > 0, "an answer never left before the handshake was complete");
}

#[test]
fn streams_answer_early_data_before_the_handshake_is_complete_under_every_schedule() {
    answers_under_every_schedule::<Tokio>();
    answers_under_every_schedule::<Futures>();
}
