//! Early data: what a client sends behind its first message, before the server has said anything
//! (0-RTT, RFC 9846 sections 2.3 and 4.3.10).
//!
//! A client's program gives them before the handshake, and they are offered all or none. A server
//! hands them out apart from what is read, since they may be somebody's replay.

use std::fmt;

use rustls_pki_types::UnixTime;

use hyaline_model::table::{EarlyDataState, Label, Slot};

use super::core::ReceivingCore;
use super::handshake::{Handshake, MISPLACED};
use super::perform::ReceivingTurn;
use super::server_choice::ServerChoice;
use super::{Connection, Receiver};
use crate::Error;
use crate::config::ClientConfig;
use crate::crypto::{CryptoProvider, Secret, Suite, Transient};
use crate::key_schedule::{TrafficSecret, early_traffic_secret};
use crate::message::{ClientHello, PskIdentity};
use crate::session::Session;

/// How many bytes of records of rejected early data a server passes over (RFC 9846 section 4.3.10),
/// where its own tickets do not allow more.
///
/// Such records come from clients that hold a ticket of another server of the same name. Few such
/// tickets allow more than 2^14 bytes of early data. The rest is for the protection of the records,
/// which in small records takes more bytes than the data.
pub(super) const MAXIMUM_SKIPPED_EARLY_DATA: usize = 1 << 16;

/// How many times as long as early data their records may be, where our own tickets allow them.
const SKIPPED_PER_BYTE: usize = 4;

/// How many bytes of records of rejected early data a server passes over whose tickets allow so
/// many bytes of them.
pub(super) fn skipped_early_data(allowed: u32) -> usize {
    let allowed = usize::try_from(allowed).unwrap_or(usize::MAX);
    allowed.saturating_mul(SKIPPED_PER_BYTE).max(MAXIMUM_SKIPPED_EARLY_DATA)
}

/// What became of the early data that a client was given.
///
/// That early data are accepted says that the server was reached, not what it does with them, which
/// its answer says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EarlyDataOutcome {
    /// They were not sent: there were none, or no session with this server allows so many. The
    /// program sends them as it sends everything else, once the handshake is complete.
    #[default]
    NotOffered,
    /// They were sent, and the handshake is not complete: the server may have them, or not.
    Unknown,
    /// The server accepts them: its handshake is complete when it has all of them. They are not to
    /// be sent again.
    Accepted,
    /// They were sent, and the server has thrown them away. Whether they are sent again, now that
    /// the handshake is complete, is for the program to say: another application protocol may have
    /// been negotiated, and whoever has recorded them may have had them accepted elsewhere, so that
    /// they arrive twice (RFC 9846 sections 4.3.10 and 8).
    Rejected,
}

/// The early data of a client, on the server (RFC 9846 section 2.3): they may be a replay.
///
/// Whoever has recorded them can send them again, and so may the client itself, in the belief that
/// they were rejected. The [strike register](crate::StrikeRegister) bounds the former, and only on
/// servers that ask the same one. So do because of them only what may be done twice, such as
/// reading a page, which may be done at once. They may cause no order, no payment and no message to
/// somebody (RFC 9846 section 8 and appendix F.5). A server that cannot tell says so by the
/// application protocol, and the client asks again.
///
/// They are not [`AsRef<[u8]>`](AsRef), so that nobody takes them for what was read: the bytes are
/// had by a method that says what they are.
#[must_use = "the client takes accepted early data for received"]
pub struct EarlyData {
    bytes: Vec<u8>,
}

impl EarlyData {
    pub(crate) const fn new(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    /// The bytes, which may be a replay.
    #[must_use]
    pub fn into_replayable_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// How many bytes there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is no byte. The library hands out no early data that are empty.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }
}

impl fmt::Debug for EarlyData {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("EarlyData").field("length", &self.len()).finish_non_exhaustive()
    }
}

/// Early data that a server has accepted, as they come.
pub(crate) struct Arrived {
    /// How many bytes the ticket allows.
    pub(crate) limit: usize,
    /// How many have come.
    pub(crate) total: usize,
    /// Those that the application has not taken.
    pub(crate) bytes: Vec<u8>,
    /// client_early_traffic_secret, until the keys of early data are there.
    pub(crate) secret: Option<(Suite, Secret)>,
}

impl Arrived {
    /// None have come yet.
    pub(super) fn new(limit: u32, secret: TrafficSecret<'_>) -> Self {
        Self {
            limit: usize::try_from(limit).unwrap_or(usize::MAX),
            total: 0,
            bytes: Vec::new(),
            secret: Some((secret.suite(), Secret::new(secret.as_bytes()))),
        }
    }

