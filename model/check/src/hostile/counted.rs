//! What the library counts: in this world, facts that are chosen freely.

use hyaline_model::table::{Event, Flood, KeyUsage, SendingCall};

/// What the library counts, and this world chooses freely, for one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Counted {
    /// Records without progress.
    pub flood: Flood,
    /// Records under the sending key.
    pub key_usage: KeyUsage,
    /// Updates of the sending key.
    pub may_update_key: bool,
    /// The ClientHello that is sent next offers early data.
    pub early_data_offered: bool,
    /// The record at hand is within the early data that its ticket allows.
    pub early_data_room: bool,
    /// The record at hand, which cannot be opened, may be of early data that were rejected.
    pub early_data_rejected: bool,
}

impl Counted {
    /// Every counter is far from its limit.
    pub const FEW: Self = Self {
        flood: Flood::Below,
        key_usage: KeyUsage::Below,
        may_update_key: true,
        early_data_offered: false,
        early_data_room: true,
        early_data_rejected: false,
    };

    /// What the counters of the sending key may say when a call begins. Only calls that may update
    /// it ask.
    pub(super) fn at(call: Event, may_be_used_up: bool) -> impl Iterator<Item = Self> {
        let usages: &[KeyUsage] = match call {
            Event::StartSending(SendingCall::Write) if may_be_used_up => KeyUsage::ALL,
            _ => &[KeyUsage::Below],
        };
        let updates: &[bool] = match call {
            Event::StartSending(SendingCall::Write | SendingCall::UpdateKey) => &[true, false],
            _ => &[true],
        };
        usages.iter().flat_map(move |key_usage| {
            updates.iter().map(move |may_update_key| Self {
                key_usage: *key_usage,
                may_update_key: *may_update_key,
                ..Self::FEW
            })
        })
    }
}

impl Default for Counted {
    fn default() -> Self {
        Self::FEW
    }
}
