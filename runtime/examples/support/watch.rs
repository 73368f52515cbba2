//! Waiting for two sockets on one thread.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// What is waited for of a socket. That it is gone is always of interest.
pub(crate) struct Interest<'s> {
    pub(crate) socket: &'s TcpStream,
    pub(crate) receive: bool,
    pub(crate) send: bool,
}

/// What a wait has found.
pub(crate) struct Found {
    /// Something, before the time was over.
    pub(crate) any: bool,
    /// Which socket is gone: reset, or ended in both directions.
    pub(crate) gone: [bool; 2],
}

/// The system is asked anew for each wait, and nothing is kept between two.
pub(crate) struct Watch;

impl Watch {
    /// # Errors
    /// None.
    pub(crate) fn new() -> io::Result<Self> {
        Ok(Self)
    }

    /// To be called before a socket is closed.
    pub(crate) fn end(self) {}

    /// Waits, for ever without a time. A socket of which nothing is asked is not watched.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn wait(
        &mut self,
        interests: [Option<Interest<'_>>; 2],
        time: Option<Duration>,
    ) -> io::Result<Found> {
        let mut watched = Vec::with_capacity(2);
        for interest in interests.iter().flatten() {
            let mut flags = PollFlags::empty();
            flags.set(PollFlags::IN, interest.receive);
            flags.set(PollFlags::OUT, interest.send);
            watched.push(PollFd::new(interest.socket, flags));
        }
        let time = time.and_then(|time| Timespec::try_from(time).ok());
        let count = match poll(&mut watched, time.as_ref()) {
            Err(rustix::io::Errno::INTR) => return Ok(Found { any: true, gone: [false; 2] }),
            count => count?,
        };
        let is_gone =
            |found: &PollFd<'_>| found.revents().intersects(PollFlags::ERR | PollFlags::HUP);
        let mut watched = watched.iter().map(is_gone);
        let gone = interests.map(|interest| interest.is_some() && watched.next() == Some(true));
        Ok(Found { any: count > 0, gone })
    }
}
