//! The driver's side: what the transport is to do next, and what it has done.

use hyaline_model::table::Event;
use rustls_pki_types::UnixTime;

use super::Connection;
use super::perform::Turn;
use crate::Error;
use crate::crypto::CryptoProvider;
use crate::outbox::Outbox;

/// What the transport is to do next for the pending call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    /// Receive bytes, without waiting, and hand them to [`Connection::handle_input`]; if the input
    /// buffer holds a whole record already, hand that over instead.
    Receive,
    /// Transmit from the outbox, without waiting, and report to [`Connection::handle_transmitted`].
    Transmit,
    /// `shutdown(SHUT_WR)`.
    ShutdownWrite,
    /// `close`.
    Close,
    /// Wait until the transport is ready for one of these, and say so with
    /// [`Connection::handle_ready`]. Nothing to wait for: no call is pending.
    Wait(Interest),
}

/// What a pending call waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Interest {
    /// Something to receive.
    pub receive: bool,
    /// Room to transmit.
    pub transmit: bool,
    /// The end of the time allowed for draining ([`Connection::handle_budget_expired`]).
    pub budget: bool,
}

/// What the transport is ready for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Something can be received.
    pub receive: bool,
    /// Something can be transmitted.
    pub transmit: bool,
}

impl<P: CryptoProvider> Connection<P> {
    /// What the transport is to do next. Operations first that the table has ordered, then those
    /// that are of interest and not known to block.
    pub fn poll_operation(&mut self, now: UnixTime, outbox: &mut Outbox) -> Operation {
        if let Some(operation) = self.poll_ordered() {
            return operation;
        }
        let interest = self.interest(outbox);
        if interest.transmit && !self.core.transmit_blocked {
            return Operation::Transmit;
        }
        if interest.transmit && self.accepts(Event::TransmitBlocked, outbox) {
            self.handle(now, Event::TransmitBlocked, outbox);
            return Operation::Wait(Interest::default());
        }
        if interest.receive && !self.core.receive_blocked {
            return Operation::Receive;
        }
        Operation::Wait(interest)
    }

    /// An operation that the table has ordered, once: `ShutdownWrite` or `Close`.
    ///
    /// [`poll_operation`](Self::poll_operation) hands these out too. They may remain when a call
    /// has its result, and are to be carried out before the next.
    pub fn poll_ordered(&mut self) -> Option<Operation> {
        if std::mem::take(&mut self.core.shutdown_due) {
            Some(Operation::ShutdownWrite)
        } else if std::mem::take(&mut self.core.close_due) {
            Some(Operation::Close)
        } else {
            None
        }
    }

    /// What the pending call waits for: the transport events that the table accepts now.
    #[must_use]
    pub fn interest(&mut self, outbox: &mut Outbox) -> Interest {
        Interest {
            receive: self.accepts(Event::Received, outbox),
            transmit: !outbox.is_empty() && self.accepts(Event::Transmitted, outbox),
            budget: self.accepts(Event::BudgetExpired, outbox),
        }
    }

    pub(super) fn accepts(&mut self, event: Event, outbox: &mut Outbox) -> bool {
        let turn = Turn::new(&mut self.core, outbox);
        self.endpoint.accepts(&self.policy, event, &turn)
    }

    /// Reports that the transport took `count` bytes from the outbox.
    pub fn handle_transmitted(&mut self, now: UnixTime, count: usize, outbox: &mut Outbox) {
        outbox.advance(count);
        self.handle(now, Event::Transmitted, outbox);
    }

    /// Reports that a transfer would have had to wait.
    pub fn handle_blocked(&mut self, operation: Operation) {
        match operation {
            Operation::Receive => self.core.receive_blocked = true,
            Operation::Transmit => self.core.transmit_blocked = true,
            _ => {}
        }
    }

    /// Reports what the transport is ready for, after waiting.
    pub fn handle_ready(&mut self, ready: Readiness) {
        self.core.receive_blocked &= !ready.receive;
        self.core.transmit_blocked &= !ready.transmit;
    }

    /// Reports that the transport received a FIN.
    pub fn handle_fin(&mut self, now: UnixTime, outbox: &mut Outbox) {
        self.handle(now, Event::FinReceived, outbox);
    }

    /// Reports that a receiving call failed: a reset, or any other error of the transport.
    pub fn handle_receive_error(
        &mut self,
        now: UnixTime,
        kind: std::io::ErrorKind,
        outbox: &mut Outbox,
    ) {
        self.transport_failed(kind);
        self.handle(now, Event::ResetReceived, outbox);
    }

    /// Reports that a transmitting call failed: a reset, or any other error of the transport.
    pub fn handle_transmit_error(
        &mut self,
        now: UnixTime,
        kind: std::io::ErrorKind,
        outbox: &mut Outbox,
    ) {
        self.transport_failed(kind);
        self.core.transmit_failed = true;
        self.handle(now, Event::TransportReset, outbox);
    }

    /// Reports that the time or the bytes allowed for draining are spent.
    pub fn handle_budget_expired(&mut self, now: UnixTime, outbox: &mut Outbox) {
        self.handle(now, Event::BudgetExpired, outbox);
    }

    /// Ends the pending call because its deadline has passed. What was accepted stays accepted.
    pub fn handle_deadline(&mut self, now: UnixTime, outbox: &mut Outbox) {
        self.handle(now, Event::DeadlinePassed, outbox);
    }

    /// The kind is kept only where it says more than "reset"; input may still say better.
    fn transport_failed(&mut self, kind: std::io::ErrorKind) {
        let error = Error::from(kind);
        if error != Error::Reset {
            self.core.transport_error = Some(error);
        }
    }
}
