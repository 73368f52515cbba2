//! Sessions that outlive their connection, and connections that resume them (RFC 9846 section 2.2).
//!
//! A client takes a session out of its store for the first ClientHello, and puts one in for each
//! ticket. A server reads the session of a ticket when it selects parameters, and hands out tickets
//! behind the handshake.

use std::sync::Arc;

use rustls_pki_types::{ServerName, UnixTime};

use super::core::{ReceivingCore, SendingCore, Side};
use super::early_data::may_offer;
use super::handshake::{Handshake, MISPLACED, Retried};
use super::server_choice::ServerChoice;
use crate::certificate::Identity;
use crate::config::{ClientAuth, ClientConfig, ServerConfig};
use crate::crypto::{CryptoError, CryptoProvider, Digest, HashAlgorithm, HashContext, Suite};
use crate::key_schedule::{ResumptionSecret, binder, check_binder};
use crate::message::ClientHello;
use crate::negotiate::offer::OfferedSession;
use crate::negotiate::server::Selection;
use crate::session::{
    ClientSession, ExternalKey, Fingerprint, MAXIMUM_TICKET, Proof, ReceivedTicket, Session,
    fingerprint_of,
};
use crate::transcript::Transcript;
use crate::{ConfigurationError, Error};

/// How many of the keys that a client offers are looked at. Each costs the opening of a ticket.
const MAXIMUM_IDENTITIES: usize = 4;

/// What a NewSessionTicket has beside its ticket, in bytes, with room to spare.
const TICKET_FIELDS: usize = 64;

/// How many tickets of one connection a client keeps.
const MAXIMUM_KEPT_TICKETS: u8 = 8;

/// What a client needs to make sessions of tickets.
pub(crate) struct ClientResumption {
    pub(crate) secret: ResumptionSecret,
    pub(crate) server: ServerName<'static>,
    /// See [`Proof::good_until`].
    pub(crate) good_until: u64,
    /// How many more tickets are kept.
    pub(crate) left: u8,
}

/// What a server needs to make tickets.
pub(crate) struct ServerResumption<P: CryptoProvider> {
    pub(crate) secret: ResumptionSecret,
    pub(crate) proof: Proof,
    /// From when tickets count: the time of the call before which they go. A writer with an owner
    /// of its own is not told the time: then what the other half was told when the two last met.
    pub(crate) time: UnixTime,
    pub(crate) config: Arc<ServerConfig<P>>,
}

/// A ticket that a server has made.
pub(super) struct IssuedTicket {
    /// In seconds.
    pub(super) lifetime: u32,
    pub(super) ticket: Vec<u8>,
    /// How many bytes of early data it allows.
    pub(super) early_data: u32,
    /// Its message has an extension that means nothing, too (GREASE, RFC 8701).
    pub(super) greased: bool,
}

/// The session that a server resumes.
pub(super) struct Resumed {
    /// Its place among those that the client offers.
    pub(super) number: u16,
    pub(super) session: Session,
    /// How many bytes of early data are accepted; none: none are.
    pub(super) early_data: Option<u32>,
    /// Keys are exchanged, too.
    pub(super) exchanges: bool,
}

/// The fingerprint of a judge of peers: of what it shows of itself, and its trust.
fn judged_by<P: CryptoProvider>(
    provider: &P,
    own: Option<&Identity>,
    trust: Option<Fingerprint>,
) -> Result<Fingerprint, CryptoError> {
    let mut hash = provider.start_hash(HashAlgorithm::Sha256);
    hash.update(&trust.unwrap_or_default());
    hash.update(own.map_or(&[], Identity::distinction));
    fingerprint_of(&hash)
}

/// The fingerprint of a client as the judge of servers; none where nothing is resumed.
pub(crate) fn client_judges<P: CryptoProvider>(config: &ClientConfig<P>) -> Option<Fingerprint> {
    let trust = config.trust().fingerprint()?;
    judged_by(config.provider(), config.identity().map(Arc::as_ref), Some(trust)).ok()
}

/// The same of a server with this certificate as the judge of clients.
pub(crate) fn server_judges<P: CryptoProvider>(
    config: &ServerConfig<P>,
    identity: &Identity,
) -> Option<Fingerprint> {
    let trust = match config.client_auth() {
        ClientAuth::None => None,
        ClientAuth::Request(trust) | ClientAuth::Require(trust) => Some(trust.fingerprint()?),
    };
    judged_by(config.provider(), Some(identity), trust).ok()
}

