//! The loop that every call runs: it carries out the connection's operations, waits where there are
//! none, and decides nothing.

use std::io;
use std::os::fd::AsFd;
use std::time::Duration;

use hyaline_model::table::CallResult;
use rustls_pki_types::UnixTime;

use super::deadline::{Deadline, Direction, Patience};
use super::transport::{self, Stopped};
use super::{ALERT_BYTES, ALERT_TIME, Stream};
use crate::Error;
use crate::connection::{Interest, Operation};
use crate::crypto::CryptoProvider;

/// How many transfers a call may still make after its time is up, so that a call with no time at
/// all moves what needs no waiting, and a peer that never pauses cannot hold it.
const LATE_TRANSFERS: u32 = 64;

/// How long a call may take, and what happens then.
pub(super) struct Limits {
    pub(super) until: Deadline,
    /// How many bytes may still be received.
    bytes: Option<usize>,
    late_transfers: u32,
    over: Over,
    /// A fatal alert of ours has made less of a budget.
    narrowed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Over {
    /// The call ends.
    Deadline,
    /// The draining ends.
    Budget,
    /// It has happened.
    Past,
}

impl Limits {
    /// An absolute deadline for one call.
    pub(super) fn of_call(allowed: Patience, direction: Direction) -> Self {
        Self::new(Deadline::of_call(allowed, direction), None, Over::Deadline)
    }

    /// The time and the bytes that a close drains at most.
    pub(super) fn budget(time: Duration, bytes: usize) -> Self {
        Self::new(Deadline::after(Some(time)), Some(bytes), Over::Budget)
    }

    fn new(until: Deadline, bytes: Option<usize>, over: Over) -> Self {
        Self { until, bytes, late_transfers: LATE_TRANSFERS, over, narrowed: false }
    }

    /// Gives less to the end of a peer to whom a fatal alert of ours has gone.
    fn narrow(&mut self) {
        if self.over == Over::Budget && !self.narrowed {
            self.narrowed = true;
            self.until = self.until.or_after(ALERT_TIME);
            self.bytes = self.bytes.map(|left| left.min(ALERT_BYTES));
        }
    }

    /// Whether another transfer may be made.
    fn allow_transfer(&mut self) -> bool {
        if self.bytes == Some(0) {
            return false;
        }
        if !self.until.is_over() {
            return true;
        }
        match self.late_transfers.checked_sub(1) {
            Some(left) => {
                self.late_transfers = left;
                true
            }
            None => false,
        }
    }
}

impl<S: AsFd, P: CryptoProvider> Stream<S, P> {
    /// Carries out operations until the pending call has its result.
    pub(super) fn drive(&mut self, limits: &mut Limits) -> Result<CallResult, Error> {
        loop {
            if self.connection.error().is_some_and(|error| error.alert().is_some()) {
                limits.narrow();
            }
            match self.connection.poll_operation(UnixTime::now(), &mut self.wire.outbox) {
                Operation::Transmit | Operation::Receive if !limits.allow_transfer() => {
                    self.end(limits)?;
                }
                Operation::Transmit => self.transmit()?,
                Operation::Receive => self.receive(limits)?,
                Operation::ShutdownWrite => transport::shutdown_write(self.open_socket()?),
                Operation::Close => self.wire.socket = None,
                Operation::Wait(interest) => {
                    if let Some(result) = self.connection.take_result() {
                        return Ok(result);
                    }
                    self.wait(interest, limits)?;
                }
            }
        }
    }

    fn open_socket(&self) -> Result<&S, Error> {
        self.wire.socket.as_ref().ok_or(Error::NotConnected)
    }

    fn transmit(&mut self) -> Result<(), Error> {
        let transmitted = transport::transmit(self.open_socket()?, self.wire.outbox.bytes());
        let (now, outbox) = (UnixTime::now(), &mut self.wire.outbox);
        match transmitted {
            Ok(count) => self.connection.handle_transmitted(now, count, outbox),
            Err(Stopped::Blocked) => self.connection.handle_blocked(Operation::Transmit),
            Err(Stopped::Interrupted) => {}
            Err(Stopped::Failed(kind)) => self.connection.handle_transmit_error(now, kind, outbox),
        }
        Ok(())
    }

    /// Hands over a record that is there already, or receives more.
    fn receive(&mut self, limits: &mut Limits) -> Result<(), Error> {
        if !self.input.may_hold_record() {
            let socket = self.wire.socket.as_ref().ok_or(Error::NotConnected)?;
            match transport::receive(socket, self.input.space(self.connection.unread())) {
                Ok(0) => {
                    self.connection.handle_fin(UnixTime::now(), &mut self.wire.outbox);
                    return Ok(());
                }
                Ok(count) => {
                    limits.bytes = limits.bytes.map(|left| left.saturating_sub(count));
                }
                Err(Stopped::Blocked) => {
                    self.connection.handle_blocked(Operation::Receive);
                    return Ok(());
                }
                Err(Stopped::Interrupted) => return Ok(()),
                Err(Stopped::Failed(kind)) => {
                    self.receive_failed(kind);
                    return Ok(());
                }
            }
        }
        let unopened = self.input.unopened();
        let received =
            self.connection.handle_input(UnixTime::now(), unopened, &mut self.wire.outbox);
        self.input.handled(&received, self.connection.unread());
        Ok(())
    }

    fn receive_failed(&mut self, kind: io::ErrorKind) {
        self.connection.handle_receive_error(UnixTime::now(), kind, &mut self.wire.outbox);
    }

    /// Waits for what the connection is interested in. Meanwhile an idle connection holds no
    /// buffers.
    fn wait(&mut self, interest: Interest, limits: &mut Limits) -> Result<(), Error> {
        if interest == Interest::default() {
            return Err(Error::Internal("a call waits for nothing"));
        }
        let socket = self.open_socket()?;
        let left = limits.until.left(|direction| transport::time(socket, direction));
        if left == Some(Duration::ZERO) {
            return self.end(limits);
        }
        self.release_memory();
        match transport::wait(self.open_socket()?, interest, left) {
            Ok(ready) => self.connection.handle_ready(ready),
            Err(Stopped::Blocked) => {}
            Err(Stopped::Interrupted) => limits.until.interrupt(),
            Err(Stopped::Failed(kind)) => self.receive_failed(kind),
        }
        Ok(())
    }

    /// Reports that the limits are reached, which ends the call.
    fn end(&mut self, limits: &mut Limits) -> Result<(), Error> {
        let (now, outbox) = (UnixTime::now(), &mut self.wire.outbox);
        match limits.over {
            Over::Deadline => self.connection.handle_deadline(now, outbox),
            Over::Budget => self.connection.handle_budget_expired(now, outbox),
            Over::Past => return Err(Error::Internal("a call outlives its time")),
        }
        limits.over = Over::Past;
        Ok(())
    }
}
