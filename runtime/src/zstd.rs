//! Compression of certificates by Zstandard (RFC 8879, RFC 8878), behind the feature `zstd`.
//!
//! ```
//! use hyaline::zstd::Zstd;
//! use hyaline::{ClientConfig, RootCertStore};
//!
//! // A server's configuration has the same setting.
//! let config = ClientConfig::builder()
//!     .with_root_certificates(RootCertStore::empty())
//!     .with_no_client_auth()
//!     .with_certificate_compression(vec![std::sync::Arc::new(Zstd)]);
//! # drop(config);
//! ```

use zstd_safe::{compress, compress_bound, decompress, find_frame_compressed_size};

use crate::CertificateCompression;

/// Zstandard.
#[derive(Clone, Copy, Debug, Default)]
pub struct Zstd;

/// How hard the compressor looks for repetitions: the level that programs use by default.
const LEVEL: i32 = 3;

/// How a frame begins that holds something (RFC 8878 section 3.1.1). Others are to be skipped.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

impl CertificateCompression for Zstd {
    fn algorithm(&self) -> u16 {
        3
    }

    fn compress(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut compressed = Vec::with_capacity(compress_bound(message.len()));
        compress(&mut compressed, message, LEVEL).ok()?;
        Some(compressed)
    }

    fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>> {
        let is_one_frame = compressed.starts_with(&MAGIC)
            && find_frame_compressed_size(compressed) == Ok(compressed.len());
        if !is_one_frame {
            return None;
        }
        // Whatever window is announced, `message` is the window.
        let mut message = vec![0; length];
        // More than fits into `message` is an error, and so is a dictionary.
        let found = decompress(message.as_mut_slice(), compressed).ok()?;
        (found == length).then_some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What [`BY_OTHERS`] holds.
    const MESSAGE: &[u8] =
        b"a message that is compressed and repeats, that is compressed and repeats";

    /// By the command `zstd --ultra -22 --long=31`, from a pipe: the frame does not say how long
    /// the message is, announces a window of 2 GiB, and has a checksum.
    const BY_OTHERS: [u8; 56] = [
        0x28, 0xb5, 0x2f, 0xfd, 0x04, 0xa8, 0x5d, 0x01, 0x00, 0x92, 0x82, 0x08, 0x0e, 0xd0, 0xe7,
        0xe4, 0x85, 0x4c, 0xdb, 0xad, 0x92, 0x24, 0x00, 0x1c, 0x08, 0x6f, 0x01, 0xe0, 0x57, 0x9b,
        0x0f, 0xa9, 0x94, 0xe4, 0xdf, 0xc7, 0xca, 0x04, 0x9e, 0xf0, 0x3a, 0x8e, 0x16, 0xfd, 0x5d,
        0x6c, 0x01, 0x00, 0x19, 0x8d, 0x2a, 0x03, 0xf4, 0xe9, 0x76, 0x6e,
    ];

    /// A frame with this descriptor and the fields that belong to it, around one block that holds
    /// the message as it is.
    fn frame(descriptor_and_fields: &[u8], message: &[u8]) -> Vec<u8> {
        let length = u8::try_from(message.len()).unwrap();
        let head = (u32::from(length) << 3 | 1).to_le_bytes();
        [&MAGIC, descriptor_and_fields, &head[..3], message].concat()
    }

    #[test]
    fn what_is_compressed_is_as_it_was_and_as_long_as_is_said() {
        let message = [&[7; 3000][..], b"and more"].concat();
        let compressed = Zstd.compress(&message).unwrap();
        assert!(compressed.len() < 100);
        assert_eq!(Zstd.decompress(&compressed, message.len()), Some(message.clone()));
        for length in [0, message.len() - 1, message.len() + 1] {
            assert_eq!(Zstd.decompress(&compressed, length), None, "{length}");
        }
    }

    #[test]
    fn what_others_compress_is_taken_with_a_window_that_is_no_matter() {
        let found = Zstd.decompress(&BY_OTHERS, MESSAGE.len());
        assert_eq!(found.as_deref(), Some(MESSAGE));
        let mut changed = BY_OTHERS;
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(Zstd.decompress(&changed, MESSAGE.len()), None);
    }

    #[test]
    fn what_is_cut_or_has_anything_behind_it_is_refused() {
        for compressed in [&BY_OTHERS[..], &Zstd.compress(MESSAGE).unwrap()] {
            assert!(Zstd.decompress(compressed, MESSAGE.len()).is_some());
            for end in 0..compressed.len() {
                assert_eq!(Zstd.decompress(&compressed[..end], MESSAGE.len()), None, "{end}");
            }
            for behind in [&[0][..], b"anything", compressed] {
                let longer = [compressed, behind].concat();
                for length in [MESSAGE.len(), 2 * MESSAGE.len()] {
                    assert_eq!(Zstd.decompress(&longer, length), None, "{behind:?}");
                }
            }
        }
    }

    #[test]
    fn there_is_one_frame_and_none_to_be_skipped() {
        let empty = frame(&[0x20, 0], b"");
        assert_eq!(Zstd.decompress(&empty, 0), Some(Vec::new()));
        let skipped = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 7, 7];
        let pairs = [[&skipped[..], &empty], [&empty, &skipped], [&empty, &empty], [&skipped, b""]];
        for frames in pairs {
            assert_eq!(Zstd.decompress(&frames.concat(), 0), None, "{frames:?}");
        }
    }

    #[test]
    fn a_dictionary_is_none_of_ours() {
        // How long the message is, and no window; then the same with a dictionary.
        assert_eq!(Zstd.decompress(&frame(&[0x20, 4], b"line"), 4), Some(b"line".to_vec()));
        assert_eq!(Zstd.decompress(&frame(&[0x21, 7, 4], b"line"), 4), None);
        // Number 0 says that there is none.
        assert_eq!(Zstd.decompress(&frame(&[0x21, 0, 4], b"line"), 4), Some(b"line".to_vec()));
    }

    #[test]
    fn a_frame_is_as_long_as_it_says_itself() {
        for (says, length) in [(3, 3), (3, 4), (5, 4), (5, 5)] {
            assert_eq!(Zstd.decompress(&frame(&[0x20, says], b"line"), length), None, "{says}");
        }
        // 2^60 bytes, and a bit that is reserved.
        for descriptor in [&[0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10][..], &[0x28, 4]] {
            assert_eq!(Zstd.decompress(&frame(descriptor, b"line"), 4), None, "{descriptor:?}");
        }
    }
}