impl<P: CryptoProvider> ReceivingCore<P> {
    /// Before the first ClientHello: offers a session with this server, if there is one that the
    /// configuration still has a use for. Early data that it does not allow are dropped.
    pub(super) fn offer_session(&mut self) -> Result<(), Error> {
        let Side::Client(config) = &self.side else { return Err(MISPLACED) };
        let handshake = Handshake::of(&mut self.handshake)?;
        let early_data = handshake.early_data.take();
        self.early_data_offered = false;
        if let Some(key) = config.external_key() {
            return handshake.offer_external(config, key);
        }
        let Some(sessions) = config.sessions() else { return Ok(()) };
        let Some(server) = &handshake.called else { return Ok(()) };
        let Some(offer) = handshake.negotiation.offering() else { return Ok(()) };
        let Some(ClientSession { session, ticket }) = sessions.take(server) else { return Ok(()) };
        let hash = session.suite.hash();
        let mut offered = config.cipher_suites().iter().copied().filter_map(Suite::from_number);
        let usable = client_judges(config).is_some_and(|judge| session.is_usable(&judge, self.now));
        if usable && ticket.len() <= MAXIMUM_TICKET && offered.any(|suite| suite.hash() == hash) {
            let obfuscated_age = session.obfuscated_age(self.now);
            offer.session = Some(OfferedSession { ticket, obfuscated_age, hash });
            let early_data = early_data.filter(|data| may_offer(config, &session, data.len()));
            offer.early_data = early_data.is_some();
            self.early_data_offered = offer.early_data;
            handshake.early_data = early_data;
            handshake.session = Some(Box::new(session));
        }
        Ok(())
    }

    /// A ticket has come.
    pub(super) fn keep_ticket(&mut self, ticket: ReceivedTicket) -> Result<(), Error> {
        let Side::Client(config) = &self.side else { return Err(MISPLACED) };
        let (Some(sessions), Some(resumption)) = (config.sessions(), &mut self.resumption) else {
            return Ok(());
        };
        let ReceivedTicket { lifetime, age_add, nonce, ticket, early_data } = ticket;
        if lifetime == 0 || ticket.len() > MAXIMUM_TICKET || resumption.left == 0 {
            return Ok(());
        }
        let Some(judged_by) = client_judges(config) else { return Ok(()) };
        resumption.left -= 1;
        let proof = Proof {
            judged_by,
            good_until: resumption.good_until,
            server_name: Box::default(),
            application_protocol: self.negotiated.application_protocol.clone(),
            credential: self.negotiated.peer.clone(),
        };
        let key = resumption.secret.pre_shared_key(&self.provider, &nonce)?;
        let (since, suite, external) = (self.now, resumption.secret.suite, None);
        let session = Session { suite, key, since, lifetime, age_add, early_data, proof, external };
        sessions.keep(&resumption.server, ClientSession { session, ticket });
        Ok(())
    }

    /// The handshake is complete: keeps what tickets (or, on a client, sessions) are made of.
    pub(super) fn keep_resumption(
        &mut self,
        handshake: &mut Handshake<P>,
        sending: Option<&mut SendingCore<P>>,
    ) -> Result<(), Error> {
        // A key that both sides have by other means serves the next connection as well.
        let is_external =
            handshake.session.as_ref().is_some_and(|session| session.external.is_some());
        if is_external {
            return Ok(());
        }
        let now = self.now;
        let credential = &self.negotiated.peer;
        let good_until = match &handshake.session {
            Some(session) => session.proof.good_until,
            None => Proof::belief(credential.chain(), now),
        };
        let secrets = handshake.keys.secrets().ok_or(MISPLACED)?;
        let secret = ResumptionSecret::empty(secrets.suite);
        let secret = match &self.side {
            Side::Client(config) if config.sessions().is_some() => {
                let server = handshake.called.take().ok_or(MISPLACED)?;
                let left = MAXIMUM_KEPT_TICKETS;
                let kept = ClientResumption { secret, server, good_until, left };
                &mut self.resumption.insert(Box::new(kept)).secret
            }
            Side::Server(config) if config.tickets() > 0 => {
                let sending = sending.filter(|sending| sending.tickets_wanted);
                let (Some(sending), Some(judged_by)) = (sending, handshake.judged_by) else {
                    return Ok(());
                };
                let proof = Proof {
                    judged_by,
                    good_until,
                    server_name: lower_case(self.negotiated.server_name()),
                    application_protocol: self.negotiated.application_protocol.clone(),
                    credential: credential.clone(),
                };
                let config = Arc::clone(config);
                let kept = ServerResumption { secret, proof, time: now, config };
                &mut sending.resumption.insert(Box::new(kept)).secret
            }
            _ => return Ok(()),
        };
        Ok(secret.derive(&self.provider, secrets, &handshake.transcript.hash()?)?)
    }
}

