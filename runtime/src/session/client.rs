//! Where clients keep their sessions.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::sync::{Mutex, PoisonError};

use rustls_pki_types::ServerName;

use super::Session;
use crate::crypto::Secret;
use crate::message::Writer;

/// A session that a client may resume, with the ticket by which the server knows it.
///
/// Whoever has one can take the client's place: it belongs where private keys belong.
pub struct ClientSession {
    pub(crate) session: Session,
    pub(crate) ticket: Box<[u8]>,
}

impl ClientSession {
    /// The session in bytes, to be kept beyond the life of the process.
    #[must_use]
    pub fn to_bytes(&self) -> Secret {
        let session = self.session.encode();
        let length = self.ticket.len().saturating_add(session.as_bytes().len()).saturating_add(2);
        let mut buffer = zeroize::Zeroizing::new(Vec::with_capacity(length));
        let mut writer = Writer::new(&mut buffer);
        writer.vector16(|ticket| ticket.bytes(&self.ticket));
        writer.bytes(session.as_bytes());
        Secret::new(&buffer)
    }

    /// The session in these bytes; none if they are no session, or one of another version of this
    /// library.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (length, rest) = bytes.split_first_chunk::<2>()?;
        let (ticket, session) = rest.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        if ticket.is_empty() {
            return None;
        }
        Some(Self { session: Session::decode(session)?, ticket: ticket.into() })
    }
}

impl fmt::Debug for ClientSession {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("ClientSession").finish_non_exhaustive()
    }
}

/// Where a client keeps the sessions that it may resume.
///
/// A session is used once (RFC 9846 appendix C.4): who sees the same ticket twice knows that both
/// connections are of one client. One that does not suit the configuration any more is dropped when
/// it is taken: by other roots or another certificate of the client's nothing is resumed.
///
/// ```
/// use std::sync::{Arc, Mutex};
///
/// use hyaline::pki_types::ServerName;
/// use hyaline::{ClientConfig, ClientSession, ClientSessions, RootCertStore};
///
/// /// Keeps the last session, for a program that talks to one server.
/// #[derive(Debug, Default)]
/// struct Last(Mutex<Option<ClientSession>>);
///
/// impl ClientSessions for Last {
///     fn keep(&self, _server: &ServerName<'_>, session: ClientSession) {
///         *self.0.lock().expect("nobody panics") = Some(session);
///     }
///
///     fn take(&self, _server: &ServerName<'_>) -> Option<ClientSession> {
///         self.0.lock().expect("nobody panics").take()
///     }
/// }
///
/// let config = ClientConfig::builder()
///     .with_root_certificates(RootCertStore::empty())
///     .with_no_client_auth()
///     .with_sessions(Arc::new(Last::default()));
/// # drop(config);
/// ```
pub trait ClientSessions: fmt::Debug + Send + Sync + 'static {
    /// Keeps a session with the server of this name. It may be dropped at any time.
    fn keep(&self, server: &ServerName<'_>, session: ClientSession);

    /// Takes a session with the server of this name, so that nobody else has it.
    fn take(&self, server: &ServerName<'_>) -> Option<ClientSession>;
}

/// How many sessions with one server are kept: as many connections can be begun at once.
const MAXIMUM_SESSIONS_WITH_A_SERVER: usize = 4;

/// Sessions in memory, with a bounded number of servers, a few with each.
///
/// ```
/// use hyaline::SessionMemory;
///
/// let sessions = SessionMemory::new(32);
/// assert_eq!(sessions.len(), 0);
/// ```
pub struct SessionMemory {
    servers: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    by_server: HashMap<ServerName<'static>, VecDeque<ClientSession>>,
    /// The servers, from the one heard of longest ago.
    order: VecDeque<ServerName<'static>>,
}

impl SessionMemory {
    /// Room for sessions with so many servers.
    #[must_use]
    pub fn new(servers: usize) -> Self {
        Self { servers, kept: Mutex::default() }
    }

    /// How many sessions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.with(|kept| kept.by_server.values().map(VecDeque::len).sum())
    }

    /// Whether there is no session.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What is kept is whole, also where another thread has panicked.
    fn with<T>(&self, act: impl FnOnce(&mut Kept) -> T) -> T {
        act(&mut self.kept.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl ClientSessions for SessionMemory {
    fn keep(&self, server: &ServerName<'_>, session: ClientSession) {
        let name = server.to_owned();
        self.with(|kept| {
            kept.order.retain(|one| *one != name);
            while kept.order.len() >= self.servers {
                let Some(oldest) = kept.order.pop_front() else { return };
                kept.by_server.remove(&oldest);
            }
            kept.order.push_back(name.clone());
            let sessions = kept.by_server.entry(name).or_default();
            if sessions.len() >= MAXIMUM_SESSIONS_WITH_A_SERVER {
                sessions.pop_front();
            }
            sessions.push_back(session);
        });
    }

    /// The newest.
    fn take(&self, server: &ServerName<'_>) -> Option<ClientSession> {
        self.with(|kept| {
            if kept.by_server.is_empty() {
                return None;
            }
            let name = server.to_owned();
            let sessions = kept.by_server.get_mut(&name)?;
            let taken = sessions.pop_back();
            if sessions.is_empty() {
                kept.by_server.remove(&name);
                kept.order.retain(|one| *one != name);
            }
            taken
        })
    }
}

impl fmt::Debug for SessionMemory {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SessionMemory")
            .field("servers", &self.servers)
            .finish_non_exhaustive()
    }
}
