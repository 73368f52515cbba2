//! What a server chooses by a ClientHello.

use std::sync::Arc;

use rustls_pki_types::{DnsName, UnixTime};

use super::handshake::{MISPLACED, Retried};
use super::resumption::Resumed;
use super::task::{Answer, WorkDone, done};
use super::work::WorkNumber;
use crate::Error;
use crate::certificate::Identity;
use crate::config::{ClientOffer, ServerConfig};
use crate::crypto::{CryptoProvider, DefaultProvider};
use crate::identifiers::{ExtensionType, HandshakeType};
use crate::message::Message;
use crate::negotiate::certificate_types::{self, ServersTypes};
use crate::negotiate::server::{self, EarlyDataChoice, Preferences};

/// Why a server refuses a client whose ClientHello it has read. The client is told by an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// The server is none of the name that the client asks for, which is told by unrecognized_name
    /// (RFC 6066 section 3); or the client has said none, and the server wants one:
    /// missing_extension (RFC 9846 section 9.2).
    Name,
    /// The server speaks none of the application protocols that the client offers:
    /// no_application_protocol (RFC 7301 section 3.2).
    ApplicationProtocol,
    /// The server does not want what the client offers, for a reason of its own: handshake_failure
    /// (RFC 9846 section 6.2).
    Offer,
    /// The server cannot serve the client, through no fault of the client's: internal_error (RFC
    /// 9846 section 6.2).
    OwnFailure,
}

/// On a server: choose suite, group, application protocol and certificate.
pub struct ServerChoice<P: CryptoProvider = DefaultProvider> {
    pub(crate) number: WorkNumber,
    pub(crate) config: Arc<ServerConfig<P>>,
    pub(crate) hello: Vec<u8>,
    /// The first ClientHello, where this is the second.
    pub(crate) retried: Option<Retried>,
    pub(crate) server_name: Option<DnsName<'static>>,
    /// Our HelloRetryRequest, where this is the second ClientHello.
    pub(crate) request: Vec<u8>,
}

impl<P: CryptoProvider> ServerChoice<P> {
    /// The name by which the client calls the server (RFC 6066 section 3), if it says one.
    #[must_use]
    pub fn server_name(&self) -> Option<&str> {
        self.server_name.as_ref().map(AsRef::as_ref)
    }

    /// Chooses, with the certificate that the configuration has for this client, if any. `now` is
    /// the time by which tickets are judged.
    pub fn run(self, now: UnixTime) -> WorkDone<P> {
        match self.with_offer(|offer| self.config.identities().resolve(offer)) {
            Ok(Some(identity)) => self.run_with(identity, now),
            Ok(None) if self.config.has_external_keys() => {
                done(self.number, self.select(None, now))
            }
            Ok(None) => self.refuse_name(),
            Err(error) => done(self.number, Err(error)),
        }
    }

    /// What the client offers, all of it.
    ///
    /// # Errors
    /// It cannot be read. No such ClientHello gets as far as this: it is refused when it comes.
    pub fn with_offer<T>(&self, look: impl FnOnce(&ClientOffer<'_>) -> T) -> Result<T, Error> {
        match Message::decode(&self.hello)? {
            Message::ClientHello(hello) => Ok(look(&ClientOffer::new(hello))),
            _ => Err(MISPLACED),
        }
    }

    /// The same; what could not be read, though it was before, offers nothing.
    #[allow(dead_code, reason = "only front doors call it, and a system may have none")]
    pub(crate) fn offer(&self) -> ClientOffer<'_> {
        match Message::decode(&self.hello) {
            Ok(Message::ClientHello(hello)) => ClientOffer::new(hello),
            _ => ClientOffer::nothing(),
        }
    }

    /// Refuses: the server does not have the name that the client asks for, or it needs a name and
    /// the client has said none. The client is told by the alert unrecognized_name (RFC 6066
    /// section 3), or missing_extension (RFC 9846 section 9.2).
    pub fn refuse_name(self) -> WorkDone<P> {
        self.refuse(Refusal::Name)
    }

