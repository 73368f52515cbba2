//! The configuration of clients.

use std::sync::Arc;

use rustls_pki_types::{CertificateDer, PrivateKeyDer};
use zeroize::Zeroizing;

use super::common::{Common, Lists, common_settings};
use super::{CertificateCompression, Compressions, EchOffer, KeyLog, RowLog};
use crate::certificate::{Identity, RevocationLists, Staples};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::message::{BothSides, Wanted};
use crate::record::RecordPadding;
use crate::record_size::RecordSizeLimit;
use crate::session::{ClientSessions, ExternalKey, SessionMemory};
use crate::trust::{
    JudgedServers, KnownKeys, RawPublicKeys, RootCertStore, Roots, ServerJudge, Trust,
};
use crate::{CertificateType, CipherSuite, Error, NamedGroup};

/// With how many servers sessions are kept when nothing else is configured.
const DEFAULT_SERVERS: usize = 256;

/// What a client offers, and whom it trusts. One serves any number of connections.
///
/// ```
/// use hyaline::{ClientConfig, RootCertStore};
///
/// # fn main() -> Result<(), hyaline::Error> {
/// let roots = RootCertStore::empty();
/// let config = ClientConfig::builder()
///     .with_root_certificates(roots)
///     .with_no_client_auth()
///     .with_alpn_protocols(["h2", "http/1.1"])?;
/// assert_eq!(config.alpn_protocols(), [&b"h2"[..], b"http/1.1"]);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct ClientConfig<P: CryptoProvider = DefaultProvider> {
    pub(super) common: Common<P>,
    trust: Arc<dyn Trust>,
    identity: Option<Arc<Identity>>,
    compatibility_mode: bool,
    timestamps: bool,
    sessions: Option<Arc<dyn ClientSessions>>,
    external_key: Option<ExternalKey>,
    pub(super) ech: EchOffer,
}

impl ClientConfig {
    /// Starts a configuration: first whom to trust.
    #[must_use]
    pub fn builder() -> ClientConfigBuilder {
        ClientConfigBuilder { provider: DefaultProvider }
    }
}

common_settings!(ClientConfig);

impl<P: CryptoProvider> ClientConfig<P> {
    /// Starts a configuration that runs on `provider`: first whom to trust.
    #[must_use]
    pub fn builder_with_provider(provider: P) -> ClientConfigBuilder<P> {
        ClientConfigBuilder { provider }
    }

    /// Whether to make the handshake look like one of TLS 1.2 (RFC 9846 appendix E.4), so that
    /// middleboxes let it through. On without this.
    #[must_use]
    pub fn with_compatibility_mode(mut self, on: bool) -> Self {
        self.compatibility_mode = on;
        self
    }

    /// Judges servers by these revocation lists too (RFC 5280 section 6.3). Without this: whether
    /// a certificate is revoked is not asked. Raw public keys are on no list, and a
    /// [judge](ClientConfigBuilder::with_judge) of the program's own has no use for lists.
    ///
    /// Newer lists go to a clone of the configuration, for the connections to come. A session whose
    /// certificates were judged by other lists is not resumed.
    #[must_use]
    pub fn with_revocation_lists(mut self, lists: impl Into<Arc<RevocationLists>>) -> Self {
        self.trust = self.trust.with_revocation_lists(lists.into());
        self
    }

    /// Whether to ask servers for an OCSP response with their certificates. Without this they are
    /// not asked.
    ///
    /// ```
    /// use hyaline::{ClientConfig, RootCertStore, Staples};
    ///
    /// let config = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_no_client_auth()
    ///     .with_staples(Staples::Asked);
    /// # drop(config);
    /// ```
    #[must_use]
    pub fn with_staples(mut self, staples: Staples) -> Self {
        self.trust = self.trust.with_staples(staples);
        self
    }

    /// Tells servers the names of the roots (RFC 9846 section 4.3.4), so that one with several
    /// certificates may show one that is trusted. Without this nothing is said of them, as is usual
    /// where the roots are those of the web.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::TooManyAuthorities`](crate::ConfigurationError) where the names have
    /// more than 16384 bytes together.
    pub fn with_authority_names(mut self) -> Result<Self, Error> {
        self.common.set_authorities(self.trust.names())?;
        Ok(self)
    }

    /// Whether to ask servers for signed certificate timestamps (RFC 6962 section 3.3). They are
    /// not looked at here: [`PathCheck::timestamps`](crate::PathCheck::timestamps) hands them to a
    /// judgement of the program's own. Without this they are not asked for.
    #[must_use]
    pub fn with_timestamps(mut self, on: bool) -> Self {
        self.timestamps = on;
        self
    }

