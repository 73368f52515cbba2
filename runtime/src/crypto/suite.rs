//! What a cipher suite's number stands for (RFC 9846 appendix B.4).

use super::MAX_HASH_LENGTH;
use crate::CipherSuite;

/// A hash function of the supported suites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum HashAlgorithm {
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
}

impl HashAlgorithm {
    /// The length of the hash, in bytes: RFC 9846's `Hash.length`.
    #[must_use]
    pub const fn length(self) -> usize {
        match self {
            Self::Sha256 => 32,
            Self::Sha384 => MAX_HASH_LENGTH,
        }
    }
}

/// An AEAD algorithm of the supported suites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AeadAlgorithm {
    /// AES in Galois/Counter mode with a 128-bit key.
    Aes128Gcm,
    /// AES in Galois/Counter mode with a 256-bit key.
    Aes256Gcm,
    /// ChaCha20 with Poly1305.
    ChaCha20Poly1305,
}

impl AeadAlgorithm {
    /// The length of a key, in bytes.
    #[must_use]
    pub const fn key_length(self) -> usize {
        match self {
            Self::Aes128Gcm => 16,
            Self::Aes256Gcm | Self::ChaCha20Poly1305 => 32,
        }
    }

    /// How many records may be sealed under one key (RFC 9846 section 5.5).
    ///
    /// 2^24.5 full-size records for AES-GCM; every record is counted as a full one. With ChaCha20
    /// the sequence number ends first.
    #[must_use]
    pub const fn record_limit(self) -> u64 {
        match self {
            Self::Aes128Gcm | Self::Aes256Gcm => 23_726_566,
            Self::ChaCha20Poly1305 => u64::MAX,
        }
    }
}

/// A cipher suite with the algorithms that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Suite {
    /// TLS_AES_128_GCM_SHA256.
    Aes128GcmSha256,
    /// TLS_AES_256_GCM_SHA384.
    Aes256GcmSha384,
    /// TLS_CHACHA20_POLY1305_SHA256.
    ChaCha20Poly1305Sha256,
}

impl Suite {
    /// The suite of this number, if this library knows it.
    #[must_use]
    pub fn from_number(number: CipherSuite) -> Option<Self> {
        match number {
            CipherSuite::Aes128GcmSha256 => Some(Self::Aes128GcmSha256),
            CipherSuite::Aes256GcmSha384 => Some(Self::Aes256GcmSha384),
            CipherSuite::ChaCha20Poly1305Sha256 => Some(Self::ChaCha20Poly1305Sha256),
            _ => None,
        }
    }

    /// The suite's number on the wire.
    #[must_use]
    pub const fn number(self) -> CipherSuite {
        match self {
            Self::Aes128GcmSha256 => CipherSuite::Aes128GcmSha256,
            Self::Aes256GcmSha384 => CipherSuite::Aes256GcmSha384,
            Self::ChaCha20Poly1305Sha256 => CipherSuite::ChaCha20Poly1305Sha256,
        }
    }

    /// The hash of the transcript and of the key schedule.
    #[must_use]
    pub const fn hash(self) -> HashAlgorithm {
        match self {
            Self::Aes256GcmSha384 => HashAlgorithm::Sha384,
            Self::Aes128GcmSha256 | Self::ChaCha20Poly1305Sha256 => HashAlgorithm::Sha256,
        }
    }

    /// The algorithm that protects records.
    #[must_use]
    pub const fn aead(self) -> AeadAlgorithm {
        match self {
            Self::Aes128GcmSha256 => AeadAlgorithm::Aes128Gcm,
            Self::Aes256GcmSha384 => AeadAlgorithm::Aes256Gcm,
            Self::ChaCha20Poly1305Sha256 => AeadAlgorithm::ChaCha20Poly1305,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_is_found_by_its_number() {
        for suite in [Suite::Aes128GcmSha256, Suite::Aes256GcmSha384, Suite::ChaCha20Poly1305Sha256]
        {
            assert_eq!(Suite::from_number(suite.number()), Some(suite));
        }
        assert_eq!(Suite::from_number(CipherSuite(0x1304)), None);
    }
}
