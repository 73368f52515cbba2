//! A stream in two halves: a [`Reader`] for one thread, a [`Writer`] for another.

mod buffered;
mod calls;
mod waits;

use std::fmt;
use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use hyaline_model::table::Notice;

use self::buffered::Copied;
use self::calls::Calls;
use super::Stream;
use super::deadline::{Deadline, Direction, Patience};
use super::system::{AsFd, Socket, ThreadWake};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::driver::Halves;
use crate::{EarlyData, EarlyDataOutcome, SenderCall};

/// The reading half of a [`Stream`].
///
/// Its reads never wait for the [`Writer`], nor for anything to be transmitted; while one waits for
/// input, it also transmits what the writer has left unsent. [`Stream::join`] makes both halves a
/// stream again, to be closed.
pub struct Reader<S: AsFd = TcpStream, P: CryptoProvider = DefaultProvider> {
    shared: Arc<Halves<Socket<S>, P>>,
    allowed: Patience,
    copied: Copied,
}

/// The writing half of a [`Stream`].
///
/// Its writes never wait for the [`Reader`]; while one waits for room and no read is pending, it
/// also receives, up to two records of application data, as a write of the whole stream does.
pub struct Writer<S: AsFd = TcpStream, P: CryptoProvider = DefaultProvider> {
    shared: Arc<Halves<Socket<S>, P>>,
    allowed: Patience,
}

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Splits the stream between a thread that reads and one that writes. Completes the handshake
    /// first, if that is not done.
    ///
    /// ```no_run
    /// # use std::io::{self, Read, Write};
    /// # use hyaline::blocking::Stream;
    /// # fn talk(stream: Stream) -> io::Result<()> {
    /// let (mut reader, mut writer) = stream.split()?;
    /// let reading = std::thread::spawn(move || {
    ///     let mut answer = Vec::new();
    ///     reader.read_to_end(&mut answer).map(|_| (reader, answer))
    /// });
    /// writer.write_all(&[7; 1 << 20])?;
    /// writer.half_close()?;
    /// let (reader, answer) = reading.join().expect("the reading thread does not panic")?;
    /// Stream::join(reader, writer)?.close()
    /// # }
    /// ```
    ///
    /// # Errors
    /// As [`handshake`](Self::handshake), after which the stream is dropped: where the peer is to
    /// learn surely why it failed, complete the handshake before, and [`close`](Self::close) the
    /// stream if it fails. [`Error::Closed`](crate::Error::Closed) inside for a stream that is
    /// closed. Errors of the system, which gives two descriptors for wakes: four on other Unix than
    /// Linux, and on Windows two completion ports.
    #[allow(clippy::type_complexity, reason = "two halves of one type are two halves")]
    pub fn split(mut self) -> io::Result<(Reader<S, P>, Writer<S, P>)> {
        self.handshake()?;
        let wakes = [ThreadWake::new()?, ThreadWake::new()?];
        let (reading, writing) = (self.reading, self.writing);
        let shared = Arc::new(Halves::split(self.driver, wakes)?);
        let writer = Writer { shared: Arc::clone(&shared), allowed: writing };
        Ok((Reader { shared, allowed: reading, copied: Copied::default() }, writer))
    }

    /// Makes two halves one stream again; [`close`](Self::close) it then.
    ///
    /// # Errors
    /// Gives the halves back if they are of different streams, or a call of one of them was left
    /// by a panic.
    pub fn join(reader: Reader<S, P>, writer: Writer<S, P>) -> Result<Self, JoinError<S, P>> {
        if !Arc::ptr_eq(&reader.shared, &writer.shared) || !reader.shared.is_idle() {
            return Err(JoinError(Box::new((reader, writer))));
        }
        let writing = writer.allowed;
        drop(writer);
        // What was copied is unread still.
        let Reader { shared, allowed: reading, .. } = reader;
        let again = |shared: Arc<Halves<Socket<S>, P>>| {
            let writer = Writer { shared: Arc::clone(&shared), allowed: writing };
            let reader = Reader { shared, allowed: reading, copied: Copied::default() };
            JoinError(Box::new((reader, writer)))
        };
        // Nobody else has a share: the writer's is dropped, and there are no more.
        let halves = Arc::try_unwrap(shared).map_err(again)?;
        let driver = halves.join().map_err(|halves| again(Arc::new(*halves)))?;
        Ok(Self { driver, reading, writing, worker: None, handshaking: false })
    }
}

impl<S: AsFd, P: CryptoProvider> Reader<S, P> {
    /// How long a read may take, instead of what the socket says; as [`Stream::set_read_timeout`].
    pub fn set_timeout(&mut self, time: Option<Duration>) {
        self.allowed.time = time;
    }

    /// Whether a signal ends a wait of this half's thread; as [`Stream::set_interruptible`].
    pub fn set_interruptible(&mut self, is_interruptible: bool) {
        self.allowed.is_interruptible = is_interruptible;
    }

    pub(super) fn reset_connection(&self) {
        reset(&self.shared);
    }

    /// What happened besides the reads, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.shared.poll_receive_notice()
    }

    /// What became of the early data of a client; as [`Stream::early_data_outcome`].
    #[must_use]
    pub fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.shared.early_data_outcome()
    }

    /// The early data of a client, on a server, where they were not taken before the stream was
    /// split: **they can be a replay**; as [`Stream::take_early_data`].
    pub fn take_early_data(&mut self) -> Option<EarlyData> {
        self.shared.take_early_data()
    }

    /// How many bytes the next read returns without receiving anything.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.shared.unread()
    }

    fn calls(&self) -> Calls<'_, Socket<S>, P> {
        Calls(&self.shared)
    }

    /// The socket.
    #[must_use]
    pub fn get_ref(&self) -> &S {
        self.shared.transport().get_ref()
    }
}

