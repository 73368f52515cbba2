//! ServerHello and HelloRetryRequest (RFC 9846 sections 4.2.3 and 4.2.4): one message type, told
//! apart by the random value.

use super::client_hello::MAXIMUM_SESSION_ID;
use super::ech::CONFIRMATION_LENGTH;
use super::extension::{Extensions, Place};
use super::key_share::KeyShare;
use super::reader::Reader;
use super::writer::Writer;
use super::{LEGACY_VERSION, Message, TLS13};
use crate::error::Error;
use crate::identifiers::{CipherSuite, ExtensionType, HandshakeType, NamedGroup};

/// The random value that makes a ServerHello a HelloRetryRequest: SHA-256 of "HelloRetryRequest".
pub(crate) const RETRY_RANDOM: [u8; 32] = [
    0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
    0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
];
/// How the random value ends when a server of TLS 1.3 answers with an older version: "DOWNGRD" and
/// 1 for TLS 1.2, 0 for anything before.
const DOWNGRADE: [[u8; 8]; 2] = [*b"DOWNGRD\x01", *b"DOWNGRD\x00"];

/// A ServerHello of TLS 1.3.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerHello<'a> {
    pub(crate) random: &'a [u8; 32],
    pub(crate) session_id: &'a [u8],
    pub(crate) suite: CipherSuite,
    /// None where the keys are those of a pre-shared key alone (psk_ke, section 4.3.9).
    pub(crate) share: Option<KeyShare<'a>>,
    /// Which of the pre-shared keys that the client offers the server has chosen.
    pub(crate) selected_identity: Option<u16>,
}

/// A HelloRetryRequest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HelloRetryRequest<'a> {
    pub(crate) session_id: &'a [u8],
    pub(crate) suite: CipherSuite,
    pub(crate) group: Option<NamedGroup>,
    pub(crate) cookie: Option<&'a [u8]>,
    /// Whether the encrypted ClientHello was read: eight bytes by which the client can tell (RFC
    /// 9849 section 7.2.1).
    pub(crate) ech_confirmation: Option<[u8; CONFIRMATION_LENGTH]>,
}

/// Whether a message of type server_hello, header included, is a HelloRetryRequest, for which its
/// random value is looked at first (RFC 9846 section 4.2.3).
pub(crate) fn is_retry(bytes: &[u8]) -> bool {
    bytes.get(super::HEADER_LENGTH + 2..).is_some_and(|rest| rest.starts_with(&RETRY_RANDOM))
}

/// Reads either of the two.
pub(super) fn decode(body: &[u8]) -> Result<Message<'_>, Error> {
    let mut reader = Reader::new(HandshakeType::ServerHello, body);
    let legacy_version = reader.u16("legacy_version")?;
    let random = reader.array::<32>("random")?;
    let session_id = reader.vector8(0, "legacy_session_id_echo")?;
    if session_id.len() > MAXIMUM_SESSION_ID {
        return Err(reader.malformed("legacy_session_id_echo"));
    }
    let suite = CipherSuite(reader.u16("cipher_suite")?);
    let compression = reader.u8("legacy_compression_method")?;
    // Versions before TLS 1.3 could do without extensions.
    let block = if reader.is_empty() { &[] } else { reader.vector16(0, "extensions")? };
    reader.end("extensions")?;
    let extensions = Extensions::decode(&reader, block)?;
    let retry = *random == RETRY_RANDOM;
    check_version(&reader, &extensions, legacy_version, random)?;
    if compression != 0 {
        return Err(reader.illegal("legacy_compression_method"));
    }
    if retry {
        decode_retry(&extensions, session_id, suite)
    } else {
        let (share, selected_identity) = decode_choice(&extensions)?;
        let hello = ServerHello { random, session_id, suite, share, selected_identity };
        Ok(Message::ServerHello(hello))
    }
}

/// The version, before the rest is looked at (RFC 9846 section 4.3.1).
fn check_version(
    reader: &Reader<'_>,
    extensions: &Extensions<'_>,
    legacy_version: u16,
    random: &[u8; 32],
) -> Result<(), Error> {
    let message = reader.message();
    let Some(mut contents) = extensions.find(ExtensionType::SupportedVersions) else {
        if *random == RETRY_RANDOM {
            let extension = ExtensionType::SupportedVersions;
            return Err(Error::MissingExtension { message, extension });
        }
        if DOWNGRADE.iter().any(|ending| random.ends_with(ending)) {
            return Err(Error::Downgrade);
        }
        return Err(Error::UnsupportedVersion { version: legacy_version });
    };
    let version = contents.u16("supported_versions")?;
    contents.end("supported_versions")?;
    if version != TLS13 {
        return Err(reader.illegal("supported_versions"));
    }
    // Unclear in RFC: section 4.3.1 has clients ignore legacy_version here, section 4.2.3 demands
    // an abort when it is not 0x0303. The second is the more specific.
    if legacy_version != LEGACY_VERSION {
        return Err(Error::WrongLegacyVersion { message, version: legacy_version });
    }
    Ok(())
}

