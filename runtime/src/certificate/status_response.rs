//! An OCSP response that a peer sends with its certificate (RFC 6960 section 4.2; RFC 9846
//! section 4.5.1.1).
//!
//! It is read by the reader of certificates. The crate `x509-ocsp` stands on the crate `der`, which
//! does not read all that certificates hold.

use rustls_pki_types::UnixTime;

use super::der::{self, BadDer, Reader};
use super::distinguished_name::{DistinguishedName, EncodedName};
use super::extensions::Listed;
use super::public_key::PublicKey;
use super::serial_numbers::shortest;
use super::signature::{self, Algorithms, Signed};
use super::time;
use super::x509::Certificate;
use crate::CertificateError;

/// How many certificates of a response, from the first, are tried as its signer's. Each costs two
/// verified signatures at most.
pub(crate) const MAXIMUM_SIGNERS: usize = 4;

const ENUMERATED: u8 = 0x0a;
const GENERALIZED_TIME: u8 = 0x18;

/// The identifier id-pkix-ocsp-basic.
const BASIC: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 48, 1, 1];
/// The identifier id-kp-OCSPSigning.
const SIGNS_RESPONSES: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 9];

/// The hash by which a response names an issuer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameHash {
    Sha1,
    Sha256,
    Sha384,
}

impl NameHash {
    /// From the contents of an AlgorithmIdentifier.
    fn from_der(contents: &[u8]) -> Option<Self> {
        match Reader::new(contents).expect(der::OBJECT_IDENTIFIER).ok()? {
            [0x2b, 14, 3, 2, 26] => Some(Self::Sha1),
            [0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 1] => Some(Self::Sha256),
            [0x60, 0x86, 0x48, 1, 101, 3, 4, 2, 2] => Some(Self::Sha384),
            _ => None,
        }
    }
}

/// Computes such a hash; none where it cannot.
pub(crate) type HashName<'a> = &'a dyn Fn(NameHash, &[u8]) -> Option<Vec<u8>>;

/// A response that gives an answer. Neither its signature nor its times have been checked.
pub(crate) struct StatusResponse<'a> {
    signed: Signed<'a>,
    /// What is said of each certificate.
    responses: &'a [u8],
    /// The certificates that come with the response, one of which may be its signer's.
    certificates: &'a [u8],
}

/// The issuer of the certificate that a response is to be about.
pub(crate) struct ResponseIssuer<'a> {
    pub(crate) name: &'a DistinguishedName,
    pub(crate) encoded_name: EncodedName<'a>,
    /// The contents of its SubjectPublicKeyInfo.
    pub(crate) key: &'a [u8],
}

/// What a response says of one certificate.
struct SingleResponse<'a> {
    /// The contents of its CertID.
    certificate: &'a [u8],
    status: Status,
    this_update: UnixTime,
    next_update: Option<UnixTime>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Status {
    Good,
    Revoked,
    Unknown,
}

/// A refusal with a reason.
const fn bad(reason: &'static str) -> CertificateError {
    CertificateError::BadStaple { reason }
}

const MALFORMED: CertificateError = bad("it is not a well-formed OCSP response");

impl<'a> StatusResponse<'a> {
    /// Reads a response.
    ///
    /// # Errors
    ///
    /// [`CertificateError::BadStaple`].
    pub(crate) fn from_der(bytes: &'a [u8]) -> Result<Self, CertificateError> {
        Self::read(bytes).unwrap_or(Err(MALFORMED))
    }

