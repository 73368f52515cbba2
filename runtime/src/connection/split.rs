//! The halves of a connection, each with an owner of its own: a thread that reads and one that
//! writes.
//!
//! What one half owes the other is a letter: it stays there until [`Receiver::exchange`] carries it
//! over. A driver puts both halves behind locks of their own and holds none of them while it waits;
//! [`blocking::Reader`](crate::blocking::Reader) and
//! [`blocking::Writer`](crate::blocking::Writer) are such a driver.

use std::io::ErrorKind;

use hyaline_model::table::{CallResult, Event, Label, Notice, Slot};
use rustls_pki_types::UnixTime;

use super::halves::AtWork;
use super::{Connection, Negotiated, Operation, Received, Receiver, Sender};
use crate::Error;
use crate::crypto::CryptoProvider;
use crate::outbox::Outbox;

impl<P: CryptoProvider> Connection<P> {
    /// Splits the connection between two owners.
    ///
    /// # Errors
    /// Gives the connection back if the handshake is not complete, a call is pending, or the
    /// connection is closed.
    pub fn split(self) -> Result<(Receiver<P>, Sender<P>), Box<Self>> {
        let may_split = self.receiver.has(Slot::Receiver, Label::MaySplit)
            && self.sender.endpoint.states.has(Slot::Sender, Label::MaySplit);
        match self.is_connected() && may_split {
            true => {
                self.owned_by(2);
                Ok((self.receiver, self.sender))
            }
            false => Err(Box::new(self)),
        }
    }

    /// Makes the connection whole again. Close it then, with [`Call::Close`](super::Call::Close).
    ///
    /// # Errors
    /// Gives the halves back if a call of one of them is pending, or letters were not carried over.
    /// Nothing else is checked: the halves of two connections make a connection that does not work.
    #[allow(clippy::type_complexity, reason = "what was given is given back")]
    pub fn join(
        receiver: Receiver<P>,
        sender: Sender<P>,
    ) -> Result<Self, Box<(Receiver<P>, Sender<P>)>> {
        let mail = receiver.has_mail() || sender.has_mail();
        if !receiver.is_idle() || !sender.is_idle() || mail {
            return Err(Box::new((receiver, sender)));
        }
        Ok(Self::of_halves(receiver, sender))
    }

    /// [`join`](Self::join) of halves that are known to be idle. Letters that wait are delivered
    /// with the next event.
    pub(crate) fn of_halves(receiver: Receiver<P>, sender: Sender<P>) -> Self {
        let whole = Self { receiver, sender };
        whole.owned_by(1);
        whole
    }

    /// Has the log of rows tell how many owners the halves have.
    fn owned_by(&self, owners: u8) {
        if let Some(journal) = &self.receiver.core.journal {
            journal.owners(owners);
        }
    }
}

