//! What the calls of a driver have come to, and what else there is to know of it.

use std::time::Duration;

use hyaline_model::table::{CallResult, Notice};

use super::drain::Budget;
use super::{Driver, Input, Transport, outcome};
use crate::connection::unread::Unread;
use crate::connection::{Readiness, UnknownWork, WorkDone};
use crate::crypto::CryptoProvider;
use crate::{Connection, EarlyData, EarlyDataOutcome, Error};

impl<T: Transport, P: CryptoProvider> Driver<T, P> {
    /// The result of the call that was pending, where one is made at a time; None while it is
    /// pending. Of a read and of a write [`take_read`](Self::take_read) and
    /// [`take_write`](Self::take_write) say more.
    pub fn take_result(&mut self) -> Option<Result<(), Error>> {
        let result = self.connection.take_result()?;
        Some(outcome(result, self.connection.error()))
    }

    /// The result of a handshake or a close that was pending; None while it is pending.
    pub fn take_receive_result(&mut self) -> Option<Result<(), Error>> {
        let result = self.connection.take_receive_result()?;
        Some(outcome(result, self.connection.error()))
    }

    /// The result of a sending call that was pending; None while it is pending.
    pub fn take_send_result(&mut self) -> Option<Result<(), Error>> {
        let result = self.connection.take_send_result()?;
        Some(outcome(result, self.connection.error()))
    }

    /// The result of a read that was pending: how many bytes were put into `buffer`, and 0 for the
    /// clean end, the peer's close_notify. None while it is pending. What does not fit comes with
    /// the next read; an empty buffer takes nothing.
    pub fn take_read(&mut self, buffer: &mut [u8]) -> Option<Result<usize, Error>> {
        let result = self.connection.take_receive_result()?;
        if result == CallResult::EndOfStream {
            return Some(Ok(0));
        }
        Some(outcome(result, self.connection.error()).map(|()| self.fill(buffer)))
    }

    fn fill(&mut self, buffer: &mut [u8]) -> usize {
        let unread = self.input.plaintext(self.connection.unread());
        let count = unread.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..count), unread.get(..count)) {
            to.copy_from_slice(from);
        }
        self.connection.consume(count);
        count
    }

    /// The result of a write that was pending: how many bytes it has taken. The transport has them,
    /// unless the write's time was over; then they go out with later calls. None while it is
    /// pending.
    ///
    /// Where that is 0, write again: what an earlier write had left took all the room, and is
    /// transmitted now.
    pub fn take_write(&mut self) -> Option<Result<usize, Error>> {
        Some(match (self.take_send_result()?, self.accepted) {
            (Err(Error::Timeout), accepted) if accepted > 0 => Ok(accepted),
            (result, accepted) => result.map(|()| accepted),
        })
    }

    pub(crate) const fn has_receive_result(&self) -> bool {
        self.connection.receiver.core.state.result.is_some()
    }

    pub(crate) const fn has_send_result(&self) -> bool {
        self.connection.sender.core.state.result.is_some()
    }

    /// On a client, before its handshake: see
    /// [`Connection::offer_early_data`](crate::Connection::offer_early_data).
    ///
    /// # Errors
    /// As that.
    pub fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error> {
        self.connection.offer_early_data(data)
    }

    /// What became of the early data of a client: see
    /// [`Connection::early_data_outcome`](crate::Connection::early_data_outcome).
    #[must_use]
    pub fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.connection.early_data_outcome()
    }

    /// The early data of a client, on a server, which may be a replay: see
    /// [`Connection::take_early_data`](crate::Connection::take_early_data).
    pub fn take_early_data(&mut self) -> Option<EarlyData> {
        self.connection.take_early_data()
    }

    /// Leaves work to the adapter from now on: [`advance`](Self::advance) hands it out.
    pub fn delegate_work(&mut self) {
        self.connection.delegate_work();
    }

    /// Answers work that was handed out.
    ///
    /// # Errors
    /// [`UnknownWork`] for the answer to another connection's work.
    pub fn handle_work(&mut self, done: WorkDone<P>) -> Result<(), UnknownWork> {
        self.connection.handle_work(done, &mut self.wire.outbox)
    }

    /// How long a close waits for the peer's end, and how many bytes it throws away meanwhile.
    /// [`CLOSE_TIME`](super::CLOSE_TIME) and [`CLOSE_BYTES`](super::CLOSE_BYTES) without this.
    pub fn set_close_budget(&mut self, time: Duration, bytes: usize) {
        self.budget = Budget { time, bytes };
    }

    /// Gives the transport back, at once and in whatever state it is. What was written and is not
    /// transmitted is lost, what was received and not read is thrown away, and calls that are
    /// pending fail as after a reset.
    pub fn abort(&mut self) -> Option<T> {
        self.wire.outbox.discard_everything();
        self.input = Input::default();
        self.connection.receiver.core.unread = Unread::default();
        // Lets pending calls try the transport again, so that they find it gone.
        self.connection.handle_ready(Readiness { receive: true, transmit: true });
        self.wire.transport.take()
    }

    /// The connection, with what was negotiated.
    #[must_use]
    pub const fn connection(&self) -> &Connection<P> {
        &self.connection
    }

    /// The transport. None when it is closed.
    #[must_use]
    pub const fn transport(&self) -> Option<&T> {
        self.wire.transport.as_ref()
    }

    /// The transport, to wait for it. None when it is closed.
    #[must_use]
    pub const fn transport_mut(&mut self) -> Option<&mut T> {
        self.wire.transport.as_mut()
    }

    /// What happened besides the calls, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.connection.poll_notice()
    }

    /// How many bytes the next read returns without receiving anything.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.connection.unread()
    }

    /// How many bytes, sealed, wait for the transport to take them. Any call transmits what there
    /// is room for; without a call nothing does.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.wire.outbox.bytes().len()
    }

    /// Gives back the memory of buffers that hold nothing. Waiting does so by itself; this is for
    /// connections that stay between two calls for long.
    pub fn release_memory(&mut self) {
        self.wire.outbox.release();
        if self.connection.unread() == 0 {
            self.input.release();
        }
    }
}
