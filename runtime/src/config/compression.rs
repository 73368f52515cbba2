//! How certificates are compressed.

use std::fmt;
use std::sync::Arc;

use crate::message::List;

/// A way of compressing certificates (RFC 8879). `hyaline::brotli`, `hyaline::zlib` and
/// `hyaline::zstd` have one each, behind features of these names; a program can have others.
///
/// ```
/// use hyaline::{CertificateCompression, ClientConfig, RootCertStore};
///
/// /// By what our certificates have in common, which both ends know.
/// #[derive(Debug)]
/// struct InCommon;
///
/// impl CertificateCompression for InCommon {
///     fn algorithm(&self) -> u16 {
///         0x4001
///     }
///
///     fn compress(&self, message: &[u8]) -> Option<Vec<u8>> {
/// #       let _ = message;
/// #       /*
///         …
/// #       */
/// #       None
///     }
///
///     fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>> {
/// #       let _ = (compressed, length);
/// #       /*
///         …
/// #       */
/// #       None
///     }
/// }
///
/// let config = ClientConfig::builder()
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth()
///     .with_certificate_compression(vec![std::sync::Arc::new(InCommon)]);
/// # drop(config);
/// ```
pub trait CertificateCompression: fmt::Debug + Send + Sync + 'static {
    /// The number of the algorithm: 1 is zlib, 2 Brotli, 3 Zstandard, and those from 16384 on are
    /// for private use (RFC 8879 section 7.3).
    fn algorithm(&self) -> u16;

    /// Compresses a message; none, where it is better left as it is.
    fn compress(&self, message: &[u8]) -> Option<Vec<u8>>;

    /// Decompresses a message of exactly `length` bytes; none, where it is of another length,
    /// cannot be decompressed, or has anything behind it. Anybody can have sent the data, so stop
    /// where more than `length` bytes would come out, and take no memory for what the data only
    /// announce. `length` is no more than a Certificate message may have.
    fn decompress(&self, compressed: &[u8], length: usize) -> Option<Vec<u8>>;
}

/// Ways to compress certificates, the preferred one first. An empty list allocates nothing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Compressions(Option<Arc<[Arc<dyn CertificateCompression>]>>);

impl Compressions {
    pub(super) fn new(compressions: Vec<Arc<dyn CertificateCompression>>) -> Self {
        Self((!compressions.is_empty()).then(|| compressions.into()))
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Their numbers.
    pub(crate) fn numbers(&self) -> impl Iterator<Item = u16> {
        self.0.iter().flat_map(|all| all.iter().map(|one| one.algorithm()))
    }

    /// The one of this number.
    pub(crate) fn get(&self, algorithm: u16) -> Option<&dyn CertificateCompression> {
        let all = self.0.as_deref()?;
        all.iter().find(|one| one.algorithm() == algorithm).map(|one| &**one)
    }

    /// The number of the first of these that the peer decompresses.
    pub(crate) fn first_of(&self, peers: Option<List<'_, u16>>) -> Option<u16> {
        let peers = peers?;
        self.numbers().find(|number| peers.contains(*number))
    }
}

impl PartialEq for Compressions {
    fn eq(&self, other: &Self) -> bool {
        self.numbers().eq(other.numbers())
    }
}

impl Eq for Compressions {}
