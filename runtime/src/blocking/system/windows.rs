//! Windows: no transfer can be told not to wait, so the socket is in non-blocking mode while a
//! stream has it. A thread waits at a completion port of its own, which another thread can wake.
//!
//! Not by `WSAPoll`: that reports the peer's FIN to whoever waits, also to a writer that waits for
//! room behind it, which would then spin.

use std::io;
use std::net::TcpStream;
pub(in crate::blocking) use std::os::windows::io::AsSocket as AsFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use mio::{Events, Poll, Token, Waker};
use rustix::buffer::spare_capacity;
use rustix::io::{Errno, ioctl_fionbio};
use rustix::net::sockopt::{Timeout, set_socket_linger, socket_timeout};
use rustix::net::{RecvFlags, SendFlags, Shutdown};

use crate::blocking::deadline::Direction;
use crate::connection::{Interest, Readiness};

/// The kind of a call that has run into the socket's own time, over TCP.
pub(in crate::blocking) const OUT_OF_TIME: io::ErrorKind = io::ErrorKind::TimedOut;

/// What a port tells of the socket.
const SOCKET: Token = Token(0);

/// What a port tells of another thread, which has woken the one that waits.
const WAKE: Token = Token(1);

/// For how long one wait may last; whoever waits longer waits again.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How much a port tells at once; the rest follows.
const TOLD_AT_ONCE: usize = 4;

/// What is driven: a socket, of whatever type.
#[derive(Debug)]
pub(in crate::blocking) struct Socket<S> {
    /// Where a stream that is whole waits; made when it waits first. It stands before the socket so
    /// that it is dropped before: a connection ends with its last handle, as that was told.
    port: Mutex<Option<Port>>,
    /// The socket is in non-blocking mode.
    is_prepared: AtomicBool,
    /// A half has reset the connection. The RST leaves when the socket is closed.
    is_reset: AtomicBool,
    /// A thread of a half could not wait, and cannot: without this it would try for ever.
    has_failed: AtomicBool,
    socket: S,
}

impl<S: AsFd> Socket<S> {
    pub(in crate::blocking) fn new(socket: S) -> Self {
        let [is_prepared, is_reset, has_failed] = [const { AtomicBool::new(false) }; 3];
        Self { port: Mutex::new(None), is_prepared, is_reset, has_failed, socket }
    }

    pub(in crate::blocking) fn get_ref(&self) -> &S {
        &self.socket
    }

    /// The socket in blocking mode, in which sockets are made. Which mode it came in, the system
    /// does not tell.
    pub(in crate::blocking) fn into_inner(self) -> S {
        if self.is_prepared.into_inner() {
            // Where this fails, so does the next transfer.
            let _ = ioctl_fionbio(&self.socket, false);
        }
        self.socket
    }

