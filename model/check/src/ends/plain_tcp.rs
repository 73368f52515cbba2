//! Plain TCP: the endpoint that adds nothing.

use hyaline_model::table::Half;

use crate::programs::calls::ProgramCall;
use crate::programs::result::ProgramResult;
use crate::world::cell::{Cell, Part};
use crate::world::contract::{
    Completion, Log, PairEndpoint, PairInterest, PairOperation, Witnesses,
};

/// The endpoint of plain TCP: what a program calls is what the socket does. A record of plain TCP
/// is as many cells as a record of TLS, so that both fill the queues alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PlainTcp {
    /// Cells of a record.
    record_cells: u8,
    /// The read that waits, if one does: cells of its record that are received.
    reading: Option<u8>,
    /// The write that waits, if one does: cells of its record that are transmitted.
    writing: Option<u8>,
    /// The result of the call in the receiving place.
    receive_result: Option<ProgramResult>,
    /// The result of the call in the sending place.
    send_result: Option<ProgramResult>,
    operation: Option<PairOperation>,
}

impl PlainTcp {
    /// An endpoint whose records are so many cells.
    pub const fn new(record_cells: u8) -> Self {
        Self {
            record_cells,
            reading: None,
            writing: None,
            receive_result: None,
            send_result: None,
            operation: None,
        }
    }

    /// Whether a call waits.
    pub(super) const fn is_waiting(&self) -> bool {
        self.reading.is_some() || self.writing.is_some()
    }

    fn end_receiving(&mut self, result: ProgramResult) {
        self.reading = None;
        self.receive_result = Some(result);
    }

    fn end_sending(&mut self, result: ProgramResult) {
        self.writing = None;
        self.send_result = Some(result);
    }

    fn receive_cell(&mut self) {
        self.reading = self.reading.map(|cells| cells + 1);
        if self.reading == Some(self.record_cells) {
            self.end_receiving(ProgramResult::Ok);
        }
    }

    fn transmit_cell(&mut self) {
        self.writing = self.writing.map(|cells| cells + 1);
        if self.writing == Some(self.record_cells) {
            self.end_sending(ProgramResult::Ok);
        }
    }
}

impl PairEndpoint for PlainTcp {
    type Row = &'static str;

    // The two directions of TCP share no state, so the halves have no letters for each other.
    fn divide(&mut self) {}

    fn unite(&mut self) {}

    fn has_mail(&self) -> bool {
        false
    }

    fn owes_mail(&self) -> bool {
        false
    }

    fn accepts_answer(&self) -> bool {
        false
    }

    fn deliver_mail(&mut self, _log: &mut impl Log<Self::Row>) {}

    fn start(&mut self, call: ProgramCall, _log: &mut impl Log<Self::Row>) {
        match call {
            ProgramCall::Read | ProgramCall::TryRead | ProgramCall::PlainRead => {
                self.reading = Some(0);
            }
            ProgramCall::Write | ProgramCall::TryWrite | ProgramCall::PlainWrite => {
                self.writing = Some(0);
            }
            ProgramCall::Handshake => self.end_receiving(ProgramResult::Ok),
            ProgramCall::UpdateKey => self.end_sending(ProgramResult::Ok),
            // A caller's end is the program's own affair: no endpoint is told.
            ProgramCall::EndReading | ProgramCall::EndWriting | ProgramCall::Rest => {}
            ProgramCall::HalfClose => {
                self.operation = Some(PairOperation::ShutdownWrite);
                self.end_sending(ProgramResult::Ok);
            }
            ProgramCall::Close => {
                self.operation = Some(PairOperation::Close);
                self.end_receiving(ProgramResult::Ok);
            }
        }
    }

    fn finish(&mut self, completion: Completion, _log: &mut impl Log<Self::Row>) {
        match completion {
            Completion::Received(_) => self.receive_cell(),
            Completion::ReceivedFin => self.end_receiving(ProgramResult::EndOfStream),
            Completion::ReceivedReset => self.end_receiving(ProgramResult::Reset),
            Completion::Transmitted => self.transmit_cell(),
            Completion::TransmitFailed => self.end_sending(ProgramResult::Reset),
            Completion::DeadlinePassed => self.end_sending(ProgramResult::GivenUp),
            Completion::ReadDeadlinePassed => self.end_receiving(ProgramResult::GivenUp),
            Completion::TransmitBlocked | Completion::BudgetExpired => {}
        }
    }

    fn take_result(&mut self, place: Half) -> Option<ProgramResult> {
        match place {
            Half::Receiving => self.receive_result.take(),
            Half::Sending => self.send_result.take(),
        }
    }

    fn take_operation(&mut self) -> Option<PairOperation> {
        self.operation.take()
    }

    fn interest(&self) -> PairInterest {
        PairInterest { receive: self.reading.is_some(), transmit: self.writing.is_some() }
    }

    fn accepts(&self, completion: Completion) -> bool {
        match completion {
            Completion::Received(_) | Completion::ReceivedFin | Completion::ReceivedReset => {
                self.reading.is_some()
            }
            Completion::Transmitted | Completion::TransmitFailed => self.writing.is_some(),
            // A record that is transmitted in part is completed: no call ends with half a record.
            Completion::DeadlinePassed => self.writing == Some(0),
            Completion::ReadDeadlinePassed => self.reading == Some(0),
            Completion::TransmitBlocked | Completion::BudgetExpired => false,
        }
    }

    fn first_cell(&self) -> Option<Cell> {
        self.writing.map(|cells| Cell::plain(Part::of(cells, self.record_cells)))
    }

    fn wants_blocked(&self) -> bool {
        false
    }

    fn waits_for_budget(&self) -> bool {
        false
    }

    fn potential(&self) -> u32 {
        5 * u32::from(self.writing.unwrap_or(0)) + u32::from(self.reading.unwrap_or(0))
    }

    fn fault(&self) -> Option<&'static str> {
        None
    }

    fn witnesses(&self) -> Witnesses {
        Witnesses::default()
    }
}
