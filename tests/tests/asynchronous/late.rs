//! Servers that choose their configuration when they have read the ClientHello.

use std::sync::Arc;

use hyaline::{Alert, EarlyData, EarlyDataOutcome, Error, Refusal, ServerConfig};
use hyaline_tests::early::accepting;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::cancellation::give_up_after;
use crate::executor::{Stuck, Task, run};
use crate::pipe::{End, Manner, pair};
use crate::sides::{Configs, FrontDoor, Futures, Side, Tokio, pattern, reason};

/// How much early data there are: several records.
const MUCH: usize = 40_000;

/// How many schedules each program runs under.
const SCHEDULES: u64 = 8;

/// A client that sends a line and reads the same line.
async fn ask<S: Side>(client: &mut S) {
    client.write_all(b"line").await.unwrap();
    client.read_exact(&mut [0; 4]).await.unwrap();
    client.close().await.unwrap();
}

/// A server that sends back the line that it reads.
async fn answer<S: Side>(server: &mut S) {
    let mut line = [0; 4];
    server.read_exact(&mut line).await.unwrap();
    assert_eq!(&line, b"line");
    server.write_all(&line).await.unwrap();
    server.close().await.unwrap();
}

fn handshakes_are_completed<D: FrontDoor>() {
    let configs = Configs::new();
    for manner in Manner::RIGHT {
        for capacity in [1, 3, 64, 1 << 20] {
            for seed in 1..=SCHEDULES {
                let [first, second] = pair(capacity, manner);
                let tasks: Vec<Task<'_>> = vec![
                    Box::pin(async { ask(&mut D::connect(&configs, first).await.unwrap()).await }),
                    Box::pin(async {
                        answer(&mut D::accept_late(&configs, second).await.unwrap()).await;
                    }),
                ];
                assert_eq!(run(tasks, seed), Ok(()), "{manner:?}, {capacity} bytes, seed {seed}");
            }
        }
    }
}

#[test]
fn a_server_that_chooses_late_completes_the_handshake_under_every_schedule() {
    handshakes_are_completed::<Tokio>();
    handshakes_are_completed::<Futures>();
}

/// What the client of a server finds that gives up after so many polls; nothing if it did not.
fn give_up<D: FrontDoor>(configs: &Configs, polls: usize) -> Option<Error> {
    let [first, second] = pair(64, Manner::Plain);
    let (mut is_given_up, mut found) = (false, None);
    let accepting = D::accept_late(configs, second);
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async { is_given_up = give_up_after(polls, accepting).await.is_none() }),
        Box::pin(async {
            found = match D::connect(configs, first).await {
                Ok(mut client) => client.read(&mut [0]).await.err(),
                Err(error) => Some(error),
            };
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()), "{polls} polls");
    found.filter(|_| is_given_up).map(|error| reason(&error))
}

fn handshakes_are_given_up<D: FrontDoor>() {
    let configs = Configs::new();
    let mut polls = 0;
    while let Some(found) = give_up::<D>(&configs, polls) {
        assert!(matches!(found, Error::Truncated | Error::Reset), "after {polls} polls: {found:?}");
        polls += 1;
    }
    assert!(polls > 10, "the handshake is done after {polls} polls");
}

#[test]
fn a_server_that_gives_up_before_or_after_its_choice_leaves_nobody_waiting() {
    handshakes_are_given_up::<Tokio>();
    handshakes_are_given_up::<Futures>();
}

/// A client with early data, of which a server takes all that it is given.
fn early_data<D: FrontDoor>(
    configs: &Configs,
    [first, second]: [End; 2],
    seed: u64,
) -> Result<(EarlyDataOutcome, Vec<u8>), Stuck> {
    let mut client = D::client(configs, first);
    let (mut outcome, mut taken) = (EarlyDataOutcome::Unknown, Vec::new());
    client.offer_early_data(pattern(MUCH)).unwrap();
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            client.handshake().await.unwrap();
            outcome = client.early_data_outcome();
            ask(&mut client).await;
        }),
        Box::pin(async {
            let mut server = D::begin_late(configs, second).await.unwrap();
            while let Some(data) = server.early_data().await.unwrap() {
                taken.extend(EarlyData::into_replayable_bytes(data));
            }
            answer(&mut server).await;
        }),
    ];
    run(tasks, seed)?;
    Ok((outcome, taken))
}

fn early_data_survive<D: FrontDoor>() {
    for capacity in [3, 64, 1 << 20] {
        for seed in 1..=SCHEDULES {
            let mut configs = Configs::new();
            let server = ServerConfig::clone(&configs.server);
            configs.server = Arc::new(accepting(server, u32::try_from(MUCH).unwrap()));
            let met = early_data::<D>(&configs, pair(1 << 20, Manner::Plain), seed);
            assert_eq!(met, Ok((EarlyDataOutcome::NotOffered, Vec::new())));
            let ended = early_data::<D>(&configs, pair(capacity, Manner::Plain), seed);
            let expected = Ok((EarlyDataOutcome::Accepted, pattern(MUCH)));
            assert!(ended == expected, "{capacity} bytes, seed {seed}");
        }
    }
}

#[test]
fn early_data_behind_the_hello_are_there_when_the_server_has_chosen() {
    early_data_survive::<Tokio>();
    early_data_survive::<Futures>();
}

fn clients_are_refused<D: FrontDoor>() {
    let configs = Configs::new();
    for (refusal, alert) in [
        (Refusal::Name, Alert::UnrecognizedName),
        (Refusal::ApplicationProtocol, Alert::NoApplicationProtocol),
        (Refusal::Offer, Alert::HandshakeFailure),
        (Refusal::OwnFailure, Alert::InternalError),
    ] {
        for capacity in [3, 64] {
            let [first, second] = pair(capacity, Manner::Lazy);
            let (mut told, mut found) = (None, None);
            let tasks: Vec<Task<'_>> = vec![
                Box::pin(async { told = Some(D::refuse(second, refusal).await) }),
                Box::pin(async { found = D::connect(&configs, first).await.err() }),
            ];
            assert_eq!(run(tasks, 1), Ok(()), "{refusal:?}");
            assert_eq!(reason(&told.unwrap()).alert(), Some(alert));
            let Error::PeerAlert(heard) = reason(&found.unwrap()) else { panic!("{refusal:?}") };
            assert_eq!(heard.known(), Some(alert));
        }
    }
}

#[test]
fn a_client_that_is_refused_hears_the_alert() {
    clients_are_refused::<Tokio>();
    clients_are_refused::<Futures>();
}

fn transports_are_given_back<D: FrontDoor>() {
    let configs = Configs::new();
    let [first, second] = pair(64, Manner::Plain);
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async { ask(&mut D::connect(&configs, first).await.unwrap()).await }),
        Box::pin(async {
            let (end, received) = D::give_back(second).await;
            let (receiving, transmitting) = tokio::io::split(end);
            let again = tokio::io::join((&received[..]).chain(receiving), transmitting);
            let acceptor = hyaline::tokio::Acceptor::from(Arc::clone(&configs.server));
            let mut server = acceptor.accept(again).await.unwrap();
            answer(&mut server).await;
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
}

#[test]
fn another_server_goes_on_with_a_transport_that_is_given_back_and_its_bytes() {
    transports_are_given_back::<Tokio>();
    transports_are_given_back::<Futures>();
}
