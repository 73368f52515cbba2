//! Standard input to the peer, and what the peer sends to standard output, both at once.

use std::io::{self, IsTerminal, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use hyaline::Error;
use hyaline::blocking::Stream;
use hyaline::crypto::CryptoProvider;
use rustix::event::{PollFd, PollFlags, poll};

use crate::held::{Held, or_later};
use crate::support::{self, Failure};

/// How much of standard input is held at once, in bytes.
const INPUT: usize = 1 << 16;

/// How much of what the peer sent is held at once, in bytes: the content of one record.
const OUTPUT: usize = 1 << 14;

/// How much is written to standard output at once, in bytes. A pipe that is ready takes so much
/// without waiting (PIPE_BUF of POSIX is at least 512; Linux has 4096).
const OUTPUT_AT_ONCE: usize = 512;

type Connected<P> = Stream<TcpStream, P>;

/// Both directions.
pub(crate) struct Duplex {
    /// From standard input to the peer.
    outward: Held,
    /// From the peer to standard output.
    inward: Held,
    half_closed: bool,
    /// Our direction stays open at the end of standard input.
    keep_open: bool,
    /// Why nothing more can be sent. What the peer has still to say comes first.
    send_failure: Option<io::Error>,
    /// Whether somebody sits at standard input, who need not end it when the peer has ended.
    interactive: bool,
}

impl Duplex {
    /// To the peer goes `first` before standard input.
    pub(crate) fn new(keep_open: bool, first: Vec<u8>) -> Self {
        let interactive = io::stdin().is_terminal();
        let (outward, inward) = (Held::holding(first), Held::new());
        Self { outward, inward, half_closed: false, keep_open, send_failure: None, interactive }
    }

    /// Copies until both directions have ended, and gives the stream back, to be closed.
    pub(crate) fn copy<P: CryptoProvider>(
        self,
        mut stream: Connected<P>,
    ) -> (Option<Connected<P>>, Result<(), Failure>) {
        let copied = self.copy_all(&mut stream);
        (Some(stream), copied)
    }

    fn copy_all<P: CryptoProvider>(mut self, stream: &mut Connected<P>) -> Result<(), Failure> {
        stream.set_read_timeout(Some(Duration::ZERO));
        stream.set_write_timeout(Some(Duration::ZERO));
        loop {
            self.send(stream);
            // Last before waiting: sending receives too, and what was received then does not make
            // the socket readable.
            self.receive(stream)?;
            let has_input = !self.outward.ended || !self.outward.is_empty();
            let has_more = has_input || !(self.half_closed || self.keep_open);
            let sending = has_more && self.send_failure.is_none() && !self.interactive;
            if self.inward.ended && self.inward.is_empty() && !sending {
                return self.send_failure.map_or(Ok(()), |error| Err(error.into()));
            }
            self.wait(stream)?;
        }
    }

    fn send<P: CryptoProvider>(&mut self, stream: &mut Connected<P>) {
        if self.send_failure.is_some() {
            return;
        }
        if let Err(error) = self.try_send(stream)
            && !is_timeout(&error)
        {
            self.send_failure = Some(error);
        }
    }

    fn try_send<P: CryptoProvider>(&mut self, stream: &mut Connected<P>) -> io::Result<()> {
        while !self.outward.is_empty() {
            let count = stream.write(self.outward.rest())?;
            self.outward.advance(count);
        }
        if self.outward.ended && !self.half_closed && !self.keep_open {
            stream.half_close()?;
            self.half_closed = true;
        }
        stream.flush()
    }

    fn receive<P: CryptoProvider>(&mut self, stream: &mut Connected<P>) -> Result<(), Failure> {
        if !self.inward.is_empty() || self.inward.ended {
            return Ok(());
        }
        match stream.read(self.inward.refill(OUTPUT)) {
            Ok(count) => self.inward.filled(count),
            Err(error) => {
                self.inward.bytes.clear();
                if !is_timeout(&error) {
                    return Err(error.into());
                }
            }
        }
        Ok(())
    }

    /// Waits until something can go on, and serves standard input and output.
    fn wait<P: CryptoProvider>(&mut self, stream: &Connected<P>) -> Result<(), Failure> {
        let (stdin, stdout) = (io::stdin(), io::stdout());
        let socket = stream.get_ref().ok_or("the connection is closed")?;
        let wants_input = self.outward.is_empty() && !self.outward.ended && self.is_sending();
        let has_output = !self.inward.is_empty();
        let mut transfers = PollFlags::empty();
        transfers.set(PollFlags::IN, !has_output && !self.inward.ended);
        let has_to_send = !self.outward.is_empty() || stream.unsent() > 0;
        transfers.set(PollFlags::OUT, has_to_send && self.is_sending());

        // Only what is waited for: a descriptor that hung up would end every wait at once.
        let mut watched = Vec::with_capacity(3);
        if wants_input {
            watched.push(PollFd::new(&stdin, PollFlags::IN));
        }
        if has_output {
            watched.push(PollFd::new(&stdout, PollFlags::OUT));
        }
        if !transfers.is_empty() {
            watched.push(PollFd::new(socket, transfers));
        }
        match poll(&mut watched, None) {
            Err(rustix::io::Errno::INTR) => return Ok(()),
            ready => ready?,
        };
        let mut ready = watched.iter().map(|descriptor| !descriptor.revents().is_empty());
        let input_ready = wants_input && ready.next() == Some(true);
        let output_ready = has_output && ready.next() == Some(true);
        if input_ready {
            self.take_input(&stdin)?;
        }
        if output_ready {
            self.give_output(&stdout)?;
        }
        Ok(())
    }

    fn is_sending(&self) -> bool {
        self.send_failure.is_none()
    }

    fn take_input(&mut self, stdin: &io::Stdin) -> Result<(), Failure> {
        // Not through `Stdin`, whose own buffer `poll` does not see.
        match rustix::io::read(stdin, self.outward.refill(INPUT).as_mut_slice()) {
            Ok(count) => self.outward.filled(count),
            Err(error) => {
                self.outward.bytes.clear();
                or_later(error, "standard input cannot be read")?;
            }
        }
        Ok(())
    }

    fn give_output(&mut self, stdout: &io::Stdout) -> Result<(), Failure> {
        let rest = self.inward.rest();
        match rustix::io::write(stdout, rest.get(..OUTPUT_AT_ONCE).unwrap_or(rest)) {
            Ok(count) => self.inward.advance(count),
            Err(error) => or_later(error, "standard output cannot be written")?,
        }
        Ok(())
    }
}

/// Whether a call with no time to wait only found that it would have to.
fn is_timeout(error: &io::Error) -> bool {
    support::inner(error) == Some(&Error::Timeout)
}
