//! Whom to trust: the roots at which a peer's certificate path must end.

mod judge;
mod raw_public_keys;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rustls_pki_types::{
    CertificateDer, ServerName, SubjectPublicKeyInfoDer, TrustAnchor, UnixTime,
};

pub(crate) use self::judge::JudgedServers;
pub use self::judge::{ServerJudge, ShownServer};
pub(crate) use self::raw_public_keys::KnownKeys;
pub use self::raw_public_keys::RawPublicKeys;

use crate::certificate::{
    Attached, DistinguishedName, EncodedName, PeerKey, RevocationLists, Staples, anchor, named,
};
use crate::crypto::{CryptoError, CryptoProvider, HashAlgorithm, HashContext};
use crate::session::{Fingerprint, fingerprint_of};
use crate::{CertificateError, CertificateType, ConfigurationError, Error};

/// The certification authorities that are trusted.
///
/// ```
/// let mut roots = hyaline::RootCertStore::empty();
/// assert!(roots.is_empty());
/// ```
#[derive(Clone, Default)]
pub struct RootCertStore {
    /// By their names, as names are compared. Several may share one.
    anchors: BTreeMap<DistinguishedName, Vec<TrustAnchor<'static>>>,
}

impl RootCertStore {
    /// No roots yet. A configuration with no roots refuses every certificate.
    #[must_use]
    pub fn empty() -> Self {
        Self::default()
    }