    /// The secret of early data, into `room`, once.
    pub(super) fn take_secret<'r>(
        &mut self,
        room: &'r mut Transient,
    ) -> Result<TrafficSecret<'r>, Error> {
        let (suite, secret) = self.secret.take().ok_or(MISPLACED)?;
        Ok(TrafficSecret::copy_of(suite, secret.as_bytes(), room)?)
    }
}

impl<P: CryptoProvider> ReceivingCore<P> {
    /// Whether so many more bytes of early data are within what the ticket allows.
    #[inline]
    pub(super) fn has_early_data_room(&self, length: usize) -> bool {
        let fits = |arrived: &Arrived| length <= arrived.limit.saturating_sub(arrived.total);
        self.early_data.as_deref().is_none_or(fits)
    }

    /// Keeps early data for the application.
    pub(super) fn keep_early_data(&mut self, data: &[u8]) -> Result<(), Error> {
        let arrived = self.early_data.as_deref_mut().ok_or(MISPLACED)?;
        arrived.bytes.extend_from_slice(data);
        arrived.total = arrived.total.saturating_add(data.len());
        Ok(())
    }

    /// The error of a client that sends more early data than its ticket allows.
    pub(super) fn early_data_too_long(&self) -> Error {
        let limit = self.early_data.as_deref().map_or(0, |arrived| arrived.limit);
        Error::EarlyDataTooLong { limit }
    }
}

impl<P: CryptoProvider> ReceivingTurn<'_, P> {
    /// Seals the early data that the program has given, behind the first ClientHello.
    pub(super) fn send_early_data(&mut self) -> Result<(), Error> {
        let handshake = Handshake::of(&mut self.core.handshake)?;
        let data = handshake.early_data.take().ok_or(MISPLACED)?;
        let (sending, outbox) = self.sending()?;
        Ok(sending.sealer.seal_early(outbox, &data)?)
    }
}

impl<P: CryptoProvider> Receiver<P> {
    /// What became of the early data that a client was given; see
    /// [`Connection::early_data_outcome`].
    #[must_use]
    pub fn early_data_outcome(&self) -> EarlyDataOutcome {
        let is_connected = self.has(Slot::Handshake, Label::IsConnected);
        match self.endpoint.memory.early_data {
            EarlyDataState::Offered => EarlyDataOutcome::Unknown,
            EarlyDataState::Accepted if !is_connected => EarlyDataOutcome::Unknown,
            EarlyDataState::Accepted => EarlyDataOutcome::Accepted,
            EarlyDataState::Rejected => EarlyDataOutcome::Rejected,
            EarlyDataState::Nothing | EarlyDataState::Arriving | EarlyDataState::Arrived => {
                EarlyDataOutcome::NotOffered
            }
        }
    }