/// A name as names are compared; empty without one.
fn lower_case(name: Option<&str>) -> Box<[u8]> {
    name.unwrap_or_default().to_ascii_lowercase().into_bytes().into()
}

impl<P: CryptoProvider> Handshake<P> {
    /// Before the first ClientHello: offers a key that both sides have by other means.
    fn offer_external(&mut self, config: &ClientConfig<P>, key: &ExternalKey) -> Result<(), Error> {
        let mut offered = config.cipher_suites().iter().copied().filter_map(Suite::from_number);
        let Some(offer) = self.negotiation.offering() else { return Ok(()) };
        let hash = key.hash();
        if !offered.any(|suite| suite.hash() == hash) {
            return Err(Error::Configuration(ConfigurationError::CipherSuites));
        }
        // Section 4.3.11.1: the age of what is no ticket is 0.
        offer.session =
            Some(OfferedSession { ticket: key.identity().into(), obfuscated_age: 0, hash });
        self.session = Some(Box::new(key.session()));
        Ok(())
    }

    /// Writes the binder of the session that is offered, at the end of this ClientHello.
    pub(super) fn bind(
        &self,
        provider: &P,
        hash: HashAlgorithm,
        hello: &mut [u8],
    ) -> Result<(), Error> {
        let session = self.session.as_ref().ok_or(MISPLACED)?;
        // The list of binders with its length, and the length of the one binder in it.
        let front = hello.len().checked_sub(hash.length() + 3).ok_or(MISPLACED)?;
        let mut context = match &self.transcript.context {
            Some(context) => context.clone(),
            None => provider.start_hash(hash),
        };
        context.update(hello.get(..front).ok_or(MISPLACED)?);
        let binder = binder(provider, hash, (session.binder(), &session.key), &context.digest()?)?;
        hello.get_mut(front + 3..).ok_or(MISPLACED)?.copy_from_slice(binder.as_bytes());
        Ok(())
    }
}

impl<P: CryptoProvider> ServerChoice<P> {
    /// This server's fingerprint as the judge of clients, if this client's hello has a use for it.
    pub(super) fn judges(
        &self,
        hello: &ClientHello<'_>,
        selection: &Selection,
        identity: &Identity,
    ) -> Option<Fingerprint> {
        let will_ask = selection.tickets_wanted && self.config.tickets() > 0;
        let matters = will_ask || hello.pre_shared_key.is_some();
        matters.then(|| server_judges(&self.config, identity)).flatten()
    }

    /// The first of the sessions that the client offers that is resumed.
    ///
    /// # Errors
    /// [`Error::BadBinder`]: the client does not prove that it has the session's key.
    pub(super) fn resume(
        &self,
        hello: &ClientHello<'_>,
        selection: &Selection,
        judged_by: Option<Fingerprint>,
        now: UnixTime,
    ) -> Result<Option<Resumed>, Error> {
        let Some(offered) = hello.pre_shared_key else { return Ok(None) };
        let modes = hello.psk_key_exchange_modes.unwrap_or_default();
        let Some(suite) = Suite::from_number(selection.suite) else { return Ok(None) };
        let psk_exchange = self.config.psk_exchange();
        let exchanges = psk_exchange.has_exchange_with(modes) && selection.group.is_some();
        // Without a share the server asks for another ClientHello, and resumes by that.
        let may = match exchanges {
            true => selection.share.is_some(),
            false => psk_exchange.omits_exchange_with(modes),
        };
        if !may {
            return Ok(None);
        }
        let server_name = lower_case(self.server_name());
        let protocol = selection.application_protocol.as_deref();
        for (number, (psk, binder)) in (0..).zip(offered.iter().take(MAXIMUM_IDENTITIES)) {
            let resumed = || {
                let session = self.redeem(psk.identity, judged_by?, now)?;
                let proof = &session.proof;
                let suits = proof.server_name == server_name
                    && proof.application_protocol.as_deref() == protocol;
                suits.then_some(session)
            };
            let external = self.config.external_key(psk.identity).map(|key| key.session());
            let Some(session) = external.or_else(resumed) else { continue };
            if session.suite.hash() != suite.hash() {
                continue;
            }
            let hash = self.binder_hash(suite.hash(), offered.binders_length())?;
            let (provider, key) = (self.config.provider(), (session.binder(), &session.key));
            check_binder(provider, suite.hash(), key, &hash, binder).map_err(
                |error| match error {
                    CryptoError::BadTag => Error::BadBinder,
                    error => error.into(),
                },
            )?;
            let may_be_early = (number == 0).then_some((psk, binder));
            let early_data = may_be_early
                .and_then(|first| self.accepted_early_data(hello, suite, &session, first, now));
            return Ok(Some(Resumed { number, session, early_data, exchanges }));
        }
        Ok(None)
    }

