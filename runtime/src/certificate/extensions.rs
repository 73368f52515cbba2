//! The extensions of a certificate (RFC 5280 section 4.2).

use std::collections::BTreeSet;

use super::der::{self, BadDer, Reader};
use crate::{CertificateError, ExtensionType};

/// The extensions that are processed. What is here as bytes is the contents of the extension's
/// outermost element, and is read where it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extensions<'a> {
    pub(crate) key_usage: Option<KeyUsage>,
    /// A list of general names.
    pub(crate) subject_alternative_names: Option<&'a [u8]>,
    pub(crate) basic_constraints: Option<BasicConstraints>,
    pub(crate) name_constraints: Option<&'a [u8]>,
    pub(crate) policies: Option<&'a [u8]>,
    pub(crate) policy_mappings: Option<&'a [u8]>,
    pub(crate) policy_constraints: Option<PolicyConstraints>,
    /// After how many certificates anyPolicy means nothing more.
    pub(crate) inhibit_any_policy: Option<usize>,
    /// A list of identifiers: the extended key usage.
    pub(crate) purposes: Option<&'a [u8]>,
    /// The certificate is good only with an OCSP response beside it (RFC 7633).
    pub(crate) must_staple: bool,
    /// Where there are revocation lists.
    pub(crate) distribution_points: Option<&'a [u8]>,
}

/// The identifier id-pe-tlsfeature.
const TLS_FEATURES: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 1, 24];

/// Whether a list of TLS features, each the number of an extension, has status_request (RFC 7633
/// section 4.1).
fn names_status_request(features: &[u8]) -> Result<bool, BadDer> {
    let mut found = false;
    let mut reader = Reader::new(features);
    while !reader.is_empty() {
        let number = der::unsigned(reader.expect(der::INTEGER)?)?;
        found |= number == usize::from(ExtensionType::StatusRequest.0);
    }
    Ok(found)
}

/// One extension of a list of them.
pub(crate) struct Extension<'a> {
    pub(crate) identifier: &'a [u8],
    pub(crate) critical: bool,
    pub(crate) value: &'a [u8],
}

impl Extension<'_> {
    /// Its number below the arc of RFC 5280 (section 4.2.1), if it has a short one there.
    pub(crate) fn number(&self) -> Option<u8> {
        match self.identifier.strip_prefix(&[0x55, 0x1d]) {
            Some(&[number]) => Some(number),
            _ => None,
        }
    }
}

/// Reads the extensions of a list one after the other, of which none may stand twice.
pub(crate) struct Listed<'a> {
    reader: Reader<'a>,
    seen: Seen<'a>,
}

impl<'a> Listed<'a> {
    /// From the contents of the list.
    pub(crate) fn new(list: &'a [u8]) -> Self {
        Self { reader: Reader::new(list), seen: Seen::default() }
    }

    /// The next one, until there is none.
    ///
    /// # Errors
    ///
    /// [`CertificateError::DuplicateExtension`], [`CertificateError::BadEncoding`].
    pub(crate) fn next(&mut self) -> Result<Option<Extension<'a>>, CertificateError> {
        if self.reader.is_empty() {
            return Ok(None);
        }
        let mut extension = Reader::new(self.reader.expect(der::SEQUENCE)?);
        let identifier = extension.expect(der::OBJECT_IDENTIFIER)?;
        let critical = match extension.optional(der::BOOLEAN)? {
            Some(critical) => der::truth(critical)?,
            None => false,
        };
        let value = extension.expect(der::OCTET_STRING)?;
        extension.end()?;
        if !self.seen.insert(identifier) {
            let extension = der::dotted(identifier).into();
            return Err(CertificateError::DuplicateExtension { extension });
        }
        Ok(Some(Extension { identifier, critical, value }))
    }
}

/// For what a key may be used (section 4.2.1.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct KeyUsage {
    pub(crate) digital_signature: bool,
    pub(crate) key_certificate_sign: bool,
    pub(crate) list_sign: bool,
}

/// Whether the subject is an authority, and how far (section 4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BasicConstraints {
    pub(crate) is_authority: bool,
    /// How many authorities may follow in a path.
    pub(crate) path_length: Option<usize>,
}

/// After how many certificates a policy must be explicit, and may not be mapped any more
/// (section 4.2.1.11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PolicyConstraints {
    pub(crate) require_explicit_policy: Option<usize>,
    pub(crate) inhibit_policy_mapping: Option<usize>,
}

