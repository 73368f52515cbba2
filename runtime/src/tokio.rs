//! TLS for tokio: a [`Stream`] that is read and written like a `TcpStream`, over whatever is
//! `AsyncRead` and `AsyncWrite`: a TCP or Unix socket, a pipe in memory, another TLS stream.
//!
//! A [`Connector`] makes streams of clients, an [`Acceptor`] those of servers:
//!
//! ```
//! use std::sync::Arc;
//!
//! use hyaline::pki_types::{PrivateKeyDer, ServerName};
//! use hyaline::tokio::{Acceptor, Connector};
//! use hyaline::{ClientConfig, RootCertStore, ServerConfig};
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority_key = rcgen::KeyPair::generate()?;
//! # let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
//! # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
//! # let authority = parameters.self_signed(&authority_key)?;
//! # let issuer = rcgen::Issuer::new(parameters, authority_key);
//! # let key = rcgen::KeyPair::generate()?;
//! # let certificate =
//! #     rcgen::CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
//! # let chain = vec![certificate.der().clone()];
//! # let key = PrivateKeyDer::try_from(key.serialize_der())?;
//! # let mut roots = RootCertStore::empty();
//! # roots.add(authority.der().clone())?;
//! let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
//! let acceptor = Acceptor::from(Arc::new(config));
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let server = tokio::spawn(async move {
//!     let (socket, _) = listener.accept().await?;
//!     let mut stream = acceptor.accept(socket).await?;
//!     let mut request = String::new();
//!     stream.read_to_string(&mut request).await?;
//!     stream.write_all(b"heard").await?;
//!     stream.close().await?;
//!     std::io::Result::Ok(request)
//! });
//!
//! let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//! let connector = Connector::from(Arc::new(config));
//! let name = ServerName::try_from("localhost")?;
//! let mut stream = connector.connect(name, TcpStream::connect(address).await?).await?;
//! stream.write_all(b"hello").await?;
//! stream.shutdown().await?; // Our direction ends; the other one goes on.
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer).await?;
//! stream.close().await?;
//!
//! assert_eq!((answer.as_str(), server.await??.as_str()), ("heard", "hello"));
//! # Ok(())
//! # }
//! ```
//!
#![doc = include_str!("polled/contract.md")]
//!
//! # Lines
//!
//! ```
//! # use std::sync::Arc;
//! # use hyaline::pki_types::{PrivateKeyDer, ServerName};
//! use hyaline::tokio::{Acceptor, Connector};
//! # use hyaline::{ClientConfig, RootCertStore, ServerConfig};
//! use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority_key = rcgen::KeyPair::generate()?;
//! # let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
//! # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
//! # let authority = parameters.self_signed(&authority_key)?;
//! # let issuer = rcgen::Issuer::new(parameters, authority_key);
//! # let key = rcgen::KeyPair::generate()?;
//! # let certificate =
//! #     rcgen::CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
//! # let chain = vec![certificate.der().clone()];
//! # let key = PrivateKeyDer::try_from(key.serialize_der())?;
//! # let mut roots = RootCertStore::empty();
//! # roots.add(authority.der().clone())?;
//! # let config = ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key)?;
//! # let acceptor = Acceptor::from(Arc::new(config));
//! # let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//! # let connector = Connector::from(Arc::new(config));
//! # let name = ServerName::try_from("localhost")?;
//! let (near, far) = tokio::io::duplex(4096);
//! let server = tokio::spawn(async move {
//!     let mut stream = acceptor.accept(far).await?;
//!     stream.write_all(b"one\ntwo\n").await?;
//!     stream.close().await
//! });
//!
//! let mut stream = connector.connect(name, near).await?;
//! let mut line = String::new();
//! let mut read = Vec::new();
//! while stream.read_line(&mut line).await? > 0 {
//!     read.push(std::mem::take(&mut line));
//! }
//! stream.close().await?;
//! server.await??;
//! assert_eq!(read, ["one\n", "two\n"]);
//! # Ok(())
//! # }
//! ```
//!
//! # A configuration for each client
//!
//! A [`LazyAcceptor`] reads the ClientHello first. Then the program chooses the configuration, and
//! may wait for it, or refuses:
//!
//! ```
//! use std::sync::Arc;
//!
//! use hyaline::pki_types::{PrivateKeyDer, ServerName};
//! use hyaline::tokio::{Connector, LazyAcceptor};
//! use hyaline::{ClientConfig, Refusal, RootCertStore, ServerConfig};
//! use tokio::io::{AsyncReadExt, AsyncWriteExt};
//! use tokio::net::{TcpListener, TcpStream};
//!
//! # fn make(
//! #     name: &str,
//! #     issuer: &rcgen::Issuer<'_, rcgen::KeyPair>,
//! # ) -> Result<Arc<ServerConfig>, Box<dyn std::error::Error>> {
//! #     let key = rcgen::KeyPair::generate()?;
//! #     let certificate =
//! #         rcgen::CertificateParams::new(vec![name.to_owned()])?.signed_by(&key, issuer)?;
//! #     Ok(Arc::new(ServerConfig::builder().with_no_client_auth().with_single_cert(
//! #         vec![certificate.der().clone()],
//! #         PrivateKeyDer::try_from(key.serialize_der())?,
//! #     )?))
//! # }
//! # struct Configs([Arc<ServerConfig>; 2]);
//! # impl Configs {
//! #     async fn load(&self, name: Option<&str>) -> Option<Arc<ServerConfig>> {
//! #         let names = ["one.example", "two.example"];
//! #         let place = names.iter().position(|known| Some(*known) == name)?;
//! #         self.0.get(place).cloned()
//! #     }
//! # }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority_key = rcgen::KeyPair::generate()?;
//! # let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
//! # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
//! # let authority = parameters.self_signed(&authority_key)?;
//! # let issuer = rcgen::Issuer::new(parameters, authority_key);
//! # let mut roots = RootCertStore::empty();
//! # roots.add(authority.der().clone())?;
//! # let configs = Configs([make("one.example", &issuer)?, make("two.example", &issuer)?]);
//! let listener = TcpListener::bind("127.0.0.1:0").await?;
//! let address = listener.local_addr()?;
//! let server = tokio::spawn(async move {
//!     let (socket, _) = listener.accept().await?;
//!     let start = LazyAcceptor::new().accept(socket).await?;
//!     let name = start.client_hello().server_name().map(str::to_owned);
//!     let Some(config) = configs.load(name.as_deref()).await else {
//!         return Err(start.refuse(Refusal::Name).await);
//!     };
//!     let mut stream = start.into_stream(config).await?;
//!     stream.write_all(b"found").await?;
//!     stream.close().await?;
//!     std::io::Result::Ok(name)
//! });
//!
//! let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//! let name = ServerName::try_from("two.example")?;
//! let socket = TcpStream::connect(address).await?;
//! let mut stream = Connector::from(config).connect(name, socket).await?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer).await?;
//! stream.close().await?;
//! assert_eq!((answer.as_str(), server.await??.as_deref()), ("found", Some("two.example")));
//! # Ok(())
//! # }
//! ```
//!
//! # Work that takes its time
//!
//! A handshake does its work on the thread that polls it. A worker may have others do it: a service
//! signs that holds the private key, a pool of threads judges certificates. The handshake waits for
//! the answer, and other tasks go on:
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use hyaline::crypto::{CryptoProvider, Ring, SigningKey};
//! use hyaline::pki_types::{PrivateKeyDer, ServerName, UnixTime};
//! use hyaline::tokio::{Acceptor, Connector};
//! use hyaline::{AsyncWorker, Identity, SignatureScheme, Work, WorkFuture};
//! # use hyaline::{ClientConfig, RootCertStore, ServerConfig};
//!
//! /// A service that holds the key. It takes a while to answer.
//! #[derive(Clone, Debug)]
//! struct KeyService(Arc<dyn SigningKey>);
//!
//! impl KeyService {
//!     async fn sign(self, scheme: SignatureScheme, message: Vec<u8>) -> Option<Vec<u8>> {
//!         tokio::time::sleep(Duration::from_millis(5)).await;
//!         self.0.sign(scheme, &message).ok()
//!     }
//! }
//!
//! impl AsyncWorker for KeyService {
//!     fn answer(&self, work: Work) -> WorkFuture {
//!         let service = self.clone();
//!         match work {
//!             Work::Signature(request) => Box::pin(async move {
//!                 let signature = service.sign(request.scheme(), request.message()).await;
//!                 request.signed(signature)
//!             }),
//!             work => Box::pin(std::future::ready(work.run(UnixTime::now()))),
//!         }
//!     }
//! }
//!
//! /// Judges certificates on threads that may wait, where a judgement may ask the network.
//! #[derive(Debug)]
//! struct Pool;
//!
//! impl AsyncWorker for Pool {
//!     fn answer(&self, work: Work) -> WorkFuture {
//!         match work {
//!             Work::PathCheck(_) => Box::pin(async move {
//!                 let failed = work.failed();
//!                 let judged = tokio::task::spawn_blocking(|| work.run(UnixTime::now()));
//!                 judged.await.unwrap_or(failed)
//!             }),
//!             work => Box::pin(std::future::ready(work.run(UnixTime::now()))),
//!         }
//!     }
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let authority_key = rcgen::KeyPair::generate()?;
//! # let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
//! # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
//! # let authority = parameters.self_signed(&authority_key)?;
//! # let issuer = rcgen::Issuer::new(parameters, authority_key);
//! # let key = rcgen::KeyPair::generate()?;
//! # let certificate =
//! #     rcgen::CertificateParams::new(vec!["localhost".to_owned()])?.signed_by(&key, &issuer)?;
//! # let chain = vec![certificate.der().clone()];
//! # let key = Ring.load_key(&PrivateKeyDer::try_from(key.serialize_der())?)?;
//! # let mut roots = RootCertStore::empty();
//! # roots.add(authority.der().clone())?;
//! # let name = ServerName::try_from("localhost")?;
//! # let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//! // The server knows what the key can sign by, and not the key.
//! let identity = Identity::delegated(chain, key.schemes())?;
//! let server = ServerConfig::builder().with_no_client_auth().with_identity(identity);
//! let acceptor = Acceptor::from(server).with_worker(Arc::new(KeyService(key)));
//! let connector = Connector::from(client).with_worker(Arc::new(Pool));
//!
//! let (near, far) = tokio::io::duplex(4096);
//! let server = tokio::spawn(async move { acceptor.accept(far).await?.close().await });
//! connector.connect(name, near).await?.close().await?;
//! server.await??;
//! # Ok(())
//! # }
//! ```
//!
//! # The runtime
//!
//! Any runtime of tokio's will do. [`Stream::close`], and a handshake that fails, use its timer
//! where they have to wait: a runtime that was built by hand needs `enable_time`, and without it
//! they panic, as all that waits for time does there.

use std::pin::pin;
use std::task::ready;
use std::time::Instant;

use ::tokio::io::{AsyncBufRead, AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};
use ::tokio::time::{self, Sleep};

use crate::polled::{AsyncIo, front_door, handshake_front_door, lazy_front_door};
use crate::record::MAX_CONTENT;

/// What is polled by tokio's traits.
#[derive(Debug)]
struct Io<S>(S);

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncIo for Io<S> {
    type Timer = Pin<Box<Sleep>>;

    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        bytes: &mut Vec<u8>,
    ) -> Poll<io::Result<usize>> {
        // The future of `read_buf` holds nothing between two polls, so it may be made anew for
        // each.
        pin!(self.0.read_buf(bytes)).poll(context)
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(context)
    }

    fn time() -> Instant {
        time::Instant::now().into_std()
    }

    fn timer(until: Instant) -> Self::Timer {
        Box::pin(time::sleep_until(until.into()))
    }
}