/// The share, and the number of the pre-shared key: one of them at least. Whether the share may be
/// missing beside a key is checked against the offer.
fn decode_choice<'a>(
    extensions: &Extensions<'a>,
) -> Result<(Option<KeyShare<'a>>, Option<u16>), Error> {
    let message = HandshakeType::ServerHello;
    let mut share = None;
    let mut selected_identity = None;
    for extension in extensions.in_place(Place::ServerHello) {
        match extension? {
            (ExtensionType::SupportedVersions, _) => {}
            (ExtensionType::KeyShare, mut contents) => {
                share = Some(KeyShare::decode(&mut contents)?);
                contents.end("key_share")?;
            }
            (ExtensionType::PreSharedKey, mut contents) => {
                selected_identity = Some(contents.u16("selected_identity")?);
                contents.end("selected_identity")?;
            }
            (extension, _) => return Err(Error::UnsolicitedExtension { message, extension }),
        }
    }
    if share.is_none() && selected_identity.is_none() {
        let extension = ExtensionType::KeyShare;
        return Err(Error::MissingExtension { message, extension });
    }
    Ok((share, selected_identity))
}

fn decode_retry<'a>(
    extensions: &Extensions<'a>,
    session_id: &'a [u8],
    suite: CipherSuite,
) -> Result<Message<'a>, Error> {
    let mut retry =
        HelloRetryRequest { session_id, suite, group: None, cookie: None, ech_confirmation: None };
    for extension in extensions.in_place(Place::HelloRetryRequest) {
        match extension? {
            (ExtensionType::KeyShare, mut contents) => {
                retry.group = Some(NamedGroup(contents.u16("key_share")?));
                contents.end("key_share")?;
            }
            (ExtensionType::Cookie, mut contents) => {
                retry.cookie = Some(contents.vector16(1, "cookie")?);
                contents.end("cookie")?;
            }
            (ExtensionType::EncryptedClientHello, mut contents) => {
                retry.ech_confirmation = Some(*contents.array("encrypted_client_hello")?);
                contents.end("encrypted_client_hello")?;
            }
            // supported_versions has been read; nothing else may stand here.
            _ => {}
        }
    }
    Ok(Message::HelloRetryRequest(retry))
}

impl ServerHello<'_> {
    /// Appends the message.
    pub(crate) fn encode(&self, buffer: &mut Vec<u8>) {
        encode(buffer, self.random, self.session_id, self.suite, |extensions| {
            if let Some(share) = self.share {
                extensions.extension(ExtensionType::KeyShare, |place| share.write(place));
            }
            if let Some(number) = self.selected_identity {
                extensions.extension(ExtensionType::PreSharedKey, |psk| psk.u16(number));
            }
        });
    }
}

impl HelloRetryRequest<'_> {
    /// Appends the message.
    pub(crate) fn encode(&self, buffer: &mut Vec<u8>) {
        encode(buffer, &RETRY_RANDOM, self.session_id, self.suite, |extensions| {
            if let Some(group) = self.group {
                extensions.extension(ExtensionType::KeyShare, |share| share.u16(group.0));
            }
            if let Some(cookie) = self.cookie {
                extensions.extension(ExtensionType::Cookie, |contents| {
                    contents.vector16(|vector| vector.bytes(cookie));
                });
            }
            if let Some(confirmation) = &self.ech_confirmation {
                extensions.extension(ExtensionType::EncryptedClientHello, |contents| {
                    contents.bytes(confirmation);
                });
            }
        });
    }
}

fn encode(
    buffer: &mut Vec<u8>,
    random: &[u8; 32],
    session_id: &[u8],
    suite: CipherSuite,
    fill: impl FnOnce(&mut Writer<'_>),
) {
    Writer::new(buffer).handshake(HandshakeType::ServerHello, |body| {
        body.u16(LEGACY_VERSION);
        body.bytes(random);
        body.vector8(|vector| vector.bytes(session_id));
        body.u16(suite.0);
        body.u8(0);
        body.vector16(|extensions| {
            extensions.extension(ExtensionType::SupportedVersions, |version| version.u16(TLS13));
            fill(extensions);
        });
    });
}

#[cfg(test)]
#[path = "server_hello_tests.rs"]
mod tests;
