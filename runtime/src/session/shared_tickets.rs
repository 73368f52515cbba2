//! Tickets that several servers know: the keys are given by the program.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use rustls_pki_types::UnixTime;
use zeroize::Zeroizing;

use super::tickets::{DEFAULT_LIFETIME, SessionTickets};
use super::{DEFAULT_STRIKES, MAXIMUM_TICKET_LIFETIME, StrikeMemory, StrikeRegister};
use crate::crypto::{
    AeadAlgorithm, AeadKey, CryptoError, CryptoProvider, HashAlgorithm, NONCE_LENGTH, Secret,
    TAG_LENGTH,
};
use crate::{ConfigurationError, Error};

/// Bytes by which a key is named in a ticket.
const NAME_LENGTH: usize = 16;

/// Bytes of a key.
const SECRET_LENGTH: usize = 32;

/// Random bytes of a ticket, by which its own key is told from those of all others.
const SALT_LENGTH: usize = 32;

/// Random bytes that tell which server has issued a ticket.
const ISSUER_LENGTH: usize = 16;

/// Set apart what is derived here from whatever else a program does with its key.
const LABEL: &[u8] = b"hyaline ticket";

/// A key under which several servers seal their tickets ([`SharedTickets`]).
///
/// The key is wiped when it is dropped, and never printed.
///
/// ```
/// use hyaline::TicketKey;
///
/// # fn main() -> Result<(), hyaline::Error> {
/// let key = TicketKey::new(b"2026-11-30T12:00", &[0x5a; 32])?;
/// assert_eq!(key.name(), b"2026-11-30T12:00");
/// assert!(TicketKey::new(b"today", &[0x5a; 32]).is_err());
/// assert!(TicketKey::new(b"2026-11-30T12:00", b"too short").is_err());
/// # Ok(())
/// # }
/// ```
pub struct TicketKey {
    name: [u8; NAME_LENGTH],
    secret: Secret,
}

impl TicketKey {
    /// A key of exactly 32 random bytes, and a name of exactly 16. The name stands in each ticket,
    /// where anybody can read it, and is the same on all servers: it tells which key opens it.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::TicketKey`] for a key or a name of another length.
    pub fn new(name: &[u8], secret: &[u8]) -> Result<Self, Error> {
        let name = name.try_into().map_err(|_| ConfigurationError::TicketKey)?;
        if secret.len() != SECRET_LENGTH {
            return Err(ConfigurationError::TicketKey.into());
        }
        Ok(Self { name, secret: Secret::new(secret) })
    }

    /// Its name, which is no secret.
    #[must_use]
    pub const fn name(&self) -> &[u8] {
        &self.name
    }
}

impl fmt::Debug for TicketKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("TicketKey")
            .field("name", &self.name.escape_ascii().to_string())
            .finish_non_exhaustive()
    }
}

/// Tickets that hold the session, sealed under keys of the program's: for several servers behind
/// one address, each of which resumes the sessions of all of them.
///
/// The first key seals, and all of them open. To exchange keys, each server is given the new one
/// behind the first, then, when all have it, before it, and [`replace`](Self::replace) takes away
/// an old one when the tickets under it have expired, after their [lifetime](Self::with_lifetime).
/// So no ticket is lost. A ticket under a key that is not there leads to a full handshake, and is
/// no error.
///
/// A session is resumed by servers that show the same certificate and judge clients by the same
/// roots; others need a full handshake, too.
///
/// **Whoever has a key can take the place of client and server** in sessions whose tickets are
/// sealed under it, and can read early data. Unlike keys of one process ([`SealedTickets`]), which
/// are made, used and wiped there, these are as secret as wherever the program keeps them: exchange
/// them often, and destroy them (RFC 9846 appendix F.1). Each ticket has a key of its own, derived
/// from that of the program, which so may seal any number of them.
///
/// # Early data
///
/// A recorded ClientHello can be sent to each of the servers, whose [`StrikeMemory`] know nothing
/// of each other (RFC 9846 section 8.2). Therefore a server accepts early data by tickets only that
/// it has issued itself, in this process, by this value and its [register](StrikeRegister), which
/// is made with it. By tickets of the others it resumes sessions, and rejects early data, which
/// their clients send again after the handshake. A program that has a register for all of its
/// servers, or takes the risk, says so by
/// [`with_strike_register`](crate::ServerConfig::with_strike_register): that one alone is asked
/// then, whoever has issued the ticket.
///
/// ```
/// use std::sync::Arc;
///
/// use hyaline::crypto::Ring;
/// use hyaline::pki_types::UnixTime;
/// use hyaline::{SessionTickets, SharedTickets, TicketKey};
///
/// # fn main() -> Result<(), hyaline::Error> {
/// let key = |day: &[u8]| TicketKey::new(day, &[day[15]; 32]); // from where the servers have them
/// let one = SharedTickets::new(Ring, vec![key(b"key of the day 1")?])?;
/// let two = SharedTickets::new(Ring, vec![key(b"key of the day 1")?])?;
/// let now = UnixTime::now();
/// let ticket = one.issue(now, b"a session").expect("there are random bytes");
/// assert_eq!(two.redeem(now, &ticket).expect("it is known").as_bytes(), b"a session");
///
/// // The next day: another key seals, and tickets of yesterday open.
/// two.replace(vec![key(b"key of the day 2")?, key(b"key of the day 1")?])?;
/// assert!(two.redeem(now, &ticket).is_some());
/// two.replace(vec![key(b"key of the day 3")?, key(b"key of the day 2")?])?;
/// assert!(two.redeem(now, &ticket).is_none());
/// # Ok(())
/// # }
/// ```
///
/// [`SealedTickets`]: crate::SealedTickets
pub struct SharedTickets<P: CryptoProvider> {
    provider: P,
    lifetime: u32,
    /// The first seals. There is one at least.
    keys: RwLock<Arc<[TicketKey]>>,
    issuer: [u8; ISSUER_LENGTH],
    register: StrikeMemory,
}

