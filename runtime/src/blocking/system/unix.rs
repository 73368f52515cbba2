//! Unix: each transfer is told not to wait, so that the socket's own O_NONBLOCK flag, which
//! duplicates of the descriptor share, is neither needed nor changed.

use std::io;
pub(in crate::blocking) use std::os::fd::AsFd;
#[cfg(any(target_os = "linux", target_os = "android"))]
use std::os::fd::OwnedFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
#[cfg(any(target_os = "linux", target_os = "android"))]
use rustix::event::{EventfdFlags, eventfd};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::{Timeout, socket_timeout};
use rustix::net::{RecvFlags, SendFlags, Shutdown};

use crate::blocking::deadline::Direction;
use crate::connection::{Interest, Readiness};

/// The kind of a call that has run into the socket's own time, over TCP.
pub(in crate::blocking) const OUT_OF_TIME: io::ErrorKind = io::ErrorKind::WouldBlock;

/// What is driven: a socket, of whatever type.
#[derive(Debug)]
pub(in crate::blocking) struct Socket<S>(S);

impl<S: AsFd> Socket<S> {
    pub(in crate::blocking) fn new(socket: S) -> Self {
        Self(socket)
    }

    pub(in crate::blocking) fn get_ref(&self) -> &S {
        &self.0
    }

    /// The socket as it came.
    pub(in crate::blocking) fn into_inner(self) -> S {
        self.0
    }

    /// Receives into the spare capacity of `bytes`, which must have some. 0 is a FIN.
    pub(in crate::blocking) fn receive_now(&self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        let (_, count) = rustix::net::recv(&self.0, spare_capacity(bytes), RecvFlags::DONTWAIT)?;
        Ok(count)
    }

    /// Transmits a part of `bytes`.
    pub(in crate::blocking) fn transmit_now(&self, bytes: &[u8]) -> io::Result<usize> {
        Ok(rustix::net::send(&self.0, bytes, transmit_flags())?)
    }

    /// Sends the FIN. A transport that is broken tells the next transfer, so nothing is reported
    /// here.
    pub(in crate::blocking) fn end_writing(&self) {
        let _ = rustix::net::shutdown(&self.0, Shutdown::Write);
    }

    /// The socket's own time for waits in this direction, if it has one. Where the descriptor is no
    /// socket, the next transfer fails and says so.
    pub(in crate::blocking) fn time(&self, direction: Direction) -> Option<Duration> {
        let option = match direction {
            Direction::Receive => Timeout::Recv,
            Direction::Send => Timeout::Send,
        };
        socket_timeout(&self.0, option).ok().flatten()
    }

    /// Resets the connection (RFC 9293 section 3.5.2, *abort*) and closes the socket: everything
    /// unsent and unread is dropped, and the peer gets a RST. On Linux at once, however many
    /// descriptors there are; elsewhere when the last descriptor is closed.
    pub(in crate::blocking) fn reset(self) {
        self.order_reset();
    }

    /// Like [`reset`](Self::reset), where other threads wait for this socket, which stays open:
    /// they find it ended. Where the RST waits for the descriptor to be closed, a FIN goes ahead of
    /// it.
    pub(in crate::blocking) fn reset_shared(&self, _wakes: [&ThreadWake; 2]) {
        self.order_reset();
        #[cfg(not(target_os = "linux"))]
        let _ = rustix::net::shutdown(&self.0, Shutdown::Both);
    }

    fn order_reset(&self) {
        // If this fails, there is no connection left to reset.
        let _ = rustix::net::sockopt::set_socket_linger(&self.0, Some(Duration::ZERO));
        #[cfg(target_os = "linux")]
        let _ = rustix::net::connect_unspec(&self.0);
    }

