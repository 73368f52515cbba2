//! What outlives a connection, so that on a later one the peer need not prove by certificates who
//! it is (RFC 9846 section 2.2).
//!
//! Both sides keep the same of a session, and encode it alike: the client in its store
//! ([`ClientSessions`]), the server in the ticket itself or in a store of its own
//! ([`SessionTickets`]). What a server has to remember so that early data are accepted once is in
//! `strike.rs` and `freshness.rs`.

mod client;
mod external;
mod freshness;
mod shared_tickets;
mod strike;
mod tickets;

use std::time::Duration;

use rustls_pki_types::{CertificateDer, UnixTime};

pub use self::client::{ClientSession, ClientSessions, SessionMemory};
pub use self::external::{ExternalKey, ExternalKeys};
pub use self::shared_tickets::{SharedTickets, TicketKey};
pub(crate) use self::strike::DEFAULT_STRIKES;
pub use self::strike::{StrikeMemory, StrikeRegister};
pub use self::tickets::{RememberedTickets, SealedTickets, SessionTickets};
use crate::certificate::{Credential, expiry};
use crate::crypto::hkdf::Label;
use crate::crypto::{CryptoError, HashContext, Secret, Suite};
use crate::message::reader::Reader;
use crate::message::{NewSessionTicket, Writer};
use crate::{CertificateType, HandshakeType};

/// The longest lifetime of a ticket, in seconds: seven days (RFC 9846 section 4.7.1).
pub(crate) const MAXIMUM_TICKET_LIFETIME: u32 = 604_800;

/// The longest ticket that a server hands out and a client keeps, in bytes. Its message is in one
/// record, and there is room for it in a ClientHello beside all else. The longest thing in it is
/// the peer's chain of certificates. The identity of an external key is no longer.
pub(crate) const MAXIMUM_TICKET: usize = 0x3f00;

/// For how long after the peer has proved who it is its proof is believed, in seconds, however
/// often the session is resumed meanwhile: as long as one ticket may live.
const MAXIMUM_BELIEF: u64 = 604_800;

/// The format of an encoded session.
const FORMAT: u8 = 3;

/// A fingerprint, as SHA-256 makes one.
pub(crate) type Fingerprint = [u8; 32];

/// The fingerprint of everything that was hashed so far.
pub(crate) fn fingerprint_of(hash: &impl HashContext) -> Result<Fingerprint, CryptoError> {
    Fingerprint::try_from(hash.digest()?.as_bytes()).map_err(|_| CryptoError::TooLong)
}

/// What two sides know of a session that may be resumed.
#[derive(Debug)]
pub(crate) struct Session {
    /// The cipher suite, whose hash the key is for.
    pub(crate) suite: Suite,
    /// The pre-shared key.
    pub(crate) key: Secret,
    /// When its ticket was made, or has come.
    pub(crate) since: UnixTime,
    /// Seconds for which its ticket may be used.
    pub(crate) lifetime: u32,
    /// Hides the ticket's age.
    pub(crate) age_add: u32,
    /// How many bytes of early data may be sent under the key; 0: none.
    pub(crate) early_data: u32,
    pub(crate) proof: Proof,
    /// The key that both sides have by other means, where this is no session that a ticket stands
    /// for. It is no part of what is encoded.
    pub(crate) external: Option<ExternalKey>,
}

/// Who the peer has proved to be, and to whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    /// The fingerprint of the configuration by which the proof was judged: of what this side shows,
    /// and whom it trusts.
    pub(crate) judged_by: Fingerprint,
    /// Until when the proof is believed, in seconds since 1970.
    pub(crate) good_until: u64,
    /// The name by which the client has called the server, in lower case; empty without one.
    pub(crate) server_name: Box<[u8]>,
    /// The application protocol.
    pub(crate) application_protocol: Option<Box<[u8]>>,
    /// What the peer has shown: certificates, or a raw public key.
    pub(crate) credential: Credential,
}

impl Proof {
    /// Until when a proof is believed that is made now, by these certificates: no longer than the
    /// first of them is valid. A raw public key has no end.
    pub(crate) fn belief(chain: &[CertificateDer<'_>], now: UnixTime) -> u64 {
        let longest = now.as_secs().saturating_add(MAXIMUM_BELIEF);
        let expiry = chain.first().and_then(|own| expiry(own));
        expiry.map_or(longest, |expiry| expiry.as_secs().min(longest))
    }
}

impl Session {
    /// The label of the key under which the binder is made (RFC 9846 section 4.3.11.2).
    pub(crate) fn binder(&self) -> Label {
        self.external.as_ref().map_or(Label::RESUMPTION_BINDER, ExternalKey::binder)
    }

    /// Whether the session may be resumed now, on the side of this configuration.
    pub(crate) fn is_usable(&self, judged_by: &Fingerprint, now: UnixTime) -> bool {
        let Self { since, lifetime, proof, .. } = self;
        let end = since.as_secs().saturating_add(u64::from(*lifetime));
        proof.judged_by == *judged_by && now.as_secs() < end.min(proof.good_until)
    }

