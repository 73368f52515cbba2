//! Bytes both ways between a TCP socket and a TLS stream, on one thread and without a wait for one
//! direction alone.
//!
//! Each end is passed on as it came. An end in order (FIN, close_notify) ends that direction and
//! leaves the other. A reset is passed on at once, as TCP would. What only TLS knows, a truncation
//! or an alert, becomes a reset too: over TCP a FIN would be taken for an end in order.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::{Duration, Instant};

use hyaline::Error;
use hyaline::blocking::Stream;
use rustix::net::sockopt::set_socket_linger;

use crate::support::inner;
use crate::watch::{Found, Interest, Watch};

/// How much of a direction is held at once, in bytes.
const HELD: usize = 1 << 16;

/// How much is held of a direction whose sender is gone, in bytes: more than the system holds for
/// it, so that how it ended is known before its receiver has taken everything.
const MOST_HELD: usize = 1 << 24;

/// How often a direction goes on before the other one's turn.
const TURNS: u32 = 16;

/// How long whoever takes nothing more may still be sending, and what it had sent be on its way. A
/// reset in the middle of that would destroy it.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// How long a connection on which nothing moves keeps its buffers.
const BUFFER_TIME: Duration = Duration::from_secs(1);

/// How many bytes went to the TLS side, and how many came from it.
#[derive(Clone, Copy, Default)]
pub(crate) struct Moved {
    pub(crate) to_tls: u64,
    pub(crate) from_tls: u64,
}

/// One end of the relay. Nothing waits: no number of bytes stands for "not now".
trait End {
    fn receive(&mut self, bytes: &mut [u8]) -> io::Result<Option<usize>>;
    fn send(&mut self, bytes: &[u8]) -> io::Result<Option<usize>>;
    /// Ends the direction to it.
    fn end(&mut self) -> io::Result<()>;
}

impl End for TcpStream {
    fn receive(&mut self, bytes: &mut [u8]) -> io::Result<Option<usize>> {
        unless_it_waits(self.read(bytes))
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<Option<usize>> {
        unless_it_waits(self.write(bytes))
    }

    fn end(&mut self) -> io::Result<()> {
        self.shutdown(Shutdown::Write)
    }
}

impl End for Stream {
    fn receive(&mut self, bytes: &mut [u8]) -> io::Result<Option<usize>> {
        unless_it_waits(self.read(bytes))
    }

    fn send(&mut self, bytes: &[u8]) -> io::Result<Option<usize>> {
        unless_it_waits(self.write(bytes))
    }

    fn end(&mut self) -> io::Result<()> {
        unless_it_waits(self.half_close()).map(|_| ())
    }
}

fn unless_it_waits<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if inner(&error) == Some(&Error::Timeout) => Ok(None),
        Err(error) => match error.kind() {
            io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted => Ok(None),
            _ => Err(error),
        },
    }
}

/// Whether this is TCP's reset, or its like.
fn is_reset(error: &io::Error) -> bool {
    matches!(inner(error), None | Some(Error::Reset | Error::PeerVanished))
}

/// Resets a connection: what is under way is lost, and the peer learns that it is.
pub(crate) fn reset(socket: TcpStream) {
    let _ = set_socket_linger(&socket, Some(Duration::ZERO));
    drop(socket);
}

/// One direction.
#[derive(Default)]
struct Direction {
    /// Received, and from `start` to `end` not yet sent on.
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    /// How much was sent on.
    moved: u64,
    /// The sender has ended it in order.
    ended: bool,
    /// The sender's connection has ended out of order, and this is how.
    broken: Option<io::Error>,
    /// The end was passed on.
    passed: bool,
    /// Since when the receiver takes nothing. What still comes is thrown away.
    refused: Option<Instant>,
    /// The sender's connection is gone: what it has left is received whether or not there is room.
    sender_is_gone: bool,
}

impl Direction {
    fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// Whether the sender's end is known, of whatever kind.
    fn has_ended(&self) -> bool {
        self.ended || self.broken.is_some()
    }

    /// Whether more is received now.
    fn wants_more(&self) -> bool {
        !self.has_ended() && self.is_empty()
    }

