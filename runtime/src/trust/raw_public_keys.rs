//! Trust in raw public keys (RFC 7250): those that the program names.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use rustls_pki_types::{ServerName, SubjectPublicKeyInfoDer, UnixTime};

use super::{Shown, Trust};
use crate::certificate::{PeerKey, RevocationLists, Staples, check_public_key};
use crate::crypto::{CryptoError, CryptoProvider, HashAlgorithm, HashContext};
use crate::session::{Fingerprint, fingerprint_of};
use crate::{CertificateError, CertificateType, ConfigurationError, Error};

/// Public keys of peers that are believed without a certificate (RFC 7250): a program has them by
/// other means, as it would have a list of fingerprints.
///
/// A peer that shows one of them, and proves that it owns it, is accepted. The keys are compared
/// whole, as they are encoded. There is no name in a key, and none is checked: every peer that has
/// one of these keys may be taken for every other, whatever name it was called by. Nor has a key
/// an end of its validity. To distrust one, configure new connections without it; sessions that
/// began with other keys are not resumed then. Revocation lists and staples speak of certificates,
/// and nothing of keys.
///
/// A server that answers to several names should know its own: with a raw key it proves nothing of
/// a name, and RFC 9846 advises that it look at the name that a client asks for
/// ([`Identities`](crate::Identities) without one for all others does).
///
/// ```
/// use std::io::{Read, Write};
/// use std::net::{TcpListener, TcpStream};
///
/// use hyaline::blocking::Stream;
/// use hyaline::pki_types::ServerName;
/// use hyaline::{ClientConfig, RawPublicKeys, ServerConfig, pem};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let pair = rcgen::KeyPair::generate()?;
/// # let (private_file, public_file) = (pair.serialize_pem(), pair.public_key_pem());
/// // The server has a private key, and no certificate.
/// let private_key = pem::private_key(private_file.as_bytes())?;
/// let server = ServerConfig::builder().with_no_client_auth().with_raw_public_key(private_key)?;
///
/// // The client has the public key to it: `openssl pkey -in private.pem -pubout` makes it.
/// let mut keys = RawPublicKeys::new();
/// let public_key = pem::public_keys(public_file.as_bytes())?.remove(0);
/// keys.add(public_key.clone())?;
/// let client = ClientConfig::builder().with_raw_public_keys(keys).with_no_client_auth();
///
/// let listener = TcpListener::bind("127.0.0.1:0")?;
/// let address = listener.local_addr()?;
/// let serving = std::thread::spawn(move || -> std::io::Result<()> {
///     let mut stream = Stream::server(server, listener.accept()?.0)?;
///     stream.write_all(b"from the owner of the key")?;
///     stream.close()
/// });
///
/// // The name is sent to the server, and is not checked.
/// let name = ServerName::try_from("sensor-7.example")?;
/// let mut stream = Stream::client(client, name, TcpStream::connect(address)?)?;
/// let mut answer = String::new();
/// stream.read_to_string(&mut answer)?;
/// assert_eq!(answer, "from the owner of the key");
/// assert_eq!(stream.connection().peer_raw_public_key(), Some(&public_key));
/// assert!(stream.connection().peer_certificates().is_empty());
/// stream.close()?;
/// serving.join().expect("the server does not panic")?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct RawPublicKeys {
    keys: BTreeSet<Box<[u8]>>,
}

