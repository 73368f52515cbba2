//! A server that reads encrypted ClientHellos (RFC 9849 section 7).

use super::EchStatus;
use super::inner::reconstruct;
use crate::crypto::{CryptoError, CryptoProvider};
use crate::ech::EchKey;
use crate::ech::hpke::HpkeSuite;
use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType};
use crate::message::ech::payload_place;
use crate::message::{ClientHello, EchClientHello, HEADER_LENGTH};

/// What a server knows of the encryption of the ClientHello.
#[derive(Clone, Debug, Default)]
pub(crate) enum ServerEch {
    /// Nothing was said of it.
    #[default]
    NotOffered,
    /// No key of ours opens it: it is for another key, or means nothing.
    Rejected,
    /// It was read.
    Read(OpenedBy),
    /// Somebody before us has read it, and hands us the inner one (section 7.2).
    Inner,
}

/// By what an encrypted ClientHello was read, and the second is (section 7.1.1).
#[derive(Clone, Debug)]
pub(crate) struct OpenedBy {
    /// Which of our keys.
    key: usize,
    suite: HpkeSuite,
    config_id: u8,
    encapsulated: Vec<u8>,
}

impl ServerEch {
    /// Whether the client is to be told that its encrypted ClientHello counts.
    pub(crate) const fn is_accepted(&self) -> bool {
        matches!(self, Self::Read(_) | Self::Inner)
    }

    /// What became of the encryption, as the program is told.
    pub(crate) const fn status(&self) -> EchStatus {
        match self {
            Self::NotOffered => EchStatus::NotOffered,
            Self::Rejected => EchStatus::Rejected,
            Self::Read(_) | Self::Inner => EchStatus::Accepted,
        }
    }
}

/// Reads the encrypted ClientHello in this one, whose bytes, header included, these are. Returns
/// the inner one as well, if there is one and a key has encrypted it. `before` is what was known of
/// the first ClientHello where this is the second.
///
/// # Errors
/// What was encrypted by our key is no ClientHello; or the second ClientHello is not encrypted as
/// the first was.
pub(crate) fn open<P: CryptoProvider>(
    provider: &P,
    keys: &[EchKey],
    hello: &ClientHello<'_>,
    bytes: &[u8],
    before: Option<&ServerEch>,
) -> Result<(ServerEch, Option<Vec<u8>>), Error> {
    let message = HandshakeType::ClientHello;
    match (before, hello.ech) {
        (None, None) => Ok((ServerEch::NotOffered, None)),
        // Section 7: who reads encrypted ones is handed no inner one in the clear.
        (None, Some(EchClientHello::Inner)) if !keys.is_empty() => {
            Err(Error::IllegalValue { message, field: "ECHClientHelloType" })
        }
        (None, Some(EchClientHello::Inner)) => Ok((ServerEch::Inner, None)),
        (None, Some(outer)) => match open_first(provider, keys, outer, bytes)? {
            Some((by, inner)) => Ok((ServerEch::Read(by), Some(inner))),
            None => Ok((ServerEch::Rejected, None)),
        },
        (Some(ServerEch::Read(by)), Some(outer @ EchClientHello::Outer { .. })) => {
            let inner = open_second(provider, keys, by, outer, bytes)?;
            Ok((ServerEch::Read(by.clone()), Some(inner)))
        }
        (Some(ServerEch::Inner), Some(EchClientHello::Inner)) => Ok((ServerEch::Inner, None)),
        (Some(ServerEch::Read(_) | ServerEch::Inner), None) => {
            let extension = ExtensionType::EncryptedClientHello;
            Err(Error::MissingExtension { message, extension })
        }
        (Some(ServerEch::Read(_) | ServerEch::Inner), Some(_)) => {
            Err(Error::IllegalValue { message, field: "ECHClientHelloType" })
        }
        (Some(before), _) => Ok((before.clone(), None)),
    }
}

fn open_first<P: CryptoProvider>(
    provider: &P,
    keys: &[EchKey],
    outer: EchClientHello<'_>,
    bytes: &[u8],
) -> Result<Option<(OpenedBy, Vec<u8>)>, Error> {
    let EchClientHello::Outer { suite: (kdf, aead), config_id, encapsulated, payload } = outer
    else {
        return Ok(None);
    };
    let Some(suite) = HpkeSuite::from_numbers(kdf, aead) else { return Ok(None) };
    for (number, key) in keys.iter().enumerate() {
        if key.config().id != config_id {
            continue;
        }
        let Some(mut context) = key.open_context(provider, suite, encapsulated)? else { continue };
        let mut text = payload.to_vec();
        let associated = zeroed(bytes, payload)?;
        let encoded = match context.open(&associated, &mut text) {
            Ok(encoded) => encoded,
            // Another key may have the same number; or it means nothing.
            Err(CryptoError::BadTag) => continue,
            Err(error) => return Err(error.into()),
        };
        let inner = reconstruct(encoded, bytes.get(HEADER_LENGTH..).unwrap_or_default())?;
        let encapsulated = encapsulated.to_vec();
        return Ok(Some((OpenedBy { key: number, suite, config_id, encapsulated }, inner)));
    }
    Ok(None)
}

/// Section 7.1.1: the second ClientHello is encrypted by the same key, and says no more of it.
fn open_second<P: CryptoProvider>(
    provider: &P,
    keys: &[EchKey],
    by: &OpenedBy,
    outer: EchClientHello<'_>,
    bytes: &[u8],
) -> Result<Vec<u8>, Error> {
    let EchClientHello::Outer { suite, config_id, encapsulated, payload } = outer else {
        return Err(Error::Internal("an inner ClientHello is not encrypted"));
    };
    let same = [
        (suite == by.suite.numbers(), "cipher_suite"),
        (config_id == by.config_id, "config_id"),
        (encapsulated.is_empty(), "enc"),
    ];
    if let Some((_, field)) = same.into_iter().find(|(same, _)| !same) {
        return Err(Error::IllegalValue { message: HandshakeType::ClientHello, field });
    }
    const GONE: Error = Error::Internal("a key that is gone");
    let key = keys.get(by.key).ok_or(GONE)?;
    let context = key.open_context(provider, by.suite, &by.encapsulated)?;
    // The first text went with the first ClientHello.
    let mut context = context.ok_or(GONE)?.skip();
    let mut text = payload.to_vec();
    let associated = zeroed(bytes, payload)?;
    match context.open(&associated, &mut text) {
        Ok(encoded) => reconstruct(encoded, bytes.get(HEADER_LENGTH..).unwrap_or_default()),
        Err(CryptoError::BadTag) => Err(Error::EchNotGenuine),
        Err(error) => Err(error.into()),
    }
}

/// The body of the ClientHello with zeros in place of the payload (section 5.2).
fn zeroed(bytes: &[u8], payload: &[u8]) -> Result<Vec<u8>, Error> {
    const LOST: Error = Error::Internal("an encrypted ClientHello that was read before");
    let place = payload_place(bytes, payload).ok_or(LOST)?;
    let mut associated = bytes.to_vec();
    associated.get_mut(place).ok_or(LOST)?.fill(0);
    Ok(associated.split_off(HEADER_LENGTH.min(associated.len())))
}
