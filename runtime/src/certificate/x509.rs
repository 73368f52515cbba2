//! An X.509 certificate, read so far as a path needs it (RFC 5280 section 4.1).
//!
//! Extensions are read only from the certificate of the peer itself and from those whose signature
//! has been verified: nobody else can make us read them.

use rustls_pki_types::UnixTime;

use super::der::{self, Reader};
use super::distinguished_name::EncodedName;
use super::extensions::Extensions;
use super::signature::Signed;
use super::time::Validity;
use crate::CertificateError;

/// The version of X.509 that has extensions.
pub(crate) const WITH_EXTENSIONS: u8 = 3;

/// A certificate of which neither signature nor extensions have been looked at.
#[derive(Clone, Debug)]
pub(crate) struct Certificate<'a> {
    /// 1 to 3.
    pub(crate) version: u8,
    /// All of it, with its signature.
    pub(crate) signed: Signed<'a>,
    /// The contents of an INTEGER.
    pub(crate) serial_number: &'a [u8],
    /// Whether the signed part names the same algorithm for the signature.
    pub(crate) algorithms_agree: bool,
    pub(crate) issuer: EncodedName<'a>,
    pub(crate) validity: Validity,
    pub(crate) subject: EncodedName<'a>,
    /// The SubjectPublicKeyInfo.
    pub(crate) public_key_info: &'a [u8],
    /// Its contents.
    pub(crate) public_key: &'a [u8],
    /// The contents of the list of extensions.
    extensions: &'a [u8],
}

/// Until when a certificate is valid; none if that cannot be read.
pub(crate) fn expiry(certificate: &[u8]) -> Option<UnixTime> {
    Certificate::from_der(certificate).ok().map(|read| read.validity.not_after)
}

impl<'a> Certificate<'a> {
    /// Reads a certificate. Allocates nothing.
    ///
    /// Serial numbers may be negative, zero and long (section 4.1.2.2), and unique identifiers are
    /// passed over (section 4.1.2.8).
    ///
    /// # Errors
    ///
    /// [`CertificateError::BadEncoding`].
    pub(crate) fn from_der(bytes: &'a [u8]) -> Result<Self, CertificateError> {
        let signed = Signed::from_der(bytes)?;
        let mut reader = Reader::new(der::only(signed.message, der::SEQUENCE)?);
        let version = match reader.optional(der::constructed(0))? {
            Some(version) => der::unsigned(der::only(version, der::INTEGER)?)?,
            None => 0,
        };
        let serial_number = reader.expect(der::INTEGER)?;
        let algorithms_agree = reader.expect(der::SEQUENCE)? == signed.algorithm;
        let issuer = EncodedName::from_der(reader.expect(der::SEQUENCE)?)?;
        let validity = Validity::from_der(reader.expect(der::SEQUENCE)?)?;
        let subject = EncodedName::from_der(reader.expect(der::SEQUENCE)?)?;
        let public_key_info = reader.any()?.whole;
        let public_key = der::only(public_key_info, der::SEQUENCE)?;
        for unique_identifier in [1, 2] {
            reader.optional(der::primitive(unique_identifier))?;
        }
        let extensions = match reader.optional(der::constructed(3))? {
            Some(list) => der::only(list, der::SEQUENCE)?,
            None => &[],
        };
        reader.end()?;
        Ok(Self {
            version: u8::try_from(version).unwrap_or(u8::MAX).saturating_add(1),
            signed,
            serial_number,
            algorithms_agree,
            issuer,
            validity,
            subject,
            public_key_info,
            public_key,
            extensions,
        })
    }

    /// Reads the extensions.
    ///
    /// # Errors
    ///
    /// Why this certificate may not stand in a path, whatever its place: its version, an extension
    /// that is critical and unknown, or stands twice, or is not well-formed.
    pub(crate) fn extensions(&self) -> Result<Extensions<'a>, CertificateError> {
        if self.version != WITH_EXTENSIONS {
            return Err(CertificateError::UnsupportedVersion { version: self.version });
        }
        if !self.algorithms_agree {
            return Err(CertificateError::AlgorithmsDiffer);
        }
        Extensions::from_der(self.extensions)
    }

    /// Reads the constraints on names, which are all that a root tells us beside its name and key.
    pub(crate) fn name_constraints_of_root(&self) -> Result<Option<&'a [u8]>, CertificateError> {
        let mut extensions = Extensions::from_der_of_root(self.extensions)?;
        Ok(extensions.name_constraints.take())
    }
}
