//! The binder of a pre-shared key: proof that whoever offers the key has it, and has written the
//! ClientHello in which it stands (RFC 9846 section 4.3.11.2).

use super::{expand_label, extract, zeros};
use crate::crypto::hkdf::Label;
use crate::crypto::{CryptoError, CryptoProvider, Digest, HashAlgorithm, Secret, Transient};

/// The binder of a pre-shared key, whose kind the label tells. `hello_hash` covers what the
/// transcript has so far and the ClientHello as far as its binders.
///
/// # Errors
/// The provider fails.
pub(crate) fn binder<P: CryptoProvider>(
    provider: &P,
    hash: HashAlgorithm,
    (label, pre_shared_key): (Label, &Secret),
    hello_hash: &Digest,
) -> Result<Digest, CryptoError> {
    let mut key = Transient::new();
    let key = finished_key(provider, hash, (label, pre_shared_key), &mut key)?;
    Digest::make(hash.length(), |place| provider.hmac(hash, key, &[hello_hash.as_bytes()], place))
}

/// Compares the binder of a client in constant time.
///
/// # Errors
/// [`CryptoError::BadTag`] when it is wrong; the alert is `decrypt_error`. Or the provider fails.
pub(crate) fn check_binder<P: CryptoProvider>(
    provider: &P,
    hash: HashAlgorithm,
    (label, pre_shared_key): (Label, &Secret),
    hello_hash: &Digest,
    received: &[u8],
) -> Result<(), CryptoError> {
    let mut key = Transient::new();
    let key = finished_key(provider, hash, (label, pre_shared_key), &mut key)?;
    provider.verify_hmac(hash, key, hello_hash.as_bytes(), received)
}

/// The finished_key of the binder_key.
fn finished_key<'r, P: CryptoProvider>(
    provider: &P,
    hash: HashAlgorithm,
    (label, pre_shared_key): (Label, &Secret),
    room: &'r mut Transient,
) -> Result<&'r [u8], CryptoError> {
    let (mut early, mut binder) = (Transient::new(), Transient::new());
    let (early, binder) = (early.first(hash.length())?, binder.first(hash.length())?);
    extract(provider, hash, zeros(hash), pre_shared_key.as_bytes(), early)?;
    let empty = provider.hash(hash, &[])?;
    expand_label(provider, hash, early, label, Some(&empty), binder)?;
    let key = room.first(hash.length())?;
    expand_label(provider, hash, binder, Label::FINISHED, None, key)?;
    Ok(key)
}