    /// Adds one root, whose certificate is trusted as it is: its name, its key and its constraints
    /// on names count, and neither its signature nor its validity (RFC 5280 section 6.1.1).
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadRoot`] when it cannot be parsed.
    pub fn add(&mut self, certificate: CertificateDer<'_>) -> Result<(), Error> {
        let anchor = anchor(&certificate).map_err(|_| ConfigurationError::BadRoot)?;
        self.push(anchor);
        Ok(())
    }

    /// Adds all that can be parsed, and returns how many were added and how many ignored: the
    /// stores of operating systems hold old certificates that are not well-formed.
    pub fn add_parsable_certificates<'a>(
        &mut self,
        certificates: impl IntoIterator<Item = CertificateDer<'a>>,
    ) -> (usize, usize) {
        let mut added = 0;
        let mut ignored = 0;
        for certificate in certificates {
            match self.add(certificate) {
                Ok(()) => added += 1,
                Err(_) => ignored += 1,
            }
        }
        (added, ignored)
    }

    /// Whether there are no roots.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.anchors.is_empty()
    }

    /// How many roots there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.anchors.values().map(Vec::len).sum()
    }

    /// The names of all roots, in DER.
    pub(crate) fn names(&self) -> Vec<Vec<u8>> {
        let first = self.anchors.values().filter_map(|of_name| of_name.first());
        first.map(|anchor| named(&anchor.subject)).collect()
    }

    /// The roots of this name.
    pub(crate) fn named(&self, name: &DistinguishedName) -> &[TrustAnchor<'static>] {
        self.anchors.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    /// A root whose name cannot be read is the issuer of nothing.
    fn push(&mut self, anchor: TrustAnchor<'static>) {
        let name = EncodedName::from_der(&anchor.subject).map(DistinguishedName::from);
        self.anchors.entry(name.unwrap_or_default()).or_default().push(anchor);
    }
}

impl Extend<TrustAnchor<'static>> for RootCertStore {
    fn extend<T: IntoIterator<Item = TrustAnchor<'static>>>(&mut self, anchors: T) {
        for anchor in anchors {
            self.push(anchor);
        }
    }
}

impl FromIterator<TrustAnchor<'static>> for RootCertStore {
    fn from_iter<T: IntoIterator<Item = TrustAnchor<'static>>>(anchors: T) -> Self {
        let mut roots = Self::empty();
        roots.extend(anchors);
        roots
    }
}

impl fmt::Debug for RootCertStore {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RootCertStore({} roots)", self.len())
    }
}

/// What a peer shows of itself in its Certificate message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown<'a> {
    /// Its own certificate first.
    pub(crate) chain: &'a [CertificateDer<'a>],
    /// What is attached to each certificate; empty where nothing is.
    pub(crate) attached: &'a [Attached],
}

impl<'a> Shown<'a> {
    /// The certificates and their OCSP responses.
    pub(crate) fn entries(
        self,
    ) -> impl Iterator<Item = (&'a CertificateDer<'a>, Option<&'a [u8]>)> {
        let staples = self.attached.iter().map(|attached| attached.staple.as_deref());
        self.chain.iter().zip(staples.chain(core::iter::repeat(None)))
    }
}

/// Judges a peer's certificate. Roots do, a judge of the program's own, and the script of a replay.
pub(crate) trait Trust: fmt::Debug + Send + Sync {
    /// Judges a server's certificate chain, its own certificate first, for the name by which it
    /// was called.
    ///
    /// # Errors
    ///
    /// The reason why it is refused.
    fn judge_server(
        &self,
        shown: Shown<'_>,
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError>;

    /// Judges a client's certificate chain, its own certificate first.
    ///
    /// # Errors
    ///
    /// The reason why it is refused.
    fn judge_client(&self, shown: Shown<'_>, now: UnixTime) -> Result<PeerKey, CertificateError>;

    /// Judges the raw public key of a server or a client (RFC 7250). No name is asked for: a key
    /// has none.
    ///
    /// # Errors
    ///
    /// The reason why it is refused.
    fn judge_raw_public_key(
        &self,
        _: &SubjectPublicKeyInfoDer<'static>,
    ) -> Result<PeerKey, CertificateError> {
        let certificate_type = CertificateType::RawPublicKey;
        Err(CertificateError::UnsupportedType { certificate_type })
    }

    /// What peers may show, the preferred type first.
    fn certificate_types(&self) -> &'static [CertificateType] {
        &[CertificateType::X509]
    }

    /// What tells this trust from others: a session is resumed only by a configuration that trusts
    /// as the one did that has judged the peer. None: nothing is resumed.
    fn fingerprint(&self) -> Option<Fingerprint>;

    /// The names of those to whom certificates have to lead, in DER.
    fn names(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    /// Why no connection can go by it, if that is so.
    fn fault(&self) -> Option<ConfigurationError> {
        None
    }

    /// Whether OCSP responses are asked for.
    fn staples(&self) -> Staples {
        Staples::Unasked
    }

    /// The same trust, by these revocation lists in place of others.
    fn with_revocation_lists(&self, lists: Arc<RevocationLists>) -> Arc<dyn Trust>;

    /// The same trust, that asks for OCSP responses or does not.
    fn with_staples(&self, staples: Staples) -> Arc<dyn Trust>;

    /// Judges a server's chain to which nothing is attached.
    #[cfg(test)]
    fn check_server(
        &self,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError> {
        self.judge_server(Shown { chain, attached: &[] }, name, now)
    }

    /// Judges a client's chain to which nothing is attached.
    #[cfg(test)]
    fn check_client(
        &self,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError> {
        self.judge_client(Shown { chain, attached: &[] }, now)
    }
}

/// Trust in roots: a certificate must lead to one of them, by signatures that the provider
/// verifies.
#[derive(Clone, Debug)]
pub(crate) struct Roots<P: CryptoProvider> {
    pub(crate) provider: P,
    pub(crate) roots: Arc<RootCertStore>,
    /// None: no list says whether a certificate is revoked.
    pub(crate) lists: Option<Arc<RevocationLists>>,
    pub(crate) staples: Staples,
    pub(crate) fingerprint: Option<Fingerprint>,
}

impl<P: CryptoProvider> Roots<P> {
    /// Trust in these roots, by what the provider can check.
    pub(crate) fn new(roots: Arc<RootCertStore>, provider: &P) -> Self {
        let provider = provider.clone();
        let staples = Staples::default();
        Self { provider, roots, lists: None, staples, fingerprint: None }.told_apart()
    }

    /// With the fingerprint of everything by which certificates are judged.
    pub(crate) fn told_apart(mut self) -> Self {
        self.fingerprint = self.hash().ok();
        self
    }

    fn hash(&self) -> Result<Fingerprint, CryptoError> {
        let Self { provider, roots, lists, staples, .. } = self;
        let mut hash = provider.start_hash(HashAlgorithm::Sha256);
        for anchor in roots.anchors.values().flatten() {
            let constraints = anchor.name_constraints.as_deref().unwrap_or_default();
            for part in [&*anchor.subject, &*anchor.subject_public_key_info, constraints] {
                hash.update(&part.len().to_be_bytes());
                hash.update(part);
            }
        }
        // Ends the roots: no part of a root has this length.
        hash.update(&[0xff; 8]);
        hash.update(staples.distinction());
        if let Some(lists) = lists {
            lists.hash(&mut hash);
        }
        fingerprint_of(&hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_no_root() {
        let mut roots = RootCertStore::empty();
        let error = roots.add(CertificateDer::from(&b"not a certificate"[..])).unwrap_err();
        assert_eq!(error, Error::Configuration(ConfigurationError::BadRoot));
        assert!(roots.is_empty());
    }

    #[test]
    fn a_store_with_broken_certificates_gives_the_others() {
        let parameters = rcgen::CertificateParams::default();
        let root = parameters.self_signed(&rcgen::KeyPair::generate().unwrap()).unwrap();
        let broken = CertificateDer::from(&[0x30, 0x00][..]);

        let mut roots = RootCertStore::empty();
        let counts = roots.add_parsable_certificates([broken, root.der().clone()]);
        assert_eq!(counts, (1, 1));
        assert_eq!(roots.len(), 1);
    }
}