    /// The session of a ticket, if it may still be resumed.
    fn redeem(&self, ticket: &[u8], judged_by: Fingerprint, now: UnixTime) -> Option<Session> {
        let found = self.config.session_tickets().redeem(now, ticket)?;
        let session = Session::decode(found.as_bytes())?;
        // A client that needed no certificate then may need one now.
        let must_be_known = matches!(self.config.client_auth(), ClientAuth::Require(_));
        let is_known = !session.proof.credential.is_empty();
        let may = (is_known || !must_be_known) && session.is_usable(&judged_by, now);
        may.then_some(session)
    }

    /// The hash of the first key that this client offers and the server has by other means: the
    /// cipher suite has to be one of that hash (RFC 9846 section 4.3.11).
    pub(super) fn external_hash(&self, hello: &ClientHello<'_>) -> Option<HashAlgorithm> {
        let mut offered = hello.pre_shared_key?.iter().take(MAXIMUM_IDENTITIES);
        let key = offered.find_map(|(psk, _)| self.config.external_key(psk.identity))?;
        Some(key.hash())
    }

    /// What the binders cover: the transcript so far, and the ClientHello before them.
    fn binder_hash(&self, hash: HashAlgorithm, binders: usize) -> Result<Digest, Error> {
        let provider = self.config.provider();
        let mut transcript = Transcript::new();
        transcript.start(provider, hash);
        if let Some(Retried { hello, .. }) = &self.retried {
            transcript.absorb(hello)?;
            transcript.start_retry(provider, hash)?;
            transcript.absorb(&self.request)?;
        }
        let front = self.hello.len().checked_sub(binders).ok_or(MISPLACED)?;
        transcript.absorb(self.hello.get(..front).ok_or(MISPLACED)?)?;
        Ok(transcript.hash()?)
    }
}

impl<P: CryptoProvider> SendingCore<P> {
    /// Tickets that go from now on are of this time, from which their client counts too.
    pub(crate) fn date_tickets(&mut self, now: UnixTime) {
        if let Some(resumption) = &mut self.resumption {
            resumption.time = now;
        }
    }

    /// A ticket for the session of this connection; none, if none can be made.
    pub(super) fn issue_ticket(
        &mut self,
        nonce: &[u8],
        age_add: u32,
    ) -> Result<Option<IssuedTicket>, Error> {
        let Some(resumption) = &self.resumption else { return Ok(None) };
        let ServerResumption { secret, proof, time, config } = &**resumption;
        let tickets = config.session_tickets();
        let lifetime = tickets.lifetime().min(crate::session::MAXIMUM_TICKET_LIFETIME);
        let key = secret.pre_shared_key(&self.provider, nonce)?;
        let (suite, since, proof) = (secret.suite, *time, proof.clone());
        let (early_data, external) = (config.max_early_data(), None);
        let greased = config.sends_grease();
        let session = Session { suite, key, since, lifetime, age_add, early_data, proof, external };
        let ticket = tickets.issue(since, session.encode().as_bytes());
        // The message has to fit into one record, with its other fields.
        let room = self.sealer.most_content().saturating_sub(TICKET_FIELDS);
        let fits = |ticket: &Vec<u8>| (1..=MAXIMUM_TICKET.min(room)).contains(&ticket.len());
        let ticket = ticket.filter(fits);
        // Early data by a ticket of which nobody keeps a register would be rejected.
        let is_registered = |ticket: &Vec<u8>| config.strike_register(ticket).is_some();
        let allows = early_data > 0 && ticket.as_ref().is_some_and(is_registered);
        let early_data = if allows { early_data } else { 0 };
        let is_last = self.tickets_sent >= config.tickets();
        if is_last {
            self.resumption = None;
        }
        let issued = |ticket| IssuedTicket { lifetime, ticket, early_data, greased };
        Ok(ticket.map(issued))
    }
}
