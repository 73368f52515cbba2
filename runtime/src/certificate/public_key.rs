//! What can be told of a public key from its bytes (RFC 5280 section 4.1.2.7).
//!
//! An implementation of cryptography says no more than that a signature does not verify. Where the
//! reason lies in the key, it is a matter of the certificate and not of the signature.

use rustls_pki_types::{
    AlgorithmIdentifier, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer, alg_id,
};

use super::der::{self, BadDer, Reader};
use super::rsassa_pss;
use super::signature::Algorithms;
use crate::ConfigurationError;

/// A SubjectPublicKeyInfo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PublicKey<'a> {
    /// The contents of its AlgorithmIdentifier.
    pub(crate) algorithm: &'a [u8],
    pub(crate) bytes: &'a [u8],
}

/// The identifier id-ecPublicKey.
pub(crate) const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
/// The identifier rsaEncryption.
pub(crate) const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
/// The identifier id-RSASSA-PSS.
pub(crate) const RSASSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
/// The identifier id-Ed25519.
pub(crate) const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

impl<'a> PublicKey<'a> {
    /// From the contents of a SubjectPublicKeyInfo.
    pub(crate) fn from_der(contents: &'a [u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(contents);
        let algorithm = reader.expect(der::SEQUENCE)?;
        let bytes = reader.bit_string()?;
        reader.end()?;
        Ok(Self { algorithm, bytes })
    }

    /// From a whole SubjectPublicKeyInfo.
    pub(crate) fn of_info(info: &'a [u8]) -> Result<Self, BadDer> {
        Self::from_der(der::only(info, der::SEQUENCE)?)
    }

    /// Whether it is a key of this kind. One for RSASSA-PSS is of its kind with parameters, too.
    pub(crate) fn is_of(&self, kind: AlgorithmIdentifier) -> bool {
        let with_parameters =
            || kind == rsassa_pss::UNRESTRICTED_KEY && rsassa_pss::is_of_rsassa_pss(self.algorithm);
        self.algorithm == kind.as_ref() || with_parameters()
    }

    /// Whether a signature of this algorithm may be one by this key.
    pub(crate) fn allows(&self, algorithm: &dyn SignatureVerificationAlgorithm) -> bool {
        let kind = algorithm.public_key_alg_id();
        match kind == rsassa_pss::UNRESTRICTED_KEY {
            true => rsassa_pss::allows(self.algorithm, algorithm.signature_alg_id().as_ref()),
            false => self.is_of(kind),
        }
    }

    /// Why no signature can be verified with this key by any of these algorithms, if that can be
    /// seen from the key.
    pub(crate) fn fault(&self, algorithms: Algorithms<'_>) -> Option<&'static str> {
        let identifier = Reader::new(self.algorithm).expect(der::OBJECT_IDENTIFIER).ok()?;
        match identifier {
            RSA_ENCRYPTION => self.rsa_fault(),
            EC_PUBLIC_KEY => self.curve_fault(algorithms),
            ED25519 if self.bytes.len() != 32 => Some("an Ed25519 key of the wrong length"),
            ED25519 => None,
            RSASSA_PSS => self.rsassa_pss_fault(algorithms),
            _ => Some("of a kind that is not supported"),
        }
    }

    fn rsa_fault(&self) -> Option<&'static str> {
        match rsa(self.bytes) {
            Ok((modulus, exponent)) => rsa_fault(modulus, exponent),
            Err(BadDer) => Some("an RSA key that cannot be read"),
        }
    }

