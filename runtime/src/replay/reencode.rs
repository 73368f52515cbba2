//! A message decoded and encoded again, for traces.

use crate::config::Compressions;
use crate::message::extension::Extensions;
use crate::message::reader::Reader;
use crate::message::server_hello::RETRY_RANDOM;
use crate::message::{
    Certificate, CertificateRequest, EncryptedExtensions, LEGACY_VERSION, Message, TLS13, Writer,
    write_list,
};
use crate::{Error, ExtensionType, HandshakeType};

/// Decodes a message, and encodes what was decoded. Extensions come in the order in which they
/// came. Those that this library does not read, and those of `foreign` types, which it would not
/// even accept here, are copied.
///
/// # Errors
/// Without the foreign extensions the message does not decode.
pub fn reencode(bytes: &[u8], foreign: &[ExtensionType]) -> Result<Vec<u8>, Error> {
    let stripped = without(bytes, foreign);
    let message = Message::decode(&stripped)?;
    let mut buffer = Vec::new();
    match &message {
        Message::Certificate(certificate) => {
            Certificate::encode(certificate.chain.entries(), &mut buffer);
        }
        Message::CertificateVerify(verify) => verify.encode(&mut buffer),
        Message::Finished(finished) => finished.encode(&mut buffer),
        Message::CertificateRequest(request) => {
            let none = Compressions::default();
            let names: Vec<_> = request.authorities.iter().map(<[u8]>::to_vec).collect();
            let schemes: Vec<_> = request.schemes.iter().collect();
            let of_certificates: Vec<_> =
                request.certificate_schemes.into_iter().flat_map(|list| list.iter()).collect();
            CertificateRequest::encode(
                &schemes,
                &of_certificates,
                request.wanted,
                &names,
                &none,
                None,
                &mut buffer,
            );
        }
        Message::KeyUpdate(update) => update.encode(&mut buffer),
        _ => {
            let (kind, _, extensions) = parts(bytes)?;
            Writer::new(&mut buffer).handshake(kind, |body| {
                write_front(&message, body);
                body.vector16(|block| {
                    for (extension, contents) in &extensions {
                        block.extension(*extension, |place| {
                            if foreign.contains(extension)
                                || write_contents(&message, *extension, place).is_none()
                            {
                                place.bytes(contents);
                            }
                        });
                    }
                });
            });
        }
    }
    Ok(buffer)
}

/// The message without the extensions of these types. One that has no block of extensions at its
/// end, or is malformed, is as it was.
pub(super) fn without(bytes: &[u8], foreign: &[ExtensionType]) -> Vec<u8> {
    let Ok((kind, front, extensions)) = parts(bytes) else { return bytes.to_vec() };
    let mut buffer = Vec::new();
    Writer::new(&mut buffer).handshake(kind, |body| {
        body.bytes(front);
        body.vector16(|block| {
            for (extension, contents) in &extensions {
                if !foreign.contains(extension) {
                    block.extension(*extension, |place| place.bytes(contents));
                }
            }
        });
    });
    buffer
}

type Parts<'a> = (HandshakeType, &'a [u8], Vec<(ExtensionType, &'a [u8])>);

/// The type, the fields in front, and the extensions of a message that ends with them.
fn parts(bytes: &[u8]) -> Result<Parts<'_>, Error> {
    let mut reader = Reader::new(HandshakeType::ClientHello, bytes);
    let kind = HandshakeType(reader.u8("msg_type")?);
    let body = reader.vector24(0, "length")?;
    let mut reader = Reader::new(kind, body);
    match kind {
        HandshakeType::ClientHello => {
            reader.bytes(34, "random")?;
            reader.vector8(0, "legacy_session_id")?;
            reader.vector16(0, "cipher_suites")?;
            reader.vector8(0, "legacy_compression_methods")?;
        }
        HandshakeType::ServerHello => {
            reader.bytes(34, "random")?;
            reader.vector8(0, "legacy_session_id_echo")?;
            reader.bytes(3, "cipher_suite")?;
        }
        HandshakeType::EncryptedExtensions => {}
        HandshakeType::NewSessionTicket => {
            reader.bytes(8, "ticket_lifetime")?;
            reader.vector8(0, "ticket_nonce")?;
            reader.vector16(0, "ticket")?;
        }
        other => return Err(Error::UnknownHandshakeType(other)),
    }
    let (front, _) = body.split_at(body.len() - reader.rest.len());
    let block = reader.vector16(0, "extensions")?;
    reader.end("extensions")?;
    Extensions::decode(&reader, block)?;
    let mut rest = reader.within(block);
    let mut extensions = Vec::new();
    while !rest.is_empty() {
        let extension = ExtensionType(rest.u16("extension_type")?);
        extensions.push((extension, rest.vector16(0, "extension_data")?));
    }
    Ok((kind, front, extensions))
}

