//! Cryptography by the crate `aws-lc-rs`, ML-KEM and P-521 included. This module and its children
//! are the only code that names `aws_lc_rs`.

use aws_lc_rs as library;

#[allow(clippy::duplicate_mod, reason = "what two providers do alike is written once")]
#[path = "../common/mod.rs"]
mod common;
mod differences;
mod ml_kem;
mod verification;

pub use common::{AeadKey, HashContext, KeyExchange, SigningKey};

/// Cryptography by the crate `aws-lc-rs`, behind the feature `aws-lc-rs`. It has what
/// `Ring` has, and P-521 besides, in key exchange and in signatures.
///
/// ```
/// use hyaline::crypto::AwsLcRs;
/// use hyaline::{ClientConfig, NamedGroup, RootCertStore};
///
/// let config = ClientConfig::builder_with_provider(AwsLcRs)
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth();
/// assert_eq!(config.groups().last(), Some(&NamedGroup::Secp521r1));
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct AwsLcRs;

use self::AwsLcRs as Provider;
