//! The surroundings with a log of the rows.

use hyaline_model::table::{Action, Memory, ReceivingFacts, Row, SendingFacts};
use hyaline_model::turn::{Fault, Listener, Receiving, Sending, World};

use super::TakenRow;
use super::surroundings::Cells;
use crate::world::contract::Log;

/// The surroundings, and where their rows are logged.
pub(super) struct Logged<'a, L> {
    pub(super) cells: &'a mut Cells,
    pub(super) log: &'a mut L,
}

impl<L: Log<TakenRow>> Listener for Logged<'_, L> {
    fn fired(&mut self, row: &'static Row, _memory: &Memory) {
        self.log.row(TakenRow(row));
    }

    fn fault(&mut self, fault: Fault) {
        self.cells.fault(fault);
    }
}

impl<L: Log<TakenRow>> World<Receiving> for Logged<'_, L> {
    fn facts(&self) -> ReceivingFacts {
        World::<Receiving>::facts(self.cells)
    }

    fn perform(&mut self, action: Action) {
        World::<Receiving>::perform(self.cells, action);
    }
}

impl<L: Log<TakenRow>> World<Sending> for Logged<'_, L> {
    fn facts(&self) -> SendingFacts {
        World::<Sending>::facts(self.cells)
    }

    fn perform(&mut self, action: Action) {
        World::<Sending>::perform(self.cells, action);
    }
}
