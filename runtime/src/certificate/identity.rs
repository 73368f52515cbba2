//! Our own certificate chain with its private key.

use core::fmt;
use std::sync::Arc;

use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName, SubjectPublicKeyInfoDer};

use super::attached::Attached;
use super::certificate_verify::{SignedContent, Signer};
use super::der;
use super::distinguished_name::{DistinguishedName, EncodedName};
use super::general_name::GeneralName;
use super::own_key::{Elsewhere, Unproved, allowed, prove};
use super::path::check_name;
use super::private_key::{self, CONTRADICTION};
use super::public_key::PublicKey;
use super::status_response::StatusResponse;
use super::validation::EndEntity;
use super::x509::Certificate;
use crate::crypto::{BadPrivateKey, CryptoError, CryptoProvider, Digest, SigningKey};
use crate::host_name::host_name;
use crate::message::limits::chain_fits;
use crate::message::{Entry, Wanted, are_timestamps};
use crate::{CertificateError, ConfigurationError, Error, SignatureScheme};

/// Who one is: a certificate chain, our own certificate first, and what signs as its owner. A raw
/// public key may take the place of the chain ([`Identity::of_raw_public_key`]), or stand beside it
/// ([`Identity::or_raw_public_key`]).
///
/// A configuration makes an identity of a chain and a private key. A program that makes one itself
/// may bring a signer of its own: [`SigningKey`] shows how.
///
/// ```
/// use hyaline::crypto::{CryptoProvider, Ring};
/// use hyaline::{Identity, ServerConfig, pem};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let generated = rcgen::KeyPair::generate()?;
/// # let certificate = rcgen::CertificateParams::new(vec!["localhost".to_owned()])?;
/// # let certificate = certificate.self_signed(&generated)?.der().clone();
/// # let key_file = generated.serialize_pem();
/// let key = Ring.load_key(&pem::private_key(key_file.as_bytes())?)?;
/// let identity = Identity::new(&Ring, vec![certificate], key)?;
/// assert_eq!(identity.chain().len(), 1);
/// let config = ServerConfig::builder().with_no_client_auth().with_identity(identity);
/// # drop(config);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Identity {
    /// Empty where only a raw public key is shown.
    pub(crate) chain: Vec<CertificateDer<'static>>,
    /// What is shown in place of the chain, to peers that want that.
    pub(crate) raw_public_key: Option<SubjectPublicKeyInfoDer<'static>>,
    pub(crate) key: Arc<dyn SigningKey>,
    /// Those of the key, as far as the public key that is shown allows them.
    pub(crate) schemes: Vec<SignatureScheme>,
    /// For each certificate of the chain, what peers get that ask for it. The list may end earlier
    /// than the chain: nothing is attached to the certificates behind its end.
    pub(crate) attached: Vec<Attached>,
}

impl Identity {
    /// An identity that signs with `key`. Whether `key` belongs to the first certificate is
    /// checked: what it signs must verify as a peer will verify it.
    ///
    /// # Errors
    ///
    /// What is wrong with the chain or the key.
    pub fn new<P: CryptoProvider>(
        provider: &P,
        chain: Vec<CertificateDer<'static>>,
        key: Arc<dyn SigningKey>,
    ) -> Result<Self, ConfigurationError> {
        let own = check_chain(&chain)?;
        let public_key = own.public_key_info.into();
        let schemes = prove(provider, &public_key, &*key).map_err(Unproved::of_certificate)?;
        Ok(Self { chain, raw_public_key: None, key, schemes, attached: Vec::new() })
    }

    /// An identity whose signatures are made by whoever drives the connection, under one of
    /// `schemes`: each is a [`SignatureRequest`](crate::SignatureRequest). Whether their key is
    /// that of the first certificate is not known here: where it is not, the peer refuses them.
    ///
    /// # Errors
    ///
    /// What is wrong with the chain; [`ConfigurationError::BadPrivateKey`] without a scheme;
    /// [`ConfigurationError::KeyDoesNotMatch`] where they are of RSASSA-PSS and the key of the
    /// certificate is not, or the reverse.
    pub fn delegated(
        chain: Vec<CertificateDer<'static>>,
        schemes: &[SignatureScheme],
    ) -> Result<Self, ConfigurationError> {
        let own = check_chain(&chain)?;
        let schemes = allowed(schemes, &public_key(&own)?).map_err(Unproved::of_certificate)?;
        let key = Elsewhere::signing(&schemes)?;
        Ok(Self { chain, raw_public_key: None, key, schemes, attached: Vec::new() })
    }

    /// An identity with a private key that the provider loads.
    pub(crate) fn load<P: CryptoProvider>(
        provider: &P,
        chain: Vec<CertificateDer<'static>>,
        key: &PrivateKeyDer<'_>,
    ) -> Result<Self, ConfigurationError> {
        let own = check_chain(&chain)?;
        let key = load_key(provider, key, public_key(&own)?)?;
        Self::new(provider, chain, key)
    }

