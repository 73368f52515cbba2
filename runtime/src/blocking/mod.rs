//! TLS over a socket: a [`Stream`] that reads and writes like a `TcpStream`, for one thread, and
//! its halves, a [`Reader`] and a [`Writer`], for two.
//!
//! Every call is a loop that both receives and transmits until the call is done, so that no call
//! waits for the wrong direction (`drive.rs`). What to do next is the [driver](crate::driver)'s
//! business; the stream makes the system calls, keeps the time and waits.

mod buffered;
mod calls;
mod deadline;
mod drive;
mod early_data;
mod ending;
mod lazy;
mod split;
mod system;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use hyaline_model::table::Notice;
use rustls_pki_types::ServerName;

use self::deadline::{Deadline, Direction, Patience};
pub use self::lazy::{LazyAcceptor, StartHandshake};
pub use self::split::{JoinError, Reader, Writer};
use self::system::{AsFd, Socket};
use crate::connection::{Work, WorkDone};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::driver::Driver;
pub use crate::driver::{ALERT_BYTES, ALERT_TIME, CLOSE_BYTES, CLOSE_TIME};
use crate::{Call, ClientConfig, Connection, Error, HandedOver, NotAtRest, ServerConfig};

/// A function of the program's, which does the work of handshakes.
type Worker<P> = Box<dyn FnMut(Work<P>) -> WorkDone<P> + Send + Sync>;

