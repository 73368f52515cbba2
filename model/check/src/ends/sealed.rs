//! The outbox of an endpoint of the model: records sealed and not yet transmitted.

use std::hash::{Hash, Hasher};

use crate::world::cell::{Cell, CellContent, Part};

/// The most records that an outbox can hold here: a flight of seven, eight tickets, one record of
/// application data, the control records, and a naive endpoint's repetitions of them.
pub const OUTBOX_RECORDS: usize = 20;

/// Records in the order in which they were sealed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    records: [(CellContent, u8); OUTBOX_RECORDS],
    length: u8,
    /// The first half of the first record is transmitted.
    half_transmitted: bool,
}

/// What an unused place holds, so that equal outboxes are equal values.
const UNUSED: (CellContent, u8) = (CellContent::Data, 0);

impl Hash for Sealed {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u8(self.length << 1 | u8::from(self.half_transmitted));
        self.records().iter().for_each(|record| record.hash(state));
    }
}

impl Sealed {
    /// The outbox that holds nothing.
    pub const EMPTY: Self =
        Self { records: [UNUSED; OUTBOX_RECORDS], length: 0, half_transmitted: false };

    /// Whether it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    fn records(&self) -> &[(CellContent, u8)] {
        self.records.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// What the records carry, in order, each with the generation of its keys.
    pub fn contents(&self) -> impl Iterator<Item = (CellContent, u8)> {
        self.records().iter().copied()
    }

    /// Whether a record of this content waits, wholly or partly.
    pub fn contains(&self, content: CellContent) -> bool {
        self.records().iter().any(|(waiting, _)| *waiting == content)
    }

    /// Numbers the generations of the records' keys anew, each by this function.
    pub fn renumber(&mut self, number: impl Fn(u8) -> u8) {
        let length = usize::from(self.length);
        for (_, generation) in self.records.iter_mut().take(length) {
            *generation = number(*generation);
        }
    }

    /// How many records of key updates and alerts wait.
    pub fn control_records(&self) -> u8 {
        let control = |(content, _): &&(CellContent, u8)| {
            matches!(
                content,
                CellContent::KeyUpdate
                    | CellContent::KeyUpdateRequest
                    | CellContent::CloseNotify
                    | CellContent::Alert(_)
            )
        };
        u8::try_from(self.records().iter().filter(control).count()).unwrap_or(u8::MAX)
    }

    /// How many cells wait, with records of `record_cells` cells.
    pub fn cells(&self, record_cells: u8) -> u8 {
        self.length * record_cells - u8::from(self.half_transmitted)
    }

    /// Appends a record; false if there is no place.
    pub fn push(&mut self, content: CellContent, generation: u8) -> bool {
        match self.records.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = (content, generation);
                self.length += 1;
                true
            }
            None => false,
        }
    }

    /// The cell that is transmitted next.
    pub fn first_cell(&self, record_cells: u8) -> Option<Cell> {
        let (content, generation) = self.records().first().copied()?;
        let part = Part::of(u8::from(self.half_transmitted), record_cells);
        Some(Cell { content, generation, part })
    }

    /// Removes the cell that was transmitted.
    pub fn pop_cell(&mut self, record_cells: u8) {
        if self.length == 0 {
            return;
        }
        if record_cells > 1 && !self.half_transmitted {
            self.half_transmitted = true;
            return;
        }
        self.half_transmitted = false;
        self.records.rotate_left(1);
        self.length -= 1;
        if let Some(place) = self.records.last_mut() {
            *place = UNUSED;
        }
    }
}
