//! Identities that show a raw public key, without a certificate or beside one (RFC 7250).

use std::sync::Arc;

use rustls_pki_types::{PrivateKeyDer, SubjectPublicKeyInfoDer};

use super::identity::Identity;
use super::own_key::{Elsewhere, Unproved, allowed, prove};
use super::public_key::{PublicKey, check_public_key};
use super::x509::Certificate;
use crate::crypto::{BadPrivateKey, CryptoProvider, SigningKey};
use crate::message::Entry;
use crate::message::limits::chain_fits;
use crate::{CertificateType, ConfigurationError, SignatureScheme};

impl Identity {
    /// An identity without a certificate, which shows this public key, a SubjectPublicKeyInfo in
    /// DER (RFC 7250), and signs with `key`. Whether `key` belongs to it is checked: what it signs
    /// must verify as a peer will verify it.
    ///
    /// Peers have to know the key: see [`RawPublicKeys`](crate::RawPublicKeys). A configuration
    /// makes such an identity of a private key alone
    /// ([`with_raw_public_key`](crate::ServerConfigWithClientAuth::with_raw_public_key)).
    ///
    /// ```
    /// use hyaline::crypto::{CryptoProvider, DefaultProvider};
    /// use hyaline::{Identity, ServerConfig, pem};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let pair = rcgen::KeyPair::generate()?;
    /// # let private_pem = pair.serialize_pem();
    /// let key = DefaultProvider.load_key(&pem::private_key(private_pem.as_bytes())?)?;
    /// let public_key = key.public_key().ok_or("this signer does not know its public key")?;
    /// let identity = Identity::of_raw_public_key(&DefaultProvider, public_key, key)?;
    /// assert!(identity.chain().is_empty() && identity.raw_public_key().is_some());
    /// let config = ServerConfig::builder().with_no_client_auth().with_identity(identity);
    /// # drop(config);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadPublicKey`], [`ConfigurationError::BadPrivateKey`],
    /// [`ConfigurationError::KeyDoesNotMatch`], [`ConfigurationError::ChainTooLong`].
    pub fn of_raw_public_key<P: CryptoProvider>(
        provider: &P,
        public_key: SubjectPublicKeyInfoDer<'static>,
        key: Arc<dyn SigningKey>,
    ) -> Result<Self, ConfigurationError> {
        check(&public_key)?;
        let schemes = prove(provider, &public_key, &*key).map_err(Unproved::of_raw_public_key)?;
        Ok(Self::bare(public_key, key, schemes))
    }

    /// The same, of an identity whose signatures are made by whoever drives the connection, as
    /// those of [`Identity::delegated`].
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadPublicKey`], [`ConfigurationError::ChainTooLong`];
    /// [`ConfigurationError::BadPrivateKey`] without a scheme;
    /// [`ConfigurationError::KeyDoesNotMatch`] where they are of RSASSA-PSS and the key is not, or
    /// the reverse.
    pub fn delegated_raw_public_key(
        public_key: SubjectPublicKeyInfoDer<'static>,
        schemes: &[SignatureScheme],
    ) -> Result<Self, ConfigurationError> {
        let read = check(&public_key)?;
        let schemes = allowed(schemes, &read).map_err(Unproved::of_raw_public_key)?;
        let key = Elsewhere::signing(&schemes)?;
        Ok(Self::bare(public_key, key, schemes))
    }

    /// Shows the public key of the first certificate alone to peers that prefer that to
    /// certificates, or take nothing else (RFC 7250). Without this all are shown the certificates.
    #[must_use]
    pub fn or_raw_public_key(mut self) -> Self {
        let own = self.chain.first().and_then(|own| Certificate::from_der(own).ok());
        if let Some(own) = own {
            self.raw_public_key = Some(own.public_key_info.to_vec().into());
        }
        self
    }

    /// An identity without a certificate, and with a private key that the provider loads.
    pub(crate) fn load_bare<P: CryptoProvider>(
        provider: &P,
        key: &PrivateKeyDer<'_>,
    ) -> Result<Self, ConfigurationError> {
        let key = provider
            .load_key(key)
            .map_err(|BadPrivateKey { reason }| ConfigurationError::BadPrivateKey { reason })?;
        let public_key = key.public_key().ok_or(ConfigurationError::NoPublicKey)?;
        Self::of_raw_public_key(provider, public_key, key)
    }

    fn bare(
        public_key: SubjectPublicKeyInfoDer<'static>,
        key: Arc<dyn SigningKey>,
        schemes: Vec<SignatureScheme>,
    ) -> Self {
        let (chain, attached) = (Vec::new(), Vec::new());
        Self { chain, raw_public_key: Some(public_key), key, schemes, attached }
    }

    /// The raw public key, if it may be shown.
    #[must_use]
    pub const fn raw_public_key(&self) -> Option<&SubjectPublicKeyInfoDer<'static>> {
        self.raw_public_key.as_ref()
    }

    /// What may be shown, the preferred type first.
    #[must_use]
    pub fn certificate_types(&self) -> &'static [CertificateType] {
        match (&self.raw_public_key, self.chain.is_empty()) {
            (Some(_), false) => &[CertificateType::RawPublicKey, CertificateType::X509],
            (Some(_), true) => &[CertificateType::RawPublicKey],
            (None, _) => &[CertificateType::X509],
        }
    }

    /// What tells this identity from others: its own certificate, or else its raw public key. No
    /// bytes are both.
    pub(crate) fn distinction(&self) -> &[u8] {
        let own = self.chain.first().map(AsRef::as_ref);
        own.or(self.raw_public_key.as_ref().map(AsRef::as_ref)).unwrap_or_default()
    }

    /// The one entry of a Certificate message that shows the raw public key.
    pub(crate) fn raw_entry(&self) -> Option<Entry<'_>> {
        self.raw_public_key.as_ref().map(|key| Entry::bare(key))
    }
}

/// Checks that a raw public key can be read and sent, and reads it.
fn check<'a>(
    public_key: &'a SubjectPublicKeyInfoDer<'_>,
) -> Result<PublicKey<'a>, ConfigurationError> {
    let read = check_public_key(public_key)?;
    match chain_fits([Entry::bare(public_key).length()].into_iter()) {
        true => Ok(read),
        false => Err(ConfigurationError::ChainTooLong),
    }
}

#[cfg(test)]
#[path = "raw_identity_tests.rs"]
mod tests;
