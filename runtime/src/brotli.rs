//! Compression of certificates by Brotli (RFC 8879, RFC 7932), behind the feature `brotli`. It is
//! what browsers ask for.
//!
//! ```
//! use hyaline::brotli::Brotli;
//! use hyaline::{ClientConfig, RootCertStore};
//!
//! // A server's configuration has the same setting.
//! let config = ClientConfig::builder()
//!     .with_root_certificates(RootCertStore::empty())
//!     .with_no_client_auth()
//!     .with_certificate_compression(vec![std::sync::Arc::new(Brotli)]);
//! # drop(config);
//! ```

use core::cell::Cell;
use std::io::Write as _;

use ::brotli::{
    Allocator, BrotliDecompressStream, BrotliResult, BrotliState, CompressorWriter, HeapAlloc,
    SliceWrapper as _,
};

use crate::CertificateCompression;

/// Brotli.
#[derive(Clone, Copy, Debug, Default)]
pub struct Brotli;

/// How hard the compressor looks for repetitions: of twelve qualities, the best of those that cost
/// about what zlib does.
const QUALITY: u32 = 5;

/// The logarithm of the window that is announced: the least that a Certificate message fits into.
const WINDOW: u32 = 17;

/// How much of a message the compressor takes at once, in bytes.
const PIECE: usize = 0x1000;

/// The most memory that decompressing takes besides the message, in bytes. A stream says how long
/// its next block is and how many tables that has before any of it comes, and the decoder makes
/// room for what is said: for a block of 16 MiB and megabytes of tables, if nobody stops it.
const MAXIMUM_MEMORY: usize = 1 << 19;

impl CertificateCompression for Brotli {
    fn algorithm(&self) -> u16 {
        2
    }

    fn compress(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut writer = CompressorWriter::new(Vec::new(), PIECE, QUALITY, WINDOW);
        writer.write_all(message).ok()?;
        Some(writer.into_inner())
    }

    fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>> {
        let left = Cell::new(MAXIMUM_MEMORY);
        let [bytes, numbers, codes] = [Allowance(&left); 3];
        // Strict: without the larger windows, which RFC 7932 does not have.
        let mut state = BrotliState::new_strict(bytes, numbers, codes);
        let mut message = vec![0; length];
        let (mut unread, mut read) = (compressed.len(), 0);
        let (mut missing, mut found) = (length, 0);
        // More than fits into `message` is another result.
        let result = BrotliDecompressStream(
            &mut unread,
            &mut read,
            compressed,
            &mut missing,
            &mut found,
            &mut message,
            &mut 0,
            &mut state,
        );
        let is_whole = matches!(result, BrotliResult::ResultSuccess) && unread == 0 && missing == 0;
        is_whole.then_some(message)
    }
}

/// Hands out memory as long as so many bytes are left. Whoever asks for more gets none, which the
/// decoder tells as an error.
#[derive(Clone, Copy)]
struct Allowance<'a>(&'a Cell<usize>);

