//! What a provider for a test leaves to another.

#![allow(unused_macros, unused_imports, reason = "not each test has a provider of its own")]

/// The methods of a `CryptoProvider` that hand on to another provider, which has a default value.
macro_rules! as_another_does {
    ($other:ty) => {
        fn suites(&self) -> &'static [hyaline::crypto::Suite] {
            <$other>::default().suites()
        }

        fn verification_schemes(&self) -> &'static [hyaline::SignatureScheme] {
            <$other>::default().verification_schemes()
        }

        fn path_algorithms(
            &self,
        ) -> &'static [&'static dyn hyaline::pki_types::SignatureVerificationAlgorithm] {
            <$other>::default().path_algorithms()
        }

        fn fill(&self, destination: &mut [u8]) -> Result<(), CryptoError> {
            <$other>::default().fill(destination)
        }

        fn load_key(
            &self,
            key: &hyaline::pki_types::PrivateKeyDer<'_>,
        ) -> Result<std::sync::Arc<dyn hyaline::crypto::SigningKey>, hyaline::crypto::BadPrivateKey>
        {
            <$other>::default().load_key(key)
        }

        fn start_hash(
            &self,
            algorithm: hyaline::crypto::HashAlgorithm,
        ) -> <$other as CryptoProvider>::HashContext {
            <$other>::default().start_hash(algorithm)
        }

        fn verify_hmac(
            &self,
            algorithm: hyaline::crypto::HashAlgorithm,
            key: &[u8],
            message: &[u8],
            tag: &[u8],
        ) -> Result<(), CryptoError> {
            <$other>::default().verify_hmac(algorithm, key, message, tag)
        }

        fn aead_key(
            &self,
            algorithm: hyaline::crypto::AeadAlgorithm,
            key: &[u8],
        ) -> Result<<$other as CryptoProvider>::AeadKey, CryptoError> {
            <$other>::default().aead_key(algorithm, key)
        }

        fn verify_signature(
            &self,
            scheme: hyaline::SignatureScheme,
            public_key: &hyaline::pki_types::SubjectPublicKeyInfoDer<'_>,
            message: &[u8],
            signature: &[u8],
        ) -> Result<(), CryptoError> {
            <$other>::default().verify_signature(scheme, public_key, message, signature)
        }
    };
}
pub(crate) use as_another_does;
