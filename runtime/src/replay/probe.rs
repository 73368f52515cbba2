//! The hooks by which a replay sees and changes what a connection does.

use std::borrow::Cow;
use std::io::ErrorKind;
use std::sync::atomic::{AtomicU64, Ordering};

use hyaline_model::table::{Action, Row};

use super::planted::{NONCE, Planted};
use super::recording::Playback;
use super::reencode;
use crate::HandshakeType;

/// How many rows have fired.
static FIRED: AtomicU64 = AtomicU64::new(0);

/// What half of a connection lets the replay see and change.
#[derive(Clone, Default)]
pub(crate) struct Probe {
    /// The rows that have fired since they were taken last, each with its place among all that ever
    /// fired, by which the rows of both halves are put in order.
    pub(super) rows: Vec<(u64, &'static Row)>,
    pub(super) planted: Option<Planted>,
    pub(super) playback: Option<Box<Playback>>,
    /// The nonces of the tickets that were sealed.
    pub(super) ticket_nonces: Vec<Vec<u8>>,
}

impl Probe {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The table has fired a row.
    pub(crate) fn fired(&mut self, row: &'static Row) {
        self.rows.push((FIRED.fetch_add(1, Ordering::Relaxed), row));
    }

    /// What is performed where a row says `action`.
    pub(crate) fn performed(&self, action: Action) -> impl Iterator<Item = Action> + use<> {
        let actions = match self.planted {
            Some(planted) => planted.performed(action),
            None => [None, Some(action)],
        };
        actions.into_iter().flatten()
    }

    /// Takes note of our message, and puts the given one in its place.
    pub(crate) fn replace(&mut self, message: HandshakeType, bytes: &mut Vec<u8>) {
        if let Some(playback) = self.playback.as_deref_mut() {
            playback.replace(message, bytes);
        }
        if let Some(planted) = self.planted {
            planted.forge(message, bytes);
        }
        if message == HandshakeType::NewSessionTicket {
            self.ticket_nonces.extend(bytes.get(NONCE).map(<[u8]>::to_vec));
        }
    }

    /// How the transport failed, as it is to be kept.
    pub(crate) fn transport_error(&self, kind: ErrorKind) -> ErrorKind {
        self.planted.map_or(kind, |planted| planted.transport_error(kind))
    }

    /// The content of the next record, with the type of the first message in it; none while more
    /// messages are to come into the record.
    pub(crate) fn gather(
        &mut self,
        message: HandshakeType,
        bytes: Vec<u8>,
    ) -> Option<(HandshakeType, Vec<u8>)> {
        match self.playback.as_deref_mut() {
            Some(playback) => playback.gather(message, &bytes),
            None => Some((message, bytes)),
        }
    }

    /// A handshake message of the peer's, as it would be if the peer had answered our own.
    pub(crate) fn understood<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        match &self.playback {
            Some(playback) => Cow::Owned(reencode::without(bytes, playback.foreign())),
            None => Cow::Borrowed(bytes),
        }
    }
}