impl<T: Clone + Default> Allocator<T> for Allowance<'_> {
    type AllocatedMemory = <HeapAlloc<T> as Allocator<T>>::AllocatedMemory;

    fn alloc_cell(&mut self, count: usize) -> Self::AllocatedMemory {
        let bytes = count.checked_mul(size_of::<T>());
        let Some(left) = bytes.and_then(|bytes| self.0.get().checked_sub(bytes)) else {
            return Self::AllocatedMemory::default();
        };
        self.0.set(left);
        HeapAlloc::new(T::default()).alloc_cell(count)
    }

    fn free_cell(&mut self, memory: Self::AllocatedMemory) {
        self.0.set(self.0.get() + size_of_val(memory.slice()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What [`BY_OTHERS`] holds.
    const MESSAGE: &[u8] =
        b"a message that is compressed and repeats, that is compressed and repeats";

    /// By the reference implementation, in C: quality 11, and the largest window of RFC 7932.
    const BY_OTHERS: [u8; 41] = [
        0x1f, 0x47, 0x00, 0xc8, 0x8c, 0x94, 0xa9, 0xe3, 0x5b, 0x83, 0x84, 0x8d, 0xb5, 0x49, 0x96,
        0xb7, 0x39, 0xd8, 0x80, 0x03, 0x97, 0x02, 0x0c, 0x57, 0x1c, 0x36, 0xe0, 0xc4, 0xd3, 0x34,
        0x81, 0xf5, 0x04, 0xa7, 0xc8, 0xea, 0x9f, 0x2a, 0x95, 0x67, 0x06,
    ];

    /// A stream of these numbers, each with how many bits it has, and zeros up to a whole byte.
    fn stream(fields: &[(u32, u32)]) -> Vec<u8> {
        let mut bits = Vec::new();
        for (number, width) in fields {
            bits.extend((0..*width).map(|place| number >> place & 1 == 1));
        }
        let byte =
            |bits: &[bool]| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
        bits.chunks(8).map(byte).collect()
    }

    #[test]
    fn what_is_compressed_is_as_it_was_and_as_long_as_is_said() {
        let message = [&[7; 3000][..], b"and more"].concat();
        let compressed = Brotli.compress(&message).unwrap();
        assert!(compressed.len() < 100);
        assert_eq!(Brotli.decompress(&compressed, message.len()), Some(message.clone()));
        for length in [0, message.len() - 1, message.len() + 1] {
            assert_eq!(Brotli.decompress(&compressed, length), None, "{length}");
        }
    }

    #[test]
    fn what_others_compress_is_taken_with_the_largest_window() {
        let found = Brotli.decompress(&BY_OTHERS, MESSAGE.len());
        assert_eq!(found.as_deref(), Some(MESSAGE));
    }

    #[test]
    fn what_is_cut_or_has_anything_behind_it_is_refused() {
        for compressed in [&BY_OTHERS[..], &Brotli.compress(MESSAGE).unwrap()] {
            assert!(Brotli.decompress(compressed, MESSAGE.len()).is_some());
            for end in 0..compressed.len() {
                assert_eq!(Brotli.decompress(&compressed[..end], MESSAGE.len()), None, "{end}");
            }
            for behind in [&[0][..], b"anything", compressed] {
                let longer = [compressed, behind].concat();
                assert_eq!(Brotli.decompress(&longer, MESSAGE.len()), None, "{behind:?}");
            }
        }
    }

    #[test]
    fn a_window_that_the_rfc_does_not_have_is_refused() {
        // A window of 64 KiB, and the end.
        assert_eq!(Brotli.decompress(&stream(&[(0, 1), (3, 2)]), 0), Some(Vec::new()));
        // A window of 16 MiB as "Large Window Brotli" has it, and the end.
        let large = stream(&[(0x11, 8), (24, 6), (3, 2)]);
        assert!(::brotli::BrotliDecompress(&mut &large[..], &mut Vec::new()).is_ok());
        assert_eq!(Brotli.decompress(&large, 0), None);
    }

    /// A block of one byte, which is all there is, with so many tables for literals and for
    /// distances, up to where their codes would come.
    fn tables(literals: u32, distances: u32) -> Vec<u8> {
        let count = |number: u32| match number {
            1 => (0, 1),
            _ => (1 | 7 << 1 | (number - 129) << 4, 11),
        };
        // A map in which every context has table 0, by a code of one symbol.
        let map = |tables: u32| match tables {
            1 => Vec::new(),
            _ => vec![(0, 1), (1, 2), (0, 2), (0, 8), (0, 1)],
        };
        let mut fields = vec![(0, 1), (1, 1), (0, 1), (0, 2), (0, 16)];
        // One type of blocks of each kind, how distances are written, how contexts are found.
        fields.extend([(0, 1), (0, 1), (0, 1), (0, 6), (0, 2), count(literals)]);
        fields.extend(map(literals));
        fields.push(count(distances));
        fields.extend(map(distances));
        stream(&fields)
    }

    /// How much is left of the allowance where the decoder has read all of this.
    fn left_behind(compressed: &[u8]) -> (BrotliResult, usize) {
        let left = Cell::new(MAXIMUM_MEMORY);
        let [bytes, numbers, codes] = [Allowance(&left); 3];
        let mut state = BrotliState::new_strict(bytes, numbers, codes);
        let (mut unread, mut room) = (compressed.len(), 1);
        let result = BrotliDecompressStream(
            &mut unread,
            &mut 0,
            compressed,
            &mut room,
            &mut 0,
            &mut [0],
            &mut 0,
            &mut state,
        );
        (result, left.get())
    }

    #[test]
    fn tables_have_a_limit_together() {
        let (result, left) = left_behind(&tables(1, 1));
        assert!(matches!(result, BrotliResult::NeedsMoreInput), "{result:?}");
        assert!((1..MAXIMUM_MEMORY).contains(&left), "{left}");
        let (result, left) = left_behind(&tables(256, 1));
        assert!(matches!(result, BrotliResult::NeedsMoreInput), "{result:?}");
        assert!((1..MAXIMUM_MEMORY / 2).contains(&left), "{left}");
        let (result, _) = left_behind(&tables(256, 256));
        assert!(matches!(result, BrotliResult::ResultFailure), "{result:?}");
    }

    #[test]
    fn what_an_allowance_gets_back_it_hands_out_again() {
        let left = Cell::new(100);
        let mut allowance = Allowance(&left);
        let memory = Allocator::<u32>::alloc_cell(&mut allowance, 20);
        assert_eq!((memory.slice().len(), left.get()), (20, 20));
        for count in [6, usize::MAX] {
            assert_eq!(Allocator::<u32>::alloc_cell(&mut allowance, count).slice().len(), 0);
        }
        Allocator::<u32>::free_cell(&mut allowance, memory);
        assert_eq!(left.get(), 100);
    }
}
