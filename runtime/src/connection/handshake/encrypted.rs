//! What the handshake does of Encrypted ClientHello (RFC 9849), beside the offer and the selection.

use super::super::ech::{ClientEch, Confirms, EchAnswer, ServerEch, confirmation};
use super::{Handshake, MISPLACED, Negotiation};
use crate::Error;
use crate::crypto::{CryptoProvider, Suite};
use crate::message::ech::CONFIRMATION_LENGTH;
use crate::negotiate::client::write_client_hello;

impl<P: CryptoProvider> Handshake<P> {
    /// Appends the ClientHello of what is offered, encrypted or not, with its binder.
    pub(crate) fn write_hello(
        &self,
        provider: &P,
        ech: &mut ClientEch<P>,
        bytes: &mut Vec<u8>,
    ) -> Result<(), Error> {
        let Negotiation::Client(stage) = &self.negotiation else { return Err(MISPLACED) };
        let offer = stage.offered().ok_or(MISPLACED)?;
        let bind = |hello: &mut [u8]| match &offer.session {
            Some(session) => self.bind(provider, session.hash, hello),
            None => Ok(()),
        };
        ech.begin(provider, offer)?;
        if let ClientEch::Offered(encryption) = ech {
            return encryption.write(provider, offer, bind, bytes);
        }
        write_client_hello(offer, ech.contents(), bytes);
        bind(bytes)
    }

    /// Our last ClientHello, as the transcript has it as long as nobody says otherwise.
    pub(crate) fn last_hello(&self) -> &[u8] {
        self.client_ech.encryption().map_or(&self.message, |encryption| encryption.inner())
    }

    /// Whether this message says that the server has read our encrypted ClientHello.
    pub(crate) fn ech_answer(
        &self,
        provider: &P,
        suite: Suite,
        confirms: Confirms,
        message: &[u8],
        said: Option<&[u8; CONFIRMATION_LENGTH]>,
    ) -> Result<EchAnswer, Error> {
        let hash = suite.hash();
        self.client_ech.answer(provider, &self.transcript, hash, confirms, message, said)
    }

    /// Takes the answer of a ServerHello or HelloRetryRequest that is accepted. The transcript gets
    /// the ClientHello that the server has read.
    pub(crate) fn take_ech_answer(
        &mut self,
        provider: &P,
        suite: Suite,
        confirms: Confirms,
        answer: EchAnswer,
    ) -> Result<(), Error> {
        self.transcript.start(provider, suite.hash());
        let encryption = self.client_ech.encryption().filter(|_| answer == EchAnswer::Accepted);
        let hello = encryption.map_or(self.message.as_slice(), |encryption| encryption.inner());
        self.transcript.absorb(hello)?;
        let Negotiation::Client(stage) = &mut self.negotiation else { return Err(MISPLACED) };
        let offer = stage.offered_mut().ok_or(MISPLACED)?;
        if let Some(public_name) = self.client_ech.take(answer, confirms, offer) {
            self.client_random = offer.random;
            self.session = None;
            self.called = Some(public_name.into());
        }
        Ok(())
    }

    /// Whether the client is to be told that its encrypted ClientHello counts.
    pub(crate) fn accepts_ech(&self) -> bool {
        self.server_ech.as_ref().is_some_and(ServerEch::is_accepted)
    }

    /// On a server: writes into this message that the encrypted ClientHello counts, if it does.
    pub(crate) fn confirm_ech(
        &self,
        provider: &P,
        confirms: Confirms,
        message: &mut [u8],
    ) -> Result<(), Error> {
        if !self.accepts_ech() {
            return Ok(());
        }
        let (hash, random) = (self.keys.suite()?.hash(), &self.client_random);
        let value = confirmation(provider, &self.transcript, hash, random, confirms, message)?;
        let place = confirms.place(message).and_then(|place| message.get_mut(place));
        place.ok_or(MISPLACED)?.copy_from_slice(&value);
        Ok(())
    }
}
