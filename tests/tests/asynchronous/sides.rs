//! Both front doors as one, so that each program runs through both.

use std::future::{Future, poll_fn};
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;

use hyaline::pki_types::ServerName;
use hyaline::{
    AsyncWorker, ClientConfig, EarlyData, EarlyDataOutcome, Error, Refusal, ServerConfig,
};
use hyaline_tests::certificates::{Authority, authority_and_server};
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite};
use tokio_util::compat::{Compat, FuturesAsyncReadCompatExt};

use crate::pipe::End;

/// A stream of ours.
pub(crate) trait Side: AsyncRead + AsyncBufRead + AsyncWrite + Unpin {
    fn handshake(&mut self) -> impl Future<Output = io::Result<()>>;
    fn update_key(&mut self) -> impl Future<Output = io::Result<()>>;
    fn close(&mut self) -> impl Future<Output = io::Result<()>>;
    fn write_slices(&mut self, slices: &[IoSlice<'_>]) -> impl Future<Output = io::Result<usize>>;
    fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error>;
    fn early_data_outcome(&self) -> EarlyDataOutcome;
    fn take_early_data(&mut self) -> Option<EarlyData>;
    fn early_data(&mut self) -> impl Future<Output = io::Result<Option<EarlyData>>>;
    fn is_connected(&self) -> bool;
    fn unread(&self) -> usize;
}

impl<S: AsyncRead + AsyncWrite + Unpin> Side for hyaline::tokio::Stream<S> {
    async fn handshake(&mut self) -> io::Result<()> {
        self.handshake().await
    }

    async fn update_key(&mut self) -> io::Result<()> {
        self.update_key().await
    }

    async fn close(&mut self) -> io::Result<()> {
        self.close().await
    }

    fn write_slices(&mut self, slices: &[IoSlice<'_>]) -> impl Future<Output = io::Result<usize>> {
        assert!(self.is_write_vectored());
        poll_fn(|context| Pin::new(&mut *self).poll_write_vectored(context, slices))
    }

    fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error> {
        self.offer_early_data(data)
    }

    fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.early_data_outcome()
    }

    fn take_early_data(&mut self) -> Option<EarlyData> {
        self.take_early_data()
    }

    async fn early_data(&mut self) -> io::Result<Option<EarlyData>> {
        self.early_data().await
    }

    fn is_connected(&self) -> bool {
        self.connection().is_connected()
    }

    fn unread(&self) -> usize {
        self.unread()
    }
}

impl Side for Compat<hyaline::futures::Stream<End>> {
    async fn handshake(&mut self) -> io::Result<()> {
        self.get_mut().handshake().await
    }

    async fn update_key(&mut self) -> io::Result<()> {
        self.get_mut().update_key().await
    }

    async fn close(&mut self) -> io::Result<()> {
        self.get_mut().close().await
    }

    fn write_slices(&mut self, slices: &[IoSlice<'_>]) -> impl Future<Output = io::Result<usize>> {
        use futures_io::AsyncWrite;

        poll_fn(|context| Pin::new(self.get_mut()).poll_write_vectored(context, slices))
    }

    fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error> {
        self.get_mut().offer_early_data(data)
    }

    fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.get_ref().early_data_outcome()
    }

    fn take_early_data(&mut self) -> Option<EarlyData> {
        self.get_mut().take_early_data()
    }

    async fn early_data(&mut self) -> io::Result<Option<EarlyData>> {
        self.get_mut().early_data().await
    }

    fn is_connected(&self) -> bool {
        self.get_ref().connection().is_connected()
    }

    fn unread(&self) -> usize {
        self.get_ref().unread()
    }
}

/// A client's configuration and a server's, which trusts that one.
pub(crate) struct Configs {
    pub(crate) authority: Authority,
    pub(crate) client: Arc<ClientConfig>,
    pub(crate) server: Arc<ServerConfig>,
}

impl Configs {
    pub(crate) fn new() -> Self {
        let (authority, identity) = authority_and_server();
        let client =
            ClientConfig::builder().with_root_certificates(authority.roots()).with_no_client_auth();
        let server = ServerConfig::builder()
            .with_no_client_auth()
            .with_single_cert(identity.chain, identity.key)
            .unwrap();
        Self { authority, client: Arc::new(client), server: Arc::new(server) }
    }
}

pub(crate) fn name() -> ServerName<'static> {
    ServerName::try_from("localhost").unwrap()
}

/// A front door.
pub(crate) trait FrontDoor {
    type Stream: Side;

