//! Sessions as if the two ends had had a connection before.

use std::fmt;
use std::ops::RangeInclusive;

use rustls_pki_types::{CertificateDer, ServerName, UnixTime};

use crate::certificate::Credential;
use crate::config::{ClientOffer, Compressions, PskExchange};
use crate::connection::resumption::{client_judges, server_judges};
use crate::crypto::hkdf::Label;
use crate::crypto::{CryptoError, CryptoProvider, Secret, Suite};
use crate::key_schedule::binder;
use crate::message::{BothSides, Message, Wanted};
use crate::negotiate::client::{Offer, write_client_hello};
use crate::session::{
    ClientSession, ClientSessions, Fingerprint, Proof, Session, SessionTickets, StrikeRegister,
};
use crate::{ClientConfig, ServerConfig};

/// The cipher suite of every such session.
const SUITE: Suite = Suite::Aes128GcmSha256;

/// For how many seconds it may be resumed.
const LIFETIME: u32 = 1000;

/// How many bytes of early data every such session allows.
const EARLY_DATA: u32 = 1 << 16;

/// The key of every such session.
const KEY: [u8; 32] = [5; 32];

/// A session that has begun now. The client's side has no server name and no application protocol
/// in it.
fn session(
    judged_by: Fingerprint,
    server_name: &str,
    protocol: Option<&[u8]>,
    now: UnixTime,
) -> Session {
    Session {
        suite: SUITE,
        key: Secret::new(&KEY),
        since: now,
        lifetime: LIFETIME,
        age_add: 0,
        early_data: EARLY_DATA,
        proof: Proof {
            judged_by,
            good_until: u64::MAX,
            server_name: server_name.as_bytes().into(),
            application_protocol: protocol.map(Box::from),
            // With a certificate, so that a server that requires one accepts the session.
            credential: Credential::Chain([CertificateDer::from(&b"a bare key"[..])].into()),
        },
        external: None,
    }
}

/// What a client of this configuration keeps of an earlier session, whose ticket is this.
#[must_use]
pub fn client_session<P: CryptoProvider>(
    config: &ClientConfig<P>,
    ticket: &[u8],
    now: UnixTime,
) -> Option<ClientSession> {
    let session = session(client_judges(config)?, "", None, now);
    Some(ClientSession { session, ticket: ticket.into() })
}

/// What a server of this configuration knows of an earlier session with a client that called it by
/// this name, and spoke this application protocol.
#[must_use]
pub fn server_session<P: CryptoProvider>(
    config: &ServerConfig<P>,
    server_name: &str,
    protocol: Option<&[u8]>,
    now: UnixTime,
) -> Option<Secret> {
    let mut hello = Vec::new();
    write_client_hello(&offer(config), None, &mut hello);
    let Ok(Message::ClientHello(hello)) = Message::decode(&hello) else { return None };
    let identity = config.identities().resolve(&ClientOffer::new(hello))?;
    let judged_by = server_judges(config, &identity)?;
    Some(session(judged_by, server_name, protocol, now).encode())
}

/// What any client may offer.
fn offer<P: CryptoProvider>(config: &ServerConfig<P>) -> Offer {
    Offer {
        random: [0; 32],
        session_id: [0; 32].into(),
        suites: config.cipher_suites().into(),
        groups: config.groups().into(),
        shares: Vec::new(),
        schemes: config.provider().verification_schemes().into(),
        certificate_schemes: Vec::new(),
        application_protocols: [].into(),
        server_name: None,
        cookie: None,
        has_ech: false,
        record_size_limit: None,
        tickets: true,
        wanted: Wanted::default(),
        authorities: [].into(),
        compressions: Compressions::default(),
        certificate_types: BothSides::default(),
        retried: None,
        session: None,
        early_data: false,
        grease: None,
        psk_exchange: PskExchange::Required,
    }
}

/// Writes the binder of such a session, whose place is the end of this first ClientHello.
///
/// # Errors
/// The provider fails, or there is no room for a binder.
pub fn bind<P: CryptoProvider>(provider: &P, hello: &mut [u8]) -> Result<(), CryptoError> {
    let hash = SUITE.hash();
    let front = hello.len().checked_sub(hash.length()).ok_or(CryptoError::TooLong)?;
    let covered = front.checked_sub(3).and_then(|end| hello.get(..end));
    let hello_hash = provider.hash(hash, covered.ok_or(CryptoError::TooLong)?)?;
    let binder =
        binder(provider, hash, (Label::RESUMPTION_BINDER, &Secret::new(&KEY)), &hello_hash)?;
    let place = hello.get_mut(front..).ok_or(CryptoError::TooLong)?;
    place.copy_from_slice(binder.as_bytes());
    Ok(())
}

/// A store that keeps nothing, and always gives the session with which it began: connections that
/// are forked must not take from each other.
pub struct UnchangingSessions(Option<Secret>);

impl UnchangingSessions {
    /// Always gives this session.
    #[must_use]
    pub fn of(session: Option<ClientSession>) -> Self {
        Self(session.map(|session| session.to_bytes()))
    }
}

impl ClientSessions for UnchangingSessions {
    fn keep(&self, _: &ServerName<'_>, _: ClientSession) {}

    fn take(&self, _: &ServerName<'_>) -> Option<ClientSession> {
        self.0.as_ref().and_then(|bytes| ClientSession::from_bytes(bytes.as_bytes()))
    }
}

impl fmt::Debug for UnchangingSessions {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UnchangingSessions").finish_non_exhaustive()
    }
}

/// A register that lets every offer of early data pass, and remembers none: connections that are
/// forked must not strike each other's.
#[derive(Clone, Copy, Debug)]
pub struct UnchangingStrikes;

impl StrikeRegister for UnchangingStrikes {
    fn strike(&self, _: UnixTime, _: &[u8], _: &RangeInclusive<UnixTime>) -> bool {
        true
    }
}

/// Tickets that are all alike, and stand for the session with which they began: connections that
/// are forked must not take from each other.
pub struct UnchangingTickets(Option<Secret>);

impl UnchangingTickets {
    /// Every ticket.
    pub const TICKET: [u8; 32] = [9; 32];

    /// Tickets that all stand for this session.
    #[must_use]
    pub const fn of(session: Option<Secret>) -> Self {
        Self(session)
    }
}

impl SessionTickets for UnchangingTickets {
    fn lifetime(&self) -> u32 {
        LIFETIME
    }

    fn issue(&self, _: UnixTime, _: &[u8]) -> Option<Vec<u8>> {
        Some(Self::TICKET.to_vec())
    }

    fn redeem(&self, _: UnixTime, ticket: &[u8]) -> Option<Secret> {
        self.0.clone().filter(|_| *ticket == Self::TICKET)
    }
}

impl fmt::Debug for UnchangingTickets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("UnchangingTickets").finish_non_exhaustive()
    }
}
