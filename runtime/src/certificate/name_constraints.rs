//! Which names an authority may certify (RFC 5280 section 4.2.1.10).

use super::der::{self, BadDer, Reader};
use super::distinguished_name::{DistinguishedName, EncodedName};
use super::general_name::{GeneralName, GeneralNames, without_first_label};
use super::x509::Certificate;
use crate::CertificateError;

/// The most comparisons of a name with a subtree on one path, as many as Go's crypto/x509 allows.
/// Names are compared only on a path that begins at a root.
pub(crate) const MAXIMUM_COMPARISONS: usize = 250_000;

/// The subtrees that one authority names.
#[derive(Clone, Debug)]
pub(crate) struct NameConstraints<'a> {
    permitted: Vec<Base<'a>>,
    excluded: Vec<Base<'a>>,
}

/// The base of a subtree, or a name that may lie in it, ready to be compared.
#[derive(Clone, Debug)]
enum Base<'a> {
    Directory(DistinguishedName),
    Name(GeneralName<'a>),
}

impl<'a> NameConstraints<'a> {
    /// From the contents of the extension.
    ///
    /// # Errors
    ///
    /// [`CertificateError::BadEncoding`]; [`CertificateError::UnsupportedNameConstraint`] for a
    /// minimum or a maximum, which the RFC has no use for.
    pub(crate) fn from_der(contents: &'a [u8]) -> Result<Self, CertificateError> {
        let mut reader = Reader::new(contents);
        let permitted = subtrees(reader.optional(der::constructed(0))?)?;
        let excluded = subtrees(reader.optional(der::constructed(1))?)?;
        reader.end()?;
        Ok(Self { permitted, excluded })
    }

    /// Checks one name.
    fn check(&self, name: &Base<'_>, budget: &mut usize) -> Result<(), CertificateError> {
        let compared = self.permitted.len() + self.excluded.len();
        *budget = budget.checked_sub(compared).ok_or(CertificateError::PathTooComplex)?;
        let mut is_constrained = false;
        let mut is_permitted = false;
        for base in self.permitted.iter().filter(|base| is_same_form(base, name)) {
            is_constrained = true;
            is_permitted |= lies_within(name, base, Subtree::Permitted)?;
        }
        if is_constrained && !is_permitted {
            return Err(CertificateError::NameNotPermitted);
        }
        for base in self.excluded.iter().filter(|base| is_same_form(base, name)) {
            if lies_within(name, base, Subtree::Excluded)? {
                return Err(CertificateError::NameNotPermitted);
            }
        }
        Ok(())
    }
}

/// Checks all names of a certificate by the constraints of all authorities above it. `budget` is
/// how many comparisons are left.
///
/// # Errors
///
/// [`CertificateError::NameNotPermitted`]; [`CertificateError::UnsupportedNameConstraint`] where a
/// name is of a form that is constrained and not processed; [`CertificateError::BadEncoding`];
/// [`CertificateError::PathTooComplex`].
pub(crate) fn check(
    constraints: &[NameConstraints<'_>],
    certificate: &Certificate<'_>,
    names: GeneralNames<'_>,
    budget: &mut usize,
) -> Result<(), CertificateError> {
    if constraints.is_empty() {
        return Ok(());
    }
    let mut all = Vec::new();
    if !certificate.subject.is_empty() {
        all.push(Base::Directory(certificate.subject.into()));
    }
    for address in certificate.subject.email_addresses() {
        all.push(Base::Name(GeneralName::Rfc822(address)));
    }
    for name in names.iter() {
        all.push(Base::of(name)?);
    }
    for constraints in constraints {
        for name in &all {
            constraints.check(name, budget)?;
        }
    }
    Ok(())
}

impl<'a> Base<'a> {
    fn of(name: GeneralName<'a>) -> Result<Self, BadDer> {
        Ok(match name {
            GeneralName::Directory(contents) => {
                Self::Directory(EncodedName::from_der(contents)?.into())
            }
            other => Self::Name(other),
        })
    }
}

/// Reads a list of subtrees.
fn subtrees(contents: Option<&[u8]>) -> Result<Vec<Base<'_>>, CertificateError> {
    let mut bases = Vec::new();
    let mut reader = Reader::new(contents.unwrap_or_default());
    while !reader.is_empty() {
        let mut subtree = Reader::new(reader.expect(der::SEQUENCE)?);
        bases.push(Base::of(GeneralName::read(&mut subtree)?)?);
        let minimum = subtree.optional(der::primitive(0))?.map(der::unsigned).transpose()?;
        if minimum.unwrap_or(0) != 0 || subtree.optional(der::primitive(1))?.is_some() {
            return Err(CertificateError::UnsupportedNameConstraint);
        }
        subtree.end()?;
    }
    Ok(bases)
}

fn is_same_form(base: &Base<'_>, name: &Base<'_>) -> bool {
    match (base, name) {
        (Base::Name(GeneralName::Other(base)), Base::Name(GeneralName::Other(name))) => {
            base == name
        }
        (Base::Name(base), Base::Name(name)) => {
            core::mem::discriminant(base) == core::mem::discriminant(name)
        }
        (Base::Directory(_), Base::Directory(_)) => true,
        _ => false,
    }
}

/// Where a name stands for several, as one with a wildcard does, it must be permitted with all of
/// them, and is excluded with any of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subtree {
    Permitted,
    Excluded,
}

