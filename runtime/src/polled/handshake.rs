//! A handshake as a future that has the stream until it is done.

use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::{fmt, io};

use super::AsyncIo;
use super::stream::TaskStream;
use crate::crypto::CryptoProvider;
use crate::{AsyncWorker, Connection, Error, Refusal, ServerConfig};

/// A stream whose handshake is under way. One that fails is closed before that is told, so that the
/// alert that says why reaches the peer: nobody else has the stream.
pub(crate) struct Handshake<A: AsyncIo, P: CryptoProvider> {
    /// None when it was given away, or never was.
    stream: Option<TaskStream<A, P>>,
    failure: Option<Error>,
}

impl<A: AsyncIo, P: CryptoProvider> Handshake<A, P> {
    /// The handshake of this connection, if there is one, whose work this worker does, if there is
    /// one.
    pub(crate) fn new(
        connection: Result<Connection<P>, Error>,
        io: A,
        worker: Option<&Arc<dyn AsyncWorker<P>>>,
    ) -> Self {
        match connection {
            Ok(connection) => {
                let mut stream = TaskStream::new(connection, io);
                if let Some(worker) = worker {
                    stream.delegate_work_to(Arc::clone(worker));
                }
                Self { stream: Some(stream), failure: None }
            }
            Err(error) => Self { stream: None, failure: Some(error) },
        }
    }

    /// The wait for the ClientHello on this connection, whose configuration does not count.
    pub(crate) fn listening(
        connection: Result<Connection<P>, Error>,
        io: A,
        worker: Option<&Arc<dyn AsyncWorker<P>>>,
    ) -> Self {
        let mut handshake = Self::new(connection, io, worker);
        if let Some(stream) = &mut handshake.stream {
            stream.listen();
        }
        handshake
    }

    /// The handshake of a server that has heard the ClientHello, and has this configuration now.
    pub(crate) fn configured(mut stream: TaskStream<A, P>, config: Arc<ServerConfig<P>>) -> Self {
        let failure = stream.configure(config).err();
        if failure.is_some() {
            stream.refuse(Refusal::OwnFailure);
        }
        Self { stream: Some(stream), failure }
    }

    /// What is left of the handshake of a client that is refused.
    pub(crate) fn refused(mut stream: TaskStream<A, P>, refusal: Refusal) -> Self {
        stream.refuse(refusal);
        Self { stream: Some(stream), failure: None }
    }

    pub(crate) fn get_ref(&self) -> Option<&A> {
        self.stream.as_ref().and_then(TaskStream::get_ref)
    }

    /// Completes the handshake.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<io::Result<TaskStream<A, P>>> {
        self.poll_with(TaskStream::poll_handshake, context)
    }

    /// Waits for the ClientHello.
    pub(crate) fn poll_client_hello(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<TaskStream<A, P>>> {
        self.poll_with(TaskStream::poll_client_hello, context)
    }

    fn poll_with(
        &mut self,
        go_on: impl FnOnce(&mut TaskStream<A, P>, &mut Context<'_>) -> Poll<Result<(), Error>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<TaskStream<A, P>>> {
        if let Some(stream) = self.stream.as_mut().filter(|_| self.failure.is_none()) {
            match ready!(go_on(stream, context)) {
                Ok(()) => {}
                Err(error) => self.failure = Some(error),
            }
        }
        if let Some(stream) = self.stream.as_mut().filter(|_| self.failure.is_some()) {
            // The close returns the failure once more.
            let _ = ready!(stream.poll_close(context));
        }
        let failure = self.failure.take();
        Poll::Ready(match (self.stream.take(), failure) {
            (Some(stream), None) => Ok(stream),
            (_, failure) => {
                Err(failure.unwrap_or(Error::Internal("a handshake after its end")).into())
            }
        })
    }
}

impl<A: AsyncIo, P: CryptoProvider> fmt::Debug for Handshake<A, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Handshake")
            .field("stream", &self.stream)
            .field("failure", &self.failure)
            .finish()
    }
}