/// One TLS connection over a socket, used by one thread at a time. For a thread that reads and one
/// that writes, [`split`](Self::split) it.
///
/// It is put where a program had a [`TcpStream`], and behaves as that does: a call waits exactly
/// where TCP's would, and whatever else the protocol has to send or to receive meanwhile never
/// holds it up. In particular:
///
/// - [`write`](Write::write) returns when the kernel has the bytes, and meanwhile receives;
///   [`read`](Read::read) never waits for anything to be transmitted.
/// - The stream has four ends, told apart: `read` returns 0 after the peer's close_notify only;
///   otherwise it fails with [`Error::Truncated`], [`Error::Reset`] or [`Error::PeerAlert`] inside
///   the [`io::Error`], and [`error`](Self::error) keeps it.
/// - It needs no [`BufReader`](io::BufReader): by [`BufRead`](io::BufRead) it lends what it has
///   opened of one record, where that stands.
/// - Calls that carry no data ([`half_close`](Self::half_close), [`update_key`](Self::update_key))
///   never wait for room. What they could not transmit goes out with later calls.
/// - [`close`](Self::close) is to be called at the end. It is what gets the last bytes and alerts
///   to the peer. Dropping the stream never waits, and so promises nothing.
///
/// The socket may be in blocking or in non-blocking mode; neither is needed, and on Unix neither is
/// changed. On Windows a stream sets its socket to non-blocking mode with its first transfer, which
/// duplicates of it may see too, and which is to be left so; it gives the socket back in blocking
/// mode, and closed or dropped leaves duplicates as they are. What else bounds or ends a wait over
/// TCP does so here too: `docs/waits.md` has the list.
///
/// ```no_run
/// use std::io::{Read, Write};
/// use std::net::TcpStream;
///
/// use hyaline::blocking::Stream;
/// use hyaline::{ClientConfig, RootCertStore};
/// use rustls_pki_types::ServerName;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let roots = RootCertStore::empty(); // with the roots to trust
/// let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
/// let name = ServerName::try_from("example.net")?;
/// let mut stream = Stream::client(config, name, TcpStream::connect("example.net:443")?)?;
/// stream.write_all(b"GET / HTTP/1.0\r\n\r\n")?;
/// let mut page = Vec::new();
/// stream.read_to_end(&mut page)?;
/// stream.close()?;
/// # Ok(())
/// # }
/// ```
pub struct Stream<S: AsFd = TcpStream, P: CryptoProvider = DefaultProvider> {
    driver: Driver<Socket<S>, P>,
    reading: Patience,
    writing: Patience,
    worker: Option<Worker<P>>,
    /// A handshake is pending that [`early_data`](Self::early_data) has begun.
    handshaking: bool,
}

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// A client that will talk to the server of this name over `socket`. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`Connection::client`].
    pub fn client(
        config: impl Into<Arc<ClientConfig<P>>>,
        name: ServerName<'_>,
        socket: S,
    ) -> Result<Self, Error> {
        Ok(Self::new(Connection::client(config.into(), name.to_owned())?, socket))
    }

    /// A server that will talk to a client over `socket`. Nothing is sent or received yet.
    ///
    /// # Errors
    /// As [`Connection::server`].
    pub fn server(config: impl Into<Arc<ServerConfig<P>>>, socket: S) -> Result<Self, Error> {
        Ok(Self::new(Connection::server(config.into())?, socket))
    }

    fn new(connection: Connection<P>, socket: S) -> Self {
        Self {
            driver: Driver::new(connection, Socket::new(socket)),
            reading: Patience::default(),
            writing: Patience::default(),
            worker: None,
            handshaking: false,
        }
    }

    /// Completes the handshake. Reading and writing do so by themselves; a server that wants to
    /// know its client first, or a client that only waits, calls this.
    ///
    /// The [read timeout](Self::set_read_timeout) counts, or the socket's own.
    ///
    /// # Errors
    /// Why the handshake failed; an [`Error`] is inside.
    pub fn handshake(&mut self) -> io::Result<()> {
        let mut deadline = Deadline::of_call(self.reading, Direction::Receive);
        let connected = self.connect(&mut deadline);
        deadline.tell(connected)
    }

    /// Has `worker` do what the handshake would do at once: path checks, signatures and the like
    /// ([`Work`]). It is called inside of the call that needs the handshake, on its thread, and may
    /// ask another thread or a service for the answer; the call waits meanwhile, whatever its
    /// deadline, and nothing is received or transmitted. To be called before the handshake.
    ///
    /// ```no_run
    /// # use hyaline::blocking::Stream;
    /// use hyaline::Work;
    /// use hyaline::pki_types::UnixTime;
    ///
    /// # fn sign(message: &[u8]) -> Option<Vec<u8>> { None }
    /// # fn handshake(mut stream: Stream) -> std::io::Result<()> {
    /// stream.delegate_work(|work| match work {
    ///     // The private key is with a service.
    ///     Work::Signature(request) => {
    ///         let signature = sign(&request.message());
    ///         request.signed(signature)
    ///     }
    ///     work => work.run(UnixTime::now()),
    /// });
    /// stream.handshake()
    /// # }
    /// ```
    pub fn delegate_work(
        &mut self,
        worker: impl FnMut(Work<P>) -> WorkDone<P> + Send + Sync + 'static,
    ) {
        self.driver.delegate_work();
        self.worker = Some(Box::new(worker));
    }

    /// Ends our direction, after everything that was written, by close_notify (RFC 9846 section
    /// 6.1). The other direction goes on.
    ///
    /// The FIN behind it leaves when the peer's direction has ended too, or with
    /// [`close`](Self::close): servers are in use that take a FIN for the end of both directions
    /// and cut their answer short.
    ///
    /// Does not wait for room: where there is none, close_notify stays here until a later call
    /// transmits it, a read, a [`flush`](Write::flush) or a [`close`](Self::close).
    ///
    /// # Errors
    /// As [`handshake`](Self::handshake), if that was not complete.
    pub fn half_close(&mut self) -> io::Result<()> {
        self.control(Call::HalfClose)
    }

    /// Updates the keys of both directions (RFC 9846 section 4.7.3). Does not wait for the peer's
    /// answer; while that is outstanding, a further request is absorbed.
    ///
    /// Does not wait for room: where there is none, the KeyUpdate stays here until a later call
    /// transmits it, a read, a write, a [`flush`](Write::flush) or a [`close`](Self::close).
    ///
    /// # Errors
    /// As [`handshake`](Self::handshake), if that was not complete.
    pub fn update_key(&mut self) -> io::Result<()> {
        self.control(Call::UpdateKey)
    }

    /// Ends both directions and closes the socket: our end goes out after everything that was
    /// written, then whatever the peer still sends is received and thrown away until its end, and
    /// then the socket is closed. Closing it earlier could destroy what is on its way to the peer.
    ///
    /// The waiting is bounded by [`set_close_budget`](Self::set_close_budget), and after a fatal
    /// alert of ours by [`ALERT_TIME`] and [`ALERT_BYTES`] too; other timeouts do not count.
    ///
    /// # Errors
    /// What ended the connection, where that was no orderly end: [`Error::PeerAlert`] or an offence
    /// of the peer's, also when an earlier call has told it already. Of two threads one may have
    /// missed it, so `close` always tells. [`Error::CloseBudgetExpired`] inside, when the peer did
    /// not end within the budget: the socket is closed; the peer may lack what was written last.
    pub fn close(&mut self) -> io::Result<()> {
        if self.driver.transport().is_none() {
            return Ok(());
        }
        if std::mem::take(&mut self.handshaking) {
            self.driver.expire_receiving();
        }
        Ok(self.call(Call::Close, &mut Deadline::after(None))?)
    }

    /// How long a read may take, and a handshake, whichever call needs it: it waits for the peer.
    /// The deadline is absolute: it counts from the beginning of the call, however many bytes
    /// trickle in. A call that runs into it fails with [`Error::Timeout`] inside, kind
    /// [`TimedOut`](io::ErrorKind::TimedOut), loses nothing, and may be made again.
    ///
    /// Without this the socket's own time counts (`SO_RCVTIMEO`, which is what
    /// [`TcpStream::set_read_timeout`] sets), from when the call begins to wait. A call that runs
    /// into that fails in the same way, but on Unix of the kind
    /// [`WouldBlock`](io::ErrorKind::WouldBlock), as over TCP. Without either a call waits for
    /// ever.
    ///
    /// With [`Duration::ZERO`] a read does what needs no waiting. A program that waits by its own
    /// means (`poll` on several descriptors) writes and then reads until that times out, and then
    /// waits for the socket to become readable, and, while it has more to write or
    /// [`unsent`](Self::unsent) is not 0, for it to become writable.
    pub fn set_read_timeout(&mut self, time: Option<Duration>) {
        self.reading.time = time;
    }

    /// How long a write or a flush may take; like [`set_read_timeout`](Self::set_read_timeout), and
    /// without this as long as the socket's `SO_SNDTIMEO` says. A write that runs out of time after
    /// it accepted bytes returns their number: they stay accepted, and go out with later calls.
    pub fn set_write_timeout(&mut self, time: Option<Duration>) {
        self.writing.time = time;
    }

    /// Whether a signal ends a wait: the call fails with [`Error::Interrupted`] inside, of the kind
    /// [`Interrupted`](io::ErrorKind::Interrupted), loses nothing, and may be made again. A write
    /// that has accepted bytes returns their number. Without this a call goes on, as over TCP after
    /// a handler that was installed with `SA_RESTART`; which handlers were is not known here, so
    /// that with this *every* handler that returns ends the wait of its thread.
    ///
    /// [`close`](Self::close) goes on in any case. On Windows, where there are no signals, this
    /// changes nothing.
    pub fn set_interruptible(&mut self, is_interruptible: bool) {
        self.reading.is_interruptible = is_interruptible;
        self.writing.is_interruptible = is_interruptible;
    }

    /// How long [`close`](Self::close) waits for the peer's end, and how many bytes it throws away
    /// meanwhile; [`CLOSE_TIME`] and [`CLOSE_BYTES`] without this.
    pub fn set_close_budget(&mut self, time: Duration, bytes: usize) {
        self.driver.set_close_budget(time, bytes);
    }

    /// How many bytes the next read returns without receiving anything.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.driver.unread()
    }

    /// How many bytes, sealed, wait for the kernel to take them. Any call transmits what there is
    /// room for.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.driver.unsent()
    }

    /// Why the connection failed, or how the peer ended it. Nothing while it goes on, and nothing
    /// after a clean end.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.driver.connection().error()
    }

    /// The connection, with what was negotiated.
    #[must_use]
    pub fn connection(&self) -> &Connection<P> {
        self.driver.connection()
    }

    /// What happened besides the calls, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.driver.poll_notice()
    }

    /// The socket. None when it is closed.
    #[must_use]
    pub fn get_ref(&self) -> Option<&S> {
        self.driver.transport().map(Socket::get_ref)
    }

    /// Gives the socket back, and what protects the records of the connection, for a kernel that
    /// goes on with them (kTLS). **What is checked ends here**: see [`Connection::hand_over`] for
    /// what whoever goes on has to do. Complete the [handshake](Self::handshake) first.
    ///
    /// # Errors
    /// As that, and the stream is given back; [`Unrest::Unopened`](crate::Unrest) also where bytes
    /// have come from the socket that are not opened: reads go on with them.
    ///
    /// ```no_run
    /// # use hyaline::blocking::Stream;
    /// # fn go_on(socket: std::net::TcpStream, keys: hyaline::HandedOver) {}
    /// # fn offload(stream: Stream) -> Result<(), Box<dyn std::error::Error>> {
    /// match stream.hand_over() {
    ///     Ok((socket, keys)) => go_on(socket, keys),
    ///     Err(not_now) => {
    ///         eprintln!("{not_now}");
    ///         // It goes on as it was.
    ///         let mut stream = not_now.into_inner();
    ///         stream.close()?;
    ///     }
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn hand_over(mut self) -> Result<(S, HandedOver<P>), NotAtRest<Box<Self>>> {
        match self.driver.give_over() {
            Ok((socket, secrets)) => Ok((socket.into_inner(), secrets)),
            Err(reason) => Err(NotAtRest::new(reason, Box::new(self))),
        }
    }

    /// Gives back the memory of buffers that hold nothing. Waiting does so by itself; this is for
    /// streams that stay between two calls for long.
    pub fn release_memory(&mut self) {
        self.driver.release_memory();
    }
}

