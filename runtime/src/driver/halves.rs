//! A connection whose halves have a caller each: a thread that reads and one that writes, or two
//! tasks.
//!
//! Two cells, each behind a lock of its own: the receiving half with the input, and the sending
//! half with the outbox. A lock is held for turns and for transfers that do not wait, never across
//! a wait; whoever needs both takes the receiving one first.
//!
//! *Wakes.* A caller that goes to sleep says in the sending cell what it waits for. Who changes
//! that, while it holds the same lock, wakes it: so no wake is lost. A writer is woken when its
//! call is done, or has failed and waits for room no longer, and when the reader has gone idle,
//! because then a pending write receives. A reader is woken when the sending half has a letter for
//! it, and when a writer leaves with something unsent, which the reader transmits then.

mod carry;

use std::{fmt, io};

use hyaline_model::table::{CallResult, Notice};

use super::drain::Budget;
use super::shared::{Cause, Lock, SharedTransport, Wake};
use super::{Driver, Input, Now, Transport, Wire, outcome};
use crate::connection::{Interest, Operation, Receiver, Sender, SenderCall};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::{Connection, EarlyData, EarlyDataOutcome, Error, Outbox};

/// The receiving half, and the bytes that it has received.
pub(crate) struct Receiving<P: CryptoProvider> {
    pub(crate) receiver: Receiver<P>,
    input: Input,
    /// The reading caller has said that it waits.
    has_slept: bool,
}

/// The sending half, the bytes that it has sealed, and who sleeps.
pub(crate) struct Sending<P: CryptoProvider> {
    pub(crate) sender: Sender<P>,
    pub(crate) outbox: Outbox,
    /// How much of its data the last write has taken, in bytes.
    accepted: usize,
    /// What the reading caller waits for, if it waits.
    reader_sleeps: Option<Interest>,
    /// What the writing caller waits for, if it waits.
    writer_sleeps: Option<Interest>,
}

/// Both halves of a connection, for a caller that reads and one that writes.
///
/// A call is begun by `start_…` and goes on with each `poll_…`, which says whether it is done or
/// waits. A caller that waits does so for the transport and for its own wake (each of the two
/// callers has one), and then polls again. Letters between the halves, and who is to be woken for
/// what, are taken care of inside. [`blocking::Reader`](crate::blocking::Reader) and
/// [`blocking::Writer`](crate::blocking::Writer) are two such callers.
///
/// Each caller's own calls must come one after the other; the two callers need not agree about
/// anything.
pub struct Halves<T: SharedTransport, P: CryptoProvider = DefaultProvider> {
    pub(crate) receiving: T::Lock<Receiving<P>>,
    pub(crate) sending: T::Lock<Sending<P>>,
    reader_wake: T::Wake,
    writer_wake: T::Wake,
    budget: Budget,
    /// Last, so that it is dropped last: a wake may hold on to it.
    pub(crate) transport: T,
}

/// What has become of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a call goes on when it is polled again"]
pub enum Polled<R> {
    /// It is done.
    Done(R),
    /// It waits until the transport is ready for one of these, or its caller is woken.
    Waits(Interest),
}

impl<T: SharedTransport, P: CryptoProvider> Halves<T, P> {
    /// The halves of a connection at rest, with the wakes of the reading and the writing caller.
    ///
    /// # Errors
    /// [`Error::Closed`], where the driver is; [`Error::NotConnected`], where its handshake is not
    /// complete or a call is pending. The driver is dropped then.
    pub fn split(driver: Driver<T, P>, wakes: [T::Wake; 2]) -> Result<Self, Error>
    where
        T: Transport,
    {
        let budget = driver.budget;
        let Driver { connection, mut wire, input, .. } = driver;
        let transport = wire.transport.take().ok_or(Error::Closed)?;
        let (receiver, sender) = connection.split().map_err(|_| Error::NotConnected)?;
        let outbox = std::mem::take(&mut wire.outbox);
        Ok(Self { budget, ..Self::new(transport, (receiver, input), (sender, outbox), wakes) })
    }

