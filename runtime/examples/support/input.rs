//! A client's stream of which the early data are the beginning.

use std::io::{self, Read, Write};
use std::net::TcpStream;

use hyaline::EarlyData;
use hyaline::blocking::Stream;
use hyaline::crypto::CryptoProvider;

/// Reads early data first, which may be a replay (RFC 9846 section 8), and then the stream.
///
/// This is for programs that may do twice what they do, as this server may. To others early data
/// are another thing than what is read, and so they are to the library.
pub(crate) struct Input<'s, P: CryptoProvider> {
    early_data: Vec<u8>,
    /// How much of them is read.
    read: usize,
    pub(crate) stream: &'s mut Stream<TcpStream, P>,
}

impl<'s, P: CryptoProvider> Input<'s, P> {
    // ANCHOR: of
    /// Of a stream whose handshake is complete, so that all early data have come.
    pub(crate) fn of(stream: &'s mut Stream<TcpStream, P>) -> Self {
        let early_data = stream.take_early_data();
        let early_data = early_data.map(EarlyData::into_replayable_bytes).unwrap_or_default();
        Self { early_data, read: 0, stream }
    }
    // ANCHOR_END: of

    /// How many bytes of early data there were.
    pub(crate) fn early_data(&self) -> usize {
        self.early_data.len()
    }
}

impl<P: CryptoProvider> Read for Input<'_, P> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut rest = self.early_data.get(self.read..).unwrap_or_default();
        if rest.is_empty() {
            return self.stream.read(buffer);
        }
        let count = rest.read(buffer)?;
        self.read += count;
        Ok(count)
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