    /// Waits until the socket is ready for what is of interest, but no longer than `time`. An error
    /// or a hang-up makes it ready for everything: the transfer says what it is.
    pub(in crate::blocking) fn wait(
        &self,
        interest: Interest,
        time: Option<Duration>,
    ) -> io::Result<Readiness> {
        let mut sockets = [PollFd::new(&self.0, events(interest))];
        // With nothing of interest, a socket that hung up would end every wait at once.
        let watched = if events(interest).is_empty() { &mut [] } else { &mut sockets[..] };
        poll(watched, timespec(time).as_ref())?;
        let [socket] = sockets;
        let found = socket.revents();
        let failed = found.intersects(PollFlags::ERR | PollFlags::HUP | PollFlags::NVAL);
        Ok(Readiness {
            receive: failed || found.contains(PollFlags::IN),
            transmit: failed || found.contains(PollFlags::OUT),
        })
    }

    /// Waits until the socket is ready for what is of interest, or the thread is woken, but no
    /// longer than `time`. The thread counts as woken no more.
    pub(in crate::blocking) fn wait_or_wake(
        &self,
        interest: Interest,
        wake: &ThreadWake,
        time: Option<Duration>,
    ) -> io::Result<()> {
        let sleeper = wake.sleeper();
        let woken = PollFd::new(sleeper, PollFlags::IN);
        let mut both = [woken, PollFd::new(&self.0, events(interest))];
        let watched = if events(interest).is_empty() { &mut both[..1] } else { &mut both[..] };
        poll(watched, timespec(time).as_ref())?;
        wake.drain();
        Ok(())
    }
}

/// No SIGPIPE where that can be said per call; elsewhere (Apple) the standard library has said so
/// when the socket was made.
fn transmit_flags() -> SendFlags {
    #[cfg(target_vendor = "apple")]
    return SendFlags::DONTWAIT;
    #[cfg(not(target_vendor = "apple"))]
    return SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
}

fn events(interest: Interest) -> PollFlags {
    let mut events = PollFlags::empty();
    events.set(PollFlags::IN, interest.receive);
    events.set(PollFlags::OUT, interest.transmit);
    events
}

/// Longer than the system can count is for ever.
fn timespec(time: Option<Duration>) -> Option<Timespec> {
    time.and_then(|time| Timespec::try_from(time).ok())
}

/// A descriptor that ends a `poll` of another thread: a counter of the system's.
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(in crate::blocking) struct ThreadWake {
    counter: OwnedFd,
}

#[cfg(any(target_os = "linux", target_os = "android"))]
impl ThreadWake {
    pub(in crate::blocking) fn new() -> io::Result<Self> {
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        Ok(Self { counter: eventfd(0, flags)? })
    }

    fn sleeper(&self) -> &impl AsFd {
        &self.counter
    }

    /// Ends the wait of the thread, or its next one.
    pub(super) fn wake_thread(&self) {
        // Where there is no room for another one, the thread is woken already.
        let _ = rustix::io::write(&self.counter, &1_u64.to_ne_bytes());
    }

    fn drain(&self) {
        let _ = rustix::io::read(&self.counter, &mut [0; size_of::<u64>()]);
    }
}

/// A pair of descriptors: a byte into one ends a `poll` of the other.
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(in crate::blocking) struct ThreadWake {
    waker: std::os::unix::net::UnixStream,
    sleeper: std::os::unix::net::UnixStream,
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
impl ThreadWake {
    pub(in crate::blocking) fn new() -> io::Result<Self> {
        let (waker, sleeper) = std::os::unix::net::UnixStream::pair()?;
        waker.set_nonblocking(true)?;
        sleeper.set_nonblocking(true)?;
        Ok(Self { waker, sleeper })
    }

    fn sleeper(&self) -> &impl AsFd {
        &self.sleeper
    }

    /// Ends the wait of the thread, or its next one.
    pub(super) fn wake_thread(&self) {
        // Where there is no room for another byte, there is one already.
        let _ = io::Write::write(&mut &self.waker, &[0]);
    }

    /// Takes out what was put in.
    fn drain(&self) {
        let mut bytes = [0; 16];
        while matches!(io::Read::read(&mut &self.sleeper, &mut bytes), Ok(count) if count > 0) {}
    }
}
