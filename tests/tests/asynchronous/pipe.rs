//! Pipes in memory that hold little, with the traits of tokio and those of `futures-io`.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker, ready};

use tokio::io::ReadBuf;

/// How a pair of pipes behaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// As a socket does.
    Plain,
    /// The end holds back what is written until it is flushed, or is more than this.
    Lazy,
    /// A fault: a task that waits for room is sometimes forgotten.
    ForgetsRoom,
    /// A fault: a task that waits for bytes is sometimes forgotten.
    ForgetsBytes,
    /// A fault: as [`ForgetsRoom`](Self::ForgetsRoom), of those that wait in a flush.
    ForgetsFlush,
}

impl Manner {
    pub(crate) const RIGHT: [Self; 2] = [Self::Plain, Self::Lazy];

    fn is_lazy(self) -> bool {
        matches!(self, Self::Lazy | Self::ForgetsFlush)
    }
}

/// How much a lazy end holds back.
const HELD: usize = 40;

/// A fault forgets one of so many that wait.
const ONE_OF: usize = 50;

/// One direction.
#[derive(Default)]
struct Pipe {
    bytes: VecDeque<u8>,
    is_ended: bool,
    /// Its receiving end is closed.
    is_broken: bool,
    receiver: Option<Waker>,
    transmitter: Option<Waker>,
    /// How often a task that waits could have been forgotten.
    chances: usize,
}

impl Pipe {
    fn wake_receiver(&mut self, forgets: bool) {
        let waker = self.receiver.take();
        self.wake(waker, forgets);
    }

    fn wake_transmitter(&mut self, forgets: bool) {
        let waker = self.transmitter.take();
        self.wake(waker, forgets);
    }

    fn wake(&mut self, waker: Option<Waker>, forgets: bool) {
        let Some(waker) = waker else { return };
        self.chances += usize::from(forgets);
        if !forgets || !self.chances.is_multiple_of(ONE_OF) {
            waker.wake();
        }
    }
}

/// One end of two pipes.
pub(crate) struct End {
    pipes: Arc<[Mutex<Pipe>; 2]>,
    own: usize,
    capacity: usize,
    manner: Manner,
    /// Bytes that were written, and that the end holds back.
    held: Vec<u8>,
}

/// Both ends of a connection that holds so many bytes in each direction.
pub(crate) fn pair(capacity: usize, manner: Manner) -> [End; 2] {
    let pipes = Arc::<[Mutex<Pipe>; 2]>::default();
    [0, 1].map(|own| End { pipes: Arc::clone(&pipes), own, capacity, manner, held: Vec::new() })
}

impl End {
    fn incoming(&self) -> MutexGuard<'_, Pipe> {
        self.pipes[1 - self.own].lock().unwrap()
    }

    fn outgoing(&self) -> MutexGuard<'_, Pipe> {
        self.pipes[self.own].lock().unwrap()
    }

    fn poll_receive(&self, context: &mut Context<'_>, most: usize) -> Poll<Vec<u8>> {
        let mut pipe = self.incoming();
        if pipe.bytes.is_empty() && !pipe.is_ended {
            // The last waker counts, as with a socket.
            pipe.receiver = Some(context.waker().clone());
            return Poll::Pending;
        }
        let count = pipe.bytes.len().min(most);
        let bytes = pipe.bytes.drain(..count).collect();
        pipe.wake_transmitter(matches!(self.manner, Manner::ForgetsRoom | Manner::ForgetsFlush));
        Poll::Ready(bytes)
    }

    fn poll_transmit(&self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let mut pipe = self.outgoing();
        if pipe.is_broken {
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let count = bytes.len().min(self.capacity - pipe.bytes.len());
        if count == 0 {
            pipe.transmitter = Some(context.waker().clone());
            return Poll::Pending;
        }
        pipe.bytes.extend(&bytes[..count]);
        pipe.wake_receiver(self.manner == Manner::ForgetsBytes);
        Poll::Ready(Ok(count))
    }

    fn poll_pass_on(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.held.is_empty() {
            let count = ready!(self.poll_transmit(context, &self.held))?;
            self.held.drain(..count);
        }
        Poll::Ready(Ok(()))
    }

    fn poll_take(&mut self, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if !self.manner.is_lazy() {
            return self.poll_transmit(context, bytes);
        }
        if self.held.len() >= HELD {
            ready!(self.poll_pass_on(context))?;
        }
        let count = bytes.len().min(HELD - self.held.len());
        self.held.extend(&bytes[..count]);
        Poll::Ready(Ok(count))
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.poll_pass_on(context))?;
        self.end();
        Poll::Ready(Ok(()))
    }

    fn end(&self) {
        let mut pipe = self.outgoing();
        pipe.is_ended = true;
        pipe.wake_receiver(false);
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.end();
        let mut pipe = self.incoming();
        pipe.is_broken = true;
        pipe.wake_transmitter(false);
    }
}

impl tokio::io::AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let bytes = ready!(self.poll_receive(context, buffer.remaining()));
        buffer.put_slice(&bytes);
        Poll::Ready(Ok(()))
    }
}

impl futures_io::AsyncRead for End {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<io::Result<usize>> {
        let bytes = ready!(self.poll_receive(context, buffer.len()));
        buffer[..bytes.len()].copy_from_slice(&bytes);
        Poll::Ready(Ok(bytes.len()))
    }
}

impl tokio::io::AsyncWrite for End {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_take(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_pass_on(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_end(context)
    }
}

impl futures_io::AsyncWrite for End {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_take(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_pass_on(context)
    }

    fn poll_close(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.poll_end(context)
    }
}
