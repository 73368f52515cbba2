//! What ships in the place of the replay: a probe that sees nothing and changes nothing.

use std::borrow::Cow;
use std::io::ErrorKind;

use hyaline_model::table::{Action, Row};

use crate::HandshakeType;

/// What a connection lets the replay see and change: nothing.
pub(crate) struct Probe;

impl Probe {
    pub(crate) const fn new() -> Self {
        Self
    }

    /// The table has fired a row.
    pub(crate) fn fired(&mut self, _row: &'static Row) {}

    /// What is performed where a row says `action`.
    pub(crate) fn performed(&self, action: Action) -> [Action; 1] {
        [action]
    }

    /// Puts another handshake message in the place of ours.
    pub(crate) fn replace(&mut self, _message: HandshakeType, _bytes: &mut Vec<u8>) {}

    /// How the transport failed, as it is kept.
    pub(crate) fn transport_error(&self, kind: ErrorKind) -> ErrorKind {
        kind
    }

    /// The content of the next records that carry handshake messages, with the type of the first.
    pub(crate) fn gather(
        &mut self,
        message: HandshakeType,
        bytes: Vec<u8>,
    ) -> Option<(HandshakeType, Vec<u8>)> {
        Some((message, bytes))
    }

    /// A handshake message of the peer's, as it is decoded.
    pub(crate) fn understood<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        Cow::Borrowed(bytes)
    }
}
