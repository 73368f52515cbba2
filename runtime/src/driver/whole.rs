//! One connection over one transport, driven by whoever owns both.

use std::time::Instant;
use std::{fmt, io};

use super::drain::{Budget, Drain};
use super::lazy::Lazy;
use super::{Input, Now, Transport};
use crate::connection::{Call, Interest, Operation, Readiness, Work};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::{Connection, Error, HandedOver, NotAtRest, Outbox, Unrest};

/// How many operations one [`Driver::advance`] carries out at most: a peer that never pauses leaves
/// its adapter time to look at the clock, and other tasks their turn.
const OPERATIONS: usize = 64;

/// A connection, its transport, and the bytes between them.
///
/// Start a call, then [`advance`](Self::advance) until it is [`Progress::Done`], and take its
/// result. What the table orders meanwhile is carried out inside, in order: that nothing of it is
/// forgotten is the driver's duty, not the adapter's. The [module](super) has a whole adapter.
///
/// A read and a write may be pending at once. [`Tasks`](super::Tasks) is for tasks that do that.
pub struct Driver<T: Transport, P: CryptoProvider = DefaultProvider> {
    pub(crate) connection: Connection<P>,
    pub(crate) wire: Wire<T>,
    pub(crate) input: Input,
    /// How much of its data the last write has taken, in bytes.
    pub(super) accepted: usize,
    pub(crate) budget: Budget,
    /// What the pending close may still use up.
    drain: Option<Drain>,
    /// What the clocks said last.
    now: Option<Now>,
    /// Of a server that has no configuration yet.
    pub(super) lazy: Option<Box<Lazy<P>>>,
}

/// The transport, and what it has yet to transmit.
pub(crate) struct Wire<T: Transport> {
    pub(crate) outbox: Outbox,
    /// None when it is closed.
    pub(crate) transport: Option<T>,
}

impl<T: Transport> Drop for Wire<T> {
    /// Transmits what the transport takes at once, and waits for nothing. No close_notify is sent:
    /// to the peer the stream is truncated, unless it was closed.
    fn drop(&mut self) {
        if let Some(transport) = &mut self.transport
            && !self.outbox.is_empty()
        {
            let _ = transport.transmit(self.outbox.bytes());
        }
    }
}

/// What a [`Driver`] has come to.
#[derive(Debug)]
#[must_use = "it says what the adapter has to do next"]
pub enum Progress<P: CryptoProvider = DefaultProvider> {
    /// A pending call has its result: [`Driver::take_result`] and its like give it.
    Done,
    /// Nothing can be done before the transport is ready: wait, and then
    /// [say so](Driver::handle_ready).
    Waits(Wait),
    /// Work was begun that was to be [left](Driver::delegate_work) to the adapter.
    Works(Box<Work<P>>),
    /// More can be done at once. Look at the clock, give others a turn, and advance again.
    Busy,
}

/// What a driver waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What the transport has to become ready for. Nothing at all where no call is pending, or work
    /// is not answered.
    pub interest: Interest,
    /// The time at which to advance at the latest, whatever the transport does: a close that is
    /// pending may take no longer.
    pub until: Option<Instant>,
}

impl<T: Transport, P: CryptoProvider> Driver<T, P> {
    /// A connection at its beginning, over this transport. Nothing is sent yet.
    pub fn new(connection: Connection<P>, transport: T) -> Self {
        let wire = Wire { outbox: Outbox::new(), transport: Some(transport) };
        Self::of_parts(connection, wire, Input::default(), Budget::default())
    }

    pub(crate) const fn of_parts(
        connection: Connection<P>,
        wire: Wire<T>,
        input: Input,
        budget: Budget,
    ) -> Self {
        let (accepted, drain, now, lazy) = (0, None, None, None);
        Self { connection, wire, input, accepted, budget, drain, now, lazy }
    }

