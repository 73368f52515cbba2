//! Cryptography by the crate `ring`, with ML-KEM by libcrux. This module and its children are the
//! only code that names `ring`.

use ring as library;

#[allow(clippy::duplicate_mod, reason = "what two providers do alike is written once")]
#[path = "../common/mod.rs"]
mod common;
mod differences;
mod ml_kem;
mod verification;

pub use common::{AeadKey, HashContext, KeyExchange, SigningKey};

/// Cryptography by the crate `ring`, behind the feature `ring`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ring;

use self::Ring as Provider;
