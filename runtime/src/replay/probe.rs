//! The hooks by which a replay sees and changes what a connection does.

use std::borrow::Cow;

use hyaline_model::table::{Action, Row};

use super::again;
use super::planted::Planted;
use super::recording::Playback;
use crate::HandshakeType;
use crate::connection::core::Core;
use crate::crypto::CryptoProvider;

/// What a connection lets the replay see and change.
#[derive(Clone, Default)]
pub(crate) struct Probe {
    /// The rows that have fired since they were taken last.
    pub(super) rows: Vec<&'static Row>,
    pub(super) planted: Option<Planted>,
    pub(super) playback: Option<Box<Playback>>,
}

impl Probe {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// The probe of a sending half that leaves this connection.
    pub(crate) fn for_sending(&self) -> Self {
        Self { planted: self.planted, ..Self::default() }
    }

    /// The table has fired a row.
    pub(crate) fn fired(&mut self, row: &'static Row) {
        self.rows.push(row);
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
    }

    /// The content of the next record, with the first message in it; nothing while more is to come
    /// into it.
    pub(crate) fn gather<P: CryptoProvider>(
        core: &mut Core<P>,
        message: HandshakeType,
        bytes: Vec<u8>,
    ) -> Option<(HandshakeType, Vec<u8>)> {
        let is_client = core.is_client();
        let Some(playback) = core.probe.playback.as_deref_mut() else {
            return Some((message, bytes));
        };
        let gathered = playback.gather(message, &bytes);
        if message == HandshakeType::Finished && is_client {
            core.resume();
        }
        gathered
    }

    /// A handshake message of the peer's, as it would be if the peer had answered our own.
    pub(crate) fn understood<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        match &self.playback {
            Some(playback) => Cow::Owned(again::without(bytes, playback.foreign())),
            None => Cow::Borrowed(bytes),
        }
    }
}
