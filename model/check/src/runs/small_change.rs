//! The small changes of a scenario, of which each might heal it.

use std::fmt;

use crate::side::Side;

/// One small change of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SmallChange {
    /// A switch of a profile is set: at this side, or at both.
    Switch {
        /// Where; at both sides where none is named.
        side: Option<Side>,
        /// The switch.
        switch: String,
        /// What it is set to.
        value: String,
    },
    /// Each send queue holds so many records.
    SendBuffer(u8),
    /// Each receive queue holds so many records.
    ReceiveBuffer(u8),
    /// The inbox of this side holds so many records.
    Inbox(Side, u8),
    /// The server sends no tickets.
    NoTickets,
    /// The client sends no early data.
    NoEarlyData,
}

impl SmallChange {
    /// Whether both set the same thing, so that they cannot be made together.
    pub(super) fn excludes(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Switch { side, switch, .. },
                Self::Switch { side: other_side, switch: other_switch, .. },
            ) => side == other_side && switch == other_switch,
            _ => false,
        }
    }
}

impl fmt::Display for SmallChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let records = |count: &u8| if *count == 1 { "record" } else { "records" };
        match self {
            Self::Switch { side: Some(side), switch, value } => {
                write!(formatter, "`{switch}={value}` at the {side}")
            }
            Self::Switch { side: None, switch, value } => {
                write!(formatter, "`{switch}={value}` at both ends")
            }
            Self::SendBuffer(count) => {
                write!(formatter, "send queues of {count} {}", records(count))
            }
            Self::ReceiveBuffer(count) => {
                write!(formatter, "receive queues of {count} {}", records(count))
            }
            Self::Inbox(side, count) => {
                write!(formatter, "an inbox of {count} {} at the {side}", records(count))
            }
            Self::NoTickets => write!(formatter, "no tickets"),
            Self::NoEarlyData => write!(formatter, "no early data"),
        }
    }
}
