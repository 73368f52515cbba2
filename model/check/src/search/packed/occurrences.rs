//! Occurrences and movements as numbers.

use hyaline_search::{Interned, Stop};

use crate::programs::calls::ProgramCall;
use crate::side::Side;
use crate::world::cell::Cell;
use crate::world::contract::{Completion, PairOperation};
use crate::world::occurrence::Occurrence;

/// The cells that were met: each has a number.
#[derive(Debug, Default)]
pub(super) struct CellNumbers(Interned<Cell>);

/// An occurrence as a number: those of cells stand behind the others.
pub(super) type OccurrenceCode = u16;

/// How many occurrences there are before those of cells: the calls, the mail, and what the
/// transport does without a cell.
const WITHOUT_CELL: u16 = 22;

/// What a transport may do for an endpoint without bringing a cell.
const BARE: [Completion; 8] = [
    Completion::ReceivedFin,
    Completion::ReceivedReset,
    Completion::Transmitted,
    Completion::TransmitBlocked,
    Completion::TransmitFailed,
    Completion::BudgetExpired,
    Completion::DeadlinePassed,
    Completion::ReadDeadlinePassed,
];

/// The number of the first of these.
const FIRST_BARE: u16 = 14;

/// The number of the delivery of letters between the halves.
const MAIL: u16 = 13;

/// The most different cells.
const CELLS_AT_MOST: u16 = 1 << 10;

impl CellNumbers {
    /// The number of a cell.
    pub(super) fn of(&mut self, cell: Cell) -> Result<u16, Stop> {
        let number = u16::try_from(self.0.number(cell).0).unwrap_or(u16::MAX);
        if number < CELLS_AT_MOST { Ok(number) } else { Err(Stop::Outgrown) }
    }

    /// The cell of a number.
    pub(super) fn cell(&self, number: u16) -> Option<Cell> {
        self.0.get(number.into()).copied()
    }

    /// The occurrence of a number.
    pub(super) fn occurrence(&self, code: OccurrenceCode) -> Option<Occurrence> {
        let bare = |code: u16| BARE.get(usize::from(code)).copied();
        Some(match code {
            0..MAIL => Occurrence::Begin(*ProgramCall::ALL.get(usize::from(code))?),
            MAIL => Occurrence::Mail,
            FIRST_BARE..WITHOUT_CELL => Occurrence::Completed(bare(code - FIRST_BARE)?),
            _ => Occurrence::Completed(Completion::Received(self.cell(code - WITHOUT_CELL)?)),
        })
    }
}

/// The number of an occurrence that brings no cell.
pub(super) const fn code_of_bare(completion: Completion) -> OccurrenceCode {
    FIRST_BARE
        + match completion {
            Completion::ReceivedFin => 0,
            Completion::ReceivedReset => 1,
            Completion::Transmitted => 2,
            Completion::TransmitBlocked => 3,
            Completion::TransmitFailed => 4,
            Completion::BudgetExpired => 5,
            Completion::DeadlinePassed => 6,
            Completion::ReadDeadlinePassed => 7,
            // A cell has a number of its own, which stands behind these.
            Completion::Received(_) => WITHOUT_CELL - FIRST_BARE,
        }
}

/// The number of the delivery of letters between the halves.
pub(super) const fn code_of_mail() -> OccurrenceCode {
    MAIL
}

/// The number of a cell's arrival.
pub(super) const fn code_of_received(number: u16) -> OccurrenceCode {
    WITHOUT_CELL + number
}

/// The number of a call.
pub(super) const fn index_of(call: ProgramCall) -> OccurrenceCode {
    match call {
        ProgramCall::Handshake => 0,
        ProgramCall::Read => 1,
        ProgramCall::Write => 2,
        ProgramCall::HalfClose => 3,
        ProgramCall::UpdateKey => 4,
        ProgramCall::Close => 5,
        ProgramCall::EndReading => 6,
        ProgramCall::EndWriting => 7,
        ProgramCall::TryWrite => 8,
        ProgramCall::Rest => 9,
        ProgramCall::TryRead => 10,
        ProgramCall::PlainRead => 11,
        ProgramCall::PlainWrite => 12,
    }
}

/// What can happen to the transport. The cell that is transmitted is given by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TransportMove {
    /// This side transmits.
    Transmit(Side, u16),
    /// This side receives.
    Receive(Side),
    /// The first cell of this side's send queue, or the FIN behind it, arrives.
    Deliver(Side),
    /// The RST towards this side arrives.
    DeliverReset(Side),
    /// This side's host vanishes.
    Vanish(Side),
    /// This side's TCP gives up.
    GiveUp(Side),
    /// This side's endpoint asks for this.
    Operate(Side, PairOperation),
}

impl TransportMove {
    /// The number of the move.
    pub(super) const fn code(self) -> u16 {
        let (side, kind, number) = match self {
            Self::Transmit(side, number) => (side, 0, number),
            Self::Receive(side) => (side, 1, 0),
            Self::Deliver(side) => (side, 2, 0),
            Self::DeliverReset(side) => (side, 3, 0),
            Self::Vanish(side) => (side, 4, 0),
            Self::GiveUp(side) => (side, 5, 0),
            Self::Operate(side, PairOperation::ShutdownWrite) => (side, 6, 0),
            Self::Operate(side, PairOperation::Close) => (side, 7, 0),
        };
        let of_side = match side {
            Side::Client => 0,
            Side::Server => 1,
        };
        number << 4 | kind << 1 | of_side
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::world::cell::{CellContent, Part};

    #[test]
    fn an_occurrence_is_had_again_from_its_number() {
        let mut cells = CellNumbers::default();
        let code_of = |cells: &mut CellNumbers, occurrence| match occurrence {
            Occurrence::Begin(call) => Ok(index_of(call)),
            Occurrence::Mail => Ok(code_of_mail()),
            Occurrence::Completed(Completion::Received(cell)) => {
                cells.of(cell).map(code_of_received)
            }
            Occurrence::Completed(bare) => Ok(code_of_bare(bare)),
        };
        let cell = |generation| Cell { content: CellContent::Data, generation, part: Part::Whole };
        let calls = ProgramCall::ALL.into_iter().map(Occurrence::Begin);
        let received = (0..9).map(|generation| Completion::Received(cell(generation)));
        let completed = BARE.into_iter().chain(received).map(Occurrence::Completed);
        for occurrence in calls.chain([Occurrence::Mail]).chain(completed) {
            let code = code_of(&mut cells, occurrence).expect("few cells");
            assert_eq!(cells.occurrence(code), Some(occurrence));
        }
    }
}
