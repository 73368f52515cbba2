//! A recorded handshake in place of our own choices: at the encode seam the trace's messages take
//! the place of ours, and at the decode seam what answers them is taken out again. Only in builds
//! for the replay.

use std::borrow::Cow;
use std::collections::VecDeque;

use super::Connection;
use super::core::Core;
use crate::crypto::CryptoProvider;
use crate::message::again;
use crate::{ExtensionType, HandshakeType};

/// What a trace says differently from what we would say.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Messages that take the place of ours, in order. One whose type is not the next here is our
    /// own.
    pub given: VecDeque<(HandshakeType, Vec<u8>)>,
    /// Types of extensions that only the given messages have: the answers to them are not looked
    /// at.
    pub foreign: Vec<ExtensionType>,
}

/// The recording, with what has become of our own messages.
#[derive(Clone, Debug)]
pub(super) struct Playback {
    recording: Recording,
    own: Vec<Vec<u8>>,
    held: Vec<u8>,
    first: Option<HandshakeType>,
}

impl<P: CryptoProvider> Core<P> {
    /// Takes note of our message, and puts the given one in its place.
    pub(super) fn replace(&mut self, message: HandshakeType, bytes: &mut Vec<u8>) {
        let Some(playback) = self.playback.as_deref_mut() else { return };
        playback.own.push(bytes.clone());
        let given = &mut playback.recording.given;
        if given.front().is_some_and(|(next, _)| *next == message)
            && let Some((_, next)) = given.pop_front()
        {
            *bytes = next;
        }
    }

    /// The content of the next record, with the first message in it; nothing while more is to come
    /// into it.
    pub(super) fn gather(
        &mut self,
        message: HandshakeType,
        bytes: Vec<u8>,
    ) -> Option<(HandshakeType, Vec<u8>)> {
        let is_client = self.is_client();
        let Some(playback) = self.playback.as_deref_mut() else { return Some((message, bytes)) };
        let first = *playback.first.get_or_insert(message);
        playback.held.extend_from_slice(&bytes);
        match message {
            HandshakeType::EncryptedExtensions
            | HandshakeType::CertificateRequest
            | HandshakeType::Certificate
            | HandshakeType::CertificateVerify => return None,
            _ => playback.first = None,
        }
        let content = std::mem::take(&mut playback.held);
        if message == HandshakeType::Finished && is_client {
            self.resume();
        }
        Some((first, content))
    }

    /// The message as it would be if the peer had answered our own.
    pub(super) fn understood<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        match &self.playback {
            Some(playback) => Cow::Owned(again::without(bytes, &playback.recording.foreign)),
            None => Cow::Borrowed(bytes),
        }
    }

    /// Derives resumption_secret, which nothing needs yet, so that the provider sees it.
    fn resume(&self) -> Option<()> {
        let handshake = self.handshake.as_deref()?;
        let main = handshake.secrets.as_ref()?.main.clone();
        main.resumption(&self.provider, &handshake.transcript.hash().ok()?);
        Some(())
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// Follows a recording from now on. The messages of one flight share a record, as they do in
    /// the traces.
    pub fn follow(&mut self, recording: Recording) {
        self.core.playback =
            Some(Box::new(Playback { recording, own: Vec::new(), held: Vec::new(), first: None }));
    }

    /// The messages that we would have sent, in order; KeyUpdate is not among them.
    #[must_use]
    pub fn own_messages(&self) -> Vec<Vec<u8>> {
        self.core.playback.as_ref().map(|playback| playback.own.clone()).unwrap_or_default()
    }

    /// How many given messages have not taken their places.
    #[must_use]
    pub fn given_left(&self) -> usize {
        self.core.playback.as_ref().map_or(0, |playback| playback.recording.given.len())
    }
}
