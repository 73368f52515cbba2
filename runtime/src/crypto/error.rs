//! Why a cryptographic operation failed.

use core::fmt;

/// Why a cryptographic operation failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CryptoError {
    /// The source of randomness failed.
    Random,
    /// The provider cannot exchange keys in this group, or a share is used in another group.
    UnsupportedGroup,
    /// The peer's key share is malformed, or leads to the all-zero secret.
    BadPublicShare,
    /// A cipher suite that the provider cannot run.
    UnsupportedSuite,
    /// A key of the wrong length for its algorithm.
    BadKeyLength,
    /// An AEAD or HMAC tag does not match.
    BadTag,
    /// More bytes than the operation can take or give.
    TooLong,
    /// The transcript was asked for a hash before the cipher suite was known.
    HashUnknown,
    /// The signature scheme is unknown, or does not fit the key.
    UnsupportedScheme,
    /// The public key of a certificate cannot be read.
    BadPublicKey,
    /// The signature does not match.
    BadSignature,
    /// Signing failed.
    Sign,
}

impl fmt::Display for CryptoError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Random => "the system's source of randomness failed",
            Self::UnsupportedGroup => "the key exchange group is not supported",
            Self::BadPublicShare => "the peer's key share is not a valid public key",
            Self::UnsupportedSuite => "the cipher suite is not supported",
            Self::BadKeyLength => "a key has the wrong length for its algorithm",
            Self::BadTag => "an authentication tag does not match",
            Self::TooLong => "too many bytes for one cryptographic operation",
            Self::HashUnknown => "the transcript's hash is not known yet",
            Self::UnsupportedScheme => "the signature scheme is unknown or does not fit the key",
            Self::BadPublicKey => "the certificate's public key cannot be read",
            Self::BadSignature => "the signature does not match",
            Self::Sign => "signing failed",
        })
    }
}

impl core::error::Error for CryptoError {}
