//! Which signatures aws-lc-rs checks.

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

pub(super) use webpki::aws_lc_rs as algorithms;

use super::common::pss_key;
use crate::SignatureScheme;

/// The schemes, most preferred first.
///
/// RSASSA-PKCS1-v1_5 is valid in certificates only, where it is still common.
pub(super) const SCHEMES: &[SignatureScheme] = &[
    SignatureScheme::EcdsaSecp256r1Sha256,
    SignatureScheme::EcdsaSecp384r1Sha384,
    SignatureScheme::EcdsaSecp521r1Sha512,
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
/// it was built with, and ML-DSA, for which TLS has no scheme here.
pub(super) static PATH_ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    &P256_SHA256,
    &OnCurve(&algorithms::ECDSA_P256_SHA384),
    &OnCurve(&algorithms::ECDSA_P256_SHA512),
    &OnCurve(&algorithms::ECDSA_P384_SHA256),
    &P384_SHA384,
    &OnCurve(&algorithms::ECDSA_P384_SHA512),
    &OnCurve(&algorithms::ECDSA_P521_SHA256),
    &OnCurve(&algorithms::ECDSA_P521_SHA384),
    &P521_SHA512,
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

static P256_SHA256: OnCurve = OnCurve(&algorithms::ECDSA_P256_SHA256);
static P384_SHA384: OnCurve = OnCurve(&algorithms::ECDSA_P384_SHA384);
static P521_SHA512: OnCurve = OnCurve(&algorithms::ECDSA_P521_SHA512);

/// The algorithm of an ECDSA scheme. Each names its curve, so that a key on another one does not
/// pass (RFC 9846 section 4.3.3).
pub(super) fn ecdsa(
    scheme: SignatureScheme,
) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    Some(match scheme {
        SignatureScheme::EcdsaSecp256r1Sha256 => &P256_SHA256,
        SignatureScheme::EcdsaSecp384r1Sha384 => &P384_SHA384,
        SignatureScheme::EcdsaSecp521r1Sha512 => &P521_SHA512,
        _ => return None,
    })
}

/// ECDSA with a key whose point is written out. aws-lc-rs takes compressed points, too, and ring
/// takes none: what a certificate is worth does not depend on the provider.
#[derive(Debug)]
struct OnCurve(&'static &'static dyn SignatureVerificationAlgorithm);

impl SignatureVerificationAlgorithm for OnCurve {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        match public_key.first() {
            Some(4) => self.0.verify_signature(public_key, message, signature),
            _ => Err(InvalidSignature),
        }
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        self.0.public_key_alg_id()
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.0.signature_alg_id()
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }
}