/// Writes the fields in front of the extensions, from what was decoded.
fn write_front(message: &Message<'_>, body: &mut Writer<'_>) {
    match message {
        Message::ClientHello(hello) => {
            body.u16(LEGACY_VERSION);
            body.bytes(hello.random);
            body.vector8(|vector| vector.bytes(hello.session_id));
            body.vector16(|suites| write_list(suites, &hello.suites.iter().collect::<Vec<_>>()));
            body.vector8(|methods| methods.u8(0));
        }
        Message::ServerHello(hello) => {
            body.u16(LEGACY_VERSION);
            body.bytes(hello.random);
            body.vector8(|vector| vector.bytes(hello.session_id));
            body.u16(hello.suite.0);
            body.u8(0);
        }
        Message::HelloRetryRequest(request) => {
            body.u16(LEGACY_VERSION);
            body.bytes(&RETRY_RANDOM);
            body.vector8(|vector| vector.bytes(request.session_id));
            body.u16(request.suite.0);
            body.u8(0);
        }
        Message::NewSessionTicket(ticket) => {
            body.u32(ticket.lifetime);
            body.u32(ticket.age_add);
            body.vector8(|nonce| nonce.bytes(ticket.nonce));
            body.vector16(|place| place.bytes(ticket.ticket));
        }
        _ => {}
    }
}

/// Writes an extension's contents from what was decoded; nothing if it was not kept.
fn write_contents(
    message: &Message<'_>,
    extension: ExtensionType,
    place: &mut Writer<'_>,
) -> Option<()> {
    match (message, extension) {
        (Message::ClientHello(_), ExtensionType::SupportedVersions) => {
            place.vector8(|versions| versions.u16(TLS13));
        }
        (
            Message::ServerHello(_) | Message::HelloRetryRequest(_),
            ExtensionType::SupportedVersions,
        ) => place.u16(TLS13),
        (Message::ClientHello(hello), ExtensionType::ServerName) => {
            let name: &str = hello.server_name.as_ref()?.as_ref();
            place.vector16(|list| {
                list.u8(0);
                list.vector16(|host| host.bytes(name.as_bytes()));
            });
        }
        (Message::ClientHello(hello), ExtensionType::SupportedGroups) => {
            let groups: Vec<_> = hello.groups?.iter().collect();
            place.vector16(|list| write_list(list, &groups));
        }
        (Message::ClientHello(hello), ExtensionType::SignatureAlgorithms) => {
            let schemes: Vec<_> = hello.schemes?.iter().collect();
            place.vector16(|list| write_list(list, &schemes));
        }
        (Message::ClientHello(hello), ExtensionType::PskKeyExchangeModes) => {
            let modes = hello.psk_key_exchange_modes?;
            place.vector8(|list| list.bytes(modes));
        }
        (Message::ClientHello(hello), ExtensionType::KeyShare) => {
            let shares = hello.shares?;
            place.vector16(|list| shares.iter().for_each(|share| share.write(list)));
        }
        (Message::ServerHello(hello), ExtensionType::KeyShare) => hello.share?.write(place),
        (Message::HelloRetryRequest(request), ExtensionType::KeyShare) => {
            place.u16(request.group?.0);
        }
        (Message::HelloRetryRequest(request), ExtensionType::Cookie) => {
            let cookie = request.cookie?;
            place.vector16(|vector| vector.bytes(cookie));
        }
        (Message::ClientHello(hello), ExtensionType::Cookie) => {
            let cookie = hello.cookie?;
            place.vector16(|vector| vector.bytes(cookie));
        }
        (Message::NewSessionTicket(ticket), ExtensionType::EarlyData) => {
            place.u32(ticket.early_data);
        }
        (Message::EncryptedExtensions(EncryptedExtensions { groups, .. }), extension) => {
            match extension {
                ExtensionType::SupportedGroups => {
                    let groups: Vec<_> = (*groups)?.iter().collect();
                    place.vector16(|list| write_list(list, &groups));
                }
                // An empty acknowledgement.
                ExtensionType::ServerName => {}
                _ => return None,
            }
        }
        _ => return None,
    }
    Some(())
}