impl<S: AsFd, P: CryptoProvider> Read for Stream<S, P> {
    /// Reads from one record of application data. 0 is the clean end: the peer's close_notify.
    ///
    /// # Errors
    /// An [`Error`] is inside.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        let mut deadline = Deadline::of_call(self.reading, Direction::Receive);
        let read = self.read_within(buffer, &mut deadline);
        deadline.tell(read)
    }
}

impl<S: AsFd, P: CryptoProvider> Write for Stream<S, P> {
    /// Seals as much of `data` as the outbox has room for, and returns when the kernel has it.
    ///
    /// # Errors
    /// An [`Error`] is inside.
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        let mut deadline = Deadline::of_call(self.writing, Direction::Send);
        let written = self.write_within(data, &mut deadline);
        deadline.tell(written)
    }

    /// Waits until the kernel has everything that was written. That is so after every write that
    /// did not run out of time. What else is left, key updates and the like, is transmitted as far
    /// as there is room; and so is everything after [`half_close`](Self::half_close).
    fn flush(&mut self) -> io::Result<()> {
        let connection = self.driver.connection();
        let may_hold_data = connection.is_connected() || connection.accepts_answer();
        if self.driver.unsent() == 0 || !may_hold_data {
            return Ok(());
        }
        self.control(Call::Flush)
    }
}

impl<S: AsFd, P: CryptoProvider> fmt::Debug for Stream<S, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Stream").field("driver", &self.driver).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
