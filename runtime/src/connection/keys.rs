//! Changes of keys (RFC 9846 section 7), each by the action that a row names.

use std::mem;
use std::sync::Arc;

use hyaline_model::table::Epoch;

use super::core::{ReceivingCore, SendingCore, Side};
use super::handshake::{Handshake, MISPLACED};
use crate::crypto::{CryptoError, CryptoProvider, Digest, Secret, Suite, Transient};
use crate::key_schedule::{HandshakeSecrets, KeyLogLabel, TrafficSecret};
use crate::record::RecordError;
use crate::{Error, KeyLog, RowLog};

/// How far the key schedule of a handshake has come, with what its next step needs.
#[derive(Default)]
pub(crate) enum KeyStage {
    /// No cipher suite is chosen.
    #[default]
    None,
    /// The shared secret is not computed.
    Chosen { suite: Suite },
    /// There is a shared secret, and perhaps no ServerHello in the transcript.
    Agreed { suite: Suite, shared: Secret },
    /// The handshake's keys are there.
    Handshake { secrets: HandshakeSecrets },
    /// The server's direction has its application keys; the client's direction is to get them. The
    /// hash covers ClientHello to the server's Finished.
    Application { secrets: HandshakeSecrets, finished_hash: Digest },
    /// Both directions have their application keys.
    Complete { secrets: HandshakeSecrets },
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

    /// The shared secret is computed. Where no keys are exchanged it is all zeros (RFC 9846 section
    /// 7.1).
    pub(super) fn agree(&mut self, shared: Option<Secret>) -> Result<(), Error> {
        let Self::Chosen { suite } = *self else { return Err(MISPLACED) };
        let shared = match shared {
            Some(shared) => shared,
            None => Secret::make(suite.hash().length(), |_| Ok(()))?,
        };
        *self = Self::Agreed { suite, shared };
        Ok(())
    }

    /// The secrets of the handshake, once they are derived.
    pub(crate) const fn secrets(&self) -> Option<&HandshakeSecrets> {
        match self {
            Self::Handshake { secrets }
            | Self::Application { secrets, .. }
            | Self::Complete { secrets } => Some(secrets),
            _ => None,
        }
    }
}

impl<P: CryptoProvider> ReceivingCore<P> {
    pub(super) fn receive_with(&mut self, epoch: Epoch) -> Result<(), Error> {
        let mut room = Transient::new();
        match epoch {
            Epoch::Handshake | Epoch::Application => {
                let secret = self.traffic_secret(epoch, !self.is_client(), &mut room)?;
                self.opener.install(&self.provider, secret)?;
                let handshake = self.handshake.as_deref_mut();
                if let Some(limit) = handshake.and_then(|handshake| handshake.receive_limit.take())
                {
                    self.opener.limit_size(limit);
                }
            }
            Epoch::EarlyData => {
                let arrived = self.early_data.as_deref_mut().ok_or(MISPLACED)?;
                let secret = arrived.take_secret(&mut room)?;
                if let (Some(log), Some(handshake)) = (self.side.key_log(), &self.handshake) {
                    let label = KeyLogLabel::ClientEarlyTrafficSecret;
                    log_secret(log, label, &handshake.client_random, secret.as_bytes());
                }
                self.opener.install_early(&self.provider, secret)?;
            }
            // A server sends its second ServerHello, as its first, under no keys that come before.
            Epoch::Plaintext => return Err(MISPLACED),
        }
        Ok(())
    }

    /// The handshake gives the sending half its keys.
    pub(super) fn send_with(
        &mut self,
        epoch: Epoch,
        sending: &mut SendingCore<P>,
    ) -> Result<(), Error> {
        let mut room = Transient::new();
        match epoch {
            Epoch::Handshake | Epoch::Application => {
                let secret = self.traffic_secret(epoch, self.is_client(), &mut room)?;
                sending.sealer.install(&self.provider, secret)?;
            }
            Epoch::EarlyData => {
                let handshake = Handshake::of(&mut self.handshake)?;
                let secret = handshake.early_secret(&self.provider, &mut room)?;
                if let Some(log) = self.side.key_log() {
                    let label = KeyLogLabel::ClientEarlyTrafficSecret;
                    log_secret(log, label, &handshake.client_random, secret.as_bytes());
                }
                sending.sealer.install_early(&self.provider, secret)?;
            }
            Epoch::Plaintext => sending.sealer.remove_keys(),
        }
        Ok(())
    }

    pub(super) fn advance_key(&mut self) -> Result<(), Error> {
        advanced(self.opener.advance(&self.provider))
    }

    pub(super) fn forget_keys(&mut self) {
        self.opener.forget();
        self.joiner = crate::handshake::join::Joiner::default();
        self.handshake = None;
        self.resumption = None;
    }

    /// The connection has failed or is closed: nothing may be derived from its secrets any more
    /// (RFC 9846 section 6).
    pub(super) fn forget_exporter(&mut self) {
        self.exporter = None;
    }

    /// The handshake is complete: what only it needed goes.
    pub(super) fn end_handshake(
        &mut self,
        sending: Option<&mut SendingCore<P>>,
    ) -> Result<(), Error> {
        let Some(mut handshake) = self.handshake.take() else { return Ok(()) };
        self.negotiated.peer = mem::take(&mut handshake.peer).into_credential();
        self.keep_resumption(&mut handshake, sending)
    }

