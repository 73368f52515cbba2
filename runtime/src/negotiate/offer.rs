//! What a client offers, and its ClientHello (RFC 9846 section 4.2.2).

use std::borrow::Cow;
use std::sync::Arc;

use rustls_pki_types::DnsName;

use crate::config::{Compressions, PskExchange};
use crate::crypto::{HashAlgorithm, Suite};
use crate::error::Error;
use crate::identifiers::{
    CertificateType, CipherSuite, ExtensionType, HandshakeType, NamedGroup, SignatureScheme,
};
use crate::message::extension::Place;
use crate::message::limits::MAXIMUM_EXTENSIONS;
use crate::message::{
    BothSides, Grease, KeyShare, LEGACY_VERSION, PskIdentity, SessionId, TLS13, Wanted, Writer,
    write_authorities, write_compressions, write_list, write_number, write_offered_psk,
    write_schemes,
};
use crate::record_size::RecordSizeLimit;

/// What a client offers. Kept from the ClientHello until the server's answers have been checked
/// against it. Lists are in descending order of preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) random: [u8; 32],
    /// 32 bytes in compatibility mode (RFC 9846 appendix E.4), otherwise empty.
    pub(crate) session_id: SessionId,
    pub(crate) suites: Arc<[CipherSuite]>,
    pub(crate) groups: Arc<[NamedGroup]>,
    /// Public keys, for some of the groups, in the same order.
    pub(crate) shares: Vec<(NamedGroup, Vec<u8>)>,
    /// For CertificateVerify.
    pub(crate) schemes: Cow<'static, [SignatureScheme]>,
    /// For certificates; not sent if empty.
    pub(crate) certificate_schemes: Vec<SignatureScheme>,
    pub(crate) application_protocols: Arc<[Vec<u8>]>,
    /// What the server may attach to its certificates.
    pub(crate) wanted: Wanted,
    /// Under whom the server's certificates are wanted.
    pub(crate) authorities: Arc<[Vec<u8>]>,
    /// How the server may compress its certificates.
    pub(crate) compressions: Compressions,
    /// Of what types the client's certificate can be, and the server's may be; an empty list is not
    /// sent, and says X.509.
    pub(crate) certificate_types: BothSides<&'static [CertificateType]>,
    /// Whether `psk_key_exchange_modes` is sent: tickets are wanted, or a pre-shared key is
    /// offered.
    pub(crate) tickets: bool,
    /// Whether keys are exchanged beside a pre-shared key.
    pub(crate) psk_exchange: PskExchange,
    /// The server's name, if it is a `host_name`.
    pub(crate) server_name: Option<DnsName<'static>>,
    /// How long a protected record may be that we receive; not sent if nothing says so.
    pub(crate) record_size_limit: Option<RecordSizeLimit>,
    /// From a HelloRetryRequest.
    pub(crate) cookie: Option<Vec<u8>>,
    /// The cipher suite of a HelloRetryRequest, once there was one.
    pub(crate) retried: Option<CipherSuite>,
    /// An earlier session that the server may resume, or an external key.
    pub(crate) session: Option<OfferedSession>,
    /// Early data follow, under the key of `session`.
    pub(crate) early_data: bool,
    /// Reserved values that are sent beside all that and mean nothing (GREASE, RFC 8701). They are
    /// not in the lists above, so a server that chooses one chooses what was not offered.
    pub(crate) grease: Option<Grease>,
}

/// An earlier session or an external key, as a client offers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OfferedSession {
    pub(crate) ticket: Box<[u8]>,
    /// In milliseconds, plus what hides it (RFC 9846 section 4.3.11.1).
    pub(crate) obfuscated_age: u32,
    /// The hash that its key is for.
    pub(crate) hash: HashAlgorithm,
}

/// What a HelloRetryRequest asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Retry {
    pub(crate) suite: CipherSuite,
    /// None: the share stays.
    pub(crate) group: Option<NamedGroup>,
    pub(crate) cookie: Option<Vec<u8>>,
}

impl Offer {
    /// The offer of the second ClientHello: with the cookie, and with a share for the group that
    /// was asked for in place of the others (RFC 9846 section 4.2.2). `share` is that group's new
    /// public key; there is none if the HelloRetryRequest names no group.
    pub(crate) fn retry(&mut self, retry: Retry, share: Option<Vec<u8>>) {
        self.retried = Some(retry.suite);
        self.cookie = retry.cookie;
        // Section 4.3.10: what was sent behind the first ClientHello is lost.
        self.early_data = false;
        // Section 4.2.4: a key goes that is not for the hash of the cipher suite.
        let hash = Suite::from_number(retry.suite).map(Suite::hash);
        self.session.take_if(|session| Some(session.hash) != hash);
        if let Some(share) = retry.group.zip(share) {
            self.shares = vec![share];
            if let Some(grease) = &mut self.grease {
                grease.has_share = false;
            }
        }
    }
}

impl Offer {
    /// How long a cookie may be, so that there is room for everything in one block of extensions.
    fn room_for_cookie(&self) -> usize {
        let mut others = Vec::new();
        let without = Self { cookie: None, ..self.clone() };
        write_extensions(&without, &mut Writer::new(&mut others));
        // The extension's own number and length, and the length of the cookie.
        MAXIMUM_EXTENSIONS.saturating_sub(others.len() + 2 + 2 + 2)
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

/// Appends the ClientHello that makes this offer, as a whole handshake message.
pub(crate) fn write_client_hello(offer: &Offer, buffer: &mut Vec<u8>) {
    Writer::new(buffer).handshake(HandshakeType::ClientHello, |body| {
        body.u16(LEGACY_VERSION);
        body.bytes(&offer.random);
        body.vector8(|vector| vector.bytes(&offer.session_id));
        body.vector16(|suites| {
            write_number(suites, offer.grease.map(|grease| grease.suite));
            write_list(suites, &offer.suites);
        });
        // legacy_compression_methods: none but "null".
        body.vector8(|methods| methods.u8(0));
        body.vector16(|extensions| write_extensions(offer, extensions));
    });
}

/// The ClientHello that makes this offer, in a `Vec` of its own.
#[cfg(test)]
pub(crate) fn client_hello(offer: &Offer) -> Vec<u8> {
    let mut buffer = Vec::new();
    write_client_hello(offer, &mut buffer);
    buffer
}

fn write_extensions(offer: &Offer, extensions: &mut Writer<'_>) {
    let grease = offer.grease.as_ref();
    if let Some(grease) = grease {
        grease.write_first(extensions);
    }
    if let Some(name) = &offer.server_name {
        extensions.extension(ExtensionType::ServerName, |contents| {
            contents.vector16(|list| {
                // host_name(0)
                list.u8(0);
                let name: &str = name.as_ref();
                list.vector16(|host| host.bytes(name.as_bytes()));
            });
        });
    }
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
    write_authorities(&offer.authorities, extensions);
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
    // Section 4.3.11: the last of all. The binder is written when what it covers is there.
    if let Some(OfferedSession { ticket, obfuscated_age, hash }) = &offer.session {
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