    /// The time for what is pending, by clocks that `read` reads. A handshake and a close need the
    /// time as it is now: certificates are judged in the one, and the other may last only so long.
    /// A connection on which tickets may still come or go needs it too, because both sides count
    /// the age of a ticket from then. For all else the time that was read last will do, so that
    /// other reads and writes do not read the clocks.
    pub(crate) fn now(&mut self, read: impl FnOnce(&Self) -> Now) -> Now {
        let Connection { receiver, sender, .. } = &self.connection;
        let dates_tickets = receiver.core.dates_tickets() || sender.core.dates_tickets();
        let is_connected = self.connection.is_connected();
        let heeds_time = self.drain.is_some() || !is_connected || dates_tickets;
        let now = match self.now {
            Some(now) if !heeds_time => now,
            _ => read(self),
        };
        self.now = Some(now);
        now
    }

    /// Starts a call that carries no data. It may be done at once, also without the transport, but
    /// advance in any case: what it has sealed is to be transmitted.
    ///
    /// # Errors
    /// As [`Connection::start`], and the call is not made. [`Error::Closed`] also when the
    /// transport is gone.
    pub fn start(&mut self, now: Now, call: Call) -> Result<(), Error> {
        if self.wire.transport.is_none() {
            return Err(Error::Closed);
        }
        self.connection.start(now.date, call, &mut self.wire.outbox)?;
        if call == Call::Close {
            self.drain = Some(Drain::new(now, self.budget));
        }
        Ok(())
    }

    /// Starts a write of as much of `data` as the outbox has room for; [`take_write`] says how much
    /// that was.
    ///
    /// [`take_write`]: Self::take_write
    ///
    /// # Errors
    /// As [`Connection::start_write`], and nothing is taken. [`Error::Closed`] also when the
    /// transport is gone.
    pub fn start_write(&mut self, now: Now, data: &[u8]) -> Result<(), Error> {
        if self.wire.transport.is_none() {
            return Err(Error::Closed);
        }
        self.accepted = self.connection.start_write(now.date, data, &mut self.wire.outbox)?;
        Ok(())
    }

    /// Carries out what the pending calls ask for, until one has its result or all wait for the
    /// transport. Never waits itself.
    pub fn advance(&mut self, now: Now) -> Progress<P> {
        let progress = self.carry_out(now);
        if !matches!(progress, Progress::Waits(_)) {
            return progress;
        }
        if self.has_receive_result() || self.has_send_result() {
            return Progress::Done;
        }
        self.release_memory();
        progress
    }

    /// As [`advance`](Self::advance), for a caller that looks at the results of both places itself,
    /// and itself gives memory back where calls wait.
    pub(crate) fn carry_out(&mut self, now: Now) -> Progress<P> {
        for _ in 0..OPERATIONS {
            self.narrow_drain(now);
            if self.hears(now) {
                return Progress::Waits(Wait { interest: Interest::default(), until: None });
            }
            match self.connection.poll_operation(&mut self.wire.outbox) {
                Operation::Transmit | Operation::Receive if self.has_drained_enough() => {
                    self.end_drain();
                }
                Operation::Transmit => self.transmit(),
                Operation::Receive => self.receive(now),
                Operation::ShutdownWrite => {
                    if let Some(transport) = &mut self.wire.transport {
                        transport.shutdown_write();
                    }
                }
                Operation::Close => self.wire.transport = None,
                Operation::Wait(interest) => {
                    if let Some(work) = self.connection.poll_work() {
                        return Progress::Works(Box::new(work));
                    }
                    if interest.budget
                        && self.drain.as_ref().is_some_and(|drain| drain.is_over(now))
                    {
                        self.end_drain();
                        continue;
                    }
                    let until = self.drain.as_ref().and_then(Drain::until);
                    return Progress::Waits(Wait { interest, until });
                }
            }
        }
        if self.drain.as_ref().is_some_and(|drain| drain.is_over(now)) {
            self.end_drain();
        }
        Progress::Busy
    }

    /// Reports what the transport is ready for, after waiting.
    pub fn handle_ready(&mut self, ready: Readiness) {
        self.connection.handle_ready(ready);
    }

    /// Reports that the transport could not be waited for, which ends the connection as a failed
    /// transfer does.
    pub fn handle_wait_error(&mut self, kind: io::ErrorKind) {
        self.connection.handle_receive_error(kind, &mut self.wire.outbox);
    }

    /// Ends the pending read or handshake because its time is over: it fails with
    /// [`Error::Timeout`], loses nothing, and may be made again. Nothing where none is pending.
    pub fn expire_receiving(&mut self) {
        self.connection.handle_receive_deadline(&mut self.wire.outbox);
    }

