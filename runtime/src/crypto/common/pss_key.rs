//! RSASSA-PSS with keys for nothing else, of the kind id-RSASSA-PSS.

use rustls_pki_types::{AlgorithmIdentifier, InvalidSignature, SignatureVerificationAlgorithm};

use super::super::verification::algorithms;
use crate::certificate::rsassa_pss::UNRESTRICTED_KEY;

/// With SHA-256, and a salt as long as the hash (RFC 9846 section 4.3.3).
pub(in super::super) static SHA256: PssKey =
    PssKey(&algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY);
/// With SHA-384.
pub(in super::super) static SHA384: PssKey =
    PssKey(&algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY);
/// With SHA-512.
pub(in super::super) static SHA512: PssKey =
    PssKey(&algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY);

/// An algorithm that webpki has for keys of the kind rsaEncryption only.
#[derive(Debug)]
pub(in super::super) struct PssKey(&'static &'static dyn SignatureVerificationAlgorithm);

impl SignatureVerificationAlgorithm for PssKey {
    fn verify_signature(
        &self,
        public_key: &[u8],
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), InvalidSignature> {
        self.0.verify_signature(public_key, message, signature)
    }

    fn public_key_alg_id(&self) -> AlgorithmIdentifier {
        UNRESTRICTED_KEY
    }

    fn signature_alg_id(&self) -> AlgorithmIdentifier {
        self.0.signature_alg_id()
    }

    fn fips(&self) -> bool {
        self.0.fips()
    }
}
