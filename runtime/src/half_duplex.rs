//! TLS over whatever reads and writes, in a weaker form: a [`HalfDuplex`] over a [`Channel`].
//!
//! A channel, such as the pipes of another process or a stream of another library, can be read from
//! and written to, and both wait. It cannot be asked what it is ready for, so nobody can wait for
//! both directions at once, and *transparent* it cannot be. What is lost, against
//! [`blocking::Stream`](crate::blocking::Stream) over a socket:
//!
//! - A write into a full channel does not receive meanwhile. Where both ends write more than the
//!   channel holds, they wait for each other without TLS too. TLS adds peers for which such a write
//!   waits: one that waits for the answer to its key update, and one that reads only after its
//!   tickets are gone.
//! - A read first transmits what there is to be transmitted, such as the answer to a key update,
//!   and waits for room for it. Two ends that read at a time, behind full channels, can so wait for
//!   each other for ever.
//! - Every call waits as long as the channel does: there are no deadlines. [`close`] waits for the
//!   peer's end as long as that takes; only [its budget](HalfDuplex::set_close_budget) of bytes
//!   ends it earlier, and that of time between two reads.
//! - A write that finds the channel broken does not look for the alert that may say why.
//! - It cannot be split between two threads.
//!
//! [`close`]: HalfDuplex::close
//!
//! A channel forces the policy `duplex=half` on the library. What that policy costs any programs,
//! `hyaline check` tells (`docs/hazards.md`). All else holds: four ends told apart, nothing lost,
//! no reset.

mod channel;

use std::fmt;
use std::io::{self, Read, Write};
use std::sync::Arc;
use std::time::Duration;

use hyaline_model::table::Notice;
use rustls_pki_types::ServerName;

pub use self::channel::{Channel, Pipes};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::driver::{Driver, Now, Progress, Transport};
use crate::{Call, ClientConfig, Connection, Error, ServerConfig};

/// One TLS connection over a channel that cannot be waited for in both directions at once. The
/// [module](self) says what that costs.
///
/// ```
/// use std::io::{Read, Write, pipe};
/// use std::thread;
///
/// use hyaline::half_duplex::{HalfDuplex, Pipes};
/// # use hyaline::pki_types::{PrivateKeyDer, ServerName};
/// # use hyaline::{ClientConfig, RootCertStore, ServerConfig};
/// # fn configs() -> Result<(ClientConfig, ServerConfig), Box<dyn std::error::Error>> {
/// #     let authority_key = rcgen::KeyPair::generate()?;
/// #     let mut parameters = rcgen::CertificateParams::new(Vec::new())?;
/// #     parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
/// #     let authority = parameters.self_signed(&authority_key)?;
/// #     let issuer = rcgen::Issuer::new(parameters, authority_key);
/// #     let key = rcgen::KeyPair::generate()?;
/// #     let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?
/// #         .signed_by(&key, &issuer)?;
/// #     let server = ServerConfig::builder().with_no_client_auth().with_single_cert(
/// #         vec![certificate.der().clone()],
/// #         PrivateKeyDer::try_from(key.serialize_der())?,
/// #     )?;
/// #     let mut roots = RootCertStore::empty();
/// #     roots.add(authority.der().clone())?;
/// #     let client = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
/// #     Ok((client, server))
/// # }
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (client_config, server_config) = configs()?;
///
/// // Between two processes these would be the standard input and output of a child.
/// let ((from_client, to_server), (from_server, to_client)) = (pipe()?, pipe()?);
/// let serving = thread::spawn(move || -> std::io::Result<String> {
///     let mut stream = HalfDuplex::server(server_config, Pipes::new(from_client, to_client))?;
///     let mut heard = String::new();
///     stream.read_to_string(&mut heard)?;
///     stream.close()?;
///     Ok(heard)
/// });
///
/// let name = ServerName::try_from("localhost")?;
/// let mut stream = HalfDuplex::client(client_config, name, Pipes::new(from_server, to_server))?;
/// stream.write_all(b"hello")?;
/// stream.close()?;
/// assert_eq!(serving.join().expect("the server does not panic")?, "hello");
/// # Ok(())
/// # }
/// ```
pub struct HalfDuplex<T: Channel, P: CryptoProvider = DefaultProvider> {
    driver: Driver<Waiting<T>, P>,
}

