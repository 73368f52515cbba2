//! What wedges tokio-rustls over pipes of 64 bytes, and not our streams. The runtime finds a
//! program that waits for ever: its clock stands still while there is something to poll, and goes
//! on to the end of the test's time when there is nothing.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use hyaline_tests::certificates::{Authority, KeyKind};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, DuplexStream, duplex, split};
use tokio_rustls::rustls;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::{TlsAcceptor, TlsConnector, TlsStream};

use crate::executor::{Stuck, block_on};
use crate::sides::{Configs, Side, name, pattern};

/// How many bytes a pipe holds.
const CAPACITY: usize = 64;

/// More than that, and than any buffer holds.
const LENGTH: usize = 1 << 19;

/// Whose end it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    /// No TLS at all.
    Plain,
    Theirs,
    Ours,
}

/// A stream over a pipe.
trait Stream: AsyncRead + AsyncWrite + Unpin {
    /// Asks for a key update.
    fn update_key(&mut self) -> Pin<Box<dyn Future<Output = ()> + '_>>;
}

impl Stream for DuplexStream {
    fn update_key(&mut self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async {})
    }
}

impl Stream for hyaline::tokio::Stream<DuplexStream> {
    fn update_key(&mut self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        Box::pin(async { Side::update_key(self).await.unwrap() })
    }
}

impl Stream for TlsStream<DuplexStream> {
    fn update_key(&mut self) -> Pin<Box<dyn Future<Output = ()> + '_>> {
        match self {
            Self::Client(stream) => stream.get_mut().1.refresh_traffic_keys().unwrap(),
            Self::Server(stream) => stream.get_mut().1.refresh_traffic_keys().unwrap(),
        }
        Box::pin(async {})
    }
}

type AnyStream = Box<dyn Stream>;

/// A client and a server, of ours and of theirs.
struct Ends {
    configs: Configs,
    tickets: u8,
}

impl Ends {
    fn new(tickets: u8) -> Self {
        Self { configs: Configs::new(), tickets }
    }

    async fn client(&self, whose: Whose, pipe: DuplexStream) -> AnyStream {
        match whose {
            Whose::Plain => Box::new(pipe),
            Whose::Ours => {
                let connector = hyaline::tokio::Connector::from(self.configs.client.clone());
                Box::new(connector.connect(name(), pipe).await.unwrap())
            }
            Whose::Theirs => {
                let connector = TlsConnector::from(Arc::new(their_client(&self.configs.authority)));
                Box::new(TlsStream::from(connector.connect(name(), pipe).await.unwrap()))
            }
        }
    }

    async fn server(&self, whose: Whose, pipe: DuplexStream) -> AnyStream {
        match whose {
            Whose::Plain => Box::new(pipe),
            Whose::Ours => {
                let config = (*self.configs.server).clone().with_tickets(self.tickets).unwrap();
                let acceptor = hyaline::tokio::Acceptor::from(config);
                Box::new(acceptor.accept(pipe).await.unwrap())
            }
            Whose::Theirs => {
                let mut config = their_server(&self.configs.authority);
                config.send_tls13_tickets = self.tickets.into();
                let acceptor = TlsAcceptor::from(Arc::new(config));
                Box::new(TlsStream::from(acceptor.accept(pipe).await.unwrap()))
            }
        }
    }

    /// Runs a program of each end.
    fn run(
        &self,
        whose: [Whose; 2],
        client: impl AsyncFnOnce(AnyStream),
        server: impl AsyncFnOnce(AnyStream),
    ) -> Result<(), Stuck> {
        let (first, second) = duplex(CAPACITY);
        let connecting = async { client(self.client(whose[0], first).await).await };
        let accepting = async { server(self.server(whose[1], second).await).await };
        block_on(async { tokio::join!(connecting, accepting) }).map(|((), ())| ())
    }
}

fn their_client(authority: &Authority) -> rustls::ClientConfig {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(authority.certificate()).unwrap();
    let builder = rustls::ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    builder.with_root_certificates(roots).with_no_client_auth()
}

pub(crate) fn their_server(authority: &Authority) -> rustls::ServerConfig {
    let identity = authority.server(KeyKind::P256);
    rustls::ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(identity.chain, identity.key)
        .unwrap()
}

/// Every pair of ends of which at least one is ours.
const WITH_OURS: [[Whose; 2]; 3] =
    [[Whose::Ours, Whose::Ours], [Whose::Ours, Whose::Theirs], [Whose::Theirs, Whose::Ours]];

const PLAIN: [Whose; 2] = [Whose::Plain; 2];
const THEIRS: [Whose; 2] = [Whose::Theirs; 2];

/// H01: the server's tickets leave in its handshake; the client only writes.
fn a_client_only_writes(ends: &Ends, whose: [Whose; 2]) -> Result<(), Stuck> {
    ends.run(
        whose,
        async |mut client| {
            client.write_all(&pattern(LENGTH)).await.unwrap();
            client.shutdown().await.unwrap();
            assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
        },
        async |mut server| {
            let mut received = Vec::new();
            server.read_to_end(&mut received).await.unwrap();
            assert!(received == pattern(LENGTH));
            server.shutdown().await.unwrap();
        },
    )
}

