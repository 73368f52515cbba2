//! The search for a path from a root to the peer's certificate.
//!
//! It goes down from the roots, over certificates that can lie above the peer's own by their names.
//! A certificate's signature is verified before anything else of it is judged, so that somebody
//! whom no root has certified gets no further than to the first signatures; and the steps are
//! counted.

use std::collections::{BTreeMap, BTreeSet};

use rustls_pki_types::{CertificateDer, UnixTime};

use super::distinguished_name::DistinguishedName;
use super::signature::{self, Algorithms};
use super::validation::{Purpose, State};
use super::x509::Certificate;
use crate::CertificateError;
use crate::trust::RootCertStore;

/// The most certificates that are tried in one search. Each costs one verified signature at most.
///
/// A chain of the most certificates that a peer may send, one below the other, takes 32. A path of
/// three certificates of which the first is the root takes two, so that nobody makes us work more
/// than twenty times as much as such a chain does.
pub(crate) const MAXIMUM_STEPS: usize = 40;

/// What a search has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Certificates that were read, but for their extensions.
    pub(crate) read: usize,
    /// Certificates that were tried below an authority.
    pub(crate) steps: usize,
    /// Signatures that were verified.
    pub(crate) signatures: usize,
}

/// A certificate's place in the chain that the peer sent; its own has the first.
type Place = usize;

/// The peer's own certificate, which the caller has read.
const OWN: Place = 0;

/// A search in one chain.
pub(crate) struct Search<'s> {
    roots: &'s RootCertStore,
    algorithms: Algorithms<'s>,
    now: UnixTime,
    purpose: Purpose,
    certificates: Vec<Certificate<'s>>,
    /// The certificates above the peer's own, by the name of their issuer.
    issued: BTreeMap<DistinguishedName, Vec<Place>>,
    effort: Effort,
    refusal: Option<CertificateError>,
}

impl<'s> Search<'s> {
    /// Prepares a search for a path to `own`. Of `others`, those that cannot be read are passed
    /// over, and so are those that cannot lie above `own`.
    pub(crate) fn new(
        roots: &'s RootCertStore,
        algorithms: Algorithms<'s>,
        now: UnixTime,
        purpose: Purpose,
        own: Certificate<'s>,
        others: &'s [CertificateDer<'_>],
    ) -> Self {
        let effort = Effort { read: 1 + others.len(), ..Effort::default() };
        let others = others.iter().filter_map(|other| Certificate::from_der(other).ok());
        let certificates: Vec<_> = core::iter::once(own).chain(others).collect();
        let issued = above(&certificates);
        Self { roots, algorithms, now, purpose, certificates, issued, effort, refusal: None }
    }

    /// Finds a path.
    ///
    /// # Errors
    ///
    /// The first reason for which one that leads to a root was refused, if there is one;
    /// [`CertificateError::PathTooComplex`], where the search was given up.
    pub(crate) fn run(&mut self) -> Result<(), CertificateError> {
        let names: Vec<_> = self.issued.keys().cloned().collect();
        let roots = self.roots;
        for name in &names {
            for root in roots.named(name) {
                let key = root.subject_public_key_info.as_ref();
                match State::of_root(root, self.now, self.purpose) {
                    Ok(state) if self.descend(name, key, &state, &mut Vec::new())? => return Ok(()),
                    Ok(_) => {}
                    Err(refusal) => self.refuse(refusal),
                }
            }
        }
        Err(self.refusal.take().unwrap_or(CertificateError::UnknownIssuer))
    }

    /// Tries all that the authority of this name and key has issued. Is the peer's own certificate
    /// below it?
    fn descend(
        &mut self,
        name: &DistinguishedName,
        key: &[u8],
        state: &State<'s>,
        path: &mut Vec<Place>,
    ) -> Result<bool, CertificateError> {
        for place in self.issued.get(name).cloned().unwrap_or_default() {
            let Some(certificate) = self.certificates.get(place).cloned() else { continue };
            if place != OWN && (self.is_on(path, &certificate) || is_same(&certificate, name, key))
            {
                continue;
            }
            if self.effort.steps == MAXIMUM_STEPS {
                return Err(CertificateError::PathTooComplex);
            }
            self.effort.steps += 1;
            self.effort.signatures += 1;
            let found = match signature::verify(self.algorithms, key, &certificate) {
                Err(refusal) => Err(refusal),
                Ok(()) if place == OWN => state.clone().end(&certificate).map(|()| None),
                Ok(()) => state.clone().pass(&certificate).map(Some),
            };
            match found {
                Ok(None) => return Ok(true),
                Ok(Some(below)) => {
                    path.push(place);
                    let found =
                        self.descend(&certificate.subject, certificate.public_key, &below, path)?;
                    path.pop();
                    if found {
                        return Ok(true);
                    }
                }
                Err(refusal) => self.refuse(refusal),
            }
        }
        Ok(false)
    }

    /// Whether the path goes through an authority of the same name and key already.
    fn is_on(&self, path: &[Place], certificate: &Certificate<'_>) -> bool {
        path.iter()
            .filter_map(|place| self.certificates.get(*place))
            .any(|earlier| is_same(certificate, &earlier.subject, earlier.public_key))
    }

    /// Keeps the reason that says most: a rule that was broken under a good signature before a
    /// signature that may be meant for another root of the same name.
    fn refuse(&mut self, refusal: CertificateError) {
        match self.refusal {
            None | Some(CertificateError::BadSignature) => self.refusal = Some(refusal),
            Some(_) => {}
        }
    }

    /// What the search has cost.
    #[cfg(test)]
    pub(crate) fn effort(&self) -> Effort {
        self.effort
    }
}

fn is_same(certificate: &Certificate<'_>, name: &DistinguishedName, key: &[u8]) -> bool {
    certificate.public_key == key && certificate.subject == *name
}

/// The peer's own certificate and those that can lie above it by their names, each under the name
/// of its issuer. Every name is looked at once.
fn above(certificates: &[Certificate<'_>]) -> BTreeMap<DistinguishedName, Vec<Place>> {
    let mut by_subject: BTreeMap<&DistinguishedName, Vec<Place>> = BTreeMap::new();
    for (place, certificate) in certificates.iter().enumerate().skip(OWN + 1) {
        by_subject.entry(&certificate.subject).or_default().push(place);
    }
    let mut reached = BTreeSet::from([OWN]);
    let mut waiting = vec![OWN];
    while let Some(issuer) = waiting.pop().and_then(|place| certificates.get(place)) {
        let candidates = by_subject.remove(&issuer.issuer).unwrap_or_default();
        waiting.extend(candidates.iter().copied());
        reached.extend(candidates);
    }
    let mut issued: BTreeMap<DistinguishedName, Vec<Place>> = BTreeMap::new();
    for place in reached {
        if let Some(certificate) = certificates.get(place) {
            issued.entry(certificate.issuer.clone()).or_default().push(place);
        }
    }
    issued
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