    fn rsassa_pss_fault(&self, algorithms: Algorithms<'_>) -> Option<&'static str> {
        // A program's own provider need not have this kind.
        if !algorithms.iter().any(|known| self.is_of(known.public_key_alg_id())) {
            return Some("an RSA key for RSASSA-PSS only");
        }
        match rsassa_pss::schemes(self.algorithm) {
            Ok(_) => self.rsa_fault(),
            Err(unusable) => Some(unusable.of_key()),
        }
    }

    fn curve_fault(&self, algorithms: Algorithms<'_>) -> Option<&'static str> {
        let is_on = |curve: AlgorithmIdentifier| curve.as_ref() == self.algorithm;
        // Not each provider has this curve.
        let has_p521 =
            algorithms.iter().any(|known| known.public_key_alg_id() == alg_id::ECDSA_P521);
        let length = match has_p521 {
            _ if is_on(alg_id::ECDSA_P256) => 65,
            _ if is_on(alg_id::ECDSA_P384) => 97,
            true if is_on(alg_id::ECDSA_P521) => 133,
            true => return Some("on another elliptic curve than P-256, P-384 and P-521"),
            false => return Some("on another elliptic curve than P-256 and P-384"),
        };
        match self.bytes.first() {
            Some(2 | 3) => Some("a compressed point of an elliptic curve"),
            Some(4) if self.bytes.len() == length => None,
            _ => Some("no point of its elliptic curve"),
        }
    }
}

/// Checks that these bytes are one SubjectPublicKeyInfo, and reads it.
pub(crate) fn check_public_key<'a>(
    info: &'a SubjectPublicKeyInfoDer<'_>,
) -> Result<PublicKey<'a>, ConfigurationError> {
    let named = PublicKey::of_info(info).and_then(|key| {
        Reader::new(key.algorithm).expect(der::OBJECT_IDENTIFIER)?;
        Ok(key)
    });
    let reason = "it is no SubjectPublicKeyInfo in DER";
    named.map_err(|BadDer| ConfigurationError::BadPublicKey { reason: reason.into() })
}

/// A SubjectPublicKeyInfo of a key whose AlgorithmIdentifier has these contents.
pub(crate) fn public_key_info(algorithm: &[u8], bytes: &[u8]) -> SubjectPublicKeyInfoDer<'static> {
    let algorithm = der::element(der::SEQUENCE, &[algorithm]);
    let bytes = der::element(der::BIT_STRING, &[&[0], bytes]);
    der::element(der::SEQUENCE, &[&algorithm, &bytes]).to_vec().into()
}

/// Modulus and exponent of an RSAPublicKey, each without leading zeros.
pub(crate) fn rsa(bytes: &[u8]) -> Result<(&[u8], &[u8]), BadDer> {
    let mut reader = Reader::new(der::only(bytes, der::SEQUENCE)?);
    let modulus = reader.expect(der::INTEGER)?;
    let exponent = reader.expect(der::INTEGER)?;
    Ok((without_zeros(modulus), without_zeros(exponent)))
}

/// A number without leading zeros.
pub(crate) fn without_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}

/// How many bits a number without leading zeros has.
pub(crate) fn bits(number: &[u8]) -> usize {
    let unused = number.first().map_or(0, |byte| byte.leading_zeros());
    (number.len() * 8).saturating_sub(usize::try_from(unused).unwrap_or(0))
}

