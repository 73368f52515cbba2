//! Byte strings of bounded length: hashes, which are public, and secrets, which are wiped.

use core::fmt;

use zeroize::Zeroizing;

/// The longest hash of the supported suites, in bytes (SHA-384).
pub const MAX_HASH_LENGTH: usize = 48;

/// The longest secret, in bytes: a SHA-384 output, or the shared secret of secp384r1.
pub const MAX_SECRET_LENGTH: usize = 48;

/// The output of a hash function.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Digest {
    bytes: [u8; MAX_HASH_LENGTH],
    length: usize,
}

impl Digest {
    /// Copies a hash. What exceeds [`MAX_HASH_LENGTH`] is cut off; no supported hash does.
    #[must_use]
    pub fn new(hash: &[u8]) -> Self {
        let mut bytes = [0; MAX_HASH_LENGTH];
        let length = copy_prefix(&mut bytes, hash);
        Self { bytes, length }
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

/// A secret of bounded length, wiped when dropped.
pub struct Secret {
    bytes: Zeroizing<[u8; MAX_SECRET_LENGTH]>,
    length: u8,
}

impl Secret {
    /// Copies a secret. What exceeds [`MAX_SECRET_LENGTH`] is cut off; no supported secret does.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        let mut bytes = Zeroizing::new([0; MAX_SECRET_LENGTH]);
        let length = copy_prefix(bytes.as_mut_slice(), secret);
        Self { bytes, length: u8::try_from(length).unwrap_or(0) }
    }

    /// The secret's bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret(..)")
    }
}

/// Copies as much of `source` as fits and says how much that was.
fn copy_prefix(destination: &mut [u8], source: &[u8]) -> usize {
    let mut length = 0;
    for (to, from) in destination.iter_mut().zip(source) {
        *to = *from;
        length += 1;
    }
    length
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
    fn a_digest_prints_as_hexadecimal_and_keeps_its_length() {
        let digest = Digest::new(&[1, 0xff]);
        assert_eq!(digest.as_bytes(), [1, 0xff]);
        assert_eq!(format!("{digest:?}"), "01ff");
    }
}