impl<S: AsFd, P: CryptoProvider> Writer<S, P> {
    /// How long a write or a flush may take, instead of what the socket says; as
    /// [`Stream::set_write_timeout`].
    pub fn set_timeout(&mut self, time: Option<Duration>) {
        self.allowed.time = time;
    }

    /// Whether a signal ends a wait of this half's thread; as [`Stream::set_interruptible`].
    pub fn set_interruptible(&mut self, is_interruptible: bool) {
        self.allowed.is_interruptible = is_interruptible;
    }

    pub(super) fn reset_connection(&self) {
        reset(&self.shared);
    }

    /// Ends our direction; as [`Stream::half_close`]. Does not wait for room: where there is none,
    /// close_notify stays here until a later call of either half, or the [`close`](Stream::close)
    /// after [`Stream::join`], transmits it. A read that waits does so, too.
    ///
    /// # Errors
    /// An [`Error`](crate::Error) is inside.
    pub fn half_close(&mut self) -> io::Result<()> {
        let deadline = Deadline::of_call(self.allowed, Direction::Send);
        deadline.tell(self.calls().control(SenderCall::HalfClose, deadline))
    }

    /// Updates the keys of both directions; as [`Stream::update_key`]. Does not wait for room:
    /// where there is none, the KeyUpdate stays here until a later call of either half transmits
    /// it. A read that waits does so, too.
    ///
    /// # Errors
    /// An [`Error`](crate::Error) is inside.
    pub fn update_key(&mut self) -> io::Result<()> {
        let deadline = Deadline::of_call(self.allowed, Direction::Send);
        deadline.tell(self.calls().control(SenderCall::UpdateKey, deadline))
    }

    /// What happened besides the calls, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.shared.poll_send_notice()
    }

    /// How many bytes, sealed, wait for the kernel to take them.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.shared.unsent()
    }

    fn calls(&self) -> Calls<'_, Socket<S>, P> {
        Calls(&self.shared)
    }

    /// The socket.
    #[must_use]
    pub fn get_ref(&self) -> &S {
        self.shared.transport().get_ref()
    }
}

/// Resets the connection of these halves.
fn reset<S: AsFd, P: CryptoProvider>(shared: &Halves<Socket<S>, P>) {
    shared.transport().reset_shared([shared.reader_wake(), shared.writer_wake()]);
}

impl<S: AsFd, P: CryptoProvider> Read for Reader<S, P> {
    /// As [`Stream`]'s: reads from one record of application data, 0 is the clean end.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        // A read takes what is lent, if something is.
        self.copied.forget();
        let deadline = Deadline::of_call(self.allowed, Direction::Receive);
        deadline.tell(self.calls().read(buffer, deadline))
    }
}

impl<S: AsFd, P: CryptoProvider> Write for Writer<S, P> {
    /// As [`Stream`]'s: returns when the kernel has the bytes.
    ///
    /// A reset that this thread meets is reported at once, as [`Error::Reset`](crate::Error::Reset)
    /// inside. What the peer had sent before it, an alert perhaps, the reader has to receive first:
    /// then later writes tell it too, and so does the close.
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        if data.is_empty() {
            return Ok(0);
        }
        let deadline = Deadline::of_call(self.allowed, Direction::Send);
        deadline.tell(self.calls().write(data, deadline))
    }

    /// As [`Stream`]'s.
    fn flush(&mut self) -> io::Result<()> {
        if self.unsent() == 0 {
            return Ok(());
        }
        let deadline = Deadline::of_call(self.allowed, Direction::Send);
        deadline.tell(self.calls().control(SenderCall::Flush, deadline))
    }
}

impl<S: AsFd, P: CryptoProvider> Drop for Writer<S, P> {
    /// Transmits what the kernel takes at once, and waits for nothing. No close_notify is sent:
    /// without a half-close or a close the peer finds the stream truncated.
    fn drop(&mut self) {
        self.shared.transmit_rest();
    }
}

/// Halves that cannot be joined.
pub struct JoinError<S: AsFd, P: CryptoProvider>(Box<(Reader<S, P>, Writer<S, P>)>);

impl<S: AsFd, P: CryptoProvider> JoinError<S, P> {
    /// The halves.
    #[must_use]
    pub fn into_halves(self) -> (Reader<S, P>, Writer<S, P>) {
        *self.0
    }
}

impl<S: AsFd, P: CryptoProvider> fmt::Display for JoinError<S, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("these halves are not of one stream, or a call of one never ended")
    }
}

impl<S: AsFd, P: CryptoProvider> fmt::Debug for JoinError<S, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("JoinError")
    }
}

impl<S: AsFd, P: CryptoProvider> std::error::Error for JoinError<S, P> {}

impl<S: AsFd, P: CryptoProvider> From<JoinError<S, P>> for io::Error {
    fn from(error: JoinError<S, P>) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error.to_string())
    }
}

impl<S: AsFd, P: CryptoProvider> fmt::Debug for Reader<S, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reader").finish_non_exhaustive()
    }
}

impl<S: AsFd, P: CryptoProvider> fmt::Debug for Writer<S, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}

// Each schedule begins with a clone of the same connection.
#[cfg(test)]
mod schedules;
#[cfg(test)]
mod tests;
