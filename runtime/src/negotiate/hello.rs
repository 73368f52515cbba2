//! Writes the ClientHello that makes an offer (RFC 9846 section 4.2.2), as it is or encrypted in
//! another one (RFC 9849 section 5.1).

use rustls_pki_types::DnsName;

use super::offer::{Offer, OfferedSession};
use crate::error::Error;
use crate::identifiers::{ExtensionType, HandshakeType};
use crate::message::extension::{Place, next};
use crate::message::limits::MAXIMUM_EXTENSIONS;
use crate::message::reader::Reader;
use crate::message::{
    EchClientHello, KeyShare, LEGACY_VERSION, PskIdentity, TLS13, Writer, write_authorities,
    write_compressions, write_list, write_number, write_offered_psk, write_schemes,
};

/// What encrypted_client_hello takes at most, in bytes, but for tickets and cipher suites: two
/// names of 253 bytes, their padding, lists of 255 bytes, an encapsulated key, a tag, and framing.
const ECH_ROOM: usize = 1536;

/// Of how many bytes the length of an EncodedClientHelloInner is a multiple (RFC 9849 section
/// 6.1.3).
const PADDING: usize = 32;

/// What a ClientHelloOuter says that its ClientHelloInner does not, and the other way round.
pub(crate) struct OuterHello<'a> {
    pub(crate) random: &'a [u8; 32],
    pub(crate) public_name: &'a DnsName<'a>,
    pub(crate) ech: EchClientHello<'a>,
    /// What stands for the session that is offered (RFC 9849 section 6.1.2).
    pub(crate) session: Option<&'a OfferedSession>,
}

/// Appends the ClientHello that makes this offer, as a whole handshake message. `ech` is what it
/// has in encrypted_client_hello, if it has that extension: it means nothing, or no more.
pub(crate) fn write_client_hello(offer: &Offer, ech: Option<&[u8]>, buffer: &mut Vec<u8>) {
    write_hello(offer, (&offer.random, &offer.session_id), buffer, |extensions| {
        write_front(offer, offer.server_name.as_ref(), extensions);
        write_authorities(&offer.authorities, extensions);
        write_rest(offer, extensions);
        if let Some(ech) = ech {
            let extension = ExtensionType::EncryptedClientHello;
            extensions.extension(extension, |contents| contents.bytes(ech));
        }
        write_session(offer.session.as_ref(), extensions);
    });
}

/// Appends the ClientHelloOuter.
pub(crate) fn write_outer_hello(offer: &Offer, outer: &OuterHello<'_>, buffer: &mut Vec<u8>) {
    write_hello(offer, (outer.random, &offer.session_id), buffer, |extensions| {
        write_front(offer, Some(outer.public_name), extensions);
        write_rest(offer, extensions);
        write_ech(outer.ech, extensions);
        write_session(outer.session, extensions);
    });
}

/// Appends the ClientHelloInner, as the transcript has it.
pub(crate) fn write_inner_hello(offer: &Offer, buffer: &mut Vec<u8>) {
    write_hello(offer, (&offer.random, &offer.session_id), buffer, |extensions| {
        // Who is called, which the names of authorities may tell, too.
        write_server_name(offer.server_name.as_ref(), extensions);
        write_authorities(&offer.authorities, extensions);
        write_ech(EchClientHello::Inner, extensions);
        write_first(offer, extensions);
        write_rest(offer, extensions);
        write_session(offer.session.as_ref(), extensions);
    });
}

