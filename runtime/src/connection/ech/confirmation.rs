//! By what a client can tell that its encrypted ClientHello was read (RFC 9849 section 7.2).

use core::ops::Range;

use crate::crypto::{CryptoError, CryptoProvider, HashAlgorithm, HashContext, Transient, hkdf};
use crate::message::HEADER_LENGTH;
use crate::message::ech::{CONFIRMATION_LENGTH, confirmation_place};
use crate::transcript::Transcript;

/// Which message confirms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Confirms {
    /// By the end of its random value (section 7.2).
    ServerHello,
    /// By an extension (section 7.2.1).
    HelloRetryRequest,
}

impl Confirms {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::ServerHello => b"ech accept confirmation",
            Self::HelloRetryRequest => b"hrr ech accept confirmation",
        }
    }

    /// Where the confirmation stands in the message, header included.
    pub(crate) fn place(self, message: &[u8]) -> Option<Range<usize>> {
        match self {
            Self::ServerHello => {
                let end = HEADER_LENGTH + 2 + 32;
                (message.len() >= end).then_some(end - CONFIRMATION_LENGTH..end)
            }
            Self::HelloRetryRequest => confirmation_place(message),
        }
    }
}

/// The confirmation in this message, whatever stands in its place. `transcript` covers what goes
/// before, with the ClientHelloInner, whose random value this is; it has begun.
///
/// # Errors
/// The provider fails, or the message has no place for it.
pub(crate) fn confirmation<P: CryptoProvider>(
    provider: &P,
    transcript: &Transcript<P>,
    hash: HashAlgorithm,
    inner_random: &[u8; 32],
    confirms: Confirms,
    message: &[u8],
) -> Result<[u8; CONFIRMATION_LENGTH], CryptoError> {
    let place = confirms.place(message).ok_or(CryptoError::TooLong)?;
    let before = message.get(..place.start).unwrap_or_default();
    let behind = message.get(place.end..).unwrap_or_default();
    let mut context = transcript.context.clone().ok_or(CryptoError::HashUnknown)?;
    context.update(before);
    context.update(&[0; CONFIRMATION_LENGTH]);
    context.update(behind);
    let covered = context.digest()?;
    let mut room = Transient::new();
    let secret = room.first(hash.length())?;
    hkdf::extract(provider, hash, &[], inner_random, secret)?;
    let mut value = [0; CONFIRMATION_LENGTH];
    let label = confirms.label();
    hkdf::expand_label_long(provider, hash, secret, label, covered.as_bytes(), &mut value)?;
    Ok(value)
}

/// Whether two confirmations are the same, in constant time.
pub(super) fn is_same(one: &[u8; CONFIRMATION_LENGTH], other: &[u8; CONFIRMATION_LENGTH]) -> bool {
    one.iter().zip(other).fold(0, |difference, (one, other)| difference | (one ^ other)) == 0
}