    /// The traffic secret of the client's records in this epoch, or else of the server's.
    fn traffic_secret<'r>(
        &mut self,
        epoch: Epoch,
        of_client: bool,
        room: &'r mut Transient,
    ) -> Result<TrafficSecret<'r>, Error> {
        match epoch {
            Epoch::Handshake => {
                let secrets = self.handshake_secrets()?;
                Ok(secrets.of(of_client).copy_to(room)?)
            }
            Epoch::Application => self.application_secret(of_client, room),
            Epoch::EarlyData | Epoch::Plaintext => Err(MISPLACED),
        }
    }

    /// The handshake's secrets. At first they are derived: the transcript now covers ClientHello to
    /// ServerHello.
    fn handshake_secrets(&mut self) -> Result<&HandshakeSecrets, Error> {
        let handshake = Handshake::of(&mut self.handshake)?;
        if let KeyStage::Agreed { suite, shared } = &handshake.keys {
            let hash = handshake.transcript.hash()?;
            let pre_shared_key = handshake.session.as_deref().map(|session| &session.key);
            let secrets =
                HandshakeSecrets::new(&self.provider, *suite, pre_shared_key, shared, &hash)?;
            if let Some(log) = self.side.key_log() {
                let random = &handshake.client_random;
                let (client, server) = (secrets.of(true).as_bytes(), secrets.of(false).as_bytes());
                log_secret(log, KeyLogLabel::ClientHandshakeTrafficSecret, random, client);
                log_secret(log, KeyLogLabel::ServerHandshakeTrafficSecret, random, server);
            }
            handshake.keys = KeyStage::Handshake { secrets };
        }
        handshake.keys.secrets().ok_or(MISPLACED)
    }

    /// The application traffic secret of the server, then that of the client, each once. At first
    /// the transcript covers ClientHello to the server's Finished.
    fn application_secret<'r>(
        &mut self,
        of_client: bool,
        room: &'r mut Transient,
    ) -> Result<TrafficSecret<'r>, Error> {
        let handshake = Handshake::of(&mut self.handshake)?;
        let log = self.side.key_log();
        let random = &handshake.client_random;
        let stage = mem::take(&mut handshake.keys);
        let (secrets, finished_hash, label) = match (stage, of_client) {
            (KeyStage::Handshake { secrets }, false) => {
                let hash = handshake.transcript.hash()?;
                let exporter = secrets.exporter(&self.provider, &hash)?;
                if let Some(log) = log {
                    log_secret(log, KeyLogLabel::ExporterSecret, random, exporter.as_bytes());
                }
                self.exporter = Some(exporter);
                (secrets, hash, KeyLogLabel::ServerTrafficSecret(0))
            }
            (KeyStage::Application { secrets, finished_hash }, true) => {
                (secrets, finished_hash, KeyLogLabel::ClientTrafficSecret(0))
            }
            _ => return Err(MISPLACED),
        };
        let secret = secrets.application(&self.provider, of_client, &finished_hash, room)?;
        if let Some(log) = log {
            log_secret(log, label, random, secret.as_bytes());
        }
        handshake.keys = match of_client {
            false => KeyStage::Application { secrets, finished_hash },
            true => KeyStage::Complete { secrets },
        };
        Ok(secret)
    }
}

fn log_secret(log: &dyn KeyLog, label: KeyLogLabel, client_random: &[u8; 32], secret: &[u8]) {
    log.log(&label.to_string(), client_random, secret);
}

impl<P: CryptoProvider> Side<P> {
    /// How many tickets this side owes.
    pub(super) fn tickets(&self) -> u8 {
        match self {
            Self::Client(_) => 0,
            Self::Server(config) => config.tickets(),
        }
    }

    /// Where the rows of the table that are taken are written down.
    pub(super) fn row_log(&self) -> Option<&Arc<dyn RowLog>> {
        match self {
            Self::Client(config) => config.row_log(),
            Self::Server(config) => config.row_log(),
        }
    }

    fn key_log(&self) -> Option<&dyn KeyLog> {
        match self {
            Self::Client(config) => config.key_log(),
            Self::Server(config) => config.key_log(),
        }
    }
}

impl<P: CryptoProvider> SendingCore<P> {
    pub(super) fn advance_key(&mut self) -> Result<(), Error> {
        advanced(self.sealer.advance(&self.provider))
    }

    pub(super) fn forget_keys(&mut self) {
        self.sealer.forget();
    }
}

fn advanced(outcome: Result<(), RecordError>) -> Result<(), Error> {
    outcome.map_err(|error| match error {
        RecordError::NoKeys => MISPLACED,
        other => other.into(),
    })
}

impl From<CryptoError> for Error {
    fn from(error: CryptoError) -> Self {
        match error {
            CryptoError::Random => Self::NoRandomness,
            CryptoError::Sign => Self::SigningFailed,
            // The table has the transcript begin before anything asks for it.
            CryptoError::HashUnknown => MISPLACED,
            _ => Self::Internal("the cryptographic library failed"),
        }
    }
}
