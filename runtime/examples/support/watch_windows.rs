//! Waiting for two sockets on one thread, on Windows: at a completion port, with a duplicate of
//! each socket. `WSAPoll` would report an end in order of one direction as one of both.

use std::io;
use std::net::TcpStream;
use std::time::Duration;

use mio::{Events, Poll, Token};

/// What is waited for of a socket. That it is gone is of interest too, where anything is.
pub(crate) struct Interest<'s> {
    pub(crate) socket: &'s TcpStream,
    pub(crate) receive: bool,
    pub(crate) send: bool,
}

/// What a wait has found.
pub(crate) struct Found {
    /// Something, before the time was over.
    pub(crate) any: bool,
    /// Which socket is reset.
    pub(crate) gone: [bool; 2],
}

/// A completion port.
pub(crate) struct Watch {
    duplicates: [Option<mio::net::TcpStream>; 2],
    poll: Poll,
    told: Events,
}

impl Watch {
    /// # Errors
    /// The system's.
    pub(crate) fn new() -> io::Result<Self> {
        let (poll, told) = (Poll::new()?, Events::with_capacity(2));
        Ok(Self { duplicates: [None, None], poll, told })
    }

    /// To be called before a socket is closed: a connection ends with the last handle of its
    /// socket.
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
        for (number, interest) in interests.into_iter().enumerate() {
            self.watch(number, interest)?;
        }
        self.poll.poll(&mut self.told, time)?;
        let gone = [0, 1].map(|number| {
            let mut own = self.told.iter().filter(|event| event.token() == Token(number));
            own.any(|event| event.is_write_closed())
        });
        Ok(Found { any: !self.told.is_empty(), gone })
    }

    fn watch(&mut self, number: usize, interest: Option<Interest<'_>>) -> io::Result<()> {
        let Some(duplicate) = self.duplicates.get_mut(number) else { return Ok(()) };
        let Some((socket, interest)) = interest.and_then(asked) else {
            *duplicate = None;
            return Ok(());
        };
        let registry = self.poll.registry();
        if let Some(watched) = duplicate {
            return registry.reregister(watched, Token(number), interest);
        }
        let mut watched = mio::net::TcpStream::from_std(socket.try_clone()?);
        registry.register(&mut watched, Token(number), interest)?;
        *duplicate = Some(watched);
        Ok(())
    }
}

fn asked(interest: Interest<'_>) -> Option<(&TcpStream, mio::Interest)> {
    let asked = match (interest.receive, interest.send) {
        (true, true) => mio::Interest::READABLE | mio::Interest::WRITABLE,
        (true, false) => mio::Interest::READABLE,
        (false, true) => mio::Interest::WRITABLE,
        (false, false) => return None,
    };
    Some((interest.socket, asked))
}