    /// Sees to it that no transfer waits.
    fn prepare(&self) -> io::Result<()> {
        if self.is_reset.load(Ordering::Acquire) {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        if self.has_failed.load(Ordering::Acquire) {
            return Err(io::Error::other("the system gives no way to wait for this socket"));
        }
        if !self.is_prepared.load(Ordering::Acquire) {
            ioctl_fionbio(&self.socket, true)?;
            self.is_prepared.store(true, Ordering::Release);
        }
        Ok(())
    }

    /// Receives into the spare capacity of `bytes`, which must have some. 0 is a FIN.
    pub(in crate::blocking) fn receive_now(&self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        self.prepare()?;
        match rustix::net::recv(&self.socket, spare_capacity(bytes), RecvFlags::empty()) {
            Ok((_, count)) => Ok(count),
            // The socket was shut for receiving, here. The standard library reads an end, too.
            Err(Errno::SHUTDOWN) => Ok(0),
            Err(error) => Err(told(error)),
        }
    }

    /// Transmits a part of `bytes`.
    pub(in crate::blocking) fn transmit_now(&self, bytes: &[u8]) -> io::Result<usize> {
        self.prepare()?;
        rustix::net::send(&self.socket, bytes, SendFlags::empty()).map_err(told)
    }

    /// Sends the FIN. A transport that is broken tells the next transfer, so nothing is reported
    /// here.
    pub(in crate::blocking) fn end_writing(&self) {
        let _ = rustix::net::shutdown(&self.socket, Shutdown::Write);
    }

    /// The socket's own time for waits in this direction, if it has one, to the millisecond. Where
    /// the handle is no socket, the next transfer fails and says so.
    pub(in crate::blocking) fn time(&self, direction: Direction) -> Option<Duration> {
        let option = match direction {
            Direction::Receive => Timeout::Recv,
            Direction::Send => Timeout::Send,
        };
        socket_timeout(&self.socket, option).ok().flatten()
    }

    /// Resets the connection (RFC 9293 section 3.5.2, *abort*) and closes the socket: everything
    /// unsent and unread is dropped, and the peer gets a RST when the last handle is closed.
    pub(in crate::blocking) fn reset(self) {
        // If this fails, there is no connection left to reset.
        let _ = set_socket_linger(&self.socket, Some(Duration::ZERO));
    }

    /// Like [`reset`](Self::reset), where other threads wait for this socket, which stays open:
    /// they find it reset.
    pub(in crate::blocking) fn reset_shared(&self, wakes: [&ThreadWake; 2]) {
        self.is_reset.store(true, Ordering::Release);
        let _ = set_socket_linger(&self.socket, Some(Duration::ZERO));
        for wake in wakes {
            wake.wake_thread();
        }
    }

    /// Waits until the socket is ready for what is of interest, but no longer than `time`. A reset
    /// makes it ready for everything: the transfer says what it is. May return before, with
    /// nothing.
    pub(in crate::blocking) fn wait(
        &self,
        interest: Interest,
        time: Option<Duration>,
    ) -> io::Result<Readiness> {
        let mut place = self.port.lock().unwrap_or_else(PoisonError::into_inner);
        let port = match &mut *place {
            Some(port) => port,
            none => none.insert(Port::new()?),
        };
        let waited = port.wait(&self.socket, interest, time);
        if waited.is_err() {
            // A port that has failed is not to be asked again.
            *place = None;
        }
        waited
    }

    /// Waits until the socket is ready for what is of interest, or the thread is woken, but no
    /// longer than `time`. The thread counts as woken no more.
    pub(in crate::blocking) fn wait_or_wake(
        &self,
        interest: Interest,
        wake: &ThreadWake,
        time: Option<Duration>,
    ) -> io::Result<()> {
        let mut port = wake.port.lock().unwrap_or_else(PoisonError::into_inner);
        if let Err(error) = port.wait(&self.socket, interest, time) {
            // The transfer that follows says so.
            self.has_failed.store(true, Ordering::Release);
            return Err(error);
        }
        if port.told.iter().any(|event| event.token() == WAKE) {
            // A swap, so that what the other thread did before it woke this one is seen here.
            wake.is_woken.swap(false, Ordering::AcqRel);
        }
        Ok(())
    }
}

/// An error as the rest of the library knows it from other systems, where the standard library has
/// no kind for it.
fn told(error: Errno) -> io::Error {
    match error {
        // The socket was shut for sending, here.
        Errno::SHUTDOWN => io::ErrorKind::BrokenPipe.into(),
        // No probe of SO_KEEPALIVE was answered.
        Errno::NETRESET => io::ErrorKind::TimedOut.into(),
        error => error.into(),
    }
}

/// What ends the wait of one thread: its completion port, to which another thread can post.
pub(in crate::blocking) struct ThreadWake {
    /// Locked by the thread that waits, and by no other.
    port: Mutex<Port>,
    waker: Waker,
    /// Something was posted that the thread has not come to. One is enough.
    is_woken: AtomicBool,
}

impl ThreadWake {
    pub(in crate::blocking) fn new() -> io::Result<Self> {
        let port = Port::new()?;
        let waker = Waker::new(port.poll.registry(), WAKE)?;
        Ok(Self { port: Mutex::new(port), waker, is_woken: AtomicBool::new(false) })
    }

    /// Ends the wait of the thread, or its next one.
    pub(super) fn wake_thread(&self) {
        if !self.is_woken.swap(true, Ordering::AcqRel) && self.waker.wake().is_err() {
            // The system had no room to post it. The next one is to be tried.
            self.is_woken.store(false, Ordering::Release);
        }
    }
}

/// A completion port at which one thread waits for one socket.
#[derive(Debug)]
struct Port {
    /// A duplicate of the socket, which is at the port. It stands before that so that it is dropped
    /// before.
    watched: Option<mio::net::TcpStream>,
    poll: Poll,
    told: Events,
}

impl Port {
    fn new() -> io::Result<Self> {
        Ok(Self { watched: None, poll: Poll::new()?, told: Events::with_capacity(TOLD_AT_ONCE) })
    }

    /// Waits until the socket is ready for what is of interest, the port is posted to, or the time
    /// is over; or a little less.
    fn wait(
        &mut self,
        socket: &impl AsFd,
        interest: Interest,
        time: Option<Duration>,
    ) -> io::Result<Readiness> {
        self.watch(socket, interest)?;
        // Above 49 days, a time would count as none.
        let time = time.map(|time| time.min(LONGEST_WAIT));
        self.poll.poll(&mut self.told, time)?;
        let mut ready = Readiness::default();
        for event in self.told.iter().filter(|event| event.token() == SOCKET) {
            ready.receive |= event.is_readable();
            ready.transmit |= event.is_writable();
        }
        Ok(ready)
    }

    /// Has the port tell of the socket, once, as soon as it is ready for what is of interest.
    fn watch(&mut self, socket: &impl AsFd, interest: Interest) -> io::Result<()> {
        let Some(interest) = of_interest(interest) else {
            // With nothing of interest, a reset would end every wait at once.
            self.watched = None;
            return Ok(());
        };
        let registry = self.poll.registry();
        if let Some(watched) = &mut self.watched {
            return registry.reregister(watched, SOCKET, interest);
        }
        let duplicate = socket.as_socket().try_clone_to_owned()?;
        let mut watched = mio::net::TcpStream::from_std(TcpStream::from(duplicate));
        registry.register(&mut watched, SOCKET, interest)?;
        self.watched = Some(watched);
        Ok(())
    }
}

fn of_interest(interest: Interest) -> Option<mio::Interest> {
    match (interest.receive, interest.transmit) {
        (true, true) => Some(mio::Interest::READABLE | mio::Interest::WRITABLE),
        (true, false) => Some(mio::Interest::READABLE),
        (false, true) => Some(mio::Interest::WRITABLE),
        (false, false) => None,
    }
}
