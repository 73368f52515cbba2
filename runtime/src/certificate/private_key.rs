//! The formats in which private keys come: what they say of themselves, and how they are brought to
//! those that a provider loads.

use rustls_pki_types::{AlgorithmIdentifier, PrivateKeyDer, PrivateSec1KeyDer, alg_id};
use zeroize::Zeroizing;

use super::der::{self, BadDer, Reader};
use super::public_key::{
    EC_PUBLIC_KEY, ED25519, PublicKey, RSA_ENCRYPTION, RSASSA_PSS, bits, without_zeros,
};

/// Wraps a SEC1 private key (`EC PRIVATE KEY` in PEM, RFC 5915) as PKCS#8 (RFC 5958), as a key on
/// `curve`.
///
/// SEC1 need not name its curve; where it does, whoever loads the result compares the two.
pub(crate) fn sec1_as_pkcs8(
    key: &PrivateSec1KeyDer<'_>,
    curve: EllipticCurve,
) -> Zeroizing<Vec<u8>> {
    as_pkcs8(key.secret_sec1_der(), curve)
}

fn as_pkcs8(sec1: &[u8], curve: EllipticCurve) -> Zeroizing<Vec<u8>> {
    let version = der::element(der::INTEGER, &[&[0]]);
    let algorithm = der::element(der::SEQUENCE, &[curve.identifier().as_ref()]);
    let private_key = der::element(der::OCTET_STRING, &[sec1]);
    der::element(der::SEQUENCE, &[&version, &algorithm, &private_key])
}

/// The curves on which ECDSA keys may lie (RFC 9846 section 4.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EllipticCurve {
    /// NIST P-256.
    P256,
    /// NIST P-384.
    P384,
}

impl EllipticCurve {
    /// Every curve, in the order in which a key without a named curve is tried.
    pub(crate) const ALL: [Self; 2] = [Self::P256, Self::P384];

    fn identifier(self) -> AlgorithmIdentifier {
        match self {
            Self::P256 => alg_id::ECDSA_P256,
            Self::P384 => alg_id::ECDSA_P384,
        }
    }

    /// The curve of an AlgorithmIdentifier, from its contents.
    fn of(algorithm: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|curve| curve.identifier().as_ref() == algorithm)
    }

    /// How many bytes a private key has.
    fn length(self) -> usize {
        match self {
            Self::P256 => 32,
            Self::P384 => 48,
        }
    }

    /// Whether these bytes are a point as it is written out, with both of its coordinates.
    fn is_whole_point(self, point: &[u8]) -> bool {
        point.first() == Some(&4) && point.len() == 1 + 2 * self.length()
    }
}

/// What a private key says of itself.
enum Found<'a> {
    EllipticCurve(EllipticCurveKey<'a>),
    Rsa {
        modulus: &'a [u8],
        exponent: &'a [u8],
        has_two_primes: bool,
    },
    Ed25519,
    /// An RSA key that may be used for RSASSA-PSS only.
    RsaPss,
    Other,
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

    /// The curve, if it is named and supported.
    fn named_curve(&self) -> Option<EllipticCurve> {
        let kind = der::element(der::OBJECT_IDENTIFIER, &[EC_PUBLIC_KEY]);
        EllipticCurve::of(&[kind.as_slice(), self.curve?].concat())
    }

    fn fault(&self) -> Option<&'static str> {
        match (self.curve, self.named_curve()) {
            (Some([der::OBJECT_IDENTIFIER, ..]), None) => {
                return Some("it lies on another elliptic curve than P-256 and P-384");
            }
            (Some(_), None) => {
                return Some("it describes its elliptic curve in place of naming it");
            }
            _ => {}
        }
        match self.point {
            None => Some("it does not contain its public key"),
            Some([2 | 3, ..]) => Some("its public key is a compressed point"),
            Some(_) => None,
        }
    }
}

/// Reads what the key says of itself.
fn read<'a>(key: &'a PrivateKeyDer<'_>) -> Result<Found<'a>, BadDer> {
    match key {
        PrivateKeyDer::Pkcs8(key) => read_pkcs8(key.secret_pkcs8_der()),
        PrivateKeyDer::Pkcs1(key) => read_rsa(key.secret_pkcs1_der()),
        PrivateKeyDer::Sec1(key) => {
            EllipticCurveKey::from_der(key.secret_sec1_der(), None).map(Found::EllipticCurve)
        }
        _ => Ok(Found::Other),
    }
}

