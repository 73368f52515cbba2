//! The formats in which private keys come: what they say of themselves, and how keys are converted
//! to a format that a provider loads.

use core::fmt;
use std::borrow::Cow;

use rustls_pki_types::{AlgorithmIdentifier, PrivateKeyDer, PrivateSec1KeyDer, alg_id};
use zeroize::Zeroizing;

use super::der::{self, BadDer, Reader};
use super::public_key::{
    EC_PUBLIC_KEY, ED25519, PublicKey, RSA_ENCRYPTION, RSASSA_PSS, bits, without_zeros,
};
use super::rsassa_pss;
use crate::SignatureScheme;

/// Wraps a SEC1 private key (`EC PRIVATE KEY` in PEM, RFC 5915) as PKCS#8 (RFC 5958), as a key on
/// `curve`.
///
/// SEC1 need not name its curve; where it does, whoever loads the result compares the two.
pub(crate) fn sec1_as_pkcs8(
    key: &PrivateSec1KeyDer<'_>,
    curve: EllipticCurve,
) -> Zeroizing<Vec<u8>> {
    as_pkcs8(key.secret_sec1_der(), &curve.identifier())
}

/// Wraps a private key as PKCS#8. `algorithm` is the contents of its AlgorithmIdentifier.
fn as_pkcs8(private_key: &[u8], algorithm: &[u8]) -> Zeroizing<Vec<u8>> {
    let version = der::element(der::INTEGER, &[&[0]]);
    let algorithm = der::element(der::SEQUENCE, &[algorithm]);
    let private_key = der::element(der::OCTET_STRING, &[private_key]);
    der::element(der::SEQUENCE, &[&version, &algorithm, &private_key])
}

/// The curves on which ECDSA keys may lie (RFC 9846 section 4.3.3). Not each provider has all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EllipticCurve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
    /// NIST P-521.
    P521,
}

impl EllipticCurve {
    /// Every curve, in the order in which a key without a named curve is tried.
    pub(crate) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    pub(crate) fn identifier(self) -> AlgorithmIdentifier {
        match self {
            Self::P256 => alg_id::ECDSA_P256,
            Self::P384 => alg_id::ECDSA_P384,
            Self::P521 => alg_id::ECDSA_P521,
        }
    }

    /// The curve of an AlgorithmIdentifier, from its contents.
    fn of(algorithm: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.identifier().as_ref() == algorithm)
    }

    /// How many bytes a private key has, and each coordinate of a point.
    fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
            Self::P521 => LONGEST_NUMBER,
        }
    }

    /// Whether these bytes are a point as it is written out, with both of its coordinates.
    pub(crate) fn is_whole_point(self, point: &[u8]) -> bool {
        point.first() == Some(&4) && point.len() == 1 + 2 * self.length()
    }
}

impl fmt::Display for EllipticCurve {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        })
    }
}

/// How many bytes the longest private key of a curve has.
const LONGEST_NUMBER: usize = 66;

/// What a private key says of itself.
enum Found<'a> {
    EllipticCurve(EllipticCurveKey<'a>),
    Rsa(RsaKey<'a>),
    Ed25519,
    RsassaPss(RsassaPssKey<'a>),
    Other,
}

/// An RSAPrivateKey (RFC 8017 appendix A.1.2), as far as it shows whether it is loaded.
struct RsaKey<'a> {
    modulus: &'a [u8],
    exponent: &'a [u8],
    has_two_primes: bool,
}

/// An RSA key that may be used for RSASSA-PSS only.
pub(crate) struct RsassaPssKey<'a> {
    /// The contents of its AlgorithmIdentifier.
    pub(crate) algorithm: &'a [u8],
    /// An RSAPrivateKey.
    pub(crate) pkcs1: &'a [u8],
}

/// An ECPrivateKey (RFC 5915).
struct EllipticCurveKey<'a> {
    /// The parameters of the curve, with tag and length, wherever they stand.
    curve: Option<&'a [u8]>,
    number: &'a [u8],
    point: Option<&'a [u8]>,
}

impl<'a> EllipticCurveKey<'a> {
    fn from_der(sec1: &'a [u8], curve: Option<&'a [u8]>) -> Result<Self, BadDer> {
        let mut reader = Reader::new(der::only(sec1, der::SEQUENCE)?);
        reader.expect(der::INTEGER)?;
        let number = reader.expect(der::OCTET_STRING)?;
        let own_curve = reader.optional(der::constructed(0))?;
        let point = match reader.optional(der::constructed(1))? {
            Some(point) => Some(Reader::new(point).bit_string()?),
            None => None,
        };
        reader.end()?;
        Ok(Self { curve: curve.or(own_curve), number, point })
    }

    /// The curve, if it is named and known.
    fn named_curve(&self) -> Option<EllipticCurve> {
        let kind = der::element(der::OBJECT_IDENTIFIER, &[EC_PUBLIC_KEY]);
        EllipticCurve::of(&[kind.as_slice(), self.curve?].concat())
    }
}