/// The EncodedClientHelloInner without its padding: what the outer one has too is told by a list of
/// its extensions. `inner` is what [`write_inner_hello`] has written, with its binder.
pub(crate) fn encode_inner_hello(offer: &Offer, inner: &[u8]) -> Vec<u8> {
    let mut shared = Vec::new();
    write_first(offer, &mut Writer::new(&mut shared));
    write_rest(offer, &mut Writer::new(&mut shared));
    let mut message = Vec::new();
    write_hello(offer, (&offer.random, &[]), &mut message, |extensions| {
        // Who is called, which the names of authorities may tell, too.
        write_server_name(offer.server_name.as_ref(), extensions);
        write_authorities(&offer.authorities, extensions);
        write_ech(EchClientHello::Inner, extensions);
        extensions.extension(ExtensionType::EchOuterExtensions, |contents| {
            contents.vector8(|list| {
                let mut rest = Reader::new(HandshakeType::ClientHello, &shared);
                while let Ok((extension, _)) = next(&mut rest) {
                    list.u16(extension.0);
                }
            });
        });
        write_session(offer.session.as_ref(), extensions);
    });
    let mut encoded = message.split_off(crate::message::HEADER_LENGTH.min(message.len()));
    // The binder, which is the last of both.
    let length = offer.session.as_ref().map_or(0, |session| session.hash.length());
    let binder = inner.get(inner.len().saturating_sub(length)..).unwrap_or_default();
    let place = encoded.len().saturating_sub(length);
    if let Some(place) = encoded.get_mut(place..).filter(|place| place.len() == binder.len()) {
        place.copy_from_slice(binder);
    }
    encoded
}

/// Pads an EncodedClientHelloInner, so that its length does not tell the name (RFC 9849 section
/// 6.1.3).
pub(crate) fn pad(encoded: &mut Vec<u8>, offer: &Offer, maximum_name_length: u8) {
    let longest = usize::from(maximum_name_length);
    let missing = match &offer.server_name {
        Some(name) => longest.saturating_sub(name.as_ref().len()),
        // As long as the extension would be.
        None => longest + 9,
    };
    let length = (encoded.len() + missing).next_multiple_of(PADDING);
    encoded.resize(length, 0);
}

