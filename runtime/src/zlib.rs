//! Compression of certificates by zlib (RFC 8879, RFC 1950), behind the feature `zlib`.
//!
//! ```
//! use hyaline::zlib::Zlib;
//! use hyaline::{ClientConfig, RootCertStore};
//!
//! // A server's configuration has the same setting.
//! let config = ClientConfig::builder()
//!     .with_root_certificates(RootCertStore::empty())
//!     .with_no_client_auth()
//!     .with_certificate_compression(vec![std::sync::Arc::new(Zlib)]);
//! # drop(config);
//! ```

use miniz_oxide::deflate::compress_to_vec_zlib;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

use crate::CertificateCompression;

/// zlib.
#[derive(Clone, Copy, Debug, Default)]
pub struct Zlib;

/// How hard the compressor looks for repetitions: of ten levels, the one that most programs use.
const LEVEL: u8 = 6;

impl CertificateCompression for Zlib {
    fn algorithm(&self) -> u16 {
        1
    }

    fn compress(&self, message: &[u8]) -> Option<Vec<u8>> {
        Some(compress_to_vec_zlib(message, LEVEL))
    }

    fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>> {
        // Whatever window is announced, `message` is the window.
        let mut message = vec![0; length];
        let flags = TINFL_FLAG_PARSE_ZLIB_HEADER | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
        let mut state = DecompressorOxide::new();
        // More than fits into `message` is another status.
        let (status, read, found) = decompress(&mut state, compressed, &mut message, 0, flags);
        let is_whole = status == TINFLStatus::Done && read == compressed.len() && found == length;
        is_whole.then_some(message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_is_as_it_was_and_as_long_as_is_said() {
        let message = [&[7; 3000][..], b"and more"].concat();
        let compressed = Zlib.compress(&message).unwrap();
        assert!(compressed.len() < 100);
        assert_eq!(Zlib.decompress(&compressed, message.len()), Some(message.clone()));
        for length in [0, message.len() - 1, message.len() + 1] {
            assert_eq!(Zlib.decompress(&compressed, length), None, "{length}");
        }
    }

    #[test]
    fn what_is_cut_or_changed_is_refused() {
        let message = b"a message that is compressed and repeats, that is compressed and repeats";
        let compressed = Zlib.compress(message).unwrap();
        for end in 0..compressed.len() {
            assert_eq!(Zlib.decompress(&compressed[..end], message.len()), None, "{end}");
        }
        let mut changed = compressed.clone();
        *changed.last_mut().unwrap() ^= 1;
        assert_eq!(Zlib.decompress(&changed, message.len()), None);
    }

    #[test]
    fn what_has_anything_behind_it_is_refused() {
        let message = b"a message that is compressed";
        let compressed = Zlib.compress(message).unwrap();
        assert!(Zlib.decompress(&compressed, message.len()).is_some());
        for behind in [&[0][..], b"anything", &compressed] {
            let longer = [&compressed, behind].concat();
            assert_eq!(Zlib.decompress(&longer, message.len()), None, "{behind:?}");
        }
    }
}
