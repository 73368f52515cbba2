//! Which certificate a server shows to whom.

use core::fmt;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use rustls_pki_types::ServerName;

use crate::certificate::Identity;
use crate::host_name::host_name;
use crate::message::{ClientHello, List};
use crate::{CertificateType, CipherSuite, ConfigurationError, NamedGroup, SignatureScheme};

/// What a client offers in its ClientHello (RFC 9846 section 4.2.2), as far as a server may want to
/// choose by it. All of it is the client's word; nothing is proved.
#[derive(Clone)]
pub struct ClientOffer<'a> {
    hello: ClientHello<'a>,
}

impl<'a> ClientOffer<'a> {
    pub(crate) const fn new(hello: ClientHello<'a>) -> Self {
        Self { hello }
    }

    /// What is offered by who has said nothing.
    #[allow(dead_code, reason = "only front doors call it, and a system may have none")]
    pub(crate) fn nothing() -> Self {
        Self::new(ClientHello::offering(&[0; 32], &[], List::default()))
    }

    /// The host name by which the client calls the server (RFC 6066 section 3), without a dot
    /// behind it; none if it says none, or says what is no host name.
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.hello.server_name.as_ref().map(AsRef::as_ref)
    }

    /// The application protocols that the client speaks (RFC 7301), those that it prefers first.
    pub fn application_protocols(&self) -> impl Iterator<Item = &'a [u8]> {
        self.hello.application_protocols.into_iter().flat_map(|names| names.iter())
    }

    /// The signature schemes that it verifies (RFC 9846 section 4.3.3), the preferred ones first.
    pub fn signature_schemes(&self) -> impl Iterator<Item = SignatureScheme> + 'a {
        self.hello.schemes.into_iter().flat_map(|schemes| schemes.iter())
    }

    /// The cipher suites (RFC 9846 appendix B.4), those that it prefers first.
    pub fn cipher_suites(&self) -> impl Iterator<Item = CipherSuite> + 'a {
        self.hello.suites.iter()
    }

    /// The groups of the key exchange (RFC 9846 section 4.3.7), those that it prefers first.
    pub fn groups(&self) -> impl Iterator<Item = NamedGroup> + 'a {
        self.hello.groups.into_iter().flat_map(|groups| groups.iter())
    }

    /// The distinguished names, in DER, of the authorities under which the client wants a
    /// certificate (RFC 9846 section 4.3.4); none where it says nothing of that.
    /// [`Identity::is_under`] compares them.
    pub fn authorities(&self) -> impl Iterator<Item = &'a [u8]> {
        self.hello.authorities.iter()
    }

    /// What the client takes of servers (RFC 7250), those types that it prefers first. One that
    /// says nothing of that takes certificates.
    pub fn certificate_types(&self) -> impl Iterator<Item = CertificateType> + 'a {
        let listed = self.hello.certificate_types.server.unwrap_or(&[CertificateType::X509.0]);
        listed.iter().copied().map(CertificateType)
    }

    /// Whether the client takes what this identity shows: certificates, or a raw public key.
    #[must_use]
    pub fn takes(&self, identity: &Identity) -> bool {
        self.certificate_types().any(|listed| identity.certificate_types().contains(&listed))
    }

    /// Whether the client verifies a signature of this identity.
    #[must_use]
    pub fn verifies(&self, identity: &Identity) -> bool {
        let of_client = |scheme: &SignatureScheme| {
            self.hello.schemes.is_some_and(|schemes| schemes.contains(*scheme))
        };
        identity.schemes().iter().any(of_client)
    }
}

impl fmt::Debug for ClientOffer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientOffer").field("server_name", &self.server_name()).finish()
    }
}

/// Chooses the certificate that a server shows to a client, at once. A choice that takes longer is
/// left to whoever drives the connection: see [`ServerChoice`](crate::ServerChoice).
///
/// What is chosen for a name is to be valid for it: [`Identities`] sees to that.
pub trait IdentityResolver: fmt::Debug + Send + Sync + 'static {
    /// The identity for this client; none refuses it, by the alert unrecognized_name, or
    /// missing_extension where it has said no name (RFC 9846 section 9.2).
    fn resolve(&self, offer: &ClientOffer<'_>) -> Option<Arc<Identity>>;

    /// Whether the choice goes by the client's server_name. Then EncryptedExtensions says so (RFC
    /// 6066 section 3).
    fn goes_by_name(&self) -> bool {
        true
    }
}

/// One identity for all.
#[derive(Clone, Debug)]
pub(super) struct OneIdentity(pub(super) Arc<Identity>);

impl IdentityResolver for OneIdentity {
    fn resolve(&self, _offer: &ClientOffer<'_>) -> Option<Arc<Identity>> {
        Some(Arc::clone(&self.0))
    }

    fn goes_by_name(&self) -> bool {
        false
    }
}

/// No identity for anyone.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoIdentity;

impl IdentityResolver for NoIdentity {
    fn resolve(&self, _offer: &ClientOffer<'_>) -> Option<Arc<Identity>> {
        None
    }

    fn goes_by_name(&self) -> bool {
        false
    }
}

