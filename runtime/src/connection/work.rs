//! What costs, can fail or may be delegated. It is data between the action that begins it and the
//! event that ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hyaline_model::table::{self, CertificateList, Event, Reason};
use rustls_pki_types::UnixTime;

use super::Connection;
use super::core::{ReceivingCore, Side};
use super::halves::AtWork;
use super::task::{
    Agreement, Answer, ClientChoice, Judge, KeyShareRequest, PathCheck, ServerChoice,
    SignatureCheck, SignatureRequest, UnknownWork, Work, WorkDone,
};
use crate::Error;
use crate::certificate::Signer;
use crate::crypto::{CryptoProvider, KeyExchange, Suite};
use crate::message::{HelloRetryRequest, Message};
use crate::negotiate::server::{Selection, Share};
use crate::outbox::Outbox;

pub(super) const NO_INPUT: Error = Error::Internal("work was begun before its input was there");

/// Numbers all work of the process, so that no answer is taken for that to another connection.
static NUMBERS: AtomicU64 = AtomicU64::new(0);

impl<P: CryptoProvider> ReceivingCore<P> {
    /// Takes down what the work is about, as it is when it begins.
    pub(super) fn prepare(&mut self, work: table::Work) -> Result<(), Error> {
        if matches!(work, table::Work::SignatureCheck | table::Work::Signature) {
            let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
            handshake.signed = Some(handshake.transcript.hash()?);
        }
        Ok(())
    }

    /// The work with all that it needs.
    pub(super) fn work_of(&mut self, kind: table::Work) -> Result<Work<P>, Error> {
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        let provider = self.provider.clone();
        let (own, peer) = if self.is_client() {
            (Signer::Client, Signer::Server)
        } else {
            (Signer::Server, Signer::Client)
        };
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        Ok(match kind {
            table::Work::KeyShare => {
                let group = match &handshake.retry {
                    Some(retry) => retry.group,
                    None => {
                        let offer = handshake.offer.as_ref().ok_or(NO_INPUT)?;
                        Some(*offer.groups.first().ok_or(NO_INPUT)?)
                    }
                };
                Work::KeyShare(KeyShareRequest { number, provider, group })
            }
            table::Work::Agreement => return self.agreement(number),
            table::Work::Selection => return self.server_choice(number),
            table::Work::PathCheck => {
                let chain = handshake.peer_chain.clone();
                let judge = match &self.side {
                    Side::Client { config, name } => {
                        Judge::Client(Arc::clone(config), name.clone())
                    }
                    Side::Server { config } => Judge::Server(Arc::clone(config)),
                };
                Work::PathCheck(PathCheck { number, judge, chain })
            }
            table::Work::SignatureCheck => {
                let key = handshake.peer_key.clone().ok_or(NO_INPUT)?;
                let signed = handshake.signed.take().ok_or(NO_INPUT)?;
                let signature = handshake.peer_signature.take().ok_or(NO_INPUT)?;
                let signer = peer;
                Work::SignatureCheck(SignatureCheck {
                    number,
                    provider,
                    key,
                    signer,
                    signed,
                    signature,
                })
            }
            table::Work::CertificateChoice => {
                let configured = match &self.side {
                    Side::Client { config, .. } => config.identity().cloned(),
                    Side::Server { .. } => None,
                };
                let schemes = handshake.accepted_schemes.clone();
                Work::CertificateChoice(ClientChoice { number, configured, schemes })
            }
            table::Work::Signature => {
                let (identity, scheme) = handshake.identity.clone().ok_or(NO_INPUT)?;
                let signed = handshake.signed.take().ok_or(NO_INPUT)?;
                Work::Signature(SignatureRequest { number, identity, signer: own, signed, scheme })
            }
        })
    }

    fn agreement(&mut self, number: u64) -> Result<Work<P>, Error> {
        let provider = self.provider.clone();
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let (begun, group, peer_share) = match &handshake.selection {
            Some(Selection { group, share: Share::Found(share), .. }) => {
                (None, *group, share.clone())
            }
            Some(_) => return Err(NO_INPUT),
            None => {
                let begun = Some(handshake.exchange.take().ok_or(NO_INPUT)?);
                let (group, share) = handshake.peer_share.take().ok_or(NO_INPUT)?;
                (begun, group, share)
            }
        };
        Ok(Work::Agreement(Agreement { number, provider, group, begun, peer_share }))
    }

