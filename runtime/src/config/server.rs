//! The configuration of servers.

use std::sync::Arc;

use hyaline_model::table::ClientAuthentication;

use super::common::{Common, common_settings};
use super::early_data::EarlyDataSettings;
use super::identities::{IdentityResolver, NoIdentity};
use super::server_builder::ServerConfigBuilder;
use super::{CertificateCompression, Compressions, KeyLog, RowLog};
use crate::certificate::{RevocationLists, Staples};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::ech::EchKey;
use crate::message::Wanted;
use crate::negotiate::certificate_types::TakenTypes;
use crate::record::RecordPadding;
use crate::record_size::RecordSizeLimit;
use crate::session::{ExternalKey, ExternalKeys, SessionTickets};
use crate::trust::Trust;
use crate::{CertificateType, CipherSuite, ConfigurationError, Error, NamedGroup};

/// How many tickets a server may send after a handshake.
///
/// They are sent as room allows, and never hold up the connection; more than a few serve no client.
pub const MAX_TICKETS: u8 = 8;

/// What a server accepts, and who it is. One serves any number of connections.
///
/// ```
/// use hyaline::{ServerConfig, pem};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let key = rcgen::KeyPair::generate()?;
/// # let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?;
/// # let chain_file = certificate.self_signed(&key)?.pem();
/// # let key_file = key.serialize_pem();
/// let chain = pem::certificates(chain_file.as_bytes())?;
/// let key = pem::private_key(key_file.as_bytes())?;
/// let config = ServerConfig::builder()
///     .with_no_client_auth()
///     .with_single_cert(chain, key)?
///     .with_alpn_protocols(["http/1.1"])?;
/// assert_eq!(config.alpn_protocols(), [b"http/1.1"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ServerConfig<P: CryptoProvider = DefaultProvider> {
    pub(super) common: Common<P>,
    pub(super) client_auth: ClientAuth,
    pub(super) identities: Arc<dyn IdentityResolver>,
    pub(super) tickets: u8,
    pub(super) session_tickets: Arc<dyn SessionTickets>,
    pub(super) external_keys: Option<Arc<dyn ExternalKeys>>,
    /// The server has external keys only: it shows no certificate, and its clients resume no
    /// session.
    pub(super) only_external_keys: bool,
    pub(super) early_data: EarlyDataSettings,
    pub(super) ech_keys: Arc<[EchKey]>,
}

/// Whether a server asks for a client's certificate (RFC 9846 section 4.4.2), and by what it is
/// judged.
#[derive(Clone, Debug)]
pub(crate) enum ClientAuth {
    /// It does not ask.
    None,
    /// It asks, and does without.
    Request(Arc<dyn Trust>),
    /// It asks, and refuses clients that have none.
    Require(Arc<dyn Trust>),
}

impl ClientAuth {
    /// The table's word for it.
    pub(crate) const fn policy(&self) -> ClientAuthentication {
        match self {
            Self::None => ClientAuthentication::NotRequested,
            Self::Request(_) => ClientAuthentication::Requested,
            Self::Require(_) => ClientAuthentication::Required,
        }
    }

    /// By what clients are judged, if they are asked.
    pub(crate) fn trust(&self) -> Option<&dyn Trust> {
        match self {
            Self::None => None,
            Self::Request(trust) | Self::Require(trust) => Some(&**trust),
        }
    }

    /// The same by another trust, which is made of this one.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRoots`] where clients are not asked.
    pub(super) fn with_other_trust(
        &self,
        change: impl FnOnce(&Arc<dyn Trust>) -> Arc<dyn Trust>,
    ) -> Result<Self, ConfigurationError> {
        Ok(match self {
            Self::None => return Err(ConfigurationError::NoRoots),
            Self::Request(trust) => Self::Request(change(trust)),
            Self::Require(trust) => Self::Require(change(trust)),
        })
    }

    /// The trust by which certificates of clients are judged.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRoots`] where clients are not asked for any.
    fn judge_of_certificates(&self) -> Result<&dyn Trust, ConfigurationError> {
        let takes_them =
            |trust: &&dyn Trust| trust.certificate_types().contains(&CertificateType::X509);
        self.trust().filter(takes_them).ok_or(ConfigurationError::NoRoots)
    }
}

impl ServerConfig {
    /// Starts a configuration: first whether clients need a certificate.
    #[must_use]
    pub fn builder() -> ServerConfigBuilder {
        ServerConfigBuilder::new(DefaultProvider)
    }
}

common_settings!(ServerConfig);

impl<P: CryptoProvider> ServerConfig<P> {
    /// Starts a configuration that runs on `provider`: first whether clients need a certificate.
    #[must_use]
    pub fn builder_with_provider(provider: P) -> ServerConfigBuilder<P> {
        ServerConfigBuilder::new(provider)
    }

    /// One that answers nobody, for servers that choose theirs when they have read the ClientHello.
    #[allow(dead_code, reason = "only front doors call it, and a system may have none")]
    pub(crate) fn unconfigured(provider: P) -> Arc<Self> {
        let anybody = ServerConfigBuilder::new(provider).with_no_client_auth();
        Arc::new(anybody.choosing(Arc::new(NoIdentity)))
    }