    /// Whether the first certificate is valid for a name. A raw public key alone is for all names.
    ///
    /// # Errors
    ///
    /// [`CertificateError::WrongName`], or why the certificate cannot be read.
    pub(crate) fn check_name(&self, name: &ServerName<'_>) -> Result<(), CertificateError> {
        let Some(own) = self.chain.first() else { return Ok(()) };
        check_name(&EndEntity::from_der(own)?, name)
    }

    /// The host names of the first certificate, those with a star too. What is no host name is left
    /// out.
    ///
    /// # Errors
    ///
    /// Why the certificate cannot be read.
    pub(crate) fn host_names(&self) -> Result<Vec<String>, CertificateError> {
        let Some(own) = self.chain.first() else { return Ok(Vec::new()) };
        let own = EndEntity::from_der(own)?;
        let name = |name| match name {
            GeneralName::Dns(name) => {
                let called = name.strip_prefix(b"*.").unwrap_or(name);
                host_name(called).and_then(|_| String::from_utf8(name.to_vec()).ok())
            }
            _ => None,
        };
        Ok(own.names.iter().filter_map(name).collect())
    }

    /// Shows peers that ask for it an OCSP response in DER for each certificate of the chain, in
    /// its order. An empty one stands for a certificate that has none, and may be left out at the
    /// end. They replace the responses that were given before.
    ///
    /// A response is good for days. A server that gets a new one makes a new identity of it, and
    /// shows that to the clients to come.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadStaple`] for bytes that are no response, for a response that says
    /// that there is no answer, and for more responses than certificates;
    /// [`ConfigurationError::ChainTooLong`].
    pub fn with_staples(mut self, staples: Vec<Vec<u8>>) -> Result<Self, ConfigurationError> {
        if staples.len() > self.chain.len() {
            let reason = "there are more of them than certificates in the chain";
            return Err(ConfigurationError::BadStaple { reason });
        }
        for staple in staples.iter().filter(|staple| !staple.is_empty()) {
            StatusResponse::from_der(staple).map_err(|error| match error {
                CertificateError::BadStaple { reason } => ConfigurationError::BadStaple { reason },
                _ => ConfigurationError::BadStaple { reason: "it cannot be read" },
            })?;
        }
        self.attached.resize(self.chain.len(), Attached::default());
        let staples = staples.into_iter().map(Vec::into_boxed_slice).map(Some);
        let staples = staples.chain(core::iter::repeat(None));
        for (attached, staple) in self.attached.iter_mut().zip(staples) {
            attached.staple = staple.filter(|staple| !staple.is_empty());
        }
        self.with_room()
    }

    /// Shows peers that ask for them the signed certificate timestamps of our own certificate: a
    /// SignedCertificateTimestampList (RFC 6962 section 3.3). It replaces the list that was given
    /// before.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadTimestamps`] for what is no such list;
    /// [`ConfigurationError::NoCertificate`] without a certificate to which they could belong;
    /// [`ConfigurationError::ChainTooLong`].
    pub fn with_timestamps(mut self, timestamps: Vec<u8>) -> Result<Self, ConfigurationError> {
        if !are_timestamps(&timestamps) {
            return Err(ConfigurationError::BadTimestamps);
        }
        self.attached.resize(self.chain.len(), Attached::default());
        let own = self.attached.first_mut().ok_or(ConfigurationError::NoCertificate)?;
        own.timestamps = Some(timestamps.into());
        self.with_room()
    }

    /// The identity, if its chain and all that is attached fit in one Certificate message.
    fn with_room(self) -> Result<Self, ConfigurationError> {
        let all = Wanted { staples: true, timestamps: true };
        let fits = chain_fits(self.entries(all).map(|entry| entry.length()));
        if fits { Ok(self) } else { Err(ConfigurationError::ChainTooLong) }
    }