/// Certificates by the name that the client asks for (server_name, RFC 6066 section 3).
///
/// A name may have several, such as one for each kind of key, or a raw public key (RFC 7250): the
/// first that the client takes and verifies is shown. Clients that ask for another name, or for
/// none, get what is there [`otherwise`](Self::otherwise), and are refused without that.
///
/// ```
/// use hyaline::crypto::{CryptoProvider, Ring};
/// use hyaline::{Identities, Identity, ServerConfig, pem};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # fn identity_of(name: &str) -> Result<Identity, Box<dyn std::error::Error>> {
/// #     let key = rcgen::KeyPair::generate()?;
/// #     let certificate = rcgen::CertificateParams::new(vec![name.to_owned()])?;
/// #     let chain = vec![certificate.self_signed(&key)?.der().clone()];
/// #     let key = Ring.load_key(&pem::private_key(key.serialize_pem().as_bytes())?)?;
/// #     Ok(Identity::new(&Ring, chain, key)?)
/// # }
/// let identities = Identities::new()
///     .with("shop.example", identity_of("shop.example")?)?
///     .with("*.example.net", identity_of("*.example.net")?)?
///     .otherwise(identity_of("example.org")?);
/// let identities = std::sync::Arc::new(identities);
/// let config = ServerConfig::builder().with_no_client_auth().with_resolver(identities);
/// # drop(config);
/// // A certificate of another name is found at once.
/// assert!(Identities::new().with("shop.example", identity_of("example.org")?).is_err());
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Identities {
    /// By names in lower case. One that begins with `*.` is for names with any label in the place
    /// of the star.
    by_name: HashMap<Box<str>, Vec<Arc<Identity>>>,
    otherwise: Option<Arc<Identity>>,
}

impl Identities {
    /// None yet: every client is refused.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Shows this identity to clients that ask for `name`, a host name, or, as in `*.example.org`,
    /// for any name of one label more. What is given for the exact name goes before that. An
    /// identity without a certificate is for whatever name it is given.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadHostName`] for what is no such name;
    /// [`ConfigurationError::UnusableCertificate`] where the certificate is not valid for it.
    pub fn with(
        mut self,
        name: &str,
        identity: impl Into<Arc<Identity>>,
    ) -> Result<Self, ConfigurationError> {
        let identity = identity.into();
        // Whatever stands in the place of the star, the certificate is to be valid for it.
        let called = match name.strip_prefix("*.") {
            Some(parent) => Cow::Owned(format!("{ANY}.{parent}")),
            None => Cow::Borrowed(name),
        };
        let called = host_name(called.as_bytes()).ok_or(ConfigurationError::BadHostName)?;
        let key = match name.starts_with("*.") {
            true => above(called.as_ref()).ok_or(ConfigurationError::BadHostName)?,
            false => key(called.as_ref()),
        };
        identity
            .check_name(&ServerName::DnsName(called))
            .map_err(ConfigurationError::UnusableCertificate)?;
        self.by_name.entry(key.into()).or_default().push(identity);
        Ok(self)
    }

    /// Shows this identity to clients that ask for one of the names in its certificate: the host
    /// names, also those with a star, among its subject alternative names.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadHostName`] where there is none;
    /// [`ConfigurationError::UnusableCertificate`] where the certificate cannot be read.
    pub fn with_its_names(
        mut self,
        identity: impl Into<Arc<Identity>>,
    ) -> Result<Self, ConfigurationError> {
        let identity = identity.into();
        let names = identity.host_names().map_err(ConfigurationError::UnusableCertificate)?;
        if names.is_empty() {
            return Err(ConfigurationError::BadHostName);
        }
        for name in names {
            self = self.with(&name, Arc::clone(&identity))?;
        }
        Ok(self)
    }

    /// Shows this identity to clients that ask for no name, or for one that is not here. Such a
    /// client sees by itself that the certificate is another's.
    #[must_use]
    pub fn otherwise(mut self, identity: impl Into<Arc<Identity>>) -> Self {
        self.otherwise = Some(identity.into());
        self
    }

    fn of_name(&self, name: &str) -> Option<&[Arc<Identity>]> {
        let exact = key(name);
        let of = |name: &str| self.by_name.get(name).map(Vec::as_slice);
        of(&exact).or_else(|| of(&above(name)?))
    }
}

/// A label that stands for any.
const ANY: &str = "any";

/// The key in `by_name` for a name.
fn key(name: &str) -> String {
    name.to_ascii_lowercase()
}

/// The key in `by_name` for all names that differ from this one in the first label only.
fn above(name: &str) -> Option<String> {
    Some(key(&format!("*.{}", name.split_once('.')?.1)))
}

impl IdentityResolver for Identities {
    fn resolve(&self, offer: &ClientOffer<'_>) -> Option<Arc<Identity>> {
        let own = offer.server_name().and_then(|name| self.of_name(name)).unwrap_or_default();
        // Where none of them is for the client, the first tells what is not in common.
        let suits = |identity: &&Arc<Identity>| offer.takes(identity) && offer.verifies(identity);
        let found = own.iter().find(suits).or_else(|| own.first());
        found.or(self.otherwise.as_ref()).cloned()
    }
}

#[cfg(test)]
#[path = "identities_tests.rs"]
mod tests;