impl RawPublicKeys {
    /// No keys yet. A configuration with none takes no raw public key.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one, a SubjectPublicKeyInfo in DER (RFC 5280 section 4.1.2.7).
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadPublicKey`](crate::ConfigurationError::BadPublicKey) for what is
    /// none.
    pub fn add(&mut self, key: SubjectPublicKeyInfoDer<'_>) -> Result<(), Error> {
        check_public_key(&key)?;
        self.keys.insert(key.as_ref().into());
        Ok(())
    }

    /// Whether there are no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// How many different keys there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }
}

impl fmt::Debug for RawPublicKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RawPublicKeys({} keys)", self.len())
    }
}

/// Trust in raw public keys, and in whom another trust believes, if there is one besides.
#[derive(Clone, Debug)]
pub(crate) struct KnownKeys<P: CryptoProvider> {
    provider: P,
    keys: Arc<RawPublicKeys>,
    besides: Option<Arc<dyn Trust>>,
    fingerprint: Option<Fingerprint>,
}

impl<P: CryptoProvider> KnownKeys<P> {
    /// Trust in these keys, and in whom this other trust believes.
    pub(crate) fn new(
        keys: Arc<RawPublicKeys>,
        besides: Option<Arc<dyn Trust>>,
        provider: &P,
    ) -> Self {
        let fingerprint = fingerprint(provider, &keys, besides.as_deref()).ok().flatten();
        Self { provider: provider.clone(), keys, besides, fingerprint }
    }

    /// The same keys beside another trust, which is made of the one that there is.
    fn with_besides(&self, change: impl FnOnce(&dyn Trust) -> Arc<dyn Trust>) -> Arc<dyn Trust> {
        let besides = self.besides.as_deref().map(change);
        Arc::new(Self::new(Arc::clone(&self.keys), besides, &self.provider))
    }

    /// Who judges what is of this type, and is none of the keys.
    fn judge_of(&self, certificate_type: CertificateType) -> Option<&dyn Trust> {
        self.besides
            .as_deref()
            .filter(|trust| trust.certificate_types().contains(&certificate_type))
    }

    /// Who judges certificates.
    fn judge_of_certificates(&self) -> Result<&dyn Trust, CertificateError> {
        let certificate_type = CertificateType::X509;
        let refusal = CertificateError::UnsupportedType { certificate_type };
        self.judge_of(certificate_type).ok_or(refusal)
    }
}

/// What tells these keys, and the trust besides, from others. None: nothing tells that from others.
fn fingerprint<P: CryptoProvider>(
    provider: &P,
    keys: &RawPublicKeys,
    besides: Option<&dyn Trust>,
) -> Result<Option<Fingerprint>, CryptoError> {
    let mut hash = provider.start_hash(HashAlgorithm::Sha256);
    // The fingerprint of roots is of bytes that begin otherwise.
    hash.update(b"raw public keys");
    for key in &keys.keys {
        hash.update(&key.len().to_be_bytes());
        hash.update(key);
    }
    // Ends the keys: no key has this length.
    hash.update(&[0xff; 8]);
    if let Some(besides) = besides {
        let Some(of_besides) = besides.fingerprint() else { return Ok(None) };
        hash.update(&of_besides);
    }
    fingerprint_of(&hash).map(Some)
}

impl<P: CryptoProvider> Trust for KnownKeys<P> {
    fn judge_server(
        &self,
        shown: Shown<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError> {
        self.judge_of_certificates()?.judge_server(shown, name, now)
    }

    fn judge_client(&self, shown: Shown<'_>, now: UnixTime) -> Result<PeerKey, CertificateError> {
        self.judge_of_certificates()?.judge_client(shown, now)
    }

    fn judge_raw_public_key(
        &self,
        key: &SubjectPublicKeyInfoDer<'static>,
    ) -> Result<PeerKey, CertificateError> {
        check_public_key(key).map_err(|_| CertificateError::BadPublicKey)?;
        if self.keys.keys.contains(key.as_ref()) {
            return Ok(PeerKey(key.clone()));
        }
        let besides = self.judge_of(CertificateType::RawPublicKey);
        besides.ok_or(CertificateError::UnknownPublicKey)?.judge_raw_public_key(key)
    }

    fn certificate_types(&self) -> &'static [CertificateType] {
        let takes_keys =
            !self.keys.is_empty() || self.judge_of(CertificateType::RawPublicKey).is_some();
        match self.judge_of(CertificateType::X509) {
            Some(_) if takes_keys => &[CertificateType::RawPublicKey, CertificateType::X509],
            // What nobody would be believed by is not offered where something else would.
            Some(_) => &[CertificateType::X509],
            None => &[CertificateType::RawPublicKey],
        }
    }

    fn fingerprint(&self) -> Option<Fingerprint> {
        self.fingerprint
    }

    fn names(&self) -> Vec<Vec<u8>> {
        self.besides.as_ref().map(|trust| trust.names()).unwrap_or_default()
    }

    fn fault(&self) -> Option<ConfigurationError> {
        self.besides.as_ref().and_then(|trust| trust.fault())
    }

    fn staples(&self) -> Staples {
        self.besides.as_ref().map_or(Staples::Unasked, |trust| trust.staples())
    }

    fn with_revocation_lists(&self, lists: Arc<RevocationLists>) -> Arc<dyn Trust> {
        self.with_besides(|trust| trust.with_revocation_lists(lists))
    }

    fn with_staples(&self, staples: Staples) -> Arc<dyn Trust> {
        self.with_besides(|trust| trust.with_staples(staples))
    }
}

#[cfg(test)]
#[path = "raw_public_keys_tests.rs"]
mod tests;
