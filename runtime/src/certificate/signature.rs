//! The signature of a certificate (RFC 5280 section 6.1.3, step a 1), and of what else is signed in
//! the same form.

use rustls_pki_types::{AlgorithmIdentifier, SignatureVerificationAlgorithm};

use super::der::{self, BadDer, Reader};
use super::public_key::PublicKey;
use super::rsassa_pss::{self, Unusable};
use crate::CertificateError;

/// What can be verified.
pub(crate) type Algorithms<'a> = &'a [&'a dyn SignatureVerificationAlgorithm];

/// A message with its signature, as certificates, revocation lists and OCSP responses have them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signed<'a> {
    /// What the signature covers.
    pub(crate) message: &'a [u8],
    /// The contents of the AlgorithmIdentifier of the signature.
    pub(crate) algorithm: &'a [u8],
    pub(crate) signature: &'a [u8],
}

impl<'a> Signed<'a> {
    /// From a SEQUENCE of the three, and nothing else.
    pub(crate) fn from_der(bytes: &'a [u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(der::only(bytes, der::SEQUENCE)?);
        let signed = Self::read(&mut reader)?;
        reader.end()?;
        Ok(signed)
    }

    /// The three, as the next elements.
    pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Self, BadDer> {
        let message = reader.any()?.whole;
        let algorithm = reader.expect(der::SEQUENCE)?;
        Ok(Self { message, algorithm, signature: reader.bit_string()? })
    }
}

/// Verifies a signature with a public key, the contents of a SubjectPublicKeyInfo.
///
/// # Errors
///
/// [`CertificateError::BadSignature`], or the reason why no signature of this algorithm or with
/// this key is verified.
pub(crate) fn verify(
    algorithms: Algorithms<'_>,
    key: &[u8],
    signed: &Signed<'_>,
) -> Result<(), CertificateError> {
    let key = PublicKey::from_der(key)?;
    let is_of = |algorithm: AlgorithmIdentifier| rsassa_pss::are_same(&algorithm, signed.algorithm);
    let mut fitting =
        algorithms.iter().filter(|algorithm| is_of(algorithm.signature_alg_id())).peekable();
    if fitting.peek().is_none() {
        return Err(unsupported(signed.algorithm));
    }
    let fault = || key.fault(algorithms).map(|reason| CertificateError::UnsupportedKey { reason });
    let for_key = fitting.find(|algorithm| key.is_of(algorithm.public_key_alg_id()));
    let Some(algorithm) = for_key else {
        return Err(fault().unwrap_or(CertificateError::UnsupportedAlgorithm));
    };
    // RFC 9846 section 4.3.3 wants the same ones here, and not only a salt that is long enough.
    if rsassa_pss::differ(key.algorithm, signed.algorithm) {
        return Err(fault().unwrap_or(CertificateError::ParametersDiffer));
    }
    algorithm
        .verify_signature(key.bytes, signed.message, signed.signature)
        .map_err(|_| fault().unwrap_or(CertificateError::BadSignature))
}

/// Tells signature algorithms that are too weak from those that are merely unknown: for the weak
/// ones the alert is prescribed (RFC 9846 section 4.5.1.3).
pub(super) fn unsupported(algorithm: &[u8]) -> CertificateError {
    /// md2WithRSAEncryption, md5WithRSAEncryption, sha1WithRSAEncryption, ecdsa-with-SHA1.
    const WEAK: [&[u8]; 4] = [
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 2],
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4],
        &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5],
        &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1],
    ];
    match Reader::new(algorithm).expect(der::OBJECT_IDENTIFIER) {
        Ok(identifier) if WEAK.contains(&identifier) => CertificateError::WeakSignature,
        _ => match rsassa_pss::signature_fault(algorithm) {
            Some(Unusable::WeakHash) => CertificateError::WeakSignature,
            Some(unusable) => {
                CertificateError::UnsupportedParameters { reason: unusable.of_signature() }
            }
            None => CertificateError::UnsupportedAlgorithm,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weak_signature_is_told_apart_from_an_unknown_one() {
        let sha1_with_rsa = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5, 0x05, 0];
        assert_eq!(unsupported(&sha1_with_rsa), CertificateError::WeakSignature);
        let md5_with_rsa = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4, 0x05, 0];
        assert_eq!(unsupported(&md5_with_rsa), CertificateError::WeakSignature);
        // RSASSA-PSS with the default parameters, whose hash is SHA-1.
        let sha1_with_pss = [0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10, 0x30, 0];
        assert_eq!(unsupported(&sha1_with_pss), CertificateError::WeakSignature);
        let ed448 = [0x06, 3, 0x2b, 0x65, 0x71];
        assert_eq!(unsupported(&ed448), CertificateError::UnsupportedAlgorithm);
        assert_eq!(unsupported(&[]), CertificateError::UnsupportedAlgorithm);
    }
}
