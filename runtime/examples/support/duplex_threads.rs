//! Standard input to the peer, and what the peer sends to standard output, both at once: with a
//! thread for each, where the system does not wait for standard input and a socket together.

use std::io::{self, IsTerminal, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use hyaline::blocking::{Reader, Stream, Writer};
use hyaline::crypto::CryptoProvider;

use crate::support::Failure;

/// How much of each direction is held at once, in bytes.
const HELD: usize = 1 << 14;

type Connected<P> = Stream<TcpStream, P>;

/// Where the writing half is: with the thread that reads standard input, until the peer has ended.
type Shared<P> = Arc<Mutex<Option<Writer<TcpStream, P>>>>;

/// Both directions.
pub(crate) struct Duplex {
    /// Our direction stays open at the end of standard input.
    keep_open: bool,
    /// What goes to the peer before standard input.
    first: Vec<u8>,
}

impl Duplex {
    /// To the peer goes `first` before standard input.
    pub(crate) fn new(keep_open: bool, first: Vec<u8>) -> Self {
        Self { keep_open, first }
    }

    /// Copies until both directions have ended, and gives the stream back where it can be closed.
    pub(crate) fn copy<P: CryptoProvider>(
        self,
        stream: Connected<P>,
    ) -> (Option<Connected<P>>, Result<(), Failure>) {
        let (mut reader, writer) = match stream.split() {
            Ok(halves) => halves,
            Err(error) => return (None, Err(error.into())),
        };
        let shared: Shared<P> = Arc::new(Mutex::new(Some(writer)));
        let sending = thread::spawn({
            let shared = Arc::clone(&shared);
            move || self.send(&shared)
        });
        let received = receive(&mut reader);
        // Who sits at standard input need not end it when the peer has ended. A peer that has not
        // ended in order takes nothing more.
        let sent = match received.is_ok() && !io::stdin().is_terminal() {
            true => sending.join().unwrap_or_else(|_| Err(io::Error::other("a thread failed"))),
            false => Ok(()),
        };
        let writer = shared.lock().unwrap_or_else(PoisonError::into_inner).take();
        let stream = writer.and_then(|writer| Stream::join(reader, writer).ok());
        (stream, received.and(sent.map_err(Failure::from)))
    }

    fn send<P: CryptoProvider>(self, shared: &Shared<P>) -> io::Result<()> {
        let with_writer = |send: &dyn Fn(&mut Writer<TcpStream, P>) -> io::Result<()>| {
            let mut writer = shared.lock().unwrap_or_else(PoisonError::into_inner);
            writer.as_mut().map_or(Ok(()), send)
        };
        with_writer(&|writer| writer.write_all(&self.first))?;
        let mut held = vec![0; HELD];
        loop {
            // The half is nobody's while this waits.
            let count = io::stdin().read(&mut held)?;
            let input = held.get(..count).unwrap_or_default();
            if !input.is_empty() {
                with_writer(&|writer| writer.write_all(input))?;
            } else if self.keep_open {
                return Ok(());
            } else {
                return with_writer(&Writer::half_close);
            }
        }
    }
}

/// Writes to standard output what the peer sends, until it ends.
fn receive<P: CryptoProvider>(reader: &mut Reader<TcpStream, P>) -> Result<(), Failure> {
    let mut stdout = io::stdout();
    let mut held = vec![0; HELD];
    loop {
        let count = reader.read(&mut held)?;
        if count == 0 {
            return Ok(());
        }
        let output = held.get(..count).unwrap_or_default();
        stdout
            .write_all(output)
            .and_then(|()| stdout.flush())
            .map_err(|error| format!("standard output cannot be written: {error}"))?;
    }
}
