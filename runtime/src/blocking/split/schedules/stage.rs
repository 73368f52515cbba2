//! What the programs run on: a client and a server that have completed their handshake, split.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use hyaline_model::table::{CallResult, Notice};
use rustls_pki_types::{ServerName, UnixTime};

use super::network::{End, Fault, connection};
use crate::blocking::deadline::Deadline;
use crate::blocking::split::calls::Calls;
use crate::blocking::split::waits::Waits;
use crate::connection::{Interest, SenderCall};
use crate::driver::{Halves, Input};
use crate::replay::deterministic::{Deterministic, SigningKey};
use crate::{Call, ClientConfig, Error, Outbox, ServerConfig};

/// A connection that can be cloned.
type Connection = crate::Connection<Deterministic>;

/// The application data of one record, in bytes, and how many bytes its record adds.
pub(super) const PIECE: usize = 4;
pub(super) const OVERHEAD: usize = 22;

/// The capacities of a connection: one record, and two. The record of a KeyUpdate is one byte
/// longer than one of `PIECE` bytes.
pub(super) const ONE: usize = PIECE + OVERHEAD + 1;
pub(super) const TWO: usize = 2 * ONE;

/// How much an end writes: more than the connection holds.
pub(super) const MUCH: usize = 6 * PIECE;

/// A deadline that has passed already: the call does not wait.
pub(super) fn at_once() -> Deadline {
    Deadline::after(Some(Duration::ZERO))
}

pub(super) fn never() -> Deadline {
    Deadline::after(None)
}

/// A client and a server that have completed their handshake.
pub(super) fn connected() -> &'static [Connection; 2] {
    static CONNECTED: OnceLock<[Connection; 2]> = OnceLock::new();
    CONNECTED.get_or_init(|| {
        let client = ClientConfig::builder_with_provider(Deterministic::new(1))
            .with_scripted_verdict(Ok(()))
            .with_no_client_auth();
        let server = ServerConfig::builder_with_provider(Deterministic::new(2))
            .with_no_client_auth()
            .with_scripted_identity(SigningKey::new([1; 32]));
        let name = ServerName::try_from("localhost").unwrap();
        let client = Connection::client(Arc::new(client), name).unwrap();
        let server = Connection::server(Arc::new(server.with_tickets(2).unwrap())).unwrap();
        let [mut client, mut server] = [client, server].map(|one| (one, Outbox::new()));
        for (connection, outbox) in [&mut client, &mut server] {
            connection.start(UnixTime::now(), Call::Handshake, outbox).unwrap();
        }
        while carry(&mut client, &mut server) | carry(&mut server, &mut client) {}
        [client, server].map(|(mut connection, _)| {
            assert_eq!(connection.take_result(), Some(CallResult::Ok));
            connection
        })
    })
}

/// Carries from the first to the second what is to be transmitted: whether there was something.
fn carry(from: &mut (Connection, Outbox), to: &mut (Connection, Outbox)) -> bool {
    let ((from, outbox), (to, reply)) = (from, to);
    let mut bytes = outbox.bytes().to_vec();
    from.handle_transmitted(bytes.len(), outbox);
    let any = !bytes.is_empty();
    while !bytes.is_empty() {
        let received = to.handle_input(UnixTime::now(), &mut bytes, reply);
        bytes.drain(..received.consumed);
    }
    any
}

/// A split stream, and its end of the connection.
pub(super) struct Split {
    pub(super) shared: Halves<End, Deterministic>,
    pub(super) end: End,
}

impl Split {
    fn new(connection: &Connection, end: End) -> Self {
        let (receiver, sender) = connection.clone().split().unwrap();
        let wakes = [end.new_wake(), end.new_wake()];
        let (receiving, sending) = ((receiver, Input::default()), (sender, Outbox::new()));
        let shared = Halves::new(end.clone(), receiving, sending, wakes);
        Self { shared, end }
    }

    pub(super) fn calls(&self) -> Calls<'_, End, Deterministic> {
        Calls(&self.shared)
    }

    /// Writes a part of the pattern, a piece at a time.
    pub(super) fn write(&self, count: usize) {
        for piece in pattern(count).chunks(PIECE) {
            assert_eq!(self.calls().write(piece, never()), Ok(piece.len()));
        }
    }

    /// Reads so much, which is to be the pattern.
    pub(super) fn read(&self, count: usize) {
        let mut received = vec![0; count];
        let mut filled = 0;
        while filled < count {
            let read = self.calls().read(&mut received[filled..], never()).unwrap();
            assert!(read > 0, "the end after {filled} bytes");
            filled += read;
        }
        assert_eq!(received, pattern(count));
    }

    /// Reads until that fails.
    pub(super) fn read_failure(&self) -> Error {
        loop {
            if let Err(error) = self.calls().read(&mut [0; PIECE], never()) {
                return error;
            }
        }
    }

    /// Writes until that fails.
    pub(super) fn write_failure(&self) -> Error {
        loop {
            if let Err(error) = self.calls().write(&[0; PIECE], never()) {
                return error;
            }
        }
    }

    pub(super) fn call(&self, call: SenderCall) {
        assert_eq!(self.calls().control(call, never()), Ok(()));
    }

    /// Transmits what is left, as a close does, when both threads are done.
    pub(super) fn transmit_rest(&self) {
        assert!(self.shared.is_idle(), "the halves can be joined");
        let wake = self.end.new_wake();
        let interest = Interest { transmit: true, ..Interest::default() };
        loop {
            self.shared.transmit_rest();
            if self.shared.unsent() == 0 {
                return;
            }
            let _ = self.end.wait(interest, &wake, None);
        }
    }

    /// Whether the peer has updated its keys, as far as anything has been received.
    pub(super) fn has_new_keys(&self) -> bool {
        std::iter::from_fn(|| self.shared.poll_receive_notice())
            .any(|notice| notice == Notice::PeerKeyUpdated)
    }
}

/// Bytes in which a lost, doubled or moved part shows.
pub(super) fn pattern(count: usize) -> Vec<u8> {
    (0..=250).cycle().take(count).collect()
}

/// How a program is run.
#[derive(Clone, Copy)]
pub(super) struct Setting {
    pub(super) capacity: usize,
    pub(super) fault: Option<Fault>,
}

impl Setting {
    /// A client and a server, both split.
    pub(super) fn both(self) -> [Split; 2] {
        let [first, second] = connection(self.capacity, self.fault);
        let [client, server] = connected();
        [Split::new(client, first), Split::new(server, second)]
    }

    /// A client, split, and the socket of its peer.
    pub(super) fn one(self) -> (Split, End) {
        let [first, second] = connection(self.capacity, self.fault);
        (Split::new(&connected()[0], first), second)
    }
}
