//! What aws-lc-rs does in a way of its own.

use aws_lc_rs::agreement::{
    Algorithm, ECDH_P256, ECDH_P384, ECDH_P521, EphemeralPrivateKey, PrivateKey, UnparsedPublicKey,
    X25519, agree as agree_with, agree_ephemeral,
};
use aws_lc_rs::error::KeyRejected;
use aws_lc_rs::rsa::KeyPair as RsaKeyPair;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, ECDSA_P521_SHA512_ASN1_SIGNING,
    EcdsaKeyPair, Ed25519KeyPair, Signature,
};

use crate::NamedGroup;
use crate::certificate::private_key::{EllipticCurve, Loadable};
use crate::crypto::{CryptoError, Secret};

/// The groups, the preferred ones first.
pub(super) const GROUPS: &[NamedGroup] = &[
    NamedGroup::X25519MlKem768,
    NamedGroup::X25519,
    NamedGroup::Secp256r1,
    NamedGroup::Secp384r1,
    NamedGroup::Secp521r1,
];

/// Which private keys aws-lc-rs loads.
pub(super) const LOADABLE: Loadable = Loadable {
    curves: &EllipticCurve::ALL,
    needs_whole_point: false,
    most_bits_of_rsa: 8192,
    step_of_rsa: 1,
    least_exponent: 3,
};

/// How aws-lc-rs says that a key cannot be read, which includes that its parts do not belong
/// together. Where its form is faulty, the key shows that of itself.
pub(super) const CONTRADICTIONS: &[&str] = &["InvalidEncoding"];

pub(super) fn diffie_hellman(group: NamedGroup) -> Result<&'static Algorithm, CryptoError> {
    match group {
        NamedGroup::X25519 => Ok(&X25519),
        NamedGroup::Secp256r1 => Ok(&ECDH_P256),
        NamedGroup::Secp384r1 => Ok(&ECDH_P384),
        NamedGroup::Secp521r1 => Ok(&ECDH_P521),
        _ => Err(CryptoError::UnsupportedGroup),
    }
}

/// aws-lc-rs checks that the peer's share is a point of the curve, and for X25519 that the result
/// is not all zero (RFC 9846 sections 4.3.8.2 and 7.4.2). It takes several forms of a share, of
/// which TLS has one.
pub(super) fn agree(
    group: NamedGroup,
    private: EphemeralPrivateKey,
    peer_share: &[u8],
) -> Result<Secret, CryptoError> {
    let has_form = match group {
        NamedGroup::X25519 => peer_share.len() == 32,
        NamedGroup::Secp256r1 => EllipticCurve::P256.is_whole_point(peer_share),
        NamedGroup::Secp384r1 => EllipticCurve::P384.is_whole_point(peer_share),
        NamedGroup::Secp521r1 => EllipticCurve::P521.is_whole_point(peer_share),
        _ => return Err(CryptoError::UnsupportedGroup),
    };
    if !has_form {
        return Err(CryptoError::BadPublicShare);
    }
    let peer_share = UnparsedPublicKey::new(diffie_hellman(group)?, peer_share);
    agree_ephemeral(private, peer_share, CryptoError::BadPublicShare, |secret| {
        Ok(Secret::new(secret))
    })
}

/// aws-lc-rs refuses the all-zero secret, in constant time.
pub(super) fn x25519(private_key: &[u8; 32], public_key: &[u8; 32]) -> Result<Secret, CryptoError> {
    let private_key = PrivateKey::from_private_key(&X25519, private_key)
        .map_err(|_| CryptoError::BadKeyLength)?;
    let public_key = UnparsedPublicKey::new(&X25519, public_key);
    agree_with(&private_key, public_key, CryptoError::BadPublicShare, |secret| {
        Ok(Secret::new(secret))
    })
}

pub(super) fn load_elliptic(
    curve: EllipticCurve,
    pkcs8: &[u8],
) -> Option<Result<EcdsaKeyPair, KeyRejected>> {
    let algorithm = match curve {
        EllipticCurve::P256 => &ECDSA_P256_SHA256_ASN1_SIGNING,
        EllipticCurve::P384 => &ECDSA_P384_SHA384_ASN1_SIGNING,
        EllipticCurve::P521 => &ECDSA_P521_SHA512_ASN1_SIGNING,
    };
    Some(EcdsaKeyPair::from_pkcs8(algorithm, pkcs8))
}

/// `sign` would panic where no signature can be made.
pub(super) fn sign_by_ed25519(
    pair: &Ed25519KeyPair,
    message: &[u8],
) -> Result<Signature, CryptoError> {
    pair.try_sign(message).map_err(|_| CryptoError::Sign)
}

/// The length of an RSA signature, in bytes.
pub(super) fn modulus_length(pair: &RsaKeyPair) -> usize {
    pair.public_modulus_len()
}
