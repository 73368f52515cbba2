//! The search for a path from a root to the peer's certificate.
//!
//! It goes down from the roots, over certificates that can lie above the peer's own by their names.
//! A certificate's signature is verified before anything else of it is judged, so that somebody
//! whom no root has certified gets no further than to the first signatures; and the steps are
//! counted.

use core::cell::Cell;

use rustls_pki_types::UnixTime;

use super::distinguished_name::DistinguishedName;
use super::revocation::ListIssuer;
use super::signature::{self, Algorithms};
use super::status::{Judged, StatusSources};
use super::validation::{EndEntity, Purpose, State};
use super::x509::Certificate;
use crate::CertificateError;
use crate::trust::{RootCertStore, Shown};

/// The most steps in one search: certificates that are tried, and signatures of revocation lists
/// and OCSP responses that are verified. Each step costs one verified signature at most.
///
/// A chain of the most certificates that a peer may send, one below the other, takes 32 steps. A
/// common path, of three certificates of which the first is the root, takes two; so nobody makes us
/// work more than twenty times as much as such a path does.
pub(crate) const MAXIMUM_STEPS: usize = 40;

/// What a search has cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Effort {
    /// Certificates that were read, but for their extensions.
    pub(crate) read: usize,
    /// Certificates that were tried below an authority, and signatures that were verified to learn
    /// whether certificates are revoked.
    pub(crate) steps: usize,
    /// Signatures that were verified.
    pub(crate) signatures: usize,
}

/// A search in one chain.
pub(crate) struct Search<'s> {
    chain: Chain<'s>,
    progress: Progress,
}

/// By what a path is judged.
#[derive(Clone, Copy)]
pub(crate) struct Terms<'s> {
    pub(crate) roots: &'s RootCertStore,
    pub(crate) algorithms: Algorithms<'s>,
    /// What says whether certificates are revoked.
    pub(crate) status: StatusSources<'s>,
    pub(crate) now: UnixTime,
    pub(crate) purpose: Purpose,
}

/// What is searched, and for what.
struct Chain<'s> {
    terms: Terms<'s>,
    own: &'s EndEntity<'s>,
    /// The OCSP response for it.
    own_staple: Option<&'s [u8]>,
    own_issuer: DistinguishedName,
    /// The certificates beside the peer's own.
    others: Vec<Candidate<'s>>,
}

/// A certificate that may be an authority above the peer's own.
struct Candidate<'s> {
    certificate: Certificate<'s>,
    issuer: DistinguishedName,
    subject: DistinguishedName,
    /// The OCSP response for it.
    staple: Option<&'s [u8]>,
    /// Its name is one of those that can lie above the peer's own certificate.
    is_above: Cell<bool>,
}

/// An authority of a path that begins at a root, with those above it.
struct Authority<'p> {
    name: &'p DistinguishedName,
    /// The contents of its SubjectPublicKeyInfo.
    key: &'p [u8],
    /// Whether it may sign revocation lists; a root may.
    may_sign_lists: bool,
    above: Option<&'p Authority<'p>>,
}

/// How far a search has come.
#[derive(Default)]
struct Progress {
    effort: Effort,
    refusal: Option<CertificateError>,
}

impl<'s> Search<'s> {
    /// Prepares a search for a path to `own`, the first of what is shown. Of the others, those that
    /// cannot be read are passed over, and so are those that cannot lie above `own`.
    pub(crate) fn new(terms: Terms<'s>, own: &'s EndEntity<'s>, shown: Shown<'s>) -> Self {
        let effort = Effort { read: shown.chain.len(), ..Effort::default() };
        let mut entries = shown.entries();
        let own_staple = entries.next().and_then(|(_, staple)| staple);
        let others = entries.filter_map(|(other, staple)| {
            Some(Candidate { staple, ..Candidate::from(Certificate::from_der(other).ok()?) })
        });
        let others: Vec<_> = others.collect();
        let own_issuer = DistinguishedName::from(own.certificate.issuer);
        mark_above(&own_issuer, &others);
        Self {
            chain: Chain { terms, own, own_staple, own_issuer, others },
            progress: Progress { effort, refusal: None },
        }
    }

    /// Finds a path.
    ///
    /// # Errors
    ///
    /// The first reason for which one that leads to a root was refused, if there is one;
    /// [`CertificateError::PathTooComplex`], where the search was given up.
    pub(crate) fn run(&mut self) -> Result<(), CertificateError> {
        let Self { chain, progress } = self;
        for (number, name) in chain.issuers().enumerate() {
            if chain.issuers().take(number).any(|earlier| earlier == name) {
                continue;
            }
            for root in chain.terms.roots.named(name) {
                let key = root.subject_public_key_info.as_ref();
                let authority = Authority { name, key, may_sign_lists: true, above: None };
                match State::of_root(root, chain.terms.now, chain.terms.purpose) {
                    Ok(state) if chain.descend(&authority, &state, progress)? => return Ok(()),
                    Ok(_) => {}
                    Err(refusal) => progress.refuse(refusal),
                }
            }
        }
        Err(progress.refusal.take().unwrap_or(CertificateError::UnknownIssuer))
    }

    /// What the search has cost.
    #[cfg(test)]
    pub(crate) fn effort(&self) -> Effort {
        self.progress.effort
    }
}