impl<P: CryptoProvider> SharedTickets<P> {
    /// Tickets that are good for twelve hours, sealed under the first of these keys, and opened by
    /// all of them.
    ///
    /// # Errors
    ///
    /// [`ConfigurationError::TicketKeys`] where there is no key, or two have one name;
    /// [`Error::NoRandomness`] when the system gives no random bytes.
    pub fn new(provider: P, keys: Vec<TicketKey>) -> Result<Self, Error> {
        let keys = RwLock::new(checked(keys)?);
        let mut issuer = [0; ISSUER_LENGTH];
        provider.fill(&mut issuer)?;
        let register = StrikeMemory::of_new_tickets(DEFAULT_STRIKES);
        Ok(Self { provider, lifetime: DEFAULT_LIFETIME, keys, issuer, register })
    }

    /// Tickets that are good for so many seconds, seven days at most.
    #[must_use]
    pub fn with_lifetime(mut self, seconds: u32) -> Self {
        self.lifetime = seconds.min(MAXIMUM_TICKET_LIFETIME);
        self
    }

    /// Seals under the first of these keys from now on, and opens by all of them. Keys that are not
    /// among them are wiped, as soon as no other thread uses them.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new) has of keys, and those that were there before stay.
    pub fn replace(&self, keys: Vec<TicketKey>) -> Result<(), Error> {
        let keys = checked(keys)?;
        let mut place = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, keys);
        drop(place);
        drop(before);
        Ok(())
    }

    fn keys(&self) -> Arc<[TicketKey]> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The key of one ticket. It seals nothing else, so that its nonce is none.
    fn key_of(&self, key: &TicketKey, salt: &[u8]) -> Result<P::AeadKey, CryptoError> {
        let hash = HashAlgorithm::Sha256;
        let derived = Secret::make(hash.length(), |place| {
            self.provider.hmac(hash, key.secret.as_bytes(), &[LABEL, &key.name, salt], place)
        })?;
        self.provider.aead_key(AeadAlgorithm::Aes256Gcm, derived.as_bytes())
    }

    fn seal(&self, session: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let keys = self.keys();
        let key = keys.first().ok_or(CryptoError::BadKeyLength)?;
        let mut salt = [0; SALT_LENGTH];
        self.provider.fill(&mut salt)?;
        let length = NAME_LENGTH + SALT_LENGTH + ISSUER_LENGTH + session.len() + TAG_LENGTH;
        let mut ticket = Vec::with_capacity(length);
        ticket.extend_from_slice(&key.name);
        ticket.extend_from_slice(&salt);
        let start = ticket.len();
        ticket.extend_from_slice(&self.issuer);
        ticket.extend_from_slice(session);
        let text = ticket.get_mut(start..).unwrap_or_default();
        let tag = self.key_of(key, &salt)?.seal([0; NONCE_LENGTH], &key.name, text)?;
        ticket.extend_from_slice(&tag);
        Ok(ticket)
    }

    /// Who has issued a ticket, and its session.
    fn open<T>(
        &self,
        ticket: &[u8],
        look: impl FnOnce(&[u8; ISSUER_LENGTH], &[u8]) -> T,
    ) -> Option<T> {
        let (name, rest) = ticket.split_first_chunk::<NAME_LENGTH>()?;
        let (salt, text) = rest.split_first_chunk::<SALT_LENGTH>()?;
        let keys = self.keys();
        let key = keys.iter().find(|key| key.name == *name)?;
        let mut text = Zeroizing::new(text.to_vec());
        let key = self.key_of(key, salt).ok()?;
        let opened = key.open([0; NONCE_LENGTH], name, &mut text).ok()?;
        let (issuer, session) = opened.split_first_chunk::<ISSUER_LENGTH>()?;
        Some(look(issuer, session))
    }
}

/// Keys of which there is one at least, and none of the name of another.
fn checked(keys: Vec<TicketKey>) -> Result<Arc<[TicketKey]>, ConfigurationError> {
    let mut names: Vec<_> = keys.iter().map(|key| key.name).collect();
    names.sort_unstable();
    names.dedup();
    if keys.is_empty() || names.len() < keys.len() {
        return Err(ConfigurationError::TicketKeys);
    }
    Ok(keys.into())
}

impl<P: CryptoProvider> SessionTickets for SharedTickets<P> {
    fn lifetime(&self) -> u32 {
        self.lifetime
    }

    fn issue(&self, _now: UnixTime, session: &[u8]) -> Option<Vec<u8>> {
        self.seal(session).ok()
    }

    fn redeem(&self, _now: UnixTime, ticket: &[u8]) -> Option<Secret> {
        self.open(ticket, |_, session| Secret::new(session))
    }

    fn strike_register(&self, ticket: &[u8]) -> Option<&dyn StrikeRegister> {
        let is_own = self.open(ticket, |issuer, _| *issuer == self.issuer)?;
        is_own.then_some(&self.register)
    }
}

impl<P: CryptoProvider> fmt::Debug for SharedTickets<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SharedTickets")
            .field("lifetime", &self.lifetime)
            .field("keys", &self.keys())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "shared_tickets_tests.rs"]
mod tests;
