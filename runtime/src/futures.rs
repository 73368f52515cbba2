//! TLS for the traits of `futures-io`, which smol, async-std and others use: a [`Stream`] over
//! whatever is `AsyncRead` and `AsyncWrite` by them.
//!
//! A [`Connector`] makes streams of clients, an [`Acceptor`] those of servers:
//!
//! ```
//! use std::sync::Arc;
//!
//! use hyaline::futures::{Acceptor, Connector};
//! use hyaline::pki_types::{PrivateKeyDer, ServerName};
//! use hyaline::{ClientConfig, RootCertStore, ServerConfig};
//! use smol::future;
//! use smol::io::{AsyncReadExt, AsyncWriteExt};
//! use smol::net::{TcpListener, TcpStream};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # smol::block_on(async {
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
//! let server = async {
//!     let (socket, _) = listener.accept().await?;
//!     let mut stream = acceptor.accept(socket).await?;
//!     let mut request = String::new();
//!     stream.read_to_string(&mut request).await?;
//!     stream.write_all(b"heard").await?;
//!     stream.close().await?;
//!     std::io::Result::Ok(request)
//! };
//!
//! let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//! let connector = Connector::from(Arc::new(config));
//! let name = ServerName::try_from("localhost")?;
//! let client = async {
//!     let socket = TcpStream::connect(address).await?;
//!     let mut stream = connector.connect(name, socket).await?;
//!     stream.write_all(b"hello").await?;
//!     stream.half_close().await?; // Our direction ends; the other one goes on.
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer).await?;
//!     stream.close().await?;
//!     std::io::Result::Ok(answer)
//! };
//!
//! let (request, answer) = future::try_zip(server, client).await?;
//! assert_eq!((answer.as_str(), request.as_str()), ("heard", "hello"));
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! What is called *shutdown* below is `AsyncWriteExt::close` here. The [`close`](Stream::close) of
//! a [`Stream`] itself ends both directions; where the stream is known by its traits only, or is
//! split, `close` is theirs.
//!
#![doc = include_str!("polled/contract.md")]
//!
//! # Lines
//!
//! ```
//! # use std::sync::Arc;
//! # use hyaline::pki_types::{PrivateKeyDer, ServerName};
//! use hyaline::futures::{Acceptor, Connector};
//! # use hyaline::{ClientConfig, RootCertStore, ServerConfig};
//! # use smol::future;
//! use smol::io::{AsyncBufReadExt, AsyncWriteExt};
//! # use smol::net::{TcpListener, TcpStream};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # smol::block_on(async {
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
//! # let listener = TcpListener::bind("127.0.0.1:0").await?;
//! # let address = listener.local_addr()?;
//! let server = async {
//!     let (socket, _) = listener.accept().await?;
//!     let mut stream = acceptor.accept(socket).await?;
//!     stream.write_all(b"one\ntwo\n").await?;
//!     stream.close().await
//! };
//! let client = async {
//!     let mut stream = connector.connect(name, TcpStream::connect(address).await?).await?;
//!     let mut line = String::new();
//!     let mut read = Vec::new();
//!     while stream.read_line(&mut line).await? > 0 {
//!         read.push(std::mem::take(&mut line));
//!     }
//!     stream.close().await?;
//!     std::io::Result::Ok(read)
//! };
//! let ((), read) = future::try_zip(server, client).await?;
//! assert_eq!(read, ["one\n", "two\n"]);
//! # Ok(())
//! # })
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
//! use hyaline::futures::{Connector, LazyAcceptor};
//! use hyaline::{ClientConfig, Refusal, RootCertStore, ServerConfig};
//! use smol::future;
//! use smol::io::{AsyncReadExt, AsyncWriteExt};
//! use smol::net::{TcpListener, TcpStream};
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
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # smol::block_on(async {
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
//! let server = async {
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
//! };
//!
//! let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
//! let client = async {
//!     let name = ServerName::try_from("two.example").map_err(std::io::Error::other)?;
//!     let socket = TcpStream::connect(address).await?;
//!     let mut stream = Connector::from(config).connect(name, socket).await?;
//!     let mut answer = String::new();
//!     stream.read_to_string(&mut answer).await?;
//!     stream.close().await?;
//!     std::io::Result::Ok(answer)
//! };
//! let (name, answer) = future::try_zip(server, client).await?;
//! assert_eq!((answer.as_str(), name.as_deref()), ("found", Some("two.example")));
//! # Ok(())
//! # })
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
//!
//! use hyaline::crypto::{CryptoProvider, Ring, SigningKey};
//! use hyaline::futures::{Acceptor, Connector};
//! use hyaline::pki_types::{PrivateKeyDer, ServerName, UnixTime};
//! use hyaline::{AsyncWorker, Identity, Work, WorkFuture};
//! # use hyaline::{ClientConfig, RootCertStore, ServerConfig};
//! # use smol::future;
//! # use smol::net::{TcpListener, TcpStream};
//!
//! /// Signs on a thread that may wait for a service.
//! #[derive(Debug)]
//! struct KeyService(Arc<dyn SigningKey>);
//!
//! impl AsyncWorker for KeyService {
//!     fn answer(&self, work: Work) -> WorkFuture {
//!         let key = Arc::clone(&self.0);
//!         match work {
//!             Work::Signature(request) => Box::pin(smol::unblock(move || {
//!                 let signature = key.sign(request.scheme(), &request.message()).ok();
//!                 request.signed(signature)
//!             })),
//!             work => Box::pin(std::future::ready(work.run(UnixTime::now()))),
//!         }
//!     }
//! }
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # smol::block_on(async {
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
//! # let listener = TcpListener::bind("127.0.0.1:0").await?;
//! # let address = listener.local_addr()?;
//! // The server knows what the key can sign by, and not the key.
//! let identity = Identity::delegated(chain, key.schemes())?;
//! let server = ServerConfig::builder().with_no_client_auth().with_identity(identity);
//! let acceptor = Acceptor::from(server).with_worker(Arc::new(KeyService(key)));
//! let server = async { acceptor.accept(listener.accept().await?.0).await?.close().await };
//! let client = async {
//!     let socket = TcpStream::connect(address).await?;
//!     Connector::from(client).connect(name, socket).await?.close().await
//! };
//! future::try_zip(server, client).await?;
//! # Ok(())
//! # })
//! # }
//! ```
//!
//! # The transport
//!
//! Its `poll_close` has to end its direction, as that of `smol::net::TcpStream` does by
//! `shutdown(SHUT_WR)`. That of `async_io::Async<TcpStream>` does nothing: over it two closes wait
//! for each other until their budgets are spent.
//!
//! # The runtime
//!
//! Any will do. [`Stream::close`], and a handshake that fails, use the timer of `async-io` where
//! they have to wait, which needs no runtime.

