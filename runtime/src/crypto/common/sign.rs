//! Signing with private keys, and checking signatures.

use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use rustls_pki_types::{
    InvalidSignature, PrivateKeyDer, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer,
    alg_id,
};

use super::super::differences::{self, CONTRADICTIONS, LOADABLE};
use super::super::library::error::KeyRejected;
use super::super::library::rand::SystemRandom;
use super::super::library::rsa::KeyPair as RsaKeyPair;
use super::super::library::signature::{
    EcdsaKeyPair, Ed25519KeyPair, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use super::super::verification::{self, algorithms};
use super::pss_key;
use crate::SignatureScheme;
use crate::certificate::der::BadDer;
use crate::certificate::private_key::{
    CONTRADICTION, EllipticCurve, rsassa_pss_key, sec1_as_pkcs8,
};
use crate::certificate::public_key::{PublicKey, public_key_info};
use crate::crypto::{self, BadPrivateKey, CryptoError};

/// A private key that the cryptographic library holds. Clones share it.
#[derive(Clone)]
pub struct SigningKey(Arc<KeyPair>);

/// The kinds of keys with which a CertificateVerify can be signed (RFC 9846 section 4.3.3).
enum KeyPair {
    Ecdsa(EllipticCurve, EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    Rsa(RsaKeyPair),
    /// For RSASSA-PSS only.
    RsassaPss {
        pair: RsaKeyPair,
        /// The schemes that its parameters allow.
        schemes: Vec<SignatureScheme>,
        /// The contents of its AlgorithmIdentifier, as they were read.
        algorithm: Box<[u8]>,
    },
}

impl SigningKey {
    /// Reads a private key: PKCS#8, PKCS#1 (RSA) or SEC1 (elliptic curves).
    pub(super) fn from_der(key: &PrivateKeyDer<'_>) -> Result<Self, BadPrivateKey> {
        let pair = match key {
            PrivateKeyDer::Pkcs8(key) => KeyPair::from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => {
                RsaKeyPair::from_der(key.secret_pkcs1_der()).map(KeyPair::Rsa).map_err(rejected)
            }
            PrivateKeyDer::Sec1(key) => first_that_loads(LOADABLE.curves.iter().map(|curve| {
                move || KeyPair::from_elliptic_curve_pkcs8(*curve, &sec1_as_pkcs8(key, *curve))
            })),
            _ => Err(unusable("its format is unknown")),
        };
        // The library's reasons are coarser than what the key shows of itself.
        let pair = pair.map_err(|complaint| {
            LOADABLE.fault(key).map_or(complaint, |reason| BadPrivateKey { reason })
        })?;
        Ok(Self(Arc::new(pair)))
    }

    /// The bits of the public key, as a certificate carries them.
    fn public_key_bits(&self) -> &[u8] {
        use super::super::library::signature::KeyPair as _;
        match &*self.0 {
            KeyPair::Ecdsa(_, pair) => pair.public_key().as_ref(),
            KeyPair::Ed25519(pair) => pair.public_key().as_ref(),
            KeyPair::Rsa(pair) | KeyPair::RsassaPss { pair, .. } => pair.public_key().as_ref(),
        }
    }
}

impl crypto::SigningKey for SigningKey {
    fn schemes(&self) -> &[SignatureScheme] {
        match &*self.0 {
            KeyPair::Ecdsa(EllipticCurve::P256, _) => &[SignatureScheme::EcdsaSecp256r1Sha256],
            KeyPair::Ecdsa(EllipticCurve::P384, _) => &[SignatureScheme::EcdsaSecp384r1Sha384],
            KeyPair::Ecdsa(EllipticCurve::P521, _) => &[SignatureScheme::EcdsaSecp521r1Sha512],
            KeyPair::Ed25519(_) => &[SignatureScheme::Ed25519],
            KeyPair::Rsa(_) => &[
                SignatureScheme::RsaPssRsaeSha256,
                SignatureScheme::RsaPssRsaeSha384,
                SignatureScheme::RsaPssRsaeSha512,
            ],
            KeyPair::RsassaPss { schemes, .. } => schemes,
        }
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        if !self.schemes().contains(&scheme) {
            return Err(CryptoError::UnsupportedScheme);
        }
        let random = SystemRandom::new();
        match &*self.0 {
            KeyPair::Ecdsa(_, pair) => {
                let signature = pair.sign(&random, message).map_err(|_| CryptoError::Sign)?;
                Ok(signature.as_ref().to_vec())
            }
            KeyPair::Ed25519(pair) => {
                Ok(differences::sign_by_ed25519(pair, message)?.as_ref().to_vec())
            }
            KeyPair::Rsa(pair) | KeyPair::RsassaPss { pair, .. } => {
                let padding = rsa_padding(scheme).ok_or(CryptoError::UnsupportedScheme)?;
                let mut signature = vec![0; differences::modulus_length(pair)];
                pair.sign(padding, &random, message, &mut signature)
                    .map_err(|_| CryptoError::Sign)?;
                Ok(signature)
            }
        }
    }

    fn public_key(&self) -> Option<SubjectPublicKeyInfoDer<'static>> {
        let bits = self.public_key_bits();
        Some(match &*self.0 {
            KeyPair::Ecdsa(curve, _) => public_key_info(&curve.identifier(), bits),
            KeyPair::Ed25519(_) => public_key_info(&alg_id::ED25519, bits),
            KeyPair::Rsa(_) => public_key_info(&alg_id::RSA_ENCRYPTION, bits),
            KeyPair::RsassaPss { algorithm, .. } => public_key_info(algorithm, bits),
        })
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            KeyPair::Ecdsa(curve, _) => write!(formatter, "SigningKey(ECDSA {curve})"),
            KeyPair::Ed25519(_) => formatter.write_str("SigningKey(Ed25519)"),
            KeyPair::Rsa(_) => formatter.write_str("SigningKey(RSA)"),
            KeyPair::RsassaPss { .. } => formatter.write_str("SigningKey(RSASSA-PSS)"),
        }
    }
}