    /// The client's early data, on a server, once; see [`Connection::take_early_data`].
    pub fn take_early_data(&mut self) -> Option<EarlyData> {
        let bytes = std::mem::take(&mut self.core.early_data.as_deref_mut()?.bytes);
        if self.has(Slot::Handshake, Label::IsConnected) {
            self.core.early_data = None;
        }
        (!bytes.is_empty()).then(|| EarlyData::new(bytes))
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// Whether data may be written while the handshake is pending: on a server that has accepted
    /// early data, from its Finished to the end of the early data (RFC 9846 section 4.5.3). So the
    /// answer arrives where without early data the request would only leave.
    ///
    /// Only who holds the key of the session can read it. That the client is there, now, nobody has
    /// shown yet: what asked for the answer can be a replay. A server that has written one hands
    /// out no ticket on this connection. A ticket may follow the client's Finished only, so it
    /// would stand behind data, and take room there that plain TCP leaves free.
    #[must_use]
    pub fn accepts_answer(&self) -> bool {
        self.receiver.has(Slot::Handshake, Label::AcceptsAnswer)
    }

    /// Whether early data have come that were not taken.
    pub(crate) fn has_early_data(&self) -> bool {
        self.receiver.core.early_data.as_deref().is_some_and(|arrived| !arrived.bytes.is_empty())
    }

    /// What became of the early data that a client was given. It is known when the handshake is
    /// complete.
    #[must_use]
    pub fn early_data_outcome(&self) -> EarlyDataOutcome {
        self.receiver.early_data_outcome()
    }

    /// The early data that a client has sent and this server has accepted, as far as they have come
    /// and were not taken before; nothing if there are none. When the handshake is complete, all of
    /// them have come.
    ///
    /// **They can be a replay**: [`EarlyData`] says what may be done with them. Before the
    /// handshake is complete nobody has shown either that the client is there.
    pub fn take_early_data(&mut self) -> Option<EarlyData> {
        self.receiver.take_early_data()
    }

    /// On a client, before its handshake: these data are to be sent behind the first message
    /// (0-RTT, RFC 9846 section 2.3), if a session with this server is resumed that allows so many.
    /// Else they are dropped, all of them. No external key allows any.
    ///
    /// The handshake is done when the transport has all of them, as a write is. One that is given
    /// up before, by a deadline, leaves the rest to later calls, and a flush does not wait for it.
    ///
    /// **They can be replayed**, and are not secret from whoever finds out the key of the session
    /// later. An application protocol has to say what may be sent so (RFC 9846 appendix F.5): only
    /// what may be done twice.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// # use hyaline::pki_types::{ServerName, UnixTime};
    /// # use hyaline::{Call, ClientConfig, Connection, Error, Outbox, RootCertStore};
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let roots = RootCertStore::empty();
    /// # let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    /// # let name = ServerName::try_from("localhost")?;
    /// let mut connection = Connection::client(Arc::new(config), name)?;
    /// connection.offer_early_data(b"GET / HTTP/1.0\r\n\r\n".to_vec())?;
    /// connection.start(UnixTime::now(), Call::Handshake, &mut Outbox::new())?;
    /// let too_late = connection.offer_early_data(Vec::new());
    /// assert_eq!(too_late, Err(Error::EarlyDataMisplaced));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`Error::EarlyDataMisplaced`] once the handshake has begun, and on a server.
    pub fn offer_early_data(&mut self, data: Vec<u8>) -> Result<(), Error> {
        let has_begun = !self.is_idle() || self.receiver.core.is_working();
        let handshake = self.receiver.core.handshake.as_deref_mut().filter(|_| !has_begun);
        let handshake = handshake.ok_or(Error::EarlyDataMisplaced)?;
        if handshake.negotiation.offering().is_none() {
            return Err(Error::EarlyDataMisplaced);
        }
        handshake.early_data = Some(data);
        Ok(())
    }
}

/// Whether so many early data may be sent under the key of this session by a client that offers
/// what this configuration says. Their cipher suite and their application protocol are those of the
/// session (RFC 9846 section 4.3.10), so that a server has to be able to choose them.
pub(super) fn may_offer<P: CryptoProvider>(
    config: &ClientConfig<P>,
    session: &Session,
    length: usize,
) -> bool {
    let allowed = usize::try_from(session.early_data).unwrap_or(usize::MAX);
    let protocol = session.proof.application_protocol.as_deref();
    let speaks = |protocol| config.alpn_protocols().iter().any(|offered| offered == protocol);
    (1..=allowed).contains(&length)
        && config.cipher_suites().contains(&session.suite.number())
        && protocol.is_none_or(speaks)
}

impl<P: CryptoProvider> Handshake<P> {
    /// The secret of the client's early data, into `room`: on a client once its first ClientHello
    /// is written, and on a server once parameters are selected from that, as long as nothing
    /// behind it is in the transcript.
    pub(super) fn early_secret<'r>(
        &self,
        provider: &P,
        room: &'r mut Transient,
    ) -> Result<TrafficSecret<'r>, Error> {
        let session = self.session.as_deref().ok_or(MISPLACED)?;
        // A client does not know yet by which hash the server absorbs its ClientHello. Where early
        // data are accepted, that hash is the session's.
        let hash = match self.transcript.is_started() {
            true => self.transcript.hash()?,
            false => provider.hash(session.suite.hash(), self.last_hello())?,
        };
        Ok(early_traffic_secret(provider, session.suite, &session.key, &hash, room)?)
    }
}

impl<P: CryptoProvider> ServerChoice<P> {
    /// How many bytes of early data are accepted under the key of this session, which is the first
    /// that the client offers, and has proved that it has; none where RFC 9846 section 4.3.10 or 8
    /// is against it. It is asked once for a ClientHello, since the answer is remembered.
    pub(super) fn accepted_early_data(
        &self,
        hello: &ClientHello<'_>,
        suite: Suite,
        session: &Session,
        (psk, binder): (PskIdentity<'_>, &[u8]),
        now: UnixTime,
    ) -> Option<u32> {
        let allowed = session.early_data;
        // The application protocol is the session's, or the session would not be resumed. A second
        // ClientHello has no early data, or is refused.
        let may = hello.early_data
            && session.external.is_none()
            && session.suite == suite
            && (1..=self.config.max_early_data()).contains(&allowed);
        let fresh = session.freshness(psk.obfuscated_ticket_age);
        if !may || !fresh.contains(&now) {
            return None;
        }
        let register = self.config.strike_register(psk.identity)?;
        register.strike(now, binder, &fresh).then_some(allowed)
    }
}
