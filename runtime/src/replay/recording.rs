//! A recorded handshake in place of our own choices: at the encode seam the trace's messages take
//! the place of ours, and at the decode seam what answers them is taken out again.

use std::collections::VecDeque;

use crate::crypto::CryptoProvider;
use crate::{Connection, ExtensionType, HandshakeType};

/// What a trace says differently from what we would say.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// Messages that take the place of ours, in order. Where the next one here is of another type,
    /// our own message is sent.
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

impl Playback {
    /// Takes note of our message, and puts the given one in its place.
    pub(super) fn replace(&mut self, message: HandshakeType, bytes: &mut Vec<u8>) {
        self.own.push(bytes.clone());
        let given = &mut self.recording.given;
        if given.front().is_some_and(|(next, _)| *next == message)
            && let Some((_, next)) = given.pop_front()
        {
            *bytes = next;
        }
    }

    /// The content of the next record, with the type of the first message in it; none while more
    /// messages are to come into the record.
    pub(super) fn gather(
        &mut self,
        message: HandshakeType,
        bytes: &[u8],
    ) -> Option<(HandshakeType, Vec<u8>)> {
        let first = *self.first.get_or_insert(message);
        self.held.extend_from_slice(bytes);
        match message {
            HandshakeType::EncryptedExtensions
            | HandshakeType::CertificateRequest
            | HandshakeType::Certificate
            | HandshakeType::CertificateVerify => return None,
            _ => self.first = None,
        }
        Some((first, std::mem::take(&mut self.held)))
    }

    /// Types of extensions that only the given messages have.
    pub(super) fn foreign(&self) -> &[ExtensionType] {
        &self.recording.foreign
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// Follows a recording from now on. The messages of one flight share a record, as they do in
    /// the traces.
    pub fn follow(&mut self, recording: Recording) {
        // Tickets are the sending half's, everything else is the handshake's.
        let is_ticket =
            |(kind, _): &(HandshakeType, Vec<u8>)| *kind == HandshakeType::NewSessionTicket;
        let (tickets, given) = recording.given.into_iter().partition(is_ticket);
        let playback = |given| {
            let recording = Recording { given, foreign: recording.foreign.clone() };
            Box::new(Playback { recording, own: Vec::new(), held: Vec::new(), first: None })
        };
        self.receiver.core.probe.playback = Some(playback(given));
        self.sender.core.probe.playback = Some(playback(tickets));
    }

    fn playbacks(&self) -> impl Iterator<Item = &Playback> {
        let (receiver, sender) = (&self.receiver.core.probe, &self.sender.core.probe);
        [receiver, sender].into_iter().filter_map(|probe| probe.playback.as_deref())
    }

    /// The messages that we would have sent, in order; KeyUpdate is not among them.
    #[must_use]
    pub fn own_messages(&self) -> Vec<Vec<u8>> {
        self.playbacks().flat_map(|playback| playback.own.iter().cloned()).collect()
    }

    /// How many given messages have not taken their places.
    #[must_use]
    pub fn given_left(&self) -> usize {
        self.playbacks().map(|playback| playback.recording.given.len()).sum()
    }
}
