//! Whom to trust: the roots at which a peer's certificate path must end.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use rustls_pki_types::{
    CertificateDer, ServerName, SignatureVerificationAlgorithm, TrustAnchor, UnixTime,
};

use crate::certificate::{DistinguishedName, EncodedName, PeerKey, RevocationLists, anchor};
use crate::crypto::{CryptoError, CryptoProvider, HashAlgorithm, HashContext};
use crate::session::Fingerprint;
use crate::{CertificateError, ConfigurationError, Error};

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
    /// No roots yet. A configuration with no roots refuses every peer.
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

/// By what a peer's certificate is judged. Roots are; the script of a replay is, too.
pub(crate) trait Trust: fmt::Debug + Send + Sync {
    /// Judges a server's certificate chain, its own certificate first, for the name by which it
    /// was called.
    ///
    /// # Errors
    ///
    /// The reason why it is refused.
    fn check_server(
        &self,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError>;

    /// Judges a client's certificate chain, its own certificate first.
    ///
    /// # Errors
    ///
    /// The reason why it is refused.
    fn check_client(
        &self,
        chain: &[CertificateDer<'_>],
        now: UnixTime,
    ) -> Result<PeerKey, CertificateError>;

    /// What tells this trust from others: a session is resumed only by a configuration that trusts
    /// as the one did that has judged the peer. None: nothing is resumed.
    fn fingerprint(&self) -> Option<Fingerprint>;

    /// The same trust, by these revocation lists in place of others. `fingerprint` is that of the
    /// lists.
    fn with_revocation_lists(
        &self,
        lists: Arc<RevocationLists>,
        fingerprint: Option<Fingerprint>,
    ) -> Arc<dyn Trust>;
}

/// Trust in roots: a certificate must lead to one of them, by signatures of these algorithms.
#[derive(Clone, Debug)]
pub(crate) struct Roots {
    pub(crate) roots: Arc<RootCertStore>,
    pub(crate) algorithms: &'static [&'static dyn SignatureVerificationAlgorithm],
    /// Of the roots.
    pub(crate) fingerprint: Option<Fingerprint>,
    /// None: whether a certificate is revoked is not asked.
    pub(crate) lists: Option<Arc<RevocationLists>>,
    /// Of the lists.
    pub(crate) fingerprint_of_lists: Option<Fingerprint>,
}

impl Roots {
    /// Trust in these roots, by what the provider can check.
    pub(crate) fn new(roots: Arc<RootCertStore>, provider: &impl CryptoProvider) -> Self {
        let fingerprint = fingerprint(&roots, provider).ok();
        let algorithms = provider.path_algorithms();
        Self { roots, algorithms, fingerprint, lists: None, fingerprint_of_lists: None }
    }
}

/// The hash of everything that is trusted.
fn fingerprint(
    roots: &RootCertStore,
    provider: &impl CryptoProvider,
) -> Result<Fingerprint, CryptoError> {
    let mut hash = provider.start_hash(HashAlgorithm::Sha256);
    for anchor in roots.anchors.values().flatten() {
        let constraints = anchor.name_constraints.as_deref().unwrap_or_default();
        for part in [&*anchor.subject, &*anchor.subject_public_key_info, constraints] {
            hash.update(&part.len().to_be_bytes());
            hash.update(part);
        }
    }
    let digest = hash.digest()?;
    Fingerprint::try_from(digest.as_bytes()).map_err(|_| CryptoError::TooLong)
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