    /// The chain, with what a peer wants attached to it.
    pub(crate) fn entries(&self, wanted: Wanted) -> impl Iterator<Item = Entry<'_>> + Clone {
        let attached = self.attached.iter().map(Some).chain(core::iter::repeat(None));
        self.chain.iter().zip(attached).map(move |(certificate, attached)| {
            let attached = |is_wanted: bool| attached.filter(|_| is_wanted);
            let staple = attached(wanted.staples).and_then(|of| of.staple.as_deref());
            let timestamps = attached(wanted.timestamps).and_then(|of| of.timestamps.as_deref());
            Entry { certificate, staple, timestamps }
        })
    }

    /// The chain, our own certificate first; empty where only a raw public key is shown.
    #[must_use]
    pub fn chain(&self) -> &[CertificateDer<'static>] {
        &self.chain
    }

    /// Whether the authority of this distinguished name, in DER, has issued one of the
    /// certificates, as far as their names say.
    #[must_use]
    pub fn is_under(&self, authority: &[u8]) -> bool {
        let contents = der::only(authority, der::SEQUENCE);
        let Ok(name) = contents.and_then(EncodedName::from_der) else { return false };
        let name = DistinguishedName::from(name);
        let mut chain = self.chain.iter().filter_map(|one| Certificate::from_der(one).ok());
        chain.any(|certificate| DistinguishedName::from(certificate.issuer) == name)
    }

    /// The schemes with which CertificateVerify can be signed, the preferred first.
    #[must_use]
    pub fn schemes(&self) -> &[SignatureScheme] {
        &self.schemes
    }

    /// Signs a CertificateVerify (RFC 9846 section 4.5.2). `transcript_hash` covers everything up
    /// to and including our Certificate.
    ///
    /// # Errors
    ///
    /// [`Error::NoCommonSignatureScheme`] for a scheme that is not among [`Self::schemes`];
    /// [`Error::NoRandomness`]; [`Error::SigningFailed`].
    pub(crate) fn sign_certificate_verify(
        &self,
        signer: Signer,
        transcript_hash: &Digest,
        scheme: SignatureScheme,
    ) -> Result<Vec<u8>, Error> {
        if !self.schemes.contains(&scheme) {
            return Err(Error::NoCommonSignatureScheme);
        }
        let content = SignedContent::new(signer, transcript_hash);
        self.key.sign(scheme, content.as_bytes()).map_err(|error| match error {
            CryptoError::UnsupportedScheme => Error::NoCommonSignatureScheme,
            CryptoError::Random => Error::NoRandomness,
            _ => Error::SigningFailed,
        })
    }
}

/// Checks that a chain can be sent, and returns its first certificate.
fn check_chain<'a>(chain: &'a [CertificateDer<'_>]) -> Result<Certificate<'a>, ConfigurationError> {
    let own = chain.first().ok_or(ConfigurationError::NoCertificate)?;
    let own = Certificate::from_der(own).map_err(|_| ConfigurationError::BadCertificate)?;
    check_own_certificate(&own)?;
    if !chain_fits(chain.iter().map(|certificate| Entry::bare(certificate).length())) {
        return Err(ConfigurationError::ChainTooLong);
    }
    Ok(own)
}

fn public_key<'a>(own: &Certificate<'a>) -> Result<PublicKey<'a>, ConfigurationError> {
    PublicKey::from_der(own.public_key).map_err(|_| ConfigurationError::BadCertificate)
}

/// Refuses what every peer would refuse (RFC 9846 section 4.5.1.2). A critical extension that we do
/// not know may be one that our peers know.
fn check_own_certificate(own: &Certificate<'_>) -> Result<(), ConfigurationError> {
    let refusal = match own.extensions() {
        Ok(extensions) if extensions.key_usage.is_none_or(|usage| usage.digital_signature) => {
            return Ok(());
        }
        Ok(_) => CertificateError::KeyMayNotSign,
        Err(CertificateError::UnknownCriticalExtension { .. }) => return Ok(()),
        Err(refusal) => refusal,
    };
    Err(ConfigurationError::UnusableCertificate(refusal))
}

/// Loads a private key, completed by the public key of its certificate where it needs to be.
fn load_key<P: CryptoProvider>(
    provider: &P,
    key: &PrivateKeyDer<'_>,
    public_key: PublicKey<'_>,
) -> Result<Arc<dyn SigningKey>, ConfigurationError> {
    if let Some(pkcs8) = private_key::completed(key, public_key) {
        let key = PrivateKeyDer::Pkcs8(pkcs8.as_slice().into());
        // The public half is the certificate's. If the halves contradict each other, the private
        // key belongs to another certificate.
        return provider.load_key(&key).map_err(|BadPrivateKey { reason }| {
            if reason == CONTRADICTION {
                ConfigurationError::KeyDoesNotMatch
            } else {
                ConfigurationError::BadPrivateKey { reason }
            }
        });
    }
    let for_rsassa_pss = private_key::for_rsassa_pss(key, public_key);
    let for_rsassa_pss =
        for_rsassa_pss.as_ref().map(|pkcs8| PrivateKeyDer::Pkcs8(pkcs8.as_slice().into()));
    provider
        .load_key(for_rsassa_pss.as_ref().unwrap_or(key))
        .map_err(|BadPrivateKey { reason }| ConfigurationError::BadPrivateKey { reason })
}

impl fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Identity")
            .field("certificates", &self.chain.len())
            .field("key", &self.key)
            .finish()
    }
}

#[cfg(test)]
#[path = "identity_tests.rs"]
mod tests;
