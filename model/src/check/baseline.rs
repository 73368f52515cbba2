//! Plain TCP: the endpoint that adds nothing.

use super::cell::{Cell, Part};
use super::contract::{Completion, Endpoint, Interest, Log, Operation, Witnesses};
use super::outcome::CallResult;
use super::program::Call;

/// The identity: what a program calls is what the socket does. A record of plain TCP is as many
/// cells as one of TLS, so that both fill the queues alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// Cells of a record.
    record_cells: u8,
    /// The read or write that waits.
    pending: Option<Call>,
    /// Cells of its record that are received or transmitted.
    moved: u8,
    result: Option<CallResult>,
    operation: Option<Operation>,
}

impl Identity {
    /// An endpoint whose records are so many cells.
    pub const fn new(record_cells: u8) -> Self {
        Self { record_cells, pending: None, moved: 0, result: None, operation: None }
    }

    fn end(&mut self, result: CallResult) {
        self.pending = None;
        self.moved = 0;
        self.result = Some(result);
    }

    /// One more cell of the record has moved.
    fn advance(&mut self) {
        self.moved += 1;
        if self.moved >= self.record_cells {
            self.end(CallResult::Ok);
        }
    }
}

impl Endpoint for Identity {
    type Row = &'static str;

    fn start(&mut self, call: Call, _log: &mut impl Log<Self::Row>) {
        match call {
            Call::Read | Call::Write => self.pending = Some(call),
            Call::Handshake | Call::UpdateKey => self.end(CallResult::Ok),
            Call::HalfClose => {
                self.operation = Some(Operation::ShutdownWrite);
                self.end(CallResult::Ok);
            }
            Call::Close => {
                self.operation = Some(Operation::Close);
                self.end(CallResult::Ok);
            }
        }
    }

    fn finish(&mut self, completion: Completion, _log: &mut impl Log<Self::Row>) {
        match completion {
            Completion::Received(_) | Completion::Transmitted => self.advance(),
            Completion::ReceivedFin => self.end(CallResult::EndOfStream),
            Completion::ReceivedReset | Completion::TransmitFailed => self.end(CallResult::Reset),
            Completion::TransmitBlocked | Completion::BudgetExpired => {}
        }
    }

    fn take_result(&mut self) -> Option<CallResult> {
        self.result.take()
    }

    fn take_operation(&mut self) -> Option<Operation> {
        self.operation.take()
    }

    fn interest(&self) -> Interest {
        Interest {
            receive: self.pending == Some(Call::Read),
            transmit: self.pending == Some(Call::Write),
        }
    }

    fn accepts(&self, completion: Completion) -> bool {
        match completion {
            Completion::Received(_) | Completion::ReceivedFin | Completion::ReceivedReset => {
                self.pending == Some(Call::Read)
            }
            Completion::Transmitted | Completion::TransmitFailed => {
                self.pending == Some(Call::Write)
            }
            Completion::TransmitBlocked | Completion::BudgetExpired => false,
        }
    }

    fn first_cell(&self) -> Option<Cell> {
        (self.pending == Some(Call::Write))
            .then(|| Cell::plain(Part::of(self.moved, self.record_cells)))
    }

    fn wants_blocked(&self) -> bool {
        false
    }

    fn waits_for_budget(&self) -> bool {
        false
    }

    fn potential(&self) -> u32 {
        3 * u32::from(self.moved)
    }

    fn fault(&self) -> Option<&'static str> {
        None
    }

    fn witnesses(&self) -> Witnesses {
        Witnesses::default()
    }
}
