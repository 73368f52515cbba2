//! Cells, and queues of them.

use std::fmt;
use std::hash::{Hash, Hasher};

use hyaline_model::Alert;

/// What a cell carries: a record, or a half of one. One message per record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CellContent {
    /// Application data.
    Data,
    /// ClientHello.
    ClientHello,
    /// ClientHello without a key share that the server can use.
    UnsuitableClientHello,
    /// HelloRetryRequest.
    HelloRetryRequest,
    /// ServerHello.
    ServerHello,
    /// change_cipher_spec.
    ChangeCipherSpec,
    /// Early data.
    EarlyData,
    /// EndOfEarlyData.
    EndOfEarlyData,
    /// EncryptedExtensions.
    EncryptedExtensions,
    /// EncryptedExtensions that accept the client's early data.
    EncryptedExtensionsWithEarlyData,
    /// CertificateRequest.
    CertificateRequest,
    /// Certificate, which the receiver will accept.
    GoodCertificate,
    /// Certificate, which the receiver will reject.
    RejectedCertificate,
    /// Certificate without a certificate.
    EmptyCertificate,
    /// CertificateVerify.
    CertificateVerify,
    /// Finished.
    Finished,
    /// NewSessionTicket.
    NewSessionTicket,
    /// KeyUpdate with `update_not_requested`.
    KeyUpdate,
    /// KeyUpdate with `update_requested`.
    KeyUpdateRequest,
    /// The alert close_notify.
    CloseNotify,
    /// Any other alert.
    Alert(Alert),
    /// What is sent before the handshake, and is no record of TLS.
    Plaintext,
}

impl fmt::Display for CellContent {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Data => formatter.pad("data"),
            Self::Plaintext => formatter.pad("plaintext"),
            Self::EarlyData => formatter.pad("early data"),
            Self::EncryptedExtensionsWithEarlyData => {
                formatter.pad("EncryptedExtensions(early_data)")
            }
            Self::UnsuitableClientHello => formatter.pad("ClientHello(no share)"),
            Self::GoodCertificate => formatter.pad("Certificate"),
            Self::RejectedCertificate => formatter.pad("Certificate(rejected)"),
            Self::EmptyCertificate => formatter.pad("Certificate(empty)"),
            Self::KeyUpdateRequest => formatter.pad("KeyUpdate(requested)"),
            Self::ChangeCipherSpec => formatter.pad("change_cipher_spec"),
            Self::CloseNotify => formatter.pad("close_notify"),
            Self::Alert(alert) => formatter.pad(&format!("alert {alert:?}")),
            other => formatter.pad(&format!("{other:?}")),
        }
    }
}

/// Which part of its record a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Part {
    /// All of it.
    Whole,
    /// The first half.
    First,
    /// The second half.
    Second,
}

impl Part {
    /// The part that the cell number `index` (from 0) of a record of `cells` cells is.
    pub const fn of(index: u8, cells: u8) -> Self {
        if cells < 2 {
            Self::Whole
        } else if index == 0 {
            Self::First
        } else {
            Self::Second
        }
    }

    /// Whether the record is complete with this part.
    pub const fn is_last(self) -> bool {
        !matches!(self, Self::First)
    }
}

/// The generation of the keys of early data (RFC 9846 section 2.3): a number apart, so that those
/// of the other keys stay as they are.
pub const EARLY_KEYS: u8 = 254;

/// The unit in which the buffers count: a record, or a half of one, so that "half written" exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell {
    /// What it carries.
    pub content: CellContent,
    /// The generation of the keys that seal it: 0 without keys, 1 the handshake's, from 2 on the
    /// application's (RFC 9846 section 7.2 counts these from 0), [`EARLY_KEYS`] those of early
    /// data. Plain TCP has generation 0 only.
    pub generation: u8,
    /// Which part of its record it is.
    pub part: Part,
}

impl Cell {
    /// A cell of plain TCP.
    pub const fn plain(part: Part) -> Self {
        Self { content: CellContent::Data, generation: 0, part }
    }

    /// What an unused place of a queue holds.
    const UNUSED: Self = Self::plain(Part::Whole);
}

