//! What a server's tickets stand for.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use rustls_pki_types::UnixTime;

use super::{DEFAULT_STRIKES, MAXIMUM_TICKET_LIFETIME, StrikeMemory, StrikeRegister};
use crate::crypto::{
    AeadAlgorithm, AeadKey, CryptoError, CryptoProvider, NONCE_LENGTH, Secret, TAG_LENGTH,
};

/// Makes a server's tickets, and knows them again (RFC 9846 section 4.7.1).
///
/// [`SealedTickets`] has the session in the ticket itself, so that the server keeps nothing.
/// [`RememberedTickets`] keeps the session, and has each ticket used once. Where several servers
/// are to resume each other's sessions, [`SharedTickets`](crate::SharedTickets) are sealed under
/// keys that all of them have, or this trait is for a store that they share.
///
/// Whoever can read what is kept, or can seal tickets, can take the place of client and server.
pub trait SessionTickets: fmt::Debug + Send + Sync + 'static {
    /// For how many seconds a ticket is good. More than seven days are cut to that.
    fn lifetime(&self) -> u32;

    /// A ticket for this session, which is secret; none, if none can be made. Then the client gets
    /// one that it discards.
    fn issue(&self, now: UnixTime, session: &[u8]) -> Option<Vec<u8>>;

    /// The session of a ticket. What a client sends may be anything.
    fn redeem(&self, now: UnixTime, ticket: &[u8]) -> Option<Secret>;

    /// By which register early data that come with this ticket are accepted once, where the
    /// configuration [has none of its own](crate::ServerConfig::with_strike_register). Without one
    /// they are rejected.
    ///
    /// None, without this: nothing is known of who else accepts early data with the ticket. A store
    /// that one process has to itself has a register of its own; one that several servers share has
    /// them all ask the same one, or none (RFC 9846 section 8.2).
    fn strike_register(&self, ticket: &[u8]) -> Option<&dyn StrikeRegister> {
        let _ = ticket;
        None
    }
}

/// For how many seconds tickets are good where nothing else is said: twelve hours.
pub(super) const DEFAULT_LIFETIME: u32 = 43_200;

/// Bytes that tell under which key a ticket is sealed.
const KEY_NAME_LENGTH: usize = 16;

/// The longest key of an AEAD, in bytes.
const KEY_LENGTH: usize = 32;

/// Tickets that hold the session, sealed under a key of this process.
///
/// A key seals tickets for as long as one of them lives, and opens them for as long again; then it
/// is wiped, and what was sealed under it cannot be opened by anyone (RFC 9846 appendix F.1). A
/// ticket may be used more than once.
///
/// ```
/// use hyaline::pki_types::UnixTime;
/// use hyaline::crypto::Ring;
/// use hyaline::{SealedTickets, SessionTickets};
///
/// let tickets = SealedTickets::new(Ring);
/// let now = UnixTime::now();
/// let ticket = tickets.issue(now, b"a session").expect("there are random bytes");
/// let session = tickets.redeem(now, &ticket).expect("it is ours");
/// assert_eq!(session.as_bytes(), b"a session");
/// assert!(tickets.redeem(now, b"somebody else's").is_none());
/// ```
pub struct SealedTickets<P: CryptoProvider> {
    provider: P,
    lifetime: u32,
    keys: Mutex<SealingKeys<P>>,
    register: StrikeMemory,
}

struct SealingKeys<P: CryptoProvider> {
    current: Option<SealingKey<P>>,
    previous: Option<SealingKey<P>>,
}

struct SealingKey<P: CryptoProvider> {
    name: [u8; KEY_NAME_LENGTH],
    key: P::AeadKey,
    /// Seconds since 1970.
    since: u64,
}

impl<P: CryptoProvider> SealedTickets<P> {
    /// Tickets that are good for twelve hours.
    #[must_use]
    pub const fn new(provider: P) -> Self {
        let keys = Mutex::new(SealingKeys { current: None, previous: None });
        // Nobody else knows the keys, and they begin with the register.
        let register = StrikeMemory::of_new_tickets(DEFAULT_STRIKES);
        Self { provider, lifetime: DEFAULT_LIFETIME, keys, register }
    }

    /// Tickets that are good for so many seconds, seven days at most.
    #[must_use]
    pub fn with_lifetime(mut self, seconds: u32) -> Self {
        self.lifetime = seconds.min(MAXIMUM_TICKET_LIFETIME);
        self
    }

