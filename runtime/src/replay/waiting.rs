//! The records of an outbox, for the replay to compare.

use core::ops::Range;

use crate::Outbox;
use crate::record::Content;

/// One record that waits to be transmitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingRecord {
    /// What the record is about.
    pub content: Content,
    /// Where its unsent bytes stand in [`Outbox::bytes`].
    pub range: Range<usize>,
    /// Whether a part of it is transmitted already.
    pub begun: bool,
}

impl Outbox {
    /// The records that are not wholly transmitted, in order.
    #[must_use]
    pub fn records(&self) -> Vec<WaitingRecord> {
        let mut start = 0;
        let mut transmitted = self.front_transmitted;
        self.front
            .iter()
            .chain(&self.later)
            .map(|record| {
                let end = start + usize::from(record.length.saturating_sub(transmitted));
                let begun = transmitted > 0;
                let range = start..end;
                transmitted = 0;
                start = end;
                WaitingRecord { content: record.content, range, begun }
            })
            .collect()
    }
}