    /// Ends the pending sending call because its time is over. What a write has taken stays taken,
    /// and goes out with later calls. Nothing where none is pending.
    pub fn expire_sending(&mut self) {
        self.connection.handle_send_deadline(&mut self.wire.outbox);
    }

    /// Ends a pending close because its budget is spent, whatever is left of it.
    pub fn end_drain(&mut self) {
        self.drain = None;
        self.connection.handle_budget_expired(&mut self.wire.outbox);
    }

    /// Gives the transport back, and what protects the records of the connection, which goes on
    /// without this library: see [`Connection::hand_over`].
    ///
    /// # Errors
    /// As that; [`Unrest::Unopened`] also where bytes are received and not opened.
    pub fn hand_over(mut self) -> Result<(T, HandedOver<P>), NotAtRest<Box<Self>>> {
        self.give_over().map_err(|reason| NotAtRest::new(reason, Box::new(self)))
    }

    /// As [`hand_over`](Self::hand_over), for a caller that drops the driver afterwards.
    pub(crate) fn give_over(&mut self) -> Result<(T, HandedOver<P>), Unrest> {
        let secrets = self.connection.record_secrets(&self.wire.outbox)?;
        if !self.input.is_opened() {
            return Err(Unrest::Unopened);
        }
        let transport = self.wire.transport.take().ok_or(Unrest::Ended)?;
        Ok((transport, secrets))
    }

    fn has_drained_enough(&self) -> bool {
        self.drain.as_ref().is_some_and(Drain::is_used_up)
    }

    fn narrow_drain(&mut self, now: Now) {
        if let Some(drain) = &mut self.drain
            && self.connection.error().is_some_and(|error| error.alert().is_some())
        {
            drain.narrow(now);
        }
    }

    fn transmit(&mut self) {
        let transmitted = match &mut self.wire.transport {
            Some(transport) => transport.transmit(self.wire.outbox.bytes()),
            None => Err(io::ErrorKind::ConnectionReset.into()),
        };
        let (connection, outbox) = (&mut self.connection, &mut self.wire.outbox);
        match transmitted {
            Ok(0) => connection.handle_transmit_error(io::ErrorKind::WriteZero, outbox),
            Ok(count) => connection.handle_transmitted(count, outbox),
            Err(error) => match error.kind() {
                io::ErrorKind::WouldBlock => connection.handle_blocked(Operation::Transmit),
                io::ErrorKind::Interrupted => {}
                kind => connection.handle_transmit_error(kind, outbox),
            },
        }
    }

    /// Hands over a record that is there already, or receives more.
    fn receive(&mut self, now: Now) {
        if !self.input.may_hold_record() {
            let received = match &mut self.wire.transport {
                Some(transport) => {
                    let unread = self.connection.unread();
                    self.input.receive(unread, |bytes| transport.receive(bytes))
                }
                None => Err(io::ErrorKind::ConnectionReset.into()),
            };
            let (connection, outbox) = (&mut self.connection, &mut self.wire.outbox);
            match received {
                Ok(0) => return connection.handle_fin(outbox),
                Ok(count) => {
                    if let Some(drain) = &mut self.drain {
                        drain.use_up(count);
                    }
                    if let Some(lazy) = &mut self.lazy
                        && !lazy.keep(self.input.newest(count))
                    {
                        let kind = io::ErrorKind::OutOfMemory;
                        return connection.handle_receive_error(kind, outbox);
                    }
                }
                Err(error) => {
                    return match error.kind() {
                        io::ErrorKind::WouldBlock => connection.handle_blocked(Operation::Receive),
                        io::ErrorKind::Interrupted => {}
                        kind => connection.handle_receive_error(kind, outbox),
                    };
                }
            }
        }
        let outbox = &mut self.wire.outbox;
        let received = self.connection.handle_input(now.date, self.input.unopened(), outbox);
        self.input.handled(&received, self.connection.unread());
    }
}

impl<T: Transport, P: CryptoProvider> fmt::Debug for Driver<T, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Driver")
            .field("connection", &self.connection)
            .field("outbox", &self.wire.outbox)
            .field("is_closed", &self.wire.transport.is_none())
            .finish_non_exhaustive()
    }
}