    fn read(bytes: &'a [u8]) -> Result<Result<Self, CertificateError>, BadDer> {
        let mut outer = Reader::new(der::only(bytes, der::SEQUENCE)?);
        if outer.expect(ENUMERATED)? != [0] {
            return Ok(Err(bad("it says that there is no answer")));
        }
        let mut body = Reader::new(der::only(outer.expect(der::constructed(0))?, der::SEQUENCE)?);
        outer.end()?;
        if body.expect(der::OBJECT_IDENTIFIER)? != BASIC {
            return Ok(Err(bad("it is of another type than the basic one")));
        }
        let response = body.expect(der::OCTET_STRING)?;
        body.end()?;

        let mut basic = Reader::new(der::only(response, der::SEQUENCE)?);
        let signed = Signed::read(&mut basic)?;
        let certificates = match basic.optional(der::constructed(0))? {
            Some(list) => der::only(list, der::SEQUENCE)?,
            None => &[],
        };
        basic.end()?;
        let mut data = Reader::new(der::only(signed.message, der::SEQUENCE)?);
        let version = data.optional(der::constructed(0))?;
        if version.is_some_and(|version| version != [der::INTEGER, 1, 0]) {
            return Ok(Err(bad("it is of an unknown version")));
        }
        // The name of the signer is not used: verifying the signature shows who has signed.
        if ![der::constructed(1), der::constructed(2)].contains(&data.any()?.tag) {
            return Err(BadDer);
        }
        data.expect(GENERALIZED_TIME)?;
        let responses = data.expect(der::SEQUENCE)?;
        let extensions = data.optional(der::constructed(1))?;
        data.end()?;
        if let Err(refusal) = check_extensions(extensions) {
            return Ok(Err(refusal));
        }
        Ok(Ok(Self { signed, responses, certificates }))
    }

    /// Whether the certificate with this serial number is good. `count` is called before each
    /// signature that is verified.
    ///
    /// # Errors
    ///
    /// [`CertificateError::Revoked`], [`CertificateError::StapleExpired`], or
    /// [`CertificateError::BadStaple`] with the reason; what `count` has to say.
    pub(crate) fn check(
        &self,
        algorithms: Algorithms<'_>,
        hash: HashName<'_>,
        now: UnixTime,
        issuer: &ResponseIssuer<'_>,
        serial_number: &[u8],
        mut count: impl FnMut() -> Result<(), CertificateError>,
    ) -> Result<(), CertificateError> {
        let response = self.find(hash, issuer, serial_number)?;
        count()?;
        let by_issuer = signature::verify(algorithms, issuer.key, &self.signed).is_ok();
        if !by_issuer && !self.is_signed_by_delegate(algorithms, now, issuer, &mut count)? {
            return Err(bad("neither the issuer nor whom it has named for that has signed it"));
        }
        match response.status {
            Status::Good => {}
            Status::Revoked => return Err(CertificateError::Revoked),
            Status::Unknown => return Err(bad("it does not know the certificate")),
        }
        if now < response.this_update {
            return Err(bad("it is of a time that is still to come; is the clock right?"));
        }
        let next_update = response.next_update.ok_or(bad("it does not say how long it is good"))?;
        if now > next_update {
            return Err(CertificateError::StapleExpired { time: now, next_update });
        }
        Ok(())
    }

