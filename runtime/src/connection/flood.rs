//! Counters of records and messages that do no harm one by one, and cost work for nothing when they
//! do not stop.
//!
//! The counters begin again at 0 with every progress: when application data is received, or the
//! answer to a key update that we have asked for. What follows at a limit is a row of the table.

use crate::Flood;

/// The change_cipher_spec records of one handshake: compatibility mode needs one.
pub(crate) const MAXIMUM_CHANGE_CIPHER_SPECS: u16 = 32;

/// The user_canceled alerts before close_notify: one is enough.
pub(crate) const MAXIMUM_CANCELLATIONS: u16 = 4;

/// The KeyUpdates without application data between them. BoringSSL and OpenSSL draw the same line.
pub(crate) const MAXIMUM_KEY_UPDATES: u16 = 32;

/// The tickets without application data between them. Some servers are configured to send dozens.
pub(crate) const MAXIMUM_TICKETS: u16 = 256;

/// The empty records without application data between them. They may be cover traffic (RFC 9846
/// section 5.4), so that there may be many.
pub(crate) const MAXIMUM_EMPTY_RECORDS: u16 = 1024;

impl Flood {
    /// How many of these are accepted in a row.
    pub(crate) const fn limit(self) -> u16 {
        match self {
            Self::ChangeCipherSpecs => MAXIMUM_CHANGE_CIPHER_SPECS,
            Self::Alerts => MAXIMUM_CANCELLATIONS,
            Self::KeyUpdates => MAXIMUM_KEY_UPDATES,
            Self::Tickets => MAXIMUM_TICKETS,
            Self::EmptyRecords => MAXIMUM_EMPTY_RECORDS,
        }
    }
}

/// How many of each have come since the last progress.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Floods {
    pub(crate) change_cipher_specs: u16,
    pub(crate) cancellations: u16,
    pub(crate) key_updates: u16,
    pub(crate) tickets: u16,
    pub(crate) empty_records: u16,
}

impl Floods {
    /// Counts one more of these; true if that is one too many.
    pub(super) fn count(&mut self, flood: Flood) -> bool {
        let counter = match flood {
            Flood::ChangeCipherSpecs => &mut self.change_cipher_specs,
            Flood::Alerts => &mut self.cancellations,
            Flood::KeyUpdates => &mut self.key_updates,
            Flood::Tickets => &mut self.tickets,
            Flood::EmptyRecords => &mut self.empty_records,
        };
        *counter = counter.saturating_add(1);
        *counter > flood.limit()
    }

    /// Application data was received, or an update of keys that we had asked for.
    pub(super) fn progress(&mut self) {
        *self = Self::default();
    }
}