fn write_hello(
    offer: &Offer,
    (random, session_id): (&[u8; 32], &[u8]),
    buffer: &mut Vec<u8>,
    fill: impl FnOnce(&mut Writer<'_>),
) {
    Writer::new(buffer).handshake(HandshakeType::ClientHello, |body| {
        body.u16(LEGACY_VERSION);
        body.bytes(random);
        body.vector8(|vector| vector.bytes(session_id));
        body.vector16(|suites| {
            write_number(suites, offer.grease.map(|grease| grease.suite));
            write_list(suites, &offer.suites);
        });
        // legacy_compression_methods: none but "null".
        body.vector8(|methods| methods.u8(0));
        body.vector16(fill);
    });
}

/// The ClientHello that makes this offer, in a `Vec` of its own.
#[cfg(test)]
pub(crate) fn client_hello(offer: &Offer) -> Vec<u8> {
    let mut buffer = Vec::new();
    write_client_hello(offer, None, &mut buffer);
    buffer
}

impl Offer {
    /// How long a cookie may be, so that there is room for everything in one block of extensions.
    fn room_for_cookie(&self) -> usize {
        let mut others = Vec::new();
        let without = Self { cookie: None, ..self.clone() };
        let mut extensions = Writer::new(&mut others);
        write_front(&without, without.server_name.as_ref(), &mut extensions);
        write_authorities(&without.authorities, &mut extensions);
        write_rest(&without, &mut extensions);
        write_session(without.session.as_ref(), &mut extensions);
        // The extension's own number and length, and the length of the cookie.
        MAXIMUM_EXTENSIONS.saturating_sub(others.len() + self.ech_room() + 2 + 2 + 2)
    }

    /// What encrypted_client_hello takes at most, in bytes, beside the extensions of the offer: it
    /// says again what is not the same in the outer ClientHello.
    fn ech_room(&self) -> usize {
        let ticket = self.session.as_ref().map_or(0, |session| session.ticket.len());
        if self.has_ech { ECH_ROOM + 2 * self.suites.len() + ticket } else { 0 }
    }

    /// Checks that the second ClientHello can echo the cookie (RFC 9846 section 4.3.2).
    ///
    /// # Errors
    /// [`Error::CookieTooLong`]: no ClientHello has room for both it and the rest of the offer.
    pub(crate) fn check_cookie(&self) -> Result<(), Error> {
        let length = self.cookie.as_ref().map_or(0, Vec::len);
        let limit = self.room_for_cookie();
        if length > limit {
            return Err(Error::CookieTooLong { length, limit });
        }
        Ok(())
    }
}

/// The extension that stands before all others, and means nothing.
fn write_first(offer: &Offer, extensions: &mut Writer<'_>) {
    if let Some(grease) = &offer.grease {
        grease.write_first(extensions);
    }
}

fn write_front(offer: &Offer, server_name: Option<&DnsName<'_>>, extensions: &mut Writer<'_>) {
    write_first(offer, extensions);
    write_server_name(server_name, extensions);
}

fn write_server_name(name: Option<&DnsName<'_>>, extensions: &mut Writer<'_>) {
    let Some(name) = name else { return };
    extensions.extension(ExtensionType::ServerName, |contents| {
        contents.vector16(|list| {
            // host_name(0)
            list.u8(0);
            let name: &str = name.as_ref();
            list.vector16(|host| host.bytes(name.as_bytes()));
        });
    });
}

fn write_ech(ech: EchClientHello<'_>, extensions: &mut Writer<'_>) {
    extensions.extension(ExtensionType::EncryptedClientHello, |contents| ech.write(contents));
}

/// What a ClientHello says the same in the clear and encrypted.
fn write_rest(offer: &Offer, extensions: &mut Writer<'_>) {
    let grease = offer.grease.as_ref();
    extensions.extension(ExtensionType::SupportedVersions, |contents| {
        contents.vector8(|versions| {
            write_number(versions, grease.map(|grease| grease.version));
            versions.u16(TLS13);
        });
    });
    extensions.extension(ExtensionType::SupportedGroups, |contents| {
        contents.vector16(|groups| {
            write_number(groups, grease.map(|grease| grease.group));
            write_list(groups, &offer.groups);
        });
    });
    write_schemes(extensions, &offer.schemes, &offer.certificate_schemes, grease);
    write_protocols(offer, extensions);
    offer.wanted.write(Place::ClientHello, extensions);
    write_compressions(&offer.compressions, extensions);
    offer.certificate_types.write(extensions);
    // Servers send no tickets without it (RFC 9846 section 4.3.9).
    if offer.tickets {
        extensions.extension(ExtensionType::PskKeyExchangeModes, |contents| {
            contents.vector8(|modes| {
                modes.bytes(offer.psk_exchange.modes());
                if let Some(grease) = grease {
                    modes.u8(grease.mode);
                }
            });
        });
    }
    extensions.extension(ExtensionType::KeyShare, |contents| {
        contents.vector16(|shares| {
            if let Some(grease) = grease {
                grease.write_share(shares);
            }
            for (group, public_key) in &offer.shares {
                KeyShare { group: *group, public_key }.write(shares);
            }
        });
    });
    if let Some(limit) = offer.record_size_limit {
        extensions.extension(ExtensionType::RecordSizeLimit, |contents| {
            contents.u16(limit.number());
        });
    }
    if let Some(cookie) = &offer.cookie {
        extensions.extension(ExtensionType::Cookie, |contents| {
            contents.vector16(|vector| vector.bytes(cookie));
        });
    }
    if offer.early_data {
        extensions.extension(ExtensionType::EarlyData, |_| {});
    }
    if let Some(grease) = grease {
        grease.write_last(extensions);
    }
}

/// Section 4.3.11: the last of all. The binder is written when what it covers is there.
fn write_session(session: Option<&OfferedSession>, extensions: &mut Writer<'_>) {
    if let Some(OfferedSession { ticket, obfuscated_age, hash }) = session {
        let psk = PskIdentity { identity: ticket, obfuscated_ticket_age: *obfuscated_age };
        write_offered_psk(extensions, psk, hash.length());
    }
}

/// Application protocols (RFC 7301 section 3.1).
fn write_protocols(offer: &Offer, extensions: &mut Writer<'_>) {
    if offer.application_protocols.is_empty() {
        return;
    }
    let alpn = ExtensionType::ApplicationLayerProtocolNegotiation;
    extensions.extension(alpn, |contents| {
        contents.vector16(|list| {
            for protocol in &*offer.application_protocols {
                list.vector8(|name| name.bytes(protocol));
            }
            if let Some(grease) = &offer.grease {
                list.vector8(|name| name.bytes(&grease.protocol));
            }
        });
    });
}
