//! What a provider for a test leaves to ring.

#![allow(unused_macros, unused_imports, reason = "not each test has a provider of its own")]

/// The methods of a `CryptoProvider` that hand on to ring.
macro_rules! as_ring_does {
    () => {
        fn suites(&self) -> &'static [hyaline::crypto::Suite] {
            Ring.suites()
        }

        fn verification_schemes(&self) -> &'static [hyaline::SignatureScheme] {
            Ring.verification_schemes()
        }

        fn path_algorithms(
            &self,
        ) -> &'static [&'static dyn hyaline::pki_types::SignatureVerificationAlgorithm] {
            Ring.path_algorithms()
        }

        fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError> {
            Ring.fill(destination)
        }

        fn load_key(
            &self,
            key: &hyaline::pki_types::PrivateKeyDer<'_>,
        ) -> Result<std::sync::Arc<dyn hyaline::crypto::SigningKey>, hyaline::crypto::BadPrivateKey>
        {
            Ring.load_key(key)
        }

        fn start_hash(
            &self,
            algorithm: hyaline::crypto::HashAlgorithm,
        ) -> hyaline::crypto::ring::HashContext {
            Ring.start_hash(algorithm)
        }

        fn verify_hmac(
            &self,
            algorithm: hyaline::crypto::HashAlgorithm,
            key: &[u8],
            message: &[u8],
            tag: &[u8],
        ) -> Result<(), CryptoError> {
            Ring.verify_hmac(algorithm, key, message, tag)
        }

        fn aead_key(
            &self,
            algorithm: hyaline::crypto::AeadAlgorithm,
            key: &[u8],
        ) -> Result<hyaline::crypto::ring::AeadKey, CryptoError> {
            Ring.aead_key(algorithm, key)
        }

        fn verify_signature(
            &self,
            scheme: hyaline::SignatureScheme,
            public_key: &hyaline::pki_types::SubjectPublicKeyInfoDer<'_>,
            message: &[u8],
            signature: &[u8],
        ) -> Result<(), CryptoError> {
            Ring.verify_signature(scheme, public_key, message, signature)
        }
    };
}
pub(crate) use as_ring_does;