/// Whether `name` lies in the subtree of `base`, which is of the same form.
fn lies_within(
    name: &Base<'_>,
    base: &Base<'_>,
    subtree: Subtree,
) -> Result<bool, CertificateError> {
    match (name, base) {
        (Base::Directory(name), Base::Directory(base)) => Ok(name.is_within(base)),
        (Base::Name(name), Base::Name(base)) => match (name, base) {
            (GeneralName::Dns(name), GeneralName::Dns(base)) => {
                check_base(base)?;
                Ok(dns_lies_within(name, base, subtree))
            }
            (GeneralName::Ip(name), GeneralName::Ip(base)) => Ok(ip_lies_within(name, base)?),
            (GeneralName::Rfc822(name), GeneralName::Rfc822(base)) => {
                address_lies_within(name, base)
            }
            (GeneralName::Uri(name), GeneralName::Uri(base)) => uri_lies_within(name, base),
            _ => Err(CertificateError::UnsupportedNameConstraint),
        },
        _ => Ok(false),
    }
}

/// A base is the name of a host or of a domain, or empty. Any other is refused: its author may have
/// meant more than its characters say, as with a `*`.
fn check_base(base: &[u8]) -> Result<(), CertificateError> {
    let labels = base.strip_prefix(b".").unwrap_or(base);
    let is_label = |label: &[u8]| {
        !label.is_empty()
            && label.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte))
    };
    if base.is_empty() || labels.split(|byte| *byte == b'.').all(is_label) {
        return Ok(());
    }
    Err(CertificateError::UnsupportedNameConstraint)
}

/// A DNS name lies in the subtree of each name that it ends with, label by label. A base that
/// begins with a dot leaves out the name behind the dot, as OpenSSL has it.
fn dns_lies_within(name: &[u8], base: &[u8], subtree: Subtree) -> bool {
    if base.is_empty() || is_below(name, base) || name.eq_ignore_ascii_case(base) {
        return true;
    }
    // `*.example.com` stands for the base `a.example.com` too.
    match (subtree, name.strip_prefix(b"*.")) {
        (Subtree::Excluded, Some(parent)) => {
            without_first_label(base).is_some_and(|rest| rest.eq_ignore_ascii_case(parent))
        }
        _ => false,
    }
}

/// Whether `name` is `base` with further labels before it.
fn is_below(name: &[u8], base: &[u8]) -> bool {
    let Some((before, end)) =
        name.len().checked_sub(base.len()).and_then(|at| name.split_at_checked(at))
    else {
        return false;
    };
    let at_label = before.ends_with(b".") || base.starts_with(b".");
    !before.is_empty() && at_label && end.eq_ignore_ascii_case(base)
}

/// A host is exactly `base`, or, where `base` begins with a dot, any host below it.
fn host_lies_within(host: &[u8], base: &[u8]) -> bool {
    if base.starts_with(b".") { is_below(host, base) } else { host.eq_ignore_ascii_case(base) }
}

/// An address lies within a base of the same length if both agree under the base's mask. The ones
/// of a mask come first; a mask with gaps is refused.
fn ip_lies_within(name: &[u8], base: &[u8]) -> Result<bool, BadDer> {
    if !matches!(base.len(), 8 | 32) || !matches!(name.len(), 4 | 16) {
        return Err(BadDer);
    }
    let (network, mask) = base.split_at_checked(base.len() / 2).ok_or(BadDer)?;
    let number = mask.iter().fold(0_u128, |sum, byte| (sum << 8) | u128::from(*byte));
    let aligned = if mask.len() == 4 { number << 96 } else { number };
    if aligned.leading_ones() != aligned.count_ones() {
        return Err(BadDer);
    }
    let masked = |(byte, mask): (&u8, &u8)| byte & mask;
    Ok(name.len() == network.len()
        && name.iter().zip(mask).map(masked).eq(network.iter().zip(mask).map(masked)))
}

/// The base for addresses of electronic mail is one mailbox, or a host for all of its mailboxes.
/// The part before the `@` is compared with regard to case, the host without.
fn address_lies_within(name: &[u8], base: &[u8]) -> Result<bool, CertificateError> {
    let (local, host) = at_sign(name).ok_or(CertificateError::BadEncoding)?;
    check_base(at_sign(base).map_or(base, |(_, host)| host))?;
    Ok(match at_sign(base) {
        Some((base_local, base_host)) => {
            // A base that begins with `@`, as some write a host.
            (base_local.is_empty() || local == base_local) && host.eq_ignore_ascii_case(base_host)
        }
        None => base.is_empty() || host_lies_within(host, base),
    })
}

/// What stands before and behind the last `@`.
fn at_sign(address: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = address.iter().rposition(|byte| *byte == b'@')?;
    Some((address.get(..at)?, address.get(at + 1..)?))
}

/// The host of a URI decides; one without a host, or with an address for one, is refused
/// ("MUST be rejected").
fn uri_lies_within(name: &[u8], base: &[u8]) -> Result<bool, CertificateError> {
    let host = host_of(name).ok_or(CertificateError::NameNotPermitted)?;
    check_base(base)?;
    Ok(base.is_empty() || host_lies_within(host, base))
}

/// The host in `scheme://user@host:port/path`, if it is written as a DNS name.
fn host_of(uri: &[u8]) -> Option<&[u8]> {
    let colon = uri.iter().position(|byte| *byte == b':')?;
    let rest = uri.get(colon + 1..)?.strip_prefix(b"//")?;
    let authority = rest.split(|byte| b"/?#".contains(byte)).next()?;
    let host = at_sign(authority).map_or(authority, |(_, host)| host);
    let host = host.split(|byte| *byte == b':').next()?;
    let text = core::str::from_utf8(host).ok()?;
    let is_name = !text.is_empty() && !text.starts_with('[');
    (is_name && text.parse::<core::net::Ipv4Addr>().is_err()).then_some(host)
}

#[cfg(test)]
#[path = "name_constraints_tests.rs"]
mod tests;
