//! The settings of an endpoint: what a scenario fixes for it.

use hyaline_model::table::Policy;

use crate::interpret::mutation::Mutated;

/// What a scenario fixes for one endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Settings {
    /// The policy: a profile, with the configuration of this endpoint.
    pub policy: Policy,
    /// The certificate that this endpoint presents when asked; `None` of them is an empty message.
    pub certificate: OwnCertificate,
    /// Tickets that a server sends, 0 to 8.
    pub tickets: u8,
    /// Cells in a record: 1, or 2.
    pub record_cells: u8,
    /// Records of application data that may be unread; see [`hyaline_model::table::INBOX_RECORDS`].
    pub inbox: u8,
    /// The client's first ClientHello carries a key share that the server cannot use.
    pub retry: bool,
    /// The client offers a pre-shared key, and the server accepts it.
    pub resumed: bool,
    /// Records of early data that the client sends behind its first ClientHello.
    pub early_data: u8,
    /// The server accepts early data where it may.
    pub early_data_accepted: bool,
    /// The table; changed in mutants only.
    pub table: Mutated,
}

impl Settings {
    /// Whether early data are offered and accepted: only by a server that resumes the session, and
    /// asks for no other ClientHello (RFC 9846 section 4.3.10).
    #[must_use]
    pub const fn accepts_early_data(&self) -> bool {
        self.early_data > 0 && self.early_data_accepted && self.resumed && !self.retry
    }
}

/// The certificate that an endpoint presents.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OwnCertificate {
    /// None: an empty Certificate message.
    Empty,
    /// One that the peer accepts.
    Good,
    /// One that the peer rejects.
    Rejected,
}