fn read_pkcs8(pkcs8: &[u8]) -> Result<Found<'_>, BadDer> {
    let mut reader = Reader::new(der::only(pkcs8, der::SEQUENCE)?);
    reader.expect(der::INTEGER)?;
    let mut algorithm = Reader::new(reader.expect(der::SEQUENCE)?);
    let kind = algorithm.expect(der::OBJECT_IDENTIFIER)?;
    let private_key = reader.expect(der::OCTET_STRING)?;
    match kind {
        EC_PUBLIC_KEY => {
            let curve = if algorithm.is_empty() { None } else { Some(algorithm.any()?.whole) };
            EllipticCurveKey::from_der(private_key, curve).map(Found::EllipticCurve)
        }
        RSA_ENCRYPTION => read_rsa(private_key),
        ED25519 => Ok(Found::Ed25519),
        RSASSA_PSS => Ok(Found::RsaPss),
        _ => Ok(Found::Other),
    }
}

fn read_rsa(pkcs1: &[u8]) -> Result<Found<'_>, BadDer> {
    let mut reader = Reader::new(der::only(pkcs1, der::SEQUENCE)?);
    let has_two_primes = reader.expect(der::INTEGER)? == [0];
    let modulus = without_zeros(reader.expect(der::INTEGER)?);
    let exponent = without_zeros(reader.expect(der::INTEGER)?);
    Ok(Found::Rsa { modulus, exponent, has_two_primes })
}

/// The reason for a key whose kind is not supported.
pub(crate) const OTHER_KIND: &str = "it is none of ECDSA P-256, ECDSA P-384, Ed25519 and RSA";

/// Why ring does not load a key, as far as the key itself shows it.
pub(crate) fn fault(key: &PrivateKeyDer<'_>) -> Option<&'static str> {
    match read(key) {
        Err(BadDer) => Some("it is not well-formed"),
        Ok(Found::EllipticCurve(key)) => key.fault(),
        Ok(Found::Rsa { modulus, exponent, has_two_primes }) => {
            rsa_fault(modulus, exponent, has_two_primes)
        }
        Ok(Found::Ed25519) => None,
        Ok(Found::RsaPss) => Some("it is an RSA key for RSASSA-PSS only"),
        Ok(Found::Other) => Some(OTHER_KIND),
    }
}

/// The bounds of ring for RSA keys that sign.
fn rsa_fault(modulus: &[u8], exponent: &[u8], has_two_primes: bool) -> Option<&'static str> {
    match bits(modulus) {
        ..2048 => Some("it is an RSA key of less than 2048 bits"),
        2048..=4096 if !has_two_primes => Some("it is an RSA key of more than two primes"),
        2048..=4096 if bits(exponent) < 17 => {
            Some("it is an RSA key whose public exponent is below 65537")
        }
        2048..=4096 if bits(exponent) > 33 => {
            Some("it is an RSA key whose public exponent has more than 33 bits")
        }
        size @ 2048..=4096 if size % 1024 != 0 => {
            Some("it is an RSA key whose size is not a multiple of 1024 bits")
        }
        2048..=4096 => None,
        _ => Some("it is an RSA key of more than 4096 bits"),
    }
}

/// An elliptic curve's private key with what it lacks, in PKCS#8; nothing for one that lacks
/// nothing, or which `certificates_key` does not complete.
///
/// The public half is optional (RFC 5915 section 3), and some leave it out or compress it; then it
/// is that of the certificate. Leading zeros of the number are written or left out by some.
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
    let zeros = [0; 48];
    let padding = zeros.get(..curve.length().checked_sub(number.len())?)?;
    let version = der::element(der::INTEGER, &[&[1]]);
    let number = der::element(der::OCTET_STRING, &[padding, number]);
    let point = der::element(der::BIT_STRING, &[&[0], point]);
    let point = der::element(der::constructed(1), &[&point]);
    let sec1 = der::element(der::SEQUENCE, &[&version, &number, &point]);
    Some(as_pkcs8(&sec1, curve))
}

#[cfg(test)]
#[path = "private_key_tests.rs"]
mod tests;