    /// The age of the ticket, as a client tells it (RFC 9846 section 4.3.11.1).
    ///
    /// Both times are cut to whole seconds, so that their difference may be longer than the age by
    /// up to one. One second is taken off, because some servers, such as GnuTLS, reject early data
    /// where the client tells a greater age of the ticket than they find themselves.
    pub(crate) fn obfuscated_age(&self, now: UnixTime) -> u32 {
        let most = now.as_secs().saturating_sub(self.since.as_secs());
        let age = Duration::from_secs(most.saturating_sub(1));
        // Modulo 2^32, as the RFC says.
        let milliseconds = u32::try_from(age.as_millis() % (1 << 32)).unwrap_or_default();
        milliseconds.wrapping_add(self.age_add)
    }

    /// The session in bytes, secret as they are.
    pub(crate) fn encode(&self) -> Secret {
        let Self { suite, key, since, lifetime, age_add, early_data, proof, external: _ } = self;
        let mut buffer = zeroize::Zeroizing::new(Vec::with_capacity(self.length()));
        let mut writer = Writer::new(&mut buffer);
        writer.u8(FORMAT);
        writer.u16(suite.number().0);
        writer.vector8(|vector| vector.bytes(key.as_bytes()));
        writer.bytes(&since.as_secs().to_be_bytes());
        writer.u32(*lifetime);
        writer.u32(*age_add);
        writer.u32(*early_data);
        writer.bytes(&proof.judged_by);
        writer.bytes(&proof.good_until.to_be_bytes());
        writer.vector8(|vector| vector.bytes(&proof.server_name));
        writer.u8(u8::from(proof.application_protocol.is_some()));
        let protocol = proof.application_protocol.as_deref().unwrap_or_default();
        writer.vector8(|vector| vector.bytes(protocol));
        let (kind, entries) = proof.credential.parts();
        writer.u8(kind.0);
        writer.vector24(|list| {
            for entry in entries {
                list.vector24(|vector| vector.bytes(entry));
            }
        });
        Secret::new(&buffer)
    }

    /// At least as many bytes as the encoded session has, so that no copy of the key is left where
    /// a buffer has grown.
    fn length(&self) -> usize {
        let (_, entries) = self.proof.credential.parts();
        let lengths = entries.map(|entry| entry.len().saturating_add(3));
        lengths.fold(1024, usize::saturating_add)
    }

    /// The session in these bytes; none if they are not of this format.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        // The reader names a message in its errors, which are not looked at.
        let mut reader = Reader::new(HandshakeType::NewSessionTicket, bytes);
        if reader.u8("format").ok()? != FORMAT {
            return None;
        }
        let suite = Suite::from_number(crate::CipherSuite(reader.u16("suite").ok()?))?;
        let key = Secret::new(reader.vector8(1, "key").ok()?);
        let since = seconds(&mut reader)?;
        let lifetime = reader.u32("lifetime").ok()?;
        let age_add = reader.u32("age_add").ok()?;
        let early_data = reader.u32("early_data").ok()?;
        let judged_by = *reader.array::<32>("judged_by").ok()?;
        let good_until = seconds(&mut reader)?;
        let server_name = reader.vector8(0, "server_name").ok()?.into();
        let has_protocol = reader.u8("has_protocol").ok()? == 1;
        let protocol = reader.vector8(0, "application_protocol").ok()?;
        let application_protocol = has_protocol.then(|| protocol.into());
        let kind = CertificateType(reader.u8("certificate_type").ok()?);
        let list = reader.vector24(0, "credential").ok()?;
        reader.end("credential").ok()?;
        let mut list = reader.within(list);
        let mut entries = Vec::new();
        while !list.is_empty() {
            entries.push(list.vector24(1, "credential").ok()?);
        }
        let credential = Credential::of_parts(kind, &entries)?;
        let proof = Proof { judged_by, good_until, server_name, application_protocol, credential };
        let since = UnixTime::since_unix_epoch(Duration::from_secs(since));
        Some(Self { suite, key, since, lifetime, age_add, early_data, proof, external: None })
    }
}

fn seconds(reader: &mut Reader<'_>) -> Option<u64> {
    reader.array::<8>("time").ok().map(|bytes| u64::from_be_bytes(*bytes))
}

/// A ticket that has come, as the message says it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReceivedTicket {
    pub(crate) lifetime: u32,
    pub(crate) age_add: u32,
    pub(crate) nonce: Box<[u8]>,
    pub(crate) ticket: Box<[u8]>,
    pub(crate) early_data: u32,
}

impl From<&NewSessionTicket<'_>> for ReceivedTicket {
    fn from(message: &NewSessionTicket<'_>) -> Self {
        Self {
            lifetime: message.lifetime.min(MAXIMUM_TICKET_LIFETIME),
            age_add: message.age_add,
            nonce: message.nonce.into(),
            ticket: message.ticket.into(),
            early_data: message.early_data,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
