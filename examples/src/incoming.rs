//! Connections for servers that want streams whose handshakes are complete: axum, tonic.

use std::io::{self, IoSlice};
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll};

use hyaline::tokio::{Acceptor, Stream};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;
use tokio_stream::wrappers::ReceiverStream;
use tonic::transport::server::Connected;

use super::{HANDSHAKE_TIME, Outcome, serve_each};

/// How many connections wait for the server to take them.
const WAITING: usize = 16;

/// The clients of a listener, each behind its handshake. A client that says nothing is let go, and
/// holds up no other; further clients wait where too many have a connection.
pub struct Clients {
    accepted: mpsc::Receiver<(Accepted, SocketAddr)>,
    address: SocketAddr,
}

impl Clients {
    /// Accepts from now on, in tasks of the runtime.
    ///
    /// # Errors
    /// The listener has no address.
    pub fn of(listener: TcpListener, acceptor: Acceptor) -> io::Result<Self> {
        let address = listener.local_addr()?;
        let (sender, accepted) = mpsc::channel(WAITING);
        tokio::spawn(serve_each(listener, move |socket, peer| {
            hand_over(acceptor.clone(), socket, peer, sender.clone())
        }));
        Ok(Self { accepted, address })
    }

    /// The next one. None if the runtime ends.
    pub async fn next(&mut self) -> Option<(Accepted, SocketAddr)> {
        self.accepted.recv().await
    }

    /// All of them, one after the other.
    #[must_use]
    pub fn into_stream(self) -> ReceiverStream<(Accepted, SocketAddr)> {
        ReceiverStream::new(self.accepted)
    }

    /// Where they come to.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Completes the handshake, and keeps the client's place until its stream is dropped.
async fn hand_over(
    acceptor: Acceptor,
    socket: TcpStream,
    peer: SocketAddr,
    accepted: mpsc::Sender<(Accepted, SocketAddr)>,
) -> Outcome {
    socket.set_nodelay(true)?;
    let mut stream = timeout(HANDSHAKE_TIME, acceptor.accept(socket)).await??;
    // The servers shut a stream down and drop it: that is to be an end of both directions.
    stream.set_close_on_shutdown(true);
    let (place, left) = oneshot::channel();
    accepted.send((Accepted { stream, _place: place }, peer)).await?;
    // The stream holds the other end of this channel: waiting ends when the stream is dropped.
    let _ = left.await;
    Ok(())
}

/// The stream of a client, with its place among those that may have one.
pub struct Accepted {
    stream: Stream<TcpStream>,
    _place: oneshot::Sender<()>,
}

impl AsyncRead for Accepted {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Accepted {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        data: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, data)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// tonic may ask who is at the other end.
impl Connected for Accepted {
    type ConnectInfo = ();

    fn connect_info(&self) {}
}