    /// Moves what can be moved, and says whether there may be more.
    ///
    /// # Errors
    /// The sender's, when what came before it is sent on. A reset overtakes that.
    fn advance(&mut self, from: &mut impl End, to: &mut impl End) -> io::Result<bool> {
        for _ in 0..TURNS {
            self.send(to);
            let overtakes = self.broken.as_ref().is_some_and(is_reset);
            if overtakes || self.is_empty() {
                self.broken.take().map_or(Ok(()), Err)?;
            }
            if !self.receive(from) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Receives what is there, and says whether that was anything, or an end.
    fn receive(&mut self, from: &mut impl End) -> bool {
        let mut has_received = false;
        while !self.has_ended() && (self.wants_more() || self.sender_is_gone || self.has_room()) {
            if self.is_empty() {
                (self.start, self.end) = (0, 0);
            }
            if self.bytes.len() < self.end + HELD / 4 {
                if self.end > MOST_HELD {
                    self.broken = Some(io::ErrorKind::ConnectionReset.into());
                    return true;
                }
                self.bytes.resize((2 * self.bytes.len()).max(HELD), 0);
            }
            match from.receive(self.bytes.get_mut(self.end..).unwrap_or_default()) {
                Ok(None) => break,
                Ok(Some(0)) => self.ended = true,
                Ok(Some(count)) => self.end += count,
                Err(error) => self.broken = Some(error),
            }
            has_received = true;
        }
        has_received
    }

    /// Whether another record fits behind what was received in this turn.
    fn has_room(&self) -> bool {
        self.start == 0 && self.end <= HELD - HELD / 4
    }

    fn send(&mut self, to: &mut impl End) {
        if self.refused.is_none() && self.try_send(to).is_err() {
            self.refuse();
        }
        if self.refused.is_some() {
            self.start = self.end;
            self.passed = self.ended;
        }
    }

    fn try_send(&mut self, to: &mut impl End) -> io::Result<()> {
        while let Some(rest) = self.bytes.get(self.start..self.end).filter(|rest| !rest.is_empty())
        {
            match to.send(rest)? {
                Some(count) => {
                    self.start += count;
                    self.moved += u64::try_from(count).unwrap_or_default();
                }
                None => return Ok(()),
            }
        }
        if self.ended && !self.passed {
            to.end()?;
            self.passed = true;
        }
        Ok(())
    }

    /// The receiver takes nothing more.
    fn refuse(&mut self) {
        self.refused.get_or_insert_with(Instant::now);
    }

    fn release(&mut self) {
        if self.is_empty() {
            (self.bytes, self.start, self.end) = (Vec::new(), 0, 0);
        }
    }
}

/// Both ends, and both directions between them.
pub(crate) struct Relay {
    watch: Watch,
    tls: Stream,
    plain: TcpStream,
    to_tls: Direction,
    from_tls: Direction,
    idle_time: Option<Duration>,
    tls_is_gone: bool,
    plain_is_gone: bool,
}

/// How the waiting ended.
#[derive(PartialEq, Eq)]
enum Waited {
    Ready,
    TooLong,
}

impl Relay {
    /// A relay that gives up when nothing moves for `idle_time`.
    ///
    /// # Errors
    /// The system's.
    pub(crate) fn new(
        mut tls: Stream,
        plain: TcpStream,
        idle_time: Option<Duration>,
    ) -> io::Result<Self> {
        tls.set_read_timeout(Some(Duration::ZERO));
        tls.set_write_timeout(Some(Duration::ZERO));
        plain.set_nonblocking(true)?;
        let (to_tls, from_tls) = Default::default();
        let (tls_is_gone, plain_is_gone) = (false, false);
        let watch = Watch::new()?;
        Ok(Self { watch, tls, plain, to_tls, from_tls, idle_time, tls_is_gone, plain_is_gone })
    }

    /// Relays until both directions have ended: how much, and what was out of order.
    pub(crate) fn run(mut self) -> (Moved, io::Result<()>) {
        let mut moved = Moved::default();
        let mut last = Instant::now();
        let result = loop {
            let to_tls = self.to_tls.advance(&mut self.plain, &mut self.tls);
            // Last: sending receives too, and what was received then does not make the socket
            // readable.
            let from_tls = self.from_tls.advance(&mut self.tls, &mut self.plain);
            let before = (moved.to_tls, moved.from_tls);
            moved = Moved { to_tls: self.to_tls.moved, from_tls: self.from_tls.moved };
            if before != (moved.to_tls, moved.from_tls) {
                last = Instant::now();
            }
            let more = match (to_tls, from_tls) {
                (_, Err(error)) => break self.tls_is_broken(error),
                (Err(error), _) => break self.give_up(error),
                (Ok(more), Ok(also)) => more || also,
            };
            if self.to_tls.passed && self.from_tls.passed {
                break self.finish();
            }
            let waited = if more { Ok(Waited::Ready) } else { self.wait(last) };
            match waited {
                Ok(Waited::Ready) => {}
                Ok(Waited::TooLong) => break self.give_up(io::ErrorKind::TimedOut.into()),
                Err(error) => break self.give_up(error),
            }
        };
        (moved, result)
    }

    /// Both directions have ended, in order or because the other side takes nothing.
    fn finish(mut self) -> io::Result<()> {
        self.watch.end();
        drop(self.plain);
        let closed = self.tls.close();
        if self.to_tls.refused.or(self.from_tls.refused).is_some() {
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        match closed {
            // The peer has ended its direction; that it leaves the transport open harms nobody.
            Err(error) if inner(&error) == Some(&Error::CloseBudgetExpired) => Ok(()),
            closed => closed,
        }
    }

    /// What is not in order on one side is a reset on both.
    fn give_up(mut self, error: io::Error) -> io::Result<()> {
        self.watch.end();
        self.tls.abort();
        reset(self.plain);
        Err(error)
    }

    /// The TLS side has ended out of order. An alert of ours is to arrive there.
    fn tls_is_broken(mut self, error: io::Error) -> io::Result<()> {
        match inner(&error) {
            Some(Error::Truncated | Error::Reset | Error::PeerVanished) | None => {
                return self.give_up(error);
            }
            Some(_) => {}
        }
        self.watch.end();
        reset(self.plain);
        let _ = self.tls.close();
        Err(error)
    }

    /// Waits until something can go on.
    fn wait(&mut self, last: Instant) -> io::Result<Waited> {
        let _ = self.tls.flush();
        let since = |time: Duration, since: Instant| time.saturating_sub(since.elapsed());
        let idle = self.idle_time.map(|time| since(time, last));
        let refused = self.to_tls.refused.into_iter().chain(self.from_tls.refused).min();
        let refused = refused.map(|refused| since(LAST_WORDS, refused.max(last)));
        let mut left = idle.into_iter().chain(refused).min();
        if left == Some(Duration::ZERO) {
            return Ok(Waited::TooLong);
        }
        let holds = !self.to_tls.bytes.is_empty() || !self.from_tls.bytes.is_empty();
        if holds {
            left = Some(left.map_or(BUFFER_TIME, |left| left.min(BUFFER_TIME)));
        }
        if !self.poll(left)? && holds {
            self.to_tls.release();
            self.from_tls.release();
            self.tls.release_memory();
        }
        Ok(Waited::Ready)
    }

    /// Waits for what is of interest, and for either end to go: whether one of them came.
    fn poll(&mut self, time: Option<Duration>) -> io::Result<bool> {
        let unsent = !self.to_tls.is_empty() || self.tls.unsent() > 0;
        let of_tls = Interest {
            socket: self.tls.get_ref().ok_or(io::ErrorKind::NotConnected)?,
            receive: self.from_tls.wants_more(),
            send: unsent && self.to_tls.refused.is_none(),
        };
        let of_plain = Interest {
            socket: &self.plain,
            receive: self.to_tls.wants_more(),
            send: !self.from_tls.is_empty(),
        };
        // One that is gone would end every wait at once. With time, the wait ends nevertheless.
        let interests =
            [(!self.tls_is_gone).then_some(of_tls), (!self.plain_is_gone).then_some(of_plain)];
        let Found { any, gone: [tls_goes, plain_goes] } = self.watch.wait(interests, time)?;
        if tls_goes {
            self.tls_is_gone = Self::note(&mut self.from_tls, &mut self.to_tls);
        }
        if plain_goes {
            self.plain_is_gone = Self::note(&mut self.to_tls, &mut self.from_tls);
        }
        Ok(any)
    }

    /// An end is gone, `from` which one direction goes and to which the other. Whether there is
    /// nothing more to find out.
    fn note(from: &mut Direction, to: &mut Direction) -> bool {
        if !from.has_ended() {
            // How it ended, receiving tells.
            from.sender_is_gone = true;
            return false;
        }
        if !to.passed {
            to.refuse();
        }
        true
    }
}
