//! Our two ends with early data (RFC 9846 section 2.3).

use std::io::{Read, Write};
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use hyaline::blocking::Stream;
use hyaline::pki_types::{ServerName, UnixTime};
use hyaline::{ClientConfig, EarlyData, EarlyDataOutcome, ServerConfig, StrikeMemory};

use crate::sockets::{echo, patient, tiny_connection, tiny_listener};

/// What a server of ours has seen of one client.
#[derive(Debug, PartialEq, Eq)]
pub struct Visit {
    /// The client has resumed a session.
    pub resumed: bool,
    /// Its early data, where they were accepted.
    pub early_data: Option<Vec<u8>>,
}

/// A register of a server that has run since so long ago, so that it refuses no ticket of these
/// tests.
#[must_use]
pub fn old_register() -> Arc<StrikeMemory> {
    Arc::new(StrikeMemory::new(1 << 10, UnixTime::since_unix_epoch(Duration::ZERO)))
}

/// A register of a server that begins later than any client of these tests comes.
#[must_use]
pub fn young_register() -> Arc<StrikeMemory> {
    let later = UnixTime::now().as_secs() + 1000;
    Arc::new(StrikeMemory::new(1 << 10, UnixTime::since_unix_epoch(Duration::from_secs(later))))
}

/// A server that accepts so many bytes of early data.
#[must_use]
pub fn accepting(config: ServerConfig, most: u32) -> ServerConfig {
    config.with_strike_register(old_register()).with_max_early_data(most).unwrap()
}

/// Serves one client with each configuration, one after the other: sends the greeting, echoes what
/// it sends, and tells what it has seen.
#[must_use]
pub fn serve_each<const N: usize>(
    configs: [ServerConfig; N],
    greeting: &'static [u8],
) -> (u16, JoinHandle<[Visit; N]>) {
    let listener = tiny_listener();
    let port = listener.local_addr().unwrap().port();
    let serving = thread::spawn(move || {
        configs.map(|config| {
            let (socket, _) = listener.accept().unwrap();
            let mut stream = patient(Stream::server(config, socket).unwrap());
            stream.handshake().unwrap();
            stream.write_all(greeting).unwrap();
            let early_data = stream.take_early_data().map(EarlyData::into_replayable_bytes);
            echo(&mut stream).unwrap();
            let resumed = stream.connection().negotiated().is_resumed();
            stream.close().unwrap();
            Visit { resumed, early_data }
        })
    });
    (port, serving)
}

/// Has our client send early data, and then a line, which is answered so: what became of the early
/// data, and whether a session was resumed.
#[must_use]
pub fn ask(
    config: &ClientConfig,
    port: u16,
    early_data: &[u8],
    answer: &[u8],
) -> (EarlyDataOutcome, bool) {
    ask_while(config, port, early_data, answer, || {})
}

/// As [`ask`], and does something when the line is written, before the answer is read.
#[must_use]
pub fn ask_while(
    config: &ClientConfig,
    port: u16,
    early_data: &[u8],
    answer: &[u8],
    meanwhile: impl FnOnce(),
) -> (EarlyDataOutcome, bool) {
    let name = ServerName::try_from("localhost").unwrap();
    let stream = Stream::client(config.clone(), name, tiny_connection(port)).unwrap();
    let mut stream = patient(stream);
    stream.offer_early_data(early_data.to_vec()).unwrap();
    stream.write_all(b"line\n").unwrap();
    meanwhile();
    let mut received = vec![0; answer.len()];
    stream.read_exact(&mut received).unwrap();
    assert_eq!(received, answer);
    let outcome = stream.early_data_outcome();
    let resumed = stream.connection().negotiated().is_resumed();
    stream.close().unwrap();
    (outcome, resumed)
}
