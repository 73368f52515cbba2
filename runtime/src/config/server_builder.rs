//! How the configuration of a server is begun: first whether clients need a certificate, then who
//! the server is.

use std::sync::Arc;

use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::common::Common;
use super::early_data::EarlyDataSettings;
use super::identities::{IdentityResolver, NoIdentity, OneIdentity};
use super::server::{ClientAuth, ServerConfig};
use crate::certificate::Identity;
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::session::{ExternalKeys, SealedTickets};
use crate::trust::{KnownKeys, RawPublicKeys, RootCertStore, Roots, Trust};
use crate::{ConfigurationError, Error};

/// How many tickets a server sends after a handshake when nothing else is configured: as most
/// others do, so that a client may begin two connections at once.
const DEFAULT_TICKETS: u8 = 2;

/// A server's configuration of which nothing is known yet.
#[derive(Clone, Debug)]
pub struct ServerConfigBuilder<P: CryptoProvider = DefaultProvider> {
    provider: P,
}

impl<P: CryptoProvider> ServerConfigBuilder<P> {
    pub(super) const fn new(provider: P) -> Self {
        Self { provider }
    }

    /// Does not ask clients for a certificate.
    #[must_use]
    pub fn with_no_client_auth(self) -> ServerConfigWithClientAuth<P> {
        self.with(ClientAuth::None)
    }

    /// Asks clients for a certificate, and accepts those that have none. One that is sent must
    /// lead to one of these roots.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRoots`] when there are no roots.
    pub fn with_client_auth_requested(
        self,
        roots: impl Into<Arc<RootCertStore>>,
    ) -> Result<ServerConfigWithClientAuth<P>, Error> {
        let trust = trust(roots.into(), &self.provider)?;
        Ok(self.with(ClientAuth::Request(trust)))
    }

    /// Asks clients for a certificate, and refuses those that have none (`certificate_required`).
    /// It must lead to one of these roots.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRoots`] when there are no roots.
    pub fn with_client_auth_required(
        self,
        roots: impl Into<Arc<RootCertStore>>,
    ) -> Result<ServerConfigWithClientAuth<P>, Error> {
        let trust = trust(roots.into(), &self.provider)?;
        Ok(self.with(ClientAuth::Require(trust)))
    }

    /// Asks clients for a raw public key (RFC 7250) in place of a certificate, and accepts those
    /// that have none. One that is shown must be one of these, and nothing else of it is checked:
    /// [`RawPublicKeys`] says what that means. A client that knows certificates only, and shows
    /// one, is refused (`unsupported_certificate`).
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRawPublicKeys`] when there are no keys.
    pub fn with_raw_public_keys_requested(
        self,
        keys: impl Into<Arc<RawPublicKeys>>,
    ) -> Result<ServerConfigWithClientAuth<P>, Error> {
        let trust = trust_in_keys(keys.into(), &self.provider)?;
        Ok(self.with(ClientAuth::Request(trust)))
    }

    /// Asks clients for a raw public key (RFC 7250) in place of a certificate, and refuses those
    /// that have none. It must be one of these, and nothing else of it is checked:
    /// [`RawPublicKeys`] says what that means.
    ///
    /// A client that cannot show a raw public key is told so (`unsupported_certificate`), and one
    /// that shows nothing too (`certificate_required`).
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRawPublicKeys`] when there are no keys.
    pub fn with_raw_public_keys_required(
        self,
        keys: impl Into<Arc<RawPublicKeys>>,
    ) -> Result<ServerConfigWithClientAuth<P>, Error> {
        let trust = trust_in_keys(keys.into(), &self.provider)?;
        Ok(self.with(ClientAuth::Require(trust)))
    }

    pub(crate) fn with(self, client_auth: ClientAuth) -> ServerConfigWithClientAuth<P> {
        ServerConfigWithClientAuth { provider: self.provider, client_auth }
    }
}

fn trust(
    roots: Arc<RootCertStore>,
    provider: &impl CryptoProvider,
) -> Result<Arc<dyn Trust>, ConfigurationError> {
    if roots.is_empty() {
        return Err(ConfigurationError::NoRoots);
    }
    Ok(Arc::new(Roots::new(roots, provider)))
}