impl<'s> Chain<'s> {
    /// The names of all issuers, that of the peer's own certificate first.
    fn issuers(&self) -> impl Iterator<Item = &DistinguishedName> {
        core::iter::once(&self.own_issuer).chain(self.above().map(|candidate| &candidate.issuer))
    }

    fn above(&self) -> impl Iterator<Item = &Candidate<'s>> {
        self.others.iter().filter(|candidate| candidate.is_above.get())
    }

    /// Tries all that this authority has issued. Is the peer's own certificate below it?
    fn descend(
        &self,
        authority: &Authority<'_>,
        state: &State<'s>,
        progress: &mut Progress,
    ) -> Result<bool, CertificateError> {
        if self.own_issuer == *authority.name {
            progress.step()?;
            let ended = authority
                .verify(&self.terms, &self.own.certificate)
                .and_then(|()| state.clone().end(self.own));
            match ended.and_then(|()| self.check_own_status(authority, progress)) {
                Ok(()) => return Ok(true),
                Err(refusal) => progress.refuse(refusal),
            }
        }
        for candidate in self.above().filter(|candidate| candidate.issuer == *authority.name) {
            let Candidate { certificate, issuer, subject, staple, .. } = candidate;
            let (key, above) = (certificate.public_key, Some(authority));
            let mut below = Authority { name: subject, key, may_sign_lists: true, above };
            if below.is_repeated() {
                continue;
            }
            progress.step()?;
            let verified = authority.verify(&self.terms, certificate);
            let passed = verified.and_then(|()| certificate.extensions()).and_then(|extensions| {
                below.may_sign_lists = extensions.key_usage.is_none_or(|usage| usage.list_sign);
                let state = state.clone().pass(certificate, &extensions, issuer == subject)?;
                let (extensions, staple) = (&extensions, *staple);
                let judged = Judged { certificate, extensions, staple, is_own: false };
                self.check_status(authority, &judged, progress)?;
                Ok(state)
            });
            match passed {
                Ok(state) if self.descend(&below, &state, progress)? => return Ok(true),
                Ok(_) => {}
                Err(refusal) => progress.refuse(refusal),
            }
        }
        Ok(false)
    }
}

impl Chain<'_> {
    /// Whether the peer's own certificate, which this authority has issued, is revoked.
    fn check_own_status(
        &self,
        issuer: &Authority<'_>,
        progress: &mut Progress,
    ) -> Result<(), CertificateError> {
        let EndEntity { certificate, extensions, .. } = self.own;
        let judged = Judged { certificate, extensions, staple: self.own_staple, is_own: true };
        self.check_status(issuer, &judged, progress)
    }

    /// Whether a certificate that this authority has issued is revoked. It has passed all else.
    fn check_status(
        &self,
        issuer: &Authority<'_>,
        judged: &Judged<'_>,
        progress: &mut Progress,
    ) -> Result<(), CertificateError> {
        let Authority { name, key, may_sign_lists, .. } = *issuer;
        let issuer = ListIssuer { name, key, may_sign_lists };
        let Terms { algorithms, status, now, .. } = self.terms;
        status.check(algorithms, now, &issuer, judged, || progress.step())
    }
}

impl<'s> From<Certificate<'s>> for Candidate<'s> {
    fn from(certificate: Certificate<'s>) -> Self {
        let (issuer, subject) = (certificate.issuer.into(), certificate.subject.into());
        Self { certificate, issuer, subject, staple: None, is_above: Cell::new(false) }
    }
}

impl Authority<'_> {
    /// Verifies that it has signed a certificate.
    fn verify(
        &self,
        terms: &Terms<'_>,
        certificate: &Certificate<'_>,
    ) -> Result<(), CertificateError> {
        signature::verify(terms.algorithms, self.key, &certificate.signed)
    }

    /// Whether an authority of the same name and key stands above it.
    fn is_repeated(&self) -> bool {
        let mut next = self.above;
        while let Some(above) = next {
            if above.key == self.key && above.name == self.name {
                return true;
            }
            next = above.above;
        }
        false
    }
}

impl Progress {
    /// One more signature is verified: that of a certificate which is tried, or of what says
    /// whether one is revoked.
    fn step(&mut self) -> Result<(), CertificateError> {
        if self.effort.steps == MAXIMUM_STEPS {
            return Err(CertificateError::PathTooComplex);
        }
        self.effort.steps += 1;
        self.effort.signatures += 1;
        Ok(())
    }

    /// Keeps the refusal that says most. A rule that is broken under a good signature counts more
    /// than a bad signature, which may belong to another root of the same name.
    fn refuse(&mut self, refusal: CertificateError) {
        match self.refusal {
            None | Some(CertificateError::BadSignature) => self.refusal = Some(refusal),
            Some(_) => {}
        }
    }
}

/// Marks those of `others` that can lie above a certificate of this issuer by their names. Each is
/// marked once, so that the names of each are compared with those of each other once at most.
fn mark_above(issuer: &DistinguishedName, others: &[Candidate<'_>]) {
    for candidate in others {
        if !candidate.is_above.get() && candidate.subject == *issuer {
            candidate.is_above.set(true);
            mark_above(&candidate.issuer, others);
        }
    }
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
