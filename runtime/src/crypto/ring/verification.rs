//! Which signatures ring checks.

use rustls_pki_types::SignatureVerificationAlgorithm;

pub(super) use webpki::ring as algorithms;

use super::common::pss_key;
use crate::SignatureScheme;

/// The schemes, most preferred first.
///
/// RSASSA-PKCS1-v1_5 is valid in certificates only, where it is still common.
pub(super) const SCHEMES: &[SignatureScheme] = &[
    SignatureScheme::EcdsaSecp256r1Sha256,
    SignatureScheme::EcdsaSecp384r1Sha384,
    SignatureScheme::Ed25519,
    SignatureScheme::RsaPssRsaeSha256,
    SignatureScheme::RsaPssRsaeSha384,
    SignatureScheme::RsaPssRsaeSha512,
    SignatureScheme::RsaPssPssSha256,
    SignatureScheme::RsaPssPssSha384,
    SignatureScheme::RsaPssPssSha512,
    SignatureScheme::RsaPkcs1Sha256,
    SignatureScheme::RsaPkcs1Sha384,
    SignatureScheme::RsaPkcs1Sha512,
];

/// The algorithms of signatures in certificates. webpki's list of all has those of every crate that
/// it was built with.
pub(super) static PATH_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
    algorithms::ED25519,
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::RSA_PKCS1_2048_8192_SHA512,
    algorithms::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
    algorithms::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
    algorithms::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
    algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    &pss_key::SHA256,
    &pss_key::SHA384,
    &pss_key::SHA512,
];

/// The algorithm of an ECDSA scheme. Each names its curve, so that a key on another one does not
/// pass (RFC 9846 section 4.3.3).
pub(super) fn ecdsa(
    scheme: SignatureScheme,
) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    Some(match scheme {
        SignatureScheme::EcdsaSecp256r1Sha256 => algorithms::ECDSA_P256_SHA256,
        SignatureScheme::EcdsaSecp384r1Sha384 => algorithms::ECDSA_P384_SHA384,
        _ => return None,
    })
}