    /// Refuses, for this reason.
    pub fn refuse(self, refusal: Refusal) -> WorkDone<P> {
        let error = match (refusal, &self.server_name) {
            (Refusal::Name, Some(name)) => Error::UnrecognizedName { name: name.as_ref().into() },
            (Refusal::Name, None) => Error::MissingExtension {
                message: HandshakeType::ClientHello,
                extension: ExtensionType::ServerName,
            },
            (Refusal::ApplicationProtocol, _) => Error::NoCommonApplicationProtocol,
            (Refusal::Offer, _) => Error::NoConfiguration,
            (Refusal::OwnFailure, _) => Error::Internal("the program could not configure a server"),
        };
        done(self.number, Err(error))
    }

    /// Chooses, with this certificate, unless a session is resumed that has begun with it. `now` is
    /// the time by which tickets are judged.
    pub fn run_with(self, identity: Arc<Identity>, now: UnixTime) -> WorkDone<P> {
        done(self.number, self.select(Some(identity), now))
    }

    fn select(self, identity: Option<Arc<Identity>>, now: UnixTime) -> Result<Answer<P>, Error> {
        let Message::ClientHello(hello) = Message::decode(&self.hello)? else {
            return Err(MISPLACED);
        };
        if identity.is_none() && hello.pre_shared_key.is_none() {
            return Err(Error::NoKnownKey);
        }
        let mut key_hash = self.external_hash(&hello);
        if let Some(retried) = &self.retried {
            let Message::ClientHello(first) = Message::decode(&retried.hello)? else {
                return Err(MISPLACED);
            };
            server::check_second_client_hello(&first, &hello, retried.group)?;
            // The cipher suite is the one of the HelloRetryRequest, whatever is offered now.
            key_hash = self.external_hash(&first);
        }
        let preferences = Preferences {
            suites: self.config.cipher_suites(),
            groups: self.config.groups(),
            schemes: identity.as_deref().map_or(&[], Identity::schemes),
            certificate_types: ServersTypes {
                shown: identity.as_deref().map_or(&[], Identity::certificate_types),
                taken: self.config.taken_types(),
            },
            key_hash,
            application_protocols: self.config.alpn_protocols(),
            psk_exchange: self.config.psk_exchange(),
        };
        let mut selection = server::select(&preferences, &hello)?;
        selection.compression = self.config.compressions().first_of(hello.compressions);
        let judged_by = identity.as_deref().and_then(|own| self.judges(&hello, &selection, own));
        let resumed = self.resume(&hello, &selection, judged_by, now)?;
        let session = resumed.map(|Resumed { number, session, early_data, exchanges }| {
            selection.selected_identity = Some(number);
            if !exchanges {
                (selection.group, selection.share) = (None, None);
                selection.groups_wanted = false;
            }
            if let Some(limit) = early_data {
                selection.early_data = EarlyDataChoice::Accepted { limit };
            }
            Box::new(session)
        });
        if session.is_none() && selection.group.is_none() {
            // Without a group and without a session there is no shared secret. This returns the
            // error that says why.
            server::exchange(&preferences, &hello)?;
        }
        if session.is_none() && selection.share.is_some() {
            if identity.is_none() {
                return Err(Error::NoKnownKey);
            }
            let types = certificate_types::agree(preferences.certificate_types, &hello)?;
            selection.certificate_types = types;
            selection.scheme = Some(server::scheme(&preferences, &hello)?);
        } else {
            // No client is asked (RFC 7250 section 4.2). What the server could show is told: some
            // clients, such as rustls, want to hear it where nothing is shown, too.
            selection.certificate_types.client = None;
        }
        // No ticket is worth more than the key that both sides have anyway.
        let is_external = session.as_ref().is_some_and(|session| session.external.is_some());
        selection.tickets_wanted &= !is_external;
        let Self { hello, server_name, .. } = self;
        Ok(Answer::Selected { hello, server_name, selection, identity, judged_by, session })
    }
}