use std::time::Instant;

use async_io::Timer;
use futures_io::{AsyncBufRead, AsyncRead, AsyncWrite};

use crate::polled::{AsyncIo, front_door, handshake_front_door, lazy_front_door};
use crate::record::MAX_CONTENT;

/// What is polled by the traits of `futures-io`.
#[derive(Debug)]
struct Io<S>(S);

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncIo for Io<S> {
    type Timer = Timer;

    fn poll_read(
        &mut self,
        context: &mut Context<'_>,
        bytes: &mut Vec<u8>,
    ) -> Poll<io::Result<usize>> {
        // These traits read into initialized memory only: as much of it as a record is long.
        let start = bytes.len();
        let end = bytes.capacity().min(start + MAX_CONTENT);
        bytes.resize(end, 0);
        let polled =
            Pin::new(&mut self.0).poll_read(context, bytes.get_mut(start..).unwrap_or_default());
        let count = match &polled {
            Poll::Ready(Ok(count)) => *count,
            _ => 0,
        };
        bytes.truncate(start + count);
        polled
    }

    fn poll_write(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(context, bytes)
    }

    fn poll_flush(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(context)
    }

    fn poll_shutdown(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_close(context)
    }

    fn time() -> Instant {
        Instant::now()
    }

    fn timer(until: Instant) -> Self::Timer {
        Timer::at(until)
    }
}

front_door!(Io, AsyncRead AsyncWrite, "AsyncWriteExt::close");
handshake_front_door!(Io, AsyncRead AsyncWrite);
lazy_front_door!(Io, AsyncRead AsyncWrite);

impl<S: AsyncRead + AsyncWrite + Unpin, P: CryptoProvider> AsyncRead for Stream<S, P> {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        self.get_mut().0.poll_read(context, buffer).map_err(io::Error::from)
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

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.poll_flush(context).map_err(io::Error::from)
    }

    fn poll_close(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.get_mut().0.poll_shutdown(context).map_err(io::Error::from)
    }
}
