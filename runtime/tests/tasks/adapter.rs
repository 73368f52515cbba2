//! An adapter for an async runtime, as somebody would write one for tokio: what is read and written
//! is polled, by one task or by two. The runtime here is a pipe in memory with wakers and a clock
//! that a test moves.

use std::collections::VecDeque;
use std::future::{Future, poll_fn};
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

use hyaline::driver::{Now, TaskTransport, Tasks, Transport};
use hyaline::{Connection, Interest, Readiness};

/// A stream for tasks. Two tasks that share it take the lock for a poll at a time.
pub(crate) struct TlsStream(pub(crate) Mutex<Tasks<End>>);

impl TlsStream {
    pub(crate) fn new(connection: Connection, end: End) -> Self {
        Self(Mutex::new(Tasks::new(connection, end)))
    }

    pub(crate) fn tasks(&self) -> MutexGuard<'_, Tasks<End>> {
        self.0.lock().unwrap()
    }

    pub(crate) fn handshake(&self) -> impl Future<Output = io::Result<()>> {
        poll_fn(|context| self.tasks().poll_handshake(context).map_err(io::Error::from))
    }

    pub(crate) fn read(&self, buffer: &mut [u8]) -> impl Future<Output = io::Result<usize>> {
        poll_fn(|context| self.tasks().poll_read(context, buffer).map_err(io::Error::from))
    }

    /// What is lent, as a copy.
    pub(crate) fn lent(&self) -> impl Future<Output = io::Result<Vec<u8>>> {
        let poll = |context: &mut Context<'_>| {
            self.tasks().poll_lent(context).map_ok(<[u8]>::to_vec).map_err(io::Error::from)
        };
        poll_fn(poll)
    }

    pub(crate) fn write(&self, data: &[u8]) -> impl Future<Output = io::Result<usize>> {
        poll_fn(|context| self.tasks().poll_write(context, data).map_err(io::Error::from))
    }

    pub(crate) fn flush(&self) -> impl Future<Output = io::Result<()>> {
        poll_fn(|context| self.tasks().poll_flush(context).map_err(io::Error::from))
    }

    pub(crate) fn half_close(&self) -> impl Future<Output = io::Result<()>> {
        poll_fn(|context| self.tasks().poll_half_close(context).map_err(io::Error::from))
    }

    pub(crate) fn update_key(&self) -> impl Future<Output = io::Result<()>> {
        poll_fn(|context| self.tasks().poll_update_key(context).map_err(io::Error::from))
    }

    pub(crate) fn close(&self) -> impl Future<Output = io::Result<()>> {
        poll_fn(|context| self.tasks().poll_close(context).map_err(io::Error::from))
    }
}

/// One direction of a connection.
#[derive(Default)]
struct Pipe {
    bytes: VecDeque<u8>,
    is_ended: bool,
    /// Its receiving end is closed.
    is_broken: bool,
    receiver: Option<Waker>,
    transmitter: Option<Waker>,
}

/// What the ends of a connection share.
struct Network {
    pipes: [Pipe; 2],
    capacity: usize,
    now: Instant,
    timers: Vec<(Instant, Waker)>,
    /// Wakes of whoever waits for room get lost, to see that it is found.
    loses_wakes: bool,
}

/// One end of a connection.
pub(crate) struct End {
    network: Arc<Mutex<Network>>,
    own: usize,
}

/// The clock of a connection.
pub(crate) struct Clock(Arc<Mutex<Network>>);

/// Both ends of a connection that holds so many bytes in each direction, and its clock.
pub(crate) fn connection(capacity: usize, loses_wakes: bool) -> ([End; 2], Clock) {
    let pipes = <[Pipe; 2]>::default();
    let now = Instant::now();
    let network = Network { pipes, capacity, now, timers: Vec::new(), loses_wakes };
    let network = Arc::new(Mutex::new(network));
    let end = |own| End { network: Arc::clone(&network), own };
    ([end(0), end(1)], Clock(network))
}

impl Clock {
    /// Goes on to the next timer: false when there is none.
    pub(crate) fn advance(&self) -> bool {
        let mut network = self.0.lock().unwrap();
        let Some(next) = network.timers.iter().map(|(at, _)| *at).min() else { return false };
        network.now = network.now.max(next);
        let due: Vec<_> = network.timers.extract_if(.., |(at, _)| *at <= next).collect();
        drop(network);
        due.into_iter().for_each(|(_, waker)| waker.wake());
        true
    }

    pub(crate) fn elapsed(&self, since: Instant) -> Duration {
        self.0.lock().unwrap().now - since
    }

    pub(crate) fn now(&self) -> Instant {
        self.0.lock().unwrap().now
    }
}

fn wake(waker: &mut Option<Waker>) {
    waker.take().into_iter().for_each(Waker::wake);
}

impl Transport for End {
    fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let mut network = self.network.lock().unwrap();
        let loses_wakes = network.loses_wakes;
        let pipe = &mut network.pipes[1 - self.own];
        if pipe.bytes.is_empty() && !pipe.is_ended {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let count = pipe.bytes.len();
        bytes.extend(pipe.bytes.drain(..));
        if !loses_wakes {
            wake(&mut pipe.transmitter);
        }
        Ok(count)
    }

    fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut network = self.network.lock().unwrap();
        let capacity = network.capacity;
        let pipe = &mut network.pipes[self.own];
        if pipe.is_broken {
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        let count = bytes.len().min(capacity - pipe.bytes.len());
        if count == 0 {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        pipe.bytes.extend(&bytes[..count]);
        wake(&mut pipe.receiver);
        Ok(count)
    }

    fn shutdown_write(&mut self) {
        let pipe = &mut self.network.lock().unwrap().pipes[self.own];
        pipe.is_ended = true;
        wake(&mut pipe.receiver);
    }
}

impl TaskTransport for End {
    fn poll_ready(
        &mut self,
        context: &mut Context<'_>,
        interest: Interest,
    ) -> Poll<io::Result<Readiness>> {
        let mut network = self.network.lock().unwrap();
        let capacity = network.capacity;
        let incoming = &mut network.pipes[1 - self.own];
        let receive = interest.receive && (!incoming.bytes.is_empty() || incoming.is_ended);
        if interest.receive {
            incoming.receiver = Some(context.waker().clone());
        }
        let outgoing = &mut network.pipes[self.own];
        let has_room = outgoing.bytes.len() < capacity || outgoing.is_broken;
        let transmit = interest.transmit && has_room;
        if interest.transmit {
            outgoing.transmitter = Some(context.waker().clone());
        }
        if receive || transmit {
            Poll::Ready(Ok(Readiness { receive, transmit }))
        } else {
            Poll::Pending
        }
    }

    fn poll_time(&mut self, context: &mut Context<'_>, until: Instant) -> Poll<()> {
        let mut network = self.network.lock().unwrap();
        if network.now >= until {
            return Poll::Ready(());
        }
        network.timers.push((until, context.waker().clone()));
        Poll::Pending
    }

    fn now(&self) -> Now {
        Now { clock: self.network.lock().unwrap().now, ..Now::read() }
    }
}

impl Drop for End {
    fn drop(&mut self) {
        self.shutdown_write();
        let pipe = &mut self.network.lock().unwrap().pipes[1 - self.own];
        pipe.is_broken = true;
        wake(&mut pipe.transmitter);
    }
}
