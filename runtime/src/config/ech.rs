//! Encrypted Client Hello (RFC 9849): what clients encrypt by, and what servers read by.

use std::sync::Arc;

use super::{ClientConfig, ServerConfig};
use crate::crypto::CryptoProvider;
use crate::ech::{EchConfig, EchConfigList, EchKey, retry_configs};
use crate::{ConfigurationError, Error};

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
    /// Application protocols, groups and schemes are not hidden: both ClientHellos have the same.
    ///
    /// A server that cannot read it has to prove its public name; then the connection ends with
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
    /// [`ConfigurationError::NoUsableEchConfig`]: this client can encrypt by none of the list. Then
    /// [`with_ech_grease`](Self::with_ech_grease) is what RFC 9849 section 6.2 has clients do.
    pub fn with_ech(mut self, list: &EchConfigList) -> Result<Self, Error> {
        let config = list.usable().ok_or(ConfigurationError::NoUsableEchConfig)?;
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
    ///     .with_ech_keys(vec![ech]);
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_ech_keys(mut self, keys: Vec<EchKey>) -> Self {
        self.ech_keys = keys.into();
        self
    }

    pub(crate) fn ech_keys(&self) -> &[EchKey] {
        &self.ech_keys
    }

    /// What clients are told whose ClientHello cannot be read.
    pub(crate) fn retry_configs(&self) -> Option<EchConfigList> {
        (!self.ech_keys.is_empty()).then(|| retry_configs(&self.ech_keys))
    }
}