/// Reads what the key says of itself.
fn read<'a>(key: &'a PrivateKeyDer<'_>) -> Result<Found<'a>, BadDer> {
    match key {
        PrivateKeyDer::Pkcs8(key) => read_pkcs8(key.secret_pkcs8_der()),
        PrivateKeyDer::Pkcs1(key) => RsaKey::from_der(key.secret_pkcs1_der()).map(Found::Rsa),
        PrivateKeyDer::Sec1(key) => {
            EllipticCurveKey::from_der(key.secret_sec1_der(), None).map(Found::EllipticCurve)
        }
        _ => Ok(Found::Other),
    }
}

fn read_pkcs8(pkcs8: &[u8]) -> Result<Found<'_>, BadDer> {
    let mut reader = Reader::new(der::only(pkcs8, der::SEQUENCE)?);
    reader.expect(der::INTEGER)?;
    let algorithm = reader.expect(der::SEQUENCE)?;
    let mut parameters = Reader::new(algorithm);
    let kind = parameters.expect(der::OBJECT_IDENTIFIER)?;
    let private_key = reader.expect(der::OCTET_STRING)?;
    match kind {
        EC_PUBLIC_KEY => {
            let curve = if parameters.is_empty() { None } else { Some(parameters.any()?.whole) };
            EllipticCurveKey::from_der(private_key, curve).map(Found::EllipticCurve)
        }
        RSA_ENCRYPTION => RsaKey::from_der(private_key).map(Found::Rsa),
        ED25519 => Ok(Found::Ed25519),
        RSASSA_PSS => Ok(Found::RsassaPss(RsassaPssKey { algorithm, pkcs1: private_key })),
        _ => Ok(Found::Other),
    }
}

impl<'a> RsaKey<'a> {
    fn from_der(pkcs1: &'a [u8]) -> Result<Self, BadDer> {
        let mut reader = Reader::new(der::only(pkcs1, der::SEQUENCE)?);
        let has_two_primes = reader.expect(der::INTEGER)? == [0];
        let modulus = without_zeros(reader.expect(der::INTEGER)?);
        let exponent = without_zeros(reader.expect(der::INTEGER)?);
        Ok(Self { modulus, exponent, has_two_primes })
    }
}

/// The key in a PKCS#8 of the kind id-RSASSA-PSS, which cryptographic libraries do not unwrap, and
/// the schemes that its parameters allow. None for another kind of key, and for one that
/// [`Loadable::fault`] tells a reason of.
pub(crate) fn rsassa_pss_key(pkcs8: &[u8]) -> Option<(RsassaPssKey<'_>, Vec<SignatureScheme>)> {
    let Ok(Found::RsassaPss(key)) = read_pkcs8(pkcs8) else { return None };
    let schemes = rsassa_pss::schemes(key.algorithm).ok()?;
    Some((key, schemes))
}

const NOT_WELL_FORMED: &str = "it is not well-formed";

/// The reason for a key of which one part does not belong to another.
pub(crate) const CONTRADICTION: &str = "its parts contradict each other";

/// Which private keys a provider loads. Where its cryptographic library refuses a key, the library
/// says little about the reason, and more can be read from the key itself.
pub(crate) struct Loadable {
    pub(crate) curves: &'static [EllipticCurve],
    /// Whether a key on a curve has to contain its public half, written out.
    pub(crate) needs_whole_point: bool,
    /// The longest modulus of an RSA key, in bits; the shortest has 2048.
    pub(crate) most_bits_of_rsa: usize,
    /// The size of an RSA key is a multiple of so many bits.
    pub(crate) step_of_rsa: usize,
    /// The least public exponent of an RSA key; the greatest has 33 bits.
    pub(crate) least_exponent: u32,
}

