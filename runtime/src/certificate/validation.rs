//! The rules of RFC 5280 for each certificate of a path, from the root down (section 6.1).

use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};

use super::der::{self, BadDer, Reader};
use super::extensions::Extensions;
use super::general_name::GeneralNames;
use super::name_constraints::{self, MAXIMUM_COMPARISONS, NameConstraints};
use super::policies::Policies;
use super::x509::Certificate;
use crate::CertificateError;

/// What the peer's certificate is to be used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To authenticate a server.
    Server,
    /// To authenticate a client.
    Client,
}

impl Purpose {
    fn identifier(self) -> &'static [u8] {
        match self {
            Self::Server => &[0x2b, 6, 1, 5, 5, 7, 3, 1],
            Self::Client => &[0x2b, 6, 1, 5, 5, 7, 3, 2],
        }
    }
}

/// The identifier anyExtendedKeyUsage.
const ANY_PURPOSE: &[u8] = &[0x55, 0x1d, 0x25, 0];

/// What the authorities of a path so far leave to the next certificate (RFC 5280 section 6.1.2).
#[derive(Clone, Debug)]
pub(crate) struct State<'a> {
    now: UnixTime,
    purpose: Purpose,
    constraints: Vec<NameConstraints<'a>>,
    policies: Policies<'a>,
    /// How many authorities may still follow that have not issued their certificate themselves.
    path_length: usize,
    /// How many names may still be compared.
    comparisons: usize,
}

impl<'a> State<'a> {
    /// What a root leaves.
    ///
    /// # Errors
    ///
    /// Its constraints on names cannot be read.
    pub(crate) fn of_root(
        root: &'a TrustAnchor<'_>,
        now: UnixTime,
        purpose: Purpose,
    ) -> Result<Self, CertificateError> {
        let constraints = match &root.name_constraints {
            Some(contents) => vec![NameConstraints::from_der(contents)?],
            None => Vec::new(),
        };
        Ok(Self {
            now,
            purpose,
            constraints,
            policies: Policies::initial(),
            path_length: usize::MAX,
            comparisons: MAXIMUM_COMPARISONS,
        })
    }

    /// Passes an authority, whose signature has been verified (RFC 5280 sections 6.1.3 and 6.1.4).
    /// `is_self_issued`: subject and issuer have the same name (section 3.2).
    ///
    /// # Errors
    ///
    /// The rule that it breaks.
    pub(crate) fn pass(
        mut self,
        certificate: &Certificate<'a>,
        extensions: &Extensions<'a>,
        is_self_issued: bool,
    ) -> Result<Self, CertificateError> {
        check_validity(certificate, self.now)?;
        if !is_self_issued {
            let names = subject_alternative_names(extensions)?;
            name_constraints::check(&self.constraints, certificate, names, &mut self.comparisons)?;
        }
        self.policies.take(extensions, is_self_issued)?;

        self.policies.pass_on(extensions, is_self_issued)?;
        if let Some(contents) = extensions.name_constraints {
            self.constraints.push(NameConstraints::from_der(contents)?);
        }
        let basic = extensions.basic_constraints.filter(|constraints| constraints.is_authority);
        let basic = basic.ok_or(CertificateError::IssuerIsNoAuthority)?;
        if !is_self_issued {
            self.path_length =
                self.path_length.checked_sub(1).ok_or(CertificateError::PathTooLong)?;
        }
        self.path_length = self.path_length.min(basic.path_length.unwrap_or(usize::MAX));
        if extensions.key_usage.is_some_and(|usage| !usage.key_certificate_sign) {
            return Err(CertificateError::IssuerMayNotSign);
        }
        check_purpose(extensions, self.purpose)?;
        Ok(self)
    }

    /// Ends at the peer's own certificate, whose signature has been verified (RFC 5280
    /// sections 6.1.3 and 6.1.5). What [`EndEntity::check`] checks is not checked again.
    ///
    /// # Errors
    ///
    /// The rule that it breaks.
    pub(crate) fn end(mut self, own: &EndEntity<'a>) -> Result<(), CertificateError> {
        let EndEntity { certificate, extensions, names } = own;
        name_constraints::check(&self.constraints, certificate, *names, &mut self.comparisons)?;
        self.policies.take(extensions, false)?;
        self.policies.wrap_up(extensions)
    }
}

