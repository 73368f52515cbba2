//! What looks like an encrypted ClientHello, and means nothing (RFC 9849 section 6.2): nobody who
//! watches can tell which connections have something to hide.

use crate::crypto::{CryptoProvider, KeyExchange, TAG_LENGTH};
use crate::message::{EchClientHello, Writer};
use crate::negotiate::hello::{encode_inner_hello, pad};
use crate::negotiate::offer::{Offer, OfferedSession};
use crate::{Error, NamedGroup};

/// HKDF-SHA256 and AES-128-GCM, which most configurations have.
const SUITE: (u16, u16) = (1, 1);

/// The longest name that a configuration commonly knows, in bytes.
const COMMON_NAME_LENGTH: u8 = 64;

/// The contents of an encrypted_client_hello that means nothing, as long as if this offer were
/// encrypted. The encapsulated key is a public key, as every other one, since random bytes could be
/// told apart from one.
///
/// # Errors
/// The provider has no X25519, or no random bytes.
pub(super) fn grease<P: CryptoProvider>(provider: &P, offer: &Offer) -> Result<Vec<u8>, Error> {
    let mut config_id = [0];
    provider.fill(&mut config_id)?;
    let [config_id] = config_id;
    let mut payload = encode_inner_hello(offer, &[]);
    pad(&mut payload, offer, COMMON_NAME_LENGTH);
    payload.extend_from_slice(&[0; TAG_LENGTH]);
    provider.fill(&mut payload)?;
    let key = provider.start_exchange(NamedGroup::X25519)?;
    let (encapsulated, payload) = (key.share(), payload.as_slice());
    let mut contents = Vec::new();
    EchClientHello::Outer { suite: SUITE, config_id, encapsulated, payload }
        .write(&mut Writer::new(&mut contents));
    Ok(contents)
}

/// What stands for a session in the outer ClientHello: an identity as long as its ticket (section
/// 6.1.2). Its binder is random too.
pub(super) fn grease_session<P: CryptoProvider>(
    provider: &P,
    session: &OfferedSession,
) -> Result<OfferedSession, Error> {
    let mut ticket = vec![0; session.ticket.len()].into_boxed_slice();
    provider.fill(&mut ticket)?;
    let mut age = [0; 4];
    provider.fill(&mut age)?;
    Ok(OfferedSession { ticket, obfuscated_age: u32::from_be_bytes(age), hash: session.hash })
}