    /// Judges clients by these revocation lists too (RFC 5280 section 6.3). Without this: whether
    /// a certificate is revoked is not asked.
    ///
    /// Newer lists go to a clone of the configuration, for the connections to come. A session whose
    /// certificates were judged by other lists is not resumed.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRoots`] where clients are not asked for a certificate.
    pub fn with_revocation_lists(
        self,
        lists: impl Into<Arc<RevocationLists>>,
    ) -> Result<Self, Error> {
        let lists = lists.into();
        self.with_other_trust(|trust| trust.with_revocation_lists(lists))
    }

    /// Whether to ask clients for an OCSP response with their certificates (RFC 9846 section
    /// 4.5.1.1). Without this they are not asked.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRoots`] where clients are not asked for a certificate.
    pub fn with_staples(self, staples: Staples) -> Result<Self, Error> {
        self.with_other_trust(|trust| trust.with_staples(staples))
    }

    /// Tells clients the names of the roots (RFC 9846 section 4.3.4), so that one with several
    /// certificates knows which to show. Without this nothing is said of them.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRoots`] where clients are not asked for a certificate;
    /// [`ConfigurationError::TooManyAuthorities`] where the names have more than 16384 bytes
    /// together.
    pub fn with_authority_names(mut self) -> Result<Self, Error> {
        let names = self.client_auth.judge_of_certificates()?.names();
        self.common.set_authorities(names)?;
        Ok(self)
    }

    fn with_other_trust(
        mut self,
        change: impl FnOnce(&dyn Trust) -> Arc<dyn Trust>,
    ) -> Result<Self, Error> {
        self.client_auth.judge_of_certificates()?;
        self.client_auth = self.client_auth.with_other_trust(|trust| change(&**trust))?;
        Ok(self)
    }

    /// Sends this many tickets after a handshake (RFC 9846 section 4.7.1), to clients that say that
    /// they can use them. Without this: 2. With 0 only sessions of earlier tickets are resumed.
    ///
    /// Tickets stand before our first application data: a server that sends no data sends no
    /// ticket, and no side waits for one.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::TooManyTickets`] above [`MAX_TICKETS`].
    pub fn with_tickets(mut self, count: u8) -> Result<Self, Error> {
        if count > MAX_TICKETS {
            return Err(ConfigurationError::TooManyTickets { limit: MAX_TICKETS }.into());
        }
        self.tickets = count;
        Ok(self)
    }

    /// Makes tickets in this way, and resumes the sessions of tickets that were made so. Without
    /// this they are [sealed](crate::SealedTickets) under keys of this configuration and its
    /// clones.
    #[must_use]
    pub fn with_session_tickets(mut self, tickets: Arc<dyn SessionTickets>) -> Self {
        self.session_tickets = tickets;
        self
    }

    /// Accepts clients that have one of these keys by other means (RFC 9846 section 4.3.11): both
    /// sides prove with it who they are, and no certificate is shown or asked for.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use hyaline::{ExternalKey, ServerConfig};
    ///
    /// # fn main() -> Result<(), hyaline::Error> {
    /// let keys = vec![ExternalKey::new(b"sensor 7", &[0x5a; 32])?];
    /// // Or `with_external_keys`, behind a certificate for those that have no key.
    /// let config = ServerConfig::builder()
    ///     .with_no_client_auth()
    ///     .with_only_external_keys(Arc::new(keys));
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_external_keys(mut self, keys: Arc<dyn ExternalKeys>) -> Self {
        self.external_keys = Some(keys);
        self
    }

    /// The external key of this identity.
    pub(crate) fn external_key(&self, identity: &[u8]) -> Option<ExternalKey> {
        self.external_keys.as_ref()?.find(identity)
    }

    /// The limit that the server answers to clients which have sent theirs.
    pub(crate) fn record_size_limit(&self) -> RecordSizeLimit {
        self.common.record_size_limit.unwrap_or(RecordSizeLimit::PROTOCOL)
    }

    pub(crate) const fn has_external_keys(&self) -> bool {
        self.external_keys.is_some()
    }

    pub(crate) fn session_tickets(&self) -> &dyn SessionTickets {
        &*self.session_tickets
    }

    /// What clients are asked to attach to their certificates.
    pub(crate) fn wanted(&self) -> Wanted {
        let staples = self.client_auth.trust().map_or(Staples::Unasked, Trust::staples);
        Wanted { staples: staples != Staples::Unasked, timestamps: false }
    }

    /// The types of certificates that clients are asked for.
    pub(crate) fn taken_types(&self) -> TakenTypes {
        match &self.client_auth {
            ClientAuth::None => TakenTypes::None,
            ClientAuth::Request(trust) => TakenTypes::Requested(trust.certificate_types()),
            ClientAuth::Require(trust) => TakenTypes::Required(trust.certificate_types()),
        }
    }

    pub(crate) fn client_auth(&self) -> &ClientAuth {
        &self.client_auth
    }

    pub(crate) fn identities(&self) -> &dyn IdentityResolver {
        &*self.identities
    }

    pub(crate) fn tickets(&self) -> u8 {
        self.tickets
    }
}

#[cfg(test)]
#[path = "server_tests.rs"]
mod tests;