    fn server_choice(&self, number: u64) -> Result<Work<P>, Error> {
        let Side::Server { config } = &self.side else { return Err(NO_INPUT) };
        let handshake = self.handshake.as_deref().ok_or(NO_INPUT)?;
        let hello = handshake.hello.clone().ok_or(NO_INPUT)?;
        let retried = match handshake.first_hello.clone() {
            Some(first) => Some((first, self.negotiated.group.ok_or(NO_INPUT)?)),
            None => None,
        };
        let server_name = match Message::decode(&hello)? {
            Message::ClientHello(hello) => {
                hello.server_name.map(|name| AsRef::<str>::as_ref(&name).to_owned())
            }
            _ => None,
        };
        let config = Arc::clone(config);
        Ok(Work::Selection(ServerChoice { number, config, hello, retried, server_name }))
    }

    /// Whether work was begun and is not answered: no further message is looked at.
    pub(super) const fn is_working(&self) -> bool {
        self.work.is_some() || self.outstanding.is_some()
    }

    fn keep(&mut self, answer: Answer<P>) -> Result<Event, Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        Ok(match answer {
            Answer::KeyShare(exchange) => {
                self.keep_key_share(exchange)?;
                Event::KeyShareReady
            }
            Answer::Agreed { share, secret } => {
                handshake.own_share = share;
                handshake.shared = Some(secret);
                Event::Agreed
            }
            Answer::Selected(selection, identity, outcome) => {
                handshake.identity = Some((identity, selection.scheme));
                self.keep_selection(*selection)?;
                Event::Selected(outcome)
            }
            Answer::PathChecked(key) => {
                handshake.peer_key = Some(key);
                Event::PathChecked
            }
            Answer::SignatureChecked => Event::SignatureChecked,
            Answer::CertificateChosen(chosen) => {
                handshake.identity = chosen;
                Event::CertificateChosen(match handshake.identity {
                    Some(_) => CertificateList::Chain,
                    None => CertificateList::Empty,
                })
            }
            Answer::Signed(signature) => {
                handshake.own_signature = signature;
                Event::Signed
            }
        })
    }

    fn keep_key_share(&mut self, exchange: Option<P::KeyExchange>) -> Result<(), Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let offer = handshake.offer.as_mut().ok_or(NO_INPUT)?;
        let share = exchange.as_ref().map(|exchange| exchange.share().to_vec());
        match (&handshake.retry, share) {
            (None, share) => {
                let group = *offer.groups.first().ok_or(NO_INPUT)?;
                offer.shares = vec![(group, share.ok_or(NO_INPUT)?)];
            }
            (Some(retry), share) => {
                let request = HelloRetryRequest {
                    session_id: &[],
                    suite: retry.suite,
                    group: retry.group,
                    cookie: retry.cookie.as_deref(),
                };
                offer.retry(&request, share.unwrap_or_default());
                offer.check_cookie()?;
            }
        }
        // A retry that only brings a cookie keeps the share.
        if exchange.is_some() {
            handshake.exchange = exchange;
        }
        Ok(())
    }

    fn keep_selection(&mut self, selection: Selection) -> Result<(), Error> {
        let handshake = self.handshake.as_deref_mut().ok_or(NO_INPUT)?;
        let suite =
            Suite::from_number(selection.suite).ok_or(Error::WrongCipherSuite(selection.suite))?;
        if handshake.suite.is_some_and(|before| before != suite) {
            return Err(Error::ClientHelloChanged { field: "cipher_suites" });
        }
        handshake.suite = Some(suite);
        self.negotiated.suite = Some(selection.suite);
        self.negotiated.group = Some(selection.group);
        self.negotiated.application_protocol.clone_from(&selection.application_protocol);
        self.negotiated.server_name.clone_from(&selection.server_name);
        // A second ClientHello has none, and ends that of the first.
        let skipped = if selection.early_data { MAXIMUM_SKIPPED_EARLY_DATA } else { 0 };
        self.opener.skip_early_data(skipped);
        handshake.selection = Some(selection);
        Ok(())
    }
}

