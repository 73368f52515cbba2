//! Encrypted Client Hello (RFC 9849): what clients encrypt by, and what servers read by.

use std::sync::Arc;

use super::{ClientConfig, ServerConfig};
use crate::crypto::{CryptoProvider, X25519_BASE_POINT};
use crate::ech::hpke::HpkeContext;
use crate::ech::{EchConfig, EchConfigList, EchKey, retry_configs};
use crate::{ConfigurationError, Error};

/// The most keys by which a server reads encrypted ClientHellos. All are tried that have the number
/// that a client says, and what clients are told of them has to fit into one message.
pub(crate) const MAXIMUM_ECH_KEYS: usize = 16;

/// What a client says of encryption in its ClientHello.
#[derive(Clone, Debug, Default)]
pub(crate) enum EchOffer {
    /// Nothing.
    #[default]
    Nothing,
    /// What looks like an encrypted ClientHello, and means nothing (RFC 9849 section 6.2).
    Grease,
    /// Its ClientHello is encrypted by this configuration.
    Encrypt(Arc<EchConfig>),
}

impl<P: CryptoProvider> ClientConfig<P> {
    /// Encrypts the ClientHello, so that who watches does not see the server's name, nor which
    /// session is resumed (RFC 9849). The list is that of the server that will be called, from the
    /// parameter `ech` of its HTTPS record in DNS: a configuration with it is for that server. What
    /// stands in the clear instead is the public name of the list.
    ///
    /// The name, the [names of authorities](Self::with_authority_names) and what is said of a
    /// session are hidden. All else both ClientHellos have in common: application protocols, groups
    /// and schemes, the limit on records, types of certificates, and whether there is a session and
    /// whether early data follow.
    ///
    /// A server that cannot read it has to prove its public name, by certificates that this
    /// configuration trusts (among [raw public keys](crate::RawPublicKeys), which have no names, by
    /// any of them); a judgement of the program's own is told
    /// [that name](crate::PathCheck::server_name). Then the connection ends with
    /// [`Error::EchRejected`], which has the configurations to try again with. Whether it was read
    /// is told by [`Negotiated::ech`](crate::Negotiated::ech).
    ///
    /// ```
    /// use hyaline::{ClientConfig, EchConfigList, EchKey, Error, RootCertStore};
    ///
    /// # fn main() -> Result<(), Error> {
    /// # let published = EchKey::generate(1, "public.example")?.config_list().as_bytes().to_vec();
    /// // What DNS says of the server.
    /// let list = EchConfigList::from_bytes(&published)?;
    /// let config = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_no_client_auth()
    ///     .with_ech(&list)?;
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::NoUsableEchConfig`]: this client can encrypt by none of the list.
    /// Where the list is from DNS, [`with_ech_grease`](Self::with_ech_grease) is what RFC 9849
    /// section 6.2 has clients do.
    pub fn with_ech(mut self, list: &EchConfigList) -> Result<Self, Error> {
        let provider = self.provider();
        let encrypts = |config: &EchConfig| {
            HpkeContext::to(provider, config.suite, &config.public_key, &config.info()).is_ok()
        };
        let config = list.usable().find(encrypts);
        let config = config.ok_or(ConfigurationError::NoUsableEchConfig)?;
        self.ech = EchOffer::Encrypt(Arc::new(config));
        Ok(self)
    }

    /// Whether to send what looks like an encrypted ClientHello where none is (RFC 9849 section
    /// 6.2), so that nobody who watches can tell who has something to hide. Without this, nothing
    /// is sent. It takes the place of [`with_ech`](Self::with_ech).
    #[must_use]
    pub fn with_ech_grease(mut self, on: bool) -> Self {
        self.ech = if on { EchOffer::Grease } else { EchOffer::Nothing };
        self
    }

    pub(crate) const fn ech(&self) -> &EchOffer {
        &self.ech
    }
}

impl<P: CryptoProvider> ServerConfig<P> {
    /// Reads ClientHellos that are encrypted by these keys (RFC 9849). What is chosen by a
    /// ClientHello, such as the certificate, is then chosen by the encrypted one.
    ///
    /// Clients that have encrypted by another key are served as the public name, by what stands in
    /// the clear: the server needs a certificate for that name, too. They are told all of these
    /// keys' configurations, and come again. New keys go to a clone of the configuration, for the
    /// connections to come, with the old ones behind them as long as DNS may say them.
    ///
    /// How long the messages are that follow may still tell the name, since certificates differ in
    /// length: [`with_record_padding`](Self::with_record_padding) hides that.
    ///
    /// A [`LazyAcceptor`](crate::blocking::LazyAcceptor) reads encrypted ones by keys of its own.
    ///
    /// ```
    /// # use hyaline::pki_types::PrivateKeyDer;
    /// use hyaline::{EchKey, ServerConfig};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let key = rcgen::KeyPair::generate()?;
    /// # let names = vec!["secret.example".to_owned(), "public.example".to_owned()];
    /// # let chain = vec![rcgen::CertificateParams::new(names)?.self_signed(&key)?.der().clone()];
    /// # let key = PrivateKeyDer::try_from(key.serialize_der())?;
    /// let ech = EchKey::generate(1, "public.example")?;
    /// println!("for DNS: {:?}", ech.config_list());
    /// let config = ServerConfig::builder()
    ///     .with_no_client_auth()
    ///     .with_single_cert(chain, key)?
    ///     .with_ech_keys(vec![ech])?;
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::TooManyEchKeys`] for more than 16;
    /// [`ConfigurationError::NoKeptX25519`]: the provider has no X25519 for a key that is kept.
    pub fn with_ech_keys(mut self, keys: impl Into<Arc<[EchKey]>>) -> Result<Self, Error> {
        let keys = keys.into();
        if keys.len() > MAXIMUM_ECH_KEYS {
            return Err(ConfigurationError::TooManyEchKeys { limit: MAXIMUM_ECH_KEYS }.into());
        }
        let tried = self.provider().x25519(&[1; 32], &X25519_BASE_POINT);
        if !keys.is_empty() && tried.is_err() {
            return Err(ConfigurationError::NoKeptX25519.into());
        }
        self.ech_keys = keys;
        Ok(self)
    }

    pub(crate) fn ech_keys(&self) -> &[EchKey] {
        &self.ech_keys
    }

    /// What clients are told whose ClientHello cannot be read.
    pub(crate) fn retry_configs(&self) -> Option<EchConfigList> {
        (!self.ech_keys.is_empty()).then(|| retry_configs(&self.ech_keys))
    }
}
