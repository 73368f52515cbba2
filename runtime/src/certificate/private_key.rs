//! The formats in which private keys come, brought to those that a provider loads.

use rustls_pki_types::{AlgorithmIdentifier, PrivateSec1KeyDer, alg_id};
use zeroize::Zeroizing;

use super::der;

/// Wraps a SEC1 private key (`EC PRIVATE KEY` in PEM, RFC 5915) as PKCS#8 (RFC 5958), as a key on
/// `curve`.
///
/// SEC1 need not name its curve; where it does, whoever loads the result compares the two.
pub(crate) fn sec1_as_pkcs8(
    key: &PrivateSec1KeyDer<'_>,
    curve: EllipticCurve,
) -> Zeroizing<Vec<u8>> {
    let version = der::element(der::INTEGER, &[&[0]]);
    let algorithm = der::element(der::SEQUENCE, &[curve.identifier().as_ref()]);
    let private_key = der::element(der::OCTET_STRING, &[key.secret_sec1_der()]);
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
}
