//! Signing with private keys, and checking signatures, by ring.

use core::fmt;
use std::borrow::Cow;
use std::sync::Arc;

use ring::error::KeyRejected;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair as RsaKeyPair;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512, RsaEncoding,
};
use rustls_pki_types::{PrivateKeyDer, SignatureVerificationAlgorithm, SubjectPublicKeyInfoDer};
use webpki::RawPublicKeyEntity;

use crate::SignatureScheme;
use crate::certificate::private_key::{EllipticCurve, OTHER_KIND, fault, sec1_as_pkcs8};
use crate::crypto::{self, BadPrivateKey, CryptoError};

/// A private key that ring holds. Clones share it.
#[derive(Clone)]
pub struct SigningKey(Arc<KeyPair>);

/// The kinds of keys with which a CertificateVerify can be signed (RFC 9846 section 4.3.3).
enum KeyPair {
    EcdsaP256(EcdsaKeyPair),
    EcdsaP384(EcdsaKeyPair),
    Ed25519(Ed25519KeyPair),
    /// 2048 to 4096 bits: ring takes no others.
    Rsa(RsaKeyPair),
}

impl SigningKey {
    /// Reads a private key: PKCS#8, PKCS#1 (RSA) or SEC1 (elliptic curves).
    pub(super) fn from_der(key: &PrivateKeyDer<'_>) -> Result<Self, BadPrivateKey> {
        let pair = match key {
            PrivateKeyDer::Pkcs8(key) => KeyPair::from_pkcs8(key.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(key) => {
                RsaKeyPair::from_der(key.secret_pkcs1_der()).map(KeyPair::Rsa).map_err(rejected)
            }
            PrivateKeyDer::Sec1(key) => first_that_loads(EllipticCurve::ALL.map(|curve| {
                move || KeyPair::from_elliptic_curve_pkcs8(curve, &sec1_as_pkcs8(key, curve))
            })),
            _ => Err(unusable("its format is unknown")),
        };
        // ring's reasons are coarser than what the key shows of itself.
        let pair = pair.map_err(|complaint| fault(key).map_or(complaint, unusable))?;
        Ok(Self(Arc::new(pair)))
    }

    /// The public key, as a certificate carries it.
    #[cfg(test)]
    pub(super) fn public_key(&self) -> &[u8] {
        use ring::signature::KeyPair as _;
        match &*self.0 {
            KeyPair::EcdsaP256(pair) | KeyPair::EcdsaP384(pair) => pair.public_key().as_ref(),
            KeyPair::Ed25519(pair) => pair.public_key().as_ref(),
            KeyPair::Rsa(pair) => pair.public_key().as_ref(),
        }
    }
}

impl crypto::SigningKey for SigningKey {
    fn schemes(&self) -> &[SignatureScheme] {
        match &*self.0 {
            KeyPair::EcdsaP256(_) => &[SignatureScheme::EcdsaSecp256r1Sha256],
            KeyPair::EcdsaP384(_) => &[SignatureScheme::EcdsaSecp384r1Sha384],
            KeyPair::Ed25519(_) => &[SignatureScheme::Ed25519],
            KeyPair::Rsa(_) => &[
                SignatureScheme::RsaPssRsaeSha256,
                SignatureScheme::RsaPssRsaeSha384,
                SignatureScheme::RsaPssRsaeSha512,
            ],
        }
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let random = SystemRandom::new();
        match (&*self.0, scheme) {
            (KeyPair::EcdsaP256(pair), SignatureScheme::EcdsaSecp256r1Sha256)
            | (KeyPair::EcdsaP384(pair), SignatureScheme::EcdsaSecp384r1Sha384) => {
                let signature = pair.sign(&random, message).map_err(|_| CryptoError::Sign)?;
                Ok(signature.as_ref().to_vec())
            }
            (KeyPair::Ed25519(pair), SignatureScheme::Ed25519) => {
                Ok(pair.sign(message).as_ref().to_vec())
            }
            (KeyPair::Rsa(pair), scheme) => {
                let padding = rsa_padding(scheme).ok_or(CryptoError::UnsupportedScheme)?;
                let mut signature = vec![0; pair.public().modulus_len()];
                pair.sign(padding, &random, message, &mut signature)
                    .map_err(|_| CryptoError::Sign)?;
                Ok(signature)
            }
            _ => Err(CryptoError::UnsupportedScheme),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match &*self.0 {
            KeyPair::EcdsaP256(_) => "ECDSA P-256",
            KeyPair::EcdsaP384(_) => "ECDSA P-384",
            KeyPair::Ed25519(_) => "Ed25519",
            KeyPair::Rsa(_) => "RSA",
        };
        write!(formatter, "SigningKey({kind})")
    }
}

impl KeyPair {
    /// A key in PKCS#8 says its kind; each loader refuses the other kinds.
    fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, BadPrivateKey> {
        let loaders: [&dyn Fn() -> Result<Self, BadPrivateKey>; 4] = [
            &|| Self::from_elliptic_curve_pkcs8(EllipticCurve::P256, pkcs8),
            &|| Self::from_elliptic_curve_pkcs8(EllipticCurve::P384, pkcs8),
            // OpenSSL leaves the public key out; ring computes it.
            &|| {
                Ed25519KeyPair::from_pkcs8_maybe_unchecked(pkcs8)
                    .map(Self::Ed25519)
                    .map_err(rejected)
            },
            &|| RsaKeyPair::from_pkcs8(pkcs8).map(Self::Rsa).map_err(rejected),
        ];
        first_that_loads(loaders)
    }

