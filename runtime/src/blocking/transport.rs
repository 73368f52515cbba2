//! The system calls: each transfer is told not to wait, so that the socket's own O_NONBLOCK flag,
//! which duplicates of the descriptor share, is neither needed nor changed.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::{Timeout, socket_timeout};
use rustix::net::{RecvFlags, SendFlags, Shutdown};

use super::deadline::Direction;
use crate::connection::{Interest, Readiness};
use crate::driver::Transport;

/// What is driven: a socket, of whatever type.
#[derive(Debug)]
pub(super) struct Socket<S>(pub(super) S);

impl<S: AsFd> Transport for Socket<S> {
    fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        receive(&self.0, bytes)
    }

    fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize> {
        transmit(&self.0, bytes)
    }

    fn shutdown_write(&mut self) {
        shutdown_write(&self.0);
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

/// Receives into the spare capacity of `bytes`, which must have some. 0 is a FIN.
pub(super) fn receive(socket: impl AsFd, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let (_, count) = rustix::net::recv(socket, spare_capacity(bytes), RecvFlags::DONTWAIT)?;
    Ok(count)
}

/// Transmits a part of `bytes`.
pub(super) fn transmit(socket: impl AsFd, bytes: &[u8]) -> io::Result<usize> {
    Ok(rustix::net::send(socket, bytes, transmit_flags())?)
}

/// The socket's own time for waits in this direction, if it has one. Where the descriptor is no
/// socket, the next transfer fails and says so.
pub(super) fn time(socket: impl AsFd, direction: Direction) -> Option<Duration> {
    let option = match direction {
        Direction::Receive => Timeout::Recv,
        Direction::Send => Timeout::Send,
    };
    socket_timeout(socket, option).ok().flatten()
}

/// Sends the FIN. A transport that is broken tells the next transfer, so nothing is reported here.
pub(super) fn shutdown_write(socket: impl AsFd) {
    let _ = rustix::net::shutdown(socket, Shutdown::Write);
}

/// Resets the connection (RFC 9293 section 3.5.2, *abort*): everything unsent and unread is
/// dropped, and the peer gets a RST. On Linux at once, however many descriptors there are;
/// elsewhere when the last descriptor is closed.
pub(super) fn reset(socket: impl AsFd) {
    // If this fails, there is no connection left to reset.
    let _ = rustix::net::sockopt::set_socket_linger(&socket, Some(Duration::ZERO));
    #[cfg(target_os = "linux")]
    let _ = rustix::net::connect_unspec(&socket);
}

/// Like [`reset`], where other threads wait for this socket: they find it ended. Where the RST
/// waits for the descriptor to be closed, a FIN goes ahead of it.
pub(super) fn reset_shared(socket: impl AsFd) {
    reset(&socket);
    #[cfg(not(target_os = "linux"))]
    let _ = rustix::net::shutdown(&socket, Shutdown::Both);
}

/// Waits until the socket is ready for what is of interest, but no longer than `time`. An error or
/// a hang-up makes it ready for everything: the transfer says what it is.
pub(super) fn wait(
    socket: impl AsFd,
    interest: Interest,
    time: Option<Duration>,
) -> io::Result<Readiness> {
    let mut sockets = [PollFd::new(&socket, events(interest))];
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

/// Waits until the socket is ready for what is of interest, or something can be received from
/// `wake`, but no longer than `time`.
pub(super) fn wait_or_wake(
    socket: impl AsFd,
    interest: Interest,
    wake: impl AsFd,
    time: Option<Duration>,
) -> io::Result<()> {
    let woken = PollFd::new(&wake, PollFlags::IN);
    let mut both = [woken, PollFd::new(&socket, events(interest))];
    let watched = if events(interest).is_empty() { &mut both[..1] } else { &mut both[..] };
    poll(watched, timespec(time).as_ref())?;
    Ok(())
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