impl Loadable {
    /// The reason for a key whose kind is not supported.
    pub(crate) fn other_kind(&self) -> Cow<'static, str> {
        let curves: Vec<_> = self.curves.iter().map(|curve| format!("ECDSA {curve}")).collect();
        format!("it is none of {}, Ed25519 and RSA", curves.join(", ")).into()
    }

    /// Why a key is not loaded, as far as the key itself shows it.
    pub(crate) fn fault(&self, key: &PrivateKeyDer<'_>) -> Option<Cow<'static, str>> {
        match read(key) {
            Err(BadDer) => Some(NOT_WELL_FORMED.into()),
            Ok(Found::EllipticCurve(key)) => self.elliptic_fault(&key),
            Ok(Found::Rsa(key)) => self.rsa_fault(&key),
            Ok(Found::Ed25519) => None,
            Ok(Found::RsassaPss(key)) => self.rsassa_pss_fault(&key),
            Ok(Found::Other) => Some(self.other_kind()),
        }
    }

    fn elliptic_fault(&self, key: &EllipticCurveKey<'_>) -> Option<Cow<'static, str>> {
        let is_known = key.named_curve().is_some_and(|curve| self.curves.contains(&curve));
        match key.curve {
            Some([der::OBJECT_IDENTIFIER, ..]) if !is_known => {
                let curves: Vec<_> = self.curves.iter().map(ToString::to_string).collect();
                let curves = curves.join(", ");
                return Some(format!("its elliptic curve is none of {curves}").into());
            }
            Some(_) if !is_known => {
                return Some("it describes its elliptic curve in place of naming it".into());
            }
            _ => {}
        }
        match key.point {
            _ if !self.needs_whole_point => None,
            None => Some("it does not contain its public key".into()),
            Some([2 | 3, ..]) => Some("its public key is a compressed point".into()),
            Some(_) => None,
        }
    }

    fn rsassa_pss_fault(&self, key: &RsassaPssKey<'_>) -> Option<Cow<'static, str>> {
        if let Err(unusable) = rsassa_pss::schemes(key.algorithm) {
            return Some(format!("it is {}", unusable.of_key()).into());
        }
        match RsaKey::from_der(key.pkcs1) {
            Ok(key) => self.rsa_fault(&key),
            Err(BadDer) => Some(NOT_WELL_FORMED.into()),
        }
    }

    fn rsa_fault(&self, key: &RsaKey<'_>) -> Option<Cow<'static, str>> {
        let RsaKey { modulus, exponent, has_two_primes } = *key;
        let (most, step, least) = (self.most_bits_of_rsa, self.step_of_rsa, self.least_exponent);
        let size = bits(modulus);
        if size < 2048 {
            Some("it is an RSA key of less than 2048 bits".into())
        } else if size > most {
            Some(format!("it is an RSA key of more than {most} bits").into())
        } else if !has_two_primes {
            Some("it is an RSA key of more than two primes".into())
        } else if is_less(exponent, least) {
            Some(format!("it is an RSA key whose public exponent is below {least}").into())
        } else if bits(exponent) > 33 {
            Some("it is an RSA key whose public exponent has more than 33 bits".into())
        } else if !size.is_multiple_of(step) {
            let reason = format!("it is an RSA key whose size is not a multiple of {step} bits");
            Some(reason.into())
        } else {
            None
        }
    }
}

/// Whether a number without leading zeros is less than another.
fn is_less(number: &[u8], other: u32) -> bool {
    let other = other.to_be_bytes();
    let other = without_zeros(&other);
    (number.len(), number) < (other.len(), other)
}

/// An RSA key in PKCS#1, which does not say for what it may be used, in PKCS#8 of the kind
/// id-RSASSA-PSS. None where that of the certificate is not of this kind.
pub(crate) fn for_rsassa_pss(
    key: &PrivateKeyDer<'_>,
    certificates_key: PublicKey<'_>,
) -> Option<Zeroizing<Vec<u8>>> {
    match key {
        PrivateKeyDer::Pkcs1(key) if certificates_key.is_of(rsassa_pss::UNRESTRICTED_KEY) => {
            Some(as_pkcs8(key.secret_pkcs1_der(), certificates_key.algorithm))
        }
        _ => None,
    }
}

/// An elliptic curve's private key, in PKCS#8, with the parts added that it lacks. None where the
/// key is complete, and where `certificates_key` does not complete it.
///
/// The public half is optional (RFC 5915 section 3), and some leave it out or compress it; then it
/// is that of the certificate. Some leave out leading zeros of the number, or write too many.
pub(crate) fn completed(
    key: &PrivateKeyDer<'_>,
    certificates_key: PublicKey<'_>,
) -> Option<Zeroizing<Vec<u8>>> {
    let Ok(Found::EllipticCurve(key)) = read(key) else { return None };
    let certificates_curve = EllipticCurve::of(certificates_key.algorithm);
    let curve = match key.curve {
        Some(_) => key.named_curve()?,
        None => certificates_curve?,
    };
    let own_point = key.point.filter(|point| curve.is_whole_point(point));
    if own_point.is_some() && key.number.len() == curve.length() {
        return None;
    }
    let of_certificate = Some(certificates_key.bytes)
        .filter(|point| certificates_curve == Some(curve) && curve.is_whole_point(point));
    let point = own_point.or(of_certificate)?;

    let number = without_zeros(key.number);
    let zeros = [0; LONGEST_NUMBER];
    let padding = zeros.get(..curve.length().checked_sub(number.len())?)?;
    let version = der::element(der::INTEGER, &[&[1]]);
    let number = der::element(der::OCTET_STRING, &[padding, number]);
    let point = der::element(der::BIT_STRING, &[&[0], point]);
    let point = der::element(der::constructed(1), &[&point]);
    let sec1 = der::element(der::SEQUENCE, &[&version, &number, &point]);
    Some(as_pkcs8(&sec1, &curve.identifier()))
}

#[cfg(test)]
#[path = "private_key_tests.rs"]
mod tests;