fn trust_in_keys(
    keys: Arc<RawPublicKeys>,
    provider: &impl CryptoProvider,
) -> Result<Arc<dyn Trust>, ConfigurationError> {
    if keys.is_empty() {
        return Err(ConfigurationError::NoRawPublicKeys);
    }
    Ok(Arc::new(KnownKeys::new(keys, None, provider)))
}

/// A server's configuration that knows about clients' certificates, and not yet who the server is.
#[derive(Clone, Debug)]
pub struct ServerConfigWithClientAuth<P: CryptoProvider = DefaultProvider> {
    provider: P,
    client_auth: ClientAuth,
}

impl<P: CryptoProvider> ServerConfigWithClientAuth<P> {
    /// Takes one of these raw public keys (RFC 7250) in place of a certificate too. A client that
    /// can show either decides.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoRoots`] where clients are not asked for a certificate;
    /// [`ConfigurationError::NoRawPublicKeys`] when there are no keys.
    pub fn or_raw_public_keys(
        mut self,
        keys: impl Into<Arc<RawPublicKeys>>,
    ) -> Result<Self, Error> {
        let keys = keys.into();
        let has_keys = !keys.is_empty();
        self.client_auth = self.client_auth.with_other_trust(|trust| {
            Arc::new(KnownKeys::new(keys, Some(Arc::clone(trust)), &self.provider))
        })?;
        if has_keys { Ok(self) } else { Err(ConfigurationError::NoRawPublicKeys.into()) }
    }

    /// Has this certificate: its chain, the server's own certificate first, and its private key
    /// (PKCS#8, PKCS#1 or SEC1).
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`], when the chain or the key cannot be used, or the key does not
    /// belong to the first certificate.
    pub fn with_single_cert(
        self,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<ServerConfig<P>, Error> {
        let key = Zeroizing::new(key);
        let identity = Identity::load(&self.provider, chain, &key)?;
        Ok(self.finish(identity))
    }

    /// Has no certificate, and shows the public key of this private key (PKCS#8, PKCS#1 or SEC1)
    /// to clients that take a raw public key (RFC 7250). Others are told so
    /// (`unsupported_certificate`).
    ///
    /// ```
    /// use hyaline::{ServerConfig, pem};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key_file = rcgen::KeyPair::generate()?.serialize_pem();
    /// let key = pem::private_key(key_file.as_bytes())?;
    /// let config = ServerConfig::builder().with_no_client_auth().with_raw_public_key(key)?;
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`], when the key cannot be used. Where it lacks its public half:
    /// [`Identity::of_raw_public_key`] takes that besides.
    pub fn with_raw_public_key(
        self,
        key: PrivateKeyDer<'static>,
    ) -> Result<ServerConfig<P>, Error> {
        let key = Zeroizing::new(key);
        let identity = Identity::load_bare(&self.provider, &key)?;
        Ok(self.finish(identity))
    }

    /// Has this identity.
    #[must_use]
    pub fn with_identity(self, identity: Identity) -> ServerConfig<P> {
        self.finish(identity)
    }

    /// Has no certificate: only clients that have one of these keys are answered, as
    /// [`ServerConfig::with_external_keys`] says. All others are refused (`handshake_failure`).
    #[must_use]
    pub fn with_only_external_keys(self, keys: Arc<dyn ExternalKeys>) -> ServerConfig<P> {
        let config = self.choosing(Arc::new(NoIdentity)).with_external_keys(keys);
        ServerConfig { only_external_keys: true, ..config }
    }

    /// Has an identity for each client, by what that offers: [`Identities`](crate::Identities) goes
    /// by the name that it asks for.
    #[must_use]
    pub fn with_resolver(self, identities: Arc<dyn IdentityResolver>) -> ServerConfig<P> {
        self.choosing(identities)
    }

    pub(crate) fn finish(self, identity: Identity) -> ServerConfig<P> {
        self.choosing(Arc::new(OneIdentity(Arc::new(identity))))
    }

    pub(super) fn choosing(self, identities: Arc<dyn IdentityResolver>) -> ServerConfig<P> {
        ServerConfig {
            session_tickets: Arc::new(SealedTickets::new(self.provider.clone())),
            common: Common::new(self.provider, false),
            client_auth: self.client_auth,
            identities,
            tickets: DEFAULT_TICKETS,
            external_keys: None,
            only_external_keys: false,
            early_data: EarlyDataSettings::default(),
            ech_keys: Arc::default(),
        }
    }
}
