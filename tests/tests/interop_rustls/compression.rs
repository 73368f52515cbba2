//! Certificates that are compressed (RFC 8879), by zlib, in both roles.

use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hyaline::CertificateCompression as _;
use hyaline::zlib::Zlib;
use hyaline_tests::certificates::{Authority, IssuedIdentity, KeyKind};
use rustls::CertificateCompressionAlgorithm;
use rustls::compress::{
    CertCompressor, CertDecompressor, CompressionFailed, CompressionLevel, DecompressionFailed,
};

use crate::peer::{Asks, Peer, full_provider};
use crate::{both, client, client_config, peer, server, server_config};

/// zlib for rustls, which counts what is done.
#[derive(Debug, Default)]
struct Counted {
    compressed: AtomicUsize,
    decompressed: AtomicUsize,
}

impl CertCompressor for Counted {
    fn compress(&self, input: Vec<u8>, _: CompressionLevel) -> Result<Vec<u8>, CompressionFailed> {
        self.compressed.fetch_add(1, Ordering::Relaxed);
        Zlib.compress(&input).ok_or(CompressionFailed)
    }

    fn algorithm(&self) -> CertificateCompressionAlgorithm {
        CertificateCompressionAlgorithm::Zlib
    }
}

impl CertDecompressor for Counted {
    fn decompress(&self, input: &[u8], output: &mut [u8]) -> Result<(), DecompressionFailed> {
        self.decompressed.fetch_add(1, Ordering::Relaxed);
        let found = Zlib.decompress(input, output.len()).ok_or(DecompressionFailed)?;
        output.copy_from_slice(&found);
        Ok(())
    }

    fn algorithm(&self) -> CertificateCompressionAlgorithm {
        CertificateCompressionAlgorithm::Zlib
    }
}

/// Counts for as long as the tests run.
fn counted() -> &'static Counted {
    Box::leak(Box::default())
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
    let zlib = counted();
    let mut config = peer::server_config(full_provider(), &Asks::No, identity.clone());
    config.cert_compressors = vec![zlib];
    let ours = client_config(&authority).with_certificate_compression(vec![Arc::new(Zlib)]);
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
    assert_eq!(zlib.compressed.load(Ordering::Relaxed), 1);
}

#[test]
fn rustls_takes_a_certificate_that_a_server_compresses() {
    let authority = Authority::new();
    let identity = identity(&authority);
    let zlib = counted();
    for is_compressed in [true, false] {
        let mut config = peer::client_config(full_provider(), &authority, None);
        config.cert_decompressors = vec![zlib];
        let mut ours = server_config(identity.clone());
        if is_compressed {
            ours = ours.with_certificate_compression(vec![Arc::new(Zlib)]);
        }
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
        assert_eq!(zlib.decompressed.load(Ordering::Relaxed), 1, "{is_compressed}");
    }
}
