//! Streams under tokio, beside tokio-rustls: data and round trips over loopback sockets, and many
//! idle connections.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

use allocation_counter::measure;
use hyaline::tokio::{Acceptor, Connector};
use hyaline_tests::certificates::Authority;
use hyaline_tests::memory;
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use crate::rounds::{Rounds, time};
use crate::theirs;

/// Rounds of each figure.
const ROUNDS: usize = 41;

/// Bytes of data of one round.
const ROUND: usize = 8 << 20;

/// Bytes that one write offers, and one read takes.
const PIECE: usize = 1 << 14;

/// Round trips of one round, and bytes of a message.
const TRIPS: usize = 500;
const MESSAGE: usize = 64;

/// Connections that do nothing, each with two ends.
const IDLE: usize = 5_000;

const NAMES: [&str; 3] = ["TCP, no TLS", "hyaline::tokio", "tokio-rustls"];

/// What makes streams of both libraries.
struct Doors {
    connector: Connector,
    acceptor: Acceptor,
    their_connector: TlsConnector,
    their_acceptor: TlsAcceptor,
}

impl Doors {
    fn new(authority: &Authority) -> Self {
        let (ours, theirs) = (memory::Configs::new(authority), theirs::Configs::new(authority));
        Self {
            connector: Connector::from(ours.client),
            acceptor: Acceptor::from(ours.server),
            their_connector: TlsConnector::from(theirs.client),
            their_acceptor: TlsAcceptor::from(theirs.server),
        }
    }

    async fn ours<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        (first, second): (S, S),
    ) -> (hyaline::tokio::Stream<S>, hyaline::tokio::Stream<S>) {
        let connecting = self.connector.connect(name(), first);
        tokio::try_join!(connecting, self.acceptor.accept(second)).unwrap()
    }

    async fn theirs<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        (first, second): (S, S),
    ) -> (TlsStream<S>, TlsStream<S>) {
        let connecting = self.their_connector.connect(name(), first);
        let accepting = self.their_acceptor.accept(second);
        let (client, server) = tokio::try_join!(connecting, accepting).unwrap();
        (client.into(), server.into())
    }
}

fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

async fn sockets() -> (TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let connecting = TcpStream::connect(listener.local_addr().unwrap());
    let (first, (second, _)) = tokio::try_join!(connecting, listener.accept()).unwrap();
    for socket in [&first, &second] {
        socket.set_nodelay(true).unwrap();
    }
    (first, second)
}

/// One round of data in one direction.
async fn carry(from: &mut (impl AsyncWrite + Unpin), to: &mut (impl AsyncRead + Unpin)) {
    let writing = async {
        let piece = vec![7; PIECE];
        for _ in 0..ROUND / PIECE {
            from.write_all(&piece).await.unwrap();
        }
        from.flush().await.unwrap();
    };
    let reading = async {
        let (mut buffer, mut count) = (vec![0; PIECE], 0);
        while count < ROUND {
            count += to.read(&mut buffer).await.unwrap();
        }
    };
    tokio::join!(writing, reading);
}

/// One round of messages and their answers.
async fn converse<S: AsyncRead + AsyncWrite + Unpin>(first: &mut S, second: &mut S) {
    async fn send(to: &mut (impl AsyncWrite + Unpin)) {
        to.write_all(&[7; MESSAGE]).await.unwrap();
        to.flush().await.unwrap();
    }
    async fn receive(from: &mut (impl AsyncRead + Unpin)) {
        from.read_exact(&mut [0; MESSAGE]).await.unwrap();
    }
    for _ in 0..TRIPS {
        tokio::join!(send(first), receive(second));
        tokio::join!(send(second), receive(first));
    }
}

fn rounds(runtime: &Runtime, doors: &Doors) {
    let mut plain = runtime.block_on(sockets());
    let mut ours = runtime.block_on(async { doors.ours(sockets().await).await });
    let mut theirs = runtime.block_on(async { doors.theirs(sockets().await).await });
    let (mut data, mut trips) = (Rounds::new(&NAMES), Rounds::new(&NAMES));
    for round in 0..=ROUNDS {
        let carried = [
            time(|| runtime.block_on(carry(&mut plain.0, &mut plain.1))),
            time(|| runtime.block_on(carry(&mut ours.0, &mut ours.1))),
            time(|| runtime.block_on(carry(&mut theirs.0, &mut theirs.1))),
        ];
        let conversed = [
            time(|| runtime.block_on(converse(&mut plain.0, &mut plain.1))),
            time(|| runtime.block_on(converse(&mut ours.0, &mut ours.1))),
            time(|| runtime.block_on(converse(&mut theirs.0, &mut theirs.1))),
        ];
        // The first round warms everything and does not count.
        if round > 0 {
            data.add(&carried);
            trips.add(&conversed);
        }
    }
    #[allow(clippy::cast_precision_loss, reason = "small numbers, and only printed")]
    let (pieces, piece, count) = ((ROUND / PIECE) as f64, PIECE as f64, TRIPS as f64);
    println!("\ntokio, one thread, loopback sockets: {ROUNDS} rounds in turn");
    println!("  one direction, a write of 16 KiB");
    data.print(pieces, Some(piece));
    println!("  {MESSAGE} bytes there and back");
    trips.print(count, None);
}

/// Polls a read, which stays pending.
async fn wait_once(stream: &mut (impl AsyncRead + Unpin)) {
    let mut byte = [0];
    let mut reading = pin!(stream.read(&mut byte));
    poll_fn(|context| {
        assert!(reading.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

/// Bytes for each end of many idle connections, one of which `make` makes.
fn idle<S: AsyncRead + Unpin>(
    runtime: &Runtime,
    mut make: impl AsyncFnMut((DuplexStream, DuplexStream)) -> (S, S),
) -> i64 {
    let mut all = Vec::with_capacity(IDLE);
    let info = measure(|| {
        runtime.block_on(async {
            for _ in 0..IDLE {
                let (mut first, mut second) = make(duplex(1 << 12)).await;
                wait_once(&mut first).await;
                wait_once(&mut second).await;
                all.push((first, second));
            }
        });
    });
    let values = all.capacity() * size_of::<(S, S)>();
    let ends = i64::try_from(2 * IDLE).unwrap_or(i64::MAX);
    (info.bytes_current + i64::try_from(values).unwrap_or(i64::MAX)) / ends
}

/// Prints the figures.
pub(crate) fn print(authority: &Authority) {
    let runtime = Builder::new_current_thread().enable_all().build().unwrap();
    let doors = Doors::new(authority);
    rounds(&runtime, &doors);
    let pipes = idle(&runtime, async |pipe| pipe);
    let ours = idle(&runtime, async |pipe| doors.ours(pipe).await);
    let theirs = idle(&runtime, async |pipe| doors.theirs(pipe).await);
    println!("\nbytes of an end of {} that wait in a read, besides its pipe", 2 * IDLE);
    println!("    hyaline::tokio       {:6}", ours - pipes);
    println!("    tokio-rustls         {:6}", theirs - pipes);
}
