//! Whether certificates have been revoked, by lists that the program has (RFC 5280 section 6.3).

use std::collections::BTreeMap;
use std::fmt;

use rustls_pki_types::{CertificateRevocationListDer, UnixTime};

use super::distinguished_name::DistinguishedName;
use super::revocation_list::RevocationList;
use super::scope::BadRevocationList;
use super::signature::Algorithms;
use crate::crypto::HashContext;
use crate::{CertificateError, ConfigurationError, Error};

/// Revocation lists by which peers' certificates are judged, and how strictly.
///
/// Without a setting to the contrary each certificate of a path, but the root, has to be covered by
/// a list of its issuer that is signed with the key that signed the certificate, and whose next
/// update is still to come. Whoever is on a list is refused, whether the list has expired or not;
/// of several lists that cover a certificate the newest counts.
///
/// A list may be of the whole issuer, of its end entities or its authorities only, or of one of its
/// distribution points. Lists of several issuers, of some reasons, and changes of other lists are
/// refused when they are added.
///
/// Lists are not fetched: a program gets them and gives them to
/// [`ClientConfig::with_revocation_lists`](crate::ClientConfig::with_revocation_lists) or
/// [`ServerConfig::with_revocation_lists`](crate::ServerConfig::with_revocation_lists), and newer
/// ones to a clone of that configuration.
///
/// ```
/// use hyaline::{ClientConfig, RevocationLists, RootCertStore, pem};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let mut parameters = rcgen::CertificateParams::default();
/// # parameters.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
/// # let issuer = rcgen::Issuer::new(parameters, rcgen::KeyPair::generate()?);
/// # let list = rcgen::CertificateRevocationListParams {
/// #     this_update: rcgen::date_time_ymd(2026, 7, 1),
/// #     next_update: rcgen::date_time_ymd(2026, 7, 8),
/// #     crl_number: rcgen::SerialNumber::from(1),
/// #     issuing_distribution_point: None,
/// #     revoked_certs: Vec::new(),
/// #     key_identifier_method: rcgen::KeyIdMethod::Sha256,
/// # };
/// # let file = list.signed_by(&issuer)?.pem()?;
/// let mut lists = RevocationLists::new();
/// for list in pem::revocation_lists(file.as_bytes())? {
///     lists.add(&list)?;
/// }
/// assert_eq!(lists.len(), 1);
/// let config = ClientConfig::builder()
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth()
///     .with_revocation_lists(lists.only_check_end_entity_revocation());
/// # drop(config);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct RevocationLists {
    /// By the names of their issuers, the newest first.
    lists: BTreeMap<DistinguishedName, Vec<RevocationList>>,
    end_entity_only: bool,
    allow_unknown: bool,
    allow_expired: bool,
}

/// A certificate as far as lists are about it.
pub(crate) struct Listable<'a> {
    pub(crate) serial_number: &'a [u8],
    pub(crate) is_authority: bool,
    /// The contents of that extension.
    pub(crate) distribution_points: Option<&'a [u8]>,
}

/// The issuer of a certificate, whose signature was verified.
pub(crate) struct ListIssuer<'a> {
    pub(crate) name: &'a DistinguishedName,
    /// The contents of its SubjectPublicKeyInfo.
    pub(crate) key: &'a [u8],
    /// Whether its key usage has cRLSign, or it has none.
    pub(crate) may_sign_lists: bool,
}

impl RevocationLists {
    /// No lists yet: every certificate is refused, for nothing is known of it.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a list. Its signature is verified when a certificate of its issuer is judged.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::BadRevocationList`] with the reason. The lists are as they were.
    pub fn add(&mut self, list: &CertificateRevocationListDer<'_>) -> Result<(), Error> {
        let list = RevocationList::from_der(list).map_err(|BadRevocationList(reason)| {
            Error::from(ConfigurationError::BadRevocationList { reason })
        })?;
        let of_issuer = self.lists.entry(list.issuer.clone()).or_default();
        let place = of_issuer.partition_point(|other| other.this_update >= list.this_update);
        of_issuer.insert(place, list);
        Ok(())
    }

    /// Asks nothing of the authorities above a peer's own certificate.
    #[must_use]
    pub fn only_check_end_entity_revocation(mut self) -> Self {
        self.end_entity_only = true;
        self
    }

    /// Accepts certificates that no list covers.
    #[must_use]
    pub fn allow_unknown_revocation_status(mut self) -> Self {
        self.allow_unknown = true;
        self
    }

    /// Takes a list whose next update is overdue for as good as any.
    #[must_use]
    pub fn allow_expired_lists(mut self) -> Self {
        self.allow_expired = true;
        self
    }

    /// How many lists there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lists.values().map(Vec::len).sum()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.lists.is_empty()
    }

    /// Judges one certificate of a path. `count` is called before each signature that is verified.
    ///
    /// # Errors
    ///
    /// [`CertificateError::Revoked`], or why nothing is known of it; what `count` has to say.
    pub(crate) fn check(
        &self,
        algorithms: Algorithms<'_>,
        now: UnixTime,
        issuer: &ListIssuer<'_>,
        certificate: &Listable<'_>,
        mut count: impl FnMut() -> Result<(), CertificateError>,
    ) -> Result<(), CertificateError> {
        let Listable { serial_number, is_authority, distribution_points } = *certificate;
        if is_authority && self.end_entity_only {
            return Ok(());
        }
        let of_issuer = self.lists.get(issuer.name).map(Vec::as_slice).unwrap_or_default();
        let mut expired = None;
        for list in of_issuer {
            if !list.scope.covers(is_authority, distribution_points) {
                continue;
            }
            // RFC 5280 section 6.3.3, step f.
            if !issuer.may_sign_lists {
                return Err(CertificateError::IssuerMayNotSignLists);
            }
            if !list.is_verified_with(issuer.key) {
                count()?;
                if !list.verify(algorithms, issuer.key) {
                    continue;
                }
            }
            if list.names(serial_number) {
                return Err(CertificateError::Revoked);
            }
            if now < list.this_update {
                continue;
            }
            if now <= list.next_update || self.allow_expired {
                return Ok(());
            }
            expired.get_or_insert(list.next_update);
        }
        match expired {
            Some(next_update) => {
                Err(CertificateError::RevocationListExpired { time: now, next_update })
            }
            None if self.allow_unknown => Ok(()),
            None => Err(CertificateError::RevocationUnknown),
        }
    }

    /// Hashes everything by which this judges.
    pub(crate) fn hash(&self, hash: &mut impl HashContext) {
        let Self { lists, end_entity_only, allow_unknown, allow_expired } = self;
        hash.update(&[end_entity_only, allow_unknown, allow_expired].map(|flag| u8::from(*flag)));
        for list in lists.values().flatten() {
            // A list is in DER, which begins with its length, so that no separator is needed.
            hash.update(list.as_bytes());
        }
    }
}

impl fmt::Debug for RevocationLists {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "RevocationLists({} lists)", self.len())
    }
}

#[cfg(test)]
#[path = "revocation_tests.rs"]
mod tests;