    fn with<T>(&self, act: impl FnOnce(&mut SealingKeys<P>) -> T) -> T {
        act(&mut self.keys.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Makes a key where there is none or the current one has sealed for long enough, and drops
    /// those that open nothing any more.
    fn rotate(&self, keys: &mut SealingKeys<P>, now: u64) -> Result<(), CryptoError> {
        let age = |key: &SealingKey<P>| now.saturating_sub(key.since);
        let lifetime = u64::from(self.lifetime);
        keys.previous.take_if(|key| age(key) >= lifetime.saturating_mul(2));
        if keys.current.as_ref().is_some_and(|key| age(key) < lifetime) {
            return Ok(());
        }
        let mut name = [0; KEY_NAME_LENGTH];
        self.provider.fill(&mut name)?;
        let mut key = zeroize::Zeroizing::new([0; KEY_LENGTH]);
        self.provider.fill(&mut *key)?;
        let key = self.provider.aead_key(AeadAlgorithm::Aes256Gcm, &*key)?;
        let outdated = keys.current.replace(SealingKey { name, key, since: now });
        keys.previous = outdated.filter(|key| age(key) < lifetime.saturating_mul(2));
        Ok(())
    }

    fn seal(&self, key: &SealingKey<P>, session: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut nonce = [0; NONCE_LENGTH];
        self.provider.fill(&mut nonce)?;
        let mut ticket =
            Vec::with_capacity(KEY_NAME_LENGTH + NONCE_LENGTH + TAG_LENGTH + session.len());
        ticket.extend_from_slice(&key.name);
        ticket.extend_from_slice(&nonce);
        let start = ticket.len();
        ticket.extend_from_slice(session);
        let text = ticket.get_mut(start..).unwrap_or_default();
        let tag = key.key.seal(nonce, &key.name, text)?;
        ticket.extend_from_slice(&tag);
        Ok(ticket)
    }
}

impl<P: CryptoProvider> SessionTickets for SealedTickets<P> {
    fn lifetime(&self) -> u32 {
        self.lifetime
    }

    fn issue(&self, now: UnixTime, session: &[u8]) -> Option<Vec<u8>> {
        self.with(|keys| {
            self.rotate(keys, now.as_secs()).ok()?;
            self.seal(keys.current.as_ref()?, session).ok()
        })
    }

    fn redeem(&self, now: UnixTime, ticket: &[u8]) -> Option<Secret> {
        let (name, rest) = ticket.split_first_chunk::<KEY_NAME_LENGTH>()?;
        let (nonce, text) = rest.split_first_chunk::<NONCE_LENGTH>()?;
        let mut text = zeroize::Zeroizing::new(text.to_vec());
        self.with(|keys| {
            // No key is made for what somebody sends who may have no ticket.
            let longest = u64::from(self.lifetime).saturating_mul(2);
            let opens = |key: &&SealingKey<P>| now.as_secs().saturating_sub(key.since) < longest;
            let found = [keys.current.as_ref(), keys.previous.as_ref()];
            let key = found.into_iter().flatten().filter(opens).find(|key| key.name == *name)?;
            key.key.open(*nonce, name, &mut text).ok().map(|session| Secret::new(session))
        })
    }

    fn strike_register(&self, _ticket: &[u8]) -> Option<&dyn StrikeRegister> {
        Some(&self.register)
    }
}

impl<P: CryptoProvider> fmt::Debug for SealedTickets<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SealedTickets")
            .field("lifetime", &self.lifetime)
            .finish_non_exhaustive()
    }
}

/// Bytes of a ticket that stands for a session kept here: too many to be guessed.
const HANDLE_LENGTH: usize = 32;

/// Tickets that stand for sessions which the server keeps in memory, a bounded number of them. Each
/// is used once: the first connection that shows it takes the session (RFC 9846 section 8.1).
///
/// ```
/// use hyaline::pki_types::UnixTime;
/// use hyaline::crypto::Ring;
/// use hyaline::{RememberedTickets, SessionTickets};
///
/// let tickets = RememberedTickets::new(Ring, 1024);
/// let now = UnixTime::now();
/// let ticket = tickets.issue(now, b"a session").expect("there are random bytes");
/// assert!(tickets.redeem(now, &ticket).is_some());
/// assert!(tickets.redeem(now, &ticket).is_none(), "it is used up");
/// ```
pub struct RememberedTickets<P: CryptoProvider> {
    provider: P,
    lifetime: u32,
    most: usize,
    remembered: Mutex<Remembered>,
    register: StrikeMemory,
}

type Handle = [u8; HANDLE_LENGTH];

#[derive(Default)]
struct Remembered {
    /// Sessions, each with the second since 1970 at which it ends.
    sessions: HashMap<Handle, (u64, Secret)>,
    /// From the oldest; some are used up.
    order: VecDeque<Handle>,
}

impl<P: CryptoProvider> RememberedTickets<P> {
    /// Room for so many sessions. Where it is full the oldest gives way.
    #[must_use]
    pub fn new(provider: P, most: usize) -> Self {
        let register = StrikeMemory::of_new_tickets(DEFAULT_STRIKES);
        let remembered = Mutex::default();
        Self { provider, lifetime: DEFAULT_LIFETIME, most, remembered, register }
    }

    /// Tickets that are good for so many seconds, seven days at most.
    #[must_use]
    pub fn with_lifetime(mut self, seconds: u32) -> Self {
        self.lifetime = seconds.min(MAXIMUM_TICKET_LIFETIME);
        self
    }

    fn with<T>(&self, act: impl FnOnce(&mut Remembered) -> T) -> T {
        act(&mut self.remembered.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<P: CryptoProvider> SessionTickets for RememberedTickets<P> {
    fn lifetime(&self) -> u32 {
        self.lifetime
    }

    fn issue(&self, now: UnixTime, session: &[u8]) -> Option<Vec<u8>> {
        let mut handle = [0; HANDLE_LENGTH];
        self.provider.fill(&mut handle).ok()?;
        let end = now.as_secs().saturating_add(u64::from(self.lifetime));
        self.with(|remembered| {
            while remembered.order.len() >= self.most {
                let oldest = remembered.order.pop_front()?;
                remembered.sessions.remove(&oldest);
            }
            remembered.order.push_back(handle);
            remembered.sessions.insert(handle, (end, Secret::new(session)));
            Some(handle.to_vec())
        })
    }

    fn redeem(&self, now: UnixTime, ticket: &[u8]) -> Option<Secret> {
        let handle = Handle::try_from(ticket).ok()?;
        let (end, session) = self.with(|remembered| remembered.sessions.remove(&handle))?;
        (now.as_secs() < end).then_some(session)
    }

    fn strike_register(&self, _ticket: &[u8]) -> Option<&dyn StrikeRegister> {
        Some(&self.register)
    }
}

impl<P: CryptoProvider> fmt::Debug for RememberedTickets<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RememberedTickets")
            .field("lifetime", &self.lifetime)
            .field("most", &self.most)
            .finish_non_exhaustive()
    }
}
