//! Certificates that are compressed (RFC 8879), in both roles: by zlib and Brotli as rustls has
//! them, and by Zstandard as ruzstd has it.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyaline::CertificateCompression;
use hyaline::brotli::Brotli;
use hyaline::zlib::Zlib;
use hyaline::zstd::Zstd;
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};
use hyaline_tests::interop::{As, Feature, Implementation, saw};
use rustls::CertificateCompressionAlgorithm;
use rustls::compress::{
    BROTLI_COMPRESSOR, BROTLI_DECOMPRESSOR, CertCompressor, CertDecompressor, CompressionFailed,
    CompressionLevel, DecompressionFailed, ZLIB_COMPRESSOR, ZLIB_DECOMPRESSOR,
};
use ruzstd::decoding::FrameDecoder;
use ruzstd::encoding::{CompressionLevel as RuzstdLevel, compress_to_vec};

use crate::peer::{Asks, Peer, full_provider};
use crate::{both, client, client_config, peer, server, server_config};

/// Zstandard, which rustls does not have.
#[derive(Debug)]
struct Ruzstd;

impl CertCompressor for Ruzstd {
    fn compress(&self, input: Vec<u8>, _: CompressionLevel) -> Result<Vec<u8>, CompressionFailed> {
        Ok(compress_to_vec(input.as_slice(), RuzstdLevel::Fastest))
    }

    fn algorithm(&self) -> CertificateCompressionAlgorithm {
        CertificateCompressionAlgorithm::Zstd
    }
}

impl CertDecompressor for Ruzstd {
    fn decompress(&self, input: &[u8], output: &mut [u8]) -> Result<(), DecompressionFailed> {
        let found = FrameDecoder::new().decode_all(input, output);
        let is_whole = found.is_ok_and(|found| found == output.len());
        is_whole.then_some(()).ok_or(DecompressionFailed)
    }

    fn algorithm(&self) -> CertificateCompressionAlgorithm {
        CertificateCompressionAlgorithm::Zstd
    }
}

/// A way of rustls, which counts what is done.
#[derive(Debug)]
struct Counted {
    compressor: &'static dyn CertCompressor,
    decompressor: &'static dyn CertDecompressor,
    compressed: AtomicUsize,
    decompressed: AtomicUsize,
}

impl CertCompressor for Counted {
    fn compress(
        &self,
        input: Vec<u8>,
        level: CompressionLevel,
    ) -> Result<Vec<u8>, CompressionFailed> {
        self.compressed.fetch_add(1, Ordering::Relaxed);
        self.compressor.compress(input, level)
    }

    fn algorithm(&self) -> CertificateCompressionAlgorithm {
        self.compressor.algorithm()
    }
}

impl CertDecompressor for Counted {
    fn decompress(&self, input: &[u8], output: &mut [u8]) -> Result<(), DecompressionFailed> {
        self.decompressed.fetch_add(1, Ordering::Relaxed);
        self.decompressor.decompress(input, output)
    }

    fn algorithm(&self) -> CertificateCompressionAlgorithm {
        self.decompressor.algorithm()
    }
}

/// Counts for as long as the tests run.
fn counted(
    compressor: &'static dyn CertCompressor,
    decompressor: &'static dyn CertDecompressor,
) -> &'static Counted {
    let [compressed, decompressed] = [0; 2].map(AtomicUsize::new);
    Box::leak(Box::new(Counted { compressor, decompressor, compressed, decompressed }))
}

/// Our way and theirs, by the same algorithm.
type Ways = (Arc<dyn CertificateCompression>, &'static Counted);

/// All algorithms.
fn all() -> [Ways; 3] {
    [
        (Arc::new(Zlib), counted(ZLIB_COMPRESSOR, ZLIB_DECOMPRESSOR)),
        (Arc::new(Brotli), counted(BROTLI_COMPRESSOR, BROTLI_DECOMPRESSOR)),
        (Arc::new(Zstd), counted(&Ruzstd, &Ruzstd)),
    ]
}

/// A certificate with many names, which repeat.
fn identity(authority: &Authority) -> IssuedIdentity {
    let names: Vec<_> = (0..50).map(|number| format!("host-{number}.example.org")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).chain(["localhost"]).collect();
    authority.server_for(KeyKind::P256, &names)
}

#[test]
fn a_client_takes_a_certificate_that_rustls_compresses() {
    let authority = Authority::new();
    let identity = identity(&authority);
    for (way, theirs) in all() {
        let mut config = peer::server_config(full_provider(), &Asks::No, identity.clone());
        config.cert_compressors = vec![theirs];
        let ours = client_config(&authority).with_certificate_compression(vec![way]);
        both(
            |socket| {
                let mut stream = client(ours, socket);
                stream.write_all(b"line").unwrap();
                assert_eq!(stream.connection().peer_certificates(), identity.chain);
                stream.close().unwrap();
            },
            |socket| {
                let mut peer = Peer::server(config, socket);
                let mut line = [0; 4];
                peer.read_exact(&mut line).unwrap();
                assert_eq!((&line, peer.read(&mut [0]).unwrap()), (b"line", 0));
            },
        );
        assert_eq!(theirs.compressed.load(Ordering::Relaxed), 1, "{theirs:?}");
    }
    saw(Implementation::Rustls, As::Server, Feature::CompressedCertificate);
}

#[test]
fn rustls_takes_a_certificate_that_a_server_compresses() {
    let authority = Authority::new();
    let identity = identity(&authority);
    for (way, theirs) in all() {
        for ways in [vec![way], Vec::new()] {
            let mut config = peer::client_config(full_provider(), &authority, None);
            config.cert_decompressors = vec![theirs];
            let ours = server_config(identity.clone()).with_certificate_compression(ways);
            both(
                |socket| {
                    let mut stream = server(ours, socket);
                    let mut line = [0; 4];
                    stream.read_exact(&mut line).unwrap();
                    assert_eq!(&line, b"line");
                    stream.close().unwrap();
                },
                |socket| {
                    let mut peer = Peer::client(config, socket);
                    peer.write_all(b"line").unwrap();
                    peer.half_close().unwrap();
                    assert_eq!(peer.read(&mut [0]).unwrap(), 0);
                },
            );
            // With the first ways, and not again without any.
            assert_eq!(theirs.decompressed.load(Ordering::Relaxed), 1, "{theirs:?}");
        }
    }
    saw(Implementation::Rustls, As::Client, Feature::CompressedCertificate);
}
