//! The messages of the handshake that we send.

use hyaline_model::table::Message;

use super::core::Side;
use super::ech::{Confirms, EchStatus};
use super::handshake::{Handshake, MISPLACED, grease};
use super::perform::ReceivingTurn;
use crate::crypto::CryptoProvider;
use crate::ech::EchConfigList;
use crate::message::ech::CONFIRMATION_LENGTH;
use crate::message::{
    Certificate, CertificateRequest, CertificateVerify, EncryptedExtensions, Finished,
    HelloRetryRequest, KeyShare, ServerHello, compress, encode_end_of_early_data,
};
use crate::negotiate::server::EarlyDataChoice;
use crate::{CertificateType, Error, HandshakeType};

/// As long as messages commonly are at most, in bytes.
const COMMON_LENGTH: usize = 1024;

impl<P: CryptoProvider> ReceivingTurn<'_, P> {
    pub(super) fn send_message(&mut self, message: Message) -> Result<(), Error> {
        let mut bytes = std::mem::take(&mut Handshake::of(&mut self.core.handshake)?.message);
        bytes.clear();
        bytes.reserve(COMMON_LENGTH);
        let handshake_type = match message {
            Message::ClientHello => {
                self.client_hello(&mut bytes)?;
                HandshakeType::ClientHello
            }
            Message::HelloRetryRequest => {
                self.hello_retry_request(&mut bytes)?;
                HandshakeType::ServerHello
            }
            Message::ServerHello => {
                self.server_hello(&mut bytes)?;
                HandshakeType::ServerHello
            }
            Message::EncryptedExtensions => {
                self.encrypted_extensions(&mut bytes)?;
                HandshakeType::EncryptedExtensions
            }
            Message::CertificateRequest => {
                let provider = &self.core.provider;
                let schemes = provider.verification_schemes();
                let side = &self.core.side;
                let (wanted, ours) = (side.wanted(), side.compressions());
                let names = side.authorities();
                let grease = match side {
                    Side::Server(config) if config.sends_grease() => Some(grease(provider)?),
                    _ => None,
                };
                let grease = grease.as_ref();
                CertificateRequest::encode(schemes, &[], wanted, names, ours, grease, &mut bytes);
                HandshakeType::CertificateRequest
            }
            Message::Certificate => {
                self.certificate(&mut bytes)?;
                HandshakeType::Certificate
            }
            Message::CertificateVerify => {
                self.certificate_verify(&mut bytes)?;
                HandshakeType::CertificateVerify
            }
            Message::Finished => {
                self.finished(&mut bytes)?;
                HandshakeType::Finished
            }
            Message::EndOfEarlyData => {
                encode_end_of_early_data(&mut bytes);
                HandshakeType::EndOfEarlyData
            }
            // The sending half sends tickets, and no row of the handshake does.
            Message::NewSessionTicket => return Err(MISPLACED),
        };
        self.core.probe.replace(handshake_type, &mut bytes);
        // The answer to a ClientHello says by which hash it is absorbed.
        if handshake_type != HandshakeType::ClientHello {
            Handshake::of(&mut self.core.handshake)?.transcript.absorb(&bytes)?;
        }
        if let Some((first, content)) = self.core.probe.gather(handshake_type, bytes) {
            let (sending, outbox) = self.sending()?;
            sending.sealer.seal_messages(outbox, first, &content)?;
            Handshake::of(&mut self.core.handshake)?.message = content;
        }
        Ok(())
    }

    fn client_hello(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = Handshake::of(&mut self.core.handshake)?;
        let mut ech = std::mem::take(&mut handshake.client_ech);
        let written = handshake.write_hello(&self.core.provider, &mut ech, bytes);
        handshake.client_ech = ech;
        self.core.negotiated.ech = handshake.client_ech.status();
        written
    }

    fn hello_retry_request(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = Handshake::of(&mut self.core.handshake)?;
        let selection = handshake.server_stage()?.retry()?;
        let suite = handshake.keys.suite()?;
        handshake.transcript.start_retry(&self.core.provider, suite.hash())?;
        let is_accepted = handshake.accepts_ech();
        HelloRetryRequest {
            session_id: &selection.session_id,
            suite: selection.suite,
            group: selection.group,
            cookie: None,
            ech_confirmation: is_accepted.then_some([0; CONFIRMATION_LENGTH]),
        }
        .encode(bytes);
        handshake.confirm_ech(&self.core.provider, Confirms::HelloRetryRequest, bytes)
    }

    fn server_hello(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = Handshake::of(&mut self.core.handshake)?;
        let random = handshake.random;
        let (selection, share) = handshake.server_stage()?.answer()?;
        ServerHello {
            random: &random,
            session_id: &selection.session_id,
            suite: selection.suite,
            share: selection.group.map(|group| KeyShare { group, public_key: &share }),
            selected_identity: selection.selected_identity,
        }
        .encode(bytes);
        handshake.confirm_ech(&self.core.provider, Confirms::ServerHello, bytes)
    }

    fn encrypted_extensions(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let selection = Handshake::of(&mut self.core.handshake)?.server_stage()?.settle()?;
        let Side::Server(config) = &self.core.side else { return Err(MISPLACED) };
        let groups = selection.groups_wanted.then(|| config.groups());
        let is_named = self.core.negotiated.server_name.is_some();
        // RFC 6066 section 3: nothing is said of the name where a session is resumed.
        let is_new = !self.core.negotiated.resumed;
        let server_name = is_new && is_named && config.identities().goes_by_name();
        let application_protocol = selection.application_protocol.as_deref();
        // RFC 8449 section 4: an answer to the client's, which is what it asks to be sent.
        let sizes = selection.record_size_limit.map(|sent| (config.record_size_limit(), sent));
        let own = sizes.map(|(received, _)| received);
        let early = matches!(selection.early_data, EarlyDataChoice::Accepted { .. });
        // RFC 9849 section 7.1: who has not read the ClientHello says by what it would have.
        let is_unread = self.core.negotiated.ech == EchStatus::Rejected;
        let retry = is_unread.then(|| config.retry_configs()).flatten();
        EncryptedExtensions {
            server_name,
            application_protocol,
            groups: None,
            record_size_limit: own,
            early_data: early,
            certificate_types: selection.certificate_types,
            retry_configs: retry.as_ref().map(EchConfigList::as_bytes),
        }
        .encode(groups, bytes);
        let Some((received, sent)) = sizes else { return Ok(()) };
        // The keys with which the client's records are opened come later.
        Handshake::of(&mut self.core.handshake)?.receive_limit = Some(received);
        self.sending()?.0.sealer.limit_size(sent);
        Ok(())
    }

    fn certificate(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let is_client = self.core.is_client();
        let handshake = Handshake::of(&mut self.core.handshake)?;
        match handshake.own.shown()? {
            Some(identity) => {
                match handshake.certificate_types.of(is_client) {
                    CertificateType::RawPublicKey => {
                        Certificate::encode(identity.raw_entry().into_iter(), bytes);
                    }
                    _ => Certificate::encode(identity.entries(handshake.wanted), bytes),
                }
                if let Some(algorithm) = handshake.compression {
                    compress(bytes, algorithm, self.core.side.compressions());
                }
            }
            None => Certificate::encode(core::iter::empty(), bytes),
        }
        Ok(())
    }

    fn certificate_verify(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let (scheme, signature) = Handshake::of(&mut self.core.handshake)?.own.prove()?;
        CertificateVerify { scheme, signature: &signature }.encode(bytes);
        Ok(())
    }

    fn finished(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let is_client = self.core.is_client();
        let handshake = Handshake::of(&mut self.core.handshake)?;
        let secret = handshake.keys.secrets().ok_or(MISPLACED)?.of(is_client);
        let value = secret.verify_data(&self.core.provider, &handshake.transcript.hash()?)?;
        Finished { verify_data: value.as_bytes() }.encode(bytes);
        Ok(())
    }
}