    /// What is said of a certificate (RFC 6960 section 3.2, step 1).
    fn find(
        &self,
        hash: HashName<'_>,
        issuer: &ResponseIssuer<'_>,
        serial_number: &[u8],
    ) -> Result<SingleResponse<'a>, CertificateError> {
        let mut responses = Reader::new(self.responses);
        while !responses.is_empty() {
            let response = responses.expect(der::SEQUENCE).map_err(|_| MALFORMED)?;
            let response = SingleResponse::from_der(response)?;
            let is_about = is_about(response.certificate, hash, issuer, serial_number);
            if is_about.map_err(|_| MALFORMED)? {
                return Ok(response);
            }
        }
        Err(bad("it is about another certificate"))
    }

    /// Whether it is signed by somebody whom the issuer has certified for that (RFC 6960 section
    /// 4.2.2.2).
    fn is_signed_by_delegate(
        &self,
        algorithms: Algorithms<'_>,
        now: UnixTime,
        issuer: &ResponseIssuer<'_>,
        count: &mut impl FnMut() -> Result<(), CertificateError>,
    ) -> Result<bool, CertificateError> {
        let mut certificates = Reader::new(self.certificates);
        for _ in 0..MAXIMUM_SIGNERS {
            let Ok(certificate) = certificates.any() else { break };
            let Ok(certificate) = Certificate::from_der(certificate.whole) else { continue };
            if DistinguishedName::from(certificate.issuer) != *issuer.name {
                continue;
            }
            count()?;
            let certified = signature::verify(algorithms, issuer.key, &certificate.signed).is_ok();
            if !certified || !may_sign_responses(&certificate, now) {
                continue;
            }
            count()?;
            if signature::verify(algorithms, certificate.public_key, &self.signed).is_ok() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl<'a> SingleResponse<'a> {
    fn from_der(contents: &'a [u8]) -> Result<Self, CertificateError> {
        let (response, extensions) = Self::read(contents).map_err(|_| MALFORMED)?;
        check_extensions(extensions)?;
        Ok(response)
    }

    fn read(contents: &'a [u8]) -> Result<(Self, Option<&'a [u8]>), BadDer> {
        let mut reader = Reader::new(contents);
        let certificate = reader.expect(der::SEQUENCE)?;
        let status = match reader.any()?.tag {
            0x80 => Status::Good,
            0xa1 => Status::Revoked,
            0x82 => Status::Unknown,
            _ => return Err(BadDer),
        };
        let this_update = time::read(&mut reader)?.ok_or(BadDer)?;
        let next_update = match reader.optional(der::constructed(0))? {
            Some(contents) => {
                let mut reader = Reader::new(contents);
                let next_update = time::read(&mut reader)?;
                reader.end()?;
                Some(next_update.ok_or(BadDer)?)
            }
            None => None,
        };
        let extensions = reader.optional(der::constructed(1))?;
        reader.end()?;
        Ok((Self { certificate, status, this_update, next_update }, extensions))
    }
}

/// Checks that a list of extensions, with its outermost element, has none that is critical, because
/// no extension is known here.
fn check_extensions(list: Option<&[u8]>) -> Result<(), CertificateError> {
    let Some(list) = list else { return Ok(()) };
    let mut extensions = Listed::new(der::only(list, der::SEQUENCE).map_err(|_| MALFORMED)?);
    while let Some(extension) = extensions.next().map_err(|_| MALFORMED)? {
        if extension.critical {
            return Err(bad("it has a critical extension, and none is known"));
        }
    }
    Ok(())
}

/// Whether the contents of a CertID name this certificate.
fn is_about(
    contents: &[u8],
    hash: HashName<'_>,
    issuer: &ResponseIssuer<'_>,
    serial_number: &[u8],
) -> Result<bool, BadDer> {
    let mut reader = Reader::new(contents);
    let name_hash = NameHash::from_der(reader.expect(der::SEQUENCE)?);
    let of_name = reader.expect(der::OCTET_STRING)?;
    let of_key = reader.expect(der::OCTET_STRING)?;
    let is_number = shortest(reader.expect(der::INTEGER)?) == shortest(serial_number);
    reader.end()?;
    let Some(name_hash) = name_hash.filter(|_| is_number) else { return Ok(false) };
    let key = PublicKey::from_der(issuer.key)?.bytes;
    let name = der::element(der::SEQUENCE, &[issuer.encoded_name.contents]);
    let is_hash = |data: &[u8], expected| hash(name_hash, data).as_deref() == Some(expected);
    Ok(is_hash(&name, of_name) && is_hash(key, of_key))
}

/// Whether a certificate is for the signing of responses, and valid.
fn may_sign_responses(certificate: &Certificate<'_>, now: UnixTime) -> bool {
    let Ok(extensions) = certificate.extensions() else { return false };
    let validity = certificate.validity;
    let mut purposes = Reader::new(extensions.purposes.unwrap_or_default());
    let mut is_for = false;
    while let Ok(purpose) = purposes.expect(der::OBJECT_IDENTIFIER) {
        is_for |= purpose == SIGNS_RESPONSES;
    }
    is_for
        && purposes.is_empty()
        && (validity.not_before..=validity.not_after).contains(&now)
        && extensions.key_usage.is_none_or(|usage| usage.digital_signature)
}

#[cfg(test)]
#[path = "status_response_tests.rs"]
mod tests;
