//! Which certificates of its issuer a revocation list is about (RFC 5280 section 5.2.5).

use std::borrow::Cow;

use super::der::{self, BadDer, Reader};
use crate::CertificateError;

/// Why a list cannot be used, in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadRevocationList(pub(crate) Cow<'static, str>);

impl From<&'static str> for BadRevocationList {
    fn from(reason: &'static str) -> Self {
        Self(reason.into())
    }
}

impl From<BadDer> for BadRevocationList {
    fn from(_: BadDer) -> Self {
        "it is not a well-formed revocation list in DER".into()
    }
}

impl From<CertificateError> for BadRevocationList {
    fn from(error: CertificateError) -> Self {
        match error {
            CertificateError::DuplicateExtension { extension } => {
                Self(format!("the extension {extension} stands twice in it").into())
            }
            _ => BadDer.into(),
        }
    }
}

/// The kind of certificates that a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    EndEntities,
    Authorities,
}

/// What an issuing distribution point says. Without one a list is about all certificates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Scope {
    only: Option<Kind>,
    /// The encoded names of the point, of which a certificate has to have one.
    points: Option<Vec<Box<[u8]>>>,
}

impl Scope {
    /// From the contents of an issuing distribution point.
    ///
    /// # Errors
    ///
    /// The list is one that is not used: about some reasons only, of several issuers, about
    /// attribute certificates, or at a distribution point that is named relative to its issuer.
    pub(crate) fn from_der(contents: &[u8]) -> Result<Self, BadRevocationList> {
        let mut reader = Reader::new(contents);
        let points = match reader.optional(der::constructed(0))? {
            Some(name) => Some(
                full_name(name)?.ok_or("the name of its distribution point is a part of one")?,
            ),
            None => None,
        };
        let only_end_entities = flag(&mut reader, 1)?;
        let only_authorities = flag(&mut reader, 2)?;
        if reader.optional(der::primitive(3))?.is_some() {
            return Err("it is about some reasons for a revocation only".into());
        }
        if flag(&mut reader, 4)? {
            return Err("it is for several issuers (an indirect list)".into());
        }
        if flag(&mut reader, 5)? {
            return Err("it is about attribute certificates only".into());
        }
        reader.end()?;
        let only = match (only_end_entities, only_authorities) {
            (false, false) => None,
            (true, false) => Some(Kind::EndEntities),
            (false, true) => Some(Kind::Authorities),
            (true, true) => {
                return Err("it says of two kinds that it is about that one only".into());
            }
        };
        let own = |names: Vec<&[u8]>| names.into_iter().map(Box::from).collect();
        Ok(Self { only, points: points.map(own) })
    }

    /// Whether a certificate of the list's issuer is one that the list is about:
    /// `distribution_points` are the contents of that extension of the certificate
    /// (RFC 5280 section 6.3.3, step b).
    pub(crate) fn covers(&self, is_authority: bool, distribution_points: Option<&[u8]>) -> bool {
        let kind = if is_authority { Kind::Authorities } else { Kind::EndEntities };
        if self.only.is_some_and(|only| only != kind) {
            return false;
        }
        let Some(points) = &self.points else { return true };
        let is_own = |name: &&[u8]| points.iter().any(|point| **point == **name);
        let named = names_of_points(distribution_points.unwrap_or_default());
        named.is_ok_and(|names| names.iter().any(is_own))
    }
}

fn flag(reader: &mut Reader<'_>, number: u8) -> Result<bool, BadDer> {
    reader.optional(der::primitive(number))?.map_or(Ok(false), der::truth)
}

/// The encoded general names of a DistributionPointName; none, where it is relative to another.
fn full_name(contents: &[u8]) -> Result<Option<Vec<&[u8]>>, BadDer> {
    let mut reader = Reader::new(contents);
    let Some(list) = reader.optional(der::constructed(0))? else { return Ok(None) };
    reader.end()?;
    let mut names = Vec::new();
    let mut reader = Reader::new(list);
    while !reader.is_empty() {
        names.push(reader.any()?.whole);
    }
    Ok(Some(names))
}

/// The names of the points at which there are lists of the issuer itself, for all reasons.
fn names_of_points(contents: &[u8]) -> Result<Vec<&[u8]>, BadDer> {
    let mut names = Vec::new();
    let mut reader = Reader::new(contents);
    while !reader.is_empty() {
        let mut point = Reader::new(reader.expect(der::SEQUENCE)?);
        let name = point.optional(der::constructed(0))?;
        let some_reasons = point.optional(der::primitive(1))?;
        let other_issuer = point.optional(der::constructed(2))?;
        point.end()?;
        if let (Some(name), None, None) = (name, some_reasons, other_issuer) {
            names.extend(full_name(name)?.unwrap_or_default());
        }
    }
    Ok(names)
}