/// A channel as a transport, although its transfers wait.
struct Waiting<T: Channel> {
    channel: T,
    /// Written since it was flushed last.
    is_unflushed: bool,
    /// The pending call may wait for the peer. A write may not: nobody knows whether anything will
    /// come.
    may_receive: bool,
    /// How writing has failed.
    failure: Option<io::ErrorKind>,
}

/// How much is received at once, in bytes.
const CHUNK: usize = 1 << 14;

impl<T: Channel> Waiting<T> {
    fn flush(&mut self) -> io::Result<()> {
        while self.is_unflushed {
            match self.channel.flush() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                flushed => {
                    flushed?;
                    self.is_unflushed = false;
                }
            }
        }
        Ok(())
    }
}

impl<T: Channel> Transport for Waiting<T> {
    fn receive(&mut self, bytes: &mut Vec<u8>) -> io::Result<usize> {
        if !self.may_receive {
            return Err(self.failure.unwrap_or(io::ErrorKind::WouldBlock).into());
        }
        self.flush()?;
        let before = bytes.len();
        bytes.resize(before + CHUNK.min(bytes.capacity() - before), 0);
        let read = self.channel.read(bytes.get_mut(before..).unwrap_or_default());
        let count = read.as_ref().map_or(0, |count| *count);
        bytes.truncate(before + count);
        read
    }

    fn transmit(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = match self.channel.write(bytes) {
            Ok(0) => Err(io::ErrorKind::WriteZero.into()),
            // A channel that claims to have written more than it was given makes a mistake; it is
            // taken to have written all.
            written => written.map(|count| count.min(bytes.len())),
        };
        match written.as_ref().map_err(io::Error::kind) {
            Ok(_) => self.is_unflushed = true,
            Err(io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {}
            Err(kind) => self.failure = Some(kind),
        }
        written
    }

    fn shutdown_write(&mut self) {
        // What fails here has failed for the peer too, who sees a truncated stream.
        let _ = self.flush();
        self.channel.end_writing();
    }
}

impl<T: Channel, P: CryptoProvider> HalfDuplex<T, P> {
    /// A client that will talk to the server of this name over `channel`. Nothing is sent yet.
    ///
    /// # Errors
    /// As [`Connection::client`].
    pub fn client(
        config: impl Into<Arc<ClientConfig<P>>>,
        name: ServerName<'_>,
        channel: T,
    ) -> Result<Self, Error> {
        Ok(Self::new(Connection::client(config.into(), name.to_owned())?, channel))
    }

    /// A server that will talk to a client over `channel`. Nothing is sent or received yet.
    ///
    /// # Errors
    /// As [`Connection::server`].
    pub fn server(config: impl Into<Arc<ServerConfig<P>>>, channel: T) -> Result<Self, Error> {
        Ok(Self::new(Connection::server(config.into())?, channel))
    }

    fn new(connection: Connection<P>, channel: T) -> Self {
        let transport = Waiting { channel, is_unflushed: false, may_receive: false, failure: None };
        Self { driver: Driver::new(connection, transport) }
    }

    /// Completes the handshake. Reading and writing do so by themselves.
    ///
    /// # Errors
    /// Why the handshake failed; an [`Error`] is inside.
    pub fn handshake(&mut self) -> io::Result<()> {
        if self.driver.connection().is_connected() {
            return Ok(());
        }
        self.call(Call::Handshake)
    }

    /// Ends our direction, after everything that was written, by close_notify. The other direction
    /// goes on; the channel's end follows when that has ended too, or with [`close`](Self::close).
    ///
    /// # Errors
    /// As [`handshake`](Self::handshake), if that was not complete.
    pub fn half_close(&mut self) -> io::Result<()> {
        self.handshake()?;
        self.call(Call::HalfClose)
    }

    /// Updates the keys of both directions (RFC 9846 section 4.7.3). The peer's answer is received
    /// by later reads.
    ///
    /// # Errors
    /// As [`handshake`](Self::handshake), if that was not complete.
    pub fn update_key(&mut self) -> io::Result<()> {
        self.handshake()?;
        self.call(Call::UpdateKey)
    }

