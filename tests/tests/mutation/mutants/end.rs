//! One end of a conversation: a real connection, and the application and the transport around it.

use std::time::Duration;

use hyaline_model::table::Row;
use hyaline_replay::pki_types::UnixTime;
use hyaline_replay::replay::Deterministic;
use hyaline_replay::{
    APPLICATION_ALLOWANCE, Call, CallResult, Connection, ContentType, Error, Operation, Outbox,
    Readiness,
};

/// The clock of all conversations stands still, within the validity of the certificates.
pub(crate) const NOW: UnixTime = UnixTime::since_unix_epoch(Duration::from_secs(1_800_000_000));

/// What an outbox may hold besides application data: a flight with a chain of one certificate, two
/// tickets, and one of each of what else may be owed, in bytes.
pub(crate) const CONTROL_AT_MOST: usize = 1400;

/// What a joiner may hold, in bytes: the longest handshake message that is let through, a
/// ClientHello of all that its syntax allows (`docs/limits.md`), with its header.
pub(crate) const JOINED_AT_MOST: usize = 131_396 + 4;

/// What the application writes.
const DATA: &[u8] = b"application data";

/// What protection adds to a record: header, inner content type and tag, in bytes.
const EXPANSION: usize = 22;

/// The length of a record's header, in bytes.
const HEADER_LENGTH: usize = 5;

/// What an application begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Begins {
    /// A write of some data.
    Write,
    /// Another call.
    Call(Call),
}

/// A connection, and what surrounds it.
#[derive(Clone)]
pub(crate) struct End {
    /// The connection.
    pub(crate) connection: Connection<Deterministic>,
    /// Its outbox.
    pub(crate) outbox: Outbox,
    /// The transport takes nothing.
    pub(crate) is_blocked: bool,
    /// The transport was told to close.
    pub(crate) is_closed: bool,
    /// The results of the calls since they were taken last.
    pub(crate) results: Vec<CallResult>,
    /// How many bytes have arrived.
    pub(crate) arrived: usize,
    data: usize,
    /// How many bytes of application data records were sealed.
    sealed: usize,
}

impl End {
    /// An end that has done nothing yet.
    #[must_use]
    pub(crate) fn new(connection: Connection<Deterministic>) -> Self {
        Self {
            connection,
            outbox: Outbox::new(),
            is_blocked: false,
            is_closed: false,
            results: Vec::new(),
            arrived: 0,
            data: 0,
            sealed: 0,
        }
    }

    /// Begins a call. One that is pending runs out of time. A call that is refused has failed.
    pub(crate) fn begin(&mut self, call: Begins) {
        if !self.connection.is_idle() {
            self.connection.handle_deadline(&mut self.outbox);
            self.drive(&mut |_| ());
        }
        let begun = match call {
            Begins::Write => self.connection.start_write(NOW, DATA, &mut self.outbox),
            Begins::Call(call) => self.connection.start(NOW, call, &mut self.outbox).map(|()| 0),
        };
        match begun {
            Ok(accepted) if accepted > 0 => self.sealed += accepted + EXPANSION,
            Ok(_) => {}
            Err(_) => self.results.push(CallResult::Error),
        }
    }

    /// Carries out what the connection asks for. True if it wants to receive.
    pub(crate) fn drive(&mut self, transmit: &mut dyn FnMut(&[u8])) -> bool {
        loop {
            if let Some(result) = self.connection.take_result() {
                self.results.push(result);
            }
            match self.connection.poll_operation(&mut self.outbox) {
                Operation::Transmit if self.is_blocked => {
                    self.connection.handle_blocked(Operation::Transmit);
                }
                Operation::Transmit => {
                    transmit(self.outbox.bytes());
                    let count = self.outbox.bytes().len();
                    self.connection.handle_transmitted(count, &mut self.outbox);
                }
                Operation::Receive => return true,
                Operation::ShutdownWrite => {}
                Operation::Close => self.is_closed = true,
                Operation::Wait(_) => {
                    self.connection.handle_ready(Readiness { receive: true, transmit: true });
                    if let Some(result) = self.connection.take_result() {
                        self.results.push(result);
                    }
                    return false;
                }
            }
        }
    }

    /// Hands over received bytes and returns how many are done with. The application takes what it
    /// gets.
    ///
    /// # Errors
    /// Application data came before the handshake was complete.
    pub(crate) fn receive(&mut self, input: &mut [u8]) -> Result<usize, String> {
        let was_connected = self.connection.is_connected();
        let received = self.connection.handle_input(NOW, input, &mut self.outbox);
        self.arrived += received.consumed;
        if !received.data.is_empty() && !was_connected {
            return Err("application data before the handshake was complete".to_owned());
        }
        self.connection.consume(received.data.len());
        self.data += received.data.len();
        Ok(received.consumed)
    }

    /// How many bytes of application data came since the last call.
    pub(crate) fn take_data(&mut self) -> usize {
        std::mem::take(&mut self.data)
    }

    /// The rows that fired since the last call.
    pub(crate) fn take_rows(&mut self) -> Vec<&'static Row> {
        while self.connection.poll_notice().is_some() {}
        self.connection.take_rows()
    }

    /// Whether everything is as bounded as it must be, whatever the peer has done.
    ///
    /// # Errors
    /// What is not as bounded as it must be.
    pub(crate) fn check(&self) -> Result<(), String> {
        let waiting = self.outbox.bytes().len();
        if waiting > CONTROL_AT_MOST + self.sealed.min(APPLICATION_ALLOWANCE) {
            return Err(format!("{waiting} bytes in the outbox"));
        }
        let held = self.connection.held();
        if held > JOINED_AT_MOST || held > self.arrived {
            return Err(format!("the joiner holds {held} of {} bytes", self.arrived));
        }
        match self.connection.error() {
            // Only a mistake of ours can cause these errors.
            Some(error @ (Error::Internal(_) | Error::SigningFailed | Error::NoRandomness)) => {
                Err(error.to_string())
            }
            _ => Ok(()),
        }
    }
}

/// Cuts off the first whole record.
pub(crate) fn take_record(bytes: &mut Vec<u8>) -> Option<Vec<u8>> {
    let [_, _, _, high, low] = *bytes.first_chunk::<HEADER_LENGTH>()?;
    let whole = HEADER_LENGTH + usize::from(u16::from_be_bytes([high, low]));
    (bytes.len() >= whole).then(|| bytes.drain(..whole).collect())
}

/// A record in the clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Plain {
    /// The type of its content.
    pub(crate) content_type: ContentType,
    /// Its content.
    pub(crate) content: Vec<u8>,
}