impl<P: CryptoProvider> Receiver<P> {
    pub(crate) const fn alone(&mut self) -> AtWork<'_, P> {
        AtWork { receiver: self, sender: None }
    }

    /// Carries the letters of both halves over, each with its rows there. To be called after
    /// everything that this half handles, and where the sending half [has
    /// mail](Sender::has_mail), under whatever guards the sending half. It tells that half the
    /// time, too.
    pub fn exchange(&mut self, sender: &mut Sender<P>, outbox: &mut Outbox) {
        sender.core.date_tickets(self.core.now);
        AtWork { receiver: self, sender: Some((sender, outbox)) }.settle();
    }

    /// Whether bytes may be received now: for a read, or for a pending write while none is
    /// pending.
    #[must_use]
    pub fn wants_to_receive(&mut self) -> bool {
        !self.has_mail() && self.accepts(Event::Received)
    }

    /// As [`Connection::handle_input`]. `now` is the time of the session that a ticket brings.
    pub fn handle_input(&mut self, now: UnixTime, input: &mut [u8]) -> Received {
        self.core.now = now;
        self.alone().handle_input(input)
    }

    /// Reports that the transport received a FIN. Behind a reset that a transmitting call has met,
    /// the transport shows a FIN that is no end of its own; so the sending half, which knows of
    /// that, has to be here.
    pub fn handle_fin(&mut self, sender: &mut Sender<P>, outbox: &mut Outbox) {
        self.exchange(sender, outbox);
        self.alone().handle(Event::FinReceived);
    }

    /// Reports that a receiving call failed: a reset, or any other error of the transport.
    pub fn handle_receive_error(&mut self, kind: ErrorKind) {
        self.core.transport_failed(kind);
        self.alone().handle(Event::ResetReceived);
    }

    /// Ends the pending read because its deadline has passed.
    pub fn handle_deadline(&mut self) {
        self.alone().handle(Event::ReceiveDeadlinePassed);
    }

    /// The result of the read that was pending, once.
    pub fn take_result(&mut self) -> Option<CallResult> {
        self.core.state.result.take()
    }

    /// Whether no receiving call is pending.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.has(Slot::Receiver, Label::IsIdle)
    }

    /// What was negotiated in the handshake.
    #[must_use]
    pub const fn negotiated(&self) -> &Negotiated {
        &self.core.negotiated
    }

    /// How many bytes of application data are opened and not yet taken by the application.
    #[must_use]
    pub fn unread(&self) -> usize {
        self.core.unread.bytes()
    }

    /// As [`Connection::consume`].
    pub fn consume(&mut self, count: usize) {
        self.core.unread.consume(count);
    }

    /// What happened besides the calls, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.core.state.notices.pop()
    }

    /// Why the connection has failed, or how the peer ended it, as far as this half knows.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.core.state.error.as_deref()
    }
}

impl<P: CryptoProvider> Sender<P> {
    /// Whether a pending call is done as soon as the transport has no more room: a call of this
    /// half that carries no application data or has failed, or a read that has failed. Whoever
    /// makes this true while the writing thread sleeps wakes that thread.
    #[must_use]
    pub fn ends_when_blocked(&mut self, outbox: &mut Outbox) -> bool {
        self.accepts(Event::TransmitBlocked, outbox)
    }

    /// Reports that the transport took `count` bytes from the outbox, whoever transmitted.
    pub fn handle_transmitted(&mut self, count: usize, outbox: &mut Outbox) {
        outbox.advance(count);
        self.handle(Event::Transmitted, outbox);
    }

    /// Reports that the transport has no room now. A call that never waits for room is done.
    pub fn handle_blocked(&mut self, outbox: &mut Outbox) {
        if self.ends_when_blocked(outbox) {
            self.handle(Event::TransmitBlocked, outbox);
        }
    }

    /// Reports that a transmitting call failed: a reset, or any other error of the transport.
    pub fn handle_transmit_error(&mut self, kind: ErrorKind, outbox: &mut Outbox) {
        self.core.transport_failed(kind);
        self.handle(Event::TransmitFailed, outbox);
    }

    /// Ends the pending call because its deadline has passed. What was accepted stays accepted.
    pub fn handle_deadline(&mut self, outbox: &mut Outbox) {
        self.handle(Event::SendDeadlinePassed, outbox);
    }

    /// An operation that the table has ordered, once: `ShutdownWrite`.
    pub fn poll_ordered(&mut self) -> Option<Operation> {
        std::mem::take(&mut self.core.shutdown_due).then_some(Operation::ShutdownWrite)
    }

    /// The result of the call that was pending, once.
    pub fn take_result(&mut self) -> Option<CallResult> {
        self.core.state.result.take()
    }

    /// Whether no sending call is pending.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.endpoint.states.has(Slot::Sender, Label::IsIdle)
    }

    /// What happened besides the calls, oldest first.
    pub fn poll_notice(&mut self) -> Option<Notice> {
        self.core.state.notices.pop()
    }

    /// Why the connection has failed, or how it has ended, as far as this half knows.
    #[must_use]
    pub fn error(&self) -> Option<&Error> {
        self.core.state.error.as_deref()
    }
}

impl<P: CryptoProvider> std::fmt::Debug for Receiver<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Receiver")
            .field("states", &self.endpoint.states)
            .field("error", &self.core.state.error)
            .finish_non_exhaustive()
    }
}

impl<P: CryptoProvider> std::fmt::Debug for Sender<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Sender")
            .field("states", &self.endpoint.states)
            .field("error", &self.core.state.error)
            .finish_non_exhaustive()
    }
}
