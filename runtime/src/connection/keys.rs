//! Changes of keys (RFC 9846 section 7), each by the action that a row names.

use hyaline_model::table::Epoch;

use super::core::{ReceivingCore, SendingCore, Side};
use crate::Error;
use crate::crypto::{CryptoError, CryptoProvider};
use crate::key_schedule::{HandshakeSecrets, KeyLogLabel, TrafficSecret};

/// A step of the key schedule that lacks its input: the table's rows are in another order.
const NO_INPUT: Error = Error::Internal("a key was asked for before its input was there");

impl<P: CryptoProvider> ReceivingCore<P> {
    pub(super) fn receive_with(&mut self, epoch: Epoch) -> Result<(), Error> {
        let is_client = self.is_client();
        match epoch {
            Epoch::Handshake => {
                self.derive_handshake_secrets()?;
                let handshake = self.handshake.as_deref().ok_or(NO_INPUT)?;
                let secrets = handshake.secrets.as_ref().ok_or(NO_INPUT)?;
                let secret = if is_client { &secrets.server } else { &secrets.client };
                self.opener.install(secret.keys(&self.provider)?);
            }
            Epoch::Application => {
                self.derive_application_secrets()?;
                let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
                let secret = if is_client {
                    handshake.server_application.take()
                } else {
                    handshake.client_application.take()
                };
                let secret = secret.ok_or(NO_INPUT)?;
                self.opener.install(secret.keys(&self.provider)?);
                self.secret = Some(secret);
            }
        }
        Ok(())
    }

    /// The handshake gives the sending half its keys.
    pub(super) fn send_with(
        &mut self,
        epoch: Epoch,
        sending: &mut SendingCore<P>,
    ) -> Result<(), Error> {
        let is_client = self.is_client();
        match epoch {
            Epoch::Handshake => {
                self.derive_handshake_secrets()?;
                let handshake = self.handshake.as_deref().ok_or(NO_INPUT)?;
                let secrets = handshake.secrets.as_ref().ok_or(NO_INPUT)?;
                let secret = if is_client { &secrets.client } else { &secrets.server };
                sending.sealer.install(secret.keys(&self.provider)?);
            }
            Epoch::Application => {
                self.derive_application_secrets()?;
                let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
                let secret = if is_client {
                    handshake.client_application.take()
                } else {
                    handshake.server_application.take()
                };
                let secret = secret.ok_or(NO_INPUT)?;
                sending.sealer.install(secret.keys(&self.provider)?);
                sending.secret = Some(secret);
            }
        }
        Ok(())
    }

    pub(super) fn advance_key(&mut self) -> Result<(), Error> {
        let next = self.secret.as_ref().ok_or(NO_INPUT)?.next(&self.provider)?;
        self.opener.install(next.keys(&self.provider)?);
        self.secret = Some(next);
        Ok(())
    }

    pub(super) fn forget_keys(&mut self) {
        self.opener.forget();
        self.secret = None;
        self.joiner = crate::handshake::join::Joiner::default();
        self.handshake = None;
    }

    /// The connection has failed or is closed: nothing may be derived from its secrets any more
    /// (RFC 9846 section 6).
    pub(super) fn forget_exporter(&mut self) {
        self.exporter = None;
    }

    /// The handshake is complete: what only it needed goes.
    pub(super) fn end_handshake(&mut self) {
        if let Some(handshake) = self.handshake.take() {
            self.negotiated.peer_certificates = handshake.peer_chain;
        }
    }

    /// The transcript now covers ClientHello to ServerHello.
    fn derive_handshake_secrets(&mut self) -> Result<(), Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        if handshake.secrets.is_some() {
            return Ok(());
        }
        let suite = handshake.suite.ok_or(NO_INPUT)?;
        let shared = handshake.shared.take().ok_or(NO_INPUT)?;
        let hash = handshake.transcript.hash()?;
        let secrets = HandshakeSecrets::new(&self.provider, suite, &shared, &hash)?;
        let client_random = handshake.client_random;
        self.log_secret(KeyLogLabel::ClientHandshakeTrafficSecret, &client_random, &secrets.client);
        self.log_secret(KeyLogLabel::ServerHandshakeTrafficSecret, &client_random, &secrets.server);
        if let Some(handshake) = self.handshake.as_deref_mut() {
            handshake.secrets = Some(secrets);
        }
        Ok(())
    }

    /// The transcript now covers ClientHello to the server's Finished.
    fn derive_application_secrets(&mut self) -> Result<(), Error> {
        if self.exporter.is_some() {
            return Ok(());
        }
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let secrets = handshake.secrets.as_ref().ok_or(NO_INPUT)?;
        let hash = handshake.transcript.hash()?;
        let application = secrets.main.application(&self.provider, &hash)?;
        let client_random = handshake.client_random;
        self.log_secret(KeyLogLabel::ClientTrafficSecret(0), &client_random, &application.client);
        self.log_secret(KeyLogLabel::ServerTrafficSecret(0), &client_random, &application.server);
        if let Some(log) = self.key_log() {
            let label = KeyLogLabel::ExporterSecret.to_string();
            log.log(&label, &client_random, application.exporter.secret().as_bytes());
        }
        if let Some(handshake) = self.handshake.as_deref_mut() {
            handshake.client_application = Some(application.client);
            handshake.server_application = Some(application.server);
        }
        self.exporter = Some(application.exporter);
        Ok(())
    }

    fn key_log(&self) -> Option<&dyn crate::KeyLog> {
        match &self.side {
            Side::Client { config, .. } => config.key_log(),
            Side::Server { config } => config.key_log(),
        }
    }

    fn log_secret(&self, label: KeyLogLabel, client_random: &[u8; 32], secret: &TrafficSecret) {
        if let Some(log) = self.key_log() {
            log.log(&label.to_string(), client_random, secret.secret().as_bytes());
        }
    }
}

impl<P: CryptoProvider> SendingCore<P> {
    pub(super) fn advance_key(&mut self) -> Result<(), Error> {
        let next = self.secret.as_ref().ok_or(NO_INPUT)?.next(&self.provider)?;
        self.sealer.install(next.keys(&self.provider)?);
        self.secret = Some(next);
        Ok(())
    }

    pub(super) fn forget_keys(&mut self) {
        self.sealer.forget();
        self.secret = None;
    }
}

impl From<CryptoError> for Error {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Random => Self::NoRandomness,
            CryptoError::Sign => Self::SigningFailed,
            _ => Self::Internal("the cryptographic library failed"),
        }
    }
}
