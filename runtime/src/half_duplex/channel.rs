//! Channels: what a half-duplex stream can stand on in place of a socket.

use std::io::{self, Read, Write};
use std::net::TcpStream;

/// What can be read from and written to, both of which may wait.
///
/// A read of 0 bytes is the peer's end. A call in which reading or writing fails with
/// [`WouldBlock`](io::ErrorKind::WouldBlock), because it does not wait, or no longer, fails with
/// that, and may be made again.
pub trait Channel: Read + Write {
    /// Ends our direction: the peer reads its end behind what was written. Without that no peer
    /// knows when to close, and two ends that close would wait for each other.
    fn end_writing(&mut self);
}

impl Channel for TcpStream {
    fn end_writing(&mut self) {
        // Where the socket is broken, the next transfer says so.
        let _ = self.shutdown(std::net::Shutdown::Write);
    }
}

#[cfg(unix)]
impl Channel for std::os::unix::net::UnixStream {
    fn end_writing(&mut self) {
        let _ = self.shutdown(std::net::Shutdown::Write);
    }
}

/// Two pipes as one channel. The writing one is closed to end it.
///
/// ```
/// use std::io::{Read, Write, pipe};
///
/// use hyaline::half_duplex::{Channel, Pipes};
///
/// # fn main() -> std::io::Result<()> {
/// let (reader, writer) = pipe()?;
/// let mut loopback = Pipes::new(reader, writer);
/// loopback.write_all(b"heard")?;
/// loopback.end_writing();
/// let mut heard = Vec::new();
/// loopback.read_to_end(&mut heard)?;
/// assert_eq!(heard, b"heard");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Pipes<R, W> {
    reader: R,
    writer: Option<W>,
}

impl<R: Read, W: Write> Pipes<R, W> {
    /// A channel of these two pipes.
    pub const fn new(reader: R, writer: W) -> Self {
        Self { reader, writer: Some(writer) }
    }
}

impl<R: Read, W> Read for Pipes<R, W> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.reader.read(buffer)
    }
}

impl<R, W: Write> Write for Pipes<R, W> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.writer.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.write(data)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.as_mut().map_or(Ok(()), Write::flush)
    }
}

impl<R: Read, W: Write> Channel for Pipes<R, W> {
    fn end_writing(&mut self) {
        self.writer = None;
    }
}
