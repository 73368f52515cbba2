//! Changes of keys (RFC 9846 section 7), each by the action that a row names.

use std::mem;

use hyaline_model::table::Epoch;

use super::core::{ReceivingCore, SendingCore, Side};
use super::handshake::{Handshake, MISPLACED};
use crate::crypto::{CryptoError, CryptoProvider, Secret, Suite};
use crate::key_schedule::{HandshakeSecrets, KeyLogLabel, TrafficKeys, TrafficSecret};
use crate::{Error, KeyLog};

/// How far the key schedule of a handshake has come, with what its next step needs.
#[derive(Default)]
pub(crate) enum KeyStage {
    /// No cipher suite is chosen, or all keys are handed out.
    #[default]
    None,
    /// The shared secret is not computed.
    Chosen { suite: Suite },
    /// There is a shared secret, and perhaps no ServerHello in the transcript.
    Agreed { suite: Suite, shared: Secret },
    /// The handshake's keys are there.
    Handshake { secrets: HandshakeSecrets },
    /// The server's direction has its application keys; the client's direction is to get them.
    Application { secrets: HandshakeSecrets, client: TrafficSecret },
}

impl KeyStage {
    /// Both sides know the cipher suite. A second choice, after a HelloRetryRequest, is the same.
    pub(super) fn choose(&mut self, suite: Suite) -> Result<(), Error> {
        match self {
            Self::Chosen { suite: before } if *before != suite => {
                return Err(Error::ClientHelloChanged { field: "cipher_suites" });
            }
            Self::None | Self::Chosen { .. } => *self = Self::Chosen { suite },
            _ => return Err(MISPLACED),
        }
        Ok(())
    }

    /// The cipher suite, until there are keys.
    pub(super) const fn suite(&self) -> Result<Suite, Error> {
        match self {
            Self::Chosen { suite } | Self::Agreed { suite, .. } => Ok(*suite),
            _ => Err(MISPLACED),
        }
    }

    /// The shared secret is computed.
    pub(super) fn agree(&mut self, shared: Secret) -> Result<(), Error> {
        let Self::Chosen { suite } = *self else { return Err(MISPLACED) };
        *self = Self::Agreed { suite, shared };
        Ok(())
    }

    /// The secrets of the handshake, once they are derived.
    pub(crate) const fn secrets(&self) -> Option<&HandshakeSecrets> {
        match self {
            Self::Handshake { secrets } | Self::Application { secrets, .. } => Some(secrets),
            _ => None,
        }
    }
}

impl<P: CryptoProvider> ReceivingCore<P> {
    pub(super) fn receive_with(&mut self, epoch: Epoch) -> Result<(), Error> {
        let of_client = !self.is_client();
        match epoch {
            Epoch::Handshake => {
                let keys = self.handshake_keys(of_client)?;
                self.opener.install(keys);
            }
            Epoch::Application => {
                let secret = self.application_secret(of_client)?;
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
        let of_client = self.is_client();
        match epoch {
            Epoch::Handshake => sending.sealer.install(self.handshake_keys(of_client)?),
            Epoch::Application => {
                let secret = self.application_secret(of_client)?;
                sending.sealer.install(secret.keys(&self.provider)?);
                sending.secret = Some(secret);
            }
        }
        Ok(())
    }

    pub(super) fn advance_key(&mut self) -> Result<(), Error> {
        let next = self.secret.as_ref().ok_or(MISPLACED)?.next(&self.provider)?;
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
            self.negotiated.peer_certificates = handshake.peer.into_chain();
        }
    }

    /// The handshake's keys for records of the client's, or else of the server's. At first they are
    /// derived: the transcript now covers ClientHello to ServerHello.
    fn handshake_keys(&mut self, of_client: bool) -> Result<TrafficKeys<P>, Error> {
        let handshake = Handshake::of(&mut self.handshake)?;
        if let KeyStage::Agreed { suite, shared } = &handshake.keys {
            let hash = handshake.transcript.hash()?;
            let secrets = HandshakeSecrets::new(&self.provider, *suite, shared, &hash)?;
            if let Some(log) = self.side.key_log() {
                let random = &handshake.client_random;
                log_secret(log, KeyLogLabel::ClientHandshakeTrafficSecret, random, &secrets.client);
                log_secret(log, KeyLogLabel::ServerHandshakeTrafficSecret, random, &secrets.server);
            }
            handshake.keys = KeyStage::Handshake { secrets };
        }
        let secrets = handshake.keys.secrets().ok_or(MISPLACED)?;
        Ok(secrets.of(of_client).keys(&self.provider)?)
    }

    /// The application traffic secret of the server, then that of the client, each once. At first
    /// they are derived: the transcript now covers ClientHello to the server's Finished.
    fn application_secret(&mut self, of_client: bool) -> Result<TrafficSecret, Error> {
        let handshake = Handshake::of(&mut self.handshake)?;
        match (mem::take(&mut handshake.keys), of_client) {
            (KeyStage::Handshake { secrets }, false) => {
                let hash = handshake.transcript.hash()?;
                let application = secrets.main.application(&self.provider, &hash)?;
                let (client, server) = (application.client, application.server);
                if let Some(log) = self.side.key_log() {
                    let random = &handshake.client_random;
                    log_secret(log, KeyLogLabel::ClientTrafficSecret(0), random, &client);
                    log_secret(log, KeyLogLabel::ServerTrafficSecret(0), random, &server);
                    let label = KeyLogLabel::ExporterSecret.to_string();
                    log.log(&label, random, application.exporter.secret().as_bytes());
                }
                self.exporter = Some(application.exporter);
                handshake.keys = KeyStage::Application { secrets, client };
                Ok(server)
            }
            (KeyStage::Application { client, .. }, true) => Ok(client),
            _ => Err(MISPLACED),
        }
    }
}

fn log_secret(
    log: &dyn KeyLog,
    label: KeyLogLabel,
    client_random: &[u8; 32],
    secret: &TrafficSecret,
) {
    log.log(&label.to_string(), client_random, secret.secret().as_bytes());
}

impl<P: CryptoProvider> Side<P> {
    fn key_log(&self) -> Option<&dyn KeyLog> {
        match self {
            Self::Client { config, .. } => config.key_log(),
            Self::Server { config } => config.key_log(),
        }
    }
}

impl<P: CryptoProvider> SendingCore<P> {
    pub(super) fn advance_key(&mut self) -> Result<(), Error> {
        let next = self.secret.as_ref().ok_or(MISPLACED)?.next(&self.provider)?;
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
