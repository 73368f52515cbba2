//! Each way of compressing certificates gives back what it was given, refuses all else, and takes
//! no more memory than is stated, whatever a peer sends.
#![allow(clippy::unwrap_used, reason = "tests")]

use allocation_counter::measure;
use hyaline::CertificateCompression;
use hyaline::brotli::Brotli;
use hyaline::zlib::Zlib;
use hyaline::zstd::Zstd;
use proptest::collection::vec;
use proptest::prelude::*;
use rustls::compress::{BROTLI_COMPRESSOR, CompressionLevel, ZLIB_COMPRESSOR};

/// As long as a Certificate message may be.
const LONGEST: usize = 100 * 1024;

/// Each way, with the most memory that it takes to decompress beside the message, in bytes.
const ALL: [(&dyn CertificateCompression, u64); 3] =
    [(&Zlib, 0), (&Brotli, 1 << 19), (&Zstd, 1 << 18)];

/// What is decompressed, within the limit on memory.
#[track_caller]
fn decompress(
    (way, limit): (&dyn CertificateCompression, u64),
    compressed: &[u8],
    length: usize,
) -> Option<Vec<u8>> {
    let mut found = None;
    let memory = measure(|| found = way.decompress(compressed, length)).bytes_max;
    let most = limit + u64::try_from(length).unwrap();
    assert!(memory <= most, "{way:?}: {memory} bytes for {length}");
    assert!(found.as_ref().is_none_or(|found| found.len() == length), "{way:?}");
    found
}

/// Messages in which some repeats, and some does not.
fn messages() -> impl Strategy<Value = Vec<u8>> {
    let piece = (vec(any::<u8>(), 0..300), 0..30_usize);
    let piece = piece.prop_map(|(bytes, times)| bytes.repeat(times));
    vec(piece, 0..20).prop_map(|pieces| {
        let mut message = pieces.concat();
        message.truncate(LONGEST);
        message
    })
}

fn configuration() -> ProptestConfig {
    ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(configuration())]

    #[test]
    fn what_is_compressed_comes_back(message in messages()) {
        for way in ALL {
            let compressed = way.0.compress(&message).unwrap();
            let found = decompress(way, &compressed, message.len());
            prop_assert_eq!(found.as_ref(), Some(&message));
            for length in [message.len() + 1, message.len().saturating_sub(1), 0, LONGEST] {
                let found = decompress(way, &compressed, length);
                prop_assert_eq!(found.is_some(), length == message.len(), "{:?}", way.0);
            }
        }
    }

    #[test]
    fn what_others_compress_as_hard_as_they_can_is_taken(message in messages()) {
        for (way, other) in [(ALL[0], ZLIB_COMPRESSOR), (ALL[1], BROTLI_COMPRESSOR)] {
            let compressed = other.compress(message.clone(), CompressionLevel::Amortized).unwrap();
            let found = decompress(way, &compressed, message.len());
            prop_assert_eq!(found.as_ref(), Some(&message));
        }
    }

    #[test]
    fn what_is_changed_is_refused_or_as_long_as_is_said(
        message in messages(),
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        length in 0..=LONGEST,
    ) {
        for way in ALL {
            let mut changed = way.0.compress(&message).unwrap();
            for (place, byte) in &changes {
                let place = place.index(changed.len());
                changed[place] = *byte;
            }
            decompress(way, &changed, message.len());
            decompress(way, &changed, length);
        }
    }

    #[test]
    fn what_is_cut_or_goes_on_is_refused(
        message in messages(),
        end in any::<prop::sample::Index>(),
        behind in vec(any::<u8>(), 1..20),
    ) {
        for way in ALL {
            let compressed = way.0.compress(&message).unwrap();
            let cut = &compressed[..end.index(compressed.len())];
            prop_assert_eq!(decompress(way, cut, message.len()), None, "{:?}", way.0);
            let longer = [&compressed[..], &behind].concat();
            prop_assert_eq!(decompress(way, &longer, message.len()), None, "{:?}", way.0);
        }
    }
}

#[test]
fn the_longest_message_comes_back_whether_it_is_compressible_or_not() {
    let mut state = 1_u32;
    let noise = std::iter::from_fn(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        Some(state.to_be_bytes()[0])
    });
    for message in [vec![7; LONGEST], noise.take(LONGEST).collect::<Vec<u8>>()] {
        for way in ALL {
            let compressed = way.0.compress(&message).unwrap();
            assert!(decompress(way, &compressed, LONGEST).unwrap() == message, "{:?}", way.0);
        }
    }
}

#[test]
fn a_bomb_takes_no_more_than_a_message_that_is_as_long_as_is_said() {
    let bomb = vec![0; 1 << 24];
    for way in ALL {
        let compressed = way.0.compress(&bomb).unwrap();
        for length in [0, 1, 1000, LONGEST] {
            assert_eq!(decompress(way, &compressed, length), None, "{:?}", way.0);
        }
    }
}

#[test]
fn what_is_announced_takes_nothing_before_it_comes() {
    let magic = [0x28, 0xb5, 0x2f, 0xfd];
    let announced: [(_, &[u8]); 5] = [
        // Brotli: a block of 16 MiB as it is, in a window of 16 MiB.
        (ALL[1], &[0xcf, 0xff, 0xff, 0xff, 7]),
        // Zstandard: a block of 2 MiB of one byte, of which a frame has 128 KiB at most.
        (ALL[2], &[&magic[..], &[0, 0x58, 0xfb, 0xff, 0xff, 7]].concat()),
        // The same in a window of 2 GiB, and in one of 3.75 TiB.
        (ALL[2], &[&magic[..], &[0, 0xa8, 0xfb, 0xff, 0xff, 7]].concat()),
        (ALL[2], &[&magic[..], &[0, 0xff, 0xfb, 0xff, 0xff, 7]].concat()),
        // A frame of 2^60 bytes without a window.
        (ALL[2], &[&magic[..], &[0xe0, 0, 0, 0, 0, 0, 0, 0, 0x10, 9, 0, 0, 7]].concat()),
    ];
    for (way, compressed) in announced {
        for length in [0, 1, LONGEST] {
            assert_eq!(decompress(way, compressed, length), None, "{:?}", way.0);
        }
    }
    // The first window, and the largest that a frame of Zstandard may have: they cost nothing.
    for window in [0, 0xa8] {
        let frame = [&magic[..], &[0, window, 9, 0, 0, 7]].concat();
        assert_eq!(decompress(ALL[2], &frame, 1), Some(vec![7]));
    }
}

#[test]
fn nothing_is_no_message() {
    for way in ALL {
        let compressed = way.0.compress(b"").unwrap();
        assert_eq!(decompress(way, &compressed, 0), Some(Vec::new()), "{:?}", way.0);
        for length in [0, 1] {
            assert_eq!(decompress(way, b"", length), None, "{:?}", way.0);
        }
    }
}
