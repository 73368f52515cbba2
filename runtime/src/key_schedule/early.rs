//! The secret under which a client sends early data (RFC 9846 sections 2.3 and 7.1).

use super::{TrafficSecret, expand_label, extract, zeros};
use crate::crypto::hkdf::Label;
use crate::crypto::{CryptoError, CryptoProvider, Digest, Secret, Suite, Transient};

/// Derives client_early_traffic_secret into `room`, from the key of the session whose suite this
/// is. `hello_hash` covers the first ClientHello, its binders included.
///
/// # Errors
/// The provider fails.
pub(crate) fn early_traffic_secret<'r, P: CryptoProvider>(
    provider: &P,
    suite: Suite,
    pre_shared_key: &Secret,
    hello_hash: &Digest,
    room: &'r mut Transient,
) -> Result<TrafficSecret<'r>, CryptoError> {
    let hash = suite.hash();
    let mut early = Transient::new();
    let early = early.first(hash.length())?;
    extract(provider, hash, zeros(hash), pre_shared_key.as_bytes(), early)?;
    let secret = room.first(hash.length())?;
    expand_label(provider, hash, early, Label::CLIENT_EARLY_TRAFFIC, Some(hello_hash), secret)?;
    Ok(TrafficSecret { secret, suite })
}