    fn from_elliptic_curve_pkcs8(
        curve: EllipticCurve,
        pkcs8: &[u8],
    ) -> Result<Self, BadPrivateKey> {
        let (algorithm, kind): (_, fn(EcdsaKeyPair) -> Self) = match curve {
            EllipticCurve::P256 => (&ECDSA_P256_SHA256_ASN1_SIGNING, Self::EcdsaP256),
            EllipticCurve::P384 => (&ECDSA_P384_SHA384_ASN1_SIGNING, Self::EcdsaP384),
        };
        EcdsaKeyPair::from_pkcs8(algorithm, pkcs8, &SystemRandom::new()).map(kind).map_err(rejected)
    }
}

/// Tries `loaders` in order. Where none succeeds, tells the first complaint about more than the
/// kind of the key.
fn first_that_loads<L>(loaders: impl IntoIterator<Item = L>) -> Result<KeyPair, BadPrivateKey>
where
    L: Fn() -> Result<KeyPair, BadPrivateKey>,
{
    let mut complaint = unusable(OTHER_KIND);
    for load in loaders {
        match load() {
            Ok(pair) => return Ok(pair),
            Err(error) if complaint.reason == OTHER_KIND => complaint = error,
            Err(_) => {}
        }
    }
    Err(complaint)
}

/// What ring's refusal of a private key means, where the key shows no fault. ring tells its kinds
/// apart only by their names.
fn rejected(error: KeyRejected) -> BadPrivateKey {
    unusable(match error.to_string().as_str() {
        "WrongAlgorithm" => OTHER_KIND,
        "InvalidComponent" | "InconsistentComponents" => "its parts contradict each other",
        other => {
            let reason = format!("the cryptographic library refuses it ({other})");
            return BadPrivateKey { reason: Cow::Owned(reason) };
        }
    })
}

fn unusable(reason: &'static str) -> BadPrivateKey {
    BadPrivateKey { reason: Cow::Borrowed(reason) }
}

/// RSASSA-PSS with a salt as long as the hash (RFC 9846 section 4.3.3).
fn rsa_padding(scheme: SignatureScheme) -> Option<&'static dyn RsaEncoding> {
    Some(match scheme {
        SignatureScheme::RsaPssRsaeSha256 => &RSA_PSS_SHA256,
        SignatureScheme::RsaPssRsaeSha384 => &RSA_PSS_SHA384,
        SignatureScheme::RsaPssRsaeSha512 => &RSA_PSS_SHA512,
        _ => return None,
    })
}

/// Checks the signature of a CertificateVerify: see
/// [`CryptoProvider::verify_signature`](crypto::CryptoProvider::verify_signature).
pub(super) fn verify_signature(
    scheme: SignatureScheme,
    public_key: &SubjectPublicKeyInfoDer<'_>,
    message: &[u8],
    signature: &[u8],
) -> Result<(), CryptoError> {
    let algorithm = verification_algorithm(scheme).ok_or(CryptoError::UnsupportedScheme)?;
    RawPublicKeyEntity::try_from(public_key)
        .map_err(|_| CryptoError::BadPublicKey)?
        .verify_signature(algorithm, message, signature)
        .map_err(|error| match error {
            webpki::Error::InvalidSignatureForPublicKey => CryptoError::BadSignature,
            webpki::Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                CryptoError::UnsupportedScheme
            }
            _ => CryptoError::BadPublicKey,
        })
}

/// The schemes of signatures that ring can check.
///
/// RSASSA-PKCS1-v1_5 is valid in certificates only, where it is still common.
pub(super) const VERIFICATION_SCHEMES: &[SignatureScheme] = &[
    SignatureScheme::EcdsaSecp256r1Sha256,
    SignatureScheme::EcdsaSecp384r1Sha384,
    SignatureScheme::Ed25519,
    SignatureScheme::RsaPssRsaeSha256,
    SignatureScheme::RsaPssRsaeSha384,
    SignatureScheme::RsaPssRsaeSha512,
    SignatureScheme::RsaPkcs1Sha256,
    SignatureScheme::RsaPkcs1Sha384,
    SignatureScheme::RsaPkcs1Sha512,
];

/// The algorithm for a signature in CertificateVerify, or none where `scheme` is not valid there
/// (SHA-1 and RSASSA-PKCS1-v1_5 never are) or not known.
///
/// Each ECDSA algorithm names its curve, so that a key on another one does not pass
/// (RFC 9846 section 4.3.3).
fn verification_algorithm(
    scheme: SignatureScheme,
) -> Option<&'static dyn SignatureVerificationAlgorithm> {
    Some(match scheme {
        SignatureScheme::EcdsaSecp256r1Sha256 => webpki::ring::ECDSA_P256_SHA256,
        SignatureScheme::EcdsaSecp384r1Sha384 => webpki::ring::ECDSA_P384_SHA384,
        SignatureScheme::Ed25519 => webpki::ring::ED25519,
        SignatureScheme::RsaPssRsaeSha256 => webpki::ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
        SignatureScheme::RsaPssRsaeSha384 => webpki::ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
        SignatureScheme::RsaPssRsaeSha512 => webpki::ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
        _ => return None,
    })
}

#[cfg(test)]
#[path = "sign_tests.rs"]
mod tests;