    pub(crate) fn new(
        transport: T,
        (receiver, input): (Receiver<P>, Input),
        (sender, outbox): (Sender<P>, Outbox),
        [reader_wake, writer_wake]: [T::Wake; 2],
    ) -> Self {
        let receiving = Receiving { receiver, input, has_slept: false };
        let sending =
            Sending { sender, outbox, accepted: 0, reader_sleeps: None, writer_sleeps: None };
        Self {
            receiving: T::Lock::new(receiving),
            sending: T::Lock::new(sending),
            reader_wake,
            writer_wake,
            budget: Budget::default(),
            transport,
        }
    }

    /// Makes the connection whole again, to be closed.
    ///
    /// # Errors
    /// Gives the halves back, if a call of one of them is pending.
    pub fn join(self) -> Result<Driver<T, P>, Box<Self>>
    where
        T: Transport,
    {
        if !self.is_idle() {
            return Err(Box::new(self));
        }
        let Receiving { receiver, input, .. } = self.receiving.into_value();
        let Sending { sender, outbox, .. } = self.sending.into_value();
        let wire = Wire { outbox, transport: Some(self.transport) };
        let connection = Connection::of_halves(receiver, sender);
        Ok(Driver::of_parts(connection, wire, input, self.budget))
    }

    /// Whether neither half has a call pending, nor a letter waits.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        let receiving = self.receiving.acquire();
        let sending = self.sending.acquire();
        let (receiver, sender) = (&receiving.receiver, &sending.sender);
        receiver.is_idle() && sender.is_idle() && !receiver.has_mail() && !sender.has_mail()
    }

    /// Starts a read.
    ///
    /// # Errors
    /// [`Error::CallPending`] while another one is pending, which goes on.
    pub fn start_read(&self) -> Result<(), Error> {
        self.receiving.acquire().receiver.start_read()
    }

    /// Goes on with a read. Done with how many bytes it has put into `buffer`, and 0 for the clean
    /// end, or with why it has failed.
    pub fn poll_read(&self, buffer: &mut [u8]) -> Polled<Result<usize, Error>> {
        self.poll_reading(|receiving, result| receiving.give(result, buffer))
    }

    /// The same for a caller that looks before it takes: puts a copy of what the read is given
    /// behind what stands in `copy`, and nothing for the clean end. It stays unread until it is
    /// [consumed](Self::consume), and the next read of either kind is given what is left.
    ///
    /// It cannot be lent where it was opened, as [`Driver::lent`] does: the writing caller receives
    /// into the same memory.
    pub fn poll_copy(&self, copy: &mut Vec<u8>) -> Polled<Result<(), Error>> {
        self.poll_reading(|receiving, result| receiving.copy(result, copy))
    }

    /// Takes so many bytes of what the last read was given, or all of that.
    pub fn consume(&self, count: usize) {
        let mut receiving = self.receiving.acquire();
        if receiving.receiver.core.state.result.is_none() {
            receiving.receiver.consume(count);
            // Where that makes room for a record, a pending write receives from now on.
            self.leave_reading(&mut receiving);
        }
    }

    fn poll_reading<R>(&self, give: impl FnOnce(&mut Receiving<P>, CallResult) -> R) -> Polled<R> {
        let mut receiving = self.receiving.acquire();
        if std::mem::take(&mut receiving.has_slept) {
            self.sending.acquire().reader_sleeps = None;
        }
        loop {
            self.receive(&mut receiving);
            if let Some(result) = receiving.receiver.take_result() {
                let read = give(&mut receiving, result);
                self.leave_reading(&mut receiving);
                return Polled::Done(read);
            }
            if let Some(interest) = self.go_to_sleep(&mut receiving) {
                return Polled::Waits(interest);
            }
        }
    }

    /// Ends the pending read because its time is over; the next poll says so.
    pub fn expire_read(&self) {
        self.receiving.acquire().receiver.handle_deadline();
    }

    /// Starts a write of as much of `data` as there is room for.
    ///
    /// # Errors
    /// As [`Sender::start_write`], and nothing is taken.
    pub fn start_write(&self, data: &[u8]) -> Result<(), Error> {
        let mut sending = self.sending.acquire();
        let Sending { sender, outbox, accepted, .. } = &mut *sending;
        if sender.core.dates_tickets() {
            sender.core.date_tickets(Now::read().date);
        }
        *accepted = sender.start_write(data, outbox)?;
        self.transmit(&mut sending);
        Ok(())
    }

    /// Goes on with a write. Done with how many bytes it has taken. Where that is 0, write again:
    /// what an earlier write had left took all the room, and is transmitted now.
    pub fn poll_write(&self) -> Polled<Result<usize, Error>> {
        let done = match self.poll_control() {
            Polled::Done(done) => done,
            Polled::Waits(interest) => return Polled::Waits(interest),
        };
        let accepted = self.sending.acquire().accepted;
        Polled::Done(match done {
            Err(Error::Timeout) if accepted > 0 => Ok(accepted),
            done => done.map(|()| accepted),
        })
    }

    /// Starts a sending call that carries no data.
    ///
    /// # Errors
    /// As [`Sender::start`], and the call is not made.
    pub fn start(&self, call: SenderCall) -> Result<(), Error> {
        let mut sending = self.sending.acquire();
        let Sending { sender, outbox, .. } = &mut *sending;
        sender.start(call, outbox)?;
        self.transmit(&mut sending);
        Ok(())
    }

    /// Goes on with a sending call that carries no data.
    pub fn poll_control(&self) -> Polled<Result<(), Error>> {
        {
            let mut sending = self.sending.acquire();
            sending.writer_sleeps = None;
            if let Some(sent) = self.leave_writing(&mut sending) {
                return Polled::Done(sent);
            }
        }
        let mut receiving = self.receiving.acquire();
        let receives = receiving.receiver.is_idle();
        if receives {
            self.receive(&mut receiving);
        }
        let mut sending = self.sending.acquire();
        self.advance(&mut receiving, &mut sending);
        if let Some(sent) = self.leave_writing(&mut sending) {
            return Polled::Done(sent);
        }
        let receive = receives && receiving.receiver.wants_to_receive();
        let transmit = !sending.outbox.is_empty();
        let interest = Interest { receive, transmit, budget: false };
        sending.writer_sleeps = Some(interest);
        Polled::Waits(interest)
    }

    /// Ends the pending sending call because its time is over; the next poll says so.
    pub fn expire_send(&self) {
        let mut sending = self.sending.acquire();
        let Sending { sender, outbox, .. } = &mut *sending;
        sender.handle_deadline(outbox);
    }

    /// The transport.
    #[must_use]
    pub const fn transport(&self) -> &T {
        &self.transport
    }

    /// The wake of the reading caller.
    #[must_use]
    pub const fn reader_wake(&self) -> &T::Wake {
        &self.reader_wake
    }

    /// The wake of the writing caller.
    #[must_use]
    pub const fn writer_wake(&self) -> &T::Wake {
        &self.writer_wake
    }

    /// What happened besides the reads, oldest first.
    pub fn poll_receive_notice(&self) -> Option<Notice> {
        self.receiving.acquire().receiver.poll_notice()
    }

    /// What happened besides the sending calls, oldest first.
    pub fn poll_send_notice(&self) -> Option<Notice> {
        self.sending.acquire().sender.poll_notice()
    }

    /// What became of the early data of a client: see
    /// [`Connection::early_data_outcome`].
    #[must_use]
    pub fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.receiving.acquire().receiver.early_data_outcome()
    }

    /// The early data of a client, on a server, which may be a replay: see
    /// [`Connection::take_early_data`].
    pub fn take_early_data(&self) -> Option<EarlyData> {
        self.receiving.acquire().receiver.take_early_data()
    }

    /// How many bytes the next read returns without receiving anything.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.receiving.acquire().receiver.unread()
    }

    /// How many bytes, sealed, wait for the transport to take them.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.sending.acquire().outbox.bytes().len()
    }

    /// Transmits what there is room for, without a call: what a caller does that leaves.
    pub fn transmit_rest(&self) {
        self.transmit(&mut self.sending.acquire());
    }
}

impl<T: SharedTransport, P: CryptoProvider> fmt::Debug for Halves<T, P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Halves").finish_non_exhaustive()
    }
}