impl KeyPair {
    /// A key in PKCS#8 says its kind; each loader refuses the other kinds.
    fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, BadPrivateKey> {
        let elliptic = |curve| move || Self::from_elliptic_curve_pkcs8(curve, pkcs8);
        // OpenSSL leaves the public key of Ed25519 out; it is computed.
        let ed25519 = || {
            Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8).map(Self::Ed25519).map_err(rejected)
        };
        let rsa = || RsaKeyPair::from_pkcs8(pkcs8).map(Self::Rsa).map_err(rejected);
        let rsassa_pss = || {
            let (key, schemes) = rsassa_pss_key(pkcs8).ok_or_else(other_kind)?;
            let pair = RsaKeyPair::from_der(key.pkcs1).map_err(rejected)?;
            Ok(Self::RsassaPss { pair, schemes, algorithm: key.algorithm.into() })
        };
        let mut loaders: Vec<Box<dyn Fn() -> Result<Self, BadPrivateKey> + '_>> = Vec::new();
        for curve in LOADABLE.curves {
            loaders.push(Box::new(elliptic(*curve)));
        }
        loaders.push(Box::new(ed25519));
        loaders.push(Box::new(rsa));
        loaders.push(Box::new(rsassa_pss));
        first_that_loads(loaders)
    }

    fn from_elliptic_curve_pkcs8(
        curve: EllipticCurve,
        pkcs8: &[u8],
    ) -> Result<Self, BadPrivateKey> {
        differences::load_elliptic(curve, pkcs8)
            .ok_or_else(other_kind)?
            .map(|pair| Self::Ecdsa(curve, pair))
            .map_err(rejected)
    }
}

/// Tries `loaders` in order. Where none succeeds, tells the first complaint about more than the
/// kind of the key.
fn first_that_loads<L>(loaders: impl IntoIterator<Item = L>) -> Result<KeyPair, BadPrivateKey>
where
    L: Fn() -> Result<KeyPair, BadPrivateKey>,
{
    let mut complaint = other_kind();
    for load in loaders {
        match load() {
            Ok(pair) => return Ok(pair),
            Err(error) if complaint == other_kind() => complaint = error,
            Err(_) => {}
        }
    }
    Err(complaint)
}

/// What the library's refusal of a private key means, where the key shows no fault. The library
/// tells its kinds apart only by their names.
fn rejected(error: KeyRejected) -> BadPrivateKey {
    match error.to_string().as_str() {
        "WrongAlgorithm" => other_kind(),
        name if CONTRADICTIONS.contains(&name) => unusable(CONTRADICTION),
        other => {
            let reason = format!("the cryptographic library refuses it ({other})");
            BadPrivateKey { reason: Cow::Owned(reason) }
        }
    }
}

fn other_kind() -> BadPrivateKey {
    BadPrivateKey { reason: LOADABLE.other_kind() }
}

fn unusable(reason: &'static str) -> BadPrivateKey {
    BadPrivateKey { reason: Cow::Borrowed(reason) }
}

/// RSASSA-PSS with a salt as long as the hash (RFC 9846 section 4.3.3).
fn rsa_padding(scheme: SignatureScheme) -> Option<&'static dyn RsaEncoding> {
    Some(match scheme {
        SignatureScheme::RsaPssRsaeSha256 | SignatureScheme::RsaPssPssSha256 => &RSA_PSS_SHA256,
        SignatureScheme::RsaPssRsaeSha384 | SignatureScheme::RsaPssPssSha384 => &RSA_PSS_SHA384,
        SignatureScheme::RsaPssRsaeSha512 | SignatureScheme::RsaPssPssSha512 => &RSA_PSS_SHA512,
        _ => return None,
    })
}

/// The algorithm for a signature in CertificateVerify, or none where `scheme` is not valid there
/// (SHA-1 and RSASSA-PKCS1-v1_5 never are) or not known (RFC 9846 section 4.3.3).
fn algorithm(scheme: SignatureScheme) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    match scheme {
        SignatureScheme::Ed25519 => Some(algorithms::ED25519),
        SignatureScheme::RsaPssRsaeSha256 => Some(algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY),
        SignatureScheme::RsaPssRsaeSha384 => Some(algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY),
        SignatureScheme::RsaPssRsaeSha512 => Some(algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY),
        SignatureScheme::RsaPssPssSha256 => Some(&pss_key::SHA256),
        SignatureScheme::RsaPssPssSha384 => Some(&pss_key::SHA384),
        SignatureScheme::RsaPssPssSha512 => Some(&pss_key::SHA512),
        _ => verification::ecdsa(scheme),
    }
}

/// Checks the signature of a CertificateVerify: see
/// [`CryptoProvider::verify_signature`](crypto::CryptoProvider::verify_signature).
pub(super) fn verify_signature(
    scheme: SignatureScheme,
    public_key: &SubjectPublicKeyInfoDer<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    let algorithm = algorithm(scheme).ok_or(CryptoError::UnsupportedScheme)?;
    let key = PublicKey::of_info(public_key).map_err(|BadDer| CryptoError::BadPublicKey)?;
    // RFC 9846 section 4.3.3 ties each scheme to a kind of key.
    if !key.allows(algorithm) {
        return Err(CryptoError::UnsupportedScheme);
    }
    algorithm
        .verify_signature(key.bytes, message, signature)
        .map_err(|InvalidSignature| CryptoError::BadSignature)
}

#[cfg(test)]
#[path = "sign_tests.rs"]
mod tests;
