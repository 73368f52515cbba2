//! What ring does in a way of its own.

use ring::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, EphemeralPrivateKey, UnparsedPublicKey, X25519,
    agree_ephemeral,
};
use ring::error::KeyRejected;
use ring::rand::SystemRandom;
use ring::rsa::KeyPair as RsaKeyPair;
use ring::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, Ed25519KeyPair,
    Signature,
};
use x25519_dalek::{PublicKey, StaticSecret};

use crate::NamedGroup;
use crate::certificate::private_key::{EllipticCurve, Loadable};
use crate::crypto::{CryptoError, Secret};

/// The groups, the preferred ones first.
pub(super) const GROUPS: &[NamedGroup] =
    &[NamedGroup::X25519MlKem768, NamedGroup::X25519, NamedGroup::Secp256r1, NamedGroup::Secp384r1];

/// Which private keys ring loads.
pub(super) const LOADABLE: Loadable = Loadable {
    curves: &[EllipticCurve::P256, EllipticCurve::P384],
    needs_whole_point: true,
    most_bits_of_rsa: 4096,
    step_of_rsa: 1024,
    least_exponent: 65537,
};

/// How ring says that the parts of a key do not belong together.
pub(super) const CONTRADICTIONS: &[&str] = &["InvalidComponent", "InconsistentComponents"];

pub(super) fn diffie_hellman(group: NamedGroup) -> Result<&'static Algorithm, CryptoError> {
    match group {
        NamedGroup::X25519 => Ok(&X25519),
        NamedGroup::Secp256r1 => Ok(&ECDH_P256),
        NamedGroup::Secp384r1 => Ok(&ECDH_P384),
        _ => Err(CryptoError::UnsupportedGroup),
    }
}

/// ring checks what RFC 9846 sections 4.3.8.2 and 7.4.2 ask for: the length and form of the
/// peer's share, that it is a point of the curve, and for X25519 that the result is not all zero.
pub(super) fn agree(
    group: NamedGroup,
    private: EphemeralPrivateKey,
    peer_share: &[u8],
) -> Result<Secret, CryptoError> {
    let peer_share = UnparsedPublicKey::new(diffie_hellman(group)?, peer_share);
    agree_ephemeral(private, &peer_share, Secret::new).map_err(|_| CryptoError::BadPublicShare)
}

/// ring uses each private key of X25519 once, so a key that is kept is another crate's matter. That
/// one wipes the key and the secret, and looks for the all-zero secret in constant time.
pub(super) fn x25519(private_key: &[u8; 32], public_key: &[u8; 32]) -> Result<Secret, CryptoError> {
    let private_key = StaticSecret::from(*private_key);
    let shared = private_key.diffie_hellman(&PublicKey::from(*public_key));
    if shared.was_contributory() {
        Ok(Secret::new(shared.as_bytes()))
    } else {
        Err(CryptoError::BadPublicShare)
    }
}

pub(super) fn load_elliptic(
    curve: EllipticCurve,
    pkcs8: &[u8],
) -> Option<Result<EcdsaKeyPair, KeyRejected>> {
    let algorithm = match curve {
        EllipticCurve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        EllipticCurve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        EllipticCurve::P521 => return None,
    };
    Some(EcdsaKeyPair::from_pkcs8(algorithm, pkcs8, &SystemRandom::new()))
}

pub(super) fn sign_by_ed25519(
    pair: &Ed25519KeyPair,
    message: &[u8],
) -> Result<Signature, CryptoError> {
    Ok(pair.sign(message))
}

/// The length of an RSA signature, in bytes.
pub(super) fn modulus_length(pair: &RsaKeyPair) -> usize {
    pair.public().modulus_len()
}
