//! A client's stream of which the early data are the beginning.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use hyaline::blocking::Stream;
use hyaline::crypto::CryptoProvider;

/// Reads early data first, as they come, which may be a replay (RFC 9846 section 8), and then the
/// stream. What is written meanwhile answers them before the handshake is complete.
///
/// This is for programs that may do twice what they do, as this server may. To others early data
/// are another thing than what is read, and so they are to the library.
pub(crate) struct Input<'s, P: CryptoProvider> {
    early_data: Vec<u8>,
    /// How much of them is read.
    read: usize,
    /// How many bytes of early data have come in all.
    total: usize,
    /// More early data may come: the handshake is pending.
    may_come: bool,
    pub(crate) stream: &'s mut Stream<TcpStream, P>,
}

impl<'s, P: CryptoProvider> Input<'s, P> {
    /// Of a stream whose handshake has not begun.
    pub(crate) const fn of(stream: &'s mut Stream<TcpStream, P>) -> Self {
        Self { early_data: Vec::new(), read: 0, total: 0, may_come: true, stream }
    }

    // ANCHOR: early_data
    /// Waits for more early data, or for the end of the handshake.
    pub(crate) fn wait(&mut self) -> io::Result<()> {
        match self.stream.early_data()? {
            Some(data) => {
                (self.early_data, self.read) = (data.into_replayable_bytes(), 0);
                self.total += self.early_data.len();
            }
            None => self.may_come = false,
        }
        Ok(())
    }
    // ANCHOR_END: early_data

    /// Completes the handshake, whatever else comes in early data.
    pub(crate) fn complete(&mut self) -> io::Result<()> {
        while self.may_come {
            self.wait()?;
        }
        Ok(())
    }

    /// How many bytes of early data have come.
    pub(crate) const fn early_data(&self) -> usize {
        self.total
    }
}

impl<P: CryptoProvider> Read for Input<'_, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let mut rest = self.early_data.get(self.read..).unwrap_or_default();
            if !rest.is_empty() {
                let count = rest.read(buffer)?;
                self.read += count;
                return Ok(count);
            }
            if !self.may_come {
                return self.stream.read(buffer);
            }
            self.wait()?;
        }
    }
}

impl<P: CryptoProvider> Write for Input<'_, P> {
    fn write(&mut self, data: &[u8]) -> io::Result<usize> {
        self.stream.write(data)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}