/// The peer's own certificate, all of which is read.
#[derive(Clone, Debug)]
pub(crate) struct EndEntity<'a> {
    pub(crate) certificate: Certificate<'a>,
    pub(crate) extensions: Extensions<'a>,
    /// The names that it is for.
    pub(crate) names: GeneralNames<'a>,
}

impl<'a> EndEntity<'a> {
    /// Reads it. Allocates nothing.
    ///
    /// # Errors
    ///
    /// [`CertificateError::BadEncoding`], or why such a certificate may not stand in any path.
    pub(crate) fn from_der(bytes: &'a [u8]) -> Result<Self, CertificateError> {
        let certificate = Certificate::from_der(bytes)?;
        let extensions = certificate.extensions()?;
        let names = subject_alternative_names(&extensions)?;
        Ok(Self { certificate, extensions, names })
    }

    /// Checks the rules that do not depend on its path.
    ///
    /// # Errors
    ///
    /// The rule that it breaks.
    pub(crate) fn check(&self, now: UnixTime, purpose: Purpose) -> Result<(), CertificateError> {
        let extensions = &self.extensions;
        check_validity(&self.certificate, now)?;
        if extensions.basic_constraints.is_some_and(|constraints| constraints.is_authority) {
            return Err(CertificateError::AuthorityAsEndEntity);
        }
        // RFC 9846 section 4.5.1.2: "the digitalSignature bit MUST be set if present".
        if extensions.key_usage.is_some_and(|usage| !usage.digital_signature) {
            return Err(CertificateError::KeyMayNotSign);
        }
        check_purpose(extensions, purpose)
    }
}

/// What is wrong with the certificates of a server by themselves, its own first, whatever path they
/// are on. Extensions are read of its own only, as long as no signature is verified.
pub(crate) fn faults(chain: &[CertificateDer<'_>], now: UnixTime) -> Vec<CertificateError> {
    let mut faults = Vec::new();
    for (place, encoded) in chain.iter().enumerate() {
        match Certificate::from_der(encoded) {
            Ok(certificate) => {
                faults.extend(check_validity(&certificate, now).err());
                if place == 0 {
                    let extensions = certificate.extensions();
                    let checked =
                        extensions.and_then(|of_own| check_purpose(&of_own, Purpose::Server));
                    faults.extend(checked.err());
                }
            }
            Err(fault) => faults.push(fault),
        }
    }
    faults
}

/// The names of a certificate beside its subject.
///
/// # Errors
///
/// [`CertificateError::BadEncoding`].
fn subject_alternative_names<'a>(extensions: &Extensions<'a>) -> Result<GeneralNames<'a>, BadDer> {
    GeneralNames::from_der(extensions.subject_alternative_names.unwrap_or_default())
}

fn check_validity(certificate: &Certificate<'_>, now: UnixTime) -> Result<(), CertificateError> {
    let validity = certificate.validity;
    if now < validity.not_before {
        let not_before = validity.not_before;
        return Err(CertificateError::NotYetValid { time: now, not_before });
    }
    if now > validity.not_after {
        let not_after = validity.not_after;
        return Err(CertificateError::Expired { time: now, not_after });
    }
    Ok(())
}

/// The peer's own certificate and all authorities that say what they are for must be for this
/// purpose, or for any (RFC 5280 section 4.2.1.12).
fn check_purpose(extensions: &Extensions<'_>, purpose: Purpose) -> Result<(), CertificateError> {
    let Some(list) = extensions.purposes else { return Ok(()) };
    let mut reader = Reader::new(list);
    let mut is_for = false;
    while !reader.is_empty() {
        let identifier = reader.expect(der::OBJECT_IDENTIFIER)?;
        is_for |= identifier == purpose.identifier() || identifier == ANY_PURPOSE;
    }
    if is_for { Ok(()) } else { Err(CertificateError::WrongPurpose) }
}

#[cfg(test)]
#[path = "validation_tests.rs"]
mod tests;
