//! The calls of a stream, each within its limits: a handshake comes first where there was none.

use std::io;
use std::os::fd::AsFd;

use hyaline_model::table::CallResult;
use rustls_pki_types::UnixTime;

use super::deadline::{Deadline, Direction};
use super::drive::Limits;
use super::outcome::outcome;
use super::{Stream, transport};
use crate::crypto::CryptoProvider;
use crate::{Call, Error};

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Completes the handshake within the limits of the call that needs it, and within those of a
    /// read: it waits for the peer, whichever call does it.
    pub(super) fn connect(&mut self, limits: &mut Limits) -> Result<(), Error> {
        if self.connection.is_connected() {
            return Ok(());
        }
        let mut of_read = Deadline::of_call(self.reading, Direction::Receive);
        if let Some(socket) = &self.wire.socket {
            for deadline in [&mut limits.until, &mut of_read] {
                deadline.ask(|direction| transport::time(socket, direction));
            }
        }
        let of_call = limits.until;
        limits.until = of_call.or(of_read);
        self.connection.start(UnixTime::now(), Call::Handshake, &mut self.wire.outbox);
        let result = self.drive(limits)?;
        self.outcome(result)?;
        limits.until = of_call;
        Ok(())
    }

    pub(super) fn control(&mut self, call: Call) -> io::Result<()> {
        let mut limits = Limits::of_call(self.writing, Direction::Send);
        let done = self.control_within(call, &mut limits);
        limits.until.tell(done)
    }

    fn control_within(&mut self, call: Call, limits: &mut Limits) -> Result<(), Error> {
        self.connect(limits)?;
        self.connection.start(UnixTime::now(), call, &mut self.wire.outbox);
        let result = self.drive(limits)?;
        self.outcome(result)
    }

    /// Reads, into a buffer that is not empty: how many bytes; 0 is the clean end.
    pub(super) fn read_within(
        &mut self,
        buffer: &mut [u8],
        limits: &mut Limits,
    ) -> Result<usize, Error> {
        self.connect(limits)?;
        self.connection.start(UnixTime::now(), Call::Read, &mut self.wire.outbox);
        match self.drive(limits)? {
            CallResult::EndOfStream => return Ok(0),
            result => self.outcome(result)?,
        }
        let unread = self.input.plaintext(self.connection.unread());
        let count = unread.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), unread.get(..count)) {
            to.copy_from_slice(from);
        }
        self.connection.consume(count);
        Ok(count)
    }

    /// Writes, in one call or two: how much was accepted.
    pub(super) fn write_within(
        &mut self,
        data: &[u8],
        limits: &mut Limits,
    ) -> Result<usize, Error> {
        self.connect(limits)?;
        loop {
            let accepted =
                self.connection.start_write(UnixTime::now(), data, &mut self.wire.outbox);
            let result = self.drive(limits)?;
            match self.outcome(result) {
                // Earlier data, of a write that ran out of time, took all the room.
                Ok(()) if accepted == 0 && !data.is_empty() => {}
                Ok(()) => return Ok(accepted),
                Err(Error::Timeout) if accepted > 0 => return Ok(accepted),
                Err(error) => return Err(error),
            }
        }
    }

    pub(super) fn outcome(&self, result: CallResult) -> Result<(), Error> {
        outcome(result, self.connection.error(), self.wire.socket.is_some())
    }
}