impl fmt::Display for Cell {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = match self.part {
            Part::Whole => "",
            Part::First => " 1/2",
            Part::Second => " 2/2",
        };
        formatter.pad(&format!("{}{half}", self.content))
    }
}

/// A first-in-first-out queue of cells, as the transport uses it.
pub trait CellQueue: Copy {
    /// The queue that holds nothing.
    const EMPTY: Self;

    /// How many cells it holds, as far as it counts them.
    fn length(&self) -> u8;

    /// Appends a cell if fewer than `capacity` are there; false if there was no room.
    fn push(&mut self, cell: Cell, capacity: u8) -> bool;

    /// Takes the oldest cell.
    fn pop(&mut self) -> Option<Cell>;

    /// Whether it holds nothing.
    fn is_empty(&self) -> bool {
        self.length() == 0
    }
}

/// The most cells that one queue can be configured to hold.
pub const QUEUE_CELLS: usize = 8;

/// A bounded queue of cells, without heap. Its bound is the transport's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Queue {
    cells: [Cell; QUEUE_CELLS],
    length: u8,
}

impl Queue {
    /// The queue that holds nothing.
    pub const EMPTY: Self = Self { cells: [Cell::UNUSED; QUEUE_CELLS], length: 0 };

    /// How many cells it holds.
    pub const fn length(&self) -> u8 {
        self.length
    }

    /// Whether it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// The cells, the oldest first.
    pub fn cells(&self) -> &[Cell] {
        self.cells.get(..usize::from(self.length)).unwrap_or_default()
    }

    /// The oldest cell.
    pub fn first(&self) -> Option<Cell> {
        self.cells().first().copied()
    }

    /// Appends a cell if fewer than `capacity` are there; false if there was no room.
    pub fn push(&mut self, cell: Cell, capacity: u8) -> bool {
        if self.length >= capacity {
            return false;
        }
        match self.cells.get_mut(usize::from(self.length)) {
            Some(place) => {
                *place = cell;
                self.length += 1;
                true
            }
            None => false,
        }
    }

    /// Takes the oldest cell.
    pub fn pop(&mut self) -> Option<Cell> {
        let first = self.first()?;
        self.cells.rotate_left(1);
        self.length -= 1;
        // The rotation moved the taken cell to the last place. Unused places look alike, so that
        // equal queues are equal values.
        if let Some(place) = self.cells.last_mut() {
            *place = Cell::UNUSED;
        }
        Some(first)
    }
}

impl CellQueue for Queue {
    const EMPTY: Self = Self::EMPTY;

    fn length(&self) -> u8 {
        self.length
    }

    fn push(&mut self, cell: Cell, capacity: u8) -> bool {
        self.push(cell, capacity)
    }

    fn pop(&mut self) -> Option<Cell> {
        self.pop()
    }
}

impl Hash for Queue {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u8(self.length);
        self.cells().iter().for_each(|cell| cell.hash(state));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(generation: u8) -> Cell {
        Cell { content: CellContent::Data, generation, part: Part::Whole }
    }

    #[test]
    fn a_queue_hands_out_cells_in_the_order_in_which_they_came() {
        let mut queue = Queue::EMPTY;
        assert!(queue.push(cell(1), 3) && queue.push(cell(2), 3) && queue.push(cell(3), 3));
        assert!(!queue.push(cell(4), 3), "there is room for three");
        assert_eq!(queue.pop(), Some(cell(1)));
        assert!(queue.push(cell(4), 3));
        assert_eq!([queue.pop(), queue.pop(), queue.pop()], [2, 3, 4].map(|n| Some(cell(n))));
        assert_eq!(queue.pop(), None);
    }

    #[test]
    fn queues_that_hold_the_same_cells_are_equal_whatever_they_held_before() {
        let mut full = Queue::EMPTY;
        for generation in 1..=8 {
            assert!(full.push(cell(generation), 8));
        }
        assert!(!full.push(cell(9), 200), "a queue has eight places");
        for _ in 1..8 {
            full.pop();
        }
        let mut fresh = Queue::EMPTY;
        assert!(fresh.push(cell(8), 1));
        assert_eq!(full, fresh);
        full.pop();
        assert_eq!(full, Queue::EMPTY);
    }
}