    fn client(configs: &Configs, end: End) -> Self::Stream;
    fn server(configs: &Configs, end: End) -> Self::Stream;
    fn connect(configs: &Configs, end: End) -> impl Future<Output = io::Result<Self::Stream>>;
    fn accept(configs: &Configs, end: End) -> impl Future<Output = io::Result<Self::Stream>>;
    /// A server that has its configuration when it has read the ClientHello.
    fn accept_late(configs: &Configs, end: End) -> impl Future<Output = io::Result<Self::Stream>>;
    /// The same, but its handshake is left to the calls that follow.
    fn begin_late(configs: &Configs, end: End) -> impl Future<Output = io::Result<Self::Stream>>;
    /// A server that reads the ClientHello, and then refuses.
    fn refuse(end: End, refusal: Refusal) -> impl Future<Output = io::Error>;
    /// A server that reads the ClientHello, and then gives the transport back.
    fn give_back(end: End) -> impl Future<Output = (End, Vec<u8>)>;
    /// A client whose work this worker does.
    fn connect_by(
        configs: &Configs,
        worker: Arc<dyn AsyncWorker>,
        end: End,
    ) -> impl Future<Output = io::Result<Self::Stream>>;
    /// A server whose work this worker does.
    fn accept_by(
        configs: &Configs,
        worker: Arc<dyn AsyncWorker>,
        end: End,
    ) -> impl Future<Output = io::Result<Self::Stream>>;
    /// The same of one that chooses late.
    fn accept_late_by(
        configs: &Configs,
        worker: Arc<dyn AsyncWorker>,
        end: End,
    ) -> impl Future<Output = io::Result<Self::Stream>>;
}

/// What both front doors have for servers that choose late, by the name of their module.
macro_rules! late {
    ($door:ident, $stream:expr) => {
        async fn accept_late(configs: &Configs, end: End) -> io::Result<Self::Stream> {
            let start = hyaline::$door::LazyAcceptor::new().accept(end).await?;
            assert_eq!(start.client_hello().server_name(), Some("localhost"));
            Ok($stream(start.into_stream(Arc::clone(&configs.server)).await?))
        }

        async fn begin_late(configs: &Configs, end: End) -> io::Result<Self::Stream> {
            let start = hyaline::$door::LazyAcceptor::new().accept(end).await?;
            Ok($stream(start.begin(Arc::clone(&configs.server))?))
        }

        async fn refuse(end: End, refusal: Refusal) -> io::Error {
            let start = hyaline::$door::LazyAcceptor::new().accept(end).await.unwrap();
            start.refuse(refusal).await
        }

        async fn give_back(end: End) -> (End, Vec<u8>) {
            let start = hyaline::$door::LazyAcceptor::new().accept(end).await.unwrap();
            start.into_parts().unwrap()
        }
    };
}

/// What both front doors have for workers, likewise.
macro_rules! workers {
    ($door:ident, $stream:expr) => {
        async fn connect_by(
            configs: &Configs,
            worker: Arc<dyn AsyncWorker>,
            end: End,
        ) -> io::Result<Self::Stream> {
            let connector = hyaline::$door::Connector::from(Arc::clone(&configs.client));
            Ok($stream(connector.with_worker(worker).connect(name(), end).await?))
        }

        async fn accept_by(
            configs: &Configs,
            worker: Arc<dyn AsyncWorker>,
            end: End,
        ) -> io::Result<Self::Stream> {
            let acceptor = hyaline::$door::Acceptor::from(Arc::clone(&configs.server));
            Ok($stream(acceptor.with_worker(worker).accept(end).await?))
        }

        async fn accept_late_by(
            configs: &Configs,
            worker: Arc<dyn AsyncWorker>,
            end: End,
        ) -> io::Result<Self::Stream> {
            let acceptor = hyaline::$door::LazyAcceptor::new().with_worker(worker);
            let start = acceptor.accept(end).await?;
            Ok($stream(start.into_stream(Arc::clone(&configs.server)).await?))
        }
    };
}

pub(crate) struct Tokio;

impl FrontDoor for Tokio {
    type Stream = hyaline::tokio::Stream<End>;

    fn client(configs: &Configs, end: End) -> Self::Stream {
        hyaline::tokio::Stream::client(Arc::clone(&configs.client), name(), end).unwrap()
    }

    fn server(configs: &Configs, end: End) -> Self::Stream {
        hyaline::tokio::Stream::server(Arc::clone(&configs.server), end).unwrap()
    }

    async fn connect(configs: &Configs, end: End) -> io::Result<Self::Stream> {
        hyaline::tokio::Connector::from(Arc::clone(&configs.client)).connect(name(), end).await
    }

    async fn accept(configs: &Configs, end: End) -> io::Result<Self::Stream> {
        hyaline::tokio::Acceptor::from(Arc::clone(&configs.server)).accept(end).await
    }

    late!(tokio, std::convert::identity);
    workers!(tokio, std::convert::identity);
}

pub(crate) struct Futures;

impl FrontDoor for Futures {
    type Stream = Compat<hyaline::futures::Stream<End>>;

    fn client(configs: &Configs, end: End) -> Self::Stream {
        let client = Arc::clone(&configs.client);
        hyaline::futures::Stream::client(client, name(), end).unwrap().compat()
    }

    fn server(configs: &Configs, end: End) -> Self::Stream {
        let server = Arc::clone(&configs.server);
        hyaline::futures::Stream::server(server, end).unwrap().compat()
    }

    async fn connect(configs: &Configs, end: End) -> io::Result<Self::Stream> {
        let connector = hyaline::futures::Connector::from(Arc::clone(&configs.client));
        Ok(connector.connect(name(), end).await?.compat())
    }

    async fn accept(configs: &Configs, end: End) -> io::Result<Self::Stream> {
        let acceptor = hyaline::futures::Acceptor::from(Arc::clone(&configs.server));
        Ok(acceptor.accept(end).await?.compat())
    }

    late!(futures, FuturesAsyncReadCompatExt::compat);
    workers!(futures, FuturesAsyncReadCompatExt::compat);
}

/// The error of this library that an `io::Error` of ours carries.
pub(crate) fn reason(error: &io::Error) -> Error {
    error.get_ref().and_then(|inner| inner.downcast_ref::<Error>()).unwrap().clone()
}

pub(crate) fn pattern(count: usize) -> Vec<u8> {
    (0..=250).cycle().take(count).collect()
}
