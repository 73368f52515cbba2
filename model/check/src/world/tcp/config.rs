//! How the transport of a scenario is configured.

use crate::world::cell::QUEUE_CELLS;

/// What an arriving RST does to data that its receiver has not yet read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ResetRule {
    /// The receive queue stays readable (Linux, BSD).
    Keeps,
    /// The receive queue is purged (reported of Windows).
    Discards,
}

/// Whether one of the two hosts may vanish, and what tells the other.
///
/// A host that vanishes sends neither a FIN nor a RST. What it had not delivered is lost, and what
/// is sent to it is never acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Vanishing {
    /// None does.
    Never,
    /// One may. The other learns of it where something of its own stays unacknowledged (RFC 9293
    /// section 3.8.3).
    Unprobed,
    /// One may. The other learns of it in any case, by keep-alives (RFC 9293 section 3.8.4).
    Probed,
}

/// The capacities of the queues, equal in both directions, and the rule for resets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TcpConfig {
    /// Capacity of each send queue, in cells.
    pub send: u8,
    /// Capacity of each receive queue, in cells.
    pub receive: u8,
    /// What an arriving RST does to unread data.
    pub reset_rule: ResetRule,
    /// Whether a host may vanish.
    pub vanishing: Vanishing,
}

impl TcpConfig {
    /// Capacities in whole records of `record_cells` cells; nothing if a queue cannot be so long.
    pub fn of_records(send: u8, receive: u8, record_cells: u8) -> Option<Self> {
        let cells = |records: u8| {
            let cells = records.checked_mul(record_cells)?;
            (usize::from(cells) <= QUEUE_CELLS).then_some(cells)
        };
        Some(Self {
            send: cells(send)?,
            receive: cells(receive)?,
            reset_rule: ResetRule::Keeps,
            vanishing: Vanishing::Never,
        })
    }
}