#[test]
fn h01_tickets_in_the_handshake() {
    let ends = Ends::new(2);
    assert_eq!(a_client_only_writes(&ends, PLAIN), Ok(()));
    assert_eq!(a_client_only_writes(&ends, THEIRS), Err(Stuck), "the hazard is not there");
    for whose in WITH_OURS {
        assert_eq!(a_client_only_writes(&ends, whose), Ok(()), "{whose:?}");
    }
}

/// H02: the server reads in one task and writes in another; the client asks for a key update,
/// writes much, and reads afterwards.
fn a_client_updates_keys(ends: &Ends, whose: [Whose; 2]) -> Result<(), Stuck> {
    ends.run(
        whose,
        async |mut client| {
            client.update_key().await;
            client.write_all(&pattern(LENGTH)).await.unwrap();
            client.flush().await.unwrap();
            let mut received = vec![0; LENGTH];
            client.read_exact(&mut received).await.unwrap();
            assert!(received == pattern(LENGTH));
        },
        async |server| both_at_once(server).await,
    )
}

/// Writes much and reads as much, both at once.
async fn both_at_once(stream: AnyStream) {
    let (mut reader, mut writer) = split(stream);
    let writing = async {
        writer.write_all(&pattern(LENGTH)).await.unwrap();
        writer.flush().await.unwrap();
    };
    let reading = async {
        let mut received = vec![0; LENGTH];
        reader.read_exact(&mut received).await.unwrap();
        assert!(received == pattern(LENGTH));
    };
    tokio::join!(writing, reading);
}

#[test]
fn h02_a_key_update_answered_by_the_reader() {
    let ends = Ends::new(0);
    assert_eq!(a_client_updates_keys(&ends, PLAIN), Ok(()));
    for whose in WITH_OURS {
        assert_eq!(a_client_updates_keys(&ends, whose), Ok(()), "{whose:?}");
    }
}

/// H03: both ends write much, and read meanwhile.
fn both_write(ends: &Ends, whose: [Whose; 2]) -> Result<(), Stuck> {
    ends.run(
        whose,
        async |client| both_at_once(client).await,
        async |server| both_at_once(server).await,
    )
}

#[test]
fn h03_a_flush_before_a_read() {
    let ends = Ends::new(0);
    assert_eq!(both_write(&ends, PLAIN), Ok(()));
    for whose in WITH_OURS {
        assert_eq!(both_write(&ends, whose), Ok(()), "{whose:?}");
    }
}

/// tokio-rustls has neither of these two hazards: its reads have transmitted nothing since
/// rustls/tokio-rustls#32. If that changes, `docs/hazards.md` has to say so, as it does of H01.
#[test]
fn tokio_rustls_has_neither_h02_nor_h03() {
    let ends = Ends::new(0);
    assert_eq!(a_client_updates_keys(&ends, THEIRS), Ok(()));
    assert_eq!(both_write(&ends, THEIRS), Ok(()));
}

/// A half-close that needs room: the client's request leaves less than a close_notify needs, and
/// the server reads when its answer is written. It greets before, so that nothing else is on its
/// way then.
fn a_half_close_without_room(ends: &Ends, whose: [Whose; 2]) -> Result<(), Stuck> {
    /// As a record of TLS, with header, type and tag, these are 44 bytes.
    const REQUEST: [u8; 22] = [1; 22];
    ends.run(
        whose,
        async |mut client| {
            client.read_exact(&mut [0]).await.unwrap();
            client.write_all(&REQUEST).await.unwrap();
            client.shutdown().await.unwrap();
            let mut answer = vec![0; LENGTH];
            client.read_exact(&mut answer).await.unwrap();
            assert!(answer == pattern(LENGTH));
            // The end of the answer is read, so that what is left of the request leaves.
            let _ = client.read(&mut [0]).await;
        },
        async |mut server| {
            server.write_all(b"!").await.unwrap();
            server.flush().await.unwrap();
            server.write_all(&pattern(LENGTH)).await.unwrap();
            server.flush().await.unwrap();
            let mut request = Vec::new();
            server.read_to_end(&mut request).await.unwrap();
            assert_eq!(request, REQUEST);
        },
    )
}

#[test]
fn a_half_close_needs_no_room() {
    let ends = Ends::new(0);
    assert_eq!(a_half_close_without_room(&ends, PLAIN), Ok(()));
    assert_eq!(a_half_close_without_room(&ends, THEIRS), Err(Stuck), "the hazard is not there");
    for whose in [[Whose::Ours, Whose::Ours], [Whose::Ours, Whose::Theirs]] {
        assert_eq!(a_half_close_without_room(&ends, whose), Ok(()), "{whose:?}");
    }
}
