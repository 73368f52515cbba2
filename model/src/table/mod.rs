//! The transition table: one alphabet, seven machines in two halves, one `step`.
//!
//! Read `client.rs` and `server.rs` beside RFC 9846 appendix A; `read.rs` and `write.rs` hold what
//! an endpoint does after the handshake; `receiver.rs` and `sender.rs` are the places of the
//! application's calls, and say how the transport is treated; `report.rs` answers the one question
//! that the receiving place has about the other half.
//!
//! The halves may have one owner or two. Each has its own facts, memory and calls; what crosses is
//! a letter (`post`), and nothing else does.

#[macro_use]
mod alphabet;
#[macro_use]
pub mod client;
#[macro_use]
pub mod server;
#[macro_use]
pub mod read;
#[macro_use]
pub mod write;
#[macro_use]
pub mod receiver;
#[macro_use]
pub mod report;
#[macro_use]
pub mod sender;

pub use alphabet::*;

/// How many records of application data an endpoint that ships may have opened before the
/// application takes them: the fact `inbox_room` says whether there are fewer.
///
/// A pending write receives meanwhile, so that what stands behind unread data is heard: one request
/// to update keys and one reply to a request are the most that can (RFC 9846 section 4.7.3), and
/// each may take the place of a record for which plain TCP has room.
pub const INBOX_RECORDS: u8 = 2;

impl Action {
    /// Whether it seals a record, or more than one.
    #[must_use]
    pub const fn seals(self) -> bool {
        matches!(
            self,
            Self::Send(_)
                | Self::SendChangeCipherSpec
                | Self::SendKeyUpdate(_)
                | Self::SendAlert(_)
                | Self::SendErrorAlert(_)
                | Self::SendApplicationData
                | Self::SendEarlyData
        )
    }
}

hyaline_codegen::table! {
    half receiving {
        handshake: client | server,
        read,
        receiver,
    }
    half sending {
        write,
        report,
        sender,
    }
}