impl<P: CryptoProvider> AtWork<'_, P> {
    /// Does the work here and now; the event ends it.
    pub(super) fn run(&mut self, kind: table::Work) -> Event {
        let now = self.now;
        let done = match self.core().work_of(kind) {
            Ok(work) => work.run(now),
            Err(error) => WorkDone { number: 0, answer: Err(error) },
        };
        self.finish(done)
    }

    /// Keeps what came of the work; the event ends it.
    fn finish(&mut self, done: WorkDone<P>) -> Event {
        if let (Ok(Answer::Selected(selection, ..)), Some((sender, _))) =
            (&done.answer, &mut self.sender)
        {
            sender.core.tickets_wanted = selection.tickets_wanted;
        }
        match done.answer.and_then(|answer| self.core().keep(answer)) {
            Ok(event) => event,
            Err(error) => {
                let reason = error.reason().unwrap_or(Reason::OwnFailure);
                self.core().state.end_with(error);
                Event::WorkFailed(reason)
            }
        }
    }
}

impl<P: CryptoProvider> Connection<P> {
    /// Leaves work to whoever drives the connection, from now on: it is handed out by
    /// [`poll_work`](Self::poll_work). Without this it is done at once, inside of the call that
    /// begins it, and through the same rows of the table.
    ///
    /// ```
    /// use std::sync::Arc;
    ///
    /// use hyaline::pki_types::{ServerName, UnixTime};
    /// use hyaline::{Call, ClientConfig, Connection, Outbox, RootCertStore, Work};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let config = ClientConfig::builder()
    ///     .with_root_certificates(RootCertStore::empty())
    ///     .with_no_client_auth();
    /// let name = ServerName::try_from("localhost")?;
    /// let mut connection = Connection::client(Arc::new(config), name)?;
    /// let mut outbox = Outbox::new();
    /// let now = UnixTime::now();
    ///
    /// connection.delegate_work();
    /// connection.start(now, Call::Handshake, &mut outbox);
    /// let work = connection.poll_work(now, &mut outbox).ok_or("a client needs a key share")?;
    /// assert!(matches!(work, Work::KeyShare(_)));
    /// assert!(outbox.is_empty());
    ///
    /// let elsewhere = std::thread::spawn(move || work.run(UnixTime::now()));
    /// let done = elsewhere.join().expect("no work panics");
    /// connection.handle_work(now, done, &mut outbox)?;
    /// assert!(!outbox.is_empty(), "the ClientHello is sealed");
    /// # Ok(())
    /// # }
    /// ```
    pub fn delegate_work(&mut self) {
        self.receiver.core.leaves_work = true;
    }

    /// The work that has begun, once, where it is [left](Self::delegate_work) to whoever drives the
    /// connection. To be asked for after everything that the connection handles.
    ///
    /// Until it is [answered](Self::handle_work) nothing is received: no record is opened. Calls
    /// may begin, what is sealed may be transmitted, and the transport may end.
    pub fn poll_work(&mut self, now: UnixTime, outbox: &mut Outbox) -> Option<Work<P>> {
        let kind = self.receiver.core.work.take()?;
        if !self.waits_for_work() {
            return None;
        }
        match self.receiver.core.work_of(kind) {
            Ok(work) => {
                self.receiver.core.outstanding = Some(work.number());
                Some(work)
            }
            Err(error) => {
                let mut at_work = self.at_work(now, outbox);
                let event = at_work.finish(WorkDone { number: 0, answer: Err(error) });
                at_work.handle(event);
                None
            }
        }
    }

    /// Answers work, and goes on with what was received behind its cause. An answer that comes
    /// after the end of the handshake changes nothing.
    ///
    /// # Errors
    /// [`UnknownWork`] for the answer to another connection's work.
    pub fn handle_work(
        &mut self,
        now: UnixTime,
        done: WorkDone<P>,
        outbox: &mut Outbox,
    ) -> Result<(), UnknownWork> {
        if self.receiver.core.outstanding != Some(done.number) {
            return Err(UnknownWork);
        }
        self.receiver.core.outstanding = None;
        if self.waits_for_work() {
            let mut at_work = self.at_work(now, outbox);
            let event = at_work.finish(done);
            at_work.handle(event);
            at_work.resume_messages();
        }
        Ok(())
    }

    /// Whether the table still waits for an answer.
    fn waits_for_work(&mut self) -> bool {
        self.receiver.accepts(Event::WorkFailed(Reason::OwnFailure))
    }
}

/// How much rejected early data a server skips, in bytes of records (RFC 9846 section 4.3.10).
///
/// No ticket of ours allows any, so it comes from clients that hold a ticket of another server of
/// the same name. Of those, few allow more than 2^14 bytes; the rest is for what protects them,
/// which in small records is more than they are themselves.
pub(super) const MAXIMUM_SKIPPED_EARLY_DATA: usize = 1 << 16;