    /// Ends both directions and drops the channel: our end goes out after everything that was
    /// written, then whatever the peer still sends is received and thrown away until its end.
    ///
    /// # Errors
    /// What ended the connection, where that was no orderly end. [`Error::CloseBudgetExpired`]
    /// inside, when the peer did not end within the budget, or the channel does not wait for it.
    pub fn close(&mut self) -> io::Result<()> {
        if self.driver.transport().is_none() {
            return Ok(());
        }
        self.call(Call::Close)
    }

    /// How long [`close`](Self::close) waits for the peer's end, as far as reads return meanwhile,
    /// and how many bytes it throws away; [`CLOSE_TIME`](crate::driver::CLOSE_TIME) and
    /// [`CLOSE_BYTES`](crate::driver::CLOSE_BYTES) without this.
    pub fn set_close_budget(&mut self, time: Duration, bytes: usize) {
        self.driver.set_close_budget(time, bytes);
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

    /// The channel. None when it is closed.
    #[must_use]
    pub fn get_ref(&self) -> Option<&T> {
        self.driver.transport().map(|waiting| &waiting.channel)
    }

    fn call(&mut self, call: Call) -> io::Result<()> {
        self.driver.start(Now::read(), call)?;
        self.drive(matches!(call, Call::Handshake | Call::Close));
        self.driver.take_result().unwrap_or(Err(NO_RESULT)).map_err(would_block)
    }

    /// Goes on until the pending call has its result. Where the channel does not wait, neither does
    /// the call, and says so.
    fn drive(&mut self, may_receive: bool) {
        if let Some(waiting) = self.driver.transport_mut() {
            waiting.may_receive = may_receive;
        }
        loop {
            match self.driver.advance(Now::read()) {
                Progress::Done => break,
                Progress::Busy | Progress::Works(_) => {}
                Progress::Waits(_) => {
                    self.driver.expire_receiving();
                    self.driver.expire_sending();
                    self.driver.end_drain();
                }
            }
        }
        // What fails here fails again in the next transfer. The call has done what it was to do.
        let _ = self.flush_channel();
    }

    fn flush_channel(&mut self) -> io::Result<()> {
        self.driver.transport_mut().map_or(Ok(()), Waiting::flush)
    }
}

/// Programs that were written for TCP expect this kind from a channel that does not wait.
fn would_block(error: Error) -> io::Error {
    match error {
        Error::Timeout => io::Error::new(io::ErrorKind::WouldBlock, error),
        error => error.into(),
    }
}

impl<T: Channel, P: CryptoProvider> Read for HalfDuplex<T, P> {
    /// Reads from one record of application data. 0 is the clean end: the peer's close_notify.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        self.handshake()?;
        self.driver.start(Now::read(), Call::Read)?;
        self.drive(true);
        self.driver.take_read(buffer).unwrap_or(Err(NO_RESULT)).map_err(would_block)
    }
}

impl<T: Channel, P: CryptoProvider> Write for HalfDuplex<T, P> {
    /// Seals as much of `data` as the outbox has room for, and returns when the channel has it.
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        self.handshake()?;
        loop {
            self.driver.start_write(Now::read(), data)?;
            self.drive(false);
            match self.driver.take_write().unwrap_or(Err(NO_RESULT)).map_err(would_block)? {
                0 => {}
                accepted => return Ok(accepted),
            }
        }
    }

    /// Waits until the channel has everything that was written.
    fn flush(&mut self) -> io::Result<()> {
        if self.driver.unsent() > 0 && self.driver.connection().is_connected() {
            self.call(Call::Flush)?;
        }
        self.flush_channel()
    }
}

/// What a call says that ended without a result.
const NO_RESULT: Error = Error::Internal("a call without a result");

impl<T: Channel, P: CryptoProvider> Drop for HalfDuplex<T, P> {
    /// Transmits nothing: that could wait. To the peer the stream is truncated, unless it was
    /// closed.
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl<T: Channel, P: CryptoProvider> fmt::Debug for HalfDuplex<T, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("HalfDuplex").field("driver", &self.driver).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