/// The identifiers of the extensions that were read. As many as certificates commonly have are kept
/// without an allocation; where there are more, the cost of each grows only with the logarithm of
/// their number.
#[derive(Default)]
struct Seen<'a> {
    first: [Option<&'a [u8]>; 16],
    others: BTreeSet<&'a [u8]>,
}

impl<'a> Seen<'a> {
    /// Adds one; false if it was there.
    fn insert(&mut self, identifier: &'a [u8]) -> bool {
        for place in &mut self.first {
            match place {
                Some(seen) if *seen == identifier => return false,
                Some(_) => {}
                None => {
                    *place = Some(identifier);
                    return true;
                }
            }
        }
        self.others.insert(identifier)
    }
}

/// What is done about an extension that is critical and not processed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unknown {
    Refused,
    PassedOver,
}

impl<'a> Extensions<'a> {
    /// From the contents of the list of extensions, which may be empty, as some tools write it.
    ///
    /// # Errors
    ///
    /// [`CertificateError::UnknownCriticalExtension`], [`CertificateError::DuplicateExtension`],
    /// [`CertificateError::BadEncoding`].
    pub(crate) fn from_der(list: &'a [u8]) -> Result<Self, CertificateError> {
        Self::read(list, Unknown::Refused)
    }

    /// The same of a root, which is trusted whatever it says of itself.
    pub(crate) fn from_der_of_root(list: &'a [u8]) -> Result<Self, CertificateError> {
        Self::read(list, Unknown::PassedOver)
    }

    fn read(list: &'a [u8], unknown: Unknown) -> Result<Self, CertificateError> {
        let mut found = Self::default();
        let mut extensions = Listed::new(list);
        while let Some(extension) = extensions.next()? {
            let is_known = found.take(&extension)?;
            if extension.critical && !is_known && unknown == Unknown::Refused {
                let extension = der::dotted(extension.identifier).into();
                return Err(CertificateError::UnknownCriticalExtension { extension });
            }
        }
        Ok(found)
    }

    /// Keeps an extension, if it is one that is processed.
    fn take(&mut self, extension: &Extension<'a>) -> Result<bool, BadDer> {
        let value = extension.value;
        if extension.identifier == TLS_FEATURES {
            self.must_staple = names_status_request(der::only(value, der::SEQUENCE)?)?;
            return Ok(true);
        }
        let Some(number) = extension.number() else { return Ok(false) };
        let sequence = || der::only(value, der::SEQUENCE);
        match number {
            15 => self.key_usage = Some(KeyUsage::from_der(der::only(value, der::BIT_STRING)?)?),
            17 => self.subject_alternative_names = Some(sequence()?),
            19 => self.basic_constraints = Some(BasicConstraints::from_der(sequence()?)?),
            30 => self.name_constraints = Some(sequence()?),
            31 => self.distribution_points = Some(sequence()?),
            32 => self.policies = Some(sequence()?),
            33 => self.policy_mappings = Some(sequence()?),
            36 => self.policy_constraints = Some(PolicyConstraints::from_der(sequence()?)?),
            37 => self.purposes = Some(sequence()?),
            54 => {
                let count = der::unsigned(der::only(value, der::INTEGER)?)?;
                self.inhibit_any_policy = Some(count);
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl KeyUsage {
    /// From the contents of a BIT STRING.
    fn from_der(contents: &[u8]) -> Result<Self, BadDer> {
        let (unused, bits) = contents.split_first().ok_or(BadDer)?;
        if *unused > 7 {
            return Err(BadDer);
        }
        let first = bits.first().copied().unwrap_or(0);
        Ok(Self {
            digital_signature: first & 0x80 != 0,
            key_certificate_sign: first & 0x04 != 0,
            list_sign: first & 0x02 != 0,
        })
    }
}

impl BasicConstraints {
    fn from_der(contents: &[u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(contents);
        let is_authority = match reader.optional(der::BOOLEAN)? {
            Some(truth) => der::truth(truth)?,
            None => false,
        };
        let path_length = reader.optional(der::INTEGER)?.map(der::unsigned).transpose()?;
        reader.end()?;
        Ok(Self { is_authority, path_length })
    }
}

impl PolicyConstraints {
    fn from_der(contents: &[u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(contents);
        let mut count =
            |number| reader.optional(der::primitive(number))?.map(der::unsigned).transpose();
        let (require_explicit_policy, inhibit_policy_mapping) = (count(0)?, count(1)?);
        reader.end()?;
        Ok(Self { require_explicit_policy, inhibit_policy_mapping })
    }
}
