//! How streams end: closes and their budget, alerts, aborts, and what comes after.

use std::cell::Cell;
use std::io::ErrorKind;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hyaline::driver::{ALERT_TIME, CLOSE_TIME};
use hyaline::pki_types::UnixTime;
use hyaline::{Alert, Error, Notice, Work};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::Notify;
use tokio::time::Instant;
use tokio_rustls::TlsAcceptor;

use crate::cancellation::give_up_after;
use crate::executor::{Task, block_on, run};
use crate::hazards::their_server;
use crate::pipe::{End, Manner, pair};
use crate::sides::{Configs, FrontDoor, Futures, Tokio, name, pattern, reason};

type Stream = hyaline::tokio::Stream<End>;

/// Runs a program of two ends whose handshakes are done.
fn connected(client: impl AsyncFnOnce(Stream), server: impl AsyncFnOnce(Stream)) {
    let configs = Configs::new();
    let [first, second] = pair(64, Manner::Plain);
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async { client(Tokio::connect(&configs, first).await.unwrap()).await }),
        Box::pin(async { server(Tokio::accept(&configs, second).await.unwrap()).await }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
}

#[test]
fn a_close_ends_when_its_time_is_over() {
    let is_over = Notify::new();
    connected(
        async |mut client| {
            let began = Instant::now();
            assert_eq!(reason(&client.close().await.unwrap_err()), Error::CloseBudgetExpired);
            assert_eq!(began.elapsed(), CLOSE_TIME);
            assert!(client.get_ref().is_none());
            // Calls after that find a closed stream.
            client.close().await.unwrap();
            client.shutdown().await.unwrap();
            client.flush().await.unwrap();
            let error = client.read(&mut [0]).await.unwrap_err();
            assert_eq!((error.kind(), reason(&error)), (ErrorKind::NotConnected, Error::Closed));
            assert_eq!(reason(&client.write(b"late").await.unwrap_err()), Error::Closed);
            is_over.notify_one();
        },
        // The server is there, and does nothing.
        async |_server| is_over.notified().await,
    );
}

#[test]
fn a_close_that_was_given_up_goes_on_with_the_next_one() {
    let is_given_up = Notify::new();
    connected(
        async |mut client| {
            assert!(give_up_after(0, client.close()).await.is_none());
            // Other calls fail, and do the close no harm.
            assert!(client.read(&mut [0]).await.is_err());
            assert!(client.write(b"late").await.is_err());
            assert!(client.update_key().await.is_err());
            is_given_up.notify_one();
            client.close().await.unwrap();
        },
        async |mut server| {
            is_given_up.notified().await;
            assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
            server.close().await.unwrap();
        },
    );
}

#[test]
fn a_budget_that_was_set_counts() {
    let is_over = Notify::new();
    connected(
        async |mut client| {
            client.set_close_budget(Duration::from_secs(3), 1 << 20);
            let began = Instant::now();
            assert_eq!(client.close().await.unwrap_err().kind(), ErrorKind::TimedOut);
            assert_eq!(began.elapsed(), Duration::from_secs(3));
            is_over.notify_one();
        },
        async |_server| is_over.notified().await,
    );
}

#[test]
fn what_a_lazy_transport_holds_back_is_passed_on_by_a_close_or_given_up_when_its_time_is_over() {
    let configs = Configs::new();
    let [first, second] = pair(64, Manner::Lazy);
    let is_over = Notify::new();
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let mut client = Tokio::connect(&configs, first).await.unwrap();
            client.write_all(&[1; 200]).await.unwrap();
            let began = Instant::now();
            assert_eq!(client.close().await.unwrap_err().kind(), ErrorKind::TimedOut);
            assert_eq!(began.elapsed(), CLOSE_TIME);
            is_over.notify_one();
        }),
        Box::pin(async {
            let _server = Tokio::accept(&configs, second).await.unwrap();
            is_over.notified().await;
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
}

/// The server has sent its FIN, and reads on, as tokio-rustls does: a close has nothing to wait for
/// but the transport.
#[test]
fn what_a_lazy_transport_holds_back_at_the_end_reaches_the_peer() {
    let configs = Configs::new();
    let acceptor = TlsAcceptor::from(Arc::new(their_server(&configs.authority)));
    for length in 3000..3040 {
        let [first, second] = pair(64, Manner::Lazy);
        let tasks: Vec<Task<'_>> = vec![
            Box::pin(async {
                let mut client = Tokio::connect(&configs, first).await.unwrap();
                assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
                client.write_all(&pattern(length)).await.unwrap();
                client.close().await.unwrap();
            }),
            Box::pin(async {
                let mut server = acceptor.accept(second).await.unwrap();
                server.shutdown().await.unwrap();
                let mut received = Vec::new();
                server.read_to_end(&mut received).await.unwrap();
                assert!(received == pattern(length), "{length} bytes");
            }),
        ];
        assert_eq!(run(tasks, 1), Ok(()));
    }
}