/// The bounds of ring for RSA keys that verify, and of aws-lc-rs.
fn rsa_fault(modulus: &[u8], exponent: &[u8]) -> Option<&'static str> {
    match bits(modulus) {
        ..2048 => return Some("an RSA key of less than 2048 bits"),
        2048..=8192 => {}
        _ => return Some("an RSA key of more than 8192 bits"),
    }
    match exponent {
        _ if bits(exponent) > 33 => Some("an RSA key whose public exponent has more than 33 bits"),
        [] | [1] => Some("an RSA key whose public exponent is below 3"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::certificate::pss_draft::{PssDraft, with_parameters};
    use crate::crypto::{CryptoProvider as _, Ring};

    fn rsa_key(modulus: &[u8], exponent: &[u8]) -> Vec<u8> {
        let numbers = [modulus, exponent].map(|number| der::element(der::INTEGER, &[&[0], number]));
        der::element(der::SEQUENCE, &[&numbers[0], &numbers[1]]).to_vec()
    }

    fn fault(algorithm: AlgorithmIdentifier, bytes: &[u8]) -> Option<&'static str> {
        let algorithms = Ring.path_algorithms();
        PublicKey { algorithm: algorithm.as_ref(), bytes }.fault(algorithms)
    }

    #[test]
    fn the_fault_of_an_rsa_key_is_its_size_or_its_exponent() {
        let told = |modulus: &[u8], exponent: &[u8]| {
            fault(alg_id::RSA_ENCRYPTION, &rsa_key(modulus, exponent))
        };
        assert_eq!(told(&[0xff; 256], &[1, 0, 1]), None);
        assert_eq!(told(&[0xff; 256], &[3]), None);
        assert_eq!(told(&[0xff; 1024], &[1, 0xff, 0xff, 0xff, 0xff]), None);
        assert!(told(&[0x7f; 256], &[1, 0, 1]).unwrap().contains("less than 2048"));
        assert!(told(&[0xff; 1025], &[1, 0, 1]).unwrap().contains("more than 8192"));
        assert!(told(&[0xff; 256], &[2, 0, 0, 0, 1]).unwrap().contains("exponent"));
        assert!(told(&[0xff; 256], &[1]).unwrap().contains("exponent"));
        assert!(fault(alg_id::RSA_ENCRYPTION, &[0x30]).unwrap().contains("cannot be read"));
    }

    #[test]
    fn the_fault_of_a_key_for_rsassa_pss_only_is_its_parameters_or_that_of_an_rsa_key() {
        let sound = rsa_key(&[0xff; 256], &[1, 0, 1]);
        let told = |algorithm: &[u8], algorithms: Algorithms<'_>, bytes: &[u8]| {
            PublicKey { algorithm, bytes }.fault(algorithms).unwrap_or_default()
        };
        let all = Ring.path_algorithms();
        let any: &[u8] = &rsassa_pss::UNRESTRICTED_KEY;
        for algorithm in [any, &alg_id::RSA_PSS_SHA256, &alg_id::RSA_PSS_SHA512] {
            assert_eq!(told(algorithm, all, &sound), "");
            let small = rsa_key(&[0x7f; 256], &[1, 0, 1]);
            assert!(told(algorithm, all, &small).contains("less than 2048"));
            assert!(told(algorithm, all, &rsa_key(&[0xff; 256], &[1])).contains("exponent"));
        }
        let mixed = PssDraft { mask_hash: 2, ..PssDraft::of(1) }.algorithm();
        assert!(told(&mixed, all, &sound).contains("mask"));
        let null = with_parameters(&[5, 0]);
        assert!(told(&null, all, &sound).contains("parameters cannot be read"));
        // A provider of a program's own, without this kind.
        let others = &all[..1];
        assert_eq!(told(any, others, &sound), "an RSA key for RSASSA-PSS only");
    }

    #[test]
    fn the_fault_of_a_key_on_a_curve_is_its_curve_or_its_point() {
        assert_eq!(fault(alg_id::ECDSA_P256, &[4; 65]), None);
        assert_eq!(fault(alg_id::ECDSA_P384, &[4; 97]), None);
        assert!(fault(alg_id::ECDSA_P256, &[2; 33]).unwrap().contains("compressed"));
        assert!(fault(alg_id::ECDSA_P256, &[4; 97]).unwrap().contains("no point"));
        assert!(fault(alg_id::ECDSA_P521, &[4; 133]).unwrap().contains("another elliptic curve"));
    }

    #[test]
    fn the_fault_of_another_key_is_its_kind_or_its_length() {
        assert_eq!(fault(alg_id::ED25519, &[7; 32]), None);
        assert!(fault(alg_id::ED25519, &[7; 31]).unwrap().contains("length"));
        assert!(fault(alg_id::ED448, &[7; 57]).unwrap().contains("not supported"));
    }
}
