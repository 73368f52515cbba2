//! The messages of the handshake that we send.

use hyaline_model::table::Message;

use super::core::Side;
use super::perform::ReceivingTurn;
use crate::crypto::CryptoProvider;
use crate::message::{
    Certificate, CertificateRequest, CertificateVerify, EncryptedExtensions, Finished,
    HelloRetryRequest, KeyShare, ServerHello,
};
use crate::negotiate::client::client_hello;
use crate::replay::Probe;
use crate::{Error, HandshakeType};

const NO_INPUT: Error = Error::Internal("a message was to be sent before its input was there");

impl<P: CryptoProvider> ReceivingTurn<'_, P> {
    pub(super) fn send_message(&mut self, message: Message) -> Result<(), Error> {
        let mut bytes = Vec::new();
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
                let schemes = self.core.provider.verification_schemes();
                CertificateRequest::encode(schemes, &[], &mut bytes);
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
            // The write half sends tickets, and no row of the handshake does.
            Message::NewSessionTicket => return Err(NO_INPUT),
        };
        self.core.probe.replace(handshake_type, &mut bytes);
        if let Some(handshake) = self.core.handshake.as_deref_mut() {
            handshake.transcript.absorb(&bytes);
        }
        if let Some((first, content)) = Probe::gather(self.core, handshake_type, bytes) {
            let (sending, outbox) = self.sending.as_mut().ok_or(NO_INPUT)?;
            sending.sealer.seal_messages(outbox, first, &content)?;
        }
        Ok(())
    }

    fn client_hello(&self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = self.core.handshake.as_deref().ok_or(NO_INPUT)?;
        *bytes = client_hello(handshake.offer.as_ref().ok_or(NO_INPUT)?);
        Ok(())
    }

    fn hello_retry_request(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = self.core.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let selection = handshake.selection.take().ok_or(NO_INPUT)?;
        let suite = handshake.suite.ok_or(NO_INPUT)?;
        handshake.transcript.start_retry(&self.core.provider, suite.hash())?;
        handshake.first_hello = handshake.hello.take();
        HelloRetryRequest {
            session_id: &selection.session_id,
            suite: selection.suite,
            group: Some(selection.group),
            cookie: None,
        }
        .encode(bytes);
        Ok(())
    }

    fn server_hello(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = self.core.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let selection = handshake.selection.as_ref().ok_or(NO_INPUT)?;
        let suite = handshake.suite.ok_or(NO_INPUT)?;
        handshake.transcript.start(&self.core.provider, suite.hash());
        ServerHello {
            random: &handshake.random,
            session_id: &selection.session_id,
            suite: selection.suite,
            share: KeyShare { group: selection.group, public_key: &handshake.own_share },
        }
        .encode(bytes);
        Ok(())
    }

    fn encrypted_extensions(&self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = self.core.handshake.as_deref().ok_or(NO_INPUT)?;
        let selection = handshake.selection.as_ref().ok_or(NO_INPUT)?;
        let groups = match &self.core.side {
            Side::Server { config } if selection.groups_wanted => Some(config.groups()),
            _ => None,
        };
        EncryptedExtensions::encode(selection.application_protocol.as_deref(), groups, bytes);
        Ok(())
    }

    fn certificate(&self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = self.core.handshake.as_deref().ok_or(NO_INPUT)?;
        match &handshake.identity {
            Some((identity, _)) => Certificate::encode(identity.chain(), bytes),
            None => Certificate::encode::<&[u8]>(&[], bytes),
        }
        Ok(())
    }

    fn certificate_verify(&mut self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = self.core.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let scheme = handshake.identity.as_ref().ok_or(NO_INPUT)?.1;
        let signature = std::mem::take(&mut handshake.own_signature);
        CertificateVerify { scheme, signature: &signature }.encode(bytes);
        Ok(())
    }

    fn finished(&self, bytes: &mut Vec<u8>) -> Result<(), Error> {
        let handshake = self.core.handshake.as_deref().ok_or(NO_INPUT)?;
        let secrets = handshake.secrets.as_ref().ok_or(NO_INPUT)?;
        let secret = if self.core.is_client() { &secrets.client } else { &secrets.server };
        let value = secret.verify_data(&self.core.provider, &handshake.transcript.hash()?)?;
        Finished { verify_data: value.as_bytes() }.encode(bytes);
        Ok(())
    }
}