/// A client that does not trust the server: what each end is told.
fn rejected<D: FrontDoor>() -> (Error, Error) {
    let (configs, others) = (Configs::new(), Configs::new());
    let [first, second] = pair(64, Manner::Plain);
    let (client, server) = (Cell::new(None), Cell::new(None));
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async { client.set(D::connect(&others, first).await.err()) }),
        Box::pin(async { server.set(D::accept(&configs, second).await.err()) }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
    (reason(&client.take().unwrap()), reason(&server.take().unwrap()))
}

#[test]
fn a_handshake_that_fails_tells_the_peer_why() {
    for (client, server) in [rejected::<Tokio>(), rejected::<Futures>()] {
        assert!(matches!(client, Error::Certificate(_)), "{client:?}");
        assert_eq!(server, Error::PeerAlert(Alert::UnknownCa.into()));
    }
}

#[test]
fn a_peer_that_stays_after_our_alert_holds_nobody_up_for_long() {
    let (configs, others) = (Configs::new(), Configs::new());
    let [first, second] = pair(64, Manner::Plain);
    let is_over = Notify::new();
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async {
            let began = Instant::now();
            let error = Tokio::connect(&others, first).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::InvalidData);
            assert_eq!(began.elapsed(), ALERT_TIME);
            is_over.notify_one();
        }),
        Box::pin(async {
            let mut server = Tokio::server(&configs, second);
            let error = server.handshake().await.unwrap_err();
            assert_eq!(reason(&error), Error::PeerAlert(Alert::UnknownCa.into()));
            assert_eq!(server.error(), Some(&reason(&error)));
            is_over.notified().await;
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
}

#[test]
fn a_stream_that_closes_on_its_shutdown_waits_for_the_peers_end() {
    connected(
        async |mut client| {
            client.set_close_on_shutdown(true);
            client.write_all(b"all").await.unwrap();
            client.shutdown().await.unwrap();
            assert!(client.get_ref().is_none(), "the transport is not closed");
        },
        async |mut server| {
            let mut received = Vec::new();
            server.read_to_end(&mut received).await.unwrap();
            assert_eq!(received, b"all");
            server.write_all(b"nobody reads this").await.unwrap();
            server.close().await.unwrap();
        },
    );
}

#[test]
fn a_shutdown_leaves_the_other_direction_open() {
    connected(
        async |mut client| {
            client.shutdown().await.unwrap();
            client.shutdown().await.unwrap();
            let error = client.write(b"late").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::BrokenPipe);
            let mut received = Vec::new();
            client.read_to_end(&mut received).await.unwrap();
            assert_eq!(received, [9; 3000]);
            client.close().await.unwrap();
        },
        async |mut server| {
            assert_eq!(server.read(&mut [0]).await.unwrap(), 0);
            server.write_all(&[9; 3000]).await.unwrap();
            server.close().await.unwrap();
        },
    );
}

#[test]
fn what_is_dropped_without_an_end_is_truncated() {
    connected(
        async |mut client| {
            client.write_all(b"a part").await.unwrap();
            client.flush().await.unwrap();
        },
        async |mut server| {
            let mut received = Vec::new();
            let error = server.read_to_end(&mut received).await.unwrap_err();
            assert_eq!(received, b"a part");
            assert_eq!(error.kind(), ErrorKind::UnexpectedEof);
            assert_eq!(reason(&error), Error::Truncated);
        },
    );
}

