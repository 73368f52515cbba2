//! Byte strings: hashes, which are public, and secrets, which are wiped.

use core::fmt;

use zeroize::Zeroizing;

use super::CryptoError;

/// The longest hash of the supported suites, in bytes (SHA-384).
pub const MAX_HASH_LENGTH: usize = 48;

/// The longest shared secret of a key exchange, in bytes: that of ffdhe8192 (RFC 7919), the longest
/// of all registered groups. A hybrid with ML-KEM has 64 or 80.
pub const MAX_SHARED_SECRET_LENGTH: usize = 1024;

/// As many zeros as a hash may have bytes.
pub(crate) const ZEROS: [u8; MAX_HASH_LENGTH] = [0; MAX_HASH_LENGTH];

/// The output of a hash function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    bytes: [u8; MAX_HASH_LENGTH],
    length: usize,
}

impl Digest {
    /// Copies a hash.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] for more than [`MAX_HASH_LENGTH`] bytes.
    pub fn new(hash: &[u8]) -> Result<Self, CryptoError> {
        let mut bytes = [0; MAX_HASH_LENGTH];
        bytes.get_mut(..hash.len()).ok_or(CryptoError::TooLong)?.copy_from_slice(hash);
        Ok(Self { bytes, length: hash.len() })
    }

    /// A hash of `length` bytes that `make` writes into zeros.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] for more than [`MAX_HASH_LENGTH`] bytes; what `make` says.
    pub(crate) fn make(
        length: usize,
        make: impl FnOnce(&mut [u8]) -> Result<(), CryptoError>,
    ) -> Result<Self, CryptoError> {
        let mut digest = Self { bytes: ZEROS, length };
        make(digest.bytes.get_mut(..length).ok_or(CryptoError::TooLong)?)?;
        Ok(digest)
    }

    /// The hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.as_bytes() {
            write!(formatter, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// A secret, wiped when dropped.
///
/// Its bytes stand behind a pointer, so that a secret that is moved leaves no copy where it was.
pub struct Secret(Zeroizing<Box<[u8]>>);

impl Secret {
    /// Copies a secret, whole and of any length.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self(Zeroizing::new(Box::from(secret)))
    }

    /// Makes a secret of `length` bytes where it is kept: `make` writes it into zeros.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] for more than [`MAX_HASH_LENGTH`] bytes; what `make` says.
    pub(crate) fn make(
        length: usize,
        make: impl FnOnce(&mut [u8]) -> Result<(), CryptoError>,
    ) -> Result<Self, CryptoError> {
        let mut secret = Self::new(ZEROS.get(..length).ok_or(CryptoError::TooLong)?);
        make(&mut secret.0)?;
        Ok(secret)
    }

    /// The secret's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

/// Room for a secret that one function makes and uses up: wiped when it returns. It stays where it
/// is, since a move would leave a copy.
pub(crate) struct Transient(Zeroizing<[u8; MAX_HASH_LENGTH]>);

impl Transient {
    pub(crate) fn new() -> Self {
        Self(Zeroizing::new(ZEROS))
    }

    /// The first `length` bytes, to be filled.
    ///
    /// # Errors
    /// [`CryptoError::TooLong`] for more than [`MAX_HASH_LENGTH`].
    pub(crate) fn first(&mut self, length: usize) -> Result<&mut [u8], CryptoError> {
        self.0.get_mut(..length).ok_or(CryptoError::TooLong)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_print_its_bytes() {
        let secret = Secret::new(&[0xab; 32]);
        assert_eq!(secret.as_bytes(), [0xab; 32]);
        assert_eq!(format!("{secret:?}"), "Secret(..)");
    }

    #[test]
    fn a_secret_is_kept_whole() {
        let long: Vec<u8> = (0..=255).cycle().take(MAX_SHARED_SECRET_LENGTH + 1).collect();
        for length in [0, 1, 32, 48, 49, 64, 80, MAX_SHARED_SECRET_LENGTH, long.len()] {
            assert_eq!(Secret::new(&long[..length]).as_bytes(), &long[..length]);
        }
    }

    #[test]
    fn a_digest_prints_as_hexadecimal_and_keeps_its_length() {
        let digest = Digest::new(&[1, 0xff]).unwrap();
        assert_eq!(digest.as_bytes(), [1, 0xff]);
        assert_eq!(format!("{digest:?}"), "01ff");
    }

    #[test]
    fn a_digest_that_would_be_cut_is_an_error() {
        assert_eq!(Digest::new(&[7; MAX_HASH_LENGTH]).unwrap().as_bytes(), [7; MAX_HASH_LENGTH]);
        assert_eq!(Digest::new(&[7; MAX_HASH_LENGTH + 1]), Err(CryptoError::TooLong));
    }
}
