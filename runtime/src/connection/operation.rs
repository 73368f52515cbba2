//! The driver's side: what the transport is to do next, and what it has done.

use hyaline_model::table::Event;

use super::Connection;
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
    /// [`Connection::handle_ready`]. Nothing to wait for: no call is pending, or work is not
    /// answered ([`Connection::poll_work`]).
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

impl From<Interest> for Readiness {
    /// Everything that was waited for has come. For transports that cannot say which it was.
    fn from(interest: Interest) -> Self {
        Self { receive: interest.receive, transmit: interest.transmit }
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// What the transport is to do next. Operations first that the table has ordered, then those
    /// that are of interest and not known to block.
    pub fn poll_operation(&mut self, outbox: &mut Outbox) -> Operation {
        if let Some(operation) = self.poll_ordered() {
            return operation;
        }
        if self.is_idle() {
            return Operation::Wait(Interest::default());
        }
        let transmit = self.wants_to_transmit(outbox);
        if transmit && !self.sender.core.blocked {
            return Operation::Transmit;
        }
        if transmit && self.accepts(Event::TransmitBlocked, outbox) {
            self.handle(Event::TransmitBlocked, outbox);
            return self.poll_operation(outbox);
        }
        let receive = self.accepts(Event::Received, outbox);
        if receive && !self.receiver.core.blocked {
            return Operation::Receive;
        }
        let budget = self.accepts(Event::BudgetExpired, outbox);
        Operation::Wait(Interest { receive, transmit, budget })
    }

    fn wants_to_transmit(&mut self, outbox: &mut Outbox) -> bool {
        !outbox.is_empty() && self.accepts(Event::Transmitted, outbox)
    }

    /// An operation that the table has ordered, once: `ShutdownWrite` or `Close`.
    ///
    /// [`poll_operation`](Self::poll_operation) hands these out too. They may remain when a call
    /// has its result, and are to be carried out before the next.
    pub fn poll_ordered(&mut self) -> Option<Operation> {
        if let Some(operation) = self.sender.poll_ordered() {
            Some(operation)
        } else if std::mem::take(&mut self.receiver.core.close_due) {
            Some(Operation::Close)
        } else {
            None
        }
    }

    /// What the pending calls wait for: the transport events that the table accepts now. Nothing
    /// where no call is pending.
    #[must_use]
    pub fn interest(&mut self, outbox: &mut Outbox) -> Interest {
        if self.is_idle() {
            return Interest::default();
        }
        Interest {
            receive: self.accepts(Event::Received, outbox),
            transmit: self.wants_to_transmit(outbox),
            budget: self.accepts(Event::BudgetExpired, outbox),
        }
    }

    /// Reports that the transport took `count` bytes from the outbox.
    pub fn handle_transmitted(&mut self, count: usize, outbox: &mut Outbox) {
        outbox.advance(count);
        self.handle(Event::Transmitted, outbox);
    }

    /// Reports that a transfer would have had to wait.
    pub fn handle_blocked(&mut self, operation: Operation) {
        match operation {
            Operation::Receive => self.receiver.core.blocked = true,
            Operation::Transmit => self.sender.core.blocked = true,
            _ => {}
        }
    }

    /// Reports what the transport is ready for, after waiting.
    pub fn handle_ready(&mut self, ready: Readiness) {
        self.receiver.core.blocked &= !ready.receive;
        self.sender.core.blocked &= !ready.transmit;
    }

    /// Reports that the transport received a FIN.
    pub fn handle_fin(&mut self, outbox: &mut Outbox) {
        self.handle(Event::FinReceived, outbox);
    }

    /// Reports that a receiving call failed: a reset, or any other error of the transport.
    pub fn handle_receive_error(&mut self, kind: std::io::ErrorKind, outbox: &mut Outbox) {
        self.receiver.core.transport_failed(kind);
        self.handle(Event::ResetReceived, outbox);
    }

    /// Reports that a transmitting call failed: a reset, or any other error of the transport.
    pub fn handle_transmit_error(&mut self, kind: std::io::ErrorKind, outbox: &mut Outbox) {
        self.sender.core.transport_failed(kind);
        self.handle(Event::TransmitFailed, outbox);
    }

    /// Reports that the time or the bytes allowed for draining are spent.
    pub fn handle_budget_expired(&mut self, outbox: &mut Outbox) {
        self.handle(Event::BudgetExpired, outbox);
    }

    /// Ends the pending receiving call because its deadline has passed. Nothing that has arrived is
    /// lost.
    pub fn handle_receive_deadline(&mut self, outbox: &mut Outbox) {
        self.handle(Event::ReceiveDeadlinePassed, outbox);
    }

    /// Ends the pending sending call because its deadline has passed. What was accepted stays
    /// accepted.
    pub fn handle_send_deadline(&mut self, outbox: &mut Outbox) {
        self.handle(Event::SendDeadlinePassed, outbox);
    }

    /// Ends the pending calls, in both places.
    pub fn handle_deadline(&mut self, outbox: &mut Outbox) {
        self.handle_receive_deadline(outbox);
        self.handle_send_deadline(outbox);
    }
}