#[test]
fn an_abort_gives_the_transport_back_and_ends_what_is_pending() {
    connected(
        async |mut client| {
            client.write_all(b"lost, perhaps").await.unwrap();
            assert!(client.abort().is_some());
            assert!(client.abort().is_none() && client.get_ref().is_none());
            assert!(client.read(&mut [0]).await.is_err());
            client.close().await.unwrap();
        },
        async |mut server| {
            let mut received = Vec::new();
            let error = server.read_to_end(&mut received).await.unwrap_err();
            assert_eq!(reason(&error), Error::Truncated);
        },
    );
}

#[test]
fn what_was_negotiated_and_what_happened_can_be_asked() {
    connected(
        async |mut client| {
            assert_eq!(client.connection().peer_certificates().len(), 1);
            client.update_key().await.unwrap();
            client.write_all(b"data").await.unwrap();
            client.flush().await.unwrap();
            client.close().await.unwrap();
        },
        async |mut server| {
            let mut received = [0; 2];
            server.read_exact(&mut received).await.unwrap();
            assert_eq!(
                (server.unread(), server.connection().server_name()),
                (2, Some("localhost"))
            );
            let mut notices = std::iter::from_fn(|| server.poll_notice());
            assert!(notices.any(|notice| notice == Notice::PeerKeyUpdated), "no key was updated");
            server.close().await.unwrap();
        },
    );
}

#[test]
fn a_server_chooses_by_the_name_that_its_client_says() {
    let configs = Configs::new();
    let [first, second] = pair(64, Manner::Plain);
    let said = Arc::<Mutex<Option<String>>>::default();
    let mut server = Tokio::server(&configs, second);
    let heard = Arc::clone(&said);
    server.delegate_work(move |work| match work {
        Work::Selection(choice) => {
            *heard.lock().unwrap() = choice.server_name().map(str::to_owned);
            choice.run(UnixTime::now())
        }
        work => work.run(UnixTime::now()),
    });
    let tasks: Vec<Task<'_>> = vec![
        Box::pin(async { Tokio::connect(&configs, first).await.unwrap().close().await.unwrap() }),
        Box::pin(async {
            server.handshake().await.unwrap();
            server.close().await.unwrap();
        }),
    ];
    assert_eq!(run(tasks, 1), Ok(()));
    assert_eq!(said.lock().unwrap().as_deref(), Some("localhost"));
}

#[test]
fn a_stream_is_for_any_runtime() {
    fn is_for_any<T: Send + Sync + Unpin + 'static>(_: &T) {}
    let configs = Configs::new();
    let [first, second] = pair(64, Manner::Plain);
    is_for_any(&hyaline::tokio::Connector::from(configs.client.clone()).connect(name(), first));
    is_for_any(&hyaline::futures::Stream::server(configs.server.clone(), second).unwrap());
    fn is_send<T: Send>(_: &T) {}
    let [first, _second] = pair(64, Manner::Plain);
    let mut stream = Tokio::client(&configs, first);
    is_send(&stream.close());
    assert!(format!("{stream:?}").starts_with("Stream("));
}

/// tokio's own pipes, and its own tasks.
#[test]
fn tasks_of_tokios_talk_over_a_pipe_of_tokios() {
    let configs = Configs::new();
    let (first, second) = tokio::io::duplex(64);
    let (connector, acceptor) = (
        hyaline::tokio::Connector::from(configs.client.clone()),
        hyaline::tokio::Acceptor::from(configs.server.clone()),
    );
    let outcome = block_on(async {
        let server = tokio::spawn(async move {
            let mut server = acceptor.accept(second).await?;
            let mut request = Vec::new();
            server.read_to_end(&mut request).await?;
            server.write_all(&request).await?;
            server.close().await
        });
        let mut client = connector.connect(name(), first).await.unwrap();
        client.write_all(&[3; 5000]).await.unwrap();
        client.shutdown().await.unwrap();
        let mut answer = Vec::new();
        client.read_to_end(&mut answer).await.unwrap();
        assert_eq!(answer, [3; 5000]);
        client.close().await.unwrap();
        server.await.unwrap().unwrap();
    });
    assert_eq!(outcome, Ok(()));
}
