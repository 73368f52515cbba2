//! Whether a certificate is revoked, by all that is known of it: the revocation lists of the
//! program, and the OCSP response that comes with it.

use rustls_pki_types::UnixTime;

use super::attached::Staples;
use super::extensions::Extensions;
use super::revocation::{ListIssuer, Listable, RevocationLists};
use super::signature::Algorithms;
use super::status_response::{HashName, ResponseIssuer, StatusResponse};
use super::x509::Certificate;
use crate::CertificateError;

/// What says whether certificates are revoked.
#[derive(Clone, Copy)]
pub(crate) struct StatusSources<'s> {
    /// None: the program has no lists.
    pub(crate) lists: Option<&'s RevocationLists>,
    pub(crate) staples: Staples,
    pub(crate) hash: HashName<'s>,
}

/// A certificate whose signature was verified, with what is known of its status.
pub(crate) struct Judged<'a> {
    pub(crate) certificate: &'a Certificate<'a>,
    pub(crate) extensions: &'a Extensions<'a>,
    pub(crate) staple: Option<&'a [u8]>,
    /// It is the peer's own.
    pub(crate) is_own: bool,
}

impl StatusSources<'_> {
    /// Judges one certificate of a path. `count` is called before each signature that is verified.
    ///
    /// # Errors
    ///
    /// [`CertificateError::Revoked`], or why it is not known to be good; what `count` has to say.
    pub(crate) fn check(
        &self,
        algorithms: Algorithms<'_>,
        now: UnixTime,
        issuer: &ListIssuer<'_>,
        judged: &Judged<'_>,
        mut count: impl FnMut() -> Result<(), CertificateError>,
    ) -> Result<(), CertificateError> {
        let Judged { certificate, extensions, staple, is_own } = *judged;
        let serial_number = certificate.serial_number;
        let is_good = match staple {
            _ if self.staples == Staples::Unasked => false,
            Some(response) => {
                let encoded_name = certificate.issuer;
                let issuer = ResponseIssuer { name: issuer.name, encoded_name, key: issuer.key };
                StatusResponse::from_der(response)?.check(
                    algorithms,
                    self.hash,
                    now,
                    &issuer,
                    serial_number,
                    &mut count,
                )?;
                true
            }
            None if is_own && self.staples == Staples::Required => {
                return Err(CertificateError::NoStaple);
            }
            None if is_own && extensions.must_staple => return Err(CertificateError::NoStaple),
            None => false,
        };
        let Some(lists) = self.lists else { return Ok(()) };
        let basic_constraints = extensions.basic_constraints;
        let listable = Listable {
            serial_number,
            is_authority: basic_constraints.is_some_and(|constraints| constraints.is_authority),
            distribution_points: extensions.distribution_points,
        };
        match lists.check(algorithms, now, issuer, &listable, count) {
            // A good response is enough where the lists know nothing of the certificate, or are out
            // of date.
            Err(
                CertificateError::RevocationUnknown
                | CertificateError::RevocationListExpired { .. },
            ) if is_good => Ok(()),
            verdict => verdict,
        }
    }
}

#[cfg(test)]
#[path = "status_tests.rs"]
mod tests;