    /// Keeps sessions there, to resume them (RFC 9846 section 2.2). Without this: in memory, with
    /// 256 servers, for this configuration and its clones.
    ///
    /// A resumed handshake is shorter by the certificates: the peer proves that it is the one of
    /// the earlier connection. [`Negotiated::is_resumed`](crate::Negotiated::is_resumed) tells of
    /// it.
    #[must_use]
    pub fn with_sessions(mut self, sessions: Arc<dyn ClientSessions>) -> Self {
        self.sessions = Some(sessions);
        self
    }

    /// Resumes nothing, and asks servers for no tickets.
    #[must_use]
    pub fn without_resumption(mut self) -> Self {
        self.sessions = None;
        self
    }

    /// Offers this key, which servers have by other means, to every server (RFC 9846 section
    /// 4.3.11). A server that has it proves so, and shows no certificate; one that has not may show
    /// one, by which it is judged as without the key. With no roots only the key is good enough.
    ///
    /// No sessions are resumed then. [`Negotiated::external_key`](crate::Negotiated::external_key)
    /// tells whether the key was used.
    ///
    /// ```
    /// use hyaline::{ClientConfig, ExternalKey, RootCertStore};
    ///
    /// # fn main() -> Result<(), hyaline::Error> {
    /// let key = ExternalKey::new(b"sensor 7", &[0x5a; 32])?;
    /// let config = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_no_client_auth()
    ///     .with_external_key(key);
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_external_key(mut self, key: ExternalKey) -> Self {
        self.external_key = Some(key);
        self
    }

    /// What a connection offers.
    pub(crate) const fn lists(&self) -> &Lists {
        &self.common.lists
    }

    pub(crate) fn trust(&self) -> &dyn Trust {
        self.trust.as_ref()
    }

    pub(crate) fn identity(&self) -> Option<&Arc<Identity>> {
        self.identity.as_ref()
    }

    /// Of what types our own certificate can be, and that of servers may be; an empty list where
    /// only X.509 is meant, which goes without saying (RFC 7250 section 4.1).
    pub(crate) fn certificate_types(&self) -> BothSides<&'static [CertificateType]> {
        let said = |types: &'static [CertificateType]| match types {
            [CertificateType::X509] => &[],
            types => types,
        };
        let own = self.identity.as_ref().map(|identity| identity.certificate_types());
        BothSides {
            client: own.map_or(&[][..], said),
            server: said(self.trust.certificate_types()),
        }
    }

    /// What servers are asked to attach to their certificates.
    pub(crate) fn wanted(&self) -> Wanted {
        let staples = self.trust.staples() != Staples::Unasked;
        Wanted { staples, timestamps: self.timestamps }
    }

    pub(crate) fn compatibility_mode(&self) -> bool {
        self.compatibility_mode
    }

    /// What is offered; none: the extension is left out.
    pub(crate) const fn record_size_limit(&self) -> Option<RecordSizeLimit> {
        self.common.record_size_limit
    }

    pub(crate) const fn external_key(&self) -> Option<&ExternalKey> {
        self.external_key.as_ref()
    }

    pub(crate) fn sessions(&self) -> Option<&Arc<dyn ClientSessions>> {
        self.sessions.as_ref()
    }
}

/// A client's configuration of which nothing is known yet.
#[derive(Clone, Debug)]
pub struct ClientConfigBuilder<P: CryptoProvider = DefaultProvider> {
    provider: P,
}

impl<P: CryptoProvider> ClientConfigBuilder<P> {
    /// Trusts servers whose certificate leads to one of these roots.
    #[must_use]
    pub fn with_root_certificates(
        self,
        roots: impl Into<Arc<RootCertStore>>,
    ) -> ClientConfigWithRoots<P> {
        let trust = Roots::new(roots.into(), &self.provider);
        self.with_trust(Arc::new(trust))
    }