front_door!(Io, AsyncRead AsyncWrite, "AsyncWriteExt::shutdown");
handshake_front_door!(Io, AsyncRead AsyncWrite);
lazy_front_door!(Io, AsyncRead AsyncWrite);

impl<S: AsyncRead + AsyncWrite + Unpin, P: CryptoProvider> AsyncRead for Stream<S, P> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        // A read gives no more than one record, so no more than that has to be initialized.
        let most = buffer.remaining().min(MAX_CONTENT);
        let unfilled = buffer.initialize_unfilled_to(most);
        let count = ready!(self.get_mut().0.poll_read(context, unfilled))?;
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, P: CryptoProvider> AsyncBufRead for Stream<S, P> {
    fn poll_fill_buf(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<&[u8]>> {
        self.get_mut().0.poll_lent(context).map_err(io::Error::from)
    }

    fn consume(self: Pin<&mut Self>, count: usize) {
        self.get_mut().0.consume(count);
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin, P: CryptoProvider> AsyncWrite for Stream<S, P> {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().0.poll_write(context, data).map_err(io::Error::from)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().0.poll_write_vectored(context, slices).map_err(io::Error::from)
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.poll_flush(context).map_err(io::Error::from)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.poll_shutdown(context).map_err(io::Error::from)
    }
}
