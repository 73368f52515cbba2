//! Both our ends, as their callers may be: one thread, two, a task.

use std::io::{Read, Write};
use std::thread;

use hyaline::blocking::Stream;
use hyaline::pki_types::ServerName;
use hyaline_check::validate::Validation;
use hyaline_tests::sockets::{cross, echo, exchange, pair, patient};
use hyaline_tests::traces::{told, validated};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use crate::Configs;

pub(crate) fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

/// Has both ends do something with a stream each, on a thread each, and gives their logs.
pub(crate) fn logs(
    configs: Configs,
    client: impl FnOnce(Stream) + Send,
    server: impl FnOnce(Stream) + Send,
) -> [String; 2] {
    let Configs { client: of_client, server: of_server, logs } = configs;
    let (connected, accepted) = pair();
    thread::scope(|scope| {
        scope.spawn(|| server(patient(Stream::server(of_server, accepted).unwrap())));
        client(patient(Stream::client(of_client, name(), connected).unwrap()));
    });
    logs.map(|log| log.text())
}

/// The logs of both ends are behaviours, alone and together: how much has arrived.
#[track_caller]
pub(crate) fn assert_behaviour([client, server]: &[String; 2]) -> (Validation, usize) {
    let validation = validated(&[client, server]);
    assert!(validation.is_behaviour(), "{}", told(&validation, client));
    let [pair] = &validation.pairs[..] else { panic!("both ends of one connection") };
    let arrived = pair.arrived;
    (validation, arrived)
}

/// Two ends, one of which sends back what it receives; with calls of every kind.
pub(crate) fn echoed() -> [String; 2] {
    let client = |mut stream: Stream| {
        stream.write_all(b"some data").unwrap();
        stream.update_key().unwrap();
        stream.write_all(b", and more").unwrap();
        let mut received = [0; 19];
        stream.read_exact(&mut received).unwrap();
        assert_eq!(&received, b"some data, and more");
        stream.half_close().unwrap();
        assert_eq!(stream.read(&mut received).unwrap(), 0);
        stream.close().unwrap();
    };
    logs(Configs::new(), client, |mut stream| {
        echo(&mut stream).unwrap();
        stream.close().unwrap();
    })
}

#[test]
fn a_connection_of_two_threads_with_calls_of_every_kind_is_a_behaviour() {
    let logs = echoed();
    let (validation, arrived) = assert_behaviour(&logs);
    assert!(arrived > 10, "{arrived} arrived");
    assert!(validation.pairs.iter().all(|pair| pair.under_way.is_empty()), "{validation:?}");
    for (end, log) in validation.ends.iter().zip(&logs) {
        // All lines but the first and the last tell of a row.
        assert_eq!(end.rows + 2, log.lines().count());
    }
}

#[test]
fn much_that_crosses_in_both_directions_is_a_behaviour() {
    let much = vec![7; 600_000];
    let both = |mut stream: Stream| {
        assert_eq!(exchange(&mut stream, &much, much.len()).unwrap(), much);
        stream.close().unwrap();
    };
    let (_, arrived) = assert_behaviour(&logs(Configs::new(), both, both));
    assert!(arrived > 2 * 600_000 / (1 << 14), "{arrived} arrived");
}

#[test]
fn streams_that_are_split_between_threads_are_a_behaviour() {
    let much = vec![7; 400_000];
    let both = |mut stream: Stream| {
        stream.handshake().unwrap();
        let mut crossed = cross(stream, &much, 50_000, much.len()).unwrap();
        assert!(crossed.received == much);
        crossed.stream.close().unwrap();
    };
    let logs = logs(Configs::new(), both, both);
    assert_behaviour(&logs);
    for log in &logs {
        assert!(log.contains("\"owners\":2") && log.contains("\"owners\":1"), "{log}");
    }
}

#[test]
fn streams_of_a_task_are_a_behaviour() {
    let Configs { client, server, logs } = Configs::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let (one, other) = tokio::io::duplex(1 << 10);
        let client = async {
            let connector = hyaline::tokio::Connector::from(client);
            let mut stream = connector.connect(name(), one).await.unwrap();
            stream.write_all(&[7; 30_000]).await.unwrap();
            stream.shutdown().await.unwrap();
            let mut received = Vec::new();
            stream.read_to_end(&mut received).await.unwrap();
            assert_eq!(received, [8; 20_000]);
        };
        let server = async {
            let acceptor = hyaline::tokio::Acceptor::from(server);
            let mut stream = acceptor.accept(other).await.unwrap();
            let mut received = Vec::new();
            stream.read_to_end(&mut received).await.unwrap();
            assert_eq!(received, [7; 30_000]);
            stream.write_all(&[8; 20_000]).await.unwrap();
            stream.shutdown().await.unwrap();
        };
        tokio::join!(client, server);
    });
    assert_behaviour(&logs.map(|log| log.text()));
}

#[test]
fn a_client_that_does_not_trust_the_server_and_a_server_that_hears_of_it_are_a_behaviour() {
    let (configs, other) = (Configs::new(), Configs::new());
    let configs = Configs { server: other.server.with_row_log(configs.logs[1].clone()), ..configs };
    let refused = |mut stream: Stream| {
        assert!(stream.handshake().is_err());
        let _ = stream.close();
    };
    assert_behaviour(&logs(configs, refused, refused));
}

#[test]
fn ends_that_are_dropped_without_a_close_are_a_behaviour() {
    let client = |mut stream: Stream| stream.write_all(b"data").unwrap();
    let (_, arrived) = assert_behaviour(&logs(Configs::new(), client, |mut stream| {
        let mut received = [0; 4];
        stream.read_exact(&mut received).unwrap();
        assert!(stream.read(&mut received).is_err(), "truncated");
    }));
    assert!(arrived > 5);
}