    /// Trusts servers that show one of these raw public keys (RFC 7250), and no certificates.
    ///
    /// The name by which a server is called is sent, and is not checked: there is none in a key.
    /// [`RawPublicKeys`] says what that means.
    ///
    /// ```
    /// use hyaline::{ClientConfig, RawPublicKeys, RootCertStore, pem};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let pair = rcgen::KeyPair::generate()?;
    /// # let public_file = pair.public_key_pem();
    /// let mut keys = RawPublicKeys::new();
    /// for key in pem::public_keys(public_file.as_bytes())? {
    ///     keys.add(key)?;
    /// }
    /// // Keys only.
    /// let strict =
    ///     ClientConfig::builder().with_raw_public_keys(keys.clone()).with_no_client_auth();
    /// // Keys, or certificates that lead to a root.
    /// let both = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .or_raw_public_keys(keys)
    ///     .with_no_client_auth();
    /// # drop((strict, both));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_raw_public_keys(
        self,
        keys: impl Into<Arc<RawPublicKeys>>,
    ) -> ClientConfigWithRoots<P> {
        let trust = KnownKeys::new(keys.into(), None, &self.provider);
        self.with_trust(Arc::new(trust))
    }

    /// Trusts servers whom this judge of the program's own accepts: the verifier of the system, a
    /// service, whoever. [`ServerJudge`] has an example.
    ///
    /// OCSP responses and timestamps that the configuration asks for are handed to it. Revocation
    /// lists are not: where there are any, no connection can be made.
    #[must_use]
    pub fn with_judge(self, judge: Arc<dyn ServerJudge>) -> ClientConfigWithRoots<P> {
        let trust = JudgedServers::new(judge, &self.provider);
        self.with_trust(Arc::new(trust))
    }

    pub(crate) fn with_trust(self, trust: Arc<dyn Trust>) -> ClientConfigWithRoots<P> {
        ClientConfigWithRoots { provider: self.provider, trust }
    }
}

/// A client's configuration that knows whom to trust, and not yet who the client is.
#[derive(Clone, Debug)]
pub struct ClientConfigWithRoots<P: CryptoProvider = DefaultProvider> {
    provider: P,
    trust: Arc<dyn Trust>,
}

impl<P: CryptoProvider> ClientConfigWithRoots<P> {
    /// Trusts servers that show one of these raw public keys (RFC 7250) too, and prefers them to
    /// certificates: a server that has both shows its key, and is refused if that is none of these,
    /// whatever its certificate says. No name is checked of a key, as [`RawPublicKeys`] says.
    #[must_use]
    pub fn or_raw_public_keys(mut self, keys: impl Into<Arc<RawPublicKeys>>) -> Self {
        let trust = KnownKeys::new(keys.into(), Some(self.trust), &self.provider);
        self.trust = Arc::new(trust);
        self
    }

    /// Has no certificate: to a server that asks for one, an empty one is sent
    /// (RFC 9846 section 4.5.1).
    #[must_use]
    pub fn with_no_client_auth(self) -> ClientConfig<P> {
        self.finish(None)
    }

    /// Has this certificate, for servers that ask for one: its chain, the client's own certificate
    /// first, and its private key (PKCS#8, PKCS#1 or SEC1).
    ///
    /// # Errors
    ///
    /// [`Error::Configuration`], when the chain or the key cannot be used, or the key does not
    /// belong to the first certificate.
    pub fn with_client_auth_cert(
        self,
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<ClientConfig<P>, Error> {
        let key = Zeroizing::new(key);
        let identity = Identity::load(&self.provider, chain, &key)?;
        Ok(self.finish(Some(identity)))
    }

    /// Has no certificate, and shows the public key of this private key (PKCS#8, PKCS#1 or SEC1)
    /// to servers that ask for a raw public key (RFC 7250). To those that ask for a certificate, an
    /// empty one is sent.
    ///
    /// ```
    /// use hyaline::{ClientConfig, RootCertStore, pem};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key_file = rcgen::KeyPair::generate()?.serialize_pem();
    /// let key = pem::private_key(key_file.as_bytes())?;
    /// let config = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_raw_public_key(key)?;
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
    ) -> Result<ClientConfig<P>, Error> {
        let key = Zeroizing::new(key);
        let identity = Identity::load_bare(&self.provider, &key)?;
        Ok(self.finish(Some(identity)))
    }

    /// Has this identity, for servers that ask for a certificate.
    #[must_use]
    pub fn with_client_identity(self, identity: Identity) -> ClientConfig<P> {
        self.finish(Some(identity))
    }

    pub(crate) fn finish(self, identity: Option<Identity>) -> ClientConfig<P> {
        ClientConfig {
            common: Common::new(self.provider, true),
            trust: self.trust,
            identity: identity.map(Arc::new),
            compatibility_mode: true,
            timestamps: false,
            sessions: Some(Arc::new(SessionMemory::new(DEFAULT_SERVERS))),
            external_key: None,
            ech: EchOffer::default(),
        }
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
mod tests;
